"""The graph of documents becomes sub-clusters, specialisations inside them, and the actors that belong to each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.landscape.documents import Documents
from matchmaker.landscape.lineage import Past, sub_cluster_id
from matchmaker.landscape.partition import Before, Partition, partition, wanted

FEWEST_ACTORS = 6
"""Fewer placed actors than this are one crowd, not sub-clusters."""
FEWEST_MEMBERS = 3
FEWEST_SPECIALISTS = 5
"""A specialisation has at least this many documents and members."""
SHARE_OF_TIES = 0.2
"""An actor is a member wherever at least this share of its ties lies, besides where most of them lie."""
FEWEST_DOCUMENTS = 3
"""With this many documents an actor is also a member where it holds more than its share."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """A sub-cluster or a specialisation, as rows of the corpus and of the documents."""

    id: str
    parent: int | None
    """Index of the parent group; parents come first."""
    documents: NDArray[np.int64]
    """Rows of the documents that lie in it, ascending."""
    members: NDArray[np.int64]
    """Rows of the actors, by falling confidence, then row."""
    confidence: NDArray[np.float64]
    """Shape of ``members``: share of the actor's ties that stay inside, 0 to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """Sub-clusters by falling number of documents, each followed by its specialisations."""

    groups: list[Group]
    resolutions: dict[str, float]
    """Resolution of the split inside each group that was split, by id; ``""`` stands for the whole."""


def hierarchy(
    documents: Documents, ties: sparse.csr_array, ids: list[str], *, seed: int, past: Past | None = None
) -> Hierarchy:
    """Sub-clusters and specialisations; every actor with a document is a member of one sub-cluster at least.

    Empty where fewer than ``FEWEST_ACTORS`` actors have a document. With ``past``, its splits are carried on.
    """
    history = _History(documents, past)
    whole = top_level(documents, ties, seed=seed, before=history.tops())
    if whole is None:
        return Hierarchy([], {})
    tops, memberships, belonging = whole.parts, whole.memberships, whole.belonging
    found: list[Group] = []
    resolutions = {"": whole.resolution}
    used: set[str] = set()
    for top, (members, confidence) in enumerate(memberships):
        inside = np.flatnonzero(tops == top)
        parent = len(found)
        name = _name(ids, members, "", used)
        found.append(Group(name, None, inside, members, confidence))
        split = _split(
            sparse.csr_array(ties[inside][:, inside]),
            len(members),
            FEWEST_SPECIALISTS,
            seed,
            history.inside(inside),
        )
        if split.parts.max(initial=0) < 1:
            continue
        resolutions[name] = split.resolution
        parts = np.full(len(tops), -1, dtype=np.int64)
        parts[inside] = split.parts
        for part, (some, sure) in enumerate(belonging.members(parts, np.sort(members))):
            # A part that holds everybody tells nothing that its parent does not.
            if FEWEST_SPECIALISTS <= len(some) < len(members):
                inner = _name(ids, some, name, used)
                found.append(Group(inner, parent, np.flatnonzero(parts == part), some, sure))
    return Hierarchy(found, resolutions)


_Membership = tuple[NDArray[np.int64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True, eq=False)
class TopLevel:
    """The sub-clusters without what is inside them."""

    parts: NDArray[np.int64]
    """Shape (m,): sub-cluster of every document, -1 for none."""
    memberships: list[_Membership]
    """Of each sub-cluster: rows of the members by falling confidence, and the confidence."""
    resolution: float
    belonging: _Belonging


def top_level(
    documents: Documents, ties: sparse.csr_array, *, seed: int, before: Before | None = None
) -> TopLevel | None:
    """The sub-clusters of the whole; ``None`` where fewer than ``FEWEST_ACTORS`` actors have a document."""
    placed = np.flatnonzero(np.asarray(documents.holds.sum(axis=1)))
    if len(placed) < FEWEST_ACTORS:
        return None
    belonging = _Belonging(documents.holds, ties)
    whole = _split(ties, len(placed), FEWEST_MEMBERS, seed, before)
    parts, memberships = _inhabited(documents, belonging, whole.parts, placed)
    return TopLevel(parts, memberships, whole.resolution, belonging)


class _History:
    """Where the documents lay in the build before."""

    def __init__(self, documents: Documents, past: Past | None) -> None:
        self.homes: list[str] = [""] * len(documents.keys)
        self.parent_of: dict[str, str | None] = {}
        self.resolutions: dict[str, float] = {}
        if past is not None:
            row_of = past.row_of
            rows = [row_of.get(key, -1) for key in documents.keys]
            self.homes = [past.trace.homes[row] if row >= 0 else "" for row in rows]
            self.parent_of = {each.id: each.parent_id for each in past.landscape.sub_clusters}
            self.resolutions = past.trace.resolutions

    def _top(self, home: str) -> str:
        return self.parent_of.get(home) or (home if home in self.parent_of else "")

    def tops(self) -> Before | None:
        return _before([self._top(home) for home in self.homes], self.resolutions.get("", 0.0))

    def inside(self, rows: NDArray[np.int64]) -> Before | None:
        """The split of the sub-cluster that most of these documents lay in."""
        homes = [self.homes[row] for row in rows.tolist()]
        counted = Counter(top for top in map(self._top, homes) if top)
        if not counted:
            return None
        main = min(counted, key=lambda top: (-counted[top], top))
        inner = [home if self.parent_of.get(home) == main else "" for home in homes]
        return _before(inner, self.resolutions.get(main, 0.0))


def _before(homes: list[str], resolution: float) -> Before | None:
    """A split to carry on, where there was one and half of the documents are known from it."""
    names = {home: number for number, home in enumerate(sorted(set(homes) - {""}))}
    if resolution <= 0 or len(names) < 2 or 2 * sum(map(bool, homes)) < len(homes):
        return None
    return Before(np.array([names.get(home, -1) for home in homes], dtype=np.int64), resolution)


def _split(ties: sparse.csr_array, actors: int, fewest: int, seed: int, before: Before | None) -> Partition:
    size = ties.shape[0]
    least = max(fewest, round(size / (4 * wanted(actors)[1])))
    if size < 2 * least:
        return Partition(np.zeros(size, dtype=np.int64), 0.0, 0.0)
    return partition(ties, size=actors, least=least, seed=seed, before=before)


def _inhabited(
    documents: Documents, belonging: _Belonging, parts: NDArray[np.int64], placed: NDArray[np.int64]
) -> tuple[NDArray[np.int64], list[_Membership]]:
    """The parts, each with ``FEWEST_MEMBERS`` members at least, and their members; every placed actor is one.

    Parts too small to stand alone move to the part whose texts are closest. Who is left (no text, no ties to anybody) is in
    the largest one with a confidence of 0.
    """
    while True:
        sizes = np.bincount(parts[parts >= 0])
        memberships = belonging.members(parts, placed)
        inhabited = np.array([len(members) for members, _ in memberships]) >= FEWEST_MEMBERS
        small = (sizes < FEWEST_MEMBERS) | ~inhabited
        if not small.any():
            break
        if small.all():
            parts = np.zeros_like(parts)
            memberships = belonging.members(parts, placed)
            break
        parts = _homes(documents, parts, small)
    members, confidence = memberships[0]
    strays = np.setdiff1d(placed, np.concatenate([each for each, _ in memberships]))
    memberships[0] = _ordered(np.append(members, strays), np.append(confidence, np.zeros(len(strays))))
    return parts, memberships


def _homes(documents: Documents, parts: NDArray[np.int64], small: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Documents of small parts move to the other part whose texts are closest, or without text to none (-1)."""
    known = parts >= 0
    centres = np.zeros((len(small), documents.vectors.shape[1]), dtype=np.float32)
    np.add.at(centres, parts[known], documents.vectors[known])
    centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    stray = np.flatnonzero(known)[small[parts[known]]]
    closest = (documents.vectors[stray] @ centres[~small].T).argmax(axis=1)
    number = np.cumsum(~small) - 1
    homes = np.full(len(parts), -1, dtype=np.int64)
    homes[known] = number[parts[known]]
    homes[stray] = np.where(documents.has_text[stray], closest, -1)
    return homes


class _Belonging:
    """Where the ties of every actor lead."""

    def __init__(self, holds: sparse.csr_array, ties: sparse.csr_array) -> None:
        totals = np.asarray(ties.sum(axis=1))
        self.tied = totals > 0
        scale = np.divide(1.0, totals, out=np.zeros(len(totals)), where=self.tied)
        self.lean = sparse.csr_array(sparse.diags_array(scale, shape=ties.shape) @ ties)
        self.holds = holds.astype(np.float64)

    def members(self, parts: NDArray[np.int64], candidates: NDArray[np.int64]) -> list[_Membership]:
        """Members of each part among the candidate actors with their confidence, best first; -1 is no part.

        A candidate belongs where most of its ties lie, where at least ``SHARE_OF_TIES`` of them lie, and where it holds
        ``FEWEST_DOCUMENTS`` or more and a greater share of its documents than all actors together.
        """
        count = int(parts.max()) + 1
        inside = np.flatnonzero(parts >= 0)
        part_of = np.zeros((len(parts), count))
        part_of[inside, parts[inside]] = 1
        holds = sparse.csr_array(self.holds[candidates])
        held, all_held = holds @ part_of, np.asarray(holds.sum(axis=1))
        with_ties = np.asarray(holds @ self.tied.astype(np.float64))
        shares = np.clip((holds @ (self.lean @ part_of)) / np.maximum(with_ties, 1)[:, None], 0, 1)
        # A document counts a little by itself, which settles actors whose documents have no ties.
        pull = shares + 1e-6 * held / np.maximum(all_held, 1)[:, None]
        belongs = shares >= SHARE_OF_TIES
        usual = self.holds.sum(axis=0) @ part_of / max(float(self.holds.sum()), 1.0)
        belongs |= (held >= FEWEST_DOCUMENTS) & (held / np.maximum(all_held, 1)[:, None] > usual)
        somewhere = pull.max(axis=1) > 0
        belongs[somewhere, pull[somewhere].argmax(axis=1)] = True
        return [
            _ordered(candidates[belongs[:, part]], shares[belongs[:, part], part]) for part in range(count)
        ]


def _ordered(
    members: NDArray[np.int64], confidence: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    confidence = np.round(confidence, 4)
    order = np.lexsort((members, -confidence))
    return members[order], confidence[order]


def _name(ids: list[str], members: NDArray[np.int64], parent: str, used: set[str]) -> str:
    """An id from the members and the parent, as a first build gives it; no two of one build are alike."""
    parts = [parent, *(ids[row] for row in np.sort(members))]
    name = sub_cluster_id(parts)
    while name in used:
        name = sub_cluster_id([name, *parts])
    used.add(name)
    return name
