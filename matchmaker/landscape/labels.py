"""What tells a group of documents from its siblings, in their own words: labels and keywords."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.landscape.terms import Terms

LABEL_TERMS = 3
KEYWORDS = 10
TIMES_SIBLINGS = 2.0
"""A term tells a group from its siblings when its documents say it at least this many times as often."""

_PRIOR = 10.0
"""Weight of the documents of all siblings together, in documents, on each side of the comparison."""
_FRAGMENT = 0.5
_CANDIDATES = 80
_FEWEST_BACKGROUND = 5


@dataclass(frozen=True, slots=True)
class Label:
    """The words a group goes by."""

    text: str
    """Two to four terms; empty where the documents have no telling words."""
    keywords: tuple[str, ...]


def labels(terms: Terms, siblings: Sequence[NDArray[np.int64]]) -> list[Label]:
    """A label for each of several groups of document rows that are siblings; no two are alike.

    Each group is described in the language most of its documents are in, against the documents of its siblings in that
    language (all of them where those are fewer than five). Terms are ranked by their log-odds ratio with a Dirichlet
    prior, divided by its standard error.
    """
    everyone = np.concatenate(siblings) if siblings else np.zeros(0, dtype=np.int64)
    chosen = []
    for rows in siblings:
        language = _language(terms, rows)
        mine = _speaking(terms, rows, language)
        others = np.setdiff1d(everyone, rows)
        background = _speaking(terms, others, language)
        if len(background) < _FEWEST_BACKGROUND:
            background = others
        chosen.append(_ranked(terms, mine, background))
    return _distinct([_readable(terms, ranked) for ranked in chosen])


def _language(terms: Terms, rows: NDArray[np.int64]) -> str:
    counted = Counter(terms.languages[row] for row in rows.tolist() if terms.languages[row])
    return min(counted, key=lambda language: (-counted[language], language), default="")


def _speaking(terms: Terms, rows: NDArray[np.int64], language: str) -> NDArray[np.int64]:
    if not language:
        return rows
    return rows[[terms.languages[row] == language for row in rows.tolist()]]


def _ranked(terms: Terms, mine: NDArray[np.int64], background: NDArray[np.int64]) -> list[tuple[int, float]]:
    """Terms that tell, best first, each with the number of documents that say it."""
    inside = _said(terms.present, mine)
    outside = _said(terms.present, background)
    expected = (inside + outside + 0.01) / (len(mine) + len(background) + 0.02)
    a, b = inside + _PRIOR * expected, outside + _PRIOR * expected
    without_a, without_b = len(mine) + _PRIOR - a, len(background) + _PRIOR - b
    odds = np.log(a / np.maximum(without_a, 0.01)) - np.log(b / np.maximum(without_b, 0.01))
    strength = odds / np.sqrt(1 / a + 1 / b)
    tells = (inside >= max(2, 0.03 * len(mine))) & ~terms.names
    if len(background):
        tells &= inside * len(background) >= TIMES_SIBLINGS * outside * len(mine)
    else:
        strength = inside.copy()
    candidates = np.flatnonzero(tells)
    order = np.lexsort((candidates, -strength[candidates]))[:_CANDIDATES]
    return [(int(term), float(inside[term])) for term in candidates[order]]


def _said(present: sparse.csr_array, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(present[rows].sum(axis=0), dtype=np.float64)


def _readable(terms: Terms, ranked: Sequence[tuple[int, float]]) -> list[str]:
    """The ranked terms without fragments and repetitions.

    A word that stands in a ranked pair half the time is a fragment of it; a term that shares a word with one already
    taken repeats it.
    """
    whole: dict[int, tuple[int, float]] = {}
    for term, said in ranked:
        if terms.first[term] != terms.second[term]:
            for word in (int(terms.first[term]), int(terms.second[term])):
                if said > whole.get(word, (0, 0.0))[1]:
                    whole[word] = (term, said)
    taken: list[int] = []
    used: set[int] = set()
    for term, said in ranked:
        pair, times = whole.get(term, (term, 0.0))
        best = pair if times >= _FRAGMENT * said else term
        words = {int(terms.first[best]), int(terms.second[best])}
        if not words & used:
            taken.append(best)
            used |= words
    return [terms.forms[term] for term in taken]


def _distinct(chosen: Sequence[Sequence[str]]) -> list[Label]:
    found: list[Label] = []
    given: set[str] = set()
    for words in chosen:
        length = min(LABEL_TERMS, len(words))
        while ", ".join(words[:length]) in given and length < len(words):
            length += 1
        text = ", ".join(words[:length])
        if text in given and text:
            text = f"{text} ({sum(each.text.startswith(text) for each in found) + 1})"
        given.add(text)
        found.append(Label(text, tuple(words[:KEYWORDS])))
    return found
