"""What a match's score said against what came of it: fifths of the score, an area under the curve, a rank correlation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matchmaker.meetings.following.chain import Link, Step
from matchmaker.meetings.following.intervals import Estimate, Share, area_under_curve, rank_correlation, ranks

FIFTHS = 5
FEWEST_PAIRS = 50
"""Scored pairs below which nothing is said by fifths."""
FEWEST_EITHER = 10
"""Pairs with and pairs without an outcome, below which nothing is said of how the score tells them apart."""
FEWEST_RATED = 20
"""Rated pairs below which nothing is said of how ratings go with the score."""


@dataclass(frozen=True, slots=True)
class Fifth:
    """The pairs of one fifth of the scores of their event."""

    number: int
    """From 1, the lowest scores, to 5."""
    wished: Share
    well_rated: Share
    """Of the pairs whose meeting was rated, those that everybody who rated it gave 4 or 5."""
    committed: Share
    """Of the pairs that met."""


@dataclass(frozen=True, slots=True)
class Telling:
    """How well the score told apart the pairs of which something came."""

    came: int
    did_not: int
    area: Estimate | None
    """The chance that the score is higher of a pair of which it came; 0.5 is no better than a coin. ``None``: too few."""


@dataclass(frozen=True, slots=True)
class Hindsight:
    """The scores as they were when the events asked for them, and what became of the pairs."""

    pairs: int
    """Pairs that had a score."""
    fifths: tuple[Fifth, ...]
    """From the lowest; empty where there are too few pairs."""
    wished: Telling
    committed: Telling
    """Among the pairs that met: the schedule prefers high scores, and who never met could not agree on anything."""
    rated: int
    """Pairs with a score whose meeting was rated."""
    rating: Estimate | None
    """Rank correlation of the score with the mean rating; ``None``: too few, or all alike."""


def hindsight(found: Iterable[Link]) -> Hindsight:
    """Compare scores with outcomes, over pairs that were proposed.

    Scores of different events are compared by their place among the event's own, from 0 to 1, since the recommender
    may have learned in between and events differ.
    """
    placed = _placed([each for each in found if Step.PROPOSED in each.steps and each.score is not None])
    rated = [(place, each.rating) for place, each in placed if each.rating is not None]
    return Hindsight(
        pairs=len(placed),
        fifths=_fifths(placed) if len(placed) >= FEWEST_PAIRS else (),
        wished=_telling(placed, Step.WISHED),
        committed=_telling(
            [(place, each) for place, each in placed if Step.HELD in each.steps], Step.COMMITTED
        ),
        rated=len(rated),
        rating=rank_correlation([place for place, _ in rated], [rating for _, rating in rated])
        if len(rated) >= FEWEST_RATED
        else None,
    )


def _placed(scored: Sequence[Link]) -> list[tuple[float, Link]]:
    """Links with the middle of their score's places at their event: the same score has the same place."""
    of_event: dict[str, list[Link]] = {}
    for each in scored:
        of_event.setdefault(each.event_id, []).append(each)
    placed = []
    for members in of_event.values():
        places = (ranks([each.score or 0.0 for each in members]) - 0.5) / len(members)
        placed += list(zip(places.tolist(), members, strict=True))
    return placed


def _fifths(placed: Sequence[tuple[float, Link]]) -> tuple[Fifth, ...]:
    members: list[list[Link]] = [[] for _ in range(FIFTHS)]
    for place, each in placed:
        members[min(int(place * FIFTHS), FIFTHS - 1)].append(each)
    return tuple(_fifth(number, each) for number, each in enumerate(members, 1))


def _fifth(number: int, members: Sequence[Link]) -> Fifth:
    rated = [each for each in members if each.rating is not None]
    met = [each for each in members if Step.HELD in each.steps]
    return Fifth(
        number,
        Share(sum(Step.WISHED in each.steps for each in members), len(members)),
        Share(sum(each.well_rated for each in rated), len(rated)),
        Share(sum(Step.COMMITTED in each.steps for each in met), len(met)),
    )


def _telling(placed: Sequence[tuple[float, Link]], step: Step) -> Telling:
    came = [step in each.steps for _, each in placed]
    yes, no = sum(came), len(came) - sum(came)
    enough = min(yes, no) >= FEWEST_EITHER
    return Telling(yes, no, area_under_curve([place for place, _ in placed], came) if enough else None)
