"""Rows of a table file into records: headers planned, cells checked, everything wrong collected."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from matchmaker.actors import Rejection
from matchmaker.errors import SourceError
from matchmaker.sources.delimited import open_delimited
from matchmaker.sources.headers import SEVERAL, HeaderPlan, letter, meant_field, plan_columns
from matchmaker.sources.rejections import shown
from matchmaker.sources.rows import COLUMN_LIMIT, ROW_LIMIT, Row, TableRows
from matchmaker.sources.values import text_of
from matchmaker.sources.workbooks import open_workbook
from matchmaker.telling import told

_ZIP = b"PK"

Value = TypeVar("Value")


@dataclass(slots=True)
class TableReading:
    """One table file while it is read; ``rejections`` and ``rows`` grow as ``records`` is gone through."""

    path: Path
    about: TableRows
    plan: HeaderPlan
    header: Row
    used: frozenset[str]
    """Headers of the user's mapping that this file has."""
    rejections: list[Rejection] = field(default_factory=list)
    rows: int = 0

    def reject(self, row: int, column: str, value: str, reason: str) -> None:
        """Note one value that cannot be accepted."""
        self.rejections.append(Rejection(self.about.name, row, shown(column), shown(value), reason))

    def sorted_rejections(self) -> tuple[Rejection, ...]:
        """The rejections by row, then by column as they stand in the file."""
        place = {shown(header): position for position, header in reversed([*enumerate(self.header.cells)])}
        return tuple(sorted(self.rejections, key=lambda each: (each.row, place.get(each.column, -1))))

    def require(self, name: str, what: str) -> None:
        """Raise ``SourceError`` where no column holds the field; ``what`` says what is missing."""
        if not self.plan.has(name):
            headers = ", ".join(shown(cell) for cell in self.header.cells[:30] if cell.strip())
            raise SourceError(
                told(
                    '{name} has no column with {what}. Its headers, from the first row with content (row {number}), are: {headers}. Say which it is: --map "Header={field}".',
                    name=self.about.name,
                    what=what,
                    number=self.header.number,
                    headers=headers,
                    field=name,
                ),
                file=self.path,
            )

    def records(self) -> Iterator[Record]:
        """Every row with content below the headers that could be read as a row."""
        self._check_headers()
        named = max((at + 1 for at, cell in enumerate(self.header.cells) if cell), default=0)
        nameless = {at for at, cell in enumerate(self.header.cells) if not cell.strip()}
        fields = [
            (name, [(at, self.header.cells[at]) for at in self.plan.positions(name)])
            for name in dict.fromkeys(column.field for column in self.plan.columns)
            if name is not None
        ]
        for row in self.about.rows:
            self.rows += 1
            if self.rows > ROW_LIMIT:
                raise SourceError(
                    told(
                        "{name} has more than {most:,} rows. Split it into several files.",
                        name=self.about.name,
                        most=ROW_LIMIT,
                    ),
                    file=self.path,
                )
            if not self._well_formed(row, named):
                continue
            for at in [at for at in nameless if row.cells[at : at + 1] and row.cells[at].strip()]:
                nameless.discard(at)
                reason = told(
                    "The column has no header, but a value in row {number}. Give it a header.",
                    number=row.number,
                )
                self.reject(self.header.number, letter(at), row.cells[at], reason)
            yield self._record(row, fields)

    def _check_headers(self) -> None:
        for name in dict.fromkeys(column.field for column in self.plan.columns):
            if name is None or name in SEVERAL:
                continue
            for position in self.plan.positions(name)[1:]:
                header = self.header.cells[position]
                reason = told(
                    "More than one column holds the {name}. Delete or rename one of them.",
                    name=name.replace("_", " "),
                )
                self.reject(self.header.number, header, letter(position), reason)

    def _well_formed(self, row: Row, named: int) -> bool:
        width = len(self.header.cells)
        problem = row.problem
        beyond = [cell for cell in row.cells[width:] if cell.strip()]
        if not problem and beyond:
            problem = told(
                "The row has {number} cells, the headers {width}. Is a cell with a delimiter not quoted?",
                number=len(row.cells),
                width=width,
            )
        elif not problem and len(row.cells) < named:
            problem = told(
                "The row has only {number} cells, the headers {width}.", number=len(row.cells), width=width
            )
        if problem:
            self.reject(row.number, "", beyond[0] if beyond else "", problem)
        return not problem

    def _record(self, row: Row, fields: Sequence[tuple[str, list[tuple[int, str]]]]) -> Record:
        record = Record(self, row.number)
        for name, columns in fields:
            if name not in SEVERAL:
                columns = columns[:1]
            for position, header in columns:
                raw = row.cells[position]
                if not raw:
                    continue
                try:
                    text = text_of(raw, name)
                except ValueError as error:
                    record.reject(header, raw, str(error))
                    continue
                if text:
                    record.cells.setdefault(name, []).append((header, text))
        return record


@dataclass(slots=True)
class Record:
    """One row: its cells by field, checked as text, empty ones left out."""

    reading: TableReading
    number: int
    cells: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Field to (header, text) of its columns."""
    rejected: set[str] = field(default_factory=set)
    """Headers of the row's columns in which something was rejected so far."""

    def reject(self, column: str, value: str, reason: str) -> None:
        """Note one value of this row that cannot be accepted."""
        self.rejected.add(column)
        self.reading.reject(self.number, column, value, reason)

    @property
    def ok(self) -> bool:
        """Nothing of the row was rejected so far."""
        return not self.rejected

    def has_rejected(self, name: str) -> bool:
        """Whether something in the columns of a field was rejected, so that it only looks empty."""
        return any(self.reading.header.cells[at] in self.rejected for at in self.reading.plan.positions(name))

    def header(self, name: str) -> str:
        """The header of a field's column, or the field's name where there is none."""
        positions = self.reading.plan.positions(name)
        return self.reading.header.cells[positions[0]] if positions else name

    def text(self, name: str) -> str:
        """The text of a field, ``""`` where it is empty."""
        return self.cells[name][0][1] if name in self.cells else ""

    def parsed(self, name: str, parse: Callable[[str], Value], default: Value) -> Value:
        """The value of a field, ``default`` where it is empty or, after noting why, cannot be understood."""
        if name not in self.cells:
            return default
        header, text = self.cells[name][0]
        try:
            return parse(text)
        except ValueError as error:
            self.reject(header, text, str(error))
            return default

    def several(self, name: str, split: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
        """The parts of all columns of a field, each once."""
        return tuple(dict.fromkeys(part for _, text in self.cells.get(name, ()) for part in split(text)))


def open_table(
    path: Path,
    mapping: Mapping[str, str],
    names: Mapping[str, tuple[str, ...]],
    *,
    elsewhere: Collection[str] = (),
) -> TableReading:
    """Open a CSV or XLSX file, told apart by their first bytes, and plan its columns.

    Entries of ``mapping`` for fields that only tables ``elsewhere`` have are left alone. Raises ``SourceError``.
    """
    try:
        with path.open("rb") as file:
            is_zip = file.read(2) == _ZIP
        about = open_workbook(path) if is_zip else open_delimited(path)
        header = next(about.rows, None)
    except OSError as error:
        why = error.strerror or str(error)
        raise SourceError(
            told("{file} cannot be read: {why}. Check the name and the rights.", file=path.name, why=why),
            file=path,
        ) from error
    if header is None:
        raise SourceError(
            told("{file} is empty. Its first row must hold the headers.", file=path.name), file=path
        )
    if header.problem or len(header.cells) > COLUMN_LIMIT:
        why = header.problem or told(
            "It has {number:,} columns; a table may have {most:,}.",
            number=len(header.cells),
            most=COLUMN_LIMIT,
        )
        raise SourceError(
            told(
                "The headers of {file} (row {row}) cannot be used. {why}",
                file=path.name,
                row=header.number,
                why=why,
            ),
            file=path,
        )
    header = _tidy(header)
    here = {
        name: meant
        for name, meant in mapping.items()
        if meant_field(meant) in names or meant_field(meant) not in elsewhere
    }
    try:
        plan = plan_columns(header.cells, here, names)
    except ValueError as error:
        raise SourceError(
            told("The mapping for {file} cannot be used: {why}.", file=path.name, why=str(error)), file=path
        ) from error
    return TableReading(path, about, plan, header, frozenset(here) - set(plan.not_found))


def _tidy(header: Row) -> Row:
    """Headers as text on one line."""
    cells = (" ".join(cell.replace("\u00ad", "").split()) for cell in header.cells)
    return Row(header.number, tuple(cells))


def refuse_not_found(mapping: Mapping[str, str], readings: Sequence[TableReading]) -> None:
    """Raise ``SourceError`` for a header of the mapping that none of the files has."""
    missing = [header for header in mapping if not any(header in reading.used for reading in readings)]
    if missing:
        present = "; ".join(
            f"{reading.about.name}: {', '.join(shown(cell) for cell in reading.header.cells[:30] if cell)}"
            for reading in readings
        )
        names = ", ".join(f'"{shown(header)}"' for header in missing)
        raise SourceError(
            told("No column is called {names}. The headers are: {present}.", names=names, present=present),
            file=readings[0].path,
        )
