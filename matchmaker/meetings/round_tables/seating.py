"""Guests in, rounds of tables out: a rotation to begin with, then exchanges of two seats as long as they help."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matchmaker.events.round_tables import PairCount, RoundTables
from matchmaker.meetings.round_tables.guests import WEIGHTS, Company, Guest, company
from matchmaker.meetings.round_tables.least import least_again, least_alike, least_cost
from matchmaker.meetings.round_tables.rotation import AWAY, rotation

MOST_IN_VAIN = 300
"""Times in a row at most that the search goes on from the best seating with some seats exchanged and finds no better one."""
MOST_COMPARED = 150_000_000
"""Exchanges of two seats that are compared at most, a few seconds' worth; a count keeps the answer the same on every machine."""
MOST_ROUNDS_SHAKEN = 3
MOST_SHAKEN = 8
"""People of a round at most whose seats are exchanged then."""

Seats = NDArray[np.intp]
"""Shape (rounds, n): the table of each guest in each round, or ``AWAY``."""


def seat(
    guests: Sequence[Guest],
    *,
    size: int,
    rounds: int,
    apart: Iterable[Collection[str]] = (),
    seed: int = 0,
    seconds_left: Callable[[], float] = lambda: math.inf,
) -> RoundTables:
    """Seat everybody at tables of at most ``size`` in each round.

    Pairs in ``apart`` are kept apart, then colleagues of one actor, then as few as can be meet again, then actor groups and
    sub-clusters are mixed. As long as ``seconds_left`` suffices, the same guests and seed give the same seating.

    Raises:
        ScheduleError: too few or too many guests, a table without seats, all named together.
    """
    people = company(guests, size=size, rounds=rounds, apart=apart)
    search = _Search(people)
    chance = np.random.default_rng(seed)
    best = search.settled(rotation(people))
    lowest, least = search.cost(best), least_cost(people)
    in_vain = 0
    while lowest > least and in_vain < MOST_IN_VAIN:
        if search.compared > MOST_COMPARED or seconds_left() <= 0:
            break
        tried = search.settled(_shaken(best, chance))
        in_vain += 1
        if (cost := search.cost(tried)) <= lowest:
            in_vain = 0 if cost < lowest else in_vain
            best, lowest = tried, cost
    return _result(people, best, size)


class _Search:
    """Exchanges seats within rounds, one round after the other, until none helps."""

    def __init__(self, people: Company) -> None:
        self._people = people
        self._costs = people.costs
        self.compared = 0

    def cost(self, seats: Seats) -> float:
        """What a seating costs."""
        together = _together(seats)
        again = np.maximum(together - 1, 0)
        return float(np.triu(self._costs * together + WEIGHTS["again"] * again, 1).sum())

    def settled(self, seats: Seats) -> Seats:
        """A seating in which no exchange of two seats of a round lowers the cost."""
        seats = seats.copy()
        together = _together(seats)
        unchanged = 0
        number = 0
        while unchanged < len(seats):
            row = seats[number]
            together -= _same_table(row)
            unchanged = (
                0 if self._improve(row, self._costs + WEIGHTS["again"] * (together > 0)) else unchanged + 1
            )
            together += _same_table(row)
            number = (number + 1) % len(seats)
        return seats

    def _improve(self, row: Seats, costs: NDArray[np.float64]) -> bool:
        """Make the exchange that helps most, again and again; whether any did.

        ``costs`` of shape (n, n) are what each pair costs in this round with the other rounds as they are.
        """
        here = np.flatnonzero(row != AWAY)
        if not len(here):
            return False
        inner = costs[np.ix_(here, here)]
        table = row[here]
        with_table = inner @ (table[:, None] == np.arange(table.max() + 1)[None, :])
        change = np.empty_like(inner)
        renewed = np.arange(len(here))
        moved = False
        while True:
            self.compared += len(here) * len(renewed)
            _renew(change, renewed, inner, with_table, table)
            one, other = divmod(int(change.argmin()), len(here))
            if change[one, other] > -1e-9:
                break
            for who, leaves, joins in ((one, table[one], table[other]), (other, table[other], table[one])):
                with_table[:, leaves] -= inner[:, who]
                with_table[:, joins] += inner[:, who]
            table[one], table[other] = table[other], table[one]
            renewed = np.flatnonzero((table == table[one]) | (table == table[other]))
            moved = True
        row[here] = table
        return moved


def _renew(
    change: NDArray[np.float64],
    rows: NDArray[np.intp],
    inner: NDArray[np.float64],
    with_table: NDArray[np.float64],
    table: NDArray[np.intp],
) -> None:
    """Write anew what an exchange of the seats of two would change, for these rows and anybody.

    ``change`` is symmetric, shape (n, n); ``with_table`` of shape (n, tables) is what sitting at each table costs.
    """
    stays = with_table[np.arange(len(table)), table]
    found = with_table[:, table[rows]] + with_table[rows][:, table].T - 2 * inner[:, rows]
    found -= stays[:, None] + stays[rows][None, :]
    found[table[:, None] == table[rows][None, :]] = 0
    change[:, rows] = found
    change[rows] = found.T


def _shaken(seats: Seats, chance: np.random.Generator) -> Seats:
    """The same with the seats of some people exchanged, in one round or in several."""
    seats = seats.copy()
    for number in chance.permutation(len(seats))[: int(chance.integers(1, MOST_ROUNDS_SHAKEN + 1))]:
        here = np.flatnonzero(seats[number] != AWAY)
        some = chance.permutation(here)[: int(chance.integers(2, MOST_SHAKEN + 1))]
        seats[number, some] = seats[number, np.roll(some, 1)]
    return seats


def _same_table(row: Seats) -> NDArray[np.int64]:
    """1 for two at one table, shape (n, n); nobody is with themselves."""
    same: NDArray[np.int64] = ((row[:, None] == row[None, :]) & (row != AWAY)[:, None]).astype(np.int64)
    np.fill_diagonal(same, 0)
    return same


def _together(seats: Seats) -> NDArray[np.int64]:
    """In how many rounds two share a table, shape (n, n)."""
    together: NDArray[np.int64] = np.stack([_same_table(row) for row in seats]).sum(axis=0)
    return together


def _result(people: Company, seats: Seats, size: int) -> RoundTables:
    together = _together(seats)
    measured = {
        name: PairCount(int(np.triu(pairs, 1).sum()), least)
        for (name, least), pairs in zip(
            _least(people).items(),
            (
                np.maximum(together - 1, 0),
                together * people.same_actor,
                together * people.same_group,
                together * people.same_sub_cluster,
                together * people.apart,
            ),
            strict=True,
        )
    }
    return RoundTables(
        tuple(
            tuple(
                tuple(people.ids[place] for place in np.flatnonzero(row == table)) for table in range(tables)
            )
            for row, tables in zip(seats, people.tables, strict=True)
        ),
        **measured,
        cost=_weighed({name: each.pairs for name, each in measured.items()}),
        bound=least_cost(people),
        size=size,
    )


def _least(people: Company) -> dict[str, int]:
    """Fewest pairs of each kind."""
    return {
        "again": least_again(people),
        "same_actor": least_alike(people, people.same_actor),
        "same_group": least_alike(people, people.same_group),
        "same_sub_cluster": least_alike(people, people.same_sub_cluster),
        "apart": 0,
    }


def _weighed(pairs: Mapping[str, int]) -> float:
    return sum(WEIGHTS[name] * number for name, number in pairs.items())
