"""Who is among the first suggestions of the actors that saved searches are about, asked of a build once for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from matchmaker.actors import ActorGroup
from matchmaker.alerts.wishes import filter_of
from matchmaker.errors import ActorNotFoundError, SubClusterNotFoundError
from matchmaker.fitting import Filter, Fitting, how_many
from matchmaker.published import Published
from matchmaker.saved_searches import Wanted

SUGGESTED = 10
"""The partners of an actor that count as fitting it, on average over everybody."""
OWN_SHARE = 0.5
"""How far a list is measured by itself: of what its tenth scores so much is asked, and the rest is the same for everybody."""
MOST_SUGGESTED = 50
SPARE = 200
"""Partners looked at where more narrows the list than the recommender knows of."""


_Lists = Mapping[str, Sequence[tuple[str, float]]]
"""By seeker, partners with their scores, best first."""


class Suggested:
    """The partners of each search's actor that count as fitting it, best first."""

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
    bar = published.bar(how_many(len(fitting), SUGGESTED), OWN_SHARE)
    for (_, _, _, _, narrow), group in alike.items():
        one = group[0]
        seekers = sorted({each.actor_id for each in group})

        def lists(
            new: bool, one: Wanted = one, seekers: Sequence[str] = seekers, narrow: bool = narrow
        ) -> _Lists:
            return published.firsts(
                seekers,
                top=SPARE if narrow else MOST_SUGGESTED,
                groups=one.groups,
                region=one.region,
                new=new,
                across=one.across,
            )

        strangers = lists(new=True)
        partners = strangers if one.new else lists(new=False)
        for each in group:
            through = _through(fitting, filters[each], strangers.get(each.actor_id, ()))
            own = through[SUGGESTED - 1][1] if len(through) >= SUGGESTED else 0.0
            left = [
                actor_id
                for actor_id, score in _through(fitting, filters[each], partners.get(each.actor_id, ()))
                if score >= bar + OWN_SHARE * own
            ]
            found[each] = left[: how_many(len(fitting), MOST_SUGGESTED)]
    return found


def _through(
    fitting: Fitting, wanted: Filter, partners: Sequence[tuple[str, float]]
) -> list[tuple[str, float]]:
    """Those that are there and that a filter lets through, in their order."""
    there = set(fitting.known([actor_id for actor_id, _ in partners]))
    known = [each for each in partners if each[0] in there]
    passes = fitting.passes(wanted, [actor_id for actor_id, _ in known])
    return [each for each, through in zip(known, passes, strict=True) if through]
