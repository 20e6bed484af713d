"""A schedule made better by chains of exchanges: somebody who could have one more meeting gets it, whoever loses one by it
gets another, and so on, as long as the whole chain is worth more than what it takes away.

These are the alternating paths of matching theory, searched best first: what a participant could still gain is estimated by
the prices of the linear relaxation, so that only chains are looked at that could pay (as A* does with its estimates).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from matchmaker.meetings.bounds import Prices
from matchmaker.meetings.columns import Columns
from matchmaker.meetings.grid import NONE, Grid, each_bit

LEAST = 1e-9
"""Gains below this are rounding, not gains."""
LOOKS = 60
"""Participants looked at in one search."""
LONGEST = 8
"""Exchanges in one chain."""


@dataclass(frozen=True, slots=True)
class _Link:
    """One exchange: a pair gets a slot, another loses its meeting there or is moved."""

    put: int
    slot: int
    taken: int
    moved_to: int
    persons: tuple[int, ...]
    before: _Link | None
    length: int


class Exchanges:
    """Searches chains on a grid; ``worth`` is what a meeting counts, musts far above all others."""

    def __init__(self, data: Columns, grid: Grid, worth: Sequence[float], prices: Prices) -> None:
        self.grid, self.worth = grid, list(worth)
        self.caps: list[float] = prices.caps.tolist()
        self.slots: list[list[float]] = prices.slots.tolist()
        self.wishes = _by_person(data, prices, self.worth)

    def estimate(self, person: int, slot: int = NONE) -> float:
        """What a participant with a meeting to spare could bring, who has the slot free beside those that are."""
        grid = self.grid
        mine = self.slots[person]
        best = mine[slot] if slot != NONE else 0.0
        for free in each_bit(grid.free[person]):
            if mine[free] > best:
                best = mine[free]
        return best + (self.caps[person] if slot != NONE or grid.left[person] > 0 else 0.0)

    def improve(self, person: int) -> float:
        """Find and make the best chain that begins at a participant with a meeting to spare; its gain, 0.0 without one."""
        grid = self.grid
        if grid.left[person] <= 0 or not grid.free[person]:
            return 0.0
        best_gain, best_link = LEAST, None
        ties = count()
        queue: list[tuple[float, int, float, int, int, _Link | None]] = [
            (-self.estimate(person), next(ties), 0.0, person, NONE, None)
        ]
        seen: set[tuple[int, int]] = set()
        looks = 0
        while queue and looks < LOOKS:
            estimate, _, gain, here, slot, link = heapq.heappop(queue)
            if -estimate <= best_gain:
                break
            if (here, slot) in seen:
                continue
            seen.add((here, slot))
            looks += 1
            for final, new_gain, new_estimate, step, who, freed in self._steps(
                here, slot, gain, -estimate, link
            ):
                if new_gain > best_gain:
                    best_gain, best_link = new_gain, step
                if not final and new_estimate > best_gain and step.length < LONGEST:
                    heapq.heappush(queue, (-new_estimate, next(ties), new_gain, who, freed, step))
        return best_gain if best_link and self._make(best_link) else 0.0

    def _steps(
        self, here: int, slot: int, gain: float, estimate: float, link: _Link | None
    ) -> Iterator[tuple[bool, float, float, _Link, int, int]]:
        """Each way to give a participant a meeting: whether it ends the chain, gain, estimate, link, who loses one, in which slot."""
        grid, worth = self.grid, self.worth
        met = _persons(link)
        mine = grid.free[here] | (1 << slot if slot != NONE else 0)
        own = self.caps[here]
        length = link.length + 1 if link else 1
        for price, pair, who in self.wishes[here]:
            if estimate + price - own <= LEAST:
                break
            if grid.slot[pair] != NONE or who in met or who == here:
                continue
            value = gain + worth[pair]
            common = mine & grid.available[who]
            both = common & grid.free[who]
            spare = grid.left[who] > 0
            if both and spare:
                target = grid.roomiest(both)
                if target != NONE:
                    yield (
                        True,
                        value,
                        0.0,
                        _Link(pair, target, NONE, NONE, (here, who), link, length),
                        NONE,
                        NONE,
                    )
                    continue
                yield from self._in_a_full_slot(here, who, pair, both, value, link, length, met)
            for at in each_bit(grid.available[who] & ~grid.free[who]):
                same = (common >> at) & 1
                if spare and not same:
                    continue
                target = at if same else grid.roomiest(both)
                if target == NONE:
                    continue
                loses = grid.at[who][at]
                third = grid.other(loses, who)
                if third in met or third == here:
                    continue
                persons = (here, who, third)
                if same and spare:
                    elsewhere = grid.roomiest(grid.free[who] & grid.free[third] & ~(1 << at))
                    if elsewhere != NONE:
                        yield (
                            True,
                            value,
                            0.0,
                            _Link(pair, at, loses, elsewhere, persons, link, length),
                            NONE,
                            NONE,
                        )
                        continue
                after = value - worth[loses]
                step = _Link(pair, target, loses, NONE, persons, link, length)
                yield False, after, after + self.estimate(third, at), step, third, at

    def _in_a_full_slot(
        self,
        here: int,
        who: int,
        pair: int,
        both: int,
        value: float,
        link: _Link | None,
        length: int,
        met: set[int],
    ) -> Iterator[tuple[bool, float, float, _Link, int, int]]:
        """Both could meet, but all tables are taken: the least meeting of the slot gives way."""
        grid, worth = self.grid, self.worth
        for at in each_bit(both):
            if not grid.held[at]:
                continue
            loses = min(grid.held[at], key=lambda each: (worth[each], each))
            one, two = grid.a[loses], grid.b[loses]
            if {one, two} & met or here in (one, two) or who in (one, two):
                continue
            elsewhere = grid.roomiest(grid.free[one] & grid.free[two])
            after = value if elsewhere != NONE else value - worth[loses]
            yield (
                True,
                after,
                0.0,
                _Link(pair, at, loses, elsewhere, (here, who, one, two), link, length),
                NONE,
                NONE,
            )

    def _make(self, link: _Link | None) -> bool:
        """Make the exchanges of a chain; not where they need more tables in one slot than it has."""
        mark = len(self.grid.log)
        links = []
        while link:
            links.append(link)
            link = link.before
        for each in links:
            if each.taken != NONE:
                self.grid.take(each.taken)
        for each in links:
            self.grid.put(each.put, each.slot)
        for each in links:
            if each.moved_to != NONE:
                self.grid.put(each.taken, each.moved_to)
        if any(self.grid.room[each.slot] < 0 or self.grid.room[each.moved_to] < 0 for each in links):
            self.grid.undo(mark)
            return False
        return True

    def retry(self, pair: int) -> float:
        """Take a meeting away and let both look for something better; the gain, 0.0 where it stays as it was."""
        grid = self.grid
        mark = len(grid.log)
        grid.take(pair)
        gain = -self.worth[pair]
        for person in (grid.a[pair], grid.b[pair]):
            gain += self.improve(person)
        if gain <= LEAST:
            grid.undo(mark)
            return 0.0
        return gain

    def force(self, pair: int, slot: int) -> float:
        """Put a pair into a slot whatever has to give way, and let those who lose look for something else."""
        grid = self.grid
        mark = len(grid.log)
        losers, gain = [], self.worth[pair]
        for person in (grid.a[pair], grid.b[pair]):
            loses = grid.at[person][slot]
            if loses == NONE and grid.left[person] <= 0:
                loses = min(
                    (each for each in grid.at[person] if each != NONE),
                    key=lambda each: (self.worth[each], each),
                )
            if loses != NONE and grid.slot[loses] != NONE:
                losers.append(grid.other(loses, person))
                gain -= self.worth[loses]
                grid.take(loses)
        if not grid.room[slot]:
            grid.undo(mark)
            return 0.0
        grid.put(pair, slot)
        for person in losers:
            gain += self.improve(person)
        if gain <= LEAST:
            grid.undo(mark)
            return 0.0
        return gain


def polish(
    exchanges: Exchanges,
    profits: Sequence[float],
    rounds: int,
    seconds_left: Callable[[], float],
    until: Callable[[], bool],
) -> bool:
    """Search chains from everybody until none is found; says whether the time ran out."""
    grid = exchanges.grid
    for _ in range(rounds):
        before = len(grid.log)
        for work in (_spare, _dear, _missed, _unused):
            for _ in work(exchanges, profits):
                if seconds_left() <= 0:
                    return True
            if until():
                return False
        if len(grid.log) == before:
            return False
    return False


def _spare(exchanges: Exchanges, _: Sequence[float]) -> Iterator[None]:
    """Those with a meeting to spare, the dearest first; again as long as it helps."""
    grid = exchanges.grid
    people = [person for person in range(len(grid.free)) if grid.left[person] > 0 and grid.free[person]]
    people.sort(key=lambda person: -exchanges.estimate(person))
    for person in people:
        while exchanges.improve(person) > 0:
            yield
        yield


def _dear(exchanges: Exchanges, profits: Sequence[float]) -> Iterator[None]:
    """Meetings that cost more than they bring, the dearest first."""
    for pair in sorted(range(len(profits)), key=lambda pair: profits[pair]):
        if profits[pair] >= -LEAST:
            break
        if exchanges.grid.slot[pair] != NONE:
            exchanges.retry(pair)
            yield


def _missed(exchanges: Exchanges, profits: Sequence[float]) -> Iterator[None]:
    """Wishes without a meeting that would bring more than they cost, the best first: by moving others, then by displacing."""
    grid = exchanges.grid
    for pair in sorted(range(len(profits)), key=lambda pair: -profits[pair]):
        if profits[pair] < -LEAST:
            break
        if grid.slot[pair] != NONE or grid.place(pair):
            continue
        for slot in each_bit(grid.available[grid.a[pair]] & grid.available[grid.b[pair]]):
            if exchanges.force(pair, slot) > 0:
                break
        yield


def _unused(exchanges: Exchanges, _: Sequence[float]) -> Iterator[None]:
    """Wishes of two who both have a meeting to spare, the best first."""
    grid = exchanges.grid
    for pair in sorted(range(len(grid.slot)), key=lambda pair: -exchanges.worth[pair]):
        if grid.slot[pair] == NONE and grid.left[grid.a[pair]] > 0 and grid.left[grid.b[pair]] > 0:
            grid.place(pair)
            yield


def _by_person(data: Columns, prices: Prices, worth: Sequence[float]) -> list[list[tuple[float, int, int]]]:
    """For each participant the wishes with what each brings above the other's price, the best first."""
    a, b = data.a.tolist(), data.b.tolist()
    caps = prices.caps
    cheapest = np.where(data.common, prices.slots[data.a] + prices.slots[data.b] + prices.tables, np.inf).min(
        1
    )
    bonus = np.array(worth) - cheapest if len(worth) else np.zeros(0)
    for_a, for_b = (bonus - caps[data.b]).tolist(), (bonus - caps[data.a]).tolist()
    wishes: list[list[tuple[float, int, int]]] = [[] for _ in range(data.participants)]
    for pair in range(len(a)):
        wishes[a[pair]].append((for_a[pair], pair, b[pair]))
        wishes[b[pair]].append((for_b[pair], pair, a[pair]))
    for each in wishes:
        each.sort(key=lambda entry: (-entry[0], entry[1]))
    return wishes


def _persons(link: _Link | None) -> set[int]:
    found: set[int] = set()
    while link:
        found.update(link.persons)
        link = link.before
    return found
