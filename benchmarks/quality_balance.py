"""What balanced exposure costs in accuracy, over everybody's lists at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from matchmaker.matching.exposure import Market, Measures, Terms, measure
from matchmaker.matching.judging import (
    LONGEST_LIST,
    SEEKERS_AT_ONCE,
    SHOWN,
    Arm,
    Line,
    Told,
    allowed_scores,
    judge_lists,
    lines,
)
from matchmaker.matching.measures import NOBODY, best, gini
from matchmaker.matching.splits import Past, Questions

CANDIDATES = 300
BALANCES = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
FLOOR = 2


@dataclass(frozen=True, slots=True)
class Balanced:
    """One point of the curve."""

    balance: float
    line: Line
    """Of the seekers that are judged."""
    coverage: float
    """Share of the known actors in anybody's list."""
    gini: float
    """Of the known actors' exposure in everybody's lists."""
    measures: Measures
    """Of everybody's lists, unknown actors counted too."""


def balanced(arm: Arm, asked: Questions, past: Past, *, progress: Told | None = None) -> Iterator[Balanced]:
    """The curve over ``BALANCES``; lists hold new partners of other groups only."""
    market = Market(candidates(arm, past, progress=progress))
    for balance in BALANCES:
        made = market.propose(Terms(balance, SHOWN, more=LONGEST_LIST - SHOWN, floor=FLOOR))
        lists = np.full((len(asked), LONGEST_LIST), NOBODY, dtype=np.intp)
        for place, seeker in enumerate(asked.seekers):
            partners = made.of(int(seeker))[:LONGEST_LIST]
            lists[place, : len(partners)] = partners
        judged = judge_lists(lists, asked.relevant, past)
        exposure = made.exposure()[past.known]
        yield Balanced(
            balance=balance,
            line=lines({"": judged}, "")[0],
            coverage=float((exposure > 0).mean()),
            gini=gini(exposure),
            measures=measure(made),
        )


def candidates(arm: Arm, past: Past, *, progress: Told | None = None) -> sparse.csr_array:
    """Everybody's best new partners with their scores, shape (n, n)."""
    known = np.flatnonzero(past.known).astype(np.intp)
    rows, columns, values = [], [], []
    for start in range(0, len(known), SEEKERS_AT_ONCE):
        seekers = known[start : start + SEEKERS_AT_ONCE]
        scores = allowed_scores(arm, seekers, past)
        lists = best(scores, CANDIDATES)
        place, position = np.nonzero(lists != NOBODY)
        rows.append(seekers[place])
        columns.append(lists[place, position])
        values.append(np.maximum(scores[place, lists[place, position]], 0))
        if progress:
            progress(start + len(seekers), len(known))
    shape = (len(past.known), len(past.known))
    return sparse.csr_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=shape
    )
