"""What a figure cannot say and why, as stable ids and numbers; commands and pages make sentences of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Unknown(StrEnum):
    """Why something cannot be told, or how far it can be trusted."""

    NO_ACTORS = "no_actors"
    NO_SUB_CLUSTERS = "no_sub_clusters"
    ONE_SUB_CLUSTER = "one_sub_cluster"
    """There is nothing between sub-clusters, and no sibling to compare with."""
    NO_COLLABORATIONS = "no_collaborations"
    """No collaboration of two or more."""
    FEW_COLLABORATIONS = "few_collaborations"
    """Figures: ``collaborations`` there are, ``needed`` at least."""
    FEW_ACTORS = "few_actors"
    """Figures: ``actors`` there are, ``needed`` at least."""
    NO_DATES = "no_dates"
    ONE_YEAR = "one_year"
    NO_ENDS = "no_ends"
    """No collaboration says when it ends."""
    NO_REGIONS = "no_regions"
    ONE_REGION = "one_region"
    ONE_GROUP = "one_group"
    NO_TEXT = "no_text"
    NO_REQUESTS = "no_requests"
    NO_MEMBERS = "no_members"
    """Nobody is marked as a member of the organised cluster, so "members first" orders nothing."""
    SAMPLED = "sampled"
    """Figures: ``sources`` actors that shortest paths were followed from, of ``actors``."""


@dataclass(frozen=True, slots=True)
class Caveat:
    """One thing that cannot be known, or only so far."""

    id: Unknown
    figures: dict[str, float] = field(default_factory=dict)
    sub_cluster_id: str = ""
    """The sub-cluster it is about; empty for all."""
