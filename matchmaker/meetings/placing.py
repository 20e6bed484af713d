"""From prices to a first schedule, and from that to a better one."""

from __future__ import annotations

import math

import numpy as np

from matchmaker.meetings.bounds import Prices, SecondsLeft, bound, first_prices, slot_prices
from matchmaker.meetings.columns import Bools, Columns, Floats
from matchmaker.meetings.exact import ROUNDING, matching, small, solve_exactly
from matchmaker.meetings.exchanges import Exchanges
from matchmaker.meetings.grid import NONE, Grid
from matchmaker.meetings.improving import polish, shake

NEAR = 2e-4
"""A first schedule this near its bound needs no bound of its own with slots."""
ROUNDS = 6
MOST_BY_SLOTS = 150_000
"""Wishes times slots up to which a matching for each slot is worth its time."""
SELDOM = 0.3
"""Share of the slots that those of a wish have in common; where it is higher, the exchanges get further without."""
DEAR = 0.15
"""Wishes that cost this much more than they bring, in largest values, have no place in such a matching."""
ABOVE = 1e4
"""How many times the largest value a must counts in the search; a meeting for a minimum counts the root of it."""
EXACT = 1e-9


class Placement:
    """The best schedule found so far, its bound, and whether the time ran out."""

    def __init__(self, data: Columns, seed: int, seconds_left: SecondsLeft) -> None:
        self.data, self.seconds_left = data, seconds_left
        self.random = np.random.default_rng(seed)
        self.prices = first_prices(data, seconds_left)
        self.worth = _worth(data, self.prices)
        self.grid = self._first()
        self.stopped = False
        self.proven = math.inf

    @property
    def placed(self) -> Bools:
        """Shape (m,): the wishes that have a meeting."""
        placed: Bools = np.array(self.grid.slot, np.intp) != NONE
        return placed

    @property
    def value(self) -> float:
        """What the meetings are worth."""
        return math.fsum(self.data.values[self.placed].tolist())

    @property
    def bound(self) -> float:
        """What they could be worth at most, with the same musts."""
        return min(self.proven, bound(self.data, self.prices, self.data.musts & self.placed))

    def improve(self) -> None:
        """Make the schedule better and the bound lower, as far as the time goes."""
        if self.bound - self.value > NEAR * self.bound:
            self._polish(1)
        if self.bound - self.value > NEAR * self.bound:
            self.prices = slot_prices(
                self.data, self.prices, self.data.musts & self.placed, self.seconds_left
            )
            others = [self._first()]
            if self.data.common.sum() <= MOST_BY_SLOTS and self.data.common.mean() < SELDOM:
                others.append(self._by_slots())
            self.grid = max([self.grid, *others], key=self._total)
        self._polish(ROUNDS if self.bound - self.value > NEAR * self.bound else 1)
        if self.bound - self.value > NEAR * self.bound and not small(self.data) and not self.stopped:
            self._shake()
        if small(self.data) and (self._demands_unmet() or self.bound - self.value > EXACT):
            self.grid, proven = solve_exactly(self.data, self.grid, self.seconds_left)
            self.proven = math.inf if proven is None else proven + ROUNDING

    def _demands_unmet(self) -> bool:
        grid = self.grid
        met = [
            there.bit_count() - free.bit_count()
            for there, free in zip(grid.available, grid.free, strict=True)
        ]
        return bool((self.data.musts & ~self.placed).any() or (np.array(met) < self.data.least).any())

    def _polish(self, rounds: int) -> None:
        profits = self.prices.profits(self.data)
        exchanges = Exchanges(self.data, self.grid, self.worth, self.prices)
        best = self.bound - EXACT
        self.stopped = polish(
            exchanges,
            np.where(self.data.musts, self.worth, profits).tolist(),
            rounds,
            self.seconds_left,
            lambda: self.value >= best and not self._demands_unmet(),
        )

    def _by_slots(self) -> Grid:
        """Slot by slot the matching that counts most, those with the fewest participants first, then whatever still fits."""
        data = self.data
        grid = Grid(data)
        worth, near = np.array(self.worth), self.prices.profits(data) > -DEAR * data.values.max()
        for slot in np.argsort(data.available.sum(0), kind="stable").tolist():
            left, placed = np.array(grid.left) > 0, np.array(grid.slot) != NONE
            here = np.flatnonzero(near & ~placed & data.common[:, slot] & left[data.a] & left[data.b])
            for pair in matching(data, here, worth, int(data.tables[slot]), self.seconds_left).tolist():
                grid.put(pair, slot)
        for pair in np.argsort(-worth, kind="stable").tolist():
            if grid.slot[pair] == NONE:
                grid.place(pair)
        return grid

    def _shake(self) -> None:
        data = self.data
        profits = self.prices.profits(data).tolist()
        exchanges = Exchanges(data, self.grid, self.worth, self.prices)
        scale = float(data.values.max())
        self.stopped = shake(exchanges, profits, scale, self.random, self.seconds_left)
        if not self.stopped:
            self._polish(ROUNDS)

    def _total(self, grid: Grid) -> float:
        return math.fsum(worth for worth, slot in zip(self.worth, grid.slot, strict=True) if slot != NONE)

    def _first(self) -> Grid:
        """Demands first, then what the relaxation places, those with fewest slots first, then whatever still fits."""
        data, parts = self.data, self.prices.parts
        grid = Grid(data)
        few = data.common.sum(1)
        demanded = np.array(self.worth) > data.values + EXACT
        chosen = parts > 0.5
        order = np.lexsort((-data.values, few, -np.round(parts, 3), ~chosen, ~demanded))
        for pair in order.tolist():
            if not demanded[pair] and parts[pair] < 0.01:
                break
            grid.place(pair)
        for pair in np.argsort(-data.values, kind="stable").tolist():
            if grid.slot[pair] == NONE:
                grid.place(pair)
        return grid


def _worth(data: Columns, prices: Prices) -> list[float]:
    """What a meeting counts in the search: its value, much more for a must or for what a minimum needs."""
    top = max(float(data.values.max()), 1.0)
    worth = data.values.copy()
    if data.least.any():
        worth[_for_minima(data, prices.parts)] += top * math.sqrt(ABOVE)
    worth[data.musts] += top * ABOVE
    found: list[float] = worth.tolist()
    return found


def _for_minima(data: Columns, parts: Floats) -> list[int]:
    """The meetings that fill the minima, those that the relaxation places first."""
    lacking = data.least.copy()
    needed = []
    for pair in np.lexsort((-data.values, -np.round(parts, 3), ~data.musts)).tolist():
        a, b = data.a[pair], data.b[pair]
        if lacking[a] > 0 or lacking[b] > 0:
            lacking[a] -= 1
            lacking[b] -= 1
            needed.append(pair)
    return needed
