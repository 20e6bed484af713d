"""What became of the sub-clusters of the build before: matched by their members, ids kept, changes recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from matchmaker.landscape.findings import Change, ChangeKind, Landscape, SubCluster

CONTINUES = 1 / 3
"""Least weighted Jaccard index of a sub-cluster with what it was: the members that stayed then weigh half of what both weigh
on average."""
CHANGES_LEVEL = 1 / 2
"""The same for a specialisation that became a sub-cluster of its own, or the other way round."""
LARGE_PART = 0.25
"""Share of a sub-cluster's weight that makes a part of it a part to name."""
MOSTLY = 0.5
SAME_PARENT = 0.05
"""Added between specialisations of matched parents, which settles what is otherwise as near."""


NOWHERE: NDArray[np.float64] = np.zeros((0, 2))
"""The spots of a build without a map."""


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Where a build put every document: what the next build starts from."""

    keys: list[str]
    """``Documents.keys``, length m."""
    homes: list[str]
    """Id of the innermost sub-cluster each document lies in, or ``""``."""
    spots: NDArray[np.float64]
    """Shape (m, 2): the document's place on the map, in the units of the layout; ``NOWHERE`` where there is no map."""
    resolutions: dict[str, float] = field(default_factory=dict)
    """Resolution of the split inside each sub-cluster, by id; ``""`` stands for the whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """The build before, as the next one needs it."""

    landscape: Landscape
    trace: Trace

    @property
    def row_of(self) -> dict[str, int]:
        """Row of each document by key."""
        return {key: row for row, key in enumerate(self.trace.keys)}


def with_lasting_ids(found: Sequence[SubCluster], before: Sequence[SubCluster]) -> dict[str, str]:
    """The id that each new sub-cluster goes by from now on, by the id it came with.

    Sub-clusters are matched one to one within their level, such that the sum of their weighted Jaccard indices (members
    weigh as much as their confidence; only actors of both builds count) is the greatest; pairs below ``CONTINUES`` are
    none. What is left is matched across levels from ``CHANGES_LEVEL`` on. Others get an id that was never given before
    to any sub-cluster of either build.
    """
    likeness = _jaccard(found, before)
    kept: dict[int, int] = {}
    tops = [row for row, each in enumerate(found) if each.parent_id is None]
    old_tops = [row for row, each in enumerate(before) if each.parent_id is None]
    _assign(likeness, tops, old_tops, CONTINUES, kept)
    inner = [row for row, each in enumerate(found) if each.parent_id is not None]
    old_inner = [row for row, each in enumerate(before) if each.parent_id is not None]
    parents = {found[row].id: before[old].id for row, old in kept.items()}
    favoured = likeness.copy()
    for row in inner:
        for old in old_inner:
            same = parents.get(found[row].parent_id or "") == before[old].parent_id
            favoured[row, old] += SAME_PARENT if same else 0.0
    _assign(np.where(likeness >= CONTINUES, favoured, 0), inner, old_inner, CONTINUES, kept)
    free = [row for row in range(len(found)) if row not in kept]
    free_old = [row for row in range(len(before)) if row not in kept.values()]
    _assign(likeness, free, free_old, CHANGES_LEVEL, kept)
    return _ids(found, before, kept)


def _assign(
    likeness: NDArray[np.float64], rows: list[int], columns: list[int], least: float, kept: dict[int, int]
) -> None:
    if not rows or not columns:
        return
    part = likeness[np.ix_(rows, columns)]
    counted = np.where(part >= least, part, 0)
    for row, column in zip(*linear_sum_assignment(counted, maximize=True), strict=True):
        if counted[row, column] > 0:
            kept[rows[int(row)]] = columns[int(column)]


def _ids(found: Sequence[SubCluster], before: Sequence[SubCluster], kept: dict[int, int]) -> dict[str, str]:
    given = {row: before[old].id for row, old in kept.items()}
    used = {each.id for each in before}
    for row, each in enumerate(found):
        if row in given:
            continue
        name, salt = each.id, 0
        while name in used:
            salt += 1
            name = sub_cluster_id([each.id, str(salt)])
        used.add(name)
        given[row] = name
    return {each.id: given[row] for row, each in enumerate(found)}


def sub_cluster_id(parts: Sequence[str]) -> str:
    """An id made from words."""
    return f"sc-{hashlib.blake2b(chr(10).join(parts).encode(), digest_size=5).hexdigest()}"


def changes(found: Sequence[SubCluster], before: Sequence[SubCluster]) -> tuple[Change, ...]:
    """What became of each sub-cluster of the build before, then the new ones; ids are the lasting ones.

    One *split* where two parts or more hold ``LARGE_PART`` of its weight each and consist of it for the most part. It
    *merged* where its id is gone and one sub-cluster holds ``MOSTLY`` of it, and *died* where its id is gone and none does.
    """
    flow, old, new = _flow(found, before)
    row_of = {each.id: row for row, each in enumerate(found)}
    level = np.array([each.parent_id is None for each in found], dtype=np.bool_)
    told: list[Change] = []
    for column, each in enumerate(before):
        weight = max(float(old[column]), 1e-12)
        share = flow[:, column] / weight
        alike = level == (each.parent_id is None)
        parts = np.flatnonzero(
            (share >= LARGE_PART) & (flow[:, column] >= MOSTLY * np.maximum(new, 1e-12)) & alike
        )
        stays = row_of.get(each.id)
        best = int(np.where(alike, share, 0).argmax()) if len(found) and old[column] > 0 else None
        if len(parts) >= 2:
            kind, into = ChangeKind.SPLIT, [int(part) for part in parts]
        elif stays is not None:
            kind, into = ChangeKind.CONTINUED, [stays]
        elif best is not None and share[best] >= MOSTLY:
            kind, into = ChangeKind.MERGED, [best]
        else:
            kind, into = ChangeKind.DIED, []
        kept = float(share[stays]) if stays is not None else float(share[into[0]]) if into else 0.0
        told.append(
            Change(
                kind=kind,
                id=each.id,
                label=found[stays].label if stays is not None else each.label,
                label_before=each.label,
                parent_id=each.parent_id if stays is None else found[stays].parent_id,
                parent_id_before=each.parent_id,
                into=tuple(found[row].id for row in sorted(into, key=lambda row: (-share[row], row))),
                kept=round(min(kept, 1.0), 4),
            )
        )
    known = {each.id for each in before}
    for row, each in enumerate(found):
        if each.id in known:
            continue
        share = flow[row] / max(float(new[row]), 1e-12)
        sources = np.flatnonzero(share >= LARGE_PART)
        told.append(
            Change(
                kind=ChangeKind.BORN,
                id=each.id,
                label=each.label,
                label_before="",
                parent_id=each.parent_id,
                parent_id_before=None,
                of=tuple(
                    before[column].id
                    for column in sorted(sources.tolist(), key=lambda column: (-share[column], column))
                ),
            )
        )
    return tuple(told)


def _weights(
    found: Sequence[SubCluster], before: Sequence[SubCluster]
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Members of both by actor known to both: (new, actors) and (old, actors), as heavy as their confidence."""
    known = {member.actor_id for each in before for member in each.members}
    known &= {member.actor_id for each in found for member in each.members}
    column_of = {actor_id: column for column, actor_id in enumerate(sorted(known))}

    def matrix(all_of: Sequence[SubCluster]) -> sparse.csr_array:
        entries = [
            # Somebody of whom nothing is sure still counts a little.
            (row, column_of[member.actor_id], max(member.confidence, 0.01))
            for row, each in enumerate(all_of)
            for member in each.members
            if member.actor_id in column_of
        ]
        rows, columns, weights = zip(*entries, strict=True) if entries else ((), (), ())
        return sparse.csr_array(
            (np.array(weights, dtype=np.float64), (np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64))),
            shape=(len(all_of), len(column_of)),
        )  # fmt: skip

    return matrix(found), matrix(before)


def _flow(
    found: Sequence[SubCluster], before: Sequence[SubCluster]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Weight shared by each new with each old sub-cluster, shape (new, old), and the whole weight of the old and the new."""
    mine, theirs = _weights(found, before)
    flow = np.zeros((len(found), len(before)))
    for column in range(len(before)):
        row = theirs[[column]].tocoo()
        weight = np.zeros(theirs.shape[1])
        weight[row.col] = row.data
        part = sparse.csr_array(mine, copy=True)
        part.data = np.minimum(part.data, weight[part.indices])
        flow[:, column] = np.asarray(part.sum(axis=1))
    return flow, np.asarray(theirs.sum(axis=1)), np.asarray(mine.sum(axis=1))


def _jaccard(found: Sequence[SubCluster], before: Sequence[SubCluster]) -> NDArray[np.float64]:
    flow, old, new = _flow(found, before)
    either = new[:, None] + old[None, :] - flow
    return np.divide(flow, either, out=np.zeros_like(flow), where=either > 0)
