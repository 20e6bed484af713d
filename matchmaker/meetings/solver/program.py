"""The event as a program with a variable for each wish and slot: what bounds, dives and the integer program all work on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from matchmaker.meetings.solver.columns import Columns, Floats, Places


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """The *k* variables, each a wish in a slot that both are there for, and the rows that limit them.

    Rows: participant and slot (n * s), participant (n), slot (s), wish (m).
    """

    data: Columns
    wish: Places
    slot: Places
    """Shape (k,)."""
    matrix: sparse.csr_matrix
    """Shape (rows, k)."""
    limits: Floats

    def only(self, columns: Places) -> Program:
        """The same with some of the variables."""
        return Program(
            self.data, self.wish[columns], self.slot[columns], self.matrix[:, columns].tocsr(), self.limits
        )

    def split(self, rows: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """What belongs to the rows, as shapes (n, s), (n,), (s,) and (m,)."""
        n, s = self.data.available.shape
        parts = np.split(rows, [n * s, n * s + n, n * s + n + s])
        return parts[0].reshape(n, s), parts[1], parts[2], parts[3]


def program(data: Columns, asked: Places | None = None, *, lean: bool = False) -> Program:
    """Nobody twice in a slot, nobody above their cap, no slot above its tables, no wish twice.

    ``asked`` are the wishes that have variables, all without it. A ``lean`` program has no entries in rows that cannot bind,
    which only slow first-order methods down.
    """
    n, s = data.available.shape
    asked = np.arange(len(data.values)) if asked is None else asked
    at, slot = np.nonzero(data.common[asked])
    wish = asked[at]
    k, first = len(wish), n * s + n + s
    a, b = data.a[wish], data.b[wish]
    rows = np.concatenate([a * s + slot, b * s + slot, n * s + a, n * s + b, n * s + n + slot, first + wish])
    places = np.tile(np.arange(k), 6)
    limits = np.concatenate(
        [data.available.ravel(), data.most, data.tables, np.ones(len(data.values))]
    ).astype(np.float64)
    if lean:
        binding = np.concatenate(
            [
                np.ones(n * s, np.bool_),
                data.most < data.available.sum(1),
                data.tables < data.available.sum(0) // 2,
                np.ones(len(data.values), np.bool_),
            ]
        )
        kept = binding[rows]
        rows, places = rows[kept], places[kept]
    matrix = sparse.csr_matrix((np.ones(len(rows)), (rows, places)), (len(limits), k))
    return Program(data, wish, slot, matrix, limits)
