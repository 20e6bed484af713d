"""Generated events: who is there when, who wishes to meet whom; the same numbers give the same event."""

from __future__ import annotations

import numpy as np

from matchmaker.meetings.solver import Instance, Participant, Wish

WISHES = 19
"""For each participant."""


def event(
    people: int,
    slots: int,
    availability: float,
    *,
    seed: int = 0,
    tables: int | None = None,
    musts: int = 0,
    groups: int = 5,
) -> Instance:
    """People of five groups who wish to meet others of other groups, some far more sought after than others.

    Everybody is there for each slot with the same chance, takes 60 to 100 % of the slots as meetings at most, and there are
    about 19 wishes for each. Musts are drawn so that nobody must meet more than one.
    """
    chance = np.random.default_rng(seed)
    there = chance.random((people, slots)) < availability
    there[~there.any(1), 0] = True
    caps = chance.integers(max(1, int(slots * 0.6)), slots + 1, people)
    group = chance.integers(0, groups, people)
    sought = chance.lognormal(0, 0.6, people)
    wanted = min(people * WISHES, people * (people - 1) // 4)
    pairs: dict[tuple[int, int], None] = {}
    while len(pairs) < wanted:
        ones = chance.integers(0, people, wanted)
        others = chance.choice(people, wanted, p=sought / sought.sum())
        for one, other in zip(ones.tolist(), others.tolist(), strict=True):
            if group[one] != group[other] and len(pairs) < wanted:
                pairs[min(one, other), max(one, other)] = None
    values = np.round(np.clip((chance.random(wanted) + chance.beta(2, 2, wanted)) / 2, 0.01, 1.0), 3)
    must: set[int] = set()
    taken: set[int] = set()
    for row, (one, other) in enumerate(pairs):
        if len(must) < musts and not {one, other} & taken and (there[one] & there[other]).any():
            must.add(row)
            taken |= {one, other}
    return Instance(
        (tables or max(1, people // 2),) * slots,
        tuple(
            Participant(f"p{row}", tuple(np.flatnonzero(there[row]).tolist()), int(caps[row]))
            for row in range(people)
        ),
        tuple(
            Wish(f"p{one}", f"p{other}", float(value), row in must)
            for row, ((one, other), value) in enumerate(zip(pairs, values, strict=True))
        ),
    )
