"""Scores among those who attend an event are worked out once, and a large event does not push memory up without end."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from matchmaker.matching.ranking import Recommender
from matchmaker.scored import SCORED_KEPT, Scored, Scores

ONE, OTHER = (cast(Recommender, object()) for _ in range(2))


class Asking:
    """Asks for events by number, each with so many pairs, and counts what had to be worked out."""

    def __init__(self) -> None:
        self.worked: list[int] = []
        self._scored = Scored()

    def __call__(self, event: int, pairs: int = 1, recommender: Recommender = ONE) -> Scores:
        def work() -> Scores:
            self.worked.append(event)
            return {(str(event), str(pair)): 0.5 for pair in range(pairs)}

        return self._scored.among(recommender, np.array([event]), 10, work)


def test_the_same_actors_are_scored_once_for_each_recommender() -> None:
    asking = Asking()
    assert asking(1) is asking(1)
    asking(1, recommender=OTHER)
    assert asking.worked == [1, 1]


def test_the_latest_events_are_kept() -> None:
    asking = Asking()
    for event in range(SCORED_KEPT + 1):
        asking(event)
    asking.worked.clear()
    asking(SCORED_KEPT)
    asking(1)
    asking(0)
    assert asking.worked == [0]


def test_large_events_are_kept_by_the_number_of_their_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matchmaker.scored.PAIRS_KEPT", 100)
    asking = Asking()
    for event, pairs in ((1, 60), (2, 40), (3, 10)):
        asking(event, pairs)
    asking.worked.clear()
    for event, pairs in ((2, 40), (3, 10), (1, 60)):
        asking(event, pairs)
    assert asking.worked == [1], "the earliest went when the third came"
    asking(4, 500)
    asking.worked.clear()
    asking(4, 500)
    assert asking.worked == [], "the one that is looked at is kept however large"
