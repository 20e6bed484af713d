"""The map as columns: every point with its actor's name, group and sub-cluster, made once and kept."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from matchmaker.actors import ActorGroup
from matchmaker.alphabet import name_key
from matchmaker.landscape.findings import SubCluster
from matchmaker.published import Published

GROUPS = tuple(ActorGroup)
COLOURED_SUB_CLUSTERS = 12
"""So many colours can be told apart; smaller sub-clusters share one."""

GRID = 10_000
"""Coordinates are whole numbers from 0 to this, which halves what is sent."""

SortColumn = Literal["name", "group", "sub_cluster"]


@dataclass(frozen=True, slots=True)
class Label:
    """A sub-cluster's name where its members are."""

    id: str
    text: str
    x: int
    y: int
    size: int
    """Number of members."""
    inside: bool
    """A specialisation inside another sub-cluster: shown when zoomed in."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list beside the map."""

    actor_id: str
    name: str
    group: ActorGroup
    sub_cluster_id: str
    sub_cluster: str
    """Label, or ``""`` for an actor in no sub-cluster."""


@dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """All points of one build, column by column; position i of each column is the same actor."""

    generation: str
    ids: list[str]
    names: list[str]
    groups: list[int]
    """Index into ``GROUPS``."""
    sub_clusters: list[int]
    """Index into ``tops``, or -1."""
    x: list[int]
    y: list[int]
    tops: tuple[SubCluster, ...]
    """The sub-clusters at the top of the hierarchy, largest first: the first ones have a colour of their own."""
    labels: tuple[Label, ...]
    """Largest first."""
    by_name: list[int]
    """Positions by name and id."""

    def as_json(self, focus: SubCluster | None = None) -> bytes:
        """The columns for the browser; ``focus`` adds the positions of a sub-cluster's members."""
        wanted = {member.actor_id for member in focus.members} if focus else set()
        columns = {
            "generation": self.generation,
            "ids": self.ids,
            "names": self.names,
            "groups": self.groups,
            "sub_clusters": self.sub_clusters,
            "sub_cluster_names": [each.label for each in self.tops],
            "x": self.x,
            "y": self.y,
            "labels": [
                {
                    "id": each.id,
                    "text": each.text,
                    "x": each.x,
                    "y": each.y,
                    "size": each.size,
                    "inside": each.inside,
                }
                for each in self.labels
            ],
            "focus": [position for position, actor_id in enumerate(self.ids) if actor_id in wanted],
        }
        return json.dumps(columns, ensure_ascii=False, separators=(",", ":")).encode()

    def rows(self, positions: Sequence[int]) -> list[Row]:
        """Lines of the list at the given positions."""
        return [self._row(position) for position in positions]

    def _row(self, position: int) -> Row:
        place = self.sub_clusters[position]
        top = self.tops[place] if place >= 0 else None
        return Row(
            actor_id=self.ids[position],
            name=self.names[position],
            group=GROUPS[self.groups[position]],
            sub_cluster_id=top.id if top else "",
            sub_cluster=top.label if top else "",
        )

    def order(self, column: SortColumn, *, falling: bool) -> list[int]:
        """Positions sorted by a column, then by name and id; actors in no sub-cluster come last."""
        by_name = self.by_name[::-1] if falling and column == "name" else list(self.by_name)
        if column == "group":
            by_name.sort(key=self.groups.__getitem__, reverse=falling)
        if column == "sub_cluster":
            labels = [name_key(each.label) for each in self.tops]
            by_name.sort(key=lambda row: labels[self.sub_clusters[row]], reverse=falling)
            by_name.sort(key=lambda row: self.sub_clusters[row] < 0)
        return by_name


_LAID_OUT: OrderedDict[str, Atlas] = OrderedDict()
_KEPT = 2
"""Builds whose map is in memory: the published one, and an earlier one that somebody looks at."""
_LOCK = threading.Lock()
"""Held while what is kept is looked through or changed, never while a map is laid out, which may take a second."""


def atlas(snapshot: Published) -> Atlas:
    """One build's map, as long as none of its actors is gone, called or grouped otherwise."""
    edition = snapshot.landscape_edition
    with _LOCK:
        found = _LAID_OUT.get(edition)
    if found is None:
        found = _lay_out(snapshot)
        _keep(edition, found)
    return found


def _keep(edition: str, laid_out: Atlas) -> None:
    with _LOCK:
        # Who is gone since is in no map any more.
        for other in [each for each, kept in _LAID_OUT.items() if kept.generation == laid_out.generation]:
            del _LAID_OUT[other]
        _LAID_OUT[edition] = laid_out
        while len(_LAID_OUT) > _KEPT:
            _LAID_OUT.popitem(last=False)


def _lay_out(snapshot: Published) -> Atlas:
    points = snapshot.points()
    names, actor_groups = snapshot.actor_names(), snapshot.actor_groups()
    tops = tuple(
        sorted(
            (each for each in snapshot.sub_clusters() if each.parent_id is None),
            key=lambda each: (-len(each.members), each.id),
        )
    )
    home = _home(tops)
    x, y = _on_grid([point.x for point in points], [point.y for point in points])
    place = {point.actor_id: position for position, point in enumerate(points)}
    keys = [(name_key(names[point.actor_id]), point.actor_id) for point in points]
    return Atlas(
        generation=snapshot.generation,
        ids=[point.actor_id for point in points],
        names=[names[point.actor_id] for point in points],
        groups=[GROUPS.index(actor_groups[point.actor_id]) for point in points],
        sub_clusters=[home.get(point.actor_id, -1) for point in points],
        x=x,
        y=y,
        tops=tops,
        labels=_labels(snapshot.sub_clusters(), place, x, y),
        by_name=sorted(range(len(keys)), key=keys.__getitem__),
    )


def _home(tops: Sequence[SubCluster]) -> dict[str, int]:
    """Each actor's one sub-cluster on the map: where it belongs most clearly."""
    best: dict[str, tuple[float, int]] = {}
    for place, sub_cluster in enumerate(tops):
        for member in sub_cluster.members:
            if member.confidence > best.get(member.actor_id, (-1.0, 0))[0]:
                best[member.actor_id] = (member.confidence, place)
    return {actor_id: place for actor_id, (_, place) in best.items()}


def _on_grid(x: Sequence[float], y: Sequence[float]) -> tuple[list[int], list[int]]:
    """Coordinates as whole numbers on one square grid, so that distances keep their proportions."""
    if not x:
        return [], []
    low_x, low_y = min(x), min(y)
    span = max(max(x) - low_x, max(y) - low_y) or 1.0
    return (
        [round(GRID * (value - low_x) / span) for value in x],
        [round(GRID * (value - low_y) / span) for value in y],
    )


def _labels(
    sub_clusters: Sequence[SubCluster], place: dict[str, int], x: Sequence[int], y: Sequence[int]
) -> tuple[Label, ...]:
    labels = []
    for each in sub_clusters:
        positions = [place[member.actor_id] for member in each.members if member.actor_id in place]
        if positions:
            labels.append(
                Label(
                    id=each.id,
                    text=each.label,
                    x=_middle([x[position] for position in positions]),
                    y=_middle([y[position] for position in positions]),
                    size=len(each.members),
                    inside=each.parent_id is not None,
                )
            )
    return tuple(sorted(labels, key=lambda label: (label.inside, -label.size, label.id)))


def _middle(values: list[int]) -> int:
    return sorted(values)[len(values) // 2]
