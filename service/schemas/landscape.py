"""What the addresses about sub-clusters, spin-off candidates and the map take and give."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field, FiniteFloat

from matchmaker.actors import ActorGroup
from matchmaker.landscape.findings import SpinOff, SubCluster
from service.schemas.contract import Answer, CursorText, FilterText, NextCursor, PageQuery, Query, Sorted
from service.schemas.values import ActorName, SubClusterName

MAX_POINTS = 100_000


class MapQuery(Query):
    """A page of the map, by default the whole of it."""

    limit: Annotated[int, Field(ge=1, le=MAX_POINTS, description="How many points at most.")] = MAX_POINTS
    cursor: CursorText = ""


class SubClusterSort(StrEnum):
    """What sub-clusters can be sorted by."""

    HIERARCHY = "hierarchy"
    LABEL = "label"
    SIZE = "size"


class SubClusterQuery(PageQuery):
    """Which sub-clusters to list; filters are combined by *and*."""

    sort: Annotated[SubClusterSort, Field(description="`hierarchy`: parents first.")] = (
        SubClusterSort.HIERARCHY
    )
    direction: Sorted = None
    q: Annotated[FilterText, Field(description="Part of the label or of a keyword.")] = ""
    parent: Annotated[FilterText, Field(description="Id of a sub-cluster; its parts are listed.")] = ""


class SpinOffSort(StrEnum):
    """What spin-off candidates can be sorted by."""

    SCORE = "score"
    LABEL = "label"


class SpinOffQuery(PageQuery):
    """Which spin-off candidates to list."""

    sort: Annotated[SpinOffSort, Field(description="`score`: best first.")] = SpinOffSort.SCORE
    direction: Sorted = None
    q: Annotated[FilterText, Field(description="Part of the label.")] = ""


class SubClusterSummary(SubClusterName):
    """A group of similar actors found in the data."""

    parent_id: Annotated[str | None, Field(description="What it is a specialisation of; null at the top.")]
    keywords: list[str]
    size: Annotated[int, Field(description="Number of members.")]
    composition: Annotated[dict[ActorGroup, int], Field(description="Members by actor group.")]
    growth: Annotated[
        dict[int, int],
        Field(description="Year to the members that took up their first collaboration in it by then."),
    ]
    collaborations: Annotated[
        dict[int, int],
        Field(description="Year to the collaborations that began in it with two or more members."),
    ]

    @classmethod
    def of(cls, sub_cluster: SubCluster) -> SubClusterSummary:
        """A sub-cluster without its members."""
        return cls.model_validate(_figures(sub_cluster))


class MemberAnswer(ActorName):
    """A member of a sub-cluster."""

    confidence: Annotated[FiniteFloat, Field(ge=0, le=1, description="Share of its ties that stay inside.")]


class SubClusterProfile(SubClusterSummary):
    """A sub-cluster with its members."""

    parts: Annotated[list[SubClusterName], Field(description="The specialisations inside it.")]
    members: Annotated[list[MemberAnswer], Field(description="By falling confidence.")]

    @classmethod
    def with_members(
        cls,
        sub_cluster: SubCluster,
        parts: Collection[SubCluster],
        names: Mapping[str, str],
        groups: Mapping[str, ActorGroup],
    ) -> SubClusterProfile:
        """A sub-cluster with its members by name."""
        members = [
            MemberAnswer(
                id=member.actor_id,
                name=names[member.actor_id],
                group=groups[member.actor_id],
                confidence=member.confidence,
            )
            for member in sub_cluster.members
        ]
        return cls.model_validate(_figures(sub_cluster) | {"parts": list(parts), "members": members})


def _figures(sub_cluster: SubCluster) -> dict[str, object]:
    return {
        "id": sub_cluster.id,
        "label": sub_cluster.label,
        "parent_id": sub_cluster.parent_id,
        "keywords": list(sub_cluster.keywords),
        "size": len(sub_cluster.members),
        "composition": sub_cluster.composition,
        "growth": sub_cluster.growth,
        "collaborations": sub_cluster.collaborations,
    }


class OutlookAnswer(Answer):
    """How likely a candidate is to gain actors faster than the whole within a year, or why nobody can say."""

    probability: FiniteFloat | None
    reason: str
    alike: int
    alike_kept_growing: int
    base_rate: FiniteFloat | None
    signs: list[tuple[str, FiniteFloat]]


class NeedAnswer(Answer):
    """Something that a candidate lacks for standing alone."""

    kind: str
    sentence: str
    figures: dict[str, FiniteFloat]
    names: list[str]


class SpinOffAnswer(Answer):
    """A specialisation that could become a cluster of its own; the score is the measures' geometric mean."""

    sub_cluster_id: str
    parent_id: str
    label: str
    score: FiniteFloat
    critical_mass: FiniteFloat
    coherence: FiniteFloat
    distinctness: FiniteFloat
    growth: FiniteFloat
    group_spread: FiniteFloat
    figures: Annotated[dict[str, FiniteFloat], Field(description="What the measures rest on, by name.")]
    outlook: OutlookAnswer
    needs: list[NeedAnswer]
    doubts: Annotated[
        list[str], Field(description="Why it may be the form of a call and no trade; such come last.")
    ]
    regions: Annotated[
        list[tuple[str, FiniteFloat]], Field(description="Regions with their location quotient.")
    ]
    tied_to: Annotated[
        list[tuple[str, FiniteFloat]], Field(description="Sub-clusters with the share of outward ties.")
    ]

    @classmethod
    def of(cls, spin_off: SpinOff) -> SpinOffAnswer:
        """A candidate with every figure."""
        return cls.model_validate(spin_off)


class PointAnswer(Answer):
    """An actor on the map."""

    actor: ActorName
    sub_cluster_ids: Annotated[list[str], Field(description="The sub-clusters it is in, the widest first.")]
    x: FiniteFloat
    y: FiniteFloat


class SubClusterPage(Answer):
    """Sub-clusters, parents before their specialisations."""

    items: list[SubClusterSummary]
    next: NextCursor


class SpinOffPage(Answer):
    """Spin-off candidates, best first."""

    items: list[SpinOffAnswer]
    next: NextCursor


class PointPage(Answer):
    """Points of the map."""

    items: list[PointAnswer]
    next: NextCursor
