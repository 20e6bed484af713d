"""What a saved search asks of a publication: its filters and its questions."""

from __future__ import annotations

from hashlib import blake2b

from matchmaker.fitting import Filter, Fitting, Question
from matchmaker.published import Published
from matchmaker.saved_searches import SearchKind, Wanted


def filter_of(published: Published, wanted: Wanted) -> Filter:
    """The filters of a search; raises ``SubClusterNotFoundError``."""
    among = None
    if wanted.sub_cluster:
        among = frozenset(each.actor_id for each in published.sub_cluster(wanted.sub_cluster).members)
    own = None
    if wanted.kind is SearchKind.ACTOR and wanted.across and not wanted.groups:
        own = published.actor(wanted.actor_id).group
    return Filter(wanted.groups, wanted.region, wanted.member, among, own)


def questions(fitting: Fitting, wanted: Wanted) -> dict[str, Question]:
    """What a search asks, by a name that changes with the words; raises ``EncoderUnavailableError``."""
    if wanted.kind is SearchKind.TEXT:
        asked = [fitting.question(wanted.text, wanted.direction)]
    elif wanted.kind is SearchKind.ACTOR:
        asked = fitting.questions_of(wanted.actor_id)
    else:
        asked = []
    return {_name(each): each for each in asked}


def _name(question: Question) -> str:
    told = f"{question.direction} {question.text}"
    return blake2b(told.encode("utf-8"), digest_size=8).hexdigest()
