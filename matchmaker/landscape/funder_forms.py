"""Whether a sub-cluster is a trade or only the form of a funding programme: measured signs for each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.corpus import Corpus
from matchmaker.landscape.activity import series_of
from matchmaker.landscape.findings import Landscape

FEWEST = 5
"""Fewer collaborations say nothing about their form."""
A_FORM = 0.5
"""From this ``without_field_excess`` on a sub-cluster looks like a form, where calls or titles say so too."""
LIKE_TITLES = 0.6
"""Words that two titles share, of all words in either, to be nearly one title."""
FEWEST_WORDS = 3
"""Titles of fewer words are like others by chance."""
TELLING_RECURRENCE = 0.1
TELLING_LIFT = 5.0

_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class FunderForm:
    """What speaks for a sub-cluster being a funder's form; ``None`` where the data cannot say."""

    collaborations: int
    call: str
    """The recurring call that most come from; empty where no topics are known."""
    call_share: float | None
    """Share of its collaborations with a topic that come from that call. A trade can have a call of its own, too."""
    call_lift: float | None
    """The same against that call's share of all collaborations; 1 is as everywhere."""
    recurring_titles: float
    """Share of its collaborations whose title is nearly that of another one of it."""
    without_field: float | None
    """Share of its collaborations without any field of science or business; ``None`` where none is known at all."""
    without_field_excess: float | None
    """How far that exceeds the share among all collaborations: 0 as everywhere or less, 1 none has a field."""
    looks_like_form: bool | None
    """``A_FORM`` reached, and its calls (``TELLING_LIFT``) or titles (``TELLING_RECURRENCE``) say so; ``None`` unknown."""


def funder_forms(corpus: Corpus, landscape: Landscape) -> dict[str, FunderForm]:
    """The signs of every sub-cluster with ``FEWEST`` collaborations or more, by id.

    Projects of one trade have fields of science in common. Those of a programme's form (open days, contact points,
    mobility schemes) have none, and are alike because they describe the same kind of activity.
    """
    column_of = {each: column for column, each in enumerate(corpus.collaboration_ids)}
    calls = [series_of(topic) for topic in corpus.topics]
    fields = has_field(corpus)
    found = {}
    for each in landscape.sub_clusters:
        columns = [column_of[one] for one in each.collaboration_ids if one in column_of]
        if len(columns) >= FEWEST:
            found[each.id] = _form(np.array(columns), calls, corpus.titles, fields)
    return found


def has_field(corpus: Corpus) -> NDArray[np.bool_]:
    """Shape (c,): whether each collaboration has a field of science or business."""
    return np.array([bool(each) for each in corpus.fields], dtype=np.bool_)


def without_field_excess(columns: NDArray[np.int64], fields: NDArray[np.bool_]) -> float | None:
    """How far the share without a field exceeds that of all, from 0 to 1; ``None`` where no field is known at all."""
    if not fields.any():
        return None
    usual = 1 - float(fields.mean())
    return max(0.0, (1 - float(fields[columns].mean()) - usual) / (1 - usual))


def recurring_titles(titles: Sequence[str]) -> float:
    """Share of the titles that are nearly that of another one, 0 to 1."""
    words = [frozenset(word.casefold() for word in _WORD.findall(title)) for title in titles]
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


def _form(
    columns: NDArray[np.int64], calls: Sequence[str], titles: Sequence[str], fields: NDArray[np.bool_]
) -> FunderForm:
    counted = Counter(calls[column] for column in columns if calls[column])
    call = min(counted, key=lambda each: (-counted[each], each), default="")
    share = counted[call] / sum(counted.values()) if call else None
    everywhere = calls.count(call) / max(sum(map(bool, calls)), 1)
    recurring = recurring_titles([titles[column] for column in columns])
    excess = without_field_excess(columns, fields)
    lift = None if share is None else share / everywhere
    told = recurring >= TELLING_RECURRENCE or (lift is not None and lift >= TELLING_LIFT)
    return FunderForm(
        collaborations=len(columns),
        call=call,
        call_share=_rounded(share),
        call_lift=_rounded(lift),
        recurring_titles=round(recurring, 4),
        without_field=None if excess is None else round(1 - float(fields[columns].mean()), 4),
        without_field_excess=_rounded(excess),
        looks_like_form=None if excess is None else excess >= A_FORM and told,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
