"""A schedule made better by chains of exchanges: somebody who could have one more meeting gets it, whoever loses one by it
gets another, and so on, as long as the whole chain is worth more than what it takes away.

These are the alternating paths of matching theory, searched best first: what a participant could still gain is estimated by
the prices of the linear relaxation, so that only chains are looked at that could pay (as A* does with its estimates).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from matchmaker.meetings.solver.bounds import Prices
from matchmaker.meetings.solver.columns import Columns
from matchmaker.meetings.solver.grid import NONE, Grid, each_bit

LEAST = 1e-9
"""Gains below this are rounding, not gains."""
LOOKS = (20, 60, 250)
"""Participants looked at in one search, in the first round, the second and those after it."""
HOPE = 0.1
"""How much better, in largest values, than its estimate a chain may turn out: it may end at somebody with a price and no meeting."""
LONGEST = 8
"""Exchanges in one chain."""


@dataclass(frozen=True, slots=True)
class _Link:
    """One exchange of a chain: a pair gets a slot, and another loses its meeting or is moved."""

    put: int
    slot: int
    persons: tuple[int, ...]
    before: _Link | None
    taken: int = NONE
    moved_to: int = NONE
    path: tuple[int, ...] = ()
    """Pairs that first exchange the slot with the other one."""
    other: int = NONE


@dataclass(frozen=True, slots=True)
class _End:
    """Where a chain has come to: who has a meeting to spare now, and what was gained on the way."""

    person: int
    """``NONE`` where everybody is served."""
    slot: int
    """The slot that the person lost a meeting in."""
    gain: float
    estimate: float
    """What the chain may gain if it goes on."""
    link: _Link | None


class Exchanges:
    """Searches chains on a grid; ``worth`` is what a meeting counts, musts far above all others."""

    def __init__(self, data: Columns, grid: Grid, worth: Sequence[float], prices: Prices) -> None:
        self.grid, self.worth = grid, list(worth)
        self.looks = LOOKS[0]
        self.hope = HOPE * float(data.values.max(initial=0.0))
        self.best = LEAST
        """Gain of the best chain of the search that is going on."""
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
        best, self.best = None, LEAST
        ties = count()
        start = _End(person, NONE, 0.0, self.estimate(person), None)
        queue = [(-start.estimate, next(ties), start)]
        seen: set[tuple[int, int]] = set()
        while queue and len(seen) < self.looks:
            _, _, end = heapq.heappop(queue)
            if end.estimate + self.hope <= self.best:
                break
            if (end.person, end.slot) in seen:
                continue
            seen.add((end.person, end.slot))
            for further in self._further(end):
                if further.gain > self.best:
                    best, self.best = further.link, further.gain
                if further.person != NONE and further.estimate + self.hope > self.best:
                    heapq.heappush(queue, (-further.estimate, next(ties), further))
        return self.best if best and self._make(best) else 0.0

    def _further(self, end: _End) -> Iterator[_End]:
        """Each way to give the person at the end of a chain a meeting."""
        grid, here = self.grid, end.person
        met, length = _persons(end.link)
        if length >= LONGEST:
            return
        mine = grid.free[here] | (1 << end.slot if end.slot != NONE else 0)
        enough = LEAST - self.hope - end.estimate + self.caps[here]
        for price, pair, who in self.wishes[here]:
            if price <= enough:
                break
            if grid.slot[pair] != NONE or who in met:
                continue
            if grid.left[who] > 0:
                yield from self._with_one_to_spare(end, pair, who, mine & grid.available[who], met)
            else:
                yield from self._with_one_at_the_cap(end, pair, who, mine & grid.available[who], met)

    def _with_one_to_spare(
        self, end: _End, pair: int, who: int, common: int, met: set[int]
    ) -> Iterator[_End]:
        grid, here = self.grid, end.person
        value = end.gain + self.worth[pair]
        both = common & grid.free[who]
        target = grid.roomiest(both)
        if target != NONE:
            yield _End(NONE, NONE, value, 0.0, _Link(pair, target, (here, who), end.link))
            return
        if both:
            yield from self._in_a_full_slot(end, pair, who, both, met)
        elif value > self.best:
            yield from self._by_path(end, pair, who, common, met)
        for at in each_bit(common & ~grid.free[who]):
            loses = grid.at[who][at]
            third = grid.other(loses, who)
            if third in met or third == here:
                continue
            elsewhere = grid.roomiest(grid.free[who] & grid.free[third])
            if elsewhere != NONE:
                link = _Link(pair, at, (here, who, third), end.link, loses, elsewhere)
                yield _End(NONE, NONE, value, 0.0, link)
            else:
                yield self._displacing(end, pair, at, loses, who, at)

    def _with_one_at_the_cap(
        self, end: _End, pair: int, who: int, common: int, met: set[int]
    ) -> Iterator[_End]:
        grid = self.grid
        roomiest = grid.roomiest(common & grid.free[who])
        for at in each_bit(grid.available[who] & ~grid.free[who]):
            target = at if (common >> at) & 1 else roomiest
            loses = grid.at[who][at]
            third = grid.other(loses, who)
            if target != NONE and third not in met and third != end.person:
                yield self._displacing(end, pair, target, loses, who, at)

    def _displacing(self, end: _End, pair: int, slot: int, loses: int, who: int, at: int) -> _End:
        third = self.grid.other(loses, who)
        gain = end.gain + self.worth[pair] - self.worth[loses]
        link = _Link(pair, slot, (end.person, who, third), end.link, loses)
        return _End(third, at, gain, gain + self.estimate(third, at), link)

    def _by_path(self, end: _End, pair: int, who: int, common: int, met: set[int]) -> Iterator[_End]:
        """Both have a meeting to spare and no slot in common: an alternating path makes the other free in one."""
        grid, here = self.grid, end.person
        for at in each_bit(common & grid.open):
            for other in each_bit(grid.free[who] & grid.open):
                path = grid.path(who, at, other, here)
                if not path:
                    continue
                persons = {grid.a[each] for each in path} | {grid.b[each] for each in path}
                if here not in persons and not persons & met:
                    link = _Link(pair, at, (here, *persons), end.link, path=tuple(path), other=other)
                    yield _End(NONE, NONE, end.gain + self.worth[pair], 0.0, link)
                    return

    def _in_a_full_slot(self, end: _End, pair: int, who: int, both: int, met: set[int]) -> Iterator[_End]:
        """Both could meet, but all tables are taken: the least meeting of the slot gives way."""
        grid, worth, here = self.grid, self.worth, end.person
        for at in each_bit(both):
            if not grid.held[at]:
                continue
            loses = min(grid.held[at], key=lambda each: (worth[each], each))
            one, two = grid.a[loses], grid.b[loses]
            if {one, two} & (met | {here, who}):
                continue
            elsewhere = grid.roomiest(grid.free[one] & grid.free[two])
            gain = end.gain + worth[pair] - (worth[loses] if elsewhere == NONE else 0.0)
            link = _Link(pair, at, (here, who, one, two), end.link, loses, elsewhere)
            yield _End(NONE, NONE, gain, 0.0, link)

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
            if each.path:
                self.grid.exchange(list(each.path), each.slot, each.other)
        for each in links:
            self.grid.put(each.put, each.slot)
        for each in links:
            if each.moved_to != NONE:
                self.grid.put(each.taken, each.moved_to)
        if min(self.grid.room) < 0:
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

    def force(self, pair: int, slot: int) -> bool:
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
            return False
        grid.put(pair, slot)
        for person in losers:
            gain += self.improve(person)
        if gain <= LEAST:
            grid.undo(mark)
            return False
        return True


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


def _persons(link: _Link | None) -> tuple[set[int], int]:
    """Who takes part in a chain so far, and its length."""
    found: set[int] = set()
    length = 0
    while link:
        found.update(link.persons)
        link = link.before
        length += 1
    return found, length
