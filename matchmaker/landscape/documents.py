"""What an actor's passages and collaborations say, gathered into documents: the nodes of the landscape's graph."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.actors import PassageKind
from matchmaker.corpus import KINDS, NO_DATE, Corpus

_PROJECT = KINDS.index(PassageKind.PROJECT)


@dataclass(frozen=True, slots=True, eq=False)
class Documents:
    """One document for every profile and for every collaboration, *m* in all, ordered by what they say."""

    holds: sparse.csr_array
    """Shape (n, m), float32 ones: which actor wrote or takes part in which document."""
    passages: sparse.csr_array
    """Shape (m, p), float32 ones: which passages each document is made of."""
    vectors: NDArray[np.float32]
    """Shape (m, d): unit rows; a row of zeros where there is no text."""
    columns: NDArray[np.int64]
    """Shape (m,): the collaboration's column in ``Corpus.takes_part``, or -1 for a profile."""
    years: NDArray[np.int64]
    """Shape (m,): the year the collaboration became known, or 0 where there is none."""
    keys: list[str]
    """Length m: ``actor:`` or ``collaboration:`` and the id of what each document comes from; no two are alike."""

    @property
    def has_text(self) -> NDArray[np.bool_]:
        """Shape (m,): whether the document has a vector."""
        return np.asarray(np.any(self.vectors != 0, axis=1), dtype=np.bool_)


def documents(corpus: Corpus, vectors: NDArray[np.float32]) -> Documents:
    """Gather passages by the actor or collaboration they come from; collaborations without text are kept.

    The order follows the texts and not the ids, so that new ids leave the landscape as it is. Raises ``ValueError``
    where ``vectors`` does not have one row per passage.
    """
    if vectors.ndim != 2 or len(vectors) != len(corpus.texts):
        raise ValueError(f"{len(corpus.texts)} passages need as many vectors, not the shape {vectors.shape}.")
    column_of = {each: column for column, each in enumerate(corpus.collaboration_ids)}
    row_of: dict[tuple[bool, str], int] = {}
    texts: list[list[str]] = []
    document_of = np.empty(len(corpus.texts), dtype=np.int64)
    for passage, (source, kind, text) in enumerate(
        zip(corpus.sources, corpus.kinds.tolist(), corpus.texts, strict=True)
    ):
        row = row_of.setdefault((kind == _PROJECT, source), len(row_of))
        if row == len(texts):
            texts.append([])
        texts[row].append(text)
        document_of[passage] = row
    for each, title in zip(corpus.collaboration_ids, corpus.titles, strict=True):
        if row_of.setdefault((True, each), len(row_of)) == len(texts):
            texts.append([title])

    keys = list(row_of)
    digests = [hashlib.blake2b("\n".join(each).encode(), digest_size=16).digest() for each in texts]
    order = sorted(range(len(keys)), key=lambda row: (digests[row], keys[row]))
    rank = np.empty(len(keys), dtype=np.int64)
    rank[order] = np.arange(len(keys))
    columns = np.array(
        [column_of.get(keys[row][1], -1) if keys[row][0] else -1 for row in order], dtype=np.int64
    )
    passages = _ones(rank[document_of], np.arange(len(document_of)), (len(keys), len(document_of)))
    return Documents(
        holds=_held(corpus, passages, columns),
        passages=passages,
        vectors=_unit_rows(passages @ np.nan_to_num(vectors.astype(np.float32, copy=False))),
        columns=columns,
        years=_years(corpus, columns),
        keys=[("collaboration:" if keys[row][0] else "actor:") + keys[row][1] for row in order],
    )


def _held(corpus: Corpus, passages: sparse.csr_array, columns: NDArray[np.int64]) -> sparse.csr_array:
    by_passage = (corpus.holds @ passages.T).tocoo()
    known = np.flatnonzero(columns >= 0)
    document_of = np.full(len(corpus.collaboration_ids), -1, dtype=np.int64)
    document_of[columns[known]] = known
    part = corpus.takes_part.tocoo()
    rows = np.concatenate([by_passage.row, part.row]).astype(np.int64)
    held = np.concatenate([by_passage.col, document_of[part.col]]).astype(np.int64)
    return _ones(rows, held, (len(corpus.ids), len(columns)))


def _ones(rows: NDArray[np.int64], columns: NDArray[np.int64], shape: tuple[int, int]) -> sparse.csr_array:
    matrix = sparse.csr_array((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=shape)
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def _unit_rows(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.where(lengths > 1e-6, rows / np.maximum(lengths, 1e-6), 0).astype(np.float32)


def _years(corpus: Corpus, columns: NDArray[np.int64]) -> NDArray[np.int64]:
    days = np.full(len(columns), NO_DATE, dtype=np.int32)
    known = columns >= 0
    days[known] = corpus.collaboration_dates[columns[known]]
    dated = np.where(days == NO_DATE, 0, days).astype("datetime64[D]").astype("datetime64[Y]")
    years: NDArray[np.int64] = np.where(days == NO_DATE, 0, dated.astype(np.int64) + 1970)
    return years
