"""Splits a graph into parts whose number fits its size and which hold when some of the ties are taken away."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import igraph
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

LEAST_STABILITY = 0.4
"""Below this agreement there are no parts to speak of; 200 texts without any order reach about 0.3."""

OUTSIDE = 0.5
"""What stability a doubling outside the wanted number of parts costs."""
NEARLY_AS_GOOD = 0.99
"""A split carried on from before stays as long as it has this share of the modularity that a fresh one has."""

_STEPS = 6
_TAKEN_AWAY = 0.2
_ITERATIONS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """The chosen split of a graph."""

    parts: NDArray[np.int64]
    """Shape (m,): part of every node, 0 for the largest."""
    resolution: float
    stability: float
    """Mean adjusted Rand index with the splits found after a fifth of the ties was taken away at random."""


def wanted(size: int) -> tuple[float, float]:
    """The fewest and the most parts that ``size`` actors should fall into: 3 to 7 for 40, 5 to 10 for 200, 14 to 32
    for 27,000.
    """
    middle = 2 * max(size, 2) ** 0.235
    return 0.65 * middle, 1.45 * middle


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """The split of an earlier build that a new one goes on from."""

    parts: NDArray[np.int64]
    """Shape (m,): part of every node, -1 for one that was not there."""
    resolution: float


def partition(
    ties: sparse.csr_array, *, size: int, least: int, seed: int, before: Before | None = None
) -> Partition:
    """The best of several Leiden splits of a symmetric graph.

    Resolutions of modularity are tried up and down from 1 until the number of parts leaves ``wanted(size)``. The split
    taken is the one that best withstands the loss of a fifth of its ties, less ``OUTSIDE`` for every doubling by which
    its number of parts lies outside. Parts of fewer than ``least`` nodes join the part they have most ties to. Where no
    split reaches ``LEAST_STABILITY``, all is one part.

    With ``before``, its split is carried on at its resolution; it stays where its modularity is nearly that of a fresh
    split and its number of parts lies less than a doubling outside.
    """
    graph = _Graph(ties, least)
    fewest, most = wanted(size)
    if before is not None:
        carried = _carried_on(graph, before, seed)
        if carried is not None and _outside(carried.parts, fewest, most) < 1:
            return carried
    found = _tried(graph, fewest, most, seed)
    _, negative, stability = _best(graph, found, fewest, most, seed)
    if stability < LEAST_STABILITY:
        return Partition(np.zeros(ties.shape[0], dtype=np.int64), 0.0, stability)
    return Partition(found[-negative], -negative, stability)


def _tried(graph: _Graph, fewest: float, most: float, seed: int) -> dict[float, NDArray[np.int64]]:
    """Splits by resolution, from one with too few parts to one with too many."""
    found: dict[float, NDArray[np.int64]] = {}
    for up in (1, -1):
        for step in range(0 if up > 0 else 1, _STEPS):
            resolution = 2.0 ** (up * step / 2)
            found[resolution] = graph.split(resolution, seed)
            count = int(found[resolution].max()) + 1
            if (count > most) if up > 0 else (count < fewest):
                break
    return found


def _best(
    graph: _Graph, found: dict[float, NDArray[np.int64]], fewest: float, most: float, seed: int
) -> tuple[float, float, float]:
    """Of the best rated split: its rating, its resolution with a minus, and its stability.

    Those with a number of parts nearest to what is wanted are rated first. No stability is above 1, so what lies too far
    outside to be rated better is left alone.
    """
    costs = {resolution: OUTSIDE * _outside(parts, fewest, most) for resolution, parts in found.items()}
    best: tuple[float, float, float] | None = None
    for resolution in sorted(found, key=lambda each: (costs[each], each)):
        if best is not None and round(1 - costs[resolution], 2) < best[0]:
            continue
        stability = graph.stability(found[resolution], resolution, seed)
        rated = (round(stability - costs[resolution], 2), -resolution, stability)
        best = rated if best is None else max(best, rated)
    assert best is not None
    return best


def _outside(parts: NDArray[np.int64], fewest: float, most: float) -> float:
    """Doublings by which the number of parts lies outside what is wanted."""
    count = int(parts.max()) + 1
    return float(max(0.0, np.log2(fewest / count), np.log2(count / most)))


def _carried_on(graph: _Graph, before: Before, seed: int) -> Partition | None:
    """The earlier split gone on from, with the nodes that are new; ``None`` where a fresh one is clearly better."""
    parts = graph.split(before.resolution, seed, start=_joined(before.parts, graph.ties))
    fresh = graph.split(before.resolution, seed)
    if graph.modularity(parts, before.resolution) < NEARLY_AS_GOOD * graph.modularity(
        fresh, before.resolution
    ):
        return None
    stability = graph.stability(parts, before.resolution, seed)
    return Partition(parts, before.resolution, stability) if stability >= LEAST_STABILITY else None


def _joined(parts: NDArray[np.int64], ties: sparse.csr_array) -> NDArray[np.int64]:
    """Nodes without a part join the one they have most ties to, or stand alone."""
    parts = parts.copy()
    for _ in range(3):
        new = np.flatnonzero(parts < 0)
        known = np.flatnonzero(parts >= 0)
        if not len(new) or not len(known):
            break
        home = sparse.csr_array(
            (np.ones(len(known)), (known, parts[known])), shape=(len(parts), int(parts.max()) + 1)
        )
        towards = np.asarray((ties[new] @ home).todense())
        reached = towards.max(axis=1) > 0
        parts[new[reached]] = towards[reached].argmax(axis=1)
    alone = np.flatnonzero(parts < 0)
    parts[alone] = int(parts.max(initial=-1)) + 1 + np.arange(len(alone))
    return np.asarray(np.unique(parts, return_inverse=True)[1], dtype=np.int64)


def splits(
    ties: sparse.csr_array, resolutions: Sequence[float], *, least: int, seed: int
) -> list[NDArray[np.int64]]:
    """The Leiden split at each of several resolutions, parts of fewer than ``least`` nodes joined to others."""
    graph = _Graph(ties, least)
    return [graph.split(resolution, seed) for resolution in resolutions]


def absorbed(parts: NDArray[np.int64], ties: sparse.csr_array, least: int) -> NDArray[np.int64]:
    """Parts numbered by falling size, those of fewer than ``least`` nodes joined to their closest larger one.

    Small parts without any tie to a larger one stay.
    """
    for _ in range(3):
        sizes = np.bincount(parts)
        small = (sizes > 0) & (sizes < least)
        if not small.any() or small[sizes > 0].all():
            break
        home = sparse.csr_array(
            (np.ones(len(parts)), (np.arange(len(parts)), parts)), shape=(len(parts), len(sizes))
        )
        between = np.asarray((home[:, np.flatnonzero(small)].T @ ties @ home).todense())
        between[:, small] = 0
        target = np.arange(len(sizes))
        reached = between.max(axis=1) > 0
        target[np.flatnonzero(small)[reached]] = between[reached].argmax(axis=1)
        parts = target[parts]
    _, first, numbers = np.unique(parts, return_index=True, return_inverse=True)
    order = np.lexsort((first, -np.bincount(numbers)))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank[numbers]


class _Graph:
    """The ties as igraph takes them."""

    def __init__(self, ties: sparse.csr_array, least: int) -> None:
        upper = sparse.triu(ties, 1).tocoo()
        self.ties = ties
        self.least = least
        self.edges = np.column_stack([upper.row, upper.col])
        self.weights = upper.data
        self.whole = igraph.Graph(n=ties.shape[0], edges=self.edges)
        self._found: dict[tuple[float, int], NDArray[np.int64]] = {}
        self._thinned: dict[int, tuple[igraph.Graph, list[float]]] = {}

    def split(
        self, resolution: float, seed: int, *, start: NDArray[np.int64] | None = None
    ) -> NDArray[np.int64]:
        """Parts of at least ``least`` nodes; ``start`` is a split to go on from."""
        if start is not None:
            return self._split(self.whole, self._heavy, resolution, seed, start)
        if (resolution, seed) not in self._found:
            self._found[resolution, seed] = self._split(self.whole, self._heavy, resolution, seed, None)
        return self._found[resolution, seed]

    @cached_property
    def _heavy(self) -> list[float]:
        """The weights as igraph takes them."""
        return list(self.weights.tolist())

    def stability(self, parts: NDArray[np.int64], resolution: float, seed: int) -> float:
        """Mean adjusted Rand index with the splits found when a fifth of the ties is taken away."""
        # Loaded here because it takes seconds, and whoever only reads a landscape does not need it.
        from sklearn.metrics import adjusted_rand_score

        agreement = []
        for trial in (1, 2):
            thin, weights = self._without_some(seed + trial)
            others = self._split(thin, weights, resolution, seed + trial, None)
            agreement.append(adjusted_rand_score(parts, others))
        return float(np.mean(agreement))

    def _without_some(self, seed: int) -> tuple[igraph.Graph, list[float]]:
        """The graph without a fifth of its ties, and the weights of the others; made once for all resolutions."""
        if seed not in self._thinned:
            kept = np.random.default_rng(seed).random(len(self.edges)) >= _TAKEN_AWAY
            # Many times faster than to make a graph of the edges that are left, and the same: they stay in their order.
            thin = self.whole.copy()
            thin.delete_edges(np.flatnonzero(~kept).tolist())
            self._thinned[seed] = thin, self.weights[kept].tolist()
        return self._thinned[seed]

    def modularity(self, parts: NDArray[np.int64], resolution: float) -> float:
        return float(self.whole.modularity(parts.tolist(), weights=self._heavy, resolution=resolution))

    def _split(
        self,
        graph: igraph.Graph,
        weights: list[float],
        resolution: float,
        seed: int,
        start: NDArray[np.int64] | None,
    ) -> NDArray[np.int64]:
        with _drawing(seed):
            found = graph.community_leiden(
                objective_function="modularity",
                weights=weights,
                resolution=resolution,
                n_iterations=_ITERATIONS,
                initial_membership=None if start is None else start.tolist(),
            )
        return absorbed(np.array(found.membership, dtype=np.int64), self.ties, self.least)


_drawn = threading.Lock()


@contextmanager
def _drawing(seed: int) -> Iterator[None]:
    """igraph draws from one generator for the whole process: this thread's alone, and Python's own again afterwards."""
    with _drawn:
        igraph.set_random_number_generator(random.Random(seed))
        try:
            yield
        finally:
            igraph.set_random_number_generator(random)
