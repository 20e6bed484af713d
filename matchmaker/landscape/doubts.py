"""When a specialisation may be the form of a funder's call and no trade: one recurring call, one title, the same actors again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

CALL_SHARE_OF_GROUP = 1 / 3
CALL_SHARE_INSIDE = 0.5
"""A call with so large a share of the group's collaborations, so many of which lie in this one group, is the group's form."""
FEWEST_OF_A_CALL = 5
REPEATED_TITLES = 0.3
"""Share of collaborations whose title is nearly that of another one in the group."""
LIKE_TITLES = 0.6
"""Words that two titles share, of all words in either, to be nearly one title."""
FEWEST_WORDS = 3
SAME_ACTORS = 0.5
"""Share of collaborations of which at least half the participants had a collaboration in the group together before."""

DOUBTS = ("one_call", "repeated_titles", "same_actors")

_WORD = re.compile(r"[^\W\d_]{2,}")


def doubts(
    columns: NDArray[np.int64], calls: Sequence[str], titles: Sequence[str], takes_part: sparse.csr_array
) -> tuple[str, ...]:
    """Names from ``DOUBTS`` that hold for a group of collaborations, given as columns of the corpus in order of their days.

    ``calls`` and ``titles`` are those of the whole corpus, the recurring call of each collaboration from ``series_of``;
    ``takes_part`` has shape (collaborations, actors).
    """
    if len(columns) < FEWEST_OF_A_CALL:
        return ()
    held = {
        "one_call": _one_call(columns, calls),
        "repeated_titles": _repeated_titles([titles[column] for column in columns.tolist()])
        >= REPEATED_TITLES,
        "same_actors": _same_actors(sparse.csr_array(takes_part[columns])) >= SAME_ACTORS,
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


def _repeated_titles(titles: Sequence[str]) -> float:
    """Share of titles nearly equal to another: more words in common than not."""
    words = [frozenset(word.lower() for word in _WORD.findall(title)) for title in titles]
    place = {word: number for number, word in enumerate(sorted(frozenset().union(*words)))}
    if not place:
        return 0.0
    rows = np.repeat(np.arange(len(words)), [len(each) for each in words])
    columns = np.array([place[word] for each in words for word in sorted(each)], dtype=np.int64)
    counted = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(words), len(place)))
    sizes = np.array([len(each) for each in words], dtype=np.float64)
    shared = sparse.coo_array(counted @ counted.T)
    one, other = shared.coords
    like = shared.data >= LIKE_TITLES * (sizes[one] + sizes[other] - shared.data)
    long_enough = (sizes[one] >= FEWEST_WORDS) & (sizes[other] >= FEWEST_WORDS)
    return len(np.unique(one[like & long_enough & (one != other)])) / len(titles)


def _same_actors(takes_part: sparse.csr_array) -> float:
    """Share of collaborations that repeat at least half of an earlier one's company; those of one actor do not count."""
    sizes = np.diff(takes_part.indptr)
    several = np.flatnonzero(sizes >= 2)
    if len(several) < 2:
        return 0.0
    kept = sparse.csr_array(takes_part[several])
    shared = sparse.coo_array(kept @ kept.T)
    later, earlier = shared.coords
    again = (later > earlier) & (shared.data >= np.maximum(2, sizes[several][later] / 2))
    return len(np.unique(later[again])) / len(several)
