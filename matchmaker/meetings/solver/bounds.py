"""How much any schedule can be worth at most: prices for what is scarce, from two linear relaxations.

The first relaxation knows no slots: each wish is placed in part or whole, each participant has as many meetings as their
cap and their slots allow, all slots together have so many tables. It is solved exactly (HiGHS). Where participants are
there for few slots, it promises too much; the second has a variable for each wish and slot, too many for a simplex method
in the time there is, and is solved nearly by the primal-dual method of Chambolle and Pock ("A first-order primal-dual
algorithm for convex problems", Journal of Mathematical Imaging and Vision 40, 2011; with the step sizes of Pock and
Chambolle, ICCV 2011, and restarts from the mean as in Applegate et al., "Practical large-scale linear programming using
primal-dual hybrid gradient", NeurIPS 2021). Nothing rests on how nearly: by weak duality any prices that are not negative
give a bound, and ``bound`` adds it up from the prices alone, over all wishes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from matchmaker.meetings.solver.columns import Bools, Columns, Floats
from matchmaker.meetings.solver.program import Program, program

SecondsLeft = Callable[[], float]

PRIMAL_STEP = 10.0
"""How much longer the steps of the parts than those of the prices: 3 to 10 come nearest in 600 steps on generated events."""
WORK = 4e8
"""Steps times entries of the matrix: about two seconds."""
STEPS = (200, 2000)
LOOK = 40
"""Steps between two looks at bound and time."""
SETTLED = 1e-5
"""Ends when the bound falls by less than this share in ``5 * LOOK`` steps."""
FAR = 0.3
"""Wishes that cost this much (times the largest value) more than they bring at the first prices are not priced again."""
SHARE_OF_TIME = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """What one more of each would bring, and which part of each wish the relaxation places."""

    caps: Floats
    """Shape (n,): one more meeting for a participant."""
    slots: Floats
    """Shape (n, s): a participant twice in a slot."""
    tables: Floats
    """Shape (s,): one more table in a slot."""
    parts: Floats
    """Shape (m,): 0 to 1, of each wish."""

    def profits(self, data: Columns) -> Floats:
        """Shape (m,): what each wish is worth above the prices, in the slot where that is most."""
        costs = self.slots[data.a] + self.slots[data.b] + self.tables
        cheapest = np.where(data.common, costs, np.inf).min(1)
        profits: Floats = data.values - self.caps[data.a] - self.caps[data.b] - cheapest
        return profits


def bound(data: Columns, prices: Prices, kept: Bools) -> float:
    """No schedule that places the wishes ``kept``, shape (m,), is worth more than this, whatever the prices (weak duality)."""
    if not len(data.values):
        return 0.0
    profits = prices.profits(data)
    rents = np.where(kept, profits, np.maximum(profits, 0.0))
    scarce = (prices.slots * data.available).sum() + prices.caps @ data.most + prices.tables @ data.tables
    return float(scarce + rents.sum())


def reduced(whole: Program, prices: Prices) -> Floats:
    """Shape (k,): by how much, negative, any schedule stays below the bound that has this wish in this slot (reduced costs)."""
    data, wish, slot = whole.data, whole.wish, whole.slot
    a, b = data.a[wish], data.b[wish]
    costs = (
        prices.caps[a] + prices.caps[b] + prices.slots[a, slot] + prices.slots[b, slot] + prices.tables[slot]
    )
    profits = prices.profits(data)
    rents = np.where(data.musts, profits, np.maximum(profits, 0.0))
    short: Floats = data.values[wish] - costs - rents[wish]
    return short


def first_prices(data: Columns, seconds_left: SecondsLeft) -> Prices:
    """Prices from the relaxation without slots."""
    m, n = len(data.values), data.participants
    ones = np.ones(2 * m)
    where = (np.concatenate([data.a, data.b]), np.tile(np.arange(m), 2))
    each = sparse.csr_matrix((ones, where), (n, m))
    matrix = sparse.vstack([each, sparse.csr_matrix(np.ones((1, m)))]).tocsr()
    limits = np.append(data.most, data.tables.sum()).astype(np.float64)
    wanting = np.flatnonzero(data.least)
    least = -each[wanting], -data.least[wanting].astype(np.float64)
    solved = None
    for minima, musts in ((True, data.musts), (False, data.musts), (False, np.zeros(m, np.bool_))):
        # Where the demands do not fit even here, they are left to the search.
        rows: Any = sparse.vstack([matrix, least[0]]).tocsr() if minima and len(wanting) else matrix
        limits_of_parts: Any = np.column_stack([musts.astype(np.float64), np.ones(m)])
        solved = linprog(
            -data.values,
            A_ub=rows,
            b_ub=np.concatenate([limits, least[1]]) if minima and len(wanting) else limits,
            bounds=limits_of_parts,
            method="highs-ds",
            options={"time_limit": max(0.1, min(1e6, SHARE_OF_TIME * seconds_left()))},
        )
        if solved.status != 2:
            break
    if solved is not None and solved.status == 0 and solved.x is not None:
        duals, parts = np.maximum(0.0, -solved.ineqlin.marginals[: n + 1]), np.clip(solved.x, 0.0, 1.0)
    else:
        scale = max(float(data.values.max()), 1e-12)
        guess = _Saddle(matrix, limits, data.values / scale, np.zeros(0, np.bool_), most=1.0)
        duals = guess.solve(np.zeros(len(limits)), np.zeros(m), lambda _: 0.0, seconds_left) * scale
        parts = np.clip(guess.parts, 0.0, 1.0)
    by_slots = data.available.sum(1) <= data.most
    return Prices(
        np.where(by_slots, 0.0, duals[:n]),
        np.where(by_slots, duals[:n], 0.0)[:, None] * data.available,
        np.where(data.tables > 0, duals[n], 0.0),
        parts,
    )


def slot_prices(data: Columns, first: Prices, kept: Bools, seconds_left: SecondsLeft) -> Prices:
    """Prices from the relaxation with slots, beginning with those of the first; never with a higher bound."""
    scale = max(float(data.values.max()), 1e-12)
    profits = first.profits(data)
    near = np.flatnonzero((profits > -FAR * scale) | data.musts)
    whole = program(data, near, lean=True)
    rents = np.maximum(profits, 0.0)
    start = np.concatenate([first.slots.ravel(), first.caps, first.tables, rents]) / scale
    free = np.zeros(len(start), np.bool_)
    free[len(start) - len(rents) :] = data.musts

    def prices(duals: Floats) -> Prices:
        slots, caps, tables, _ = whole.split(np.maximum(duals, 0.0) * scale)
        return Prices(caps, slots * data.available, tables, first.parts)

    best, least = first, bound(data, first, kept)

    def worth(duals: Floats) -> float:
        nonlocal best, least
        candidate = prices(duals)
        value = bound(data, candidate, kept)
        if value < least:
            best, least = candidate, value
        return value

    saddle = _Saddle(whole.matrix, whole.limits, data.values[whole.wish] / scale, free)
    saddle.solve(start, (first.parts / np.maximum(data.common.sum(1), 1))[whole.wish], worth, seconds_left)
    parts = np.bincount(whole.wish, saddle.parts, len(data.values))
    return Prices(best.caps, best.slots, best.tables, np.clip(parts, 0.0, 1.0))


class _Saddle:
    """Maximise gains x with matrix x at most limits and x from 0 to ``most``, nearly; ``free`` limits are equalities."""

    def __init__(
        self, matrix: sparse.csr_matrix, limits: Floats, gains: Floats, free: Bools, most: float = np.inf
    ) -> None:
        self.matrix, self.limits, self.gains, self.most = matrix, limits, gains, most
        self.turned = matrix.T.tocsr()
        self.parts = np.zeros(len(gains))
        self.floor = np.where(free, -np.inf, 0.0) if len(free) else np.zeros(len(limits))

    def solve(
        self, duals: Floats, parts: Floats, worth: Callable[[Floats], float], seconds_left: SecondsLeft
    ) -> Floats:
        """The last duals; ``worth`` is shown some on the way and says how good they are, lower is better."""
        matrix, turned, limits = self.matrix, self.turned, self.limits
        primal, dual = steps_of(matrix, turned)
        steps = int(np.clip(WORK / max(matrix.nnz, 1), *STEPS))
        deadline = (1 - SHARE_OF_TIME) * seconds_left()
        mean_duals, mean_parts, counted = np.zeros_like(duals), np.zeros_like(parts), 0
        bounds: list[float] = []
        for step in range(1, steps + 1):
            further = np.clip(parts + primal * (self.gains - turned @ duals), 0.0, self.most)
            duals = np.maximum(self.floor, duals + dual * (matrix @ (2 * further - parts) - limits))
            parts = further
            mean_duals += duals
            mean_parts += parts
            counted += 1
            if step % LOOK:
                continue
            here, there = worth(duals), worth(mean_duals / counted)
            bounds.append(min([here, there, *bounds[-1:]]))
            if seconds_left() < deadline or _settled(bounds):
                break
            if counted >= 2 * LOOK:
                if there < here:
                    duals, parts = mean_duals / counted, mean_parts / counted
                mean_duals, mean_parts, counted = np.zeros_like(duals), np.zeros_like(parts), 0
        self.parts = parts
        return duals


def steps_of(matrix: sparse.csr_matrix, turned: sparse.csr_matrix) -> tuple[Floats, Floats]:
    """How long the steps of the parts and of the prices are, for a matrix without negative entries and its transpose."""
    primal = 0.95 * PRIMAL_STEP / np.maximum(np.asarray(turned.sum(1)).ravel(), 1.0)
    dual = 0.95 / PRIMAL_STEP / np.maximum(np.asarray(matrix.sum(1)).ravel(), 1.0)
    return primal, dual


def _settled(bounds: list[float]) -> bool:
    return len(bounds) > 5 and bounds[-1] > 0 and bounds[-6] - bounds[-1] < SETTLED * bounds[-1]
