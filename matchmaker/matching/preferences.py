"""Learns what evidence is worth from answers: which of the partners proposed to them did actors want to meet?

Answers tell what dated collaborations cannot: what a request that meets an offer is worth.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit

from matchmaker.answers import Answer, AnswerKind, DeclineReason, Side
from matchmaker.matching.amounts import Amounts, Comparison, Feature
from matchmaker.matching.learning import POINTS_PER_LOGIT
from matchmaker.matching.weights import OnAnswers, Weights, with_points

ONE_WORTH = ((Feature.REQUESTS, Feature.OFFERS),)
"""Features that are one another's turned round: one worth for both keeps a score the same from either side."""
LEFT_OUT = (Feature.TOGETHER,)
"""Who has worked together is not asked about: they may have, because they said yes."""
TAUGHT: tuple[tuple[Feature, ...], ...] = (
    *ONE_WORTH,
    *(
        (feature,)
        for feature in Feature
        if feature not in LEFT_OUT and not any(feature in each for each in ONE_WORTH)
    ),
)
"""The columns of what is learned from; the features of one column share their points."""

TELLING_REASONS = (None, DeclineReason.NOT_RELEVANT, DeclineReason.OTHER)
"""Why a firm declines where that says something of how well the two go together."""

FEWEST_SEEKERS = 30
"""Actors that wanted some partners and declined others; with fewer, the points stay as they are."""
FOLDS = 5
STANDARD_ERRORS = 2.0
"""By so many the answers held back must be more likely than before, so that chance hardly ever moves points."""
PRIOR_SPREAD = 0.5
"""How far weights are expected to be from the ones before, in logits for a standard deviation of the evidence."""
MOST_MOVED = 4.0
"""No weight falls below a fourth of what it was or rises above four times that, or what the weights are on average:
some dozens of answers do not undo what thousands of collaborations taught."""
LEAST_TRUST, MOST_TRUST = 0.05, 2.0
"""Bounds of how much the points before count in answers, as a share of what they count in collaborations."""
LEAST_SPREAD = 1e-6
AT_ONCE = 64

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Whom one seeker wanted and whom it declined, by id, ascending; some of each."""

    seeker_id: str
    preferred: tuple[str, ...]
    declined: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Evident:
    """What there is to learn from, seeker by seeker; *s* seekers, *p* preferred and *d* declined partners."""

    preferred: Floats
    """Shape (p, columns): log(1 + amount / scale), summed over a column's features."""
    declined: Floats
    """Shape (d, columns)."""
    preferred_by: NDArray[np.intp]
    """Shape (p,), ascending: numbers of the seekers, each of 0 to s - 1 at least once."""
    declined_by: NDArray[np.intp]
    """Shape (d,), likewise."""

    @property
    def seekers(self) -> int:
        """How many seekers there are."""
        return int(self.preferred_by[-1]) + 1 if len(self.preferred_by) else 0

    def of(self, chosen: NDArray[np.bool_]) -> Evident:
        """The part of some seekers, marked in shape (s,)."""
        number = np.cumsum(chosen) - 1
        wanted, turned_down = chosen[self.preferred_by], chosen[self.declined_by]
        return Evident(
            self.preferred[wanted],
            self.declined[turned_down],
            number[self.preferred_by[wanted]],
            number[self.declined_by[turned_down]],
        )


def lessons(answers: Iterable[Answer]) -> tuple[Lesson, ...]:
    """What the answers teach, by seeker; none at all where fewer than ``FEWEST_SEEKERS`` teach anything.

    A partner that is ``interested`` or ``pinned`` was preferred to one declined for no reason, as not relevant or for
    another reason. What the firm says of a pair outranks what a facilitator says of it; who is known, hidden, too far
    or too busy says nothing of how well the two go together.
    """
    liked: dict[str, dict[str, bool]] = {}
    for each in sorted(answers, key=lambda answer: (answer.said.side is Side.FIRM, answer.change)):
        of_seeker = liked.setdefault(each.seeker_id, {})
        of_seeker.pop(each.partner_id, None)
        if each.said.kind in (AnswerKind.INTERESTED, AnswerKind.PINNED):
            of_seeker[each.partner_id] = True
        elif each.said.kind is AnswerKind.DECLINED and each.said.reason in TELLING_REASONS:
            of_seeker[each.partner_id] = False
    found = tuple(
        Lesson(
            seeker_id,
            tuple(sorted(partner for partner, yes in said.items() if yes)),
            tuple(sorted(partner for partner, yes in said.items() if not yes)),
        )
        for seeker_id, said in sorted(liked.items())
        if len(set(said.values())) > 1
    )
    return found if len(found) >= FEWEST_SEEKERS else ()


def digest(found: Sequence[Lesson]) -> str:
    """16 hexadecimal characters that stand for the lessons; empty where there are none."""
    said = repr([(each.seeker_id, each.preferred, each.declined) for each in found])
    return hashlib.sha256(said.encode("utf-8")).hexdigest()[:16] if found else ""


def prefer(compared: Comparison, prior: Weights, found: Sequence[Lesson]) -> Weights:
    """Weights learned from answers, or ``prior`` where they are too few or held-out answers are not ordered better.

    Every fifth seeker's answers are held back in turn. The learned weights are taken only when these are more likely
    than before and better ordered than by chance, both by ``STANDARD_ERRORS``, and better ordered than before;
    ``Weights.answers`` has the figures.
    """
    data = evident(compared, prior, found)
    if data.seekers < FEWEST_SEEKERS:
        return prior
    return learned(data, prior)


def learned(data: Evident, prior: Weights) -> Weights:
    """As ``prefer``, for what there is to learn from, of ``FEWEST_SEEKERS`` at least."""
    before = np.array([np.mean([prior.points[each] for each in column]) for column in TAUGHT])
    before /= np.log(2) * POINTS_PER_LOGIT
    likelier = np.zeros(data.seekers)
    ordered = np.zeros((2, data.seekers))
    fold = np.arange(data.seekers) % FOLDS
    for held in range(FOLDS):
        rest, kept_back = data.of(fold != held), data.of(fold == held)
        trust = _trust(rest, before)
        ways = (trust * before, _fit(rest, trust * before))
        likely = [_likelihood(kept_back, weights) for weights in ways]
        likelier[fold == held] = likely[1] - likely[0]
        for way, weights in enumerate(ways):
            ordered[way, fold == held] = _ordered(kept_back, weights)
    share_before, share_after = (round(float(share), 4) for share in ordered.mean(axis=1))
    adopted = share_after > share_before and _beyond_chance(likelier) and _beyond_chance(ordered[1] - 0.5)
    judged = OnAnswers(
        data.seekers, len(data.preferred) + len(data.declined), share_before, share_after, adopted
    )
    if not adopted:
        return replace(prior, answers=judged)
    best = _fit(data, _trust(data, before) * before)
    origin = f"Learned from the answers of {judged.actors} actors about {judged.partners} partners; before: {prior.origin}"
    taught = with_points(prior, _points(data, best, before, prior))
    return replace(taught, origin=origin, answers=judged)


def evident(compared: Comparison, weights: Weights, found: Sequence[Lesson]) -> Evident:
    """The evidence on the pairs answered about, on the weights' scale; actors that are gone are left out."""
    row_of = compared.corpus.row_of
    there = [each for each in found if each.seeker_id in row_of]
    preferred: list[Floats] = []
    declined: list[Floats] = []
    for start in range(0, len(there), AT_ONCE):
        block = there[start : start + AT_ONCE]
        amounts = compared.amounts(np.array([row_of[each.seeker_id] for each in block], dtype=np.intp))
        for place, each in enumerate(block):
            wanted, turned_down = (
                _columns(
                    amounts, weights, place, [row_of[partner] for partner in partners if partner in row_of]
                )
                for partners in (each.preferred, each.declined)
            )
            if len(wanted) and len(turned_down):
                preferred.append(wanted)
                declined.append(turned_down)
    nothing = np.zeros((0, len(TAUGHT)))
    numbers = np.arange(len(preferred))
    return Evident(
        np.concatenate([nothing, *preferred]),
        np.concatenate([nothing, *declined]),
        np.repeat(numbers, [len(each) for each in preferred]).astype(np.intp),
        np.repeat(numbers, [len(each) for each in declined]).astype(np.intp),
    )


def _columns(amounts: Amounts, weights: Weights, place: int, partners: Sequence[int]) -> Floats:
    """The evidence on one seeker and those of some partners that it has not worked with, shape (partners, columns)."""
    rows = np.array(partners, dtype=np.intp)
    rows = rows[amounts[Feature.TOGETHER][place, rows] == 0]
    columns = [
        np.sum([np.log1p(amounts[each][place, rows] / weights.scale[each]) for each in column], axis=0)
        for column in TAUGHT
    ]
    return np.stack(columns, axis=1).astype(np.float64)


def _beyond_chance(gains: Floats) -> bool:
    """Whether gains by seeker are above 0 on average, by ``STANDARD_ERRORS``."""
    return bool(gains.mean() > STANDARD_ERRORS * gains.std(ddof=1) / np.sqrt(len(gains)))


def _trust(data: Evident, before: Floats) -> float:
    """How much the weights before count in these answers: people are less, or more, of one mind than history."""
    bounds = (LEAST_TRUST, MOST_TRUST)
    return float(
        minimize_scalar(
            lambda trust: -_likelihood(data, trust * before).mean(), bounds=bounds, method="bounded"
        ).x
    )


def _fit(data: Evident, before: Floats) -> Floats:
    """Weights that make the answers most likely, drawn to the ones before; 0 or more, shape (columns,).

    A conditional logit (D. McFadden, 1974) of each preferred partner against the declined ones of the same seeker,
    every seeker counting the same, with a normal prior cut off at ``MOST_MOVED``.
    """
    spread = _spread(data)
    tells = spread > 0
    centre = (before * spread)[tells]
    drawn = 1 / (2 * PRIOR_SPREAD**2 * data.seekers)

    def weights(scaled: Floats) -> Floats:
        found = before.copy()
        found[tells] = scaled / spread[tells]
        return found

    def surprise(scaled: Floats) -> tuple[float, Floats]:
        likely, slope = _likelihood_and_slope(data, weights(scaled))
        away = scaled - centre
        value = -float(likely.mean()) + drawn * float(away @ away)
        return value, -slope[tells] / spread[tells] + 2 * drawn * away

    most = np.maximum(MOST_MOVED * centre, centre.mean()) if len(centre) else centre
    bounds = list(zip(centre / MOST_MOVED, most, strict=True))
    return weights(minimize(surprise, centre, jac=True, method="L-BFGS-B", bounds=bounds).x)


def _points(data: Evident, weights: Floats, before: Floats, prior: Weights) -> dict[Feature, float]:
    """Points in the learned proportions; all of them together stay worth what they were, so that scores keep their size.

    What does not differ among the answered pairs keeps its points.
    """
    spread = _spread(data)
    worth = float(weights @ spread)
    if worth <= 0:
        return {}
    points = np.round(weights * float(before @ spread) / worth * np.log(2) * POINTS_PER_LOGIT, 3)
    return {
        feature: float(value) if differs else prior.points[feature]
        for column, value, differs in zip(TAUGHT, points, spread > 0, strict=True)
        for feature in column
    }


def _spread(data: Evident) -> Floats:
    """Standard deviation of each column, 0 where nothing differs."""
    spread = np.concatenate([data.preferred, data.declined]).std(axis=0)
    return np.asarray(np.where(spread > LEAST_SPREAD, spread, 0), dtype=np.float64)


def _likelihood(data: Evident, weights: Floats) -> Floats:
    return _likelihood_and_slope(data, weights)[0]


def _likelihood_and_slope(data: Evident, weights: Floats) -> tuple[Floats, Floats]:
    """Log-likelihood by seeker, shape (s,), the mean over its preferred partners; and the slope of the overall mean."""
    starts = np.searchsorted(data.declined_by, np.arange(data.seekers))
    scores = data.declined @ weights
    highest = np.maximum.reduceat(scores, starts)
    likely = np.exp(scores - highest[data.declined_by])
    total = np.add.reduceat(likely, starts)
    rivals = np.add.reduceat(likely[:, None] * data.declined, starts) / total[:, None]
    behind = (highest + np.log(total))[data.preferred_by] - data.preferred @ weights
    share = 1 / np.bincount(data.preferred_by)[data.preferred_by]
    by_seeker = np.bincount(data.preferred_by, weights=-np.logaddexp(0, behind) * share).astype(np.float64)
    pull = (share * expit(behind))[:, None] * (data.preferred - rivals[data.preferred_by])
    return by_seeker, pull.sum(axis=0) / data.seekers


def _ordered(data: Evident, weights: Floats) -> Floats:
    """Share of each seeker's pairs of a preferred and a declined partner in the right order; ties count half."""
    wanted, turned_down = data.preferred @ weights, data.declined @ weights
    shares = np.zeros(data.seekers)
    for seeker in range(data.seekers):
        ours = wanted[data.preferred_by == seeker][:, None]
        theirs = turned_down[data.declined_by == seeker][None, :]
        shares[seeker] = np.mean((ours > theirs) + 0.5 * (ours == theirs))
    return shares
