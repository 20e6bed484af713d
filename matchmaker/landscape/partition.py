"""Splits a graph into parts whose number fits its size and which hold when some of the ties are taken away."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import igraph
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

LEAST_STABILITY = 0.4
"""Below this agreement there are no parts to speak of; 200 texts without any order reach about 0.3."""

_STEPS = 6
_TAKEN_AWAY = 0.2
_ITERATIONS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """The chosen split of a graph."""

    parts: NDArray[np.int64]
    """Shape (m,): part of every node, 0 for the largest."""
    resolution: float
    stability: float
    """Mean adjusted Rand index with the splits found after a fifth of the ties was taken away at random."""


def wanted(size: int) -> tuple[float, float]:
    """The fewest and the most parts that ``size`` actors should fall into: 3 to 7 for 40, 4 to 10 for 200, 14 to 32
    for 27,000.
    """
    middle = 2 * max(size, 2) ** 0.235
    return 0.65 * middle, 1.45 * middle


def partition(ties: sparse.csr_array, *, size: int, least: int, seed: int) -> Partition:
    """The best of several Leiden splits of a symmetric graph.

    Resolutions of modularity are tried up and down from 1 until the number of parts leaves ``wanted(size)``. The split
    taken is the one that best withstands the loss of a fifth of its ties, less 0.25 for every doubling by which its
    number of parts lies outside. Parts of fewer than ``least`` nodes join the part they have most ties to. Where no
    split reaches ``LEAST_STABILITY``, all is one part.
    """
    # Loaded here because it takes seconds, and whoever only reads a landscape does not need it.
    from sklearn.metrics import adjusted_rand_score

    graph = _Graph(ties)
    fewest, most = wanted(size)
    found: dict[float, NDArray[np.int64]] = {}

    def parts_at(resolution: float) -> int:
        found[resolution] = absorbed(graph.split(resolution, seed), ties, least)
        return int(found[resolution].max()) + 1

    with _seeded():
        for up in (1, -1):
            for step in range(0 if up > 0 else 1, _STEPS):
                count = parts_at(2.0 ** (up * step / 2))
                if (count > most) if up > 0 else (count < fewest):
                    break
        rated = []
        for resolution, parts in sorted(found.items()):
            agreement = [
                adjusted_rand_score(
                    parts, absorbed(graph.split(resolution, seed + trial, thin=True), ties, least)
                )
                for trial in (1, 2)
            ]
            stability = float(np.mean(agreement))
            count = int(parts.max()) + 1
            outside = max(0.0, np.log2(fewest / count), np.log2(count / most))
            rated.append((round(stability - 0.25 * outside, 2), -resolution, stability))
    _, negative, stability = max(rated)
    if stability < LEAST_STABILITY:
        return Partition(np.zeros(ties.shape[0], dtype=np.int64), 0.0, stability)
    return Partition(found[-negative], -negative, stability)


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

    def __init__(self, ties: sparse.csr_array) -> None:
        upper = sparse.triu(ties, 1).tocoo()
        self.nodes = ties.shape[0]
        self.edges = np.column_stack([upper.row, upper.col])
        self.weights = upper.data

    def split(self, resolution: float, seed: int, *, thin: bool = False) -> NDArray[np.int64]:
        edges, weights = self.edges, self.weights
        if thin:
            kept = np.random.default_rng(seed).random(len(edges)) >= _TAKEN_AWAY
            edges, weights = edges[kept], weights[kept]
        igraph.set_random_number_generator(random.Random(seed))
        found = igraph.Graph(n=self.nodes, edges=edges).community_leiden(
            objective_function="modularity",
            weights=weights.tolist(),
            resolution=resolution,
            n_iterations=_ITERATIONS,
        )
        return np.array(found.membership, dtype=np.int64)


@contextmanager
def _seeded() -> Iterator[None]:
    """igraph draws from one generator for the whole process: hand Python's own back afterwards."""
    try:
        yield
    finally:
        igraph.set_random_number_generator(random)
