"""The graph of documents becomes sub-clusters, specialisations inside them, and the actors that belong to each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.landscape.documents import Documents
from matchmaker.landscape.partition import partition, wanted

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


def groups(documents: Documents, ties: sparse.csr_array, ids: list[str], *, seed: int) -> list[Group]:
    """Sub-clusters by falling number of documents, each followed by its specialisations.

    Empty where fewer than ``FEWEST_ACTORS`` actors have a document.
    """
    placed = np.flatnonzero(np.asarray(documents.holds.sum(axis=1)))
    if len(placed) < FEWEST_ACTORS:
        return []
    belonging = _Belonging(documents.holds, ties)
    tops = _homes(documents, _split(ties, len(placed), FEWEST_MEMBERS, seed))
    found: list[Group] = []
    for top, (members, confidence) in enumerate(belonging.members(tops, placed)):
        if len(members) < FEWEST_MEMBERS:
            continue
        inside = np.flatnonzero(tops == top)
        parent = len(found)
        found.append(Group(_name(ids, members, ""), None, inside, members, confidence))
        parts = np.full(len(tops), -1, dtype=np.int64)
        parts[inside] = _split(
            sparse.csr_array(ties[inside][:, inside]), len(members), FEWEST_SPECIALISTS, seed
        )
        if parts.max() < 1:
            continue
        for part, (some, sure) in enumerate(belonging.members(parts, np.sort(members))):
            if len(some) >= FEWEST_SPECIALISTS:
                name = _name(ids, some, found[parent].id)
                found.append(Group(name, parent, np.flatnonzero(parts == part), some, sure))
    return found


def _split(ties: sparse.csr_array, actors: int, fewest: int, seed: int) -> NDArray[np.int64]:
    size = ties.shape[0]
    least = max(fewest, round(size / (4 * wanted(actors)[1])))
    if size < 2 * least:
        return np.zeros(size, dtype=np.int64)
    return partition(ties, size=actors, least=least, seed=seed).parts


def _homes(documents: Documents, parts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Parts too small to stand alone move to the part whose texts are closest, or without text to none (-1)."""
    small = np.bincount(parts) < FEWEST_MEMBERS
    if small.all() or not small.any():
        return parts
    centres = np.zeros((len(small), documents.vectors.shape[1]), dtype=np.float32)
    np.add.at(centres, parts, documents.vectors)
    centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    stray = np.flatnonzero(small[parts])
    closest = (documents.vectors[stray] @ centres[~small].T).argmax(axis=1)
    homes = parts.copy()
    homes[stray] = np.where(documents.has_text[stray], np.flatnonzero(~small)[closest], -1)
    return homes


class _Belonging:
    """Where the ties of every actor lead."""

    def __init__(self, holds: sparse.csr_array, ties: sparse.csr_array) -> None:
        totals = np.asarray(ties.sum(axis=1))
        self.tied = totals > 0
        scale = np.divide(1.0, totals, out=np.zeros(len(totals)), where=self.tied)
        self.lean = sparse.csr_array(sparse.diags_array(scale, shape=ties.shape) @ ties)
        self.holds = holds.astype(np.float64)

    def members(
        self, parts: NDArray[np.int64], candidates: NDArray[np.int64]
    ) -> list[tuple[NDArray[np.int64], NDArray[np.float64]]]:
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


def _name(ids: list[str], members: NDArray[np.int64], parent: str) -> str:
    """The same members under the same parent have the same id, in any build."""
    text = "\n".join([parent, *(ids[row] for row in np.sort(members))])
    return f"sc-{hashlib.blake2b(text.encode(), digest_size=5).hexdigest()}"
