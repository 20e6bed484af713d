"""From parts to whole meetings: what the relaxation places most nearly whole is placed, the rest is priced again, and so on.

This is diving, as integer programming knows it, with the first-order steps of ``bounds`` in place of a simplex method: a few
steps after each round suffice, since prices change little (Berthold, "Primal heuristics for mixed integer programs", 2006).
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from matchmaker.meetings.solver.bounds import SecondsLeft, steps_of
from matchmaker.meetings.solver.columns import Floats, Places

SHARE = 0.06
"""Of what is placed in part, placed whole in a round; more nearly whole than ``WHOLE`` is placed at once."""
WHOLE = 0.98
STEPS = 20
"""Between two rounds."""
FIRST = 100
"""Before the first round."""


def dive(
    matrix: sparse.csr_matrix,
    limits: Floats,
    gains: Floats,
    seconds_left: SecondsLeft,
    *,
    duals: Floats | None = None,
    share: float = SHARE,
    first: int = FIRST,
) -> Places:
    """Columns of a 0-1 ``matrix``, no more in any row than its limit, whose ``gains`` together are near the most there can be.

    ``gains`` are at most about 1; ``duals``, where known, are prices of the rows to begin with.
    """
    limits, columns = limits.copy(), matrix.T.tocsr()
    starts, rows_of = columns.indptr.tolist(), columns.indices.tolist()
    live, turned, matrix = np.arange(len(gains)), columns, matrix.tocsr()
    parts = np.zeros(len(gains))
    prices = np.zeros(len(limits)) if duals is None else duals
    chosen: list[int] = []
    room = limits.tolist()
    for number in range(len(gains)):
        if not len(live) or seconds_left() <= 0:
            break
        steps = STEPS if number else first
        mean, prices = _steps(matrix, turned, limits, gains[live], (parts, prices), steps, seconds_left)
        target = max(share * float(mean.sum()), 1.0)
        placed = 0
        for place in np.argsort(-mean, kind="stable").tolist():
            if mean[place] < WHOLE and placed >= target:
                break
            column = int(live[place])
            rows = rows_of[starts[column] : starts[column + 1]]
            if all(room[row] >= 1 for row in rows):
                for row in rows:
                    room[row] -= 1
                chosen.append(column)
                placed += 1
        limits = np.array(room)
        still = np.asarray(turned @ (limits < 1).astype(np.float64)) == 0
        still[np.isin(live, chosen[len(chosen) - placed :])] = False
        live, parts, turned = live[still], mean[still], turned[still]
        matrix = turned.T.tocsr()
    return np.array(sorted(chosen), np.intp)


def _steps(
    matrix: sparse.csr_matrix,
    turned: sparse.csr_matrix,
    limits: Floats,
    gains: Floats,
    start: tuple[Floats, Floats],
    number: int,
    seconds_left: SecondsLeft,
) -> tuple[Floats, Floats]:
    """Parts and prices after so many primal-dual steps, both the means of the second half of them."""
    parts, prices = start
    primal, dual = steps_of(matrix, turned)
    mean_parts, mean_prices = np.zeros_like(parts), np.zeros_like(prices)
    for step in range(number):
        if not step % STEPS and seconds_left() <= 0:
            return start
        further = np.clip(parts + primal * (gains - turned @ prices), 0.0, 1.0)
        prices = np.maximum(0.0, prices + dual * (matrix @ (2 * further - parts) - limits))
        parts = further
        if step >= number // 2:
            mean_parts += parts
            mean_prices += prices
    counted = number - number // 2
    return mean_parts / counted, mean_prices / counted
