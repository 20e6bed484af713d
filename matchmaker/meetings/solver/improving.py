"""A schedule made better by working through it: chains of exchanges for everybody whom they could help, again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from matchmaker.meetings.solver.exchanges import LEAST, LOOKS, Exchanges
from matchmaker.meetings.solver.grid import NONE, each_bit


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
