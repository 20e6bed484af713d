"""From prices to a first schedule, and from that to a better one."""

from __future__ import annotations

import math

import numpy as np

from matchmaker.meetings.solver.bounds import (
    Prices,
    SecondsLeft,
    bound,
    first_prices,
    reduced,
    slot_prices,
)
from matchmaker.meetings.solver.columns import Bools, Columns, Floats, Places
from matchmaker.meetings.solver.exact import ROUNDING, small, solve_exactly
from matchmaker.meetings.solver.exchanges import Exchanges
from matchmaker.meetings.solver.grid import NONE, Grid
from matchmaker.meetings.solver.improving import polish
from matchmaker.meetings.solver.program import program
from matchmaker.meetings.solver.renewing import Renewal

NEAR = 2e-4
"""A first schedule this near its bound needs no bound of its own with slots."""
ROUNDS = 6
OFTEN = 0.9
"""Share of the slots that those of a wish have in common, above which paths alone come near the bound: slots are alike."""
MOST_EXACTLY = 2500
"""Variables of an integer program that may still prove something; only those count that could be in a better schedule."""
ABOVE = 1e4
"""How many times the largest value a must counts in the search; a meeting for a minimum counts the root of it."""
EXACT = 1e-9


class Placement:
    """The best schedule found so far, its bound, and whether the time ran out."""

    def __init__(
        self, data: Columns, seed: int, seconds_left: SecondsLeft, start: Grid | None = None
    ) -> None:
        self.data, self.seconds_left = data, seconds_left
        self.random = np.random.default_rng(seed)
        self.stopped = False
        self.proven = math.inf
        self.prices = first_prices(data, seconds_left)
        self.worth = _worth(data, self.prices)
        self.grid = self._first()
        if start is not None:
            self._take(np.array(start.slot, np.intp))

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
        often = self.data.common.mean() > OFTEN
        if often and self._goes_on():
            self._polish(1)
        if self._goes_on():
            self.prices = slot_prices(
                self.data, self.prices, self.data.musts & self.placed, self.seconds_left
            )
        if not small(self.data):
            for work in (self._polish, self._renew) if often else (self._dive, self._polish, self._renew):
                if self._goes_on():
                    work()
        if not self._late():
            self._polish(ROUNDS if self._far else 1)
        self._exactly()

    def _exactly(self) -> None:
        """The optimum, or a lower bound than that of the prices, where what could be better is little enough."""
        unmet, gap = self._demands_unmet(), self.bound - self.value
        if (not unmet and gap <= EXACT) or (self._late() and not small(self.data)):
            return
        whole = program(self.data)
        if not unmet:
            # Whoever has a wish in a slot that costs more than the gap is worth less than what there is.
            held = np.array(self.grid.slot, np.intp)[whole.wish] == whole.slot
            whole = whole.only(np.flatnonzero(held | (reduced(whole, self.prices) >= -gap - ROUNDING)))
        if len(whole.wish) > MOST_EXACTLY:
            return
        found = solve_exactly(whole, self.grid, self.seconds_left)
        self.grid, self.proven = found.grid, found.proven
        self.stopped |= found.stopped

    def _goes_on(self) -> bool:
        return self._far and not self._late()

    @property
    def _far(self) -> bool:
        return self.bound - self.value > NEAR * self.bound

    def _dive(self) -> None:
        renewal = Renewal(self.data, self.prices, np.array(self.worth), np.array(self.grid.slot, np.intp))
        self._take(renewal.whole(self.seconds_left))

    def _renew(self) -> None:
        """Take parts out and dive for them again."""
        renewal = Renewal(self.data, self.prices, np.array(self.worth), np.array(self.grid.slot, np.intp))
        enough = (1 - NEAR) * self.bound
        self.stopped |= renewal.search(
            self.random, self.seconds_left, lambda: self._worth_of(renewal) >= enough
        )
        self._take(renewal.held)

    def _worth_of(self, renewal: Renewal) -> float:
        return float(self.data.values[renewal.held != NONE].sum())

    def _take(self, held: Places) -> None:
        """Go on with another schedule, shape (m,), and whatever still fits into it, where that counts more."""
        grid = Grid(self.data)
        for pair in np.flatnonzero(held != NONE).tolist():
            grid.put(pair, int(held[pair]))
        self._fill(grid)
        self.grid = max([self.grid, grid], key=lambda each: standing(self.data, each))

    def _fill(self, grid: Grid) -> None:
        """Place whatever still fits, by exchanges as long as there is time, and then into slots that are free anyway."""
        for pair in np.argsort(-np.array(self.worth), kind="stable").tolist():
            if grid.slot[pair] != NONE:
                continue
            if self._late():
                grid.place_free(pair)
            else:
                grid.place(pair)

    def _late(self) -> bool:
        late = self.seconds_left() <= 0
        self.stopped |= late
        return late

    def _demands_unmet(self) -> bool:
        return standing(self.data, self.grid)[:2] < (int(self.data.musts.sum()), 0)

    def _polish(self, rounds: int = 1) -> None:
        profits = self.prices.profits(self.data)
        exchanges = Exchanges(self.data, self.grid, self.worth, self.prices)
        best = self.bound - EXACT
        self.stopped |= polish(
            exchanges,
            np.where(self.data.musts, self.worth, profits).tolist(),
            rounds,
            self.seconds_left,
            lambda: self.value >= best and not self._demands_unmet(),
        )

    def _first(self) -> Grid:
        """Demands first, then what the relaxation places, those with fewest slots first, then whatever still fits."""
        data, parts = self.data, self.prices.parts
        grid = Grid(data)
        few = data.common.sum(1)
        demanded = np.array(self.worth) > data.values + EXACT
        chosen = parts > 0.5
        order = np.lexsort((-data.values, few, -np.round(parts, 3), ~chosen, ~demanded))
        for pair in order.tolist():
            if (not demanded[pair] and parts[pair] < 0.01) or self._late():
                break
            grid.place(pair)
        self._fill(grid)
        return grid


def standing(data: Columns, grid: Grid) -> tuple[int, int, float]:
    """What makes one schedule better than another, in this order: musts kept, meetings short of the minima (negative), value."""
    placed = np.array(grid.slot, np.intp) != NONE
    short = np.maximum(data.least - np.array(grid.meetings()), 0).sum()
    return int((data.musts & placed).sum()), -int(short), math.fsum(data.values[placed].tolist())


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
