"""Where a spin-off is forming: candidates with their measures, and how little or much the score is worth."""

from __future__ import annotations

from matchmaker.landscape.findings import SpinOff
from matchmaker.reporting.subjects import Subject
from matchmaker.reporting.values import (
    Bar,
    Bars,
    Block,
    Counted,
    Linked,
    Number,
    Plots,
    Section,
    Sentence,
    Table,
    Word,
)

SHOWN = 10
MEASURES = ("critical_mass", "coherence", "distinctness", "growth", "group_spread")
HEADING = "report.question.spin_off"


def brief(subject: Subject) -> list[Sentence]:
    """The candidate that stands out most, and what that is worth."""
    found = subject.spin_offs
    if not found:
        return [Sentence(f"report.spin_off.none.{subject.scope}", tone="caution", heading=HEADING)]
    best = found[0]
    weakest = min(MEASURES, key=lambda name: float(getattr(best, name)))
    itself = "itself" if best.sub_cluster_id == subject.id else "inside"
    return [
        Sentence(
            f"report.spin_off.{itself}",
            {
                "candidate": Linked(best.label, sub_cluster_id=best.sub_cluster_id),
                "score": Number(100 * best.score),
                "weakest": Word(f"measure.{weakest}", inside=True),
                "candidates": Counted("candidates", len(found)),
            },
            tone="finding",
            heading=HEADING,
        ),
        Sentence("report.spin_off.not_proven", tone="caution"),
    ]


def section(subject: Subject) -> Section:
    """Candidates as bars and as a table with their five measures."""
    found = subject.spin_offs[:SHOWN]
    if not found:
        return Section("spin_offs", (Sentence(f"report.spin_off.none.{subject.scope}", tone="caution"),))
    bars = tuple(
        Bar(
            Linked(each.label, sub_cluster_id=each.sub_cluster_id), 100 * each.score, Number(100 * each.score)
        )
        for each in found
    )
    blocks: list[Block] = [
        Plots(
            (Bars("report.plot.spin_offs", "report.axis.score", "report.column.candidate", bars, most=100.0),)
        ),
        Table(
            "report.table.spin_offs",
            ("report.column.candidate", "report.column.score", *(f"measure.{name}" for name in MEASURES)),
            tuple(_row(each) for each in found),
        ),
        Sentence("report.spin_off.how"),
        Sentence("report.spin_off.not_proven", tone="caution"),
    ]
    return Section("spin_offs", tuple(blocks))


def _row(each: SpinOff) -> tuple[Linked | Number, ...]:
    return (
        Linked(each.label, sub_cluster_id=each.sub_cluster_id),
        Number(100 * each.score),
        *(Number(100 * float(getattr(each, name))) for name in MEASURES),
    )
