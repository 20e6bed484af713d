"""What tells a group of documents from its siblings, in their own words: labels and keywords."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.landscape.terms import Terms

LABEL_TERMS = 3
KEYWORDS = 10
MOST_TERMS = 12
"""Of a group; those beyond ``KEYWORDS`` only tell apart labels that would be alike."""
TIMES_SIBLINGS = 2.0
"""A term tells a group from its siblings when its documents say it at least this many times as often."""

_PRIOR = 10.0
"""Weight of the documents of all siblings together, in documents, on each side of the comparison."""
_FRAGMENT = 0.5
_CANDIDATES = 80
_FEWEST_BACKGROUND = 5
_LEAST_TOPICAL = 0.02
_COPIES = 1
_EACH_WORD = 0.5
"""Strength that each word of a pair needs by itself: what is common everywhere makes no term with what is not."""


@dataclass(frozen=True, slots=True)
class Label:
    """The words a group goes by."""

    text: str
    """Two to four terms; empty where the documents have no telling words."""
    keywords: tuple[str, ...]


def labels(
    terms: Terms, siblings: Sequence[NDArray[np.int64]], vectors: NDArray[np.float32] | None = None
) -> list[Label]:
    """A label for each of several groups of document rows that are siblings; no two are alike.

    Each group is described in the language most of its documents are in, against the documents of its siblings and
    against all others, each time in that language (in any where those are fewer than five). Terms are ranked by how sure
    and how strong the weaker of the two differences is: z · √r, where r is the log-odds ratio with a Dirichlet prior and
    z the same divided by its standard error. With the documents' ``vectors``, shape (m, d), unit rows, a term counts as
    much as the documents that say it, all together, are about one thing: words of every trade are said all over.
    """
    said_by = sparse.csc_array(terms.present)
    everyone = np.concatenate(siblings) if siblings else np.zeros(0, dtype=np.int64)
    spoken = np.array(terms.languages, dtype=np.str_)
    totals: dict[str, NDArray[np.float64]] = {}
    chosen = []
    for rows in siblings:
        language = _language(terms, rows)
        same = (spoken == language) | (not language)
        if language not in totals:
            totals[language] = _said(terms.present, np.flatnonzero(same))
        mine = rows[same[rows]]
        beside = np.setdiff1d(everyone, rows)
        if np.count_nonzero(same[beside]) >= _FEWEST_BACKGROUND:
            beside = beside[same[beside]]
        inside = _said(terms.present, mine)
        contrasts = [
            (_said(terms.present, beside), len(beside)),
            (totals[language] - inside, int(np.count_nonzero(same)) - len(mine)),
        ]
        topical = _Topical(said_by, vectors, rows)
        chosen.append(_ranked(terms, inside, len(mine), contrasts, topical))
    return _distinct([_readable(terms, ranked) for ranked in chosen])


def _language(terms: Terms, rows: NDArray[np.int64]) -> str:
    counted = Counter(terms.languages[row] for row in rows.tolist() if terms.languages[row])
    return min(counted, key=lambda language: (-counted[language], language), default="")


class _Topical:
    """How far a term is about one thing, against the group it is to tell about."""

    def __init__(
        self, said_by: sparse.csc_array, vectors: NDArray[np.float32] | None, rows: NDArray[np.int64]
    ) -> None:
        self.said_by = said_by
        self.vectors = vectors
        self.usual = 0.0 if vectors is None else _likeness(len(rows), vectors[rows].sum(axis=0))

    def of(self, candidates: NDArray[np.int64]) -> NDArray[np.float64]:
        """For each term 0 to 1: the mean cosine of two documents that say it, against that of two of the group."""
        if self.vectors is None or self.usual <= 0:
            return np.ones(len(candidates))
        said_by = sparse.csr_array(self.said_by[:, candidates].T)
        sums = np.asarray(said_by @ self.vectors)
        counts = np.diff(said_by.indptr).tolist()
        alike = [_likeness(count, total) for count, total in zip(counts, sums, strict=True)]
        # Few documents are alike by chance or because one was copied: they count as if some were about anything.
        sure = np.array(counts) / (np.array(counts) + _COPIES)
        return np.asarray(np.clip(np.array(alike) * sure / self.usual, _LEAST_TOPICAL, 1))


def _likeness(count: int, total: NDArray[np.float32]) -> float:
    """Mean cosine of two different ones of ``count`` unit rows, from their sum."""
    return float((total.astype(np.float64) @ total - count) / (count * (count - 1))) if count > 1 else 0.0


def _ranked(
    terms: Terms,
    inside: NDArray[np.float64],
    size: int,
    contrasts: list[tuple[NDArray[np.float64], int]],
    topical: _Topical,
) -> list[tuple[int, float]]:
    """Terms that tell, best first, each with the number of documents that say it.

    Where they are fewer than a label needs, those follow that two documents say and that tell less well.
    """
    strength = np.full(len(inside), np.inf)
    for outside, others in contrasts:
        if others:
            strength = np.minimum(strength, _strength(inside, size, outside, others))
    strength = np.where(np.minimum(strength[terms.first], strength[terms.second]) >= _EACH_WORD, strength, 0)
    beside, others = contrasts[0]
    allowed = (inside >= 2) & ~terms.names & (strength > 0)
    tells = allowed & (inside >= max(min(0.3 * size, 4.0), 0.03 * size))
    tells &= inside * others >= TIMES_SIBLINGS * beside * size
    ranked: list[tuple[int, float]] = []
    for which in (tells, allowed & ~tells & (len(np.flatnonzero(tells)) < _CANDIDATES // 4)):
        candidates = np.flatnonzero(which)
        # Without anything to compare with, what most documents say comes first.
        order = np.lexsort((candidates, -inside[candidates], -strength[candidates]))[:_CANDIDATES]
        candidates = candidates[order]
        if np.isfinite(strength[candidates]).all():
            order = np.argsort(-strength[candidates] * topical.of(candidates), kind="stable")
            candidates = candidates[order]
        ranked += [(int(term), float(inside[term])) for term in candidates]
    return ranked


def _strength(
    inside: NDArray[np.float64], size: int, outside: NDArray[np.float64], others: int
) -> NDArray[np.float64]:
    expected = (inside + outside + 0.01) / (size + others + 0.02)
    a, b = inside + _PRIOR * expected, outside + _PRIOR * expected
    without_a, without_b = size + _PRIOR - a, others + _PRIOR - b
    odds = np.log(a / np.maximum(without_a, 0.01)) - np.log(b / np.maximum(without_b, 0.01))
    strength: NDArray[np.float64] = odds / np.sqrt(1 / a + 1 / b) * np.sqrt(np.maximum(odds, 0))
    return strength


def _said(present: sparse.csr_array, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(present[rows].sum(axis=0), dtype=np.float64)


def _readable(terms: Terms, ranked: Sequence[tuple[int, float]]) -> list[str]:
    """The ranked terms without fragments and repetitions.

    A word that stands in a ranked pair half the time is a fragment of it; a term that shares a word, or the beginning
    of one, with a term already taken repeats it.
    """
    whole: dict[int, tuple[int, float]] = {}
    for term, said in ranked:
        if terms.first[term] != terms.second[term]:
            for word in (int(terms.first[term]), int(terms.second[term])):
                if said > whole.get(word, (0, 0.0))[1]:
                    whole[word] = (term, said)
    taken: list[str] = []
    used: list[str] = []
    for term, said in ranked:
        pair, times = whole.get(term, (term, 0.0))
        form = terms.form(pair if times >= _FRAGMENT * said else term)
        words = form.lower().split()
        if any(_abbreviates(each, form) for each in taken):
            # The whole says more than its initials do, wherever either came first.
            taken = [form if _abbreviates(each, form) and len(words) > 1 else each for each in taken]
            used += words
            continue
        if not any(_alike(word, other) for word in words for other in used):
            taken.append(form)
            used += words
        if len(taken) == MOST_TERMS:
            break
    return taken


def _abbreviates(one: str, other: str) -> bool:
    """Whether either is made of the other's initials (CE, circular economy)."""
    short, long = sorted((one, other), key=lambda form: len(form.split()))
    words = re.split(r"[\s-]+", long)
    letters = short.removesuffix("s")
    return len(words) > 1 and letters.isupper() and letters == "".join(word[:1] for word in words).upper()


def _alike(word: str, other: str) -> bool:
    """The same word, or words of one family (democracy, democratic; farm, farmers)."""
    shorter = min(len(word), len(other))
    shared = next((place for place in range(shorter) if word[place] != other[place]), shorter)
    return word == other or (shared > 3 and shared == shorter) or (shared > 4 and shared >= 0.65 * shorter)


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
