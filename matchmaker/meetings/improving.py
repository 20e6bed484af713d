"""A schedule made better by working through it: chains of exchanges for everybody whom they could help, again and again."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from matchmaker.meetings.exchanges import LEAST, LOOKS, Exchanges
from matchmaker.meetings.grid import NONE, Grid, each_bit

LOSSES = (0.05, 0.04, 0.03, 0.02, 0.01)
"""Shares of the largest value that forcing a wish in may cost, round by round."""


def polish(
    exchanges: Exchanges,
    profits: Sequence[float],
    rounds: int,
    seconds_left: Callable[[], float],
    until: Callable[[], bool],
) -> bool:
    """Search chains from everybody until none is found; says whether the time ran out."""
    grid = exchanges.grid
    for number in range(rounds):
        before = len(grid.log)
        exchanges.looks = LOOKS[min(number, len(LOOKS) - 1)]
        for work in (_spare, _dear, _missed, _unused):
            for _ in work(exchanges, profits):
                if seconds_left() <= 0:
                    return True
            if until():
                return False
        if len(grid.log) == before:
            return False
    return False


def shake(
    exchanges: Exchanges,
    profits: Sequence[float],
    scale: float,
    random: np.random.Generator,
    seconds_left: Callable[[], float],
) -> bool:
    """Force wishes in even where that costs a little, less from round to round; says whether the time ran out.

    A round that ends worse than it began is taken back (threshold accepting; Dueck and Scheuer, "Threshold accepting",
    Journal of Computational Physics 90, 1990).
    """
    grid, worth = exchanges.grid, exchanges.worth
    exchanges.looks = LOOKS[0]
    for loss in LOSSES:
        exchanges.loss = 0.0
        mark, before = len(grid.log), _total(grid, worth)
        near = [
            pair for pair in range(len(profits)) if profits[pair] > -loss * scale and grid.slot[pair] == NONE
        ]
        for pair in (near[row] for row in random.permutation(len(near)).tolist()):
            if seconds_left() <= 0:
                break
            slots = list(each_bit(grid.available[grid.a[pair]] & grid.available[grid.b[pair]]))
            if grid.slot[pair] == NONE and not grid.place(pair):
                exchanges.loss = loss * scale * float(random.random())
                exchanges.force(pair, slots[int(random.integers(len(slots)))])
        exchanges.loss = 0.0
        for work in (_spare, _unused):
            for _ in work(exchanges, profits):
                if seconds_left() <= 0:
                    break
        if _total(grid, worth) < before:
            grid.undo(mark)
        if seconds_left() <= 0:
            return True
    return False


def _total(grid: Grid, worth: Sequence[float]) -> float:
    return math.fsum(each for each, slot in zip(worth, grid.slot, strict=True) if slot != NONE)


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
            if exchanges.force(pair, slot):
                break
        yield


def _unused(exchanges: Exchanges, _: Sequence[float]) -> Iterator[None]:
    """Wishes of two who both have a meeting to spare, the best first."""
    grid = exchanges.grid
    for pair in sorted(range(len(grid.slot)), key=lambda pair: -exchanges.worth[pair]):
        if grid.slot[pair] == NONE and grid.left[grid.a[pair]] > 0 and grid.left[grid.b[pair]] > 0:
            grid.place(pair)
            yield
