"""When a specialisation may be the form of a funder's call and no trade: one recurring call or one title, and no field.

The same actors together again are no doubt: ties that last are what makes a cluster.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matchmaker.landscape.funder_forms import A_FORM, recurring_titles, without_field_excess

CALL_SHARE_OF_GROUP = 1 / 3
CALL_SHARE_INSIDE = 0.5
"""A call with so large a share of the group's collaborations, so many of which lie in this one group, is the group's form."""
FEWEST_OF_A_CALL = 5
REPEATED_TITLES = 0.3
"""Share of collaborations whose title is nearly that of another one in the group."""
DOUBTS = ("one_call", "repeated_titles")


def doubts(
    columns: NDArray[np.int64],
    calls: Sequence[str],
    titles: Sequence[str],
    fields: NDArray[np.bool_],
) -> tuple[str, ...]:
    """Names from ``DOUBTS`` that hold for a group of collaborations, given as columns of the corpus in order of their days.

    ``calls`` and ``titles`` are those of the whole corpus, the recurring call of each collaboration from ``series_of``;
    ``fields`` says which of them have a field of science or business: a group that has as usual is a trade, whatever its
    calls and titles are like.
    """
    if len(columns) < FEWEST_OF_A_CALL:
        return ()
    excess = without_field_excess(columns, fields)
    if excess is not None and excess < A_FORM:
        return ()
    held = {
        "one_call": _one_call(columns, calls),
        "repeated_titles": recurring_titles([titles[column] for column in columns.tolist()])
        >= REPEATED_TITLES,
    }
    return tuple(name for name in DOUBTS if held[name])


def _one_call(columns: NDArray[np.int64], calls: Sequence[str]) -> bool:
    inside = Counter(calls[column] for column in columns.tolist())
    inside.pop("", None)
    if not inside:
        return False
    name = max(inside, key=lambda each: (inside[each], each))
    if inside[name] < max(FEWEST_OF_A_CALL, CALL_SHARE_OF_GROUP * len(columns)):
        return False
    return inside[name] >= CALL_SHARE_INSIDE * calls.count(name)
