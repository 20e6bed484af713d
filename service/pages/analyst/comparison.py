"""Two days, or two builds, side by side: what the cluster looked like as it was known then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from matchmaker.corpus import COMMITMENTS
from matchmaker.landscape.comparison import Comparison, Difference, Topic, Turn
from matchmaker.landscape.phase_rule import PHASES
from matchmaker.landscape.specialisation.questions import By
from matchmaker.landscape.trend_items import Kind
from matchmaker.reporting.values import (
    Cell,
    Day,
    Listed,
    Number,
    Part,
    Plot,
    Region,
    Sentence,
    Stack,
    Stacks,
    Word,
)
from service.dependencies import OpenWorkspace, PageStudies
from service.pages.analyst.choices import asked
from service.pages.analyst.sheets import Column, Sheet, count, real, share, step, text, words
from service.pages.analyst.study import Field, Names, Study, Working, names_of
from service.pages.analyst.topics import Found, ShownBuild, topic
from service.pages.analyst.trends import last_step, named
from service.spans import day_of, days_apart, times

router = APIRouter()

When = Annotated[str, Query(max_length=100)]
CHANGED = (Turn.BORN, Turn.MORE, Turn.SAME, Turn.FEWER, Turn.SPLIT, Turn.MERGED, Turn.DIED)
COLOURS = {
    Turn.BORN: "accent", Turn.MORE: "hue-2", Turn.SAME: "hue-none", Turn.FEWER: "hue-1", Turn.SPLIT: "hue-4",
    Turn.MERGED: "hue-5", Turn.DIED: "warm",
}  # fmt: skip


@topic(router, "/comparison")
def comparison(
    snapshot: ShownBuild,
    studies: PageStudies,
    workspace: OpenWorkspace,
    before: When = "",
    after: When = "",
) -> Found:
    """What was born and went, gained and lost, grew and moved on between two times."""
    suggested = days_apart(studies.coverage(snapshot))
    kept = next(iter(workspace.kept_builds.before(snapshot.generation)), "")
    fields = (
        Field("before", "date", before if day_of(before) else suggested[0].isoformat() if suggested and not before else ""),
        Field("after", "date", after if day_of(after) else suggested[1].isoformat() if suggested and not after else ""),
    )  # fmt: skip
    said = (Sentence("comparison.ask"),) if suggested else ()
    earlier: dict[str, object] = {"earlier_build": kept}
    if not before and not after:
        nothing = "" if suggested or kept else "comparison.nothing"
        return Study("comparison", said, fields, nothing=nothing, defined=3, more=earlier)
    question = times(before, after, snapshot)
    found = asked(lambda: studies.compared(workspace, snapshot, question), "before")
    if found is None:
        return Working(*studies.progress(snapshot, question))
    names = names_of(snapshot)
    return Study(
        topic="comparison",
        said=_said(found),
        fields=fields,
        plots=_plots(found),
        sheets=_sheets(found, names),
        defined=3,
        more=earlier,
    )


def _time(name: str) -> Cell:
    day = day_of(name)
    return Day(day) if day else Word("comparison.build", {"build": name})


def _said(found: Comparison) -> tuple[Sentence, ...]:
    times_: dict[str, Cell] = {"before": _time(found.before.name), "after": _time(found.after.name)}

    def turned(topic: Topic, *turns: Turn) -> Cell:
        return Number(sum(each.turn in turns for each in found.of(topic)))

    said = [
        Sentence(
            "comparison.totals",
            times_
            | {
                "actors_before": Number(found.before.actors),
                "actors_after": Number(found.after.actors),
                "collaborations_before": Number(found.before.collaborations),
                "collaborations_after": Number(found.after.collaborations),
            },
            "finding",
        ),
        Sentence(
            "comparison.turned",
            {
                "born": turned(Topic.SUB_CLUSTER, Turn.BORN),
                "grown": turned(Topic.SUB_CLUSTER, Turn.MORE),
                "shrunk": turned(Topic.SUB_CLUSTER, Turn.FEWER),
                "merged": turned(Topic.SUB_CLUSTER, Turn.MERGED),
                "split": turned(Topic.SUB_CLUSTER, Turn.SPLIT),
                "died": turned(Topic.SUB_CLUSTER, Turn.DIED),
            },
        ),
        Sentence(
            "comparison.moved",
            {
                "gained": turned(Topic.SPECIALISATION, Turn.GAINED),
                "lost": turned(Topic.SPECIALISATION, Turn.LOST),
                "onward": turned(Topic.PHASE, Turn.ONWARD),
                "back": turned(Topic.PHASE, Turn.BACK),
            },
        ),
        Sentence("comparison.at_work" if found.at_work else "comparison.of_builds", tone="caution"),
    ]
    return tuple(said)


def _plots(found: Comparison) -> tuple[Plot, ...]:
    groups = found.of(Topic.GROUP)
    plots: list[Plot] = []
    if groups:
        plots.append(
            Stacks(
                "plot.comparison.groups", "report.axis.actors", "column.time",
                tuple(
                    Stack(
                        label,
                        tuple(
                            Part(f"groups.{each.id}", each.id, int(getattr(each, at) or 0))
                            for each in groups if getattr(each, at)
                        ),
                    )
                    for label, at in ((_time(found.before.name), "before"), (_time(found.after.name), "after"))
                    if any(getattr(each, at) for each in groups)
                ),
            )
        )  # fmt: skip
    turned = [(turn, sum(each.turn is turn for each in found.of(Topic.SUB_CLUSTER))) for turn in CHANGED]
    if any(number for _, number in turned):
        plots.append(
            Stacks(
                "plot.comparison.turned", "plot.phases.axis", "column.turn",
                tuple(
                    Stack(Word(f"turn.{turn}"), (Part(f"turn.{turn}", COLOURS[turn], number),))
                    for turn, number in turned if number
                ),
            )
        )  # fmt: skip
    return tuple(plots)


def _sheets(found: Comparison, names: Names) -> tuple[Sheet[Difference], ...]:
    turn: Column[Difference] = words("turn", "turn", lambda row: row.turn)
    id_of: Column[Difference] = text("id", lambda row: row.id)

    def counted(name: str, topic: Topic, label: Column[Difference]) -> Sheet[Difference]:
        return Sheet(
            name,
            (
                label, count("before", lambda row: row.before), count("after", lambda row: row.after),
                count("difference", lambda row: (row.after or 0) - (row.before or 0)),
            ),
            found.of(topic),
            (id_of,),
        )  # fmt: skip

    def part(row: Difference) -> Cell:
        if not row.id:
            return Word("phases.whole")
        return names.part(row.id) if row.id in names.parts else row.label

    label: Column[Difference] = Column("part", lambda row: row.label, part)
    return (
        Sheet(
            "compared_parts",
            (
                label, words("level", "level", lambda row: row.kind), turn,
                count("before", lambda row: row.before), count("after", lambda row: row.after),
                share("kept_together", lambda row: row.kept),
                Column("related", lambda row: " ".join(row.related), lambda row: _related(row.related, names, found)),
            ),
            found.of(Topic.SUB_CLUSTER),
            (id_of,),
        ),
        Sheet(
            "compared_specialisations",
            (
                turn,
                Column("place", lambda row: row.place, lambda row: Word(f"groups.{row.place}") if row.kind == By.GROUP else Region(row.place)),
                label, real("before", lambda row: row.before), real("after", lambda row: row.after),
            ),
            found.of(Topic.SPECIALISATION),
            (id_of, text("by", lambda row: row.kind), text("was", lambda row: row.was), text("now", lambda row: row.now)),
        ),
        Sheet(
            "compared_phases",
            (label, step("was", "phase", lambda row: row.was, PHASES), step("now", "phase", lambda row: row.now, PHASES), turn),
            found.of(Topic.PHASE),
            (id_of,),
        ),
        Sheet(
            "compared_trends",
            (
                Column("what", _moving, lambda row: _trend(row, names)),
                words("kind", "trend.kind", lambda row: row.kind), words("was", "tendency", lambda row: row.was),
                words("now", "tendency", lambda row: row.now), turn,
                real("before", lambda row: row.before), real("after", lambda row: row.after),
            ),
            found.of(Topic.TREND),
            (id_of,),
        ),
        counted("compared_groups", Topic.GROUP, words("group", "groups", lambda row: row.id)),
        counted("compared_regions", Topic.REGION, Column("region", lambda row: row.id, lambda row: Region(row.id))),
        counted("compared_commitment", Topic.COMMITMENT, step("commitment", "compared", lambda row: row.id, COMMITMENTS)),
    )  # fmt: skip


def _moving(row: Difference) -> str:
    return last_step(row.label) if row.kind == Kind.FIELD else row.label


def _trend(row: Difference, names: Names) -> Cell:
    found = named(row.kind, row.id, names)
    return _moving(row) if isinstance(found, str) else found


def _related(ids: Sequence[str], names: Names, found: Comparison) -> Cell:
    labels = {each.id: each.label for each in found.of(Topic.SUB_CLUSTER)}
    cells = tuple(names.part(each) if each in names.parts else labels.get(each, each) for each in ids)
    return Listed(cells, "; ") if cells else "–"
