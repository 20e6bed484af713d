"""Who is to be seated, as values and as the costs of pairs; the first step of the room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import ScheduleError
from matchmaker.telling import told

WEIGHTS = {"apart": 1000.0, "same_actor": 100.0, "again": 10.0, "same_group": 3.0, "same_sub_cluster": 1.0}
"""What a pair at a table costs: first nobody sits with whom they are kept apart from, then colleagues are parted, then as few as
can be meet again, then groups are mixed, then sub-clusters."""

MOST_GUESTS = 2_000
MOST_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody with a seat."""

    id: str
    actor: str
    group: str
    sub_cluster: str = ""
    """Empty where it is not known; then they are like nobody in this."""
    rounds: frozenset[int] | None = None
    """The rounds that they are there for, from 0; ``None`` means all."""


@dataclass(frozen=True, slots=True)
class Company:
    """All guests as arrays, in the order of their ids."""

    ids: tuple[str, ...]
    there: NDArray[np.bool_]
    """Shape (rounds, n)."""
    tables: tuple[int, ...]
    """How many tables each round has."""
    apart: NDArray[np.bool_]
    """Shape (n, n), symmetric; this and the next three are false on the diagonal."""
    same_actor: NDArray[np.bool_]
    same_group: NDArray[np.bool_]
    same_sub_cluster: NDArray[np.bool_]
    order: NDArray[np.intp]
    """Rows with those of one group, actor and sub-cluster side by side."""

    @property
    def costs(self) -> NDArray[np.float64]:
        """What a pair at a table costs in every round, shape (n, n), symmetric."""
        return sum(
            (WEIGHTS[name] * getattr(self, name) for name in WEIGHTS if name != "again"),
            start=np.zeros(self.apart.shape),
        )


def company(
    guests: Sequence[Guest], *, size: int, rounds: int, apart: Iterable[Collection[str]] = ()
) -> Company:
    """The guests as arrays; raises ``ScheduleError`` with all that cannot be."""
    problems = list(_problems(guests, size, rounds))
    if problems:
        raise ScheduleError(problems)
    people = sorted(guests, key=lambda each: each.id)
    row_of = {each.id: row for row, each in enumerate(people)}
    there = np.array(
        [[each.rounds is None or number in each.rounds for each in people] for number in range(rounds)],
        dtype=np.bool_,
    )
    kept_apart = np.zeros((len(people), len(people)), dtype=np.bool_)
    for pair in apart:
        rows = [row_of[each] for each in pair if each in row_of]
        if len(rows) == 2:
            kept_apart[rows[0], rows[1]] = kept_apart[rows[1], rows[0]] = True
    order = sorted(
        range(len(people)),
        key=lambda row: (people[row].group, people[row].actor, people[row].sub_cluster, row),
    )
    return Company(
        tuple(each.id for each in people),
        there,
        tuple(-(-int(count) // size) for count in there.sum(axis=1)),
        kept_apart,
        _alike([each.actor for each in people]),
        _alike([each.group for each in people]),
        _alike([each.sub_cluster for each in people]),
        np.array(order, dtype=np.intp),
    )


def _problems(guests: Sequence[Guest], size: int, rounds: int) -> Iterable[str]:
    if len(guests) < 2:
        yield told("{number} participants cannot be seated in groups. Add participants.", number=len(guests))
    elif len(guests) > MOST_GUESTS:
        yield told(
            "{number} participants are more than {most:,}. Seat them in parts.",
            number=len(guests),
            most=MOST_GUESTS,
        )
    if size < 2:
        yield told("A table of {size} is no round table. Give at least 2 seats.", size=size)
    if not 1 <= rounds <= MOST_ROUNDS:
        yield told("{rounds} rounds: give 1 to {most}.", rounds=rounds, most=MOST_ROUNDS)
    twice = [name for name, number in Counter(each.id for each in guests).items() if number > 1]
    if twice:
        yield told("{named}: named twice. Name everybody once.", named=", ".join(sorted(twice)[:5]))


def _alike(names: Sequence[str]) -> NDArray[np.bool_]:
    """Which two have the same name, shape (n, n); nobody is like themselves, and no name is like nothing."""
    places = {name: place for place, name in enumerate(sorted(set(names)))}
    numbers = np.array([places[name] for name in names], dtype=np.intp)
    alike: NDArray[np.bool_] = numbers[:, None] == numbers[None, :]
    alike[numbers == places.get("", -1)] = False
    np.fill_diagonal(alike, False)
    return alike
