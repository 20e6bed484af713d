"""What an analyst reads of specialisation: rows, columns, cells with intervals, entries and exits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matchmaker.landscape.specialisation.questions import Question, Years


class Verdict(StrEnum):
    """What a location quotient says with its interval."""

    ABOVE = "above"
    BELOW = "below"
    UNSURE = "unsure"
    """The interval holds 1."""
    TOO_FEW = "too_few"
    """Too few actors to tell."""


@dataclass(frozen=True, slots=True)
class Row:
    """A region, country or actor group."""

    id: str
    actors: int
    amount: float
    """Actors, collaborations or EUR of its cells together; an actor in several columns counts in each."""
    enough: bool
    """Whether it has the least number of actors; without it, only the amount is told."""
    diversity: int | None
    """Columns present; ``None`` where no other row has enough actors, too."""
    krugman_index: float | None
    herfindahl: float | None
    entropy: float | None
    """Bits."""
    unrelated_variety: float | None
    """Bits; ``None`` where columns are parts of nothing."""
    related_variety: float | None
    complexity: float | None
    """Economic complexity by eigenvector, mean 0 and deviation 1 over the rows."""
    density: float | None
    """Relatedness density, mean over the columns that it does not have."""


@dataclass(frozen=True, slots=True)
class Column:
    """A sub-cluster, specialisation or field."""

    id: str
    label: str
    sector: str
    actors: int
    amount: float
    ubiquity: int
    locational_gini: float | None
    complexity: float | None
    """On the scale of the rows' complexity."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One row's part in one column."""

    row_id: str
    column_id: str
    label: str
    """The column's."""
    amount: float
    actors: int
    quotient: float | None
    """Location quotient; ``None`` where too few actors stand behind it."""
    lower: float | None
    upper: float | None
    """95 % interval of the location quotient."""
    verdict: Verdict
    present: bool
    """Location quotient of 1 or more, and the least number of actors."""
    density: float | None
    """Relatedness density, 0 to 1: which share of what is related to the column the row has."""


@dataclass(frozen=True, slots=True)
class Specialisation:
    """A table of specialisation with every index; empty, with notes, where nothing can be known."""

    question: Question
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    cells: tuple[Cell, ...]
    """By row, then by column; every combination."""
    relatedness: tuple[tuple[float, ...], ...]
    """Of the columns by the columns; 1 is what chance gives."""
    notes: tuple[str, ...]

    def of(self, row_id: str) -> tuple[Cell, ...]:
        """The cells of a row; none for a row that is not there."""
        return tuple(cell for cell in self.cells if cell.row_id == row_id)

    def specialised(self, row_id: str) -> tuple[Cell, ...]:
        """What a row is surely specialised in, by falling lower end of the interval, then id."""
        found = [cell for cell in self.of(row_id) if cell.verdict is Verdict.ABOVE]
        return tuple(sorted(found, key=lambda cell: (-(cell.lower or 0.0), cell.column_id)))

    def near(self, row_id: str) -> tuple[Cell, ...]:
        """What a row does not have, by falling relatedness density, then id.

        What it has about as much of as others do, so that the interval cannot tell, is only here with few actors.
        """
        return self._by_density(self.of(row_id))

    def nearest(self) -> tuple[Cell, ...]:
        """The same of all rows together, by falling relatedness density, then ids."""
        return self._by_density(self.cells)

    def _by_density(self, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        found = [
            cell
            for cell in cells
            if not cell.present
            and cell.density is not None
            and (cell.verdict is Verdict.BELOW or cell.actors < self.question.least)
        ]
        return tuple(sorted(found, key=lambda cell: (-(cell.density or 0.0), cell.row_id, cell.column_id)))


@dataclass(frozen=True, slots=True)
class Move:
    """A column that a row took up or gave up between two periods."""

    row_id: str
    column_id: str
    label: str
    actors_before: int
    actors_after: int
    density: float | None
    """Relatedness density in the first period."""


@dataclass(frozen=True, slots=True)
class Moves:
    """Entries and exits between two periods."""

    question: Question
    first: Years
    second: Years
    entries: tuple[Move, ...]
    """By row, then by falling density."""
    exits: tuple[Move, ...]
    could_enter: int
    """Cells that were absent in the first period."""
    could_leave: int
    entry_density: float | None
    """Mean relatedness density of the cells that were entered."""
    other_density: float | None
    """The same of those that could have been and were not."""
    notes: tuple[str, ...]
