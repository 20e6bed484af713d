"""Learns what evidence is worth from dated collaborations: whom did actors turn to next, of all they could have turned to?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from matchmaker.centring import centre
from matchmaker.corpus import NO_DATE, Corpus, day_of
from matchmaker.language import Glossary
from matchmaker.matching.amounts import LINKS, Amounts, Comparison, Feature
from matchmaker.matching.evidence import gather
from matchmaker.matching.judging import Arm
from matchmaker.matching.splits import Past, Questions, as_of, new_partners
from matchmaker.matching.weights import Weights, shipped_weights, typical_scale, with_points
from matchmaker.word_index import index_words

LEARNED = (
    Feature.WORDS,
    Feature.MEANING,
    Feature.CIRCLE,
    Feature.SHARED,
    Feature.EXPERIENCE,
    Feature.NEARNESS,
    Feature.COUNTRIES,
    Feature.GROUPS,
    Feature.PROGRAMMES,
)
"""What new collaborations can tell the worth of. Who has worked together before is no new partner, and requests
and offers carry no date."""

SEEKERS_ASKED = 1500
FEWEST_SEEKERS = 100
"""With fewer, the shipped weights stay."""
RIVALS = 1500
"""Partners that each seeker could have turned to: those the weights so far put first."""
AT_ONCE = 64

POINTS_PER_LOGIT = 10.0
"""Ten points more make a partner e times as likely."""
PRIOR = 0.002
"""How strongly learned weights are drawn to the ones before."""

FITTED_FROM, CHECKED_FROM = 0.70, 0.85
"""Shares of the dated collaborations that come before those learned from, and before those held back for checking."""

DISCOUNT = 1 / np.log2(np.arange(2, 22))


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """What seekers chose of what they could have chosen, row for row."""

    logs: NDArray[np.float32]
    """Shape (choices, features): log(1 + amount / scale)."""
    chosen: NDArray[np.bool_]
    """Shape (choices,)."""
    starts: NDArray[np.intp]
    """Where each seeker's choices begin."""


Gathered = tuple[Past, Comparison]
"""What was known at a day, ready for comparing."""


def learn(
    corpus: Corpus,
    vectors: NDArray[np.float32],
    prior: Weights,
    *,
    glossary: Glossary | None = None,
) -> Weights:
    """Weights learned from the later collaborations, or ``prior`` where they are too few or would be worse.

    ``vectors`` are the passages' as the encoder gave them. Learned on the window between the days by which
    ``FITTED_FROM`` and ``CHECKED_FROM`` of the dated collaborations were known, and checked on those that came
    after: only weights that find more of these partners replace the ones before.
    """
    fitted, checked, last = _days(corpus)
    if not fitted < checked < last:
        return prior
    past, everything = gathered(corpus, vectors, fitted, glossary)
    asked = with_history(new_partners(corpus, past, checked))
    if len(asked.seekers) < FEWEST_SEEKERS:
        return prior
    learned = fit([choices(past, everything, asked, prior)], prior)
    past, everything = gathered(corpus, vectors, checked, glossary)
    asked = with_history(new_partners(corpus, past, last))
    if len(asked.seekers) < FEWEST_SEEKERS:
        return prior
    before, after = (found(past, everything, asked, weights) for weights in (prior, learned))
    if after <= before:
        return replace(prior, figure=before)
    origin = (
        f"Learned from the collaborations of this workspace between {fitted} and {checked}, "
        f"checked on those until {last}."
    )
    return replace(learned, origin=origin, figure=after)


def gathered(
    corpus: Corpus, vectors: NDArray[np.float32], day: date, glossary: Glossary | None = None
) -> Gathered:
    """What was known at a day, compared as a build of that day would have done."""
    past = as_of(corpus, vectors, day)
    return past, compared(past, glossary)


def compared(past: Past, glossary: Glossary | None = None) -> Comparison:
    """What a build on that day would have compared."""
    languages = past.corpus.languages
    centred = centre(past.vectors, languages).centred(past.vectors, languages)
    words = index_words(past.corpus.texts, languages, glossary)
    return Comparison(past.corpus, gather(past.corpus, centred, words))


def as_built(past: Past, glossary: Glossary | None = None) -> Arm:
    """Scores as a build of that day would have given them, its own learning included."""
    everything = compared(past, glossary)
    shipped = shipped_weights(typical_scale(everything))
    weights = learn(past.corpus, past.vectors, shipped, glossary=glossary)

    def scores(seekers: NDArray[np.intp]) -> NDArray[np.float32]:
        amounts = everything.amounts(seekers)
        return np.asarray(sum(weights.of(each, amount) for each, amount in amounts.items()), dtype=np.float32)

    return scores


def choices(past: Past, everything: Comparison, asked: Questions, weights: Weights) -> Choices:
    """The seekers' choices among the partners that some weights put first."""
    logs: list[NDArray[np.float32]] = []
    chosen: list[NDArray[np.bool_]] = []
    for start in range(0, len(asked.seekers), AT_ONCE):
        block = asked.seekers[start : start + AT_ONCE]
        amounts = everything.amounts(block)
        scores = _open(past, block, amounts, weights)
        for position in range(len(block)):
            rivals = _foremost(scores[position], RIVALS)
            wanted = np.isin(rivals, _row(asked.relevant, start + position))
            if wanted.any() and not wanted.all():
                logs.append(
                    np.stack(
                        [np.log1p(amounts[each][position, rivals] / weights.scale[each]) for each in LEARNED],
                        axis=1,
                    )
                )
                chosen.append(wanted)
    sizes = [len(each) for each in chosen]
    return Choices(
        np.concatenate([np.zeros((0, len(LEARNED)), dtype=np.float32), *logs]),
        np.concatenate([np.zeros(0, dtype=np.bool_), *chosen]),
        np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp) if sizes else np.zeros(0, dtype=np.intp),
    )


def fit(observed: Sequence[Choices], prior: Weights) -> Weights:
    """Weights that make the choices most likely, by a conditional logit with weights of 0 or more.

    The likelihood that a seeker turns to a partner is exp(its points) over the sum of those of all it could have
    turned to; every seeker counts the same. D. McFadden, "Conditional logit analysis of qualitative choice
    behavior", 1974. Weights that may not be negative keep every reason a reason: more evidence never earns less.
    """
    logs = np.concatenate([each.logs for each in observed]).astype(np.float64)
    chosen = np.concatenate([each.chosen for each in observed])
    offsets = np.cumsum([0, *(len(each.chosen) for each in observed[:-1])])
    starts = np.concatenate([each.starts + offset for each, offset in zip(observed, offsets, strict=True)])
    if not len(starts):
        return prior
    spread = np.maximum(logs.std(axis=0), 1e-9)
    # Points are counted by doublings, the likelihood by natural logarithms.
    before = np.array([prior.points[each] for each in LEARNED]) / np.log(2) / POINTS_PER_LOGIT * spread
    best = minimize(
        _surprise(logs / spread, chosen, starts, before),
        before,
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, None)] * len(LEARNED),
    ).x
    points = np.round(best / spread * np.log(2) * POINTS_PER_LOGIT, 3)
    return with_points(prior, {each: float(value) for each, value in zip(LEARNED, points, strict=True)})


def found(past: Past, everything: Comparison, asked: Questions, weights: Weights) -> float:
    """Mean nDCG@20 of the partners that the seekers then turned to."""
    gains: list[float] = []
    for start in range(0, len(asked.seekers), AT_ONCE):
        block = asked.seekers[start : start + AT_ONCE]
        scores = _open(past, block, everything.amounts(block), weights)
        for position in range(len(block)):
            wanted = _row(asked.relevant, start + position)
            hits = np.isin(_foremost(scores[position], len(DISCOUNT)), wanted)
            gains.append(float(DISCOUNT[: len(hits)] @ hits / DISCOUNT[: len(wanted)].sum()))
    return float(np.mean(gains))


def _days(corpus: Corpus) -> tuple[date, date, date]:
    dates = np.sort(corpus.collaboration_dates[corpus.collaboration_dates != NO_DATE])
    if not len(dates):
        return date.min, date.min, date.min
    places = (FITTED_FROM, CHECKED_FROM, 1.0)
    days = [day_of(int(dates[min(int(place * len(dates)), len(dates) - 1)])) for place in places]
    return tuple(day or date.min for day in days)  # type: ignore[return-value]


def with_history(questions: Questions) -> Questions:
    """At most ``SEEKERS_ASKED`` of the seekers that had some history, spread evenly."""
    rows = np.flatnonzero(questions.history > 0)
    if len(rows) > SEEKERS_ASKED:
        rows = rows[np.linspace(0, len(rows) - 1, SEEKERS_ASKED).astype(np.intp)]
    return Questions(
        questions.seekers[rows], sparse.csr_array(questions.relevant[rows]), questions.history[rows]
    )


def _open(past: Past, seekers: NDArray[np.intp], amounts: Amounts, weights: Weights) -> NDArray[np.float32]:
    """Scores of the partners that are new to each seeker, known, linked and of another group; else minus infinity."""
    groups = past.corpus.groups
    total = np.zeros(amounts[Feature.WORDS].shape, dtype=np.float32)
    linked = np.zeros(total.shape, dtype=np.bool_)
    for feature in LEARNED:
        total += weights.of(feature, amounts[feature])
        if feature in LINKS:
            linked |= amounts[feature] > 0
    linked &= past.known[None, :] & (groups[None, :] != groups[seekers][:, None])
    linked &= amounts[Feature.TOGETHER] == 0
    linked[np.arange(len(seekers)), seekers] = False
    return np.where(linked, total, np.float32(-np.inf))


def _foremost(scores: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    rows = np.flatnonzero(np.isfinite(scores))
    if len(rows) > count:
        values = scores[rows]
        rows = rows[values >= np.partition(values, len(values) - count)[len(values) - count]]
    return np.asarray(rows[np.lexsort((rows, -scores[rows]))][:count], dtype=np.intp)


def _row(matrix: sparse.csr_array, row: int) -> NDArray[np.intp]:
    return np.asarray(matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]], dtype=np.intp)


def _surprise(
    logs: NDArray[np.float64],
    chosen: NDArray[np.bool_],
    starts: NDArray[np.intp],
    before: NDArray[np.float64],
) -> Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]]:
    """The mean negative log-likelihood of a seeker's choices and its gradient, drawn to the weights before."""
    sizes = np.diff(np.concatenate([starts, [len(chosen)]]))
    seeker = np.repeat(np.arange(len(starts)), sizes)
    share = chosen / np.add.reduceat(chosen.astype(np.float64), starts)[seeker]
    attained = logs.T @ share

    def surprise(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = logs @ weights
        highest = np.maximum.reduceat(scores, starts)
        likely = np.exp(scores - highest[seeker])
        total = np.add.reduceat(likely, starts)
        away = weights - before
        value = (np.sum(highest + np.log(total)) - weights @ attained) / len(starts) + PRIOR * away @ away
        gradient = (logs.T @ (likely / total[seeker]) - attained) / len(starts) + 2 * PRIOR * away
        return float(value), gradient

    return surprise
