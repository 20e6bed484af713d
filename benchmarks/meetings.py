"""Schedules for events: ours beside greedy, matching slot by slot, an integer program and CP-SAT.

    python -m benchmarks.meetings [--time-limit 10] [--sizes 500x15 1000x15 2000x20] [--availability 1 0.7 0.4]
                                  [--arms ours greedy slots program cp-sat] [--largest 250] [--seed 0]
                                  [--no-sample] [--workspace FOLDER PEOPLE]

Generated events come with ample tables and with tables for 60 % of those who would be at one. Then come events of the sample
cluster, and of those in workspaces, as many as are named, whose wishes are the partners proposed to each. Every figure is the
share of one and the same bound, the lowest that ours proves; seconds are those of the wall, the making of a model included. The
integer program is the whole one, with a variable for each wish and slot; it and CP-SAT are asked only for events with at most
``--largest`` participants, with the same limit. Prints Markdown. Needs ``ortools`` for CP-SAT only.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from benchmarks.cluster_events import cluster, cluster_event
from matchmaker.meetings.solver import Instance, solve
from matchmaker.meetings.solver.columns import Bools, Columns, Floats, Places, columns
from matchmaker.meetings.solver.grid import NONE, Grid, each_bit
from matchmaker.meetings.solver.program import program
from tests.meetings.events import event

FULL = 0.6
"""Tables where they are scarce, as a share of what those who are there could use at most."""
Arm = Callable[[Columns, float], Bools]
"""Shape (m,): the wishes that have a meeting."""


def worth(data: Columns) -> Floats:
    """What the others maximise: values, and much more for a must."""
    return np.asarray(data.values + 1000 * data.musts)


def greedy(data: Columns, _: float) -> Bools:
    """Musts and then the best wish first, into the first slot in which both are free and there is a table."""
    grid = Grid(data)
    for pair in np.argsort(-worth(data), kind="stable").tolist():
        a, b = grid.a[pair], grid.b[pair]
        both = grid.free[a] & grid.free[b] & grid.open
        if both and grid.left[a] > 0 and grid.left[b] > 0:
            grid.put(pair, next(each_bit(both)))
    return np.array(grid.slot) != NONE


def matching(data: Columns, pairs: Places, tables: int, seconds: float) -> Places:
    """Of pairs that could all meet in one slot those that count most together, to a thousandth; none where there is no time."""
    k = len(pairs)
    if not k or not tables or seconds <= 0:
        return np.zeros(0, np.intp)
    rows = np.concatenate([data.a[pairs], data.b[pairs], np.full(k, data.participants)])
    matrix = sparse.csr_matrix((np.ones(3 * k), (rows, np.tile(np.arange(k), 3))))
    solved = milp(
        -worth(data)[pairs],
        constraints=LinearConstraint(matrix, -np.inf, np.append(np.ones(data.participants), tables)),
        bounds=Bounds(0, 1),
        integrality=np.ones(k, np.intp),
        options={"time_limit": min(2.0, seconds), "node_limit": 200, "mip_rel_gap": 1e-3},
    )
    return pairs[solved.x > 0.5] if solved.x is not None else np.zeros(0, np.intp)


def slots(data: Columns, limit: float) -> Bools:
    """One slot after the other the matching that is worth most, by HiGHS."""
    left, placed, ends = data.most.copy(), np.zeros(len(data.values), np.bool_), time.monotonic() + limit
    for slot in range(data.slots):
        here = np.flatnonzero(~placed & data.common[:, slot] & (left[data.a] > 0) & (left[data.b] > 0))
        tables = int(data.tables[slot])
        chosen = matching(data, here, tables, ends - time.monotonic())
        placed[chosen] = True
        np.subtract.at(left, data.a[chosen], 1)
        np.subtract.at(left, data.b[chosen], 1)
    return placed


def whole_program(data: Columns, limit: float) -> Bools:
    """The integer program with a variable for each wish and slot, by HiGHS."""
    whole = program(data)
    solved = milp(
        -worth(data)[whole.wish],
        constraints=LinearConstraint(whole.matrix, -np.inf, whole.limits),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(whole.wish)),
        options={"time_limit": limit},
    )
    return _placed(data, whole.wish, None if solved.x is None else solved.x)


def cp_sat(data: Columns, limit: float) -> Bools:
    """The same program by OR-tools' CP-SAT with two workers; values in thousandths."""
    from ortools.sat.python import cp_model

    whole = program(data)
    model = cp_model.CpModel()
    variables = [model.new_bool_var("") for _ in whole.wish]
    for row in range(whole.matrix.shape[0]):
        entries = whole.matrix.indices[whole.matrix.indptr[row] : whole.matrix.indptr[row + 1]]
        if len(entries) > whole.limits[row]:
            each = [variables[entry] for entry in entries]
            if whole.limits[row] == 1:
                model.add_at_most_one(each)
            else:
                model.add(sum(each) <= int(whole.limits[row]))
    gains = np.round(1000 * worth(data)[whole.wish]).astype(int).tolist()
    model.maximize(cp_model.LinearExpr.weighted_sum(variables, gains))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = limit
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return _placed(data, whole.wish, np.array([solver.value(each) for each in variables]) if found else None)


def _placed(data: Columns, wish: Places, chosen: Floats | None) -> Bools:
    return np.bincount(wish, np.zeros(len(wish)) if chosen is None else chosen, len(data.values)) > 0.5


SLOW = ("program", "cp-sat")
ARMS: dict[str, Arm] = {"greedy": greedy, "slots": slots, "program": whole_program, "cp-sat": cp_sat}


def ours(asked: Instance, limit: float, seed: int) -> tuple[float, float, float, int]:
    """Value, bound, seconds and musts that are missing."""
    began = time.monotonic()
    ends = began + 0.9 * limit
    found = solve(asked, seed=seed, seconds_left=lambda: ends - time.monotonic())
    missing = sum(each.must for each in found.unplaced)
    return found.value, found.bound, time.monotonic() - began, missing


def generated(options: argparse.Namespace) -> Iterator[tuple[str, float, str, Instance]]:
    """What it is, the chance to be there, the tables, and the event."""
    for size in options.sizes:
        people, number = map(int, size.split("x"))
        for there in options.availability:
            for tables in options.tables:
                count = people // 2 if tables == "ample" else max(1, int(FULL * there * people / 2))
                made = event(people, number, there, seed=options.seed, tables=count, musts=people // 20)
                yield size, there, str(count), made


def of_clusters(options: argparse.Namespace) -> Iterator[tuple[str, float, str, Instance]]:
    """The same of the sample cluster, and of the clusters in workspaces."""
    for folder, people in [*([] if options.no_sample else [(None, 212)]), *options.workspace]:
        with cluster(None if folder is None else Path(folder)) as published:
            for there in options.availability:
                made = cluster_event(published, int(people), 15, there, seed=options.seed)
                name = "sample" if folder is None else Path(folder).name
                yield f"{name}, {len(made.participants)}x15", there, str(made.tables[0]), made


def row(asked: Instance, options: argparse.Namespace) -> Iterator[str]:
    """A cell for each way: the share of our bound, musts that are missing, seconds."""
    mine = ours(asked, options.time_limit, options.seed)
    _, bound, _, _ = mine
    for arm in options.arms:
        if arm in SLOW and len(asked.participants) > options.largest:
            yield "-"
            continue
        if arm == "ours":
            value, _, seconds, missing = mine
        else:
            began = time.monotonic()
            data = columns(asked)
            placed = ARMS[arm](data, options.time_limit)
            seconds = time.monotonic() - began
            value, missing = float(data.values[placed].sum()), int((data.musts & ~placed).sum())
        lacks = f", {missing} musts missing" if missing and value else ""
        yield (f"{100 * value / bound:.2f} %{lacks}" if value else "nothing") + f", {seconds:.1f} s"


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--time-limit", type=float, default=10.0)
    asked.add_argument("--sizes", nargs="*", default=["500x15", "1000x15", "2000x20"])
    asked.add_argument("--availability", nargs="+", type=float, default=[1.0, 0.7, 0.4])
    asked.add_argument("--tables", nargs="+", choices=["ample", "scarce"], default=["ample", "scarce"])
    asked.add_argument("--arms", nargs="+", choices=["ours", *ARMS], default=["ours", *ARMS])
    asked.add_argument("--largest", type=int, default=250, help="participants at most for program and cp-sat")
    asked.add_argument("--workspace", nargs=2, action="append", default=[], metavar=("FOLDER", "PEOPLE"))
    asked.add_argument("--no-sample", action="store_true")
    asked.add_argument("--seed", type=int, default=0)
    options = asked.parse_args()
    print("| event | there | tables | musts | " + " | ".join(options.arms) + " |")
    print("|---|---|---|---|" + "---|" * len(options.arms))
    for name, there, tables, made in chain(generated(options), of_clusters(options)):
        musts = sum(each.must for each in made.wishes)
        cells = " | ".join(row(made, options))
        print(f"| {name} | {there:.0%} | {tables} | {musts} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
