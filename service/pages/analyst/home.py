"""An analyst's home: the most telling facts of the cluster, and where each leads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from matchmaker.landscape.gaps import GapKind
from matchmaker.landscape.specialisation.findings import Verdict
from matchmaker.landscape.specialisation.questions import Question
from matchmaker.landscape.trends import Tendency
from matchmaker.published import Published
from matchmaker.reporting.values import Cell, Linked, Listed, Number, Region, Sentence, Share, Word
from matchmaker.reporting.writing import write_block
from service.dependencies import ClusterStudies
from service.pages.analyst.gaps import TOLD, evidence
from service.pages.analyst.gaps import what as missing
from service.pages.analyst.specialisation import telling
from service.pages.analyst.study import Names, by_number, names_of
from service.pages.analyst.trends import what as moving
from service.pages.analyst.views import SeenBuild
from service.pages.overview import empty_page
from service.pages.rendering import page, wording_of
from service.studies import Studies

router = APIRouter()

AT_ONCE = 0.1
"""Seconds that the page waits for a fact; what takes longer is told the next time."""
TOPICS = (
    "specialisation", "trends", "phases", "gaps", "portfolio", "brokers", "backtest", "comparison",
)  # fmt: skip
PLACES = (
    ("map", "/map"),
    ("sub_clusters", "/sub-clusters"),
    ("spin_offs", "/spin-offs"),
    ("report", "/report"),
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One fact; ``tile.{name}`` is the key of its heading."""

    name: str
    address: str
    said: Sentence | None
    """``None`` while it is worked out."""


@router.get("/landscape")
def landscape(request: Request, seen: SeenBuild, studies: ClusterStudies) -> Response:
    """What stands out, and the way to everything else."""
    snapshot = seen.snapshot
    if snapshot is None:
        return empty_page(request)
    wording = wording_of(request)
    found = tiles(studies.within(AT_ONCE), snapshot)
    # What takes longest is begun here, so that whoever goes on to it waits less.
    studies.within(0.0).brokers(snapshot)
    return page(
        request,
        "analyst/home.html",
        snapshot=snapshot,
        view=seen.view,
        counts=snapshot.counts(),
        tiles=[(tile, write_block(tile.said, wording) if tile.said else None) for tile in found],
        waiting=any(tile.said is None for tile in found),
        topics=TOPICS,
        places=PLACES,
    )


def tiles(studies: Studies, snapshot: Published) -> list[Tile]:
    """Every fact, as far as it is there within the patience of ``studies``."""
    names = names_of(snapshot)
    found: list[Tile] = []
    for name, address, fact in FACTS:
        # Behind one that is not there yet the others wait as well.
        waits = any(tile.said is None for tile in found)
        found.append(Tile(name, address, fact(studies.within(0.0) if waits else studies, snapshot, names)))
    return found


def _phase(studies: Studies, snapshot: Published, names: Names) -> Sentence | None:
    found = studies.phases(snapshot)
    if found is None:
        return None
    whole = found[0]
    if not studies.coverage(snapshot).collaborations:
        return Sentence("phases.nothing")
    figures: dict[str, Cell] = {
        "phase": Word(f"phase.{whole.phase}", inside=True),
        "means": Word(f"phase.{whole.phase}.text"),
        "votes": Number(whole.support[whole.phase]),
        "voters": Number(whole.voters),
    }
    return Sentence("tile.phase.fact", figures)


def _specialisation(studies: Studies, snapshot: Published, names: Names) -> Sentence | None:
    found = studies.specialisation(snapshot, telling(studies, snapshot, Question()))
    if found is None:
        return None
    above = [each for each in found.cells if each.verdict is Verdict.ABOVE]
    if not above:
        return Sentence("tile.specialisation.none")
    best = min(above, key=lambda each: (-(each.lower or 0.0), each.row_id, each.column_id))
    return Sentence(
        "tile.specialisation.fact",
        {
            "place": Region(best.row_id),
            "part": Linked(best.label, sub_cluster_id=best.column_id),
            "quotient": Number(best.quotient or 0.0, 1),
        },
    )


def _trends(studies: Studies, snapshot: Published, names: Names) -> Sentence | None:
    found = studies.trends(snapshot)
    if found is None:
        return None
    rising = [each for each in found.items if each.tendency is Tendency.RISING]
    falling = [each for each in found.items if each.tendency is Tendency.FALLING]
    if not rising and not falling:
        return Sentence("tile.trends.none")
    first = Listed(tuple(moving(each, names) for each in (rising or falling)[:2]), "; ")
    key = "tile.trends.rising" if rising else "tile.trends.falling"
    return Sentence(key, {"what": first, "rising": Number(len(rising)), "falling": Number(len(falling))})


def _spin_off(studies: Studies, snapshot: Published, names: Names) -> Sentence | None:
    found = snapshot.spin_offs()
    if not found:
        return Sentence("tile.spin_off.none")
    best = found[0]
    figures: dict[str, Cell] = {
        "candidate": Linked(best.label, sub_cluster_id=best.sub_cluster_id),
        "score": Number(100 * best.score),
    }
    return by_number("tile.spin_off.fact", len(found), figures)


def _gaps(studies: Studies, snapshot: Published, names: Names) -> Sentence | None:
    found = studies.gaps(snapshot)
    if found is None:
        return None
    told = [each for verdict in TOLD for each in found.gaps if each.verdict is verdict]
    named = [each for each in told if each.kind is not GapKind.REQUEST] or told
    if not named:
        return Sentence("tile.gaps.none")
    first = named[0]
    figures: dict[str, Cell] = {
        "part": names.part(first.sub_cluster_id),
        "what": missing(first, names, inside=True),
        "evidence": evidence(first),
    }
    return by_number("tile.gaps.fact", len(told), figures)


def _portfolio(studies: Studies, snapshot: Published, names: Names) -> Sentence | None:
    found = studies.portfolio(snapshot, studies.coverage(snapshot).newest)
    if found is None:
        return None
    whole = found.whole
    if not whole.collaborations:
        return Sentence("portfolio.nothing")
    figures: dict[str, Cell] = {
        "share": Share(whole.across_groups / whole.collaborations),
        "collaborations": Number(whole.collaborations),
        "committed": Number(whole.committed_across_groups),
    }
    return Sentence("tile.portfolio.fact", figures)


Fact = Callable[[Studies, Published, Names], Sentence | None]
FACTS: tuple[tuple[str, str, Fact], ...] = (
    ("phase", "/phases", _phase),
    ("specialisation", "/specialisation", _specialisation),
    ("spin_off", "/spin-offs", _spin_off),
    ("trends", "/trends", _trends),
    ("gaps", "/gaps", _gaps),
    ("portfolio", "/portfolio", _portfolio),
)
