"""How much of the bound any schedule could reach: the optimum of events that an integer program solves to the end.

    python -m benchmarks.meeting_bounds [--availability 0.4] [--sizes 60x8 100x8 150x8 100x15] [--seeds 3] [--time-limit 200]

For generated events with ample tables it prints, as shares of the linear relaxation with a variable for each wish and slot (the
tightest bound that prices can give): the best schedule that HiGHS finds within the limit, what it proves that none exceeds, and
ours with a limit of 10 s. Where the first two agree, the rest is what no search can reach. Prints Markdown.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from matchmaker.meetings.solver import solve
from matchmaker.meetings.solver.columns import columns
from matchmaker.meetings.solver.program import program
from tests.meetings.events import event

OURS = 10.0
"""Seconds."""


def row(people: int, slots: int, availability: float, seed: int, limit: float) -> str:
    """One line of the table."""
    instance = event(people, slots, availability, seed=seed, musts=people // 20)
    ends = time.monotonic() + OURS
    ours = solve(instance, seconds_left=lambda: ends - time.monotonic())
    data = columns(instance)
    whole = program(data)
    musts = whole.matrix.shape[0] - len(data.values) + np.flatnonzero(data.musts)
    rows = np.union1d(np.flatnonzero(whole.matrix.getnnz(1) > 1), musts)
    least = np.full(len(whole.limits), -np.inf)
    least[musts] = 1
    limits = LinearConstraint(whole.matrix[rows], least[rows], whole.limits[rows])
    gains, parts = -data.values[whole.wish], Bounds(0, 1)
    relaxed = -milp(gains, constraints=limits, bounds=parts).fun
    best = milp(
        gains,
        constraints=limits,
        bounds=parts,
        integrality=np.ones(len(gains)),
        options={"time_limit": limit, "mip_rel_gap": 1e-6},
    )
    found = f"{-best.fun / relaxed:.2%}" if best.x is not None else "none"
    return (
        f"| {people}x{slots} | {seed} | {len(gains):,} | {found} | {-best.mip_dual_bound / relaxed:.2%} | "
        f"{ours.value / relaxed:.2%} |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--availability", type=float, default=0.4)
    parser.add_argument("--sizes", nargs="+", default=["60x8", "100x8", "150x8", "100x15"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--time-limit", type=float, default=200.0)
    args = parser.parse_args()
    print(
        "| participants x slots | seed | variables | best found | proven at most | ours |\n|---|---|---|---|---|---|"
    )
    for size in args.sizes:
        people, slots = map(int, size.split("x"))
        for seed in range(args.seeds):
            print(row(people, slots, args.availability, seed, args.time_limit), flush=True)


if __name__ == "__main__":
    main()
