"""Whether a score tells the pairs that came to work together from pairs that did not: accuracy and area under the curve.

The usual yardstick of link prediction: as many pairs that first worked together in a window as random pairs of the same
two actor groups that had not and did not. The score that parts them is chosen on an earlier window.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matchmaker.corpus import Corpus
from matchmaker.matching.judging import SEEKERS_AT_ONCE, Arm
from matchmaker.matching.measures import Figure, area_under_curve, mean
from matchmaker.matching.splits import LARGEST, Past, new_partners, worked_together

PAIRS = 1000
TRIES = 50
"""Draws for a random pair before its positive is left out: two groups may all have worked together."""

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """As many pairs of each kind, shape (m, 2), rows of actors; row for row of the same two groups."""

    positive: Rows
    negative: Rows


@dataclass(frozen=True, slots=True)
class Classified:
    """How well one arm parts the pairs."""

    accuracy: Figure
    area: float
    """Under the ROC curve, which needs no threshold."""
    threshold: float


def draw_pairs(
    corpus: Corpus, past: Past, end: date, *, count: int = PAIRS, largest: int = LARGEST, seed: int = 0
) -> Pairs:
    """New pairs up to ``end`` of two known actors of different groups with history, and random pairs like them."""
    questions = new_partners(corpus, past, end, largest=largest)
    left = np.repeat(questions.seekers, np.diff(questions.relevant.indptr))
    right = questions.relevant.indices.astype(np.intp)
    # Each pair once, and only between those who could have been proposed on either side.
    once = (left < right) & past.known[left] & past.known[right]
    pairs = np.stack([left[once], right[once]], axis=1)
    generator = np.random.default_rng(seed)
    positive = pairs[np.sort(generator.choice(len(pairs), min(count, len(pairs)), replace=False))]
    met = set(map(tuple, pairs.tolist()))
    return _with_negatives(positive, met, past, generator)


def _with_negatives(
    positive: Rows, met: set[tuple[int, int]], past: Past, generator: np.random.Generator
) -> Pairs:
    groups = past.corpus.groups
    known = np.flatnonzero(past.known)
    by_group = {group: known[groups[known] == group] for group in np.unique(groups[known])}
    negative = np.full_like(positive, -1)
    for _ in range(TRIES):
        open_rows = np.flatnonzero(negative[:, 0] < 0)
        drawn = positive[open_rows].copy()
        for side in (0, 1):
            for group, members in by_group.items():
                here = groups[positive[open_rows, side]] == group
                drawn[here, side] = generator.choice(members, int(here.sum()))
        strangers = ~worked_together(past, drawn[:, 0], drawn[:, 1])
        ordered = np.sort(drawn, axis=1).tolist()
        strangers &= np.array([tuple(pair) not in met for pair in ordered], dtype=np.bool_)
        negative[open_rows[strangers]] = drawn[strangers]
    kept = negative[:, 0] >= 0
    return Pairs(positive[kept], negative[kept])


def pair_scores(arm: Arm, pairs: Rows) -> NDArray[np.float32]:
    """What an arm gives each pair, shape (m,), the mean of both directions."""
    both = np.concatenate([pairs, pairs[:, ::-1]])
    scores = np.empty(len(both), dtype=np.float32)
    seekers, place = np.unique(both[:, 0], return_inverse=True)
    for start in range(0, len(seekers), SEEKERS_AT_ONCE):
        block = np.asarray(arm(seekers[start : start + SEEKERS_AT_ONCE]))
        here = np.flatnonzero((place >= start) & (place < start + SEEKERS_AT_ONCE))
        scores[here] = block[place[here] - start, both[here, 1]]
    return np.asarray(scores.reshape(2, -1).mean(axis=0), dtype=np.float32)


def threshold(positive: NDArray[np.float32], negative: NDArray[np.float32]) -> float:
    """The score at and above which a pair counts as positive, so that most of these are right."""
    levels = np.unique(np.concatenate([positive, negative]))
    if not len(levels):
        return 0.0
    right = (
        len(positive)
        - np.searchsorted(np.sort(positive), levels, side="left")
        + np.searchsorted(np.sort(negative), levels, side="left")
    )
    return float(levels[int(np.argmax(right))])


def classify(earlier_arm: Arm, earlier: Pairs, arm: Arm, pairs: Pairs) -> Classified:
    """Choose the threshold where the outcome is known, and judge later pairs by it."""
    parting = threshold(
        pair_scores(earlier_arm, earlier.positive), pair_scores(earlier_arm, earlier.negative)
    )
    positive, negative = pair_scores(arm, pairs.positive), pair_scores(arm, pairs.negative)
    right = np.concatenate([positive >= parting, negative < parting]).astype(np.float64)
    return Classified(mean(right), area_under_curve(positive, negative), parting)
