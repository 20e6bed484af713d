"""A schedule made better by parts: the meetings of some slots are taken out and dived for again, beside all others.

This is large neighbourhood search (Shaw, "Using constraint programming and local search methods to solve vehicle routing
problems", 1998), with ``diving`` as the way to put together again what was taken apart.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from matchmaker.meetings.solver.bounds import Prices, SecondsLeft, reduced
from matchmaker.meetings.solver.columns import Bools, Columns, Floats, Places
from matchmaker.meetings.solver.diving import dive
from matchmaker.meetings.solver.program import program

NEAR = 0.1
"""A wish in a slot that costs this much more than it brings, in largest values, is left out."""
AT_ONCE = 500
"""Meetings taken out at once, about."""
ROUNDS = 600
IDLE = 120
"""Rounds without a gain after which the search ends."""
NOISE = 0.001
"""Of the largest value: what is drawn and added to each gain, so that equals are not always chosen alike."""
FEW_STEPS = 60
EXACT = 1e-9
FOR_A_MUST, FOR_A_MINIMUM = 2.0, 1.0
"""What they bring in a dive beside their value, in largest values; ``worth`` counts them in full."""


class Renewal:
    """Works on the wishes and slots that are near their price, and on all that a schedule uses."""

    def __init__(self, data: Columns, prices: Prices, worth: Floats, held: Places) -> None:
        """``held``, shape (m,), is the slot of each wish, -1 without; ``worth``, shape (m,), what a meeting counts."""
        self.data, self.worth = data, worth
        scale = max(float(data.values.max()), 1e-12)
        demanded = worth > data.values + EXACT
        whole = program(
            data, np.flatnonzero((prices.profits(data) > -NEAR * scale) | demanded | (held >= 0)), lean=True
        )
        near = reduced(whole, prices) > -NEAR * scale
        keep = near | demanded[whole.wish] | (held[whole.wish] == whole.slot)
        self.program = whole.only(np.flatnonzero(keep))
        self.turned = self.program.matrix.T.tocsr()
        self.gains = data.values / scale
        self.gains[demanded] += FOR_A_MINIMUM
        self.gains[data.musts] += FOR_A_MUST - FOR_A_MINIMUM
        self.duals = (
            np.concatenate(
                [prices.slots.ravel(), prices.caps, prices.tables, np.maximum(prices.profits(data), 0)]
            )
            / scale
        )
        self.held = held.copy()

    def whole(self, seconds_left: SecondsLeft) -> Places:
        """The slot of each wish after a dive for everything at once."""
        here = self.program
        chosen = dive(here.matrix, here.limits, self.gains[here.wish], seconds_left, duals=self.duals)
        held = np.full(len(self.held), -1, np.intp)
        held[here.wish[chosen]] = here.slot[chosen]
        return held

    def search(
        self, random: np.random.Generator, seconds_left: SecondsLeft, until: Callable[[], bool]
    ) -> bool:
        """Take out and dive again until nothing is found; says whether the time ran out. The result is in ``held``."""
        idle = 0
        for number in range(ROUNDS):
            if seconds_left() <= 0:
                return True
            idle = 0 if self._round(number, random, seconds_left) else idle + 1
            if idle >= IDLE or (not idle and until()):
                break
        return False

    def _round(self, number: int, random: np.random.Generator, seconds_left: SecondsLeft) -> bool:
        here, held = self.program, self.held
        placed = held[here.wish] == here.slot
        free = self._part(number, int(placed.sum()), random)
        out = placed & free
        used = here.matrix @ (placed & ~free).astype(np.float64)
        limits = here.limits - used
        closed = np.asarray(self.turned @ (limits < 1).astype(np.float64)) > 0
        columns = np.flatnonzero(free & ~closed)
        if not len(columns):
            return False
        gains = self.gains[here.wish[columns]] + NOISE * random.random(len(columns))
        matrix = self.turned[columns].T.tocsr()
        rows = np.unique(matrix.nonzero()[0])
        chosen = columns[
            dive(matrix[rows], limits[rows], gains, seconds_left, duals=self.duals[rows], first=FEW_STEPS)
        ]
        gain = float(self.worth[here.wish[chosen]].sum() - self.worth[here.wish[out]].sum())
        if gain < -EXACT:
            return False
        held[here.wish[out]] = -1
        held[here.wish[chosen]] = here.slot[chosen]
        return gain > EXACT

    def _part(self, number: int, meetings: int, random: np.random.Generator) -> Bools:
        """Columns that are free: those of some slots, one more or fewer from round to round."""
        slots = self.data.slots
        usual = int(np.clip(round(slots * AT_ONCE / max(meetings, 1)), 2, slots // 2 + 1))
        count = min(max(2, usual + number % 3 - 1), slots)
        free = np.zeros(slots, np.bool_)
        free[random.choice(slots, count, replace=False)] = True
        chosen: Bools = free[self.program.slot]
        return chosen
