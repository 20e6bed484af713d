"""Search over a build and over what changed since, in one vocabulary and on one scale."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.copies import Copies
from matchmaker.freshness.columns import Columns
from matchmaker.language import Glossary, words
from matchmaker.search import Search
from matchmaker.word_index import LENGTH_NORMALISATION, TERM_SATURATION, WordIndex


class FreshSearch(Search):
    """Answers as ``Search`` does, from a build's passages and, behind them, those of changed actors."""

    def __init__(
        self, columns: Columns, built: Search, added: Search, words: WordIndex, copies: Copies | None = None
    ) -> None:
        """``built`` and ``added`` score their own passages and names; ``words`` is the vocabulary they share."""
        super().__init__(columns.now, np.zeros((0, 0), np.float32), words, words, copies=copies)
        self._columns = columns
        self._built = built
        self._added = added

    def passage_scores(self, text: str, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """As ``Search.passage_scores``; a withdrawn passage answers nothing."""
        built = self._built.passage_scores(text, vector)
        built[self._columns.withdrawn] = 0
        return np.concatenate([built, self._added.passage_scores(text, vector)])

    def many_passage_scores(
        self, texts: Sequence[str], vectors: NDArray[np.float32]
    ) -> Iterator[NDArray[np.float32]]:
        """As ``Search.many_passage_scores``; a withdrawn passage answers nothing."""
        parts = (self._built, self._added)
        for built, added in zip(*(each.many_passage_scores(texts, vectors) for each in parts), strict=True):
            built[self._columns.withdrawn] = 0
            yield np.concatenate([built, added])

    def words_at(self, passages: NDArray[np.intp]) -> sparse.csr_array:
        """As ``Search.words_at``; the passages, ascending, are the build's first."""
        behind = passages - len(self._columns.withdrawn)
        there, new = passages[behind < 0], behind[behind >= 0]
        return sparse.csr_array(sparse.vstack([self._built.words_at(there), self._added.words_at(new)]))

    def names_at(self, rows: NDArray[np.intp]) -> sparse.csr_array:
        """As ``Search.names_at``."""
        built_rows = self._columns.built_rows[rows]
        added_of = {int(row): place for place, row in enumerate(self._columns.added_rows)}
        # The rows of the build and, behind them, those of changed actors.
        places = np.array(
            [
                added_of[int(row)] + len(built_rows) if int(row) in added_of else place
                for place, row in enumerate(rows)
            ],
            dtype=np.intp,
        )
        known = self._built.names_at(np.maximum(built_rows, 0))
        added = self._added.names_at(np.arange(len(added_of)))
        kept = sparse.csr_array(sparse.diags_array((built_rows >= 0).astype(np.float32)) @ known)
        return sparse.csr_array(sparse.csr_array(sparse.vstack([kept, added]))[places])

    @property
    def name_index(self) -> WordIndex:
        """As ``Search.name_index``."""
        return self._built.name_index

    def terms(self, text: str) -> set[str]:
        """As ``Search.terms``."""
        return self._built.terms(text)

    def vectors_at(self, passages: NDArray[np.intp]) -> NDArray[np.float32]:
        """As ``Search.vectors_at``."""
        behind = passages - len(self._columns.withdrawn)
        vectors = np.zeros((len(passages), self._built._vectors.shape[1]), dtype=np.float32)
        vectors[behind < 0] = self._built.vectors_at(passages[behind < 0])
        vectors[behind >= 0] = self._added.vectors_at(behind[behind >= 0])
        return vectors

    def _passage_scores_at(
        self, passages: NDArray[np.intp], text: str, vector: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        withdrawn = self._columns.withdrawn
        behind = passages - len(withdrawn)
        scores = np.zeros(len(passages), dtype=np.float32)
        there = passages[behind < 0]
        if len(there):
            scores[behind < 0] = self._built._passage_scores_at(there, text, vector)
            scores[behind < 0] *= ~withdrawn[there]
        if len(there) < len(passages):
            scores[behind >= 0] = self._added._passage_scores_at(behind[behind >= 0], text, vector)
        return scores

    def _name_scores(self, text: str) -> NDArray[np.float32]:
        rows = self._columns.built_rows
        known = rows >= 0
        scores = np.zeros(len(rows), dtype=np.float32)
        scores[known] = self._built._name_scores(text)[rows[known]]
        scores[self._columns.added_rows] = self._added._name_scores(text)
        return scores


def copies_now(columns: Columns, built: Copies, added: Copies) -> Copies:
    """The build's copies among actors that did not change, and the copies among those that did.

    Whether a changed text is a copy of an unchanged one is for the next build to find.
    """
    known = columns.built_rows >= 0
    named = np.full(len(columns.built_rows), -1, dtype=np.int64)
    named[known] = built.groups[columns.built_rows[known]]
    named[columns.added_rows] = len(built.groups) + added.groups.astype(np.int64)
    _, first, place = np.unique(named, return_index=True, return_inverse=True)
    return Copies(first[place].astype(np.int32))


def with_texts(
    index: WordIndex, texts: Sequence[str], languages: Sequence[str], glossary: Glossary | None
) -> tuple[WordIndex, WordIndex]:
    """An index and one of more texts, both with the vocabulary of both.

    The known terms keep their rarity, a new one gets that of a term with one holder. Lengths are distinct terms,
    as an index does not keep how long its texts were.
    """
    counts = [
        Counter(words(text, language, glossary=glossary))
        for text, language in zip(texts, languages, strict=True)
    ]
    unknown = sorted({term for each in counts for term in each} - index.terms.keys())
    terms = index.terms | {term: len(index.terms) + place for place, term in enumerate(unknown)}
    holders = max(index.weights.shape[0], 1)
    rare = np.full(len(unknown), np.log1p((holders - 0.5) / 1.5), dtype=np.float32)
    rarity = np.concatenate([index.rarity, rare])
    starts = np.concatenate([[0], np.cumsum([len(each) for each in counts])]).astype(np.int64)
    columns = np.array([terms[term] for each in counts for term in each], dtype=np.int64)
    frequency = np.array([count for each in counts for count in each.values()], dtype=np.float32)
    distinct = index.weights.nnz / holders
    lengths = np.diff(starts) / max(distinct, 1.0)
    damping = TERM_SATURATION * (1 - LENGTH_NORMALISATION + LENGTH_NORMALISATION * lengths)
    weights = rarity[columns] * frequency * (TERM_SATURATION + 1)
    weights /= frequency + np.repeat(damping, np.diff(starts)).astype(np.float32)
    more = sparse.csr_array((weights.astype(np.float32), columns, starts), shape=(len(texts), len(terms)))
    return (
        WordIndex(terms, rarity, _widened(index.weights, len(unknown))),
        WordIndex(terms, rarity, sparse.csc_array(more)),
    )


def _widened(weights: sparse.csc_array, more: int) -> sparse.csc_array:
    """The same entries, not copied, and empty columns behind them."""
    starts = np.concatenate([weights.indptr, np.full(more, weights.indptr[-1], weights.indptr.dtype)])
    shape = (weights.shape[0], weights.shape[1] + more)
    return sparse.csc_array((weights.data, weights.indices, starts), shape=shape, copy=False)
