"""Who is specialised in what: location quotients with intervals, the indices, what is near, what came and went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter

from matchmaker.landscape.specialisation.findings import Cell as Quotient
from matchmaker.landscape.specialisation.findings import Moves, Specialisation, Verdict
from matchmaker.landscape.specialisation.questions import By, Of, Question, Weight, Years
from matchmaker.places import is_called
from matchmaker.published import Published
from matchmaker.reporting.values import (
    Bar,
    Bars,
    Cell,
    Linked,
    Listed,
    Note,
    Number,
    Plot,
    Range,
    Region,
    Sentence,
    Word,
    Year,
)
from service.dependencies import PageStudies
from service.pages.analyst.choices import (
    ByChoice,
    LevelChoice,
    OfChoice,
    PartChoice,
    VerdictChoice,
    WeightChoice,
    YearChoice,
    asked,
)
from service.pages.analyst.sheets import Column, Sheet, count, real, text, words
from service.pages.analyst.study import (
    Field,
    Study,
    Working,
    choice,
)
from service.pages.analyst.topics import Found, ShownBuild, topic
from service.pages.filters import readable
from service.pages.wording import WORDINGS
from service.spans import periods
from service.studies import Studies

router = APIRouter()

LEVELS = (2, 3, 1, 0)
"""Levels of regions in the order in which they are tried, as the report does."""
DRAWN = 12
NAMED = 3


@topic(router, "/specialisation")
def specialisation(
    snapshot: ShownBuild,
    studies: PageStudies,
    by: ByChoice = None,
    of: OfChoice = None,
    weight: WeightChoice = None,
    level: LevelChoice = None,
    first: YearChoice = None,
    last: YearChoice = None,
    place: PartChoice = "",
    column: PartChoice = "",
    verdict: VerdictChoice = None,
) -> Found:
    """Location quotients by region, country or actor group, with everything economic geography makes of them."""
    years = asked(lambda: _years(first, last), "last")
    question = asked(
        lambda: Question(
            by or By.REGION, of or Of.SUB_CLUSTERS, weight or Weight.ACTORS,
            2 if level is None else level, years=years,
        ),
        "last",
    )  # fmt: skip
    if level is None and question.by is By.REGION:
        question = telling(studies, snapshot, question)
    # One after the other, so that nobody waits for each of them in turn.
    found = studies.specialisation(snapshot, question)
    there = None if found is None else studies.cells(snapshot, question)
    if found is None or there is None:
        return Working()
    period = periods(studies.coverage(snapshot))
    moved = studies.moves(snapshot, question, *period) if period else None
    if period and moved is None:
        return Working()
    wanted = Wanted(readable(place), readable(column), verdict)
    shown, near = wanted.cells(found, there.surest), wanted.cells(found, there.nearest)
    return Study(
        topic="specialisation",
        said=_said(found, moved),
        fields=_fields(question, place, column, verdict, first, last),
        plots=_plots(question, shown),
        sheets=_sheets(found, moved, shown, near, wanted),
        nothing="" if any(row.enough for row in found.rows) else "specialisation.nothing",
        defined=6,
    )


def as_first_seen(studies: Studies, snapshot: Published) -> None:
    """Work out what the page shows before anybody chooses anything."""
    question = telling(studies, snapshot, Question())
    studies.cells(snapshot, question)
    period = periods(studies.coverage(snapshot))
    if period:
        studies.moves(snapshot, question, *period)


def telling(studies: Studies, snapshot: Published, question: Question) -> Question:
    """The same at the finest level of regions that tells anything: with two regions of enough actors, level 2 first."""
    for level in LEVELS:
        tried = replace(question, level=level)
        found = studies.specialisation(snapshot, tried)
        if found is None or sum(row.enough for row in found.rows) > 1:
            return tried
    return question


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of a table is shown."""

    place: str
    """How the place begins; ``""`` for all."""
    column: str
    """What is in the name of the column, or its id; ``""`` for all."""
    verdict: Verdict | None

    def has_place(self, by: By, row_id: str) -> bool:
        """Whether a place is one of those, by its id or by its name in either language."""
        begun = self.place.casefold()
        if row_id.casefold().startswith(begun):
            return True
        if by is not By.GROUP:
            return is_called(row_id, self.place)
        names = (wording(f"groups.{row_id}") for wording in WORDINGS.values())
        return any(name.casefold().startswith(begun) for name in names)

    def has_column(self, column_id: str, label: str) -> bool:
        """Whether a column is one of those."""
        return self.column.casefold() in label.casefold() or self.column == column_id

    def cells(self, found: Specialisation, ordered: Sequence[Quotient]) -> list[Quotient]:
        """Those of a table's cells, in the order in which they come."""
        # A table has far more cells than places and columns.
        places = {each.id for each in found.rows if self.has_place(found.question.by, each.id)}
        columns = {each.id for each in found.columns if self.has_column(each.id, each.label)}
        return [
            each
            for each in ordered
            if each.row_id in places
            and each.column_id in columns
            and (self.verdict is None or each.verdict is self.verdict)
        ]


def _years(first: int | None, last: int | None) -> Years | None:
    if first is None and last is None:
        return None
    years = (first if first is not None else last or 0, last if last is not None else first or 0)
    if years[0] > years[1]:
        raise ValueError(f"The first year, {years[0]}, comes after the last, {years[1]}: turn them round.")
    return years


def _said(found: Specialisation, moved: Moves | None) -> tuple[Sentence | Note, ...]:
    above = sorted(
        (each for each in found.cells if each.verdict is Verdict.ABOVE),
        key=lambda each: (-(each.lower or 0.0), each.row_id, each.column_id),
    )
    said: list[Sentence | Note] = [
        Sentence(
            "specialisation.best",
            {"what": Listed(tuple(_named(found.question, each) for each in above[:NAMED]), "; ")},
            "finding",
        )
        if above
        else Sentence("specialisation.none", tone="caution")
    ]
    if moved is not None and (moved.could_enter or moved.could_leave):
        said.append(
            Sentence(
                "specialisation.moves",
                {
                    "entries": Number(len(moved.entries)),
                    "could_enter": Number(moved.could_enter),
                    "exits": Number(len(moved.exits)),
                    "could_leave": Number(moved.could_leave),
                    "first": _span(moved.first),
                    "second": _span(moved.second),
                },
            )
        )
    return (*said, *(Note(note) for note in found.notes))


def _span(years: Years) -> Cell:
    if years[0] == years[1]:
        return Year(years[0])
    return Listed((Year(years[0]), Year(years[1])), "–")


def _named(question: Question, cell: Quotient) -> Cell:
    return Word(
        "specialisation.item",
        {
            "place": _place(question, cell.row_id),
            "column": _column(question, cell.column_id, cell.label),
            "quotient": Number(cell.quotient or 0.0, 1),
            "interval": Range(cell.lower or 0.0, cell.upper or 0.0),
        },
    )


def _place(question: Question, row_id: str) -> Cell:
    return Word(f"groups.{row_id}") if question.by is By.GROUP else Region(row_id)


def _column(question: Question, column_id: str, label: str) -> Cell:
    return label if question.of is Of.FIELDS else Linked(label, sub_cluster_id=column_id)


def _fields(
    question: Question,
    place: str,
    column: str,
    verdict: Verdict | None,
    first: int | None,
    last: int | None,
) -> tuple[Field, ...]:
    return (
        choice("by", question.by, "by", [*By], every=""),
        choice("of", question.of, "of", [*Of], every=""),
        choice("weight", question.weight, "weight", [*Weight], every=""),
        choice("level", question.level, "level", ["0", "1", "2", "3"], every=""),
        Field("place", "text", place),
        Field("column", "text", column),
        choice("verdict", verdict, "verdict", [*Verdict]),
        Field("first", "year", str(first or "")),
        Field("last", "year", str(last or "")),
    )


def _plots(question: Question, shown: list[Quotient]) -> tuple[Plot, ...]:
    sure = [each for each in shown if each.verdict is Verdict.ABOVE and each.quotient is not None]
    sure.sort(key=lambda each: (-(each.lower or 0.0), each.row_id, each.column_id))
    if not sure:
        return ()
    bars = tuple(
        Bar(
            Listed((_place(question, each.row_id), _column(question, each.column_id, each.label)), " · "),
            each.quotient or 0.0,
            Number(each.quotient or 0.0, 1),
            low=each.lower,
            high=each.upper,
        )
        for each in sure[:DRAWN]
    )
    return (
        Bars(
            "plot.specialisation",
            "report.axis.quotient",
            "column.quotient",
            bars,
            reference=1.0,
            reference_label="1",
        ),
    )


def _sheets(
    found: Specialisation,
    moved: Moves | None,
    shown: list[Quotient],
    near: list[Quotient],
    wanted: Wanted,
) -> tuple[Sheet[Any], ...]:
    question = found.question

    def where() -> Column[Any]:
        return Column("place", lambda row: row.row_id, lambda row: _place(question, row.row_id))

    def what() -> Column[Any]:
        return Column(
            "column", lambda row: row.label, lambda row: _column(question, row.column_id, row.label)
        )

    id_of: Column[Any] = text("column_id", lambda row: row.column_id)
    rows = [row for row in found.rows if wanted.has_place(question.by, row.id)]
    rows.sort(key=lambda row: (-row.actors, row.id))
    sheets: list[Sheet[Any]] = [
        Sheet(
            "quotients",
            (
                where(), what(), count("actors", lambda row: row.actors),
                real("quotient", lambda row: row.quotient), real("lower", lambda row: row.lower),
                real("upper", lambda row: row.upper), words("verdict", "verdict", lambda row: row.verdict),
            ),
            shown,
            (id_of, count("amount", lambda row: row.amount), real("density", lambda row: row.density)),
        ),
        Sheet(
            "near",
            (
                where(), what(), count("actors", lambda row: row.actors),
                real("density", lambda row: row.density), real("quotient", lambda row: row.quotient),
            ),
            near,
            (id_of,),
        ),
        Sheet(
            "places",
            (
                Column("place", lambda row: row.id, lambda row: _place(question, row.id)),
                count("actors", lambda row: row.actors), count("diversity", lambda row: row.diversity),
                real("krugman", lambda row: row.krugman_index), real("herfindahl", lambda row: row.herfindahl),
                real("entropy", lambda row: row.entropy), real("complexity", lambda row: row.complexity),
                real("density", lambda row: row.density),
            ),
            rows,
            (
                count("amount", lambda row: row.amount),
                real("unrelated_variety", lambda row: row.unrelated_variety),
                real("related_variety", lambda row: row.related_variety),
            ),
        ),
        Sheet(
            "columns",
            (
                Column("column", lambda row: row.label, lambda row: _column(question, row.id, row.label)),
                count("actors", lambda row: row.actors), count("ubiquity", lambda row: row.ubiquity),
                real("gini", lambda row: row.locational_gini), real("complexity", lambda row: row.complexity),
            ),
            sorted(found.columns, key=lambda row: (-row.actors, row.id)),
            (text("column_id", lambda row: row.id), count("amount", lambda row: row.amount)),
        ),
    ]  # fmt: skip
    entries, exits = (moved.entries, moved.exits) if moved is not None else ((), ())
    entered = {id(each) for each in entries}
    sheets.append(
        Sheet(
            "moves",
            (
                words("move", "move", lambda row: "entry" if id(row) in entered else "exit"),
                where(),
                what(),
                count("actors_before", lambda row: row.actors_before),
                count("actors_after", lambda row: row.actors_after),
                real("density", lambda row: row.density),
            ),
            [each for each in (*entries, *exits) if wanted.has_place(question.by, each.row_id)],
            (id_of,),
            if_any=moved is None,
        )
    )
    return tuple(sheets)
