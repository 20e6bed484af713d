"""An ``Instance`` as arrays: who can meet whom in which slot, and what limits each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.meetings.solver.instance import Instance

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """*n* participants, *s* slots, and the *m* wishes that could have a meeting; of the others there is nothing here."""

    rows: Places
    """Shape (m,): which wish of the instance each is."""
    a: Places
    b: Places
    """Shape (m,): the two participants."""
    values: Floats
    """Shape (m,)."""
    musts: Bools
    """Shape (m,)."""
    common: Bools
    """Shape (m, s): slots that both are there for and that have a table."""
    available: Bools
    """Shape (n, s): slots a participant is there for and that have a table."""
    most: Places
    """Shape (n,): meetings a participant can have, of those asked for and those there are slots for."""
    least: Places
    """Shape (n,): the minimum asked for."""
    tables: Places
    """Shape (s,): meetings a slot can hold, by its tables and by half of those who are there."""

    @property
    def participants(self) -> int:
        """Number of participants."""
        return len(self.most)

    @property
    def slots(self) -> int:
        """Number of slots."""
        return len(self.tables)


def columns(instance: Instance, *, hopeless: bool = False) -> Columns:
    """The arrays of an instance; wishes that nothing could place (no common slot, a cap of 0) only with ``hopeless``.

    Wishes that are excluded are left out always. With ``hopeless`` the tables are all there are, needed or not.
    """
    place = {each.id: row for row, each in enumerate(instance.participants)}
    available = np.zeros((len(place), instance.slots), np.bool_)
    for row, each in enumerate(instance.participants):
        available[row, list(each.available)] = True
    available &= np.array(instance.tables) > 0
    asked = np.array([each.max_meetings for each in instance.participants], np.intp)
    most = np.minimum(asked, available.sum(1))
    a = np.array([place[wish.a] for wish in instance.wishes], np.intp)
    b = np.array([place[wish.b] for wish in instance.wishes], np.intp)
    apart = {frozenset((place[one], place[other])) for one, other in instance.never}
    allowed = np.array(
        [frozenset(pair) not in apart for pair in zip(a.tolist(), b.tolist(), strict=True)], np.bool_
    )
    common = available[a] & available[b]
    possible = common.any(1) & (most[a] > 0) & (most[b] > 0) if len(a) else np.zeros(0, np.bool_)
    rows = np.flatnonzero(allowed & (possible | hopeless))
    tables = np.array(instance.tables, np.intp)
    return Columns(
        rows,
        a[rows],
        b[rows],
        np.array([wish.value for wish in instance.wishes], np.float64)[rows],
        np.array([wish.must for wish in instance.wishes], np.bool_)[rows],
        common[rows],
        available,
        most,
        np.array([each.min_meetings for each in instance.participants], np.intp),
        tables if hopeless else np.minimum(tables, available.sum(0) // 2),
    )
