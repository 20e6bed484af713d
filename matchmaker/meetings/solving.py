"""An event in, its schedule out: the door of the room."""

from __future__ import annotations

import math
from collections.abc import Callable

from matchmaker.meetings.columns import columns
from matchmaker.meetings.comfort import close_gaps, share, tables
from matchmaker.meetings.demands import check_demands
from matchmaker.meetings.grid import NONE, Grid
from matchmaker.meetings.instance import Instance, Schedule
from matchmaker.meetings.placing import Placement
from matchmaker.meetings.unplaced import meetings, reasons


def solve(
    instance: Instance, *, seed: int = 0, seconds_left: Callable[[], float] = lambda: math.inf
) -> Schedule:
    """The best schedule that is found: musts and minima first, then the total value, then fairness, then gaps and tables.

    ``seconds_left`` says how much time there is still; the schedule so far is given when none is. As long as the time suffices,
    the same instance and seed give the same schedule.

    Raises:
        ScheduleError: demands that no schedule can meet, all named together.
    """
    check_demands(instance)
    data = columns(instance)
    if not len(data.values):
        return Schedule((), 0.0, 0.0, reasons(instance, data, Grid(data)), _below(instance, {}))
    placement = Placement(data, seed, seconds_left)
    placement.improve()
    grid = placement.grid
    share(data, grid)
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


def _below(instance: Instance, counts: dict[str, int]) -> tuple[str, ...]:
    return tuple(each.id for each in instance.participants if counts.get(each.id, 0) < each.min_meetings)
