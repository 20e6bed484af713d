"""How far it has come: the phase, the signs that it is read from, how sure it is, and what fits it."""

from __future__ import annotations

from matchmaker.landscape.phase_rule import PHASES, Phase
from matchmaker.landscape.phases import Evidence, PhaseDiagnosis
from matchmaker.landscape.signs import Sign
from matchmaker.reporting.subjects import Subject
from matchmaker.reporting.values import (
    Block,
    Cell,
    Ladder,
    Linked,
    Listed,
    Number,
    Plots,
    Rung,
    Section,
    Sentence,
    Share,
    Table,
    Word,
    Year,
)

HEADING = "report.question.phase"
SURE = 0.8
"""A phase that fewer selections of the collaborations agree on is not sure."""
SHARES = (Sign.DENSITY, Sign.COMMITMENT, Sign.COMMITTED, Sign.CROSS_GROUP)
DECIMALS = {Sign.GROWTH: 2, Sign.SPECIALISATION: 1, Sign.HETEROGENEITY: 1}


def brief(subject: Subject) -> list[Sentence]:
    """The phase, and what speaks against it."""
    found = _own(subject)
    if not subject.coverage.collaborations:
        return [Sentence("report.phase.none", tone="caution", heading=HEADING)]
    said = [
        Sentence(
            "report.phase.is",
            {
                "phase": _phase(found.phase, inside=True),
                "votes": Number(found.support[found.phase]),
                "voters": Number(found.voters),
                "share": Share(found.stability.get(found.phase, 0.0)),
            },
            "finding",
            HEADING,
        )
    ]
    return said + _doubts(found)


def section(subject: Subject) -> Section:
    """The signs as a ladder, the doubts, the way so far, the checklist, and the phases of the parts."""
    found = _own(subject)
    blocks: list[Block] = []
    if not subject.coverage.collaborations:
        blocks.append(Sentence("report.phase.none", tone="caution"))
    rungs = tuple(Rung(Word(f"sign.{each.sign}"), _reached(each), _shown(each)) for each in found.signs)
    blocks.append(
        Plots(
            (
                Ladder(
                    "report.plot.signs",
                    "report.axis.signs",
                    "report.column.sign",
                    tuple(f"phase.{phase}" for phase in PHASES),
                    rungs,
                    PHASES.index(found.phase),
                ),
            )
        )
    )
    blocks.append(Sentence("report.phase.how"))
    blocks += _doubts(found)
    if found.movement:
        blocks.append(Sentence("report.phase.movement", {"movement": Listed(_movement(found))}))
    blocks.append(_steps(found))
    if subject.parts:
        blocks.append(_parts(subject))
    return Section("phase", tuple(blocks))


def _own(subject: Subject) -> PhaseDiagnosis:
    return next(each for each in subject.phases if (each.sub_cluster_id or "") == subject.id)


def _phase(phase: Phase, *, inside: bool = False) -> Cell:
    return Word(f"phase.{phase}", inside=inside)


def _reached(each: Evidence) -> int | None:
    return None if each.supports is None else PHASES.index(each.supports)


def _shown(each: Evidence) -> Cell:
    if each.value is None:
        return Word("report.unknown")
    if each.sign in SHARES:
        return Share(each.value)
    figure = Number(each.value, DECIMALS.get(each.sign, 0))
    return Word("report.at_least", {"figure": figure}) if each.at_least else figure


def _doubts(found: PhaseDiagnosis) -> list[Sentence]:
    """What could be otherwise: other selections, unknown signs, signs of another phase, the next phase."""
    said = []
    if found.stability.get(found.phase, 0.0) < SURE:
        others = tuple(
            Word("report.phase.in_share", {"phase": _phase(phase, inside=True), "share": Share(share)})
            for phase, share in found.stability.items()
            if phase is not found.phase
        )
        said.append(Sentence("report.phase.unsure", {"others": Listed(others)}, "caution"))
    if found.earliest is not found.latest:
        said.append(
            Sentence(
                "report.phase.between",
                {
                    "earliest": _phase(found.earliest, inside=True),
                    "latest": _phase(found.latest, inside=True),
                },
                "caution",
            )
        )
    if found.below:
        behind = tuple(Word(f"sign.{sign}", inside=True) for sign in found.below)
        said.append(Sentence("report.phase.below", {"signs": Listed(behind)}))
    if found.unmet:
        lacking = tuple(Word(f"sign.{sign}", inside=True) for sign in found.unmet)
        said.append(Sentence("report.phase.unmet", {"signs": Listed(lacking)}))
    elif found.votes_missing:
        said.append(Sentence("report.phase.votes", {"votes": Number(found.votes_missing)}))
    return said


def _movement(found: PhaseDiagnosis) -> tuple[Cell, ...]:
    """Spans of years in one phase."""
    spans: list[tuple[Phase, int, int]] = []
    for year, phase in sorted(found.movement.items()):
        if spans and spans[-1][0] is phase:
            spans[-1] = (phase, spans[-1][1], year)
        else:
            spans.append((phase, year, year))
    return tuple(
        Word(
            "report.phase.span" if first != last else "report.phase.span_one",
            {"phase": _phase(phase, inside=True), "first": Year(first), "last": Year(last)},
        )
        for phase, first, last in spans
    )


def _steps(found: PhaseDiagnosis) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            Word(f"activity.{step.activity}"),
            Word(f"seen.{step.seen}"),
            Word("report.unknown") if step.count is None else Number(step.count),
        )
        for step in found.steps
    )
    return Table(
        "report.table.steps", ("report.column.activity", "report.column.seen", "report.column.counted"), rows
    )


def _parts(subject: Subject) -> Table:
    by_id = {each.sub_cluster_id: each for each in subject.phases}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            Linked(part.label, sub_cluster_id=part.id),
            _phase(found.phase),
            Share(found.stability.get(found.phase, 0.0)),
            Word(
                "report.phase.votes_of",
                {"votes": Number(found.support[found.phase]), "voters": Number(found.voters)},
            ),
        )
        for part in subject.parts
        if (found := by_id.get(part.id))
    )
    return Table(
        f"report.table.phases.{subject.scope}",
        (
            f"report.column.part.{subject.scope}",
            "report.column.phase",
            "report.column.stability",
            "report.column.votes",
        ),
        rows,
    )
