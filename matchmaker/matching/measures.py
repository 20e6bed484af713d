"""How good ranked lists are, how evenly they show actors, and how sure one can be of either."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

RESAMPLES = 1000
LEVEL = 0.95

Lists = NDArray[np.intp]
"""Shape (q, k): rows of actors, best first; ``NOBODY`` where a list is shorter."""
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and the interval that holds it with a probability of ``LEVEL``."""

    value: float
    low: float
    high: float


def best(scores: NDArray[np.float32], k: int) -> Lists:
    """The ``k`` best columns of each row, ties by column; what has minus infinity is in no list."""
    lists = np.full((len(scores), k), NOBODY, dtype=np.intp)
    if not scores.shape[1]:
        return lists
    count = min(k, scores.shape[1])
    least = np.partition(scores, scores.shape[1] - count, axis=1)[:, scores.shape[1] - count]
    for row, lowest in enumerate(least):
        columns = np.flatnonzero((scores[row] >= lowest) & (scores[row] > -np.inf))
        order = np.argsort(-scores[row, columns], kind="stable")[:count]
        lists[row, : len(order)] = columns[order]
    return lists


def found(lists: Lists, relevant: sparse.csr_array) -> NDArray[np.bool_]:
    """Whether each place of each list holds a relevant actor; ``relevant`` has shape (q, n), same shape as the lists."""
    width = relevant.shape[1]
    row = np.arange(len(lists), dtype=np.int64)
    wanted = np.repeat(row, np.diff(relevant.indptr)) * width + relevant.indices
    return np.asarray(np.isin(row[:, None] * width + lists, wanted) & (lists != NOBODY))


def ndcg(hits: NDArray[np.bool_], relevant_count: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """Normalised discounted cumulative gain of the first ``k`` places, shape (q,), 0 to 1; relevance is yes or no.

    Discounted by log2(1 + place), over the best that the number of relevant actors allows. Järvelin and Kekäläinen,
    "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20(4), 2002.
    """
    worth = 1 / np.log2(np.arange(2, k + 2))
    ideal = np.concatenate([[0.0], np.cumsum(worth)])[np.minimum(relevant_count, k)]
    return np.asarray(hits[:, :k] @ worth[: hits.shape[1]] / np.maximum(ideal, 1e-12))


def recall(hits: NDArray[np.bool_], relevant_count: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """Share of the relevant that the first ``k`` places hold, shape (q,)."""
    return np.asarray(hits[:, :k].sum(axis=1) / np.maximum(relevant_count, 1))


def gini(counts: NDArray[np.int64]) -> float:
    """Inequality of how often actors are shown: 0 all alike, towards 1 one alone; 0 where nobody is shown.

    Mean difference between all pairs over twice the mean, from the sorted counts.
    """
    total = counts.sum()
    if not total:
        return 0.0
    size = len(counts)
    rising = np.sort(counts) * np.arange(1, size + 1)
    return float((2 * rising.sum() / total - size - 1) / size)


def mean(values: NDArray[np.float64], *, seed: int = 0) -> Figure:
    """The mean over seekers with its percentile bootstrap interval; zeros where there are none.

    Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7(1), 1979.
    """
    if not len(values):
        return Figure(0.0, 0.0, 0.0)
    return _figure(float(values.mean()), _draws(len(values), seed) @ values / len(values))


def ratio(ours: NDArray[np.float64], theirs: NDArray[np.float64], *, seed: int = 0) -> Figure:
    """The mean of one over the mean of the other, both over the same seekers, resampled together.

    Infinite where the other has nothing, 1 where neither has.
    """
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} and {len(theirs)} seekers cannot be paired")
    if not theirs.any():
        value = np.inf if ours.any() else 1.0
        return Figure(value, value, value)
    draws = _draws(len(ours), seed)
    with np.errstate(divide="ignore", invalid="ignore"):
        resampled = np.nan_to_num((draws @ ours) / (draws @ theirs), nan=1.0, posinf=np.inf)
    return _figure(float(ours.sum() / theirs.sum()), resampled)


def area_under_curve(positive: NDArray[np.float32], negative: NDArray[np.float32]) -> float:
    """Probability that a positive scores above a negative, ties half: the area under the ROC curve.

    From ranks, after Mann and Whitney, Annals of Mathematical Statistics 18(1), 1947.
    """
    if not len(positive) or not len(negative):
        return 0.5
    ascending = np.sort(negative)
    below = np.searchsorted(ascending, positive, side="left")
    up_to = np.searchsorted(ascending, positive, side="right")
    return float((below + up_to).mean() / 2 / len(negative))


def _draws(count: int, seed: int) -> NDArray[np.float64]:
    # How often each seeker is drawn, instead of who is: one product then resamples the mean.
    weights = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=RESAMPLES)
    return np.asarray(weights, dtype=np.float64)


def _figure(value: float, resampled: NDArray[np.float64]) -> Figure:
    low, high = np.quantile(resampled, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Figure(value, float(low), float(high))
