"""What a report is about: the whole cluster or one sub-cluster, with what every topic asks of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from matchmaker.analysis import Analysis
from matchmaker.landscape.backtest import Backtest
from matchmaker.landscape.brokers import Brokerage
from matchmaker.landscape.cohesion import Holding
from matchmaker.landscape.coverage import Coverage
from matchmaker.landscape.findings import MapPoint, SpinOff, SubCluster
from matchmaker.landscape.gaps import Gaps
from matchmaker.landscape.phases import PhaseDiagnosis
from matchmaker.landscape.specialisation.findings import Specialisation
from matchmaker.landscape.specialisation.questions import By, Of
from matchmaker.landscape.trends import Trends
from matchmaker.published import Published
from matchmaker.reporting.values import Cell, Linked, Word


class LookingBack(StrEnum):
    """Why a report holds no backtest."""

    LATER = "later"
    """Nobody asked for it: it takes longer than the rest together."""
    WORKING = "working"
    """It is being worked out."""


@dataclass(frozen=True, eq=False)
class Subject:
    """The whole cluster, or one sub-cluster and its surroundings, of one build."""

    build: str
    part: SubCluster | None
    """``None`` for the whole cluster."""
    parent: SubCluster | None
    parts: tuple[SubCluster, ...]
    """The sub-clusters of the cluster, or the specialisations of a sub-cluster, largest first; numbered from 1."""
    siblings: tuple[SubCluster, ...]
    """What it can be compared with: all of the same level, itself among them; empty for the whole cluster."""
    coverage: Coverage
    whole: Coverage
    """The coverage of the whole cluster."""
    spin_offs: tuple[SpinOff, ...]
    """Candidates inside it, or itself, best first."""
    points: tuple[MapPoint, ...]
    names: dict[str, str]
    labels: dict[str, str]
    """Of every sub-cluster, by id."""
    notes: tuple[str, ...]
    analysis: Analysis
    backtest: Backtest | LookingBack
    """What earlier candidates came to, or why it is not here."""

    @property
    def scope(self) -> str:
        """``cluster`` or ``sub_cluster``: keys differ where the words must."""
        return "cluster" if self.part is None else "sub_cluster"

    @property
    def id(self) -> str:
        """The sub-cluster's id, or ``""``."""
        return "" if self.part is None else self.part.id

    @cached_property
    def phases(self) -> tuple[PhaseDiagnosis, ...]:
        """Its own phase and that of every sub-cluster, judged together, since siblings are compared."""
        return self.analysis.phases(every=True)

    @cached_property
    def trends(self) -> Trends:
        """What rises and falls in it."""
        return self.analysis.trends(self.id or None)

    def specialisation(self, by: By) -> Specialisation | None:
        """Actor groups or regions by its siblings; ``None`` where fewer than two rows have enough actors."""
        return self._specialisations.get(by)

    @cached_property
    def _specialisations(self) -> dict[By, Specialisation]:
        of = Of.SPECIALISATIONS if self.parent else Of.SUB_CLUSTERS
        found = {}
        for by, levels in ((By.GROUP, (0,)), (By.REGION, LEVELS)):
            for level in levels:
                study = self.analysis.specialisation(by, of, level=level, today=date.max)
                if sum(row.enough for row in study.rows) > 1 and len(study.columns) > 1:
                    found[by] = study
                    break
        return found

    @cached_property
    def gaps(self) -> Gaps:
        """What is missing in it, or in each of its sub-clusters; it names and quotes those who are there now."""
        return self.analysis.gaps(self.id, limit=GAPS_OF_A_KIND, top=FILLERS).among(self.names)

    @cached_property
    def brokerage(self) -> Brokerage:
        """Who stands between sub-clusters."""
        return self.analysis.brokers()

    @cached_property
    def holding(self) -> Holding | None:
        """What is left without the first brokers; ``None`` where there are none, or too many actors to wait for it."""
        first = [each.actor_id for each in self.brokerage.brokers[:FIRST_BROKERS]]
        return self.analysis.holding(first) if first and self.whole.actors <= LARGE else None


LEVELS = (2, 3, 1, 0)
"""Levels of regions in the order in which they are tried: the first with two regions of enough actors is taken."""
GAPS_OF_A_KIND, FILLERS, FIRST_BROKERS = 3, 3, 5
LARGE = 5_000
"""Actors beyond which taking brokers away takes a minute and is left to the tables."""


def subject(
    published: Published, sub_cluster_id: str = "", backtest: Backtest | LookingBack = LookingBack.LATER
) -> Subject:
    """Gather what a report needs; raises ``SubClusterNotFoundError``."""
    found = sorted(published.sub_clusters(), key=lambda each: (-len(each.members), each.id))
    part = published.sub_cluster(sub_cluster_id) if sub_cluster_id else None
    analysis = published.analysis
    whole = analysis.coverage()
    return Subject(
        build=published.generation,
        part=part,
        parent=published.sub_cluster(part.parent_id) if part and part.parent_id else None,
        parts=tuple(each for each in found if each.parent_id == (part.id if part else None)),
        siblings=tuple(each for each in found if part and each.parent_id == part.parent_id),
        coverage=whole if part is None else analysis.coverage(part),
        whole=whole,
        spin_offs=tuple(
            each
            for each in published.spin_offs()
            if part is None or part.id in (each.sub_cluster_id, each.parent_id)
        ),
        points=published.points(),
        names=published.actor_names(),
        labels={each.id: each.label for each in found},
        notes=published.notes(),
        analysis=analysis,
        backtest=backtest,
    )


def linked(each: SubCluster) -> Linked:
    """A sub-cluster's label that leads to its report."""
    return Linked(each.label, sub_cluster_id=each.id)


def group_word(group: str, *, inside: bool = False) -> Cell:
    """An actor group in the plural; ``inside`` a sentence with a small first letter."""
    return Word(f"groups.{group}", inside=inside)
