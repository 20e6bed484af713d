"""What pairs of actors are compared by, worked out once for all: texts that are near, requests and offers, ties, places.

Everything is symmetric or comes in both directions, so that a pair scores the same from either side.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.actors import PassageKind
from matchmaker.corpus import KINDS, Corpus
from matchmaker.matching.candidates import THREADS, Features, Units, features, near, units
from matchmaker.word_index import WordIndex

MEANING_SHARE = 0.6
"""Share of meaning in the likeness of two units; the rest is words."""
NOISE = 0.15
"""Likeness below which two units have nothing to do with each other: one pair of unrelated texts in twenty reaches it."""

KIN_POWER = 4
"""Likeness to this power tells kin: the few units that are about the very same thing."""
KIN_KEPT = 100
"""Kin of one actor at most."""

STATEMENTS_IN_FULL = 8
"""Offers, or requests, of one actor that count in full; with four times as many, each counts half."""

LARGEST_COLLABORATION = 40
"""Larger ones say little about any two of their members."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Evidence on units (u) and actors (n); float32, sparse where nothing else is said."""

    units: Units
    unit_vectors: NDArray[np.float32]
    """Shape (u, d), dense: unit rows."""
    tells: sparse.csr_array
    """Shape (n, u), ones: the units that say what an actor is about, which are all but its requests."""
    likeness: sparse.csr_array
    """Shape (u, u), symmetric, 0 to 1: both texts are about the same thing; near pairs only."""
    answers: sparse.csr_array
    """Shape (u, u), 0 to 1: the request in the row is met by the offer or description in the column."""
    unit_words: sparse.csr_array
    """Shape (u, terms): weights of the telling words; rows of unit length."""
    words: sparse.csr_array
    """Shape (n, terms): what an actor is about in words; rows of unit length."""
    meaning_lengths: NDArray[np.float32]
    """Shape (n,), dense: what each actor's units have in meaning with each other, as a length."""
    kin: sparse.csr_array
    """Shape (n, n), symmetric, without diagonal: how much of what two actors tell is about the very same thing."""
    meets: sparse.csr_array
    """Shape (n, n), 0 or more: how well the column's offers meet the row's requests, the best offer for each
    request, so that a profile stuffed with offers gains nothing."""
    together: sparse.csr_array
    """Shape (n, n), symmetric: number of collaborations that two actors share."""
    ties: sparse.csr_array
    """Shape (n, n), symmetric: strength of having worked together in small groups."""
    places: NDArray[np.float32]
    """Shape (n, 2), dense: latitude and longitude in degrees, NaN where unknown."""

    @property
    def partner_count(self) -> NDArray[np.int32]:
        """Shape (n,): distinct partners of each actor in collaborations of up to ``LARGEST_COLLABORATION``."""
        return np.diff(self.ties.indptr).astype(np.int32)


def gather(corpus: Corpus, vectors: NDArray[np.float32], passage_words: WordIndex) -> Evidence:
    """Compare all units and count all collaborations once; ``vectors`` are the passages', centred."""
    compared = units(corpus, vectors)
    by = features(compared, passage_words)
    kind = {each: np.flatnonzero(compared.kinds == index) for index, each in enumerate(KINDS)}
    offers = np.union1d(kind[PassageKind.OFFER], kind[PassageKind.DESCRIPTION])
    told = np.union1d(offers, kind[PassageKind.PROJECT])
    answers = _strengths(by, kind[PassageKind.REQUEST], offers)
    likeness = _symmetric(_strengths(by, told, told))
    tells = units_that_tell(compared)
    return Evidence(
        units=compared,
        unit_vectors=by.vectors,
        tells=tells,
        likeness=likeness,
        answers=answers,
        unit_words=by.words,
        words=unit_rows(sparse.csr_array(tells @ by.words)),
        meaning_lengths=meaning_lengths(tells, by.vectors),
        kin=_kin(tells, likeness),
        meets=_meets(compared, answers),
        together=_without_diagonal(sparse.csr_array(corpus.takes_part @ corpus.takes_part.T)),
        ties=_ties(corpus.takes_part),
        places=_places(corpus),
    )


def meaning_lengths(tells: sparse.csr_array, unit_vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Square roots of what each actor's units have in meaning with each other, shape (n,)."""
    totals = np.zeros(tells.shape[0], dtype=np.float64)
    for actor in range(tells.shape[0]):
        own = unit_vectors[tells.indices[tells.indptr[actor] : tells.indptr[actor + 1]]]
        totals[actor] = above_noise(own @ own.T).sum()
    return np.sqrt(np.maximum(totals, 1e-12)).astype(np.float32)


def above_noise(cosines: NDArray[np.float32]) -> NDArray[np.float32]:
    """Squares of what is above the noise, from 0 to 1, in place."""
    cosines -= np.float32(NOISE)
    np.maximum(cosines, 0, out=cosines)
    cosines *= np.float32(1 / (1 - NOISE))
    return np.multiply(cosines, cosines, out=cosines)


def units_that_tell(data: Units) -> sparse.csr_array:
    """Which actor holds which of the units that are no requests; shape (n, u), ones."""
    return _columns(data.holds, np.flatnonzero(data.kinds != KINDS.index(PassageKind.REQUEST)))


def unit_rows(matrix: sparse.csr_array) -> sparse.csr_array:
    """Rows of unit length; empty rows stay empty."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1), dtype=np.float32))
    return sparse.csr_array(sparse.diags_array(1 / np.maximum(lengths, 1e-12), dtype=np.float32) @ matrix)


def _places(corpus: Corpus) -> NDArray[np.float32]:
    places = [corpus.actor(row).place for row in range(len(corpus.ids))]
    degrees = [
        (place.latitude, place.longitude)
        if place.latitude is not None and place.longitude is not None
        else (np.nan, np.nan)
        for place in places
    ]
    return np.array(degrees, dtype=np.float32).reshape(-1, 2)


def _strengths(compared: Features, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> sparse.csr_array:
    """Likeness above the noise: from 0 where unrelated texts are to 1 where texts are the same."""
    left, right, meaning, lexical = near(compared, rows, columns)
    blend = MEANING_SHARE * meaning + (1 - MEANING_SHARE) * lexical
    strength = np.clip((blend - NOISE) / (1 - NOISE), 0, 1).astype(np.float32)
    kept = strength > 0
    shape = (len(compared.vectors), len(compared.vectors))
    return sparse.csr_array((strength[kept], (left[kept], right[kept])), shape=shape)


def _kin(tells: sparse.csr_array, likeness: sparse.csr_array) -> sparse.csr_array:
    strong = likeness.power(KIN_POWER)
    # A text is its own kin: two actors in one project share it.
    itself = sparse.csr_array(strong + sparse.eye_array(strong.shape[0], dtype=np.float32, format="csr"))
    by_unit = sparse.csr_array(tells.T)

    def strongest(start: int) -> sparse.csr_array:
        block = sparse.csr_array(tells[start : start + 1024] @ itself @ by_unit)
        return _strongest(_off(block, start))

    with ThreadPoolExecutor(THREADS) as threads:
        found = list(threads.map(strongest, range(0, tells.shape[0], 1024)))
    kept = sparse.csr_array(sparse.vstack(found, format="csr")) if found else sparse.csr_array(strong)
    return _symmetric(kept)


def _off(block: sparse.csr_array, start: int) -> sparse.csr_array:
    """A block of rows without the matrix's diagonal."""
    entries = block.tocoo()
    apart = entries.row + start != entries.col
    return sparse.csr_array(
        (entries.data[apart], (entries.row[apart], entries.col[apart])), shape=block.shape
    )


def _strongest(block: sparse.csr_array) -> sparse.csr_array:
    """The ``KIN_KEPT`` greatest entries of every row; of equal ones those of the first columns."""
    block.sort_indices()
    kept = np.ones(block.nnz, dtype=np.bool_)
    for row in np.flatnonzero(np.diff(block.indptr) > KIN_KEPT):
        span = slice(block.indptr[row], block.indptr[row + 1])
        values = block.data[span]
        least = np.partition(values, len(values) - KIN_KEPT)[len(values) - KIN_KEPT]
        kept[span] = values > least
        equal = np.flatnonzero(values == least)[: KIN_KEPT - np.count_nonzero(values > least)]
        kept[span.start + equal] = True
    rows = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))[kept]
    return sparse.csr_array((block.data[kept], (rows, block.indices[kept])), shape=block.shape)


def _meets(data: Units, answers: sparse.csr_array) -> sparse.csr_array:
    best = _without_diagonal(sparse.csr_array(data.holds @ _best_by_actor(answers, data.holds)))
    asking, offering = (
        sparse.diags_array(_in_full(data, kind), dtype=np.float32)
        for kind in (PassageKind.REQUEST, PassageKind.OFFER)
    )
    return sparse.csr_array(asking @ best @ offering)


def _in_full(data: Units, kind: PassageKind) -> NDArray[np.float32]:
    """What each actor's statements of one kind count for: whoever offers everything offers nothing in earnest."""
    spoken = _columns(data.holds, np.flatnonzero(data.kinds == KINDS.index(kind)))
    statements = np.maximum(np.diff(spoken.indptr), STATEMENTS_IN_FULL)
    return np.sqrt(STATEMENTS_IN_FULL / statements).astype(np.float32)


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


def _columns(matrix: sparse.csr_array, kept: NDArray[np.intp]) -> sparse.csr_array:
    """The same matrix with nothing but some of its columns."""
    marks = np.zeros(matrix.shape[1], dtype=np.bool_)
    marks[kept] = True
    entries = matrix.tocoo()
    inside = marks[entries.col]
    return sparse.csr_array(
        (entries.data[inside], (entries.row[inside], entries.col[inside])), shape=matrix.shape
    )


def _symmetric(matrix: sparse.csr_array) -> sparse.csr_array:
    return sparse.csr_array(matrix.maximum(matrix.T))


def _without_diagonal(matrix: sparse.csr_array) -> sparse.csr_array:
    return _off(matrix, 0)


def _ties(takes_part: sparse.csr_array) -> sparse.csr_array:
    """Strength of ties by Newman's weights: a collaboration of k members gives each pair 1 / (k - 1).

    M. E. J. Newman, "Scientific collaboration networks. II", Physical Review E 64, 2001.
    """
    sizes = np.asarray(takes_part.sum(axis=0)).ravel()
    small = np.flatnonzero((sizes > 1) & (sizes <= LARGEST_COLLABORATION))
    chosen = sparse.csc_array(takes_part)[:, small]
    weights = sparse.diags_array(1 / (sizes[small] - 1), dtype=np.float32)
    return _without_diagonal(sparse.csr_array(chosen @ weights @ chosen.T))


def go_between_weights(evidence: Evidence) -> NDArray[np.float32]:
    """Shape (n,): what a shared partner is worth, 1 / log(its partners).

    L. A. Adamic and E. Adar, "Friends and neighbors on the Web", Social Networks 25, 2003.
    """
    return np.asarray(1 / np.log(np.maximum(evidence.partner_count, 2)), dtype=np.float32)
