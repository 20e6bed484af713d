"""Actors that stand between sub-clusters, with both ends."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.landscape.findings import Landscape


@dataclass(frozen=True, slots=True)
class BridgeEnd:
    """One sub-cluster that a bridge is a member of."""

    sub_cluster_id: str
    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Bridge:
    """An actor that is a member of more than one sub-cluster."""

    actor_id: str
    ends: tuple[BridgeEnd, ...]
    """Two or more, by falling confidence, then id."""
    balance: float
    """0 to 1: the lower confidence of the two first ends against the higher; 1 stands right in the middle."""


def bridges(landscape: Landscape) -> tuple[Bridge, ...]:
    """Actors in more than one sub-cluster (specialisations aside), surest in both first, then by id.

    They are ordered by the confidence at their second end: who is hardly in a second one comes last.
    """
    ends: dict[str, list[BridgeEnd]] = {}
    for each in landscape.sub_clusters:
        if each.parent_id is None:
            for member in each.members:
                ends.setdefault(member.actor_id, []).append(BridgeEnd(each.id, each.label, member.confidence))
    found = []
    for actor_id, several in ends.items():
        if len(several) < 2:
            continue
        ordered = tuple(sorted(several, key=lambda end: (-end.confidence, end.sub_cluster_id)))
        higher, lower = ordered[0].confidence, ordered[1].confidence
        found.append(Bridge(actor_id, ordered, round(lower / higher, 4) if higher > 0 else 0.0))
    return tuple(sorted(found, key=lambda each: (-each.ends[1].confidence, each.actor_id)))
