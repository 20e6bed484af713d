"""Dives: whole columns out of parts, never more in a row than its limit."""

from __future__ import annotations

import math

import numpy as np
from scipy import sparse
from scipy.optimize import linear_sum_assignment

from matchmaker.meetings.solver.diving import dive


def assignment(size: int, seed: int) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Rows for persons and for tasks, one column for each pair, and gains."""
    person, task = np.divmod(np.arange(size * size), size)
    rows = np.concatenate([person, size + task])
    matrix = sparse.csr_matrix((np.ones(2 * size * size), (rows, np.tile(np.arange(size * size), 2))))
    return matrix, np.random.default_rng(seed).random(size * size)


def test_no_row_holds_more_than_its_limit_and_the_optimum_is_near() -> None:
    matrix, gains = assignment(30, 1)
    chosen = dive(matrix, np.ones(60), gains, lambda: math.inf)
    assert (np.asarray(matrix[:, chosen].sum(1)) <= 1).all()
    best = gains.reshape(30, 30)[linear_sum_assignment(gains.reshape(30, 30), maximize=True)].sum()
    assert gains[chosen].sum() >= 0.97 * best


def test_rows_without_room_are_left_alone() -> None:
    matrix, gains = assignment(8, 2)
    limits = np.ones(16)
    limits[[0, 9]] = 0
    chosen = dive(matrix, limits, gains, lambda: math.inf)
    assert not ({0, 9} & set(matrix[:, chosen].nonzero()[0].tolist()))
    assert len(chosen) == 7


def test_without_time_nothing_is_chosen() -> None:
    matrix, gains = assignment(8, 3)
    assert not len(dive(matrix, np.ones(16), gains, lambda: 0.0))
