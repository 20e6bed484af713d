"""What is worth something to people and nothing to the sum: nobody with nothing, few gaps, few changes of table.

None of it changes the value of a schedule, save where it is said how much of it may be given up for those who have nothing;
and each step leaves alone what the one before it reached.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matchmaker.meetings.solver.columns import Columns
from matchmaker.meetings.solver.grid import NONE, Grid, each_bit

ROUNDS = 3
WAYS = 20
"""To a meeting for somebody who has none, that are looked at."""
EXACT = 1e-9


def share(
    data: Columns, grid: Grid, budget: float, seconds_left: Callable[[], float] = lambda: math.inf
) -> None:
    """Give those without any meeting one, whoever loses one for it having others; all that costs at most ``budget`` in value.

    Without time left it ends with those who have been helped so far.
    """
    wishes: list[list[int]] = [[] for _ in range(data.participants)]
    for pair in np.argsort(-data.values, kind="stable").tolist():
        for person in (grid.a[pair], grid.b[pair]):
            wishes[person].append(pair)
    sharing = _Sharing(grid, data.values.tolist(), data.musts.tolist(), data.least.tolist(), wishes)
    without = [person for person, count in enumerate(grid.meetings()) if not count and wishes[person]]
    while without:
        ways = sorted(
            way
            for person in without
            if seconds_left() > 0
            for way in sharing.ways(person)[:WAYS]
            if way[0] <= budget + EXACT
        )
        cost = next((cost for way in ways if (cost := sharing.make(way, budget + EXACT)) is not None), None)
        if cost is None:
            return
        budget -= cost
        without = [person for person in without if not sharing.count(person)]


@dataclass(frozen=True, slots=True)
class _Sharing:
    grid: Grid
    values: list[float]
    musts: list[bool]
    least: list[int]
    wishes: list[list[int]]
    """Of each participant, the dearest first."""

    def count(self, person: int) -> int:
        return self.grid.available[person].bit_count() - self.grid.free[person].bit_count()

    def ways(self, person: int) -> list[tuple[float, int, int, int]]:
        """What a meeting for somebody costs at most, its pair, its slot, and the meeting that gives way, cheapest first."""
        grid, values = self.grid, self.values
        found = []
        for pair in self.wishes[person]:
            partner = grid.other(pair, person)
            for at in each_bit(grid.free[person] & grid.available[partner]):
                gives = self._gives_way(partner, at)
                if gives != NONE:
                    found.append((values[gives] - values[pair], pair, at, gives))
        return sorted(found)

    def _gives_way(self, partner: int, at: int) -> int:
        grid = self.grid
        if grid.at[partner][at] != NONE:
            those = [grid.at[partner][at]]
        elif grid.left[partner] <= 0:
            those = [pair for pair in grid.at[partner] if pair != NONE] if (grid.open >> at) & 1 else []
        else:
            those = sorted(grid.held[at])
        those = [pair for pair in those if not self.musts[pair] and self._can_lose(pair, partner)]
        return min(those, key=lambda pair: (self.values[pair], pair), default=NONE)

    def _can_lose(self, pair: int, partner: int) -> bool:
        people = (self.grid.a[pair], self.grid.b[pair])
        return all(each == partner or self.count(each) > max(1, self.least[each]) for each in people)

    def make(self, way: tuple[float, int, int, int], budget: float) -> float | None:
        """Do it, and let those who lose look for something else; what it costs, ``None`` where it is more than the budget."""
        cost, pair, at, gives = way
        grid = self.grid
        mark = len(grid.log)
        losers = [each for each in (grid.a[gives], grid.b[gives]) if each not in (grid.a[pair], grid.b[pair])]
        grid.take(gives)
        grid.put(pair, at)
        for each in losers:
            for other in self.wishes[each]:
                if grid.slot[other] == NONE and grid.place_free(other):
                    cost -= self.values[other]
        if cost > budget:
            grid.undo(mark)
            return None
        return cost


def close_gaps(grid: Grid) -> None:
    """Move meetings to slots in which both wait less."""
    busy = [there & ~free for there, free in zip(grid.available, grid.free, strict=True)]
    for _ in range(ROUNDS):
        moved = False
        for pair, slot in enumerate(grid.slot):
            if slot == NONE:
                continue
            a, b = grid.a[pair], grid.b[pair]
            rest = busy[a] & ~(1 << slot), busy[b] & ~(1 << slot)
            best, least = NONE, waiting(busy[a]) + waiting(busy[b])
            for target in each_bit(grid.free[a] & grid.free[b] & grid.open):
                wait = waiting(rest[0] | 1 << target) + waiting(rest[1] | 1 << target)
                if wait < least:
                    best, least = target, wait
            if best != NONE:
                grid.take(pair)
                grid.put(pair, best)
                busy[a], busy[b] = rest[0] | 1 << best, rest[1] | 1 << best
                moved = True
        if not moved:
            break


def waiting(busy: int) -> int:
    """Slots without a meeting between the first and the last one."""
    return (busy.bit_length() - (busy & -busy).bit_length() + 1 - busy.bit_count()) if busy else 0


def tables(grid: Grid, numbers: tuple[int, ...]) -> dict[int, int]:
    """A table for each pair with a meeting, that of the last meeting of both, or of one, where it is to be had."""
    last: dict[int, int] = {}
    found: dict[int, int] = {}
    for slot in grid.slots:
        held = sorted(grid.held[slot])
        taken: set[int] = set()
        wanted = {pair: [last.get(grid.a[pair]), last.get(grid.b[pair])] for pair in held}
        order = sorted(
            held, key=lambda pair: (wanted[pair][0] is None or wanted[pair][0] != wanted[pair][1], pair)
        )
        here: dict[int, int] = {}
        for pair in order:
            for table in wanted[pair]:
                if table is not None and table not in taken and table < numbers[slot]:
                    here[pair] = table
                    taken.add(table)
                    break
        others = (table for table in range(numbers[slot]) if table not in taken)
        for pair in held:
            if pair not in here:
                here[pair] = next(others)
            last[grid.a[pair]] = last[grid.b[pair]] = here[pair]
        found |= here
    return found
