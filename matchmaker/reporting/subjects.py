"""What a report is about: the whole cluster or one sub-cluster, with what every topic asks of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from matchmaker.analysis import Analysis
from matchmaker.landscape.brokers import Brokerage
from matchmaker.landscape.cohesion import Holding
from matchmaker.landscape.coverage import Coverage
from matchmaker.landscape.findings import MapPoint, SpinOff, SubCluster
from matchmaker.landscape.gaps import Gaps
from matchmaker.landscape.phases import PhaseDiagnosis
from matchmaker.landscape.trends import Trends
from matchmaker.published import Published
from matchmaker.reporting.values import Cell, Linked, Word


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

    @cached_property
    def gaps(self) -> Gaps:
        """What is missing in it, or in each of its sub-clusters."""
        return self.analysis.gaps(self.id, limit=GAPS_OF_A_KIND, top=FILLERS)

    @cached_property
    def brokerage(self) -> Brokerage:
        """Who stands between sub-clusters."""
        return self.analysis.brokers()

    @cached_property
    def holding(self) -> Holding | None:
        """What is left without the first brokers; ``None`` where there are none, or too many actors to wait for it."""
        first = [each.actor_id for each in self.brokerage.brokers[:FIRST_BROKERS]]
        return self.analysis.holding(first) if first and self.whole.actors <= LARGE else None


GAPS_OF_A_KIND, FILLERS, FIRST_BROKERS = 3, 3, 5
LARGE = 5_000
"""Actors beyond which taking brokers away takes a minute and is left to the tables."""


def subject(published: Published, sub_cluster_id: str = "") -> Subject:
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
    )


def linked(each: SubCluster) -> Linked:
    """A sub-cluster's label that leads to its report."""
    return Linked(each.label, sub_cluster_id=each.id)


def group_word(group: str, *, inside: bool = False) -> Cell:
    """An actor group in the plural; ``inside`` a sentence with a small first letter."""
    return Word(f"groups.{group}", inside=inside)
