"""Had we looked in an earlier year: what would have been named, and what came of it."""

from __future__ import annotations

from fastapi import APIRouter

from matchmaker.landscape.backtest import FORECAST, Backtest, Named, Row
from matchmaker.landscape.outlook import Bin
from matchmaker.reporting.values import (
    Bar,
    Bars,
    Cell,
    Day,
    Listed,
    Note,
    Number,
    Plot,
    Range,
    Sentence,
    Share,
    Word,
)
from service.dependencies import PageStudies
from service.pages.analyst.choices import YearChoice, asked
from service.pages.analyst.sheets import Column, Sheet, count, real, share, text, words
from service.pages.analyst.study import Field, Study, Working
from service.pages.analyst.topics import Found, ShownBuild, topic
from service.reporting import LARGE
from service.spans import years_back

router = APIRouter()

PANEL, QUESTION, MONTHS = "candidates", "actors", (0, 12)


@topic(router, "/backtest")
def backtest(
    snapshot: ShownBuild,
    studies: PageStudies,
    first: YearChoice = None,
    last: YearChoice = None,
) -> Found:
    """Earlier days with only what was known on them, and the years after."""
    usual = years_back(studies.coverage(snapshot))
    years = (first or (usual[0] if usual else None), last or (usual[1] if usual else None))
    fields = tuple(
        Field(name, "year", str(value or "")) for name, value in zip(("first", "last"), years, strict=True)
    )
    if years[0] is None or years[1] is None:
        return Study("backtest", nothing="backtest.nothing", fields=fields, defined=3)
    chosen = first is not None or last is not None
    if snapshot.counts().actors > LARGE and not chosen:
        # It would keep a processor busy for minutes: somebody has to ask for it.
        return Study("backtest", said=(Sentence("backtest.ask"),), fields=fields, defined=3)
    span = (years[0], years[1])
    found = asked(lambda: studies.looked_back(snapshot, *span), "last")
    if found is None:
        return Working(*studies.progress(snapshot, span))
    return Study(
        topic="backtest",
        said=_said(found),
        fields=fields,
        plots=_plots(found),
        sheets=_sheets(found),
        nothing="" if found.named else "backtest.nothing",
        defined=3,
    )


def _said(found: Backtest) -> tuple[Sentence | Note, ...]:
    said: list[Sentence | Note] = []
    named = [each for each in found.named if each.place is not None and each.kept_growing is not None]
    if named:
        others = [each for each in found.named if each.place is None and each.kept_growing is not None]
        figures: dict[str, Cell] = {
            "named": Number(len(named)),
            "kept": Number(sum(bool(each.kept_growing) for each in named)),
            "others": Number(len(others)),
            "others_kept": Number(sum(bool(each.kept_growing) for each in others)),
        }
        said.append(Sentence("backtest.named", figures, "finding"))
    known = next((each for each in found.calibration if each.panel == PANEL), None)
    if found.days and known is not None:
        better = "better" if known.brier < known.brier_of_base_rate else "worse"
        figures = {
            "days": Number(len(found.days)),
            "first": Day(found.days[0]),
            "last": Day(found.days[-1]),
            "brier": Number(known.brier, 3),
            "base": Number(known.brier_of_base_rate, 3),
            "verdict": Word(f"report.spin_off.{better}"),
        }
        said.append(
            Sentence("report.spin_off.backtest", figures, "plain" if better == "better" else "caution")
        )
    return (*said, *(Note(note) for note in found.notes))


def _plots(found: Backtest) -> tuple[Plot, ...]:
    bars = tuple(
        Bar(
            Word(f"ranking.{row.ranking}"), row.at_10.value, Share(row.at_10.value),
            colour="accent" if row.ranking == FORECAST else "quiet", low=row.at_10.low, high=row.at_10.high,
        )
        for row in found.rows
        if (row.panel, row.question, tuple(row.months)) == (PANEL, QUESTION, MONTHS) and row.at_10 is not None
    )  # fmt: skip
    if not bars:
        return ()
    return (Bars("report.plot.backtest", "report.axis.precision.share", "report.column.ranking", bars),)


def _sheets(found: Backtest) -> tuple[Sheet[Named] | Sheet[Row] | Sheet[tuple[str, Bin]], ...]:
    named = Sheet(
        "named",
        (
            Column("day", lambda row: row.day.isoformat(), lambda row: Day(row.day)),
            text("label", lambda row: row.label), count("members", lambda row: row.members),
            count("named_place", lambda row: row.place), share("probability", lambda row: row.probability),
            real("against_whole", lambda row: row.against_whole),
            words("kept_growing", "kept_growing", lambda row: None if row.kept_growing is None else "yes" if row.kept_growing else "no"),
        ),
        sorted(found.named, key=lambda row: (row.place is None, row.day, row.place or 0, row.label)),
        (
            real("against_parent", lambda row: row.against_parent), real("against_like_sized", lambda row: row.against_like_sized),
            text("added", lambda row: " ".join(
                f"{target}@{months}:{value:.4g}" for target, by in row.added.items() for months, value in by.items()
            )),
        ),
    )  # fmt: skip

    def interval(low: float, high: float) -> Cell:
        return Word("trends.interval", {"interval": Range(low, high, share=True)})

    def first(row: Row, number: int) -> Cell:
        estimate = row.at_10 if number == 10 else row.at_20
        if estimate is None:
            return "–"
        return Listed((Share(estimate.value), interval(estimate.low, estimate.high)), " ")

    rows = Sheet(
        "rankings",
        (
            words("ranking", "ranking", lambda row: row.ranking), words("panel", "panel", lambda row: row.panel),
            words("question", "question", lambda row: row.question),
            Column("months", lambda row: row.months[0], lambda row: Word("backtest.months", {"first": Number(row.months[0]), "last": Number(row.months[1])})),
            Column("at_10", lambda row: row.at_10.value if row.at_10 else None, lambda row: first(row, 10), numeric=True),
            Column("at_20", lambda row: row.at_20.value if row.at_20 else None, lambda row: first(row, 20), numeric=True),
        ),
        [
            row for row in found.rows
            if row.at_10 is not None or row.at_20 is not None
        ],
        (
            count("days", lambda row: row.days),
            real("low_10", lambda row: row.at_10.low if row.at_10 else None),
            real("high_10", lambda row: row.at_10.high if row.at_10 else None),
        ),
    )  # fmt: skip
    bins = Sheet(
        "calibration",
        (
            words("panel", "panel", lambda row: row[0]),
            Column("given", lambda row: row[1].low, lambda row: Range(row[1].low, row[1].high, share=True), numeric=True),
            count("past_groups", lambda row: row[1].groups), count("kept", lambda row: row[1].kept_growing),
            share("kept_share", lambda row: row[1].share if row[1].groups else None),
        ),
        [(each.panel, part) for each in found.calibration for part in each.bins],
    )  # fmt: skip
    return named, rows, bins
