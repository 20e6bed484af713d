"""What an analyst should know first: what grew most, what may spin off, and what became of sub-clusters since the last build."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.landscape.findings import ChangeKind, SubCluster
from matchmaker.published import Published
from service.pages.drawings import Line, growth_line

SHOWN = 3
RECENT_YEARS = 3


@dataclass(frozen=True, slots=True)
class Growing:
    """A sub-cluster with how many members took up their first collaboration in it of late."""

    sub_cluster: SubCluster
    joined: int
    since: int
    line: Line | None


def telling_facts(snapshot: Published) -> dict[str, object]:
    """The values of an analyst's home."""
    found = snapshot.sub_clusters()
    newest = max((year for each in found for year in each.growth), default=0)
    growing = [
        Growing(each, joined, newest - RECENT_YEARS, growth_line(each.growth, newest))
        for each in found
        if (joined := _joined(each, newest)) > 0
    ]
    growing.sort(key=lambda each: (-each.joined, each.sub_cluster.id))
    changes = snapshot.changes()
    return {
        "growing": growing[:SHOWN],
        "candidates": snapshot.spin_offs()[:SHOWN],
        "bridges": len({each.actor_id for each in snapshot.bridges()}),
        "changed": {
            kind.value: sum(each.kind is kind for each in changes)
            for kind in ChangeKind
            if kind is not ChangeKind.CONTINUED and any(each.kind is kind for each in changes)
        },
    }


def _joined(each: SubCluster, newest: int) -> int:
    """Members that came in the last years: the growth counts all until a year."""
    before = max((count for year, count in each.growth.items() if year <= newest - RECENT_YEARS), default=0)
    return max(each.growth.values(), default=0) - before
