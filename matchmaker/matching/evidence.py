"""What speaks for a pair of actors, as sparse matrices over all pairs: likeness, complementarity, history.

All matrices are symmetric or come in both directions, so that a pair scores the same from either side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.actors import PassageKind
from matchmaker.corpus import KINDS, Corpus
from matchmaker.matching.candidates import Features, Units, features, near, units
from matchmaker.search import WordIndex

MEANING_SHARE = 0.6
"""Share of meaning in the likeness of two units; the rest is words."""
NOISE = 0.15
"""Likeness below which two units have nothing to do with each other: one pair of unrelated texts in twenty reaches it."""

LARGEST_COLLABORATION = 40
"""Larger ones say little about any two of their members."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Evidence between units (u) and between actors (n), float32 and sparse."""

    units: Units
    likeness: sparse.csr_array
    """Shape (u, u), symmetric, 0 to 1: both texts are about the same thing."""
    answers: sparse.csr_array
    """Shape (u, u), 0 to 1: the request in the row is met by the offer or description in the column."""
    meets: sparse.csr_array
    """Shape (n, n), 0 or more: how well the column's offers meet the row's requests, the best offer for each
    request, so that a profile stuffed with offers gains nothing."""
    together: sparse.csr_array
    """Shape (n, n), symmetric: number of collaborations that two actors share."""
    ties: sparse.csr_array
    """Shape (n, n), symmetric, 0 to 1: strength of having worked together in small groups."""
    partner_count: NDArray[np.int32]
    """Shape (n,): distinct partners of each actor."""


def gather(corpus: Corpus, vectors: NDArray[np.float32], passage_words: WordIndex) -> Evidence:
    """Compare all units and count all collaborations once."""
    compared = units(corpus, vectors)
    by = features(compared, passage_words)
    kind = {each: np.flatnonzero(compared.kinds == index) for index, each in enumerate(KINDS)}
    offers = np.union1d(kind[PassageKind.OFFER], kind[PassageKind.DESCRIPTION])
    told = np.union1d(offers, kind[PassageKind.PROJECT])
    answers = _strengths(by, kind[PassageKind.REQUEST], offers)
    together = _without_diagonal(sparse.csr_array(corpus.takes_part @ corpus.takes_part.T))
    return Evidence(
        units=compared,
        likeness=_symmetric(_strengths(by, told, told)),
        answers=answers,
        meets=_without_diagonal(sparse.csr_array(compared.holds @ _best_by_actor(answers, compared.holds))),
        together=together,
        ties=_ties(corpus.takes_part),
        partner_count=np.diff(together.indptr).astype(np.int32),
    )


def _strengths(compared: Features, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> sparse.csr_array:
    """Likeness above the noise: from 0 where unrelated texts are to 1 where texts are the same."""
    left, right, meaning, lexical = near(compared, rows, columns)
    blend = MEANING_SHARE * meaning + (1 - MEANING_SHARE) * lexical
    strength = np.clip((blend - NOISE) / (1 - NOISE), 0, 1).astype(np.float32)
    kept = strength > 0
    shape = (len(compared.vectors), len(compared.vectors))
    return sparse.csr_array((strength[kept], (left[kept], right[kept])), shape=shape)


def _best_by_actor(answers: sparse.csr_array, holds: sparse.csr_array) -> sparse.csr_array:
    """Each request's best answer from each actor, shape (u, n)."""
    entries = answers.tocoo()
    holders = sparse.csc_array(holds)
    counts = np.diff(holders.indptr)[entries.col]
    rows = np.repeat(entries.row, counts).astype(np.int64)
    strengths = np.repeat(entries.data, counts)
    spans = [holders.indices[holders.indptr[unit] : holders.indptr[unit + 1]] for unit in entries.col]
    actors = np.concatenate([np.zeros(0, dtype=np.int64), *spans]).astype(np.int64)
    pairs = rows * holds.shape[0] + actors
    order = np.lexsort((-strengths, pairs))
    pairs, first = np.unique(pairs[order], return_index=True)
    best = (strengths[order][first], np.divmod(pairs, max(holds.shape[0], 1)))
    return sparse.csr_array(best, shape=(answers.shape[0], holds.shape[0]))


def _symmetric(matrix: sparse.csr_array) -> sparse.csr_array:
    return sparse.csr_array(matrix.maximum(matrix.T))


def _without_diagonal(matrix: sparse.csr_array) -> sparse.csr_array:
    entries = matrix.tocoo()
    apart = entries.row != entries.col
    return sparse.csr_array(
        (entries.data[apart], (entries.row[apart], entries.col[apart])), shape=matrix.shape
    )


def _ties(takes_part: sparse.csr_array) -> sparse.csr_array:
    """Strength of ties by Newman's weights: a collaboration of k members gives each pair 1 / (k - 1).

    M. E. J. Newman, "Scientific collaboration networks. II", Physical Review E 64, 2001.
    """
    sizes = np.asarray(takes_part.sum(axis=0)).ravel()
    small = np.flatnonzero((sizes > 1) & (sizes <= LARGEST_COLLABORATION))
    chosen = sparse.csc_array(takes_part)[:, small]
    weights = sparse.diags_array(1 / (sizes[small] - 1), dtype=np.float32)
    ties = _without_diagonal(sparse.csr_array(chosen @ weights @ chosen.T))
    ties.data = np.minimum(ties.data, np.float32(1))
    return ties


def go_between_weights(evidence: Evidence) -> NDArray[np.float32]:
    """Shape (n,): what a shared partner is worth, 1 / log(1 + its partners), after Adamic and Adar, 2003."""
    partners = np.maximum(evidence.partner_count, 2).astype(np.float32)
    return np.asarray(1 / np.log1p(partners), dtype=np.float32)
