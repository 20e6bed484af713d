"""How far the cluster and each part have come, with the evidence, how sure that is, and what fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BeforeValidator

from matchmaker.landscape.activities import Step
from matchmaker.landscape.phase_rule import PHASES, Phase
from matchmaker.landscape.phases import Evidence, PhaseDiagnosis
from matchmaker.landscape.signs import Sign
from matchmaker.reporting.values import (
    UNKNOWN,
    Cell,
    Ladder,
    Listed,
    Number,
    Part,
    Plot,
    Rung,
    Sentence,
    Share,
    Stack,
    Stacks,
    Word,
)
from matchmaker.reporting.values import Year as AYear
from service.dependencies import PageStudies
from service.pages.analyst.choices import PartChoice, YearChoice, asked, known_part
from service.pages.analyst.sheets import Column, Sheet, count, real, share, step, text, words, year
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

router = APIRouter()

SHARES = (Sign.DENSITY, Sign.COMMITMENT, Sign.COMMITTED, Sign.CROSS_GROUP)
DECIMALS = {Sign.GROWTH: 2, Sign.SPECIALISATION: 1, Sign.HETEROGENEITY: 1}
COLOURS = {
    Phase.CLUTTER: "hue-none",
    Phase.POTENTIAL: "hue-1",
    Phase.EMERGING: "hue-0",
    Phase.MATURE: "accent",
}
PhaseChoice = Annotated[Phase | None, BeforeValidator(lambda value: value or None), Query()]


@topic(router, "/phases")
def phases(
    snapshot: ShownBuild,
    studies: PageStudies,
    part: PartChoice = "",
    phase: PhaseChoice = None,
    last: YearChoice = None,
) -> Found:
    """The phase of everything, and of one part all the evidence."""
    chosen = known_part(snapshot, part)
    found = asked(lambda: studies.phases(snapshot, last), "last")
    if found is None:
        return Working()
    one = next(each for each in found if (each.sub_cluster_id or "") == chosen)
    counted = studies.coverage(snapshot).collaborations
    names = names_of(snapshot)
    return Study(
        topic="phases",
        said=_said(one, names),
        fields=(
            part_field(snapshot, chosen),
            choice("phase", phase, "phase", [*PHASES]),
            Field("last", "year", str(last or "")),
        ),
        plots=_plots(one, found),
        sheets=_sheets(one, [each for each in found if phase is None or each.phase is phase], names),
        nothing="" if counted else "phases.nothing",
        defined=3,
    )


def subject(each: PhaseDiagnosis, names: Names) -> Cell:
    """The whole cluster, or a part by name."""
    return names.part(each.sub_cluster_id) if each.sub_cluster_id else Word("phases.whole")


def _said(one: PhaseDiagnosis, names: Names) -> tuple[Sentence, ...]:
    said = [
        Sentence(
            "phases.is",
            {
                "what": subject(one, names),
                "phase": Word(f"phase.{one.phase}", inside=True),
                "means": Word(f"phase.{one.phase}.text"),
                "votes": Number(one.support[one.phase]),
                "voters": Number(one.voters),
                "share": Share(one.stability.get(one.phase, 0.0)),
            },
            "finding",
        )
    ]
    if one.earliest is not one.latest:
        ends: dict[str, Cell] = {
            "earliest": Word(f"phase.{one.earliest}", inside=True),
            "latest": Word(f"phase.{one.latest}", inside=True),
        }
        said.append(Sentence("phase.range", ends, "caution"))
    if one.unmet:
        signs = Listed(tuple(Word(f"sign.{each}", inside=True) for each in one.unmet))
        said.append(Sentence("phase.unmet", {"signs": signs}))
    if one.movement:
        said.append(Sentence("report.phase.movement", {"movement": _movement(one)}))
    if one.year is None:
        said.append(Sentence("phase.no_year", tone="caution"))
    return tuple(said)


def _movement(one: PhaseDiagnosis) -> Cell:
    """The phases in their order with the years of each."""
    spans: list[tuple[Phase, int, int]] = []
    for at, phase in one.movement.items():
        if spans and spans[-1][0] is phase:
            spans[-1] = (phase, spans[-1][1], at)
        else:
            spans.append((phase, at, at))
    return Listed(
        tuple(
            Word(
                "report.phase.span" if first != last else "report.phase.span_one",
                {"phase": Word(f"phase.{phase}", inside=True), "first": AYear(first), "last": AYear(last)},
            )
            for phase, first, last in spans
        )
    )


def _plots(one: PhaseDiagnosis, found: Sequence[PhaseDiagnosis]) -> tuple[Plot, ...]:
    rungs = tuple(
        Rung(
            Word(f"sign.{each.sign}"),
            None if each.supports is None else PHASES.index(each.supports),
            UNKNOWN if each.value is None else figure(each),
        )
        for each in one.signs
    )
    ladder = Ladder(
        "report.plot.signs", "report.axis.signs", "report.column.sign",
        tuple(f"phase.{phase}" for phase in PHASES), rungs, PHASES.index(one.phase),
    )  # fmt: skip
    parts = [each for each in found if each.sub_cluster_id]
    if not parts:
        return (ladder,)
    counted = [(phase, sum(each.phase is phase for each in parts)) for phase in PHASES]
    stacks = Stacks(
        "plot.phases", "plot.phases.axis", "column.phase",
        tuple(
            Stack(Word(f"phase.{phase}"), (Part(f"phase.{phase}", COLOURS[phase], number),))
            for phase, number in counted if number
        ),
    )  # fmt: skip
    return ladder, stacks


def figure(each: Evidence) -> Cell:
    """A sign's figure as it is read."""
    if each.value is None:
        return Word(f"unknown.{each.unknown}") if each.unknown else UNKNOWN
    shown: Cell = Share(each.value) if each.sign in SHARES else Number(each.value, DECIMALS.get(each.sign, 0))
    return Word("sign.at_least", {"value": shown}) if each.at_least else shown


def _border(place: int, phase: Phase) -> Column[Evidence]:
    """From which figure on a sign speaks for a phase, written as the figure is."""

    def cell(row: Evidence) -> Cell:
        least = row.borders[place]
        return Share(least) if row.sign in SHARES else Number(least, DECIMALS.get(row.sign, 0))

    return Column(f"from_{phase}", lambda row: row.borders[place], cell, numeric=True)


@dataclass(frozen=True, slots=True)
class AtTheEnd:
    """The phase at the end of a year."""

    year: int
    phase: Phase


def _sheets(
    one: PhaseDiagnosis, found: Sequence[PhaseDiagnosis], names: Names
) -> tuple[Sheet[PhaseDiagnosis] | Sheet[Evidence] | Sheet[Step] | Sheet[AtTheEnd], ...]:
    every = Sheet(
        "phases",
        (
            Column("part", lambda row: row.label, lambda row: subject(row, names)),
            Column(
                "phase", lambda row: PHASES.index(row.phase), lambda row: Word(f"phase.{row.phase}")
            ),
            share("stability", lambda row: row.stability.get(row.phase, 0.0)),
            Column(
                "votes", lambda row: row.support[row.phase],
                lambda row: Word("report.phase.votes_of", {"votes": Number(row.support[row.phase]), "voters": Number(row.voters)}),
                numeric=True,
            ),
            step("earliest", "phase", lambda row: row.earliest, PHASES),
            step("latest", "phase", lambda row: row.latest, PHASES),
            real("standing", lambda row: row.standing),
        ),
        found,
        (
            text("id", lambda row: row.sub_cluster_id), text("name", lambda row: row.phase),
            year("year", lambda row: row.year), count("voters", lambda row: row.voters),
            text("unmet", lambda row: " ".join(row.unmet)), count("votes_missing", lambda row: row.votes_missing),
        ),
    )  # fmt: skip
    signs = Sheet(
        "signs",
        (
            words("sign", "sign", lambda row: row.sign),
            Column("sign_means", lambda row: row.sign, lambda row: Word(f"sign.{row.sign}.text")),
            Column("figure", lambda row: row.value, figure, numeric=True),
            step("supports", "phase", lambda row: row.supports, PHASES),
            *(_border(place, phase) for place, phase in enumerate(PHASES[1:])), real("standing", lambda row: row.standing),
        ),
        one.signs,
    )  # fmt: skip
    steps = Sheet(
        "activities",
        (
            words("activity", "activity", lambda row: row.activity),
            words("seen_in_data", "seen", lambda row: row.seen),
            count("counted", lambda row: row.count),
        ),
        one.steps,
        if_any=True,
    )
    movement = Sheet(
        "movement",
        (year("year", lambda row: row.year), step("phase", "phase", lambda row: row.phase, PHASES)),
        [AtTheEnd(at, phase) for at, phase in one.movement.items()],
        if_any=True,
    )
    return every, steps, signs, movement
