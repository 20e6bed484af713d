"""The obvious ways to find participants for a project's text: what ours is measured against."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.matching.baselines import documents, mean_vectors, unit_rows, weigh
from matchmaker.matching.judging import FitProjects, ProjectArm
from matchmaker.matching.splits import Past, Project

MEANING_POWER = 8
WORDS_POWER = 4
"""A high power lets the nearest passages speak, where a mean would drown them."""

Floats = NDArray[np.float32]


def popularity(past: Past) -> ProjectArm:
    """Those with most collaborations, the same for every project."""
    count = past.history.astype(np.float32)
    return lambda asked: np.repeat(count[None], len(asked), axis=0)


def tfidf(past: Past) -> ProjectArm:
    """Cosine of the project's words with profiles, each the sum of its documents' TF-IDF."""
    said = documents(past.corpus)
    words = weigh(said.texts)
    profiles = sparse.csc_array(unit_rows(sparse.csr_array(said.holds @ words.rows)).T)
    return lambda asked: np.asarray((words.of(_texts(asked)) @ profiles).toarray(), dtype=np.float32)


def embedding(past: Past) -> ProjectArm:
    """Cosine of mean vectors."""
    means = mean_vectors(past)
    return lambda asked: np.asarray(_means(asked) @ means.T, dtype=np.float32)


def passage_meaning(past: Past) -> ProjectArm:
    """Over an actor's passages, the sum of their cosines with the project's mean vector to a high power."""
    held_by = sparse.csr_array(past.corpus.holds.T)
    vectors = past.vectors.astype(np.float32)

    def arm(asked: Sequence[Project]) -> Floats:
        near = np.maximum(_means(asked) @ vectors.T, 0) ** MEANING_POWER
        return np.asarray(near @ held_by, dtype=np.float32)

    return arm


def passage_words(past: Past) -> ProjectArm:
    """Over an actor's passages, the sum of their TF-IDF cosines with the project's text to a high power."""
    held_by = sparse.csr_array(past.corpus.holds.T)
    words = weigh(past.corpus.texts)
    passages = sparse.csc_array(words.rows.T)

    def arm(asked: Sequence[Project]) -> Floats:
        near = sparse.csr_array(words.of(_texts(asked)) @ passages)
        near.data = near.data**WORDS_POWER
        return np.asarray((near @ held_by).toarray(), dtype=np.float32)

    return arm


def fused(*fits: FitProjects) -> FitProjects:
    """The sum of arms, each divided by the most it gives the project."""

    def fitted(past: Past) -> ProjectArm:
        arms = [fit(past) for fit in fits]

        def arm(asked: Sequence[Project]) -> Floats:
            parts = (each(asked) for each in arms)
            scaled = (part / np.maximum(part.max(axis=1, keepdims=True), 1e-30) for part in parts)
            return np.asarray(sum(scaled), dtype=np.float32)

        return arm

    return fitted


PROJECT_BASELINES: dict[str, FitProjects] = {
    "popularity": popularity,
    "TF-IDF cosine of profiles": tfidf,
    "embedding cosine of mean vectors": embedding,
    "embedding of passages, sum of cosine^8": passage_meaning,
    "TF-IDF of passages, sum of cosine^4": passage_words,
    "plain sum of the last two": fused(passage_meaning, passage_words),
}


def _texts(asked: Sequence[Project]) -> list[str]:
    return [project.text for project in asked]


def _means(asked: Sequence[Project]) -> Floats:
    total = np.array([project.vectors.sum(axis=0) for project in asked], dtype=np.float32)
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12))
