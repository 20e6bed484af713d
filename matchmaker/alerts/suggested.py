"""Who is among the first suggestions of the actors that saved searches are about, asked of a build once for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from matchmaker.actors import ActorGroup
from matchmaker.alerts.wishes import filter_of
from matchmaker.errors import ActorNotFoundError, SubClusterNotFoundError
from matchmaker.fitting import Filter, how_many
from matchmaker.published import Published
from matchmaker.saved_searches import Wanted

SUGGESTED = 10
"""The first partners of an actor that count as fitting it."""
SPARE = 200
"""Partners looked at where more narrows the list than the recommender knows of."""


class Suggested:
    """The first partners of each search's actor, best first."""

    def __init__(self, published: Published, wanted: Iterable[Wanted]) -> None:
        """Of searches for actors; one that names what is not there has nobody."""
        filters: dict[Wanted, Filter] = {}
        for each in wanted:
            try:
                filters[each] = filter_of(published, each)
            except (ActorNotFoundError, SubClusterNotFoundError):
                continue
        self._lists = _lists(published, list(filters), filters)

    def of(self, wanted: Wanted) -> Sequence[str]:
        """Ids; empty for a search that was not asked of."""
        return self._lists.get(wanted, ())


def _lists(
    published: Published, wanted: Sequence[Wanted], filters: Mapping[Wanted, Filter]
) -> dict[Wanted, list[str]]:
    """What narrows alike is asked together."""
    alike: dict[tuple[tuple[ActorGroup, ...], str, bool, bool, bool], list[Wanted]] = defaultdict(list)
    for each in wanted:
        narrow = each.member is not None or bool(each.sub_cluster)
        alike[each.groups, each.region, each.new, each.across, narrow].append(each)
    found: dict[Wanted, list[str]] = {}
    fitting = published.fitting()
    for (_, _, _, _, narrow), group in alike.items():
        one = group[0]
        lists = published.firsts(
            sorted({each.actor_id for each in group}),
            top=SPARE if narrow else SUGGESTED,
            groups=one.groups,
            region=one.region,
            new=one.new,
            across=one.across,
        )
        for each in group:
            first = fitting.known([actor_id for actor_id, _ in lists.get(each.actor_id, ())])
            passes = fitting.passes(filters[each], first)
            left = [actor_id for actor_id, through in zip(first, passes, strict=True) if through]
            found[each] = left[: how_many(len(fitting), SUGGESTED)]
    return found
