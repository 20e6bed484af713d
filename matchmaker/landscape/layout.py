"""Puts every actor on the map: first the specialisations, then the documents around them, then the actors on those."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.landscape.documents import Documents
from matchmaker.landscape.sub_clusters import Group

_ROUNDS = 300
_STRANGERS = 8
"""Random others that push a point away in every round."""
_GRAVITY = 0.02
"""Keeps parts without ties to the rest on the sheet."""
_LONGEST_STEP = 2.0
_GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))


def layout(
    documents: Documents, ties: sparse.csr_array, groups: Sequence[Group], *, seed: int
) -> NDArray[np.float64]:
    """Positions of the actors, shape (n, 2), from -1 to 1 with four decimals; NaN where an actor has no document.

    Documents attract each other along their ties and push random others away; an actor stands in the middle of its
    documents in the specialisation (or sub-cluster) where it belongs most, beside others with the same place.
    """
    random = np.random.default_rng(seed)
    spots = _placed(documents, ties, _part_of(groups, ties.shape[0]), random)
    places = _actor_places(documents.holds, groups, spots)
    known = np.flatnonzero(~np.isnan(places[:, 0]))
    if len(known):
        places[known] = _framed(_spread(_framed(places[known])))
    return places


def _part_of(groups: Sequence[Group], size: int) -> NDArray[np.int64]:
    """The finest group of every document; those in no group make one of their own."""
    part = np.zeros(size, dtype=np.int64)
    for number, group in enumerate(groups, start=1):
        part[group.documents] = number
    _, numbers = np.unique(part, return_inverse=True)
    return numbers.astype(np.int64)


def _placed(
    documents: Documents,
    ties: sparse.csr_array,
    part: NDArray[np.int64],
    random: np.random.Generator,
) -> NDArray[np.float64]:
    size = ties.shape[0]
    if size < 3:
        return (
            np.column_stack([np.linspace(-1, 1, size), np.zeros(size)]) if size > 1 else np.zeros((size, 2))
        )
    own = _principal(documents.vectors, random)
    count = int(part.max()) + 1
    home = sparse.csr_array((np.ones(size), (np.arange(size), part)), shape=(size, count))
    sizes = np.asarray(home.sum(axis=0))
    middle = (home.T @ own) / sizes[:, None]
    if count > 2:
        between = sparse.csr_array(home.T @ ties @ home)
        between.setdiag(0)
        between.eliminate_zeros()
        middle = _relaxed(_scaled(between), 2 * np.sqrt(count) * _whitened(middle), random)
    # Every document starts beside its group, on the side its own text points to.
    start = middle[part] * np.sqrt(size / count) + np.sqrt(sizes[part])[:, None] * 0.3 * (
        own - (home.T @ own / sizes[:, None])[part]
    )
    return _relaxed(_scaled(ties), start * 0.5, random)


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
    return centred / np.where(deviation > 1e-9, deviation, 1)


def _scaled(ties: sparse.csr_array) -> sparse.csr_array:
    """Ties whose mean row sum is 1."""
    total = float(ties.sum())
    return sparse.csr_array(ties * (ties.shape[0] / total)) if total > 0 else ties


def _relaxed(
    ties: sparse.csr_array, places: NDArray[np.float64], random: np.random.Generator
) -> NDArray[np.float64]:
    """Positions after all rounds; ties pull like springs that weaken with distance, random others push.

    The forces are those of a Cauchy kernel 1 / (1 + d²): the gradient of its log-likelihood over the ties and of the
    log-likelihood of there being none over the strangers.
    """
    size = len(places)
    here = np.repeat(np.arange(size), np.diff(ties.indptr))
    pull = sparse.csr_array(ties, copy=True)
    places = places.copy()
    for step in range(_ROUNDS):
        apart = places[ties.indices] - places[here]
        pull.data = ties.data / (1 + np.einsum("ij,ij->i", apart, apart))
        force = 2 * (pull @ places - np.asarray(pull.sum(axis=1))[:, None] * places)
        strangers = random.integers(size, size=(_STRANGERS, size))
        for other in strangers:
            away = places - places[other]
            squared = np.einsum("ij,ij->i", away, away)
            force += away * (2 / ((0.05 + squared) * (1 + squared)))[:, None]
        force -= _GRAVITY * places
        length = np.sqrt(np.einsum("ij,ij->i", force, force))
        rate = 1 - step / _ROUNDS
        places += force * (rate * np.minimum(1, _LONGEST_STEP / np.maximum(length, 1e-9)))[:, None]
    return places


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
    return places + np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
