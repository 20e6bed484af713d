"""What is missing in each sub-cluster, what speaks for it, and who could fill it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter

from matchmaker.landscape.fillers import Filler, FillerReason
from matchmaker.landscape.gap_signs import Sign
from matchmaker.landscape.gaps import Gap, GapKind, Gaps, GapVerdict
from matchmaker.reporting.values import (
    UNKNOWN,
    Cell,
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
from service.dependencies import PageStudies
from service.pages.analyst.choices import (
    GapKindChoice,
    GapVerdictChoice,
    PartChoice,
    known_part,
)
from service.pages.analyst.sheets import Column, Sheet, count, real, text, words
from service.pages.analyst.study import (
    Names,
    Study,
    Working,
    by_number,
    choice,
    names_of,
    part_field,
)
from service.pages.analyst.topics import Found, ShownBuild, topic

router = APIRouter()

TOLD = (GapVerdict.MISSING, GapVerdict.NEEDED, GapVerdict.THIN)
"""Verdicts that say that something is lacking, the surest first."""
COLOURS = {
    GapVerdict.MISSING: "warm",
    GapVerdict.NEEDED: "hue-1",
    GapVerdict.THIN: "hue-5",
    GapVerdict.CANNOT_TELL: "hue-none",
}
COSINES = (FillerReason.NEAR, FillerReason.OFFERS)
DRAWN = 12
QUOTED = 160


@topic(router, "/gaps")
def gaps(
    snapshot: ShownBuild,
    studies: PageStudies,
    part: PartChoice = "",
    kind: GapKindChoice = None,
    verdict: GapVerdictChoice = None,
) -> Found:
    """Actor groups, regions and links of the value chain that are missing, and those who could fill them."""
    chosen = known_part(snapshot, part)
    found = studies.gaps(snapshot, chosen)
    if found is None:
        return Working()
    names = names_of(snapshot)
    shown = [
        each
        for each in found.gaps
        if (kind is None or each.kind is kind) and (verdict is None or each.verdict is verdict)
    ]
    shown.sort(key=lambda each: [*GapVerdict].index(each.verdict))
    return Study(
        topic="gaps",
        said=_said(found, names),
        fields=(
            part_field(snapshot, chosen),
            choice("kind", kind, "report.gaps.kind", [*GapKind]),
            choice("verdict", verdict, "report.gaps.verdict", [*GapVerdict]),
        ),
        plots=_plots(shown, names),
        sheets=_sheets(shown, names),
        nothing="" if found.compared or found.gaps else "gaps.nothing",
        defined=3,
    )


def what(gap: Gap, names: Names, *, inside: bool = False) -> Cell:
    """What is missing, in words; ``inside`` a sentence."""
    if gap.kind is GapKind.GROUP:
        return Word(f"groups.{gap.what}", inside=inside)
    if gap.kind is GapKind.THEME:
        return names.part(gap.what)
    if gap.kind is not GapKind.REQUEST:
        return Region(gap.what)
    # Of an actor that is gone since the build nothing is quoted.
    return Word("report.gaps.quoted", {"what": shortened(gap.request.text)}) if gap.request else "–"


def shortened(text_: str) -> str:
    """A quoted sentence on one line, cut where it is long."""
    line = " ".join(text_.split())
    return line if len(line) <= QUOTED else line[: QUOTED - 1].rstrip() + "…"


def evidence(gap: Gap) -> Cell:
    """What speaks for it loudest."""
    if gap.kind is GapKind.REQUEST:
        figures: dict[str, Cell] = {"asked": Number(gap.asked), "unanswered": Number(gap.unanswered)}
        return Word("report.gaps.asked", figures)
    found = _loudest(gap)
    return UNKNOWN if found is None else sign(found)


def counted_evidence(gap: Gap) -> int | None:
    """The figure that ``evidence`` begins with; ``None`` where it has none."""
    if gap.kind is GapKind.REQUEST:
        return gap.asked
    found = _loudest(gap)
    return None if found is None else found.count


def _loudest(gap: Gap) -> Sign | None:
    return next((each for each in gap.signs if each.holds), None)


def sign(each: Sign) -> Cell:
    """One comparison as a sentence."""
    figures: dict[str, Cell] = {
        name: Number(getattr(each, name)) for name in ("count", "of", "elsewhere", "of_elsewhere")
    }
    return Word(f"report.gaps.sign.{each.id}", figures)


def _said(found: Gaps, names: Names) -> tuple[Sentence, ...]:
    told = [each for verdict in TOLD for each in found.gaps if each.verdict is verdict]
    said: list[Sentence] = []
    if told:
        first = next((each for each in told if each.kind is not GapKind.REQUEST or each.request), told[0])
        figures: dict[str, Cell] = {
            "part": names.part(first.sub_cluster_id),
            "what": what(first, names, inside=True),
            "evidence": evidence(first),
        }
        said.append(by_number("gaps.first", len(told), figures, "finding"))
        with_nobody = sum(not each.fillers for each in told)
        if with_nobody:
            said.append(Sentence("gaps.nobody", {"number": Number(with_nobody)}))
    elif found.compared:
        said.append(Sentence("report.gaps.none", tone="caution"))
    if found.compared:
        counted: dict[str, Cell] = {"compared": Number(found.compared), "untold": Number(found.untold)}
        said.append(Sentence("report.gaps.compared", counted))
    return tuple(said)


def _plots(shown: Sequence[Gap], names: Names) -> tuple[Plot, ...]:
    by_part = Counter(each.sub_cluster_id for each in shown if each.verdict in TOLD)
    if not by_part:
        return ()
    stacks = []
    for part, _ in sorted(by_part.items(), key=lambda each: (-each[1], each[0]))[:DRAWN]:
        counted = Counter(each.verdict for each in shown if each.sub_cluster_id == part)
        stacks.append(
            Stack(
                names.part(part),
                tuple(
                    Part(f"report.gaps.verdict.{verdict}", COLOURS[verdict], counted[verdict])
                    for verdict in TOLD
                    if counted[verdict]
                ),
            )
        )
    return (Stacks("plot.gaps", "plot.gaps.axis", "column.part", tuple(stacks)),)


@dataclass(frozen=True, slots=True)
class Filling:
    """An actor that could fill a gap."""

    number: int
    """Of the gap, from 1."""
    gap: Gap
    filler: Filler


def _sheets(shown: Sequence[Gap], names: Names) -> tuple[Sheet[tuple[int, Gap]] | Sheet[Filling], ...]:
    numbered = list(enumerate(shown, start=1))
    fillings = [Filling(number, gap, filler) for number, gap in numbered for filler in gap.fillers]
    found = Sheet(
        "gaps",
        (
            count("gap", lambda row: row[0]),
            Column(
                "part", lambda row: names.parts.get(row[1].sub_cluster_id, ""), lambda row: names.part(row[1].sub_cluster_id)
            ),
            Column("what", lambda row: _plain(row[1], names), lambda row: what(row[1], names)),
            words("kind", "report.gaps.kind", lambda row: row[1].kind),
            Column(
                "verdict", lambda row: [*GapVerdict].index(row[1].verdict), lambda row: Word(f"report.gaps.verdict.{row[1].verdict}")
            ),
            Column("evidence", lambda row: counted_evidence(row[1]), lambda row: evidence(row[1])),
            Column("fillers", lambda row: len(row[1].fillers), lambda row: _fillers(row[1], names)),
        ),
        numbered,
        (
            text("sub_cluster_id", lambda row: row[1].sub_cluster_id), text("what_id", lambda row: row[1].what),
            text("name", lambda row: row[1].verdict),
            text("signs", lambda row: " ".join(f"{each.id}:{each.count}/{each.of}" for each in row[1].signs)),
            text("filler_ids", lambda row: " ".join(each.actor_id for each in row[1].fillers)),
        ),
    )  # fmt: skip
    could = Sheet(
        "fillers",
        (
            count("gap", lambda row: row.number),
            Column(
                "part", lambda row: names.parts.get(row.gap.sub_cluster_id, ""), lambda row: names.part(row.gap.sub_cluster_id)
            ),
            Column("what", lambda row: _plain(row.gap, names), lambda row: what(row.gap, names)),
            Column(
                "actor", lambda row: names.actors.get(row.filler.actor_id, ""), lambda row: names.actor(row.filler.actor_id)
            ),
            words("member", "member", lambda row: "yes" if row.filler.member else "no"),
            real("score", lambda row: row.filler.score, 1),
            Column(
                "reasons", lambda row: " ".join(each.id for each in row.filler.reasons),
                lambda row: Listed(tuple(
                    Word(f"filler.{each.id}", {"amount": Number(each.amount, 2 if each.id in COSINES else 0)})
                    for each in row.filler.reasons
                ), "; "),
            ),
        ),
        fillings,
        (
            text("actor_id", lambda row: row.filler.actor_id),
            text("quote", lambda row: row.filler.quote.text if row.filler.quote else None),
        ),
    )  # fmt: skip
    return found, could


def _plain(gap: Gap, names: Names) -> str:
    if gap.kind is GapKind.REQUEST:
        return gap.request.text if gap.request else ""
    return names.parts.get(gap.what, gap.what)


def _fillers(gap: Gap, names: Names) -> Cell:
    known = [names.actor(each.actor_id) for each in gap.fillers[:3]]
    return Listed(tuple(known), "; ") if known else Word("report.gaps.nobody")
