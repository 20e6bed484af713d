"""Which column of a table holds which field: by the user's word, by known names in Danish and English, or by likeness."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from matchmaker.sources.known_names import PERSONAL
from matchmaker.telling import told

LIKE_ENOUGH = 0.88
"""Least likeness (0 to 1) at which a header is taken for a misspelt known name."""

SEVERAL = frozenset({"offers", "requests", "tags", "participants", "fields"})
"""Fields that may be spread over several columns (``Offer 1``, ``Offer 2``)."""

_JOINED = SEVERAL - {"participants"}
"""Fields whose columns are joined whatever their names; a second name for participants (``organisation id`` beside
``organisation name``) tells of the same participant again."""

ALSO_CALLED = {
    "offer": "offers",
    "request": "requests",
    "tag": "tags",
    "participant": "participants",
    "field": "fields",
}
"""Other spellings of field names that ``--map`` understands."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table and what was made of it."""

    header: str
    letter: str
    """The column as a spreadsheet names it: A, B, ... AA."""
    field: str | None
    """Name of the field, or ``None`` where the column is not imported."""
    how: str
    """``mapped`` by the user, ``known`` name, ``similar`` to a known name; or why not: ``ignored`` by the user,
    ``personal`` data, ``taken`` (another column is the field), ``unknown``."""
    certainty: float
    """0 to 1: 1 for a mapped or known header, the likeness for a similar one, 0 where there is no field."""
    position: int
    """0 for the first column."""


@dataclass(frozen=True, slots=True)
class HeaderPlan:
    """What the columns of a table hold."""

    columns: tuple[Column, ...]
    """In the order of the file; columns without a header are left out."""
    not_found: tuple[str, ...]
    """Headers of the user's mapping that the table does not have."""

    def positions(self, field: str) -> tuple[int, ...]:
        """Positions of the columns of a field, by number in the header, then by header, then by place.

        So ``Offer 2`` comes after ``Offer 1`` wherever the columns are.
        """
        found = [column for column in self.columns if column.field == field]
        found.sort(key=lambda column: (_number_in(column.header), plain(column.header), column.position))
        return tuple(column.position for column in found)

    def has(self, field: str) -> bool:
        """Whether any column holds the field."""
        return any(column.field == field for column in self.columns)


def letter(position: int) -> str:
    """A column's name in a spreadsheet: 0 is A, 26 is AA."""
    name = ""
    position += 1
    while position:
        position, remainder = divmod(position - 1, 26)
        name = chr(ord("A") + remainder) + name
    return name


def plain(header: str) -> str:
    """A header without what does not tell headers apart: case, punctuation, numbers, ``camelCase``, brackets."""
    text = unicodedata.normalize("NFC", header).replace("\u00ad", "")
    text = re.sub(r"(?<=[a-zæøå])(?=[A-ZÆØÅ])", " ", text)
    without_brackets = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", text)
    text = without_brackets if without_brackets.strip() else text
    return " ".join(re.sub(r"[\W\d_]+", " ", text.casefold()).split())


def _number_in(header: str) -> int:
    numbers = re.findall(r"[0-9]{1,6}", header)
    return int(numbers[-1]) if numbers else 0


def plan_columns(
    headers: Sequence[str], mapping: Mapping[str, str], names: Mapping[str, tuple[str, ...]]
) -> HeaderPlan:
    """Decide what each column holds; ``mapping`` (header to field, ``""`` or ``"-"`` to ignore) comes first.

    Known names come before similar ones, the earlier name in ``names`` before the later, never the order of the
    columns. Raises ``ValueError`` for a field that does not exist and for two headers mapped to one field.
    """
    chosen = _chosen(headers, mapping, names)
    taken = {chosen[position] for position in chosen} - SEVERAL - {None}
    suggestions = {
        position: _suggestion(plain(header), names)
        for position, header in enumerate(headers)
        if header.strip() and position not in chosen
    }
    best = _best_by_field(headers, suggestions)
    columns = []
    for position, header in enumerate(headers):
        if not header.strip():
            continue
        if position in chosen:
            field, how, certainty = chosen[position], "mapped" if chosen[position] else "ignored", 1.0
        else:
            field, certainty = suggestions[position].field, suggestions[position].certainty
            how = "known" if certainty == 1.0 else "similar"
            if _is_personal(header, suggestions[position]):
                field, how = None, "personal"
            elif field is None:
                how = "unknown"
            elif field in taken or (
                field not in _JOINED and best[field] != _rank(header, suggestions[position])
            ):
                field, how = None, "taken"
        columns.append(Column(header, letter(position), field, how, certainty if field else 0.0, position))
    return HeaderPlan(tuple(columns), _not_found(headers, mapping))


def meant_field(name: str) -> str:
    """The field that a user's word for it means, ``""`` for the words that leave a column out."""
    word = re.sub(r"[\s-]+", "_", name.strip().casefold()).strip("_")
    return ALSO_CALLED.get(word, word)


def _same_header(header: str) -> str:
    return " ".join(unicodedata.normalize("NFC", header).casefold().split())


def _not_found(headers: Sequence[str], mapping: Mapping[str, str]) -> tuple[str, ...]:
    present = {_same_header(header) for header in headers}
    return tuple(header for header in mapping if _same_header(header) not in present)


def _chosen(
    headers: Sequence[str], mapping: Mapping[str, str], names: Mapping[str, tuple[str, ...]]
) -> dict[int, str | None]:
    """Positions that the user's mapping decides."""
    wanted: dict[str, str | None] = {}
    for header, name in mapping.items():
        field = meant_field(name)
        if field and field not in names:
            raise ValueError(
                told(
                    'there is no field "{name}" (for "{header}"); the fields are {named}',
                    name=name,
                    header=header,
                    named=", ".join(names),
                )
            )
        wanted[_same_header(header)] = field or None
    decided = {
        position: wanted[_same_header(header)]
        for position, header in enumerate(headers)
        if header.strip() and _same_header(header) in wanted
    }
    first: dict[str, str] = {}
    for position, chosen in decided.items():
        if chosen and chosen not in SEVERAL:
            other = first.setdefault(chosen, _same_header(headers[position]))
            if other != _same_header(headers[position]):
                raise ValueError(
                    told(
                        'two columns are mapped to {field}: "{one}" and "{other}"',
                        field=chosen,
                        one=other,
                        other=headers[position],
                    )
                )
    return decided


@dataclass(frozen=True, slots=True)
class _Suggestion:
    field: str | None
    certainty: float
    order: int
    """Place of the name among the names of its field: the smaller, the better."""


def _suggestion(header: str, names: Mapping[str, tuple[str, ...]]) -> _Suggestion:
    for field, known in names.items():
        if header in known:
            return _Suggestion(field, 1.0, known.index(header))
    likeness, order, field = max(
        (
            (fuzz.ratio(header, name) / 100, -order, field)
            for field, known in names.items()
            for order, name in enumerate(known)
            if len(name) > 3
        ),
        default=(0.0, 0, ""),
    )
    return (
        _Suggestion(field, round(likeness, 2), -order)
        if likeness >= LIKE_ENOUGH
        else _Suggestion(None, 0.0, 0)
    )


def _is_personal(header: str, suggestion: _Suggestion) -> bool:
    """Whether a column holds personal data that this kind of table has no field for."""
    return plain(header) in PERSONAL and suggestion.certainty < 1.0


def _rank(header: str, suggestion: _Suggestion) -> tuple[float, int, str]:
    return (-suggestion.certainty, suggestion.order, plain(header))


def _best_by_field(
    headers: Sequence[str], suggestions: Mapping[int, _Suggestion]
) -> dict[str, tuple[float, int, str]]:
    best: dict[str, tuple[float, int, str]] = {}
    for position, suggestion in suggestions.items():
        if suggestion.field is not None and not _is_personal(headers[position], suggestion):
            rank = _rank(headers[position], suggestion)
            best[suggestion.field] = min(rank, best.get(suggestion.field, rank))
    return best
