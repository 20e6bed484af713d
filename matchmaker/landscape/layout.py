"""Puts every actor on the map: the documents by their ties, then the actors among their documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, sparse

from matchmaker.landscape.documents import Documents
from matchmaker.landscape.lineage import Past
from matchmaker.landscape.sub_clusters import Group

_ROUNDS = 300
_FIRST_ROUNDS = 100
_MORE_ROUNDS = 100
"""Where the places of the build before are gone on from."""
_FIRST_PULL = 8.0
"""In the first rounds ties pull this much harder, which gathers what belongs together from afar."""
_STRONGEST = 10
"""Ties of each document that pull."""
_MOST_CELLS = 256
_GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where everything stands."""

    actors: NDArray[np.float64]
    """Shape (n, 2), from -1 to 1 with four decimals; NaN where an actor has no document."""
    documents: NDArray[np.float64]
    """Shape (m, 2), in the units of the Cauchy kernel 1 / (1 + d²)."""


def layout(
    documents: Documents,
    ties: sparse.csr_array,
    groups: Sequence[Group],
    ids: Sequence[str],
    *,
    seed: int,
    past: Past | None = None,
) -> Layout:
    """Places of the actors, whose ids are given, and of the documents.

    The documents are placed so that near ones are tied ones (t-SNE on the graph of ties, from their two principal
    components). An actor stands in the middle of its documents in the specialisation (or sub-cluster) where it belongs
    most; actors in the same place stand around it. With ``past``, the documents start where they were, and the whole is
    turned, moved and scaled such that the actors known then stand as near as can be to where they stood.
    """
    spots = placed(documents, ties, seed=seed, past=past)
    places = _actor_places(documents.holds, groups, spots)
    known = np.flatnonzero(~np.isnan(places[:, 0]))
    if len(known):
        places[known] = _framed(_spread(_framed(places[known])))
        if past is not None:
            places[known] = _kept_in_place(places[known], [ids[row] for row in known.tolist()], past)
    return Layout(places, spots)


def placed(
    documents: Documents, ties: sparse.csr_array, *, seed: int, past: Past | None = None
) -> NDArray[np.float64]:
    """Positions of the documents, shape (m, 2), in the units of the Cauchy kernel 1 / (1 + d²)."""
    if ties.shape[0] == 0:
        return np.zeros((0, 2))
    random = np.random.default_rng(seed)
    places = _principal(documents.vectors, random)
    pulls = _strongest(ties)
    total = float(pulls.sum())
    # Two documents have one distance, and without ties there is nothing to be near to.
    if ties.shape[0] < 3 or total == 0:
        return places
    pulls = sparse.csr_array(pulls / total)
    start = None if past is None else _resumed(documents.keys, pulls, past, random)
    if start is None:
        return _relaxed(pulls, places * 0.01)
    return _aligned(_relaxed(pulls, start, resumed=True), start)


def _resumed(
    keys: Sequence[str], pulls: sparse.csr_array, past: Past, random: np.random.Generator
) -> NDArray[np.float64] | None:
    """Documents where they were, new ones amid those that they are tied to; ``None`` where fewer than half are known."""
    if not len(past.trace.spots):
        return None
    row_of = past.row_of
    rows = np.array([row_of.get(key, -1) for key in keys], dtype=np.int64)
    known = rows >= 0
    if 2 * np.count_nonzero(known) < len(keys):
        return None
    places = np.zeros((len(keys), 2))
    places[known] = past.trace.spots[rows[known]]
    for _ in range(3):
        new = np.flatnonzero(~known)
        towards = sparse.csr_array(pulls[new])
        weight = np.asarray(towards @ known.astype(np.float64))
        reached = weight > 0
        middle = np.asarray(towards @ np.where(known[:, None], places, 0))
        places[new[reached]] = middle[reached] / weight[reached, None]
        known[new[reached]] = True
    return np.asarray(places + random.normal(scale=1e-3, size=places.shape) * (rows < 0)[:, None])


def _aligned(places: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turned, mirrored, scaled and moved such that the sum of squared ways to the target is least (Procrustes)."""
    turned, scale, here, there = _procrustes(places, target)
    return np.asarray((places - here) @ turned * scale + there)


def _procrustes(
    places: NDArray[np.float64], target: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float, NDArray[np.float64], NDArray[np.float64]]:
    here, there = places.mean(axis=0), target.mean(axis=0)
    spread = float(((places - here) ** 2).sum())
    if spread < 1e-12:
        return np.eye(2), 1.0, here, there
    left, size, right = np.linalg.svd((places - here).T @ (target - there))
    return left @ right, float(size.sum()) / spread, here, there


def _kept_in_place(places: NDArray[np.float64], ids: Sequence[str], past: Past) -> NDArray[np.float64]:
    """The places laid over those of the build before, and drawn in where they would leave the map."""
    was = {point.actor_id: (point.x, point.y) for point in past.landscape.points}
    both = [row for row, actor_id in enumerate(ids) if actor_id in was]
    if len(both) < 3:
        return places
    target = np.array([was[ids[row]] for row in both])
    turned, scale, here, there = _procrustes(places[both], target)
    if scale < 1e-6:
        return places
    laid = (places - here) @ turned * scale + there
    reach = max(1.0, float(np.abs(laid).max()))
    return np.asarray(np.round(laid / reach, 4) + 0.0)


def _principal(vectors: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float64]:
    """Two principal components, whitened, with a touch of noise that parts equal rows."""
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    if centred.shape[1] < 2:
        return random.normal(size=(len(vectors), 2))
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, :-3:-1]
    axes = axes * np.where(axes[np.abs(axes).argmax(axis=0), [0, 1]] < 0, -1, 1)
    return _whitened(centred @ axes) + random.normal(scale=0.05, size=(len(vectors), 2))


def _whitened(places: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = places - places.mean(axis=0)
    deviation = centred.std(axis=0)
    return np.asarray(centred / np.where(deviation > 1e-9, deviation, 1))


def _strongest(ties: sparse.csr_array) -> sparse.csr_array:
    """The ties that are among the strongest of one of their ends."""
    row = np.repeat(np.arange(ties.shape[0]), np.diff(ties.indptr))
    order = np.lexsort((ties.indices, -ties.data, row))
    place = np.arange(len(order)) - np.repeat(ties.indptr[:-1], np.diff(ties.indptr))
    kept = order[place < _STRONGEST]
    chosen = sparse.csr_array((ties.data[kept], (row[kept], ties.indices[kept])), shape=ties.shape)
    return sparse.csr_array(chosen.maximum(chosen.T))


def _relaxed(
    pulls: sparse.csr_array, places: NDArray[np.float64], *, resumed: bool = False
) -> NDArray[np.float64]:
    """Positions after all rounds of gradient descent on t-SNE's divergence; ``pulls`` sum to 1."""
    here = np.repeat(np.arange(len(places)), np.diff(pulls.indptr))
    near = sparse.csr_array(pulls, copy=True)
    push = _Push(len(places))
    rate = max(len(places) / _FIRST_PULL, 10.0)
    speed = np.zeros_like(places)
    gain = np.ones_like(places)
    for step in range(_MORE_ROUNDS if resumed else _ROUNDS):
        first = step < _FIRST_ROUNDS and not resumed
        apart = places[pulls.indices] - places[here]
        near.data = pulls.data / (1 + np.einsum("ij,ij->i", apart, apart))
        pull = near @ places - np.asarray(near.sum(axis=1))[:, None] * places
        slope = -4 * ((_FIRST_PULL if first else 1) * pull + push(places))
        turned = np.sign(slope) != np.sign(speed)
        gain = np.where(turned, gain + 0.2, np.maximum(gain * 0.8, 0.01))
        speed = (0.5 if first else 0.8) * speed - rate * gain * slope
        places = places + speed
        places -= places.mean(axis=0)
    return places


class _Push:
    """The forces that drive all points apart, taken from a grid of cells by Fourier convolution.

    Cost grows with the number of points and the size of the grid, not with the number of pairs; a single thread adds up
    in one order, so that the same input gives the same bytes.
    """

    def __init__(self, points: int) -> None:
        # The map grows with the square root of the points; cells stay smaller than the kernel.
        self.cells = min(_MOST_CELLS, 2 ** max(5, round(np.log2(3 * np.sqrt(points)))))
        self.half = 0.0
        self.cell = 1.0
        self.kernels: list[NDArray[np.complex128]] = []

    def __call__(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """Shape (m, 2): for each point the sum over others of offset / (1 + d²)², over the sum of 1 / (1 + d²)."""
        reach = float(np.abs(places).max()) * 1.0001 + 1e-6
        if not self.half / 1.3 < reach <= self.half:
            self._lay_out(reach * 1.15)
        corner = (places + self.half) / self.cell
        base = np.minimum(corner.astype(np.int64), self.cells - 2)
        (x, y), (left, down) = (corner - base).T, (1 - (corner - base)).T
        wide = 2 * self.cells
        origin = base[:, 0] * wide + base[:, 1]
        cells = np.concatenate([origin, origin + 1, origin + wide, origin + wide + 1])
        weights = np.concatenate([left * down, left * y, x * down, x * y])
        mass = np.bincount(cells, weights=weights, minlength=wide * wide).reshape(wide, wide)
        spectrum = fft.rfft2(mass)
        fields = [fft.irfft2(spectrum * kernel, s=(wide, wide)).ravel() for kernel in self.kernels]
        likeness, right, up = ((weights * field[cells]).reshape(4, -1).sum(axis=0) for field in fields)
        return np.column_stack([right, up]) / max(float(likeness.sum()) - len(places), 1e-9)

    def _lay_out(self, half: float) -> None:
        self.half = half
        self.cell = 2 * half / (self.cells - 1)
        steps = np.arange(2 * self.cells)
        offset = np.where(steps < self.cells, steps, steps - 2 * self.cells) * self.cell
        x, y = np.meshgrid(offset, offset, indexing="ij")
        likeness = 1 / (1 + x * x + y * y)
        self.kernels = [fft.rfft2(each) for each in (likeness, x * likeness**2, y * likeness**2)]


def _actor_places(
    holds: sparse.csr_array, groups: Sequence[Group], spots: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The mean of an actor's documents, of those in its own specialisation where there are some."""
    size = holds.shape[0]
    places = _mean_places(holds, spots, np.ones(len(spots), dtype=np.bool_))
    for inner in (False, True):
        best = np.full(size, -1.0)
        for group in groups:
            if (group.parent is not None) != inner:
                continue
            inside = np.zeros(len(spots), dtype=np.bool_)
            inside[group.documents] = True
            mine = _mean_places(sparse.csr_array(holds[group.members]), spots, inside)
            better = (group.confidence > best[group.members]) & ~np.isnan(mine[:, 0])
            best[group.members[better]] = group.confidence[better]
            places[group.members[better]] = mine[better]
    return places


def _mean_places(
    holds: sparse.csr_array, spots: NDArray[np.float64], inside: NDArray[np.bool_]
) -> NDArray[np.float64]:
    number = np.asarray(holds @ inside.astype(np.float64))
    total = holds @ np.where(inside[:, None], spots, 0)
    return np.where(number[:, None] > 0, total / np.maximum(number, 1)[:, None], np.nan)


def _framed(places: NDArray[np.float64]) -> NDArray[np.float64]:
    middle = (places.max(axis=0) + places.min(axis=0)) / 2
    reach = float(np.abs(places - middle).max())
    framed: NDArray[np.float64] = np.round((places - middle) / reach if reach > 0 else places * 0, 4)
    return framed + 0.0


def _spread(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Actors in one place stand around it in a spiral, in the order of their rows."""
    _, where, crowd = np.unique(places, axis=0, return_inverse=True, return_counts=True)
    where = where.ravel()
    order = np.argsort(where, kind="stable")
    turn = np.empty(len(places), dtype=np.int64)
    turn[order] = np.arange(len(places)) - np.repeat(np.cumsum(crowd) - crowd, crowd)
    radius = np.sqrt(turn) * 0.4 / np.sqrt(len(places))
    angle = turn * _GOLDEN_ANGLE
    return np.asarray(places + np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]))
