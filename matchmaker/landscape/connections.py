"""Who is connected with whom through collaborations: pieces, what one actor's leaving cuts, how far everybody is.

All of it runs on the graph of actors *and* collaborations (an edge for each part taken), never on the graph of actor pairs: a
consortium of 200 is 200 edges there and 19,900 here. Two actors of one collaboration are one step apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph


@dataclass(frozen=True, slots=True, eq=False)
class Cuts:
    """What would come apart if one actor left and its collaborations went on without it; exact, for all *n* actors."""

    pairs: NDArray[np.int64]
    """Shape (n,): pairs of other actors that are connected through any number of steps now and would not be."""
    cut_off: NDArray[np.int64]
    """Shape (n,): actors that would no longer be connected with the largest piece that is left of their own."""


def worked_together(takes_part: sparse.csr_array) -> sparse.csr_array:
    """How much each two actors worked together: shape (n, n), float64, symmetric, no diagonal.

    A collaboration of *k* gives each pair in it 1 / (k − 1), so that it adds 1 to each actor's sum however large it is
    (Newman, "Scientific collaboration networks II", Physical Review E 64, 2001).
    """
    sizes = np.asarray(takes_part.sum(axis=0), dtype=np.float64)
    weight = np.divide(1.0, sizes - 1, out=np.zeros(len(sizes)), where=sizes > 1)
    parts = takes_part.astype(np.float64)
    together = sparse.csr_array(parts @ sparse.diags_array(weight, shape=(len(sizes),) * 2) @ parts.T)
    together.setdiag(0)
    together.eliminate_zeros()
    together.sort_indices()
    return together


def pieces(takes_part: sparse.csr_array, without: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Sizes of the connected pieces in actors, largest first; an actor without collaborations is a piece of one."""
    kept = np.ones(takes_part.shape[0], dtype=np.bool_)
    if without is not None:
        kept[without] = False
    left = takes_part[kept]
    whole = _two_sided(left)
    if not whole.shape[0]:
        return np.zeros(0, dtype=np.int64)
    _, piece = csgraph.connected_components(whole, directed=False)
    sizes = np.bincount(piece[: left.shape[0]])
    return np.sort(sizes[sizes > 0])[::-1].astype(np.int64)


def pairs_within(sizes: NDArray[np.int64]) -> int:
    """Pairs of actors that lie in the same piece."""
    return int((sizes * (sizes - 1) // 2).sum())


def cuts(takes_part: sparse.csr_array) -> Cuts:
    """What each actor's leaving would cut, by one depth-first search (Hopcroft and Tarjan, CACM 16, 1973)."""
    actors = takes_part.shape[0]
    whole = _two_sided(takes_part)
    starts, ends = whole.indptr.tolist(), whole.indices.tolist()
    size = whole.shape[0]
    seen = [-1] * size
    low = [0] * size
    below = [1] * actors + [0] * (size - actors)
    """Actors in the tree below each node, itself included."""
    parts: dict[int, list[int]] = {}
    """Sizes of the pieces that hang on each actor alone."""
    piece_of, totals = [-1] * size, list[int]()
    clock = 0
    for root in range(actors):
        if seen[root] >= 0:
            continue
        seen[root] = low[root] = clock
        clock += 1
        stack = [(root, -1)]
        upcoming = {root: starts[root]}
        while stack:
            node, parent = stack[-1]
            place = upcoming[node]
            piece_of[node] = len(totals)
            if place < starts[node + 1]:
                upcoming[node] = place + 1
                other = ends[place]
                if seen[other] < 0:
                    seen[other] = low[other] = clock
                    clock += 1
                    upcoming[other] = starts[other]
                    stack.append((other, node))
                elif other != parent:
                    low[node] = min(low[node], seen[other])
                continue
            stack.pop()
            if parent < 0:
                continue
            low[parent] = min(low[parent], low[node])
            below[parent] += below[node]
            if parent < actors and low[node] >= seen[parent]:
                parts.setdefault(parent, []).append(below[node])
        totals.append(below[root])
    pairs, cut_off = np.zeros(actors, dtype=np.int64), np.zeros(actors, dtype=np.int64)
    for actor, hanging in parts.items():
        others = totals[piece_of[actor]] - 1
        left = np.array([*hanging, others - sum(hanging)], dtype=np.int64)
        pairs[actor] = others * (others - 1) // 2 - pairs_within(left)
        cut_off[actor] = others - int(left.max())
    return Cuts(pairs, cut_off)


def efficiency(
    takes_part: sparse.csr_array, sources: NDArray[np.int64], removed: NDArray[np.int64], *, present: bool
) -> float:
    """Mean of 1 / steps from some sources to all other actors, those that are removed counted on neither side.

    With ``present`` they still pass things on, so that the difference is what the others lose and not what is gone with
    them. With all actors as sources it is the global efficiency (Latora and Marchiori, Physical Review Letters 87, 2001),
    and then it is exact. Sixty-four sources go through the graph in one machine word.
    """
    actors = takes_part.shape[0]
    counted = np.ones(actors, dtype=np.bool_)
    counted[removed] = False
    sources = sources[counted[sources]]
    others = int(counted.sum()) - 1
    if others < 1 or not len(sources):
        return 0.0
    graph = (
        takes_part
        if present
        else sparse.csr_array(sparse.diags_array(counted.astype(np.float32)) @ takes_part)
    )
    graph.eliminate_zeros()
    to_collaborations, to_actors = _Spread(sparse.csr_array(graph.T)), _Spread(graph)
    reached = np.zeros((actors, -(-len(sources) // 64)), dtype=np.uint64)
    bits = np.arange(len(sources))
    reached[sources, bits // 64] |= np.uint64(1) << (bits % 64).astype(np.uint64)
    before = known = len(sources)
    total, step = 0.0, 0
    while True:
        step += 1
        reached |= to_actors(to_collaborations(reached))
        now = int(np.bitwise_count(reached[counted]).sum())
        everything = int(np.bitwise_count(reached).sum())
        total += (now - before) / step
        if everything == known:
            return total / (len(sources) * others)
        before, known = now, everything


def _two_sided(takes_part: sparse.csr_array) -> sparse.csr_array:
    """The graph of actors, then collaborations: shape (n + c, n + c), symmetric."""
    actors, collaborations = takes_part.shape
    part = sparse.coo_array(takes_part)
    rows = np.concatenate([part.coords[0], part.coords[1] + actors])
    columns = np.concatenate([part.coords[1] + actors, part.coords[0]])
    size = actors + collaborations
    return sparse.csr_array((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(size, size))


class _Spread:
    """Gives every row of a matrix the bits of the columns it holds."""

    def __init__(self, matrix: sparse.csr_array) -> None:
        self.rows = matrix.shape[0]
        self.filled = np.flatnonzero(np.diff(matrix.indptr))
        self.starts = matrix.indptr[self.filled]
        self.indices = matrix.indices

    def __call__(self, bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
        spread = np.zeros((self.rows, bits.shape[1]), dtype=np.uint64)
        if len(self.filled):
            spread[self.filled] = np.bitwise_or.reduceat(bits[self.indices], self.starts, axis=0)
        return spread
