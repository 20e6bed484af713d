"""What a few actors score at most for many queries at once: how a look through saved searches finds whom it need not rank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.corpus import Corpus
from matchmaker.directions import Direction
from matchmaker.search import COINCIDENCE, NAME_WEIGHT, PASSAGE_POWER, SAME_WAY, Search, weight_of_words
from matchmaker.word_index import WordIndex

CELLS_AT_ONCE = 1 << 20
"""Queries times passages of one product: bounds the memory to some 30 MB, however many there are of either."""
MOST_QUERIES_AT_ONCE = 512


class Query(Protocol):
    """A text with its unit vector, shape (d,), centred as passages are."""

    @property
    def text(self) -> str:
        """What is asked."""

    @property
    def direction(self) -> Direction:
        """Which way it points."""

    @property
    def vector(self) -> NDArray[np.float32]:
        """Shape (d,)."""


class Reach:
    """Some actors cut out of a search; immutable."""

    def __init__(self, search: Search, corpus: Corpus, rows: NDArray[np.intp]) -> None:
        """``rows`` of ``corpus``, the one that is searched."""
        held = corpus.holds[rows]
        passages = np.unique(held.indices).astype(np.intp)
        self._search = search
        self._rows = len(rows)
        self._holds = sparse.csr_array(sparse.csc_array(held)[:, passages])
        self._vectors = search.vectors_at(passages)
        self._words = search.words_at(passages)
        self._names = search.names_at(rows)
        self._pointing = {each: search.points(passages, each) for each in Direction}

    def most(self, queries: Sequence[Query]) -> Iterator[NDArray[np.float64]]:
        """For each query what the actors score at most, shape (rows,): ``Search.scores_at``, but for the last digits.

        All of an actor's passages count, where ``Search.scores`` takes those among the best of the whole corpus alone.
        """
        size = min(MOST_QUERIES_AT_ONCE, max(1, CELLS_AT_ONCE // max(len(self._vectors), self._rows, 1)))
        for start in range(0, len(queries), size):
            yield from self._of_block(queries[start : start + size])

    def _of_block(self, queries: Sequence[Query]) -> NDArray[np.float64]:
        """Shape (queries, rows)."""
        meaning = np.maximum(self._vectors @ np.array([each.vector for each in queries]).T, 0)
        terms = [self._search.terms(each.text) for each in queries]
        answered, known = _coverage(self._search.passage_index, self._words, terms)
        short, weight = np.array([weight_of_words(len(each)) for each in terms], dtype=np.float32).T
        lexical = np.power(
            answered * np.sqrt(known),
            1 + np.float32(COINCIDENCE) * short,
            where=answered > 0,
            out=np.zeros_like(answered),
        )
        found = (1 - weight) * meaning + weight * lexical
        for column, query in enumerate(queries):
            found[self._pointing[query.direction], column] *= np.float32(SAME_WAY)
            if not query.text.strip():
                found[:, column] = 0
        powers = _eighth(found)
        names, known = _coverage(
            self._search.name_index, self._names, [self._search.name_terms(each.text) for each in queries]
        )
        scores = np.asarray(self._holds @ powers) ** (1 / PASSAGE_POWER)
        return np.asarray((scores + NAME_WEIGHT * (names * known) ** 2).T, dtype=np.float64)


def _eighth(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """The ``PASSAGE_POWER``-th power, three squares, which take a tenth of the time of a power."""
    found = values.astype(np.float64)
    for _ in range(PASSAGE_POWER.bit_length() - 1):
        found *= found
    return found


def _coverage(
    index: WordIndex, weights: sparse.csr_array, terms: Sequence[set[str]]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Share of each query that each text answers, shape (texts, queries), and of its terms that are known, shape (queries,)."""
    columns = [index.columns(each) for each in terms]
    sizes = [len(each) for each in columns]
    asked = sparse.csc_array(
        (
            np.ones(sum(sizes), dtype=np.float32),
            np.concatenate([np.zeros(0, dtype=np.intp), *columns]),
            np.concatenate([[0], np.cumsum(sizes)]),
        ),
        shape=(weights.shape[1], len(terms)),
    )
    whole = np.array([index.whole(each) for each in columns], dtype=np.float32)
    answered = np.minimum((weights @ asked).toarray() / np.where(whole > 0, whole, 1), 1)
    known = np.array(sizes, dtype=np.float32) / np.maximum([len(each) for each in terms], 1)
    return np.asarray(answered, dtype=np.float32), np.asarray(known, dtype=np.float32)
