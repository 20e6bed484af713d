"""An event in, its schedule out: the door of the room."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from matchmaker.meetings.solver.columns import Columns, columns
from matchmaker.meetings.solver.comfort import close_gaps, share, tables
from matchmaker.meetings.solver.demands import check_demands
from matchmaker.meetings.solver.exact import fewest_without, small
from matchmaker.meetings.solver.grid import NONE, Grid
from matchmaker.meetings.solver.instance import Instance, Schedule
from matchmaker.meetings.solver.placing import Placement, standing
from matchmaker.meetings.solver.unplaced import meetings, reasons

FOR_THE_ANSWER = 1.3e-5
"""Seconds for each wish that the last steps take, from the search to the answer; they are not cut short."""


def solve(
    instance: Instance,
    *,
    seed: int = 0,
    seconds_left: Callable[[], float] = lambda: math.inf,
    start: Schedule | None = None,
    fairness: float = 0.0,
) -> Schedule:
    """The best schedule that is found: musts and minima first, then the total value, then fairness, then gaps and tables.

    ``seconds_left`` says how much time there is still; the schedule so far is given when none is. As long as the time suffices,
    the same arguments give the same schedule.

    ``start`` is a schedule to begin with, of this event or of one like it. Meetings in it that cannot be held here are passed
    over; of what is left the answer is never worse, in musts, minima and value in this order.

    ``fairness``, 0 to 1, is the share of the value that may be given up so that fewer have no meeting at all; nobody loses
    their last meeting, a must or a minimum by it. With 0 it is done where the value stays the same.

    Raises:
        ScheduleError: demands that no schedule can meet, all named together.
        ValueError: a fairness out of range.
    """
    if not 0.0 <= fairness <= 1.0:
        raise ValueError(f"fairness is {fairness}; give a share from 0 to 1.")
    after = FOR_THE_ANSWER * len(instance.wishes)

    def left() -> float:
        return seconds_left() - after

    check_demands(instance)
    data = columns(instance)
    if not len(data.values):
        return Schedule((), 0.0, 0.0, reasons(instance, data, Grid(data)), _below(instance, {}))
    begun = None if start is None else _begun(instance, data, start)
    placement = Placement(data, seed, left, begun)
    placement.improve()
    if begun is not None and standing(data, begun) > standing(data, placement.grid):
        placement.grid = begun
    placement.grid = grid = _shared(data, placement.grid, fairness, left)
    close_gaps(grid)
    value = math.fsum(
        instance.wishes[row].value
        for row, slot in zip(data.rows.tolist(), grid.slot, strict=True)
        if slot != NONE
    )
    found = meetings(instance, data, grid, tables(grid, instance.tables))
    counts: dict[str, int] = {}
    for meeting in found:
        for person in (meeting.a, meeting.b):
            counts[person] = counts.get(person, 0) + 1
    return Schedule(
        found,
        value,
        max(value, placement.bound),
        reasons(instance, data, grid),
        _below(instance, counts),
        placement.stopped,
    )


def _begun(instance: Instance, data: Columns, start: Schedule) -> Grid:
    """The meetings of a schedule that can be held in this event, the first of two that cannot be held together."""
    pairs = {
        frozenset((instance.wishes[row].a, instance.wishes[row].b)): pair
        for pair, row in enumerate(data.rows.tolist())
    }
    grid = Grid(data)
    for meeting in start.meetings:
        pair = pairs.get(frozenset((meeting.a, meeting.b)), NONE)
        if pair != NONE and 0 <= meeting.slot < data.slots and grid.fits(pair, meeting.slot):
            grid.put(pair, meeting.slot)
    return grid


def _shared(data: Columns, grid: Grid, fairness: float, seconds_left: Callable[[], float]) -> Grid:
    """The schedule with fewer who have nothing, for at most this share of its value."""
    value = standing(data, grid)[2]
    share(data, grid, fairness * value, seconds_left)
    without = np.array(grid.meetings()) == 0
    if small(data) and (without[data.a] | without[data.b]).any():
        return fewest_without(data, grid, (1 - fairness) * value, seconds_left)
    return grid


def _below(instance: Instance, counts: dict[str, int]) -> tuple[str, ...]:
    return tuple(each.id for each in instance.participants if counts.get(each.id, 0) < each.min_meetings)
