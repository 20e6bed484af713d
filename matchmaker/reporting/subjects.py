"""What a report is about: the whole cluster or one sub-cluster, with what every topic asks of it."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.analysis import Analysis
from matchmaker.landscape.coverage import Coverage
from matchmaker.landscape.findings import MapPoint, SpinOff, SubCluster
from matchmaker.published import Published
from matchmaker.reporting.values import Cell, Linked, Word


@dataclass(frozen=True, slots=True, eq=False)
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
        notes=published.notes(),
        analysis=analysis,
    )


def linked(each: SubCluster) -> Linked:
    """A sub-cluster's label that leads to its report."""
    return Linked(each.label, sub_cluster_id=each.id)


def group_word(group: str, *, inside: bool = False) -> Cell:
    """An actor group in the plural; ``inside`` a sentence with a small first letter."""
    return Word(f"groups.{group}", inside=inside)
