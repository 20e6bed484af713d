"""What each kind of evidence is worth in points, and the scale on which a cluster's evidence is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from matchmaker.matching.amounts import Comparison, Feature

SHARE_OF_TYPICAL = 0.1
"""An amount is read on the scale of a tenth of what the median actor has with its best partner."""

ABSOLUTE = (Feature.EXPERIENCE, Feature.NEARNESS, Feature.COUNTRIES, Feature.GROUPS)
"""Features that mean the same in every cluster, and are read as they are."""

ACTORS_SAMPLED = 300
AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class OnAnswers:
    """How answers held back are ordered: what firms wanted before what they declined."""

    actors: int
    """Seekers that wanted some partners and declined others."""
    partners: int
    """Pairs they answered about."""
    before: float
    """Share in the right order by the points before, 0 to 1; 0.5 is chance."""
    after: float
    """The same by the points learned from the other answers."""
    adopted: bool
    """Whether the learned points are used."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Points by feature: ``points x log2(1 + amount / scale)``, so each further doubling earns the same.

    Points never fall as evidence grows, and an amount of 0 earns none.
    """

    points: dict[Feature, float]
    """Points for each doubling of the evidence, 0 or more."""
    scale: dict[Feature, float]
    """The amount below which evidence earns hardly anything."""
    origin: str
    """Where the points come from, in one sentence."""
    figure: float | None = None
    """nDCG@20 of new partners on the collaborations held back for checking, where there were some."""
    answers: OnAnswers | None = None
    """How the points do on answers, where there were enough of them."""

    def of(self, feature: Feature, amount: NDArray[np.float32]) -> NDArray[np.float32]:
        """The points of some amounts; float32 of the same shape."""
        scaled = amount * np.float32(1 / self.scale[feature])
        scaled += np.float32(1)
        np.log2(scaled, out=scaled)
        scaled *= np.float32(self.points[feature])
        return scaled


@dataclass(frozen=True, slots=True)
class Shipped:
    """The file that comes with the program: points learned on open data, and where they come from."""

    points: dict[Feature, float]
    origin: str
    judged: dict[Feature, str]
    """Features that open data say nothing about, with why they are worth what they are."""
    validation: dict[str, str]


@cache
def shipped() -> Shipped:
    """The weights that come with the program."""
    content = files("matchmaker.matching").joinpath("weights.json").read_bytes()
    return TypeAdapter(Shipped).validate_json(content)


def shipped_weights(scale: Mapping[Feature, float]) -> Weights:
    """The program's own points, read on one cluster's scale."""
    return Weights(points=dict(shipped().points), scale=dict(scale), origin=shipped().origin)


def with_points(weights: Weights, points: Mapping[Feature, float]) -> Weights:
    """The same weights with some points changed."""
    return replace(weights, points={**weights.points, **points})


def typical_scale(compared: Comparison) -> dict[Feature, float]:
    """The scale of each feature in one cluster, so that forty actors and a register are read alike.

    A tenth of what the median actor has with its best partner, of those who have any; at most
    ``ACTORS_SAMPLED`` actors are asked. Requests and offers are one another's turned round and share one scale, so
    that a pair's score is the same from either side.
    """
    count = len(compared.corpus.ids)
    sampled = np.unique(np.linspace(0, max(count - 1, 0), min(count, ACTORS_SAMPLED)).astype(np.intp))
    best: dict[Feature, list[NDArray[np.float32]]] = {}
    for start in range(0, len(sampled), AT_ONCE):
        block = sampled[start : start + AT_ONCE]
        for feature, amount in compared.amounts(block).items():
            amount[np.arange(len(block)), block] = 0
            best.setdefault(feature, []).append(amount.max(axis=1, initial=0))
    turned_round = best.get(Feature.REQUESTS, []) + best.get(Feature.OFFERS, [])
    best |= {Feature.REQUESTS: turned_round, Feature.OFFERS: turned_round}
    return {feature: _scale(feature, best.get(feature, [])) for feature in Feature}


def _scale(feature: Feature, best: list[NDArray[np.float32]]) -> float:
    found = np.concatenate([np.zeros(0, dtype=np.float32), *best])
    found = found[found > 0]
    if feature in ABSOLUTE or not len(found):
        return 1.0
    return float(np.median(found)) * SHARE_OF_TYPICAL
