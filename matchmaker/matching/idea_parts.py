"""What an idea is made of: its sentences, or the clauses of a short one, gathered into a few parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from matchmaker.actors import Passage, PassageKind
from matchmaker.language import detect, sentences
from matchmaker.text import shortened

FEWEST, MOST = 3, 7
"""Parts of an idea, where it has so many statements."""
ALIKE = 0.4
"""Statements of one part have at least this cosine on average, unless there would be more than ``MOST`` parts."""
MOST_STATEMENTS = 60
"""An idea that says more is read this far."""
SHORTEST_CLAUSE = 12
LONGEST_LABEL = 90

_CLAUSE: Final = re.compile(r"[;:,–—]\s+|\s+(?:and|or|og|eller|samt|while|mens)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class IdeaPart:
    """Some statements of an idea that are about one thing; *k* of them."""

    label: str
    """The statement nearest to all of them."""
    statements: tuple[Passage, ...]
    vectors: NDArray[np.float32]
    """Shape (k, d)."""


def statements(text: str) -> list[Passage]:
    """The sentences of an idea, or its clauses where it has too few sentences to be a few parts; each once."""
    said = sentences(text)
    if len(said) < FEWEST:
        said = [clause for sentence in said for clause in _clauses(sentence)]
    language = detect(text)
    distinct = list(dict.fromkeys(said))[:MOST_STATEMENTS]
    return [Passage("idea", (), PassageKind.PROJECT, each, language) for each in distinct]


def _clauses(sentence: str) -> list[str]:
    """What commas and conjunctions part, too short a clause joined to the one before it."""
    clauses: list[str] = []
    start = 0
    for mark in _CLAUSE.finditer(sentence):
        if mark.start() - start >= SHORTEST_CLAUSE and len(sentence) - mark.end() >= SHORTEST_CLAUSE:
            clauses.append(sentence[start : mark.start()].strip())
            start = mark.end()
    return [*clauses, sentence[start:].strip()]


def parts(texts: Sequence[Passage], vectors: NDArray[np.float32]) -> list[IdeaPart]:
    """Gather statements by meaning (average linkage of cosines) into parts, in the order of the text.

    ``vectors`` has shape (statements, d), unit rows. Statements that are ``ALIKE`` are one part; there are ``FEWEST`` to
    ``MOST`` parts, or as many as statements where those are fewer. The same input gives the same parts.
    """
    if len(texts) != len(vectors):
        raise ValueError(f"{len(texts)} statements need as many vectors, not {len(vectors)}")
    if len(texts) <= FEWEST:
        groups = [[place] for place in range(len(texts))]
    else:
        groups = _gathered(vectors.astype(np.float64))
    return [_part([texts[place] for place in group], vectors[group]) for group in groups]


def _gathered(vectors: NDArray[np.float64]) -> list[list[int]]:
    distances = 1 - np.clip(vectors @ vectors.T, -1, 1)
    merges = linkage(distances[np.triu_indices(len(vectors), 1)], method="average")
    named = fcluster(merges, 1 - ALIKE, criterion="distance")
    wanted = min(max(int(named.max()), FEWEST), MOST)
    if named.max() != wanted:
        named = fcluster(merges, wanted, criterion="maxclust")
    return [np.flatnonzero(named == name).tolist() for name in dict.fromkeys(named.tolist())]


def _part(texts: Sequence[Passage], vectors: NDArray[np.float32]) -> IdeaPart:
    central = int(np.argmax(np.round(vectors @ vectors.sum(axis=0), 6)))
    return IdeaPart(shortened(texts[central].text, LONGEST_LABEL), tuple(texts), vectors)
