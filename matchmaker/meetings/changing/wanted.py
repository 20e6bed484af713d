"""Meetings that a repaired schedule could have, and what each of them counts.

What counts, added up over the meetings that are held: 1000 for a locked one that lost its table, 100 for a must, 10 for a
meeting of the present schedule, and what the meeting is worth as a share of the pair that is worth most (0 to 1); less 0.1
for each meeting that is moved though it could have stayed. So a present meeting comes before new ones, and a move has to let a
meeting be held that is worth a tenth of the best.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matchmaker.meetings.worth import Pair

LOCKED, MUST, PRESENT, MOVING = 1000.0, 100.0, 10.0, 0.1
SAME_TIME = 0.001
"""For a meeting that has to change and keeps at least its time; of equal ones it is taken."""
TIE = 1e-5
"""More for a move, so that of two choices that count the same the one with fewer moves is taken."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A meeting that could be placed."""

    pair: Pair
    gain: float
    """What it counts, see above."""
    was: int | None = None
    """The slot it was in, where it has to change."""
    stays: bool = False
    """Whether it can only be in the slot it was in: it is locked."""


@dataclass(frozen=True, slots=True)
class Refilled:
    """The slots that were found."""

    slots: Mapping[Pair, int]
    """Of every meeting that is still to come."""
    best: bool
    """Whether no other choice counts more."""
