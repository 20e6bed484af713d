"""A first look at a table file: its columns with examples, for a person to say what each holds; and single rows of it again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from matchmaker.sources.headers import Column
from matchmaker.sources.known_names import ACTOR_NAMES, COLLABORATION_NAMES, PARTICIPATION_NAMES
from matchmaker.sources.records import open_table
from matchmaker.sources.rejections import shown

NAMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "actors": ACTOR_NAMES,
    "collaborations": COLLABORATION_NAMES,
    "participations": PARTICIPATION_NAMES,
}
"""The kinds of tables that are imported, with their fields and the headers these are known by."""

LOOKED_AT = 200
"""Rows from which examples are taken."""
EXAMPLES = 3
LONGEST_EXAMPLE = 60
LIKE_A_CONTACT = 0.5
"""Share of cells with an e-mail address or a telephone number from which a column is taken for contact data."""


@dataclass(frozen=True, slots=True)
class LookedAt:
    """One column as it was found, with some of what is in it."""

    column: Column
    examples: tuple[str, ...]
    """Different values, the first ones, cut; none of a column that seems to hold contact data."""
    empty: int
    """How many of the rows that were looked at have nothing here."""
    contact: bool
    """Whether its header or its values look like a contact person's data."""


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What a table looks like."""

    kind: str
    """One of ``NAMES``."""
    name: str
    columns: tuple[LookedAt, ...]
    rows: int
    """Rows that were looked at, at most ``LOOKED_AT``."""
    headers: tuple[str, ...]
    delimiter: str
    encoding: str
    sheet: str
    other_sheets: tuple[str, ...]


def look_at(path: Path, kind: str, *, mapping: Mapping[str, str] | None = None) -> FirstLook:
    """Look at the headers and the first rows of a table of a kind; raises ``SourceError`` as ``open_table``.

    A column whose values look like contact data is left out unless ``mapping`` says otherwise.
    """
    reading = open_table(path, mapping or {}, NAMES[kind])
    rows = [row.cells for row in islice(reading.about.rows, LOOKED_AT) if not row.problem]
    found = []
    for column in reading.plan.columns:
        values = [cells[column.position].strip() for cells in rows if column.position < len(cells)]
        filled = [value for value in values if value]
        contact = column.how == "personal" or (
            column.how != "mapped" and len(filled) > 0 and _like_contact(filled) >= LIKE_A_CONTACT
        )
        examples = tuple(dict.fromkeys(map(_example, filled)))[:EXAMPLES]
        found.append(LookedAt(column, () if contact else examples, len(rows) - len(filled), contact))
    about = reading.about
    return FirstLook(
        kind,
        about.name,
        tuple(found),
        len(rows),
        tuple(cell for cell in reading.header.cells if cell.strip()),
        about.delimiter,
        about.encoding,
        about.sheet,
        about.other_sheets,
    )


def rows_again(path: Path, numbers: Collection[int]) -> tuple[Sequence[str], list[tuple[int, Sequence[str]]]]:
    """The headers of a table and its rows with these numbers, as they are; raises ``SourceError`` as ``open_table``."""
    reading = open_table(path, {}, {})
    wanted = set(numbers)
    return reading.header.cells, [
        (row.number, row.cells) for row in reading.about.rows if row.number in wanted
    ]


def _example(value: str) -> str:
    line = " ".join(value.split())
    return shown(line if len(line) <= LONGEST_EXAMPLE else line[: LONGEST_EXAMPLE - 1] + "…")


def _like_contact(values: Sequence[str]) -> float:
    return sum(_is_address(value) or _is_telephone(value) for value in values) / len(values)


def _is_address(value: str) -> bool:
    name, at, host = value.partition("@")
    return bool(name and at and "." in host and " " not in value and "/" not in value)


def _is_telephone(value: str) -> bool:
    digits = sum(character.isdigit() for character in value)
    return value.startswith(("+", "00")) and digits >= 8 and not set(value) - set("+0123456789 ()-./")
