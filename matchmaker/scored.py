"""Scores among a few actors of a build, kept between the pages that ask for the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.ranking import Recommender

SCORED_KEPT = 8
"""Sets of actors; those of the events that are looked at."""
PAIRS_KEPT = 200_000
"""Of all sets together, some 36 MB; the set that was asked for last is kept whatever its size."""

Scores = Mapping[tuple[str, str], float]


class Scored:
    """Scores among those who attend an event, kept while its parts are looked at one after the other."""

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[bytes, int], tuple[Recommender, Scores]] = OrderedDict()
        self._lock = threading.Lock()

    def among(
        self,
        recommender: Recommender,
        rows: NDArray[np.intp],
        top: int,
        work: Callable[[], Scores],
    ) -> Scores:
        """What ``work`` finds of these rows, or has found with the same recommender; not to be changed."""
        key = rows.tobytes(), top
        with self._lock:
            kept = self._found.get(key)
        if kept is None or kept[0] is not recommender:
            kept = recommender, work()
            with self._lock:
                self._found[key] = kept
                self._found.move_to_end(key)
                while len(self._found) > 1 and (len(self._found) > SCORED_KEPT or self._pairs() > PAIRS_KEPT):
                    self._found.popitem(last=False)
        return kept[1]

    def _pairs(self) -> int:
        return sum(len(scores) for _, scores in self._found.values())
