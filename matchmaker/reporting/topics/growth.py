"""How it grows: collaborations that began and actors that had begun one, year by year."""

from __future__ import annotations

from dataclasses import replace

from matchmaker.reporting.subjects import Subject
from matchmaker.reporting.values import (
    Bar,
    Bars,
    Block,
    Cell,
    Columns,
    Counted,
    Day,
    Number,
    Plot,
    Plots,
    Section,
    Sentence,
    Share,
    Word,
    Year,
)

WINDOW = 3
FEW = 5
"""So few collaborations in two windows are no trend."""
HEADING = "report.question.grows"


def brief(subject: Subject) -> list[Sentence]:
    """The last years against the ones before, and how many collaborations cross the actor groups."""
    counted = subject.coverage
    if not counted.collaborations:
        return [Sentence("report.grows.none", tone="caution", heading=HEADING)]
    said = [replace(_trend(subject), heading=HEADING)]
    said.append(
        Sentence(
            "report.grows.across",
            {
                "across": Number(counted.across_groups),
                "collaborations": Counted("collaborations", counted.collaborations),
                "share": Share(counted.across_groups / counted.collaborations),
            },
        )
    )
    return said


def section(subject: Subject) -> Section:
    """Two charts over the years, and the commitment of the collaborations."""
    counted = subject.coverage
    blocks: list[Block] = [
        _trend(subject) if counted.collaborations else Sentence("report.grows.none", tone="caution")
    ]
    newest = subject.whole.newest
    unfinished = newest is not None and newest.month < 12
    plots: list[Plot] = []
    if counted.began:
        plots += [
            Columns("report.plot.began", "report.axis.collaborations", counted.began, "warm", unfinished),
            Columns("report.plot.active", "report.axis.active", counted.active, "accent", unfinished),
        ]
    if counted.by_commitment:
        bars = tuple(
            Bar(Word(f"commitment.{level}"), count, Number(count))
            for level, count in counted.by_commitment.items()
        )
        plots.append(
            Bars("report.plot.commitment", "report.axis.collaborations", "report.column.commitment", bars)
        )
    if plots:
        blocks.append(Plots(tuple(plots)))
    if counted.began and unfinished and newest:
        blocks.append(Sentence("report.grows.unfinished", {"newest": Day(newest)}, tone="caution"))
    undated = counted.collaborations - counted.dated
    if undated and counted.dated:
        blocks.append(
            Sentence("report.grows.undated", {"undated": Counted("collaborations", undated)}, tone="caution")
        )
    return Section("growth", tuple(blocks))


def _trend(subject: Subject) -> Sentence:
    """The last three years against the three before, where both are in the data and hold enough."""
    began = subject.coverage.began
    last = max(subject.whole.began, default=0)
    if not began:
        return Sentence("report.grows.no_dates", tone="caution")
    if last - 2 * WINDOW + 1 < min(subject.whole.began):
        return Sentence("report.grows.few_years", {"first": Year(min(began)), "last": Year(last)}, "caution")
    recent = sum(began.get(last - back, 0) for back in range(WINDOW))
    before = sum(began.get(last - WINDOW - back, 0) for back in range(WINDOW))
    figures: dict[str, Cell] = {
        "recent": Counted("collaborations", recent),
        "before": Number(before),
        "first": Year(last - WINDOW + 1),
        "last": Year(last),
    }
    if recent + before < FEW:
        return Sentence("report.grows.too_few", figures, "caution")
    return Sentence("report.grows.trend", figures, "finding")
