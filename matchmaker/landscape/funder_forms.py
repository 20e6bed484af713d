"""Whether a sub-cluster is a trade or only the form of a funding programme: measured signs for each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.corpus import Corpus
from matchmaker.landscape.findings import Landscape

FEWEST = 5
"""Fewer collaborations say nothing about their form."""
A_FORM = 0.5
"""From this ``without_field_excess`` on a sub-cluster looks like a form, where calls or titles say so too."""
SAME_TITLE = 0.5
TELLING_RECURRENCE = 0.1
TELLING_LIFT = 5.0


@dataclass(frozen=True, slots=True)
class FunderForm:
    """What speaks for a sub-cluster being a funder's form; ``None`` where the data cannot say."""

    collaborations: int
    call: str
    """The most frequent family of calls, without years and numbers; empty where no topics are known."""
    call_share: float | None
    """Share of its collaborations with a topic that come from that family. A trade can have a call of its own, too."""
    call_lift: float | None
    """The same against that family's share of all collaborations; 1 is as everywhere."""
    recurring_titles: float
    """Share of its collaborations whose title shares half of its words with that of another one of it."""
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
    families = [_family(topic) for topic in corpus.topics]
    titles = [_words(title) for title in corpus.titles]
    has_field = [bool(each) for each in corpus.fields]
    found = {}
    for each in landscape.sub_clusters:
        columns = [column_of[one] for one in each.collaboration_ids if one in column_of]
        if len(columns) >= FEWEST:
            found[each.id] = _form(columns, families, titles, has_field)
    return found


def _form(
    columns: Sequence[int], families: list[str], titles: list[frozenset[str]], has_field: list[bool]
) -> FunderForm:
    counted = Counter(families[column] for column in columns if families[column])
    call = min(counted, key=lambda family: (-counted[family], family), default="")
    share = counted[call] / sum(counted.values()) if call else None
    everywhere = families.count(call) / max(sum(map(bool, families)), 1)
    recurring = _recurring([titles[column] for column in columns])
    without = excess = None
    if any(has_field):
        usual = 1 - sum(has_field) / len(has_field)
        without = 1 - sum(has_field[column] for column in columns) / len(columns)
        excess = max(0.0, (without - usual) / (1 - usual))
    lift = None if share is None else share / everywhere
    told = recurring >= TELLING_RECURRENCE or (lift is not None and lift >= TELLING_LIFT)
    return FunderForm(
        collaborations=len(columns),
        call=call,
        call_share=_rounded(share),
        call_lift=_rounded(lift),
        recurring_titles=round(recurring, 4),
        without_field=_rounded(without),
        without_field_excess=_rounded(excess),
        looks_like_form=None if excess is None else excess >= A_FORM and told,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _family(topic: str) -> str:
    """The topic without the parts that number a call or name a year."""
    parts = [part for part in re.split(r"[-_/\s]+", topic) if part]
    return "-".join(part for part in parts if not any(map(str.isdigit, part)))


def _words(title: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"[^\W\d_]+", title.casefold()) if len(word) > 2)


def _recurring(titles: Sequence[frozenset[str]]) -> float:
    holders: dict[str, list[int]] = {}
    for number, words in enumerate(titles):
        for word in words:
            holders.setdefault(word, []).append(number)
    again = 0
    for number, words in enumerate(titles):
        shared = Counter(other for word in words for other in holders[word] if other != number)
        again += any(
            both >= SAME_TITLE * (len(words) + len(titles[other]) - both) for other, both in shared.items()
        )
    return again / len(titles)
