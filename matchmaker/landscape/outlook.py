"""How likely a group goes on growing: a small logistic model over its signs, learned on open data, with its own record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter
from sklearn.linear_model import LogisticRegression

from matchmaker.landscape.findings import Outlook
from matchmaker.landscape.growth_signs import SIGNS

REGULARISATION = 0.05
"""Inverse strength of the penalty on squared weights, as scikit-learn counts it."""
BINS = 5
FEWEST_KNOWN_DAYS = 365
"""Days between the oldest and the newest collaboration below which nothing is forecast."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Past groups that were given about the same probability, and how many of them went on growing."""

    low: float
    high: float
    """Probability from ``low`` to below ``high``."""
    groups: int
    kept_growing: int

    @property
    def share(self) -> float:
        """Which share of them went on growing."""
        return self.kept_growing / max(self.groups, 1)


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of the signs, and what they were worth on a year that they were not learned from."""

    weights: dict[str, float]
    """By sign, on the scale of ``scale``: log odds for each typical deviation from the whole landscape."""
    scale: dict[str, float]
    """The typical deviation of each sign."""
    intercept: float
    origin: str
    """Where it was learned and where it was checked, in one sentence."""
    record: tuple[Bin, ...] = ()
    """Calibration on the year held back, by rising probability."""
    base_rate: float = 0.5
    """Which share of all groups went on growing in that year."""

    def probability(self, signs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Shape (k,): that each group gains actors faster than the whole over the next twelve months."""
        weight = np.array([self.weights[name] / self.scale[name] for name in SIGNS])
        return np.asarray(1 / (1 + np.exp(-(signs @ weight + self.intercept))))

    def looked_like(self, probability: float) -> Bin | None:
        """The past groups that were given about this probability; ``None`` where there is no record."""
        within = [each for each in self.record if each.low <= probability < each.high]
        return within[0] if within else None


@cache
def shipped() -> Model:
    """The model that comes with the program."""
    content = files("matchmaker.landscape").joinpath("outlook.json").read_bytes()
    return TypeAdapter(Model).validate_json(content)


def fitted(
    signs: Sequence[NDArray[np.float64]], kept_growing: Sequence[NDArray[np.bool_]], origin: str
) -> Model:
    """A model learned from groups on past days; each day counts as much as any other has groups."""
    scale = np.maximum(np.mean([each.std(axis=0) for each in signs], axis=0), 1e-6)
    learned = LogisticRegression(C=REGULARISATION, max_iter=1000).fit(
        np.concatenate(signs) / scale, np.concatenate(kept_growing)
    )
    return Model(
        weights={name: round(float(value), 4) for name, value in zip(SIGNS, learned.coef_[0], strict=True)},
        scale={name: round(float(value), 4) for name, value in zip(SIGNS, scale, strict=True)},
        intercept=round(float(learned.intercept_[0]), 4),
        origin=origin,
    )


def narrowed(
    model: Model, signs: Sequence[NDArray[np.float64]], kept_growing: Sequence[NDArray[np.bool_]], origin: str
) -> Model:
    """The same weights, drawn together or apart as far as later days bear them out, and a new intercept (Platt 1999).

    A slope below 0 is taken as 0: then every group gets the base rate.
    """
    before = np.array([model.weights[name] / model.scale[name] for name in SIGNS])
    odds = np.concatenate(signs) @ before + model.intercept
    kept = np.concatenate(kept_growing)
    learned = LogisticRegression(C=np.inf, max_iter=1000).fit(odds[:, None], kept)
    slope, base_rate = float(learned.coef_[0][0]), float(kept.mean())
    intercept = float(learned.intercept_[0]) + slope * model.intercept
    if slope <= 0:
        slope, intercept = 0.0, float(np.log(base_rate / (1 - base_rate)))
    return replace(
        model,
        weights={name: round(weight * slope, 4) for name, weight in model.weights.items()},
        intercept=round(intercept, 4),
        origin=origin,
        base_rate=round(base_rate, 4),
    )


def record(probability: NDArray[np.float64], kept_growing: NDArray[np.bool_]) -> tuple[Bin, ...]:
    """Groups sorted by their probability into ``BINS`` of about the same number; they cover 0 to 1."""
    if len(probability) < BINS:
        return ()
    edges = np.unique(np.round(np.quantile(probability, np.linspace(0, 1, BINS + 1)[1:-1]), 3))
    borders = [0.0, *(edge for edge in edges.tolist() if 0 < edge < 1), 1.0 + 1e-9]
    found = []
    for low, high in pairwise(borders):
        within = (probability >= low) & (probability < high)
        found.append(Bin(low, round(high, 3), int(within.sum()), int(kept_growing[within].sum())))
    return tuple(found)


def brier(probability: NDArray[np.float64], kept_growing: NDArray[np.bool_]) -> float:
    """Mean squared distance of the probabilities from what came; the lower the better (Brier 1950)."""
    return float(np.mean((probability - kept_growing) ** 2)) if len(probability) else float("nan")


def outlooks(model: Model, signs: NDArray[np.float64]) -> list[Outlook]:
    """The outlook of each group by its signs."""
    found = []
    for row, probability in zip(signs, model.probability(signs).tolist(), strict=True):
        alike = model.looked_like(probability)
        parts = {
            name: model.weights[name] * value / model.scale[name]
            for name, value in zip(SIGNS, row, strict=True)
        }
        order = sorted(parts, key=lambda name: (-abs(parts[name]), name))
        found.append(
            Outlook(
                probability=round(probability, 3),
                reason=_words(model, alike),
                alike=alike.groups if alike else 0,
                alike_kept_growing=alike.kept_growing if alike else 0,
                base_rate=round(model.base_rate, 3),
                signs=tuple((name, round(float(parts[name]), 3) + 0.0) for name in order),
            )
        )
    return found


def without(reason: str) -> Outlook:
    """No probability, and why."""
    return Outlook(None, reason)


def _words(model: Model, alike: Bin | None) -> str:
    if alike is None or not alike.groups:
        return f"{model.origin} There is no record of past groups like this."
    return (
        f"Of {alike.groups} past groups that looked like this, {alike.kept_growing} gained actors faster than the whole "
        f"in the following year ({alike.share:.0%}); of all groups {model.base_rate:.0%} did. {model.origin}"
    )
