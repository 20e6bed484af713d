"""Lower bounds: how many pairs of a kind sit together at least, whoever sits where."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from matchmaker.meetings.round_tables.guests import WEIGHTS, Company

KINDS = ("apart", "same_actor", "same_group", "same_sub_cluster")


def sizes(people: int, tables: int) -> list[int]:
    """Seats by table, as equal as can be, the larger ones first; the sum is ``people``."""
    return [people // tables + (table < people % tables) for table in range(tables)] if tables else []


def pairs(people: int) -> int:
    """Pairs among so many people."""
    return people * (people - 1) // 2


def spread(people: int, tables: int) -> int:
    """Pairs that share a table at least when so many people sit at so many tables (by convexity, when spread evenly)."""
    return sum(pairs(size) for size in sizes(people, tables))


def least_alike(company: Company, alike: NDArray[np.bool_]) -> int:
    """Pairs of one kind that share a table at least, over all rounds.

    Exact for kinds that part the people into classes; each class is spread over the tables of the round.
    """
    classes = np.unique(alike | np.eye(len(alike), dtype=np.bool_), axis=0)
    return sum(
        spread(int((members & there).sum()), tables)
        for there, tables in zip(company.there, company.tables, strict=True)
        for members in classes
    )


def least_again(company: Company) -> int:
    """Times that two meet again at least.

    By counting: more pairs share a table over all rounds than there are pairs that are there together. By pigeonholes: those at a table come from the
    tables of the round before, and of more people than there were tables some sat together there. The rounds up to any one are counted,
    those after it pigeonholed.
    """
    possible = int(np.triu(company.there.T.astype(np.int64) @ company.there > 0, 1).sum())
    met = [
        sum(pairs(size) for size in sizes(int(there.sum()), tables))
        for there, tables in zip(company.there, company.tables, strict=True)
    ]
    crowded = [0, *(_from_before(company, *two) for two in pairwise(range(len(met))))]
    found = [max(0, sum(met[: last + 1]) - possible) + sum(crowded[last + 1 :]) for last in range(len(met))]
    return max(found, default=0)


def least_cost(company: Company) -> float:
    """No seating costs less than this, all kinds of pairs taken together.

    A linear program: pairs fall into cells by which kinds they are of (colleagues of one group, say). As many pairs share a table
    as must; a cell gives each of its pairs once, and more of them only as meeting again; each kind has its least number. So that a
    seating with little of everything is not promised where the pairs for it are not there.
    """
    together = company.there.T.astype(np.int64) @ company.there > 0
    upper = np.triu_indices(len(company.ids), 1)
    kinds = [getattr(company, name)[upper] for name in KINDS]
    number = sum(kind.astype(np.int64) << place for place, kind in enumerate(kinds))
    cells, counts = np.unique(number[together[upper]], return_counts=True)
    if not len(cells):
        return 0.0
    of_kind = (cells[None, :] >> np.arange(len(KINDS))[:, None]) & 1
    seated = sum(
        sum(pairs(size) for size in sizes(int(there.sum()), tables))
        for there, tables in zip(company.there, company.tables, strict=True)
    )
    once, more = np.ones(len(cells)), np.ones(len(cells))
    least = [least_alike(company, getattr(company, name)) if name != "apart" else 0 for name in KINDS]
    costs = np.array([WEIGHTS[name] for name in KINDS]) @ of_kind
    found = linprog(
        # Pairs that share a table for the first time, then those that meet again.
        np.concatenate([costs, costs + WEIGHTS["again"]]),
        A_ub=-np.vstack([np.hstack([of_kind, of_kind]), np.concatenate([0 * once, more])]),
        b_ub=-np.array([*least, least_again(company)], dtype=np.float64),
        A_eq=np.concatenate([once, more])[None, :],
        b_eq=[seated],
        bounds=[*((0, count) for count in counts), *((0, None) for _ in cells)],
        method="highs",
    )
    # Costs are whole numbers; a hair is left for the solver's tolerance.
    return 0.0 if found.fun is None else float(math.ceil(found.fun - 1e-6))


def _from_before(company: Company, before: int, now: int) -> int:
    """Pairs at the tables of one round that sat together in the one before, at least.

    Of each table as many as were there before, as few as the table must have of them: with equal tables all but the newcomers.
    """
    came = int((company.there[before] & company.there[now]).sum())
    news = int(company.there[now].sum()) - came
    old = _fewest_old(sizes(int(company.there[now].sum()), company.tables[now]), news)
    return sum(spread(size, company.tables[before]) for size in old)


def _fewest_old(seats: Iterable[int], news: int) -> list[int]:
    """Seats by table less the newcomers, who are taken from the fullest, which lowers the sum of pairs most."""
    left = list(seats)
    for _ in range(news):
        left[left.index(max(left))] -= 1
    return left
