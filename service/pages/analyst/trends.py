"""What rises and falls, in the whole cluster or in one part of it, year by year and against chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter

from matchmaker.landscape.trend_items import Kind
from matchmaker.landscape.trends import Tendency, Trend, Trends
from matchmaker.reporting.values import (
    Bar,
    Bars,
    Cell,
    Columns,
    Listed,
    Note,
    Number,
    Plot,
    Range,
    Sentence,
    Word,
)
from service.dependencies import PageStudies
from service.pages.analyst.choices import (
    KindChoice,
    PartChoice,
    TendencyChoice,
    YearChoice,
    asked,
    known_part,
)
from service.pages.analyst.sheets import Column, Sheet, count, real, text, words, year
from service.pages.analyst.study import (
    Field,
    Names,
    Study,
    Working,
    choice,
    names_of,
    part_field,
)
from service.pages.analyst.topics import Found, ShownBuild, topic
from service.pages.wording import WORDINGS

router = APIRouter()

DRAWN = 8
"""Of what rises, and of what falls."""
NAMED = 4
SMALLEST = 0.001
"""A probability below it is shown as that."""
BEYOND = (Tendency.RISING, Tendency.FALLING)
OF_A_PART = (Kind.VOLUME, Kind.NEW_ACTORS)
"""Kinds of which a part has one each."""
WITH_NOTHING = frozenset({"no_collaborations", "no_dates", "no_complete_year", "one_year"})
"""Notes that say why there is nothing to tell."""


@topic(router, "/trends")
def trends(
    snapshot: ShownBuild,
    studies: PageStudies,
    part: PartChoice = "",
    kind: KindChoice = None,
    tendency: TendencyChoice = None,
    first: YearChoice = None,
    last: YearChoice = None,
) -> Found:
    """Terms, fields, groups and collaborations that rise and fall beyond chance."""
    chosen = known_part(snapshot, part)
    found = asked(lambda: studies.trends(snapshot, chosen, first, last), "last")
    if found is None:
        return Working()
    names = names_of(snapshot)
    items = [
        each
        for each in (*found.growth, *found.items)
        if (kind is None or each.kind is kind) and (tendency is None or each.tendency is tendency)
    ]
    return Study(
        topic="trends",
        said=_said(found, names),
        fields=(
            part_field(snapshot, chosen),
            choice("kind", kind, "trend.kind", [*Kind]),
            choice("tendency", tendency, "tendency", [*Tendency]),
            Field("first", "year", str(first or "")),
            Field("last", "year", str(last or "")),
        ),
        plots=_plots(found, items, names),
        sheets=_sheets(found, items, names),
        nothing="trends.nothing" if WITH_NOTHING & set(found.notes) else "",
        defined=4,
    )


def what(each: Trend, names: Names, *, inside: bool = False) -> Cell:
    """What rises or falls, in words; ``inside`` a sentence."""
    return named(each.kind.value, each.name, names, inside=inside)


def named(kind: str, name: str, names: Names, *, inside: bool = False) -> Cell:
    """An item of a trend in words, by its kind; ``inside`` a sentence."""
    if kind == Kind.PART:
        return names.part(name)
    if kind == Kind.GROUP_PAIR:
        one, _, other = name.partition("+")
        return Word(
            "report.trends.pair",
            {"one": Word(f"groups.{one}", inside=inside), "other": Word(f"groups.{other}", inside=True)},
        )
    if kind == Kind.COMMITMENT:
        return Word(f"report.trends.level.{name}" if inside else f"commitment.{name}")
    if kind in (Kind.ACROSS, Kind.VOLUME, Kind.NEW_ACTORS):
        return Word(f"report.trends.name.{kind}")
    return last_step(name) if kind == Kind.FIELD else name


def last_step(field: str) -> str:
    """A field of science without the wider ones that its path begins with."""
    return field.strip("/").rpartition("/")[2]


def _said(found: Trends, names: Names) -> tuple[Sentence | Note, ...]:
    said: list[Sentence | Note] = []
    for tendency in BEYOND:
        moving = [each for each in (*found.growth, *found.items) if each.tendency is tendency][:NAMED]
        if moving:
            cells = Listed(tuple(what(each, names, inside=True) for each in moving), "; ")
            said.append(Sentence(f"report.trends.{tendency}", {"what": cells}, "finding"))
    tested = sum(found.tested.values())
    if tested:
        moving_all = sum(each.tendency in BEYOND for each in found.items)
        figures: dict[str, Cell] = {"tested": Number(tested), "moving": Number(moving_all)}
        said.append(Sentence("report.trends.tested", figures))
    return (*said, *(Sentence(f"trend.note.{note}", tone="caution") for note in found.notes))


def _plots(found: Trends, items: Sequence[Trend], names: Names) -> tuple[Plot, ...]:
    plots: list[Plot] = []
    if len(found.collaborations) > 1:
        plots.append(Columns("report.plot.began", "report.axis.collaborations", found.collaborations))
    moving = [
        each for tendency in BEYOND for each in [each for each in items if each.tendency is tendency][:DRAWN]
    ]
    if moving:
        bars = tuple(
            Bar(
                what(each, names),
                each.rate,
                Number(each.rate, 2),
                "accent" if each.tendency is Tendency.RISING else "warm",
                each.low,
                each.high,
            )
            for each in moving
        )
        plots.append(
            Bars("plot.trends", "plot.trends.axis", "column.what", bars, reference=1.0, reference_label="1")
        )
    return tuple(plots)


@dataclass(frozen=True, slots=True)
class Year:
    """Comings and goings of one year."""

    year: int
    collaborations: int | None
    new: int | None
    active: int | None
    left: int | None


def _chance(row: Trend) -> Cell:
    """A probability that is never shown as none."""
    if row.q is None:
        return "–"
    return Word("trends.below", {"least": Number(SMALLEST, 3)}) if row.q < SMALLEST else Number(row.q, 3)


def _sheets(found: Trends, items: Sequence[Trend], names: Names) -> tuple[Sheet[Trend] | Sheet[Year], ...]:
    years: list[int] = list(found.period.years)
    moving = Sheet(
        "trends",
        (
            Column("what", lambda row: _filed(row, names), lambda row: what(row, names)),
            words("kind", "trend.kind", lambda row: row.kind),
            words("tendency", "tendency", lambda row: row.tendency),
            Column(
                "rate", lambda row: row.rate,
                lambda row: Listed((Number(row.rate, 2), Word("trends.interval", {"interval": Range(row.low, row.high, 2)})), " "),
                numeric=True,
            ),
            Column("q", lambda row: row.q, _chance, numeric=True),
            count("seen_first", lambda row: row.counts.get(years[0]) if years else None),
            count("seen_last", lambda row: row.counts.get(years[-1]) if years else None),
            count("seen", lambda row: sum(row.counts.values())),
        ),
        items,
        (
            text("id", lambda row: row.name), real("low", lambda row: row.low), real("high", lambda row: row.high),
            real("p", lambda row: row.p, 4), count("calls", lambda row: row.calls),
            text("counts", lambda row: " ".join(f"{each}:{row.counts.get(each, 0)}" for each in years)),
            text("of", lambda row: " ".join(f"{each}:{row.of.get(each, 0)}" for each in years)),
        ),
    )  # fmt: skip
    known = found.turnover
    rows = [
        Year(
            each,
            found.collaborations.get(each),
            known.new.get(each) if known else None,
            known.active.get(each) if known else None,
            known.left.get(each) if known else None,
        )
        for each in years
    ]
    turnover = Sheet(
        "turnover",
        (
            year("year", lambda row: row.year), count("collaborations", lambda row: row.collaborations),
            count("new_actors", lambda row: row.new), count("active", lambda row: row.active),
            count("left", lambda row: row.left),
        ),
        rows,
    )  # fmt: skip
    return moving, turnover


def _filed(row: Trend, names: Names) -> str:
    """What rises or falls as a file has it, where names of groups and levels stay as the data has them."""
    if row.kind in OF_A_PART:
        # Their name is the part's id, which says nothing of what was counted in it.
        return WORDINGS["en"](f"report.trends.name.{row.kind}")
    return last_step(row.name) if row.kind is Kind.FIELD else names.parts.get(row.name, row.name)
