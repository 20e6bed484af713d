"""What is worth something to people and nothing to the sum: nobody with nothing, few gaps, few changes of table.

None of it changes the value of a schedule, and each step leaves alone what the one before it reached.
"""

from __future__ import annotations

from matchmaker.meetings.columns import Columns
from matchmaker.meetings.grid import NONE, Grid, each_bit

ROUNDS = 3


def share(data: Columns, grid: Grid) -> None:
    """Give those without any meeting one for one of equal value of somebody who has several."""
    values, musts, least = data.values.tolist(), data.musts.tolist(), data.least.tolist()
    met = [
        grid.available[person].bit_count() - grid.free[person].bit_count()
        for person in range(data.participants)
    ]
    without = {person for person, count in enumerate(met) if not count}
    for pair in range(len(values)):
        for person in (grid.a[pair], grid.b[pair]):
            if person not in without or grid.slot[pair] != NONE:
                continue
            partner = grid.other(pair, person)
            for at in each_bit(grid.free[person] & grid.available[partner] & ~grid.free[partner]):
                loses = grid.at[partner][at]
                third = grid.other(loses, partner)
                if values[loses] != values[pair] or musts[loses] or met[third] <= max(1, least[third]):
                    continue
                grid.take(loses)
                grid.put(pair, at)
                met[third] -= 1
                met[person] += 1
                without.discard(person)
                break


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
