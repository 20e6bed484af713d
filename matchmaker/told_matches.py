"""Matches of one build that were explained lately, kept for whoever looks through lists page by page."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matchmaker.matching.matches import Match
from matchmaker.matching.ranking import Recommender

MATCHES_TOLD = 4096


class Told:
    """Matches that were explained lately, by the rows of the two: lists are looked through page by page, and over again."""

    def __init__(self) -> None:
        self._matches: OrderedDict[tuple[int, int], Match] = OrderedDict()
        self._lock = threading.Lock()

    def matches(
        self, recommender: Recommender, rows: Sequence[int], partners: Sequence[NDArray[np.intp]]
    ) -> list[list[Match]]:
        """The matches of each row with its own ``partners``; whether two know each other may have changed since."""
        with self._lock:
            found = {
                (row, int(partner)): self._matches.get((row, int(partner)))
                for row, own in zip(rows, partners, strict=True)
                for partner in own
            }
        missing: dict[int, list[int]] = {}
        for (row, partner), match in found.items():
            if match is None:
                missing.setdefault(row, []).append(partner)
        asked = [np.array(each, dtype=np.intp) for each in missing.values()]
        made = {
            (row, int(partner)): match
            for row, own, matches in zip(
                missing, asked, recommender.explained(list(missing), asked) if missing else (), strict=True
            )
            for partner, match in zip(own, matches, strict=True)
        }
        with self._lock:
            self._matches.update(made)
            while len(self._matches) > MATCHES_TOLD:
                self._matches.popitem(last=False)
        found |= made
        return [
            [match for partner in own if (match := found[row, int(partner)]) is not None]
            for row, own in zip(rows, partners, strict=True)
        ]
