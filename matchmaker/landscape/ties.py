"""Which documents are close: in what they say, and in who stands behind them. The landscape's graph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.landscape.documents import Documents

COLLABORATION_WEIGHT = 0.5
"""What shared actors count beside like texts."""
MOST_NEIGHBOURS = 15
BUSIEST = 50
"""An actor in more documents than this tells nothing about any of them."""

_ROWS = 512
_BLOCK = 64


def ties(documents: Documents, *, collaboration_weight: float = COLLABORATION_WEIGHT) -> sparse.csr_array:
    """The symmetric graph of the documents: shape (m, m), float64, no loops.

    Every document spreads a weight of 1 over its nearest texts and ``collaboration_weight`` over the documents that
    share actors with it; a tie is the mean of what its two ends give.
    """
    given = _shares(_text_ties(documents.vectors)) + collaboration_weight * _shares(
        _actor_ties(documents.holds)
    )
    both = sparse.csr_array((given + given.T) / 2)
    both.setdiag(0)
    both.eliminate_zeros()
    both.sort_indices()
    return both


def nearest(vectors: NDArray[np.float32], count: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The ``count`` nearest other rows of every unit row and their cosines, nearest first: two arrays (m, count).

    Exact. A row's best values lie in the ``count`` blocks of columns with the highest maxima, so only those blocks
    are sorted.
    """
    size = len(vectors)
    count = min(count, size - 1)
    blocks = -(-size // _BLOCK)
    kept = min(count + 1, blocks)
    rows = np.empty((size, count), dtype=np.int64)
    cosines = np.empty((size, count), dtype=np.float32)
    padded = np.zeros((blocks * _BLOCK, vectors.shape[1]), dtype=np.float32)
    padded[:size] = vectors
    for start in range(0, size, _ROWS):
        found = vectors[start : start + _ROWS] @ padded.T
        here = len(found)
        found[:, size:] = -2
        found[np.arange(here), np.arange(start, start + here)] = -2
        by_block = found.reshape(here, blocks, _BLOCK)
        best = np.argpartition(-by_block.max(axis=2), kept - 1, axis=1)[:, :kept]
        columns = (best[:, :, None] * _BLOCK + np.arange(_BLOCK)).reshape(here, -1)
        values = np.take_along_axis(by_block, best[:, :, None], axis=1).reshape(here, -1)
        top = np.argpartition(-values, count - 1, axis=1)[:, :count]
        values, columns = np.take_along_axis(values, top, 1), np.take_along_axis(columns, top, 1)
        order = np.lexsort((columns, -values), axis=1)
        rows[start : start + here] = np.take_along_axis(columns, order, 1)
        cosines[start : start + here] = np.take_along_axis(values, order, 1)
    return rows, cosines


def _text_ties(vectors: NDArray[np.float32]) -> sparse.csr_array:
    """Ties from every document with text to the nearest others, as far as they are closer than any two are."""
    size = len(vectors)
    spoken = np.flatnonzero(np.any(vectors != 0, axis=1))
    _, first, copy_of = np.unique(
        np.round(vectors[spoken], 4) + 0.0, axis=0, return_index=True, return_inverse=True
    )
    copy_of = first[copy_of.ravel()]
    distinct = np.unique(first)
    copies = np.flatnonzero(copy_of != np.arange(len(spoken)))
    sources = [spoken[copies]]
    targets = [spoken[copy_of[copies]]]
    weights = [np.ones(len(copies))]
    if len(distinct) > 2:
        chosen = vectors[spoken[distinct]]
        near, cosines = nearest(chosen, _neighbours(len(distinct)))
        excess = np.maximum(cosines.astype(np.float64) - _mean_cosine(chosen), 0) ** 2
        sources.append(np.repeat(spoken[distinct], near.shape[1]))
        targets.append(spoken[distinct[near.ravel()]])
        weights.append(excess.ravel())
    return sparse.csr_array(
        (np.concatenate(weights), (np.concatenate(sources), np.concatenate(targets))), shape=(size, size)
    )


def _neighbours(size: int) -> int:
    return int(np.clip(round(1.5 * np.log2(size)), 3, MOST_NEIGHBOURS))


def _mean_cosine(rows: NDArray[np.float32]) -> float:
    """Mean cosine of two different unit rows."""
    total = rows.sum(axis=0, dtype=np.float64)
    size = len(rows)
    return float((total @ total - size) / (size * (size - 1)))


def _actor_ties(holds: sparse.csr_array) -> sparse.csr_array:
    """Ties between documents of one actor; each actor spreads 1 over the others that a document meets through it."""
    held = np.asarray(holds.sum(axis=1))
    telling = np.flatnonzero((held > 1) & (held <= BUSIEST))
    incidence = holds[telling].astype(np.float64)
    spread = sparse.diags_array(1 / (held[telling].astype(np.float64) - 1), shape=(len(telling),) * 2)
    shared = sparse.csr_array(incidence.T @ spread @ incidence)
    shared.setdiag(0)
    shared.eliminate_zeros()
    return shared


def _shares(given: sparse.csr_array) -> sparse.csr_array:
    """Rows scaled to a sum of 1; empty rows stay empty."""
    totals = np.asarray(given.sum(axis=1))
    scale = np.divide(1.0, totals, out=np.zeros(len(totals)), where=totals > 0)
    return sparse.csr_array(sparse.diags_array(scale, shape=given.shape) @ given)
