"""A grid as an answer: its meetings, and for each wish without one why."""

from __future__ import annotations

from collections.abc import Iterable

from matchmaker.meetings.solver.columns import Columns
from matchmaker.meetings.solver.grid import NONE, Grid, each_bit
from matchmaker.meetings.solver.instance import Instance, Meeting, Unplaced, Wish

REASONS = ("excluded", "no_common_slot", "cap_reached", "tables_full", "worth_less")


def reasons(instance: Instance, data: Columns, grid: Grid) -> tuple[Unplaced, ...]:
    """Each wish without a meeting, with why, in the order of the wishes."""
    apart = {frozenset(pair) for pair in instance.never}
    caps = {each.id: each.max_meetings for each in instance.participants}
    pairs = {row: pair for pair, row in enumerate(data.rows.tolist())}
    found = []
    for row, wish in enumerate(instance.wishes):
        pair = pairs.get(row, NONE)
        if pair != NONE and grid.slot[pair] != NONE:
            continue
        if frozenset((wish.a, wish.b)) in apart:
            why = "excluded", "the two are never to meet"
        elif pair == NONE:
            zero = [name for name in (wish.a, wish.b) if not caps[name]]
            why = ("cap_reached", f"{zero[0]} takes no meetings") if zero else (
                "no_common_slot", "there is no slot with a table that both are there for"
            )  # fmt: skip
        else:
            why = _why(wish, pair, caps, grid)
        found.append(Unplaced(wish.a, wish.b, *why, must=wish.must))
    return tuple(found)


def _why(wish: Wish, pair: int, caps: dict[str, int], grid: Grid) -> tuple[str, str]:
    a, b = grid.a[pair], grid.b[pair]
    both = grid.free[a] & grid.free[b]
    for name, person in ((wish.a, a), (wish.b, b)):
        if grid.left[person] <= 0 and grid.free[person]:
            return "cap_reached", f"{name} has {caps[name]} meetings, which is their maximum"
    if both:
        return "tables_full", f"all tables are taken in slot {_listed(each_bit(both))}, where both are free"
    for name, person in ((wish.a, a), (wish.b, b)):
        if not grid.free[person]:
            return (
                "worth_less",
                f"{name} meets somebody in every slot, and the exchange would not be worth more",
            )
    return (
        "worth_less",
        "in each slot that both are there for one of them meets somebody, and the exchange would not be worth more",
    )


def _listed(slots: Iterable[int]) -> str:
    return ", ".join(map(str, slots))


def meetings(instance: Instance, data: Columns, grid: Grid, seats: dict[int, int]) -> tuple[Meeting, ...]:
    """The meetings of a grid, by slot and table."""
    found = [
        Meeting(instance.wishes[row].a, instance.wishes[row].b, grid.slot[pair], seats[pair])
        for pair, row in enumerate(data.rows.tolist())
        if grid.slot[pair] != NONE
    ]
    return tuple(sorted(found, key=lambda each: (each.slot, each.table)))
