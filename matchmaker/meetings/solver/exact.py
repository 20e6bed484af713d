"""The best schedule of a small event, by an integer program with a variable for each wish and slot (HiGHS).

For small events only: on large ones the program takes far longer than any limit it is given.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

from matchmaker.meetings.solver.bounds import SecondsLeft
from matchmaker.meetings.solver.columns import Bools, Columns, Floats, Places
from matchmaker.meetings.solver.grid import Grid
from matchmaker.meetings.solver.program import Program, program

LARGEST = 1600
"""Variables; above, the search is left alone."""
NODES, FEW_NODES = 200, 20
"""Nodes of the search tree, in small events and in others; a count and not a time, so that the answer does not depend on the machine."""
SECONDS = 8.0
"""At most, even where there is more time; whoever gets here is told that the time ran out."""
TIME_LIMIT = 1
"""What SciPy calls it."""
WHOLE = 0.5
ROUNDING = 1e-6
NOTHING = 1e-9


def small(data: Columns) -> bool:
    """Whether the event is small enough."""
    return 0 < int(data.common.sum()) <= LARGEST


@dataclass(frozen=True, slots=True)
class Exact:
    """What the program found."""

    grid: Grid
    """A schedule at least as good as the one before."""
    proven: float
    """No schedule with the same demands is worth more; infinite where nothing was proven."""
    stopped: bool
    """Whether the time ran out first."""


def solve_exactly(whole: Program, grid: Grid, seconds_left: SecondsLeft) -> Exact:
    """The best schedule of a program that has a variable at least for all that any better one could use."""
    data = whole.data
    chosen = np.array(grid.slot, np.intp)[whole.wish] == whole.slot
    if _unmet(whole, chosen) > 0:
        better = _most_demands(whole, seconds_left)
        if better is not None and _unmet(whole, better) < _unmet(whole, chosen):
            chosen = better
    lower = np.zeros(len(data.values))
    lower[whole.wish[chosen]] = data.musts[whole.wish[chosen]]
    least = np.minimum(_meetings(whole, chosen), data.least)
    solved = _solve(whole, data.values[whole.wish], lower, least, seconds_left)
    if (
        solved.x is not None
        and data.values[whole.wish] @ (solved.x > WHOLE) > _value(whole, chosen) + ROUNDING
    ):
        chosen = solved.x > WHOLE
    proven = math.inf if solved.mip_dual_bound is None else -float(solved.mip_dual_bound) + ROUNDING
    return Exact(_grid(whole, chosen), max(proven, _value(whole, chosen)), solved.status == TIME_LIMIT)


def fewest_without(data: Columns, grid: Grid, least_value: float, seconds_left: SecondsLeft) -> Grid:
    """Of all schedules worth at least ``least_value`` that meet the same demands, one in which fewest have no meeting."""
    whole = program(data)
    n, s = data.available.shape
    k = len(whole.wish)
    chosen = np.array(grid.slot, np.intp)[whole.wish] == whole.slot
    each = whole.matrix[n * s : n * s + n]
    floors = np.full(len(whole.limits), -np.inf)
    floors[n * s + n + s + whole.wish[chosen]] = np.where(data.musts[whole.wish[chosen]], 1.0, -np.inf)
    values = data.values[whole.wish]
    least = np.minimum(_meetings(whole, chosen), data.least)
    nobody = sparse.csr_matrix((len(whole.limits), n))
    solved = milp(
        # Nobody is left out for the sake of value, but of equals the dearest is taken.
        np.concatenate([-0.5 * values / max(float(values.sum()), 1.0), -np.ones(n)]),
        constraints=[
            LinearConstraint(sparse.csr_matrix(sparse.hstack([whole.matrix, nobody])), floors, whole.limits),
            LinearConstraint(sparse.csr_matrix(sparse.hstack([each, -sparse.eye_array(n)])), 0, np.inf),
            LinearConstraint(
                sparse.csr_matrix(sparse.hstack([each, sparse.csr_matrix((n, n))])), least, np.inf
            ),
            LinearConstraint(np.concatenate([values, np.zeros(n)])[None], least_value, np.inf),
        ],
        bounds=Bounds(0, 1),
        integrality=np.ones(k + n, np.intp),
        options={"time_limit": max(0.01, min(SECONDS, seconds_left())), "node_limit": NODES},
    )
    if solved.x is None:
        return grid
    found = solved.x[:k] > WHOLE
    fewer = np.count_nonzero(_meetings(whole, found)) > np.count_nonzero(_meetings(whole, chosen))
    return _grid(whole, found) if fewer and _value(whole, found) >= least_value - NOTHING else grid


def _solve(
    whole: Program, gains: Floats, lower: Floats, least: Places, seconds_left: SecondsLeft
) -> OptimizeResult:
    """Maximise gains with at least ``lower`` of each wish and ``least`` meetings of each participant."""
    n, s = whole.data.available.shape
    floors = np.full(len(whole.limits), -np.inf)
    floors[n * s + n + s :] = lower
    each = whole.matrix[n * s : n * s + n]
    wanting = np.flatnonzero(least)
    return milp(
        -gains,
        constraints=[
            LinearConstraint(whole.matrix, floors, whole.limits),
            LinearConstraint(each[wanting], least[wanting], np.inf),
        ][: 2 if len(wanting) else 1],
        bounds=Bounds(0, 1),
        integrality=np.ones(len(gains), np.intp),
        options={
            "time_limit": max(0.01, min(SECONDS, seconds_left())),
            "node_limit": NODES if small(whole.data) else FEW_NODES,
            "mip_rel_gap": 0.0,
        },
    )


def _most_demands(whole: Program, seconds_left: SecondsLeft) -> Bools | None:
    """As many musts as can be, and then as few meetings short of the minima."""
    data = whole.data
    n, s = data.available.shape
    k, wanting = len(whole.wish), np.flatnonzero(data.least)
    each = whole.matrix[n * s : n * s + n][wanting]
    short = sparse.hstack([each, sparse.eye_array(len(wanting))])
    room = sparse.hstack([whole.matrix, sparse.csr_matrix((len(whole.limits), len(wanting)))])
    solved = milp(
        np.concatenate([-_per_must(data) * data.musts[whole.wish], np.ones(len(wanting))]),
        constraints=[
            LinearConstraint(sparse.csr_matrix(room), -np.inf, whole.limits),
            LinearConstraint(sparse.csr_matrix(short), data.least[wanting], np.inf),
        ][: 2 if len(wanting) else 1],
        bounds=Bounds(0, np.concatenate([np.ones(k), data.least[wanting]])),
        integrality=np.ones(k + len(wanting), np.intp),
        options={"time_limit": max(0.01, min(SECONDS, seconds_left())), "node_limit": NODES},
    )
    return None if solved.x is None else solved.x[:k] > WHOLE


def _per_must(data: Columns) -> float:
    """A must counts more than all minima together."""
    return float(data.least.sum() + 1)


def _unmet(whole: Program, chosen: Bools) -> float:
    data = whole.data
    missing = int(data.musts.sum()) - int(data.musts[whole.wish[chosen]].sum())
    return _per_must(data) * missing + float(np.maximum(data.least - _meetings(whole, chosen), 0).sum())


def _meetings(whole: Program, chosen: Bools) -> Places:
    pairs = whole.wish[chosen]
    both = np.concatenate([whole.data.a[pairs], whole.data.b[pairs]])
    return np.bincount(both, minlength=whole.data.participants)


def _value(whole: Program, chosen: Bools) -> float:
    return float(whole.data.values[whole.wish[chosen]].sum())


def _grid(whole: Program, chosen: Bools) -> Grid:
    grid = Grid(whole.data)
    for pair, slot in zip(whole.wish[chosen].tolist(), whole.slot[chosen].tolist(), strict=True):
        grid.put(pair, slot)
    return grid
