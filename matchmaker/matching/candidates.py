"""Which texts of different actors are near each other: the sparse ground that every match stands on.

A *unit* is what is compared: a project's text as a whole, or one passage of an actor's own profile.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.actors import PassageKind
from matchmaker.corpus import KINDS, Corpus
from matchmaker.word_index import WordIndex

NEIGHBOURS = 40
"""Near units kept for each unit, by meaning and by words each."""

COMMON_TERM_SHARE = 0.02
"""Terms in more than this share of the units tell nothing apart and make products slow."""
COMMON_TERM_FLOOR = 50
COMMON_WORD_SHARE = 0.1
"""What an actor tells is compared in more words: those that no more than this share of the units use."""

BLOCK = 512
THREADS = 2
"""Blocks that are compared at once; each holds ``BLOCK`` rows of likenesses with all others."""


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """What is compared, row for row; *u* units over *p* passages and *n* actors."""

    of_passage: NDArray[np.int32]
    """Shape (p,): the unit that each passage belongs to."""
    kinds: NDArray[np.int8]
    """Shape (u,): index into ``KINDS``."""
    holds: sparse.csr_array
    """Shape (n, u), float32 ones."""
    passage_vectors: NDArray[np.float32]
    """Shape (p, d): unit rows."""
    starts: NDArray[np.int64]
    """Shape (u + 1,): where each unit's passages begin in ``passages``."""
    passages: NDArray[np.intp]
    """Shape (p,): passages ordered by unit."""

    def passages_of(self, unit: int) -> NDArray[np.intp]:
        """The passages of one unit, ascending."""
        return self.passages[self.starts[unit] : self.starts[unit + 1]]


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """What units are compared by, row for row."""

    vectors: NDArray[np.float32]
    """Shape (u, d): unit mean of the passages' vectors."""
    terms: sparse.csr_array
    """Shape (u, terms): weights of the telling terms in rows of unit length or less."""
    words: sparse.csr_array
    """Shape (u, more terms): square roots of weights in rows of unit length, so that no single word decides."""


def units(corpus: Corpus, vectors: NDArray[np.float32]) -> Units:
    """Join the passages of one project; leave every profile passage by itself."""
    of_passage = _unit_of_passage(corpus)
    joins = _joins(of_passage)
    kinds = np.zeros(joins.shape[0], dtype=np.int8)
    kinds[of_passage] = corpus.kinds
    holds = sparse.csr_array(corpus.holds @ joins.T)
    holds.data = np.ones_like(holds.data)
    return units_from(of_passage, kinds, holds, vectors)


def units_from(
    of_passage: NDArray[np.int32],
    kinds: NDArray[np.int8],
    holds: sparse.csr_array,
    vectors: NDArray[np.float32],
) -> Units:
    """Units from what cannot be derived."""
    starts = np.concatenate([[0], np.cumsum(np.bincount(of_passage, minlength=len(kinds)))]).astype(np.int64)
    return Units(of_passage, kinds, holds, vectors, starts, np.argsort(of_passage, kind="stable"))


def features(data: Units, passage_words: WordIndex) -> Features:
    """Join the passages' vectors and terms by unit."""
    joins = _joins(data.of_passage)
    weights = sparse.csr_array(joins @ passage_words.weights)
    return Features(
        vectors=_unit_rows(np.asarray(joins @ data.passage_vectors, dtype=np.float32)),
        terms=_telling_terms(weights),
        words=_words(weights),
    )


def _joins(of_passage: NDArray[np.int32]) -> sparse.csr_array:
    count = int(of_passage.max()) + 1 if len(of_passage) else 0
    ones = np.ones(len(of_passage), dtype=np.float32)
    return sparse.csr_array((ones, (of_passage, np.arange(len(of_passage)))), shape=(count, len(of_passage)))


def _unit_of_passage(corpus: Corpus) -> NDArray[np.int32]:
    project = KINDS.index(PassageKind.PROJECT)
    known: dict[str, int] = {}
    result = np.empty(len(corpus.texts), dtype=np.int32)
    for passage, (source, kind) in enumerate(zip(corpus.sources, corpus.kinds, strict=True)):
        key = source if kind == project else f"{source}\0{passage}"
        result[passage] = known.setdefault(key, len(known))
    return result


def _unit_rows(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.maximum(lengths, 1e-12), dtype=np.float32)


def _telling_terms(weights: sparse.csr_array) -> sparse.csr_array:
    # Lengths count every term, so that two texts that share one rare word among hundreds stay far apart.
    lengths = _lengths(weights)
    kept = sparse.csr_array(sparse.csc_array(weights)[:, _telling(weights, COMMON_TERM_SHARE)])
    return sparse.csr_array(sparse.diags_array(1 / lengths, dtype=np.float32) @ kept)


def _words(weights: sparse.csr_array) -> sparse.csr_array:
    kept = sparse.csr_array(sparse.csc_array(weights)[:, _telling(weights, COMMON_WORD_SHARE)])
    kept.data = np.sqrt(kept.data)
    return sparse.csr_array(sparse.diags_array(1 / _lengths(kept), dtype=np.float32) @ kept)


def _telling(weights: sparse.csr_array, share: float) -> NDArray[np.intp]:
    """Columns of the terms that several units have in common, but not too many."""
    holders = np.bincount(weights.indices, minlength=weights.shape[1])
    return np.flatnonzero((holders > 1) & (holders <= max(COMMON_TERM_FLOOR, share * weights.shape[0])))


def _lengths(rows: sparse.csr_array) -> NDArray[np.float32]:
    squares = np.asarray(rows.multiply(rows).sum(axis=1), dtype=np.float32)
    return np.maximum(np.sqrt(squares), np.float32(1e-12))


def near(
    compared: Features, seekers: NDArray[np.intp], others: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32], NDArray[np.float32]]:
    """Pairs of units near by meaning or by words: rows, columns, cosine of meaning, cosine of words.

    ``seekers`` and ``others`` name units; each of the former brings its ``NEIGHBOURS`` nearest of the latter
    by either measure, itself left out. Pairs are in ascending order, each once.
    """
    other_vectors = compared.vectors[others]
    other_terms = sparse.csc_array(compared.terms[others].T)
    width = len(compared.vectors)

    def nearest(start: int) -> NDArray[np.int64]:
        block = seekers[start : start + BLOCK]
        meaning = compared.vectors[block] @ other_vectors.T
        meaning[block[:, None] == others[None, :]] = -1
        found = (_best(meaning), _best_sparse(compared.terms[block] @ other_terms))
        return np.concatenate(
            [block[rows].astype(np.int64) * width + others[columns] for rows, columns in found]
        )

    with ThreadPoolExecutor(THREADS) as threads:
        found = list(threads.map(nearest, range(0, len(seekers), BLOCK)))
    pairs = np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
    rows, columns = np.divmod(pairs, max(width, 1))
    apart = rows != columns
    rows, columns = rows[apart], columns[apart]
    return rows, columns, *_cosines(compared, rows, columns)


def _best(similarity: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    count = min(NEIGHBOURS, similarity.shape[1])
    columns = np.argpartition(-similarity, count - 1, axis=1)[:, :count]
    rows = np.repeat(np.arange(similarity.shape[0]), count)
    return rows, columns.ravel()


def _best_sparse(similarity: sparse.csr_array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    rows: list[NDArray[np.intp]] = []
    columns: list[NDArray[np.intp]] = []
    for row in range(similarity.shape[0]):
        span = slice(similarity.indptr[row], similarity.indptr[row + 1])
        count = min(NEIGHBOURS + 1, span.stop - span.start)
        if count:
            best = np.argpartition(-similarity.data[span], count - 1)[:count]
            columns.append(similarity.indices[span][best].astype(np.intp))
            rows.append(np.full(count, row, dtype=np.intp))
    empty = np.zeros(0, dtype=np.intp)
    return np.concatenate([empty, *rows]), np.concatenate([empty, *columns])


def _cosines(
    compared: Features, rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    meaning = np.empty(len(rows), dtype=np.float32)
    lexical = np.empty(len(rows), dtype=np.float32)
    step = BLOCK * 128
    for start in range(0, len(rows), step):
        part = slice(start, start + step)
        left, right = rows[part], columns[part]
        meaning[part] = np.einsum("ij,ij->i", compared.vectors[left], compared.vectors[right])
        lexical[part] = np.asarray(compared.terms[left].multiply(compared.terms[right]).sum(axis=1)).ravel()
    return meaning, lexical
