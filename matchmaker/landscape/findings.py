"""What the landscape answers: sub-clusters with members and confidence, map points, spin-off candidates."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from matchmaker.actors import ActorGroup


@dataclass(frozen=True, slots=True)
class Member:
    """An actor's place in a sub-cluster."""

    actor_id: str
    confidence: float
    """0 to 1: share of the actor's ties that stay inside the sub-cluster; over all sub-clusters at most 1."""


@dataclass(frozen=True, slots=True)
class SubCluster:
    """A group of similar actors found in the data."""

    id: str
    parent_id: str | None
    """Id of the sub-cluster it is a specialisation of; ``None`` at the top."""
    label: str
    keywords: tuple[str, ...]
    members: tuple[Member, ...]
    """By falling confidence, then id. An actor may be a member of several: it is a bridge between them."""
    composition: dict[ActorGroup, int]
    """Members by actor group; groups without members are left out."""
    growth: dict[int, int]
    """Year to the number of members that took up their first collaboration in it by then, cumulative."""
    collaborations: dict[int, int]
    """Year to the number of collaborations that belong to it, began in that year and hold two or more members."""
    collaboration_ids: tuple[str, ...] = ()
    """All collaborations that belong to it by what they say and who takes part, ascending."""
    found_label: str = ""
    """The label that was found in the data, where an analyst gave it the name that ``label`` is; else empty."""


class ChangeKind(StrEnum):
    """What became of a sub-cluster from one build to the next."""

    CONTINUED = "continued"
    SPLIT = "split"
    MERGED = "merged"
    DIED = "died"
    BORN = "born"


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one sub-cluster of the build before, or where a new one comes from."""

    kind: ChangeKind
    id: str
    """Of the sub-cluster itself: gone where it merged or died, kept by its largest part where it split."""
    label: str
    label_before: str
    """Empty for a new one."""
    parent_id: str | None
    parent_id_before: str | None
    into: tuple[str, ...] = ()
    """Sub-clusters of this build in which it goes on, the largest part first."""
    of: tuple[str, ...] = ()
    """For a new one: sub-clusters of the build before that a quarter of it or more comes from."""
    kept: float = 0.0
    """Share of its members of then, by their confidence and among actors of both builds, still together; 0 to 1."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """A probability of continued growth with what it rests on, or why there is none."""

    probability: float | None
    """That it gains actors faster than the whole landscape over the next twelve months, 0 to 1."""
    reason: str
    """What the probability rests on, or why there is none, in one sentence."""
    alike: int = 0
    """Past groups that were given about this probability."""
    alike_kept_growing: int = 0
    base_rate: float | None = None
    """Which share of all past groups went on growing."""
    signs: tuple[tuple[str, float], ...] = ()
    """The signs by what they add to the log odds, strongest first, either way."""


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a specialisation lacks for standing alone."""

    kind: str
    """``actor_group``, ``members``, ``commitment``, ``one_actor`` or ``own_ties``."""
    sentence: str
    """In plain English, with its figures."""
    figures: dict[str, float]
    names: tuple[str, ...] = ()
    """Ids of the actors or names of the actor groups it is about."""


@dataclass(frozen=True, slots=True)
class SpinOff:
    """A specialisation inside a mature sub-cluster that could become a cluster of its own; every figure is shown.

    The order and the score say how much stands there today; what may come is in ``outlook``.
    """

    sub_cluster_id: str
    parent_id: str
    label: str
    score: float
    """Geometric mean of the five measures below, 0 to 1."""
    critical_mass: float
    coherence: float
    distinctness: float
    growth: float
    group_spread: float
    figures: dict[str, float]
    """What the measures rest on, by name (``members``, ``groups``, ``recent_collaborations`` ...)."""
    outlook: Outlook = field(
        default_factory=lambda: Outlook(None, "The build is from before forecasts were made.")
    )
    needs: tuple[Need, ...] = ()
    """What it would need to stand alone, the most pressing first."""
    doubts: tuple[str, ...] = ()
    """Why it may be the form of a call and no trade of its own (``one_call``, ``repeated_titles``); such
    candidates come last."""
    regions: tuple[tuple[str, float], ...] = ()
    """Regions that are specialised in it beyond chance, with their location quotient; the surest first."""
    tied_to: tuple[tuple[str, float], ...] = ()
    """Other sub-clusters and specialisations with the share of its outward ties that lead there, strongest first."""


@dataclass(frozen=True, slots=True)
class MapPoint:
    """An actor on the map."""

    actor_id: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Landscape:
    """Everything a build finds about the whole cluster."""

    sub_clusters: tuple[SubCluster, ...]
    spin_offs: tuple[SpinOff, ...]
    points: tuple[MapPoint, ...]
    notes: tuple[str, ...] = ()
    """What could not be found and why (no text, too few actors, no dates)."""
    changes: tuple[Change, ...] = ()
    """What became of the sub-clusters of the build before; empty for a first build."""
    trustworthiness: float | None = None
    """Of the map, 0 to 1: whether actors near each other on it are near in what they say; ``None`` where too few say any."""
    map_shift: float | None = None
    """Median way of the actors known before, as a share of the map's width; ``None`` for a first build."""
