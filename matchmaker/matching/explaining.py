"""Says what a reason rests on: the sentences of both sides that meet, and the actors or collaborations in between."""

from __future__ import annotations

from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.actors import Quote
from matchmaker.matching.amounts import Comparison, Feature
from matchmaker.matching.evidence import go_between_weights
from matchmaker.matching.matches import Reason, ReasonKind
from matchmaker.matching.weights import Weights
from matchmaker.search import quote
from matchmaker.text import is_keywords

NAMES_SHOWN = 3
PASSAGES_COMPARED = 24
UNITS_COMPARED = 200
"""Of one actor, the newest; what hundreds of projects have in common with one partner is in some of these."""

UNITS_WEIGHED = 12
"""Of these, the ones nearest to the other side: it is asked what the pair would lose without each."""

ACTORS_KEPT = 128
"""Whose words, added up, are kept at hand: a seeker's, and those of partners that many have."""


class Explaining:
    """Explains pairs over one set of evidence; immutable, so that many threads may ask at once."""

    def __init__(self, compared: Comparison, weights: Weights) -> None:
        self._compared = compared
        self._weights = weights
        self._corpus = compared.corpus
        self._evidence = compared.evidence
        self._answered_by = sparse.csr_array(self._evidence.answers.T)
        self._go_between_weights = go_between_weights(self._evidence)
        # A seeker is explained beside each of its partners, and large partners are everybody's. What is kept does not know
        # of this object, so that an earlier build goes as soon as nobody asks it any more.
        self._words_told = lru_cache(maxsize=ACTORS_KEPT)(
            partial(_sum_of_words, self._evidence.unit_words, self._evidence.tells)
        )
        self._collaborations = np.maximum(np.diff(self._corpus.takes_part.indptr), 1).astype(np.float32)

    def reason(self, kind: ReasonKind, points: float, seeker: int, partner: int) -> Reason:
        """The reason of one kind for one pair, with what it rests on."""
        if kind is ReasonKind.SIMILARITY:
            return Reason(kind, points, *self._alike(seeker, partner))
        if kind in (ReasonKind.REQUEST_MEETS_OFFER, ReasonKind.OFFER_MEETS_REQUEST):
            links = self._evidence.answers if kind is ReasonKind.REQUEST_MEETS_OFFER else self._answered_by
            return Reason(kind, points, *self._answer(links, seeker, partner))
        names = {
            ReasonKind.CIRCLE: self._circle,
            ReasonKind.SHARED_PARTNERS: self._shared_partners,
            ReasonKind.WORKED_TOGETHER: self._shared_collaborations,
            ReasonKind.NEARBY: self._nearby,
            ReasonKind.PROGRAMMES: self._programmes,
        }.get(kind)
        return Reason(kind, points, names=names(seeker, partner) if names else ())

    def _circle(self, seeker: int, partner: int) -> tuple[str, ...]:
        """Those who do what the one does and have worked with the other."""
        kin, ties = self._evidence.kin, self._evidence.ties
        worth = (
            _row(kin, seeker) * _row(ties, partner) + _row(ties, seeker) * _row(kin, partner)
        ) / self._collaborations
        return self._named(worth)

    def _shared_partners(self, seeker: int, partner: int) -> tuple[str, ...]:
        ties = self._evidence.ties
        both = (_row(ties, seeker) > 0) & (_row(ties, partner) > 0)
        return self._named(both * self._go_between_weights)

    def _named(self, worth: NDArray[np.floating]) -> tuple[str, ...]:
        rows = np.flatnonzero(worth > 0)
        best = rows[np.argsort(-worth[rows], kind="stable")[:NAMES_SHOWN]]
        return tuple(self._corpus.names[row] for row in best)

    def _shared_collaborations(self, seeker: int, partner: int) -> tuple[str, ...]:
        takes_part = self._corpus.takes_part
        shared = np.intersect1d(_columns(takes_part, seeker), _columns(takes_part, partner))
        newest = shared[np.lexsort((shared, -self._corpus.collaboration_dates[shared].astype(np.int64)))]
        return tuple(self._corpus.titles[column] for column in newest[:NAMES_SHOWN])

    def _programmes(self, seeker: int, partner: int) -> tuple[str, ...]:
        return self._compared.programmes.in_common(seeker, partner, most=NAMES_SHOWN)

    def _nearby(self, seeker: int, partner: int) -> tuple[str, ...]:
        corpus = self._corpus
        distance = self._compared.kilometres(seeker, partner)
        if np.isfinite(distance):
            return (f"{distance:.0f} km",)
        if corpus.regions[seeker] and corpus.regions[seeker] == corpus.regions[partner]:
            return (corpus.regions[seeker],)
        return (corpus.countries[partner],) if corpus.countries[partner] else ()

    def _answer(self, links: sparse.csr_array, seeker: int, partner: int) -> tuple[Quote, Quote]:
        holds = self._evidence.units.holds
        ours, theirs = _columns(holds, seeker), _columns(holds, partner)
        block = sparse.csc_array(links[ours])[:, theirs].tocoo()
        strongest = np.lexsort((block.col, block.row, -block.data))[0]
        return self._passages_that_meet(int(ours[block.row[strongest]]), int(theirs[block.col[strongest]]))

    def _alike(self, seeker: int, partner: int) -> tuple[Quote | None, Quote | None]:
        tells = self._evidence.tells
        ours, theirs = _columns(tells, seeker)[-UNITS_COMPARED:], _columns(tells, partner)[-UNITS_COMPARED:]
        meaning = self._compared.likeness(ours, theirs)
        if not meaning.size or not meaning.max() > 0:
            return None, None
        our_best, their_best = _foremost(meaning.max(axis=1)), _foremost(meaning.max(axis=0))
        worth = (
            meaning[np.ix_(our_best, their_best)]
            * (self._missed(seeker, ours, our_best, partner, meaning) > 0)[:, None]
            * (self._missed(partner, theirs, their_best, seeker, meaning.T) > 0)[None, :]
        )
        if not worth.max() > 0:
            return None, None
        row, column = np.unravel_index(int(np.argmax(worth)), worth.shape)
        return self._passages_that_meet(int(ours[our_best[row]]), int(theirs[their_best[column]]))

    def _missed(
        self,
        actor: int,
        units: NDArray[np.intp],
        chosen: NDArray[np.intp],
        other: int,
        meaning: NDArray[np.float32],
    ) -> NDArray[np.float64]:
        """Points of similarity that the pair would lose without each of the chosen units of the actor.

        Not every text that is like one of theirs: without a long one that shares little, the rest is more alike.
        """
        if len(units) == 1:
            # Without its only text an actor shares nothing.
            return np.ones(1)
        our_length, their_length = (float(self._evidence.meaning_lengths[row]) ** 2 for row in (actor, other))
        alike, own = float(meaning.sum()), self._compared.likeness(units[chosen], units)
        itself = own[np.arange(len(chosen)), chosen]
        lost = self._lost(
            Feature.MEANING,
            _cosine(alike, our_length, their_length),
            _cosine(
                alike - meaning[chosen].sum(axis=1), our_length - 2 * own.sum(axis=1) + itself, their_length
            ),
        )
        total, theirs = self._words_told(actor), self._words_told(other)
        of_unit, terms, weights = _entries(self._evidence.unit_words, units[chosen])
        left_theirs, left_ours, squares = (
            np.bincount(of_unit, weights * each, minlength=len(chosen))
            for each in (theirs[terms], total[terms], weights)
        )
        shared, our_length, their_length = (
            float(a @ b) for a, b in ((total, theirs), (total, total), (theirs, theirs))
        )
        return lost + self._lost(
            Feature.WORDS,
            _cosine(shared, our_length, their_length),
            _cosine(shared - left_theirs, our_length - 2 * left_ours + squares, their_length),
        )

    def _lost(
        self, feature: Feature, before: NDArray[np.float64], after: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        return np.asarray(self._earned(feature, before) - self._earned(feature, after), dtype=np.float64)

    def _earned(self, feature: Feature, amount: NDArray[np.float64]) -> NDArray[np.float32]:
        return self._weights.of(feature, np.atleast_1d(amount).astype(np.float32))

    def _quotable(self, unit: int) -> NDArray[np.intp]:
        passages = self._evidence.units.passages_of(unit)[:PASSAGES_COMPARED]
        bare = np.array([is_keywords(self._corpus.texts[passage]) for passage in passages], dtype=np.bool_)
        return passages if bare.all() else passages[~bare]

    def _passages_that_meet(self, our_unit: int, their_unit: int) -> tuple[Quote, Quote]:
        left, right = self._quotable(our_unit), self._quotable(their_unit)
        vectors = self._evidence.units.passage_vectors
        nearest = vectors[left].astype(np.float32) @ vectors[right].astype(np.float32).T
        row, column = np.unravel_index(int(np.argmax(nearest)), nearest.shape)
        texts = self._corpus.texts
        ours, theirs = int(left[row]), int(right[column])
        return (
            quote(self._corpus, ours, against=texts[theirs]),
            quote(self._corpus, theirs, against=texts[ours]),
        )


def _cosine(
    shared: NDArray[np.floating] | float, ours: NDArray[np.floating] | float, theirs: float
) -> NDArray[np.float64]:
    """Cosine of sums; 0 where nothing is left of ours."""
    lengths = np.sqrt(np.maximum(np.asarray(ours, dtype=np.float64), 0) * theirs)
    return np.asarray(np.where(lengths > 1e-6, np.maximum(shared, 0) / np.maximum(lengths, 1e-6), 0))


def _foremost(likeness: NDArray[np.float32]) -> NDArray[np.intp]:
    return np.asarray(np.argsort(-likeness, kind="stable")[:UNITS_WEIGHED], dtype=np.intp)


def _entries(
    matrix: sparse.csr_array, rows: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """Place among the rows, column and value of every entry of some rows; faster than cutting them out, for a few."""
    spans = [slice(matrix.indptr[row], matrix.indptr[row + 1]) for row in rows]
    places = np.repeat(np.arange(len(rows)), matrix.indptr[rows + 1] - matrix.indptr[rows])
    columns = np.concatenate([np.zeros(0, dtype=np.intp), *(matrix.indices[span] for span in spans)])
    values = np.concatenate([np.zeros(0, dtype=np.float32), *(matrix.data[span] for span in spans)])
    return places, columns, values


def _row(matrix: sparse.csr_array, row: int) -> NDArray[np.float32]:
    result = np.zeros(matrix.shape[1], dtype=np.float32)
    span = slice(matrix.indptr[row], matrix.indptr[row + 1])
    result[matrix.indices[span]] = matrix.data[span]
    return result


def _columns(matrix: sparse.csr_array, row: int) -> NDArray[np.intp]:
    return np.asarray(matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]], dtype=np.intp)


def _sum_of_words(words: sparse.csr_array, tells: sparse.csr_array, actor: int) -> NDArray[np.float32]:
    """What the units of one actor that are compared tell in words, added up; shape (terms,)."""
    _, terms, weights = _entries(words, _columns(tells, actor)[-UNITS_COMPARED:])
    return np.bincount(terms, weights, minlength=words.shape[1]).astype(np.float32)
