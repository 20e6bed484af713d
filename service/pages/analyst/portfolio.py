"""The collaborations as a portfolio: by sub-cluster, actor groups, commitment, year and whether they run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter

from matchmaker.actors import Commitment
from matchmaker.corpus import COMMITMENTS
from matchmaker.landscape.phase_rule import PHASES
from matchmaker.landscape.phases import PhaseDiagnosis
from matchmaker.landscape.portfolio import Crossing, Joint, Portfolio, PortfolioRow, State
from matchmaker.reporting.values import (
    Cell,
    Columns,
    Counted,
    Number,
    Part,
    Plot,
    Sentence,
    Share,
    Stack,
    Stacks,
    Word,
)
from service.dependencies import PageStudies
from service.pages.analyst.choices import (
    CommitmentChoice,
    DayChoice,
    PartChoice,
    StateChoice,
    YearChoice,
    known_part,
)
from service.pages.analyst.sheets import Column, Sheet, count, share, step, text, words, year
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

DRAWN = 14
COLOURS = {Commitment.NON_COMMITTAL: "hue-none", Commitment.PROJECT: "hue-0", Commitment.COMMITTED: "accent"}


@topic(router, "/portfolio")
def portfolio(
    snapshot: ShownBuild,
    studies: PageStudies,
    part: PartChoice = "",
    commitment: CommitmentChoice = None,
    state: StateChoice = None,
    first: YearChoice = None,
    last: YearChoice = None,
    day: DayChoice = None,
) -> Found:
    """Every collaboration counted, and what of it crosses actor groups and sub-clusters."""
    chosen = known_part(snapshot, part)
    on = day or studies.coverage(snapshot).newest
    found = studies.portfolio(snapshot, on)
    diagnosed = studies.phases(snapshot)
    if found is None or diagnosed is None:
        return Working()
    rows = [
        each
        for each in found.rows
        if (not chosen or each.sub_cluster_id == chosen)
        and (commitment is None or each.commitment is commitment)
        and (state is None or each.state is state)
        and (first is None or (each.year or 0) >= first)
        and (last is None or (each.year or 9999) <= last)
    ]
    names = names_of(snapshot)
    return Study(
        topic="portfolio",
        said=_said(
            found,
            rows,
            crossing(
                found,
                chosen,
                names,
                in_part=any(each is not None for each in (commitment, state, first, last)),
            ),
        ),
        fields=(
            part_field(snapshot, chosen, tops_only=True),
            choice("commitment", commitment, "commitment", [*Commitment]),
            choice("state", state, "state", [*State]),
            Field("first", "year", str(first or "")),
            Field("last", "year", str(last or "")),
            Field("day", "date", on.isoformat() if on else ""),
        ),
        plots=_plots(rows, names),
        sheets=_sheets(found, rows, names, {each.sub_cluster_id or "": each for each in diagnosed}, chosen),
        nothing="" if found.rows else "portfolio.nothing",
        defined=3,
    )


def crossing(found: Portfolio, chosen: str, names: Names, *, in_part: bool) -> Sentence | None:
    """What of the whole, or of a chosen part, joins actor groups; ``None`` where there is nothing that could.

    ``in_part`` says that the figures beside it are of fewer collaborations than these, which the sentence then begins with.
    """
    of = next((each for each in (found.whole, *found.sub_clusters) if each.sub_cluster_id == chosen), None)
    if of is None or not of.collaborations:
        return None
    figures: dict[str, Cell] = {
        "across": Number(of.across_groups),
        "collaborations": Number(of.collaborations),
        "share": Share(of.across_groups / of.collaborations),
        "committed": Number(of.committed_across_groups),
    }
    if not in_part:
        return Sentence("portfolio.crossing", figures)
    what = names.part(chosen) if chosen else Word("phases.whole", inside=True)
    return Sentence("portfolio.crossing_in", {**figures, "what": what})


def _said(found: Portfolio, rows: Sequence[PortfolioRow], crossed: Sentence | None) -> tuple[Sentence, ...]:
    counted = sum(each.collaborations for each in rows)
    committed = sum(each.collaborations for each in rows if each.commitment is Commitment.COMMITTED)
    said = [
        Sentence(
            "portfolio.is",
            {
                "collaborations": Counted("collaborations", counted),
                "committed": Number(committed),
                "share": Share(committed / counted if counted else 0.0),
            },
            "finding",
        )
    ]
    if crossed is not None:
        said.append(crossed)
    money = [each.money for each in rows if each.money is not None]
    if money:
        known: dict[str, Cell] = {
            "money": Number(sum(money) / 1e6, 1),
            "known": Number(sum(each.money_known for each in rows)),
            "collaborations": Number(counted),
        }
        said.append(Sentence("portfolio.money", known))
    return (*said, *(Sentence(f"caveat.{each.id}", tone="caution") for each in found.caveats))


def _plots(rows: Sequence[PortfolioRow], names: Names) -> tuple[Plot, ...]:
    by_part: dict[str, Counter[Commitment]] = {}
    by_year: Counter[int] = Counter()
    for each in rows:
        by_part.setdefault(each.sub_cluster_id, Counter())[each.commitment] += each.collaborations
        if each.year is not None:
            by_year[each.year] += each.collaborations
    plots: list[Plot] = []
    parts = sorted((each for each in by_part if each), key=lambda each: (-by_part[each].total(), each))
    if parts:
        plots.append(
            Stacks(
                "plot.portfolio",
                "report.axis.collaborations",
                "column.part",
                tuple(
                    Stack(
                        names.part(each),
                        tuple(
                            Part(f"commitment.{level}", COLOURS[level], by_part[each][level])
                            for level in Commitment
                            if by_part[each][level]
                        ),
                    )
                    for each in parts[:DRAWN]
                ),
            )
        )
    if len(by_year) > 1:
        years = range(min(by_year), max(by_year) + 1)
        # One date far off would draw a hundred empty years.
        if len(years) <= 60:
            plots.append(
                Columns(
                    "report.plot.began", "report.axis.collaborations", {each: by_year[each] for each in years}
                )
            )
    return tuple(plots)


@dataclass(frozen=True, slots=True)
class Joined:
    """Collaborations that join two actor groups."""

    sub_cluster_id: str
    joint: Joint


def _sheets(
    found: Portfolio,
    rows: Sequence[PortfolioRow],
    names: Names,
    diagnosed: dict[str, PhaseDiagnosis],
    chosen: str,
) -> tuple[Sheet[PortfolioRow] | Sheet[Crossing] | Sheet[Joined], ...]:
    def part(of: Callable[[PortfolioRow], str]) -> Column[PortfolioRow]:
        return Column(
            "part",
            lambda row: names.parts.get(of(row), ""),
            lambda row: names.part(of(row)) if of(row) else Word("portfolio.no_part"),
        )

    def crossing_part(of: str) -> Cell:
        return names.part(of) if of else Word("phases.whole")

    def phase(row: Crossing) -> str | None:
        known = diagnosed.get(row.sub_cluster_id)
        return None if known is None else known.phase

    crossings = [
        each for each in (found.whole, *found.sub_clusters) if not chosen or each.sub_cluster_id == chosen
    ]
    joined = [Joined(each.sub_cluster_id, joint) for each in crossings for joint in each.by_groups]
    return (
        Sheet(
            "crossings",
            (
                Column("part", lambda row: names.parts.get(row.sub_cluster_id, ""), lambda row: crossing_part(row.sub_cluster_id)),
                step("phase", "phase", phase, PHASES),
                count("collaborations", lambda row: row.collaborations),
                count("across_groups", lambda row: row.across_groups),
                share("across_share", lambda row: row.across_groups / row.collaborations if row.collaborations else None),
                count("committed_across_groups", lambda row: row.committed_across_groups),
                count("across_parts", lambda row: row.across_sub_clusters),
                count("alone", lambda row: row.alone),
            ),
            crossings,
            (text("sub_cluster_id", lambda row: row.sub_cluster_id), count("placed", lambda row: row.placed)),
        ),
        Sheet(
            "joint",
            (
                Column("part", lambda row: names.parts.get(row.sub_cluster_id, ""), lambda row: crossing_part(row.sub_cluster_id)),
                words("one_group", "groups", lambda row: row.joint.groups[0]),
                words("other_group", "groups", lambda row: row.joint.groups[1]),
                count("collaborations", lambda row: row.joint.collaborations),
            ),
            sorted(joined, key=lambda row: (bool(row.sub_cluster_id), -row.joint.collaborations)),
            (text("sub_cluster_id", lambda row: row.sub_cluster_id),),
        ),
        Sheet(
            "portfolio",
            (
                part(lambda row: row.sub_cluster_id), step("commitment", "commitment", lambda row: row.commitment, COMMITMENTS),
                year("year", lambda row: row.year), count("groups_in", lambda row: row.groups),
                words("state", "state", lambda row: row.state), count("collaborations", lambda row: row.collaborations),
                count("money", lambda row: row.money), count("money_known", lambda row: row.money_known),
            ),
            rows,
            (text("sub_cluster_id", lambda row: row.sub_cluster_id),),
        ),
    )  # fmt: skip
