"""The recommenders that everybody would try first, each fitted as its own users would: what ours is measured against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from matchmaker.actors import PassageKind
from matchmaker.corpus import KINDS, Corpus
from matchmaker.matching.judging import Arm, Fit
from matchmaker.matching.splits import LARGEST, Past

FEWEST_DOCUMENTS = 2
"""A word of one document alone tells no two apart."""
MOST_DOCUMENTS = 0.1
"""Words in a larger share of the documents are left out, unless that were fewer than ``COMMON_FLOOR``."""
COMMON_FLOOR = 50

BM25_SATURATION = 1.2
BM25_LENGTH = 0.75

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Documents:
    """What actors say, a project or an own profile each: *d* documents, held by *n* actors."""

    texts: list[str]
    holds: sparse.csr_array
    """Shape (n, d), float32 ones."""


def documents(corpus: Corpus) -> Documents:
    """Join the passages of one source."""
    project = corpus.kinds == KINDS.index(PassageKind.PROJECT)
    place: dict[tuple[bool, str], int] = {}
    parts: list[list[str]] = []
    of_passage = np.empty(len(corpus.texts), dtype=np.intp)
    for row, (text, source) in enumerate(zip(corpus.texts, corpus.sources, strict=True)):
        document = place.setdefault((bool(project[row]), source), len(place))
        if document == len(parts):
            parts.append([])
        parts[document].append(text)
        of_passage[row] = document
    ones = np.ones(len(of_passage), dtype=np.float32)
    joins = sparse.csr_array(
        (ones, (np.arange(len(of_passage)), of_passage)), shape=(len(of_passage), len(parts))
    )
    holds = sparse.csr_array(corpus.holds @ joins)
    holds.data = np.ones_like(holds.data)
    return Documents([" ".join(texts) for texts in parts], holds)


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """TF-IDF of some texts, and of any other text by the same words and weights."""

    rows: sparse.csr_array
    """Shape (texts, words), float32, rows of unit length."""
    _vectorizer: TfidfVectorizer | None

    def of(self, texts: Sequence[str]) -> sparse.csr_array:
        """Shape (texts, words): rows of unit length, or zeros where no word is known."""
        if self._vectorizer is None:
            return _no_words(len(texts))
        return sparse.csr_array(self._vectorizer.transform(texts))


def weigh(texts: Sequence[str]) -> Words:
    """Learn words and weights; texts that share no word give rows without columns."""
    most = max(COMMON_FLOOR, int(MOST_DOCUMENTS * len(texts)))
    vectorizer = TfidfVectorizer(
        sublinear_tf=True, min_df=FEWEST_DOCUMENTS, max_df=most, stop_words="english", dtype=np.float32
    )
    try:
        return Words(sparse.csr_array(vectorizer.fit_transform(texts)), vectorizer)
    except ValueError:  # its word for texts that leave no vocabulary
        return Words(_no_words(len(texts)), None)


def unit_rows(matrix: sparse.csr_array) -> sparse.csr_array:
    """Rows of unit length; rows of zeros stay."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1), dtype=np.float32)).ravel()
    return sparse.csr_array(sparse.diags_array(1 / np.maximum(lengths, 1e-12), dtype=np.float32) @ matrix)


def mean_vectors(past: Past) -> Floats:
    """The direction of the sum of each actor's passages as the encoder gave them, shape (n, d)."""
    total = np.asarray(past.corpus.holds @ past.vectors, dtype=np.float32)
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12))


def ties(past: Past, *, counted: bool = False) -> sparse.csr_array:
    """Who has worked with whom in collaborations of up to ``LARGEST`` members, shape (n, n): ones, or how often."""
    takes_part = past.corpus.takes_part
    sizes = np.bincount(takes_part.indices, minlength=takes_part.shape[1])
    chosen = sparse.csr_array(
        sparse.csc_array(takes_part)[:, np.flatnonzero((sizes > 1) & (sizes <= LARGEST))]
    )
    together = sparse.coo_array(chosen @ chosen.T)
    rows, columns = together.coords
    apart = rows != columns
    values = together.data[apart] if counted else np.ones(int(apart.sum()))
    return sparse.csr_array((values.astype(np.float32), (rows[apart], columns[apart])), shape=together.shape)


# Arms


def popularity(past: Past) -> Arm:
    """Those with most collaborations, the same for everybody."""
    count = past.history.astype(np.float32)
    return lambda seekers: np.repeat(count[None], len(seekers), axis=0)


def tfidf(past: Past) -> Arm:
    """Cosine of profiles, each the sum of its documents' TF-IDF."""
    said = documents(past.corpus)
    profiles = unit_rows(sparse.csr_array(said.holds @ weigh(said.texts).rows))
    return _products(profiles, profiles)


def bm25(past: Past) -> Arm:
    """Okapi BM25 of profiles, asked with every word of the seeker's own.

    Robertson and Zaragoza, "The probabilistic relevance framework: BM25 and beyond", Foundations and Trends in
    Information Retrieval 3(4), 2009.
    """
    said = documents(past.corpus)
    try:
        counted = CountVectorizer(stop_words="english", dtype=np.float32).fit_transform(said.texts)
    except ValueError:  # no words at all
        return lambda seekers: np.zeros((len(seekers), len(past.known)), dtype=np.float32)
    counts = sparse.csr_array(said.holds @ sparse.csr_array(counted))
    holders = np.bincount(counts.indices, minlength=counts.shape[1])
    actors = max(int((np.diff(counts.indptr) > 0).sum()), 1)
    rarity = np.log1p((actors - holders + 0.5) / (holders + 0.5))
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    damping = BM25_SATURATION * (1 - BM25_LENGTH + BM25_LENGTH * lengths / max(lengths.sum() / actors, 1e-12))
    frequency = counts.data
    per_entry = np.repeat(damping, np.diff(counts.indptr))
    weights = rarity[counts.indices] * frequency * (BM25_SATURATION + 1) / (frequency + per_entry)
    return _products(_with(counts, np.ones_like(frequency)), _with(counts, weights.astype(np.float32)))


def embedding(past: Past) -> Arm:
    """Cosine of mean vectors."""
    means = mean_vectors(past)
    return lambda seekers: np.asarray(means[seekers] @ means.T, dtype=np.float32)


def common_neighbours(past: Past) -> Arm:
    """How many partners both have had."""
    bound = ties(past)
    return _products(bound, sparse.csr_array(bound.T))


def adamic_adar(past: Past) -> Arm:
    """Shared partners, each worth the less the more partners it has: 1 / log of their number.

    Adamic and Adar, "Friends and neighbors on the Web", Social Networks 25(3), 2003.
    """
    bound = ties(past)
    worth = 1 / np.log(np.maximum(np.diff(bound.indptr), 2))
    return _products(bound, sparse.csr_array(bound @ sparse.diags_array(worth, dtype=np.float32)))


def times_popularity(fit: Fit) -> Fit:
    """An arm whose scores are multiplied by log(1 + collaborations)."""

    def fitted(past: Past) -> Arm:
        arm = fit(past)
        count = np.log1p(past.history).astype(np.float32)
        return lambda seekers: arm(seekers) * count[None]

    return fitted


def fused(*fits: Fit) -> Fit:
    """The sum of arms, each divided by the most it gives the seeker: fusion in two lines."""

    def fitted(past: Past) -> Arm:
        arms = [fit(past) for fit in fits]

        def arm(seekers: NDArray[np.intp]) -> Floats:
            parts = (np.maximum(each(seekers), 0) for each in arms)
            scaled = (part / np.maximum(part.max(axis=1, keepdims=True), 1e-12) for part in parts)
            return np.asarray(sum(scaled), dtype=np.float32)

        return arm

    return fitted


TEXTS_ONLY: dict[str, Fit] = {
    "TF-IDF cosine of profiles": tfidf,
    "BM25": bm25,
    "embedding cosine of mean vectors": embedding,
}
"""What looks at nobody's collaborations."""

TEXT_ALONE: dict[str, Fit] = TEXTS_ONLY | {
    "popularity": popularity,
    "TF-IDF cosine x log popularity": times_popularity(tfidf),
    "embedding cosine x log popularity": times_popularity(embedding),
}
"""What can be asked for seekers whose own collaborations are hidden, their texts left."""

SINGLE: dict[str, Fit] = TEXT_ALONE | {
    "common neighbours": common_neighbours,
    "Adamic-Adar": adamic_adar,
}

FUSION: dict[str, Fit] = {
    "TF-IDF cosine x log popularity + Adamic-Adar": fused(times_popularity(tfidf), adamic_adar)
}
"""The two that go together best, chosen on the earlier window."""


def _no_words(texts: int) -> sparse.csr_array:
    return sparse.csr_array(np.zeros((texts, 0), dtype=np.float32))


def _products(asking: sparse.csr_array, answering: sparse.csr_array) -> Arm:
    others = sparse.csc_array(answering.T)
    return lambda seekers: np.asarray((asking[seekers] @ others).toarray(), dtype=np.float32)


def _with(matrix: sparse.csr_array, data: Floats) -> sparse.csr_array:
    return sparse.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)
