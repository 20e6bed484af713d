"""Everything that events came to, put together: the chain, the targets, the score in hindsight, and what was agreed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from matchmaker.actors import ActorGroup
from matchmaker.answers import DeclineReason
from matchmaker.events.outcomes import Committed, NewCompany, Outcome, Target
from matchmaker.meetings.following.chain import ActorPair, Chain, EventRecord, Link, chain, links
from matchmaker.meetings.following.hindsight import Hindsight, hindsight
from matchmaker.meetings.following.targets import Standing, standing_of


@dataclass(frozen=True, slots=True)
class Cluster:
    """What is known of the actors that events are about."""

    groups: Mapping[str, ActorGroup]
    names: Mapping[str, str]
    sub_clusters: Mapping[str, str] = field(default_factory=dict)
    """The id of each actor's main sub-cluster; empty where nothing is built."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Of the sub-clusters."""
    build: str = ""
    """The name of the build that the sub-clusters are of."""


@dataclass(frozen=True, slots=True)
class EventFigures:
    """What happened at one event, in meetings of two participants."""

    id: str
    name: str
    place: str
    day: date | None
    participants: int
    actors: int
    scheduled: int
    held: int
    no_shows: int
    unsaid: int
    """Scheduled meetings of which nobody said whether they were held."""
    spontaneous: int
    """Held without being in the schedule."""
    rated: int
    """Held meetings that a side rated at once."""
    ratings: tuple[int, ...]
    """Ratings given, of 1, 2, 3, 4 and 5."""
    followed_up: int
    """Held meetings of which a side said later what came of them."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A commitment that two actors reached, or a new company that came out of their meeting."""

    event_id: str
    actors: ActorPair
    made: Committed | NewCompany


@dataclass(frozen=True, slots=True)
class Followed:
    """What a set of events came to, as of a day."""

    events: tuple[EventFigures, ...]
    """By the first day, those without one last."""
    since: date | None
    """Events that began before are left out."""
    until: date
    """What came later is left out."""
    cluster: Cluster
    chain: Chain
    targets: tuple[Standing, ...]
    hindsight: Hindsight
    commitments: tuple[Agreement, ...]
    """By date; of any level."""
    companies: tuple[Agreement, ...]
    unentered: tuple[Link, ...]
    """Pairs of which a side speaks of a cooperation agreement that is not entered as a commitment."""
    reasons: Mapping[DeclineReason, int]
    """Why meetings were no good, most often first."""


def followed(
    records: Iterable[EventRecord],
    cluster: Cluster,
    targets: Sequence[Target],
    *,
    wanted: Collection[str] = (),
    since: date | None,
    until: date,
    to_come: bool = False,
) -> Followed:
    """Put the wanted events together, or all of them where none are named.

    Events that begin before ``since`` are left out, those after ``until`` unless those ``to_come`` count, too, and those without
    a date where there is a ``since``. Targets count what came of every event by ``until``: they are the cluster's, whatever a report is about.
    """
    last = None if to_come else until
    everything = sorted(
        (each for each in records if _within(each.event.first_day, None, last)),
        key=lambda each: (each.event.first_day is None, each.event.first_day or date.min, each.event.id),
    )
    all_found = {each.event.id: links(each, cluster.groups, until) for each in everything}
    days = {each.event.id: each.event.first_day for each in everything}
    within = [
        each
        for each in everything
        if (not wanted or each.event.id in wanted) and _within(each.event.first_day, since, last)
    ]
    found = [link for each in within for link in all_found[each.event.id]]
    of_all = [link for members in all_found.values() for link in members]
    reasons = Counter(
        why.reason for each in within for outcome in each.outcomes for why in outcome.no_good.values()
    )
    return Followed(
        events=tuple(_figures(each, until) for each in within),
        since=since,
        until=until,
        cluster=cluster,
        chain=chain(found, cluster.groups, cluster.sub_clusters, [each.event.id for each in within]),
        targets=tuple(standing_of(each, of_all, days, cluster.groups, until) for each in targets),
        hindsight=hindsight(found),
        commitments=_by_date(
            Agreement(each.event_id, each.actors, made) for each in found for made in each.committed
        ),
        companies=_by_date(
            Agreement(each.event_id, each.actors, made) for each in found for made in each.companies
        ),
        unentered=tuple(each for each in found if each.agreement_said),
        reasons=dict(sorted(reasons.items(), key=lambda entry: (-entry[1], entry[0]))),
    )


def _within(day: date | None, since: date | None, last: date | None) -> bool:
    if day is None:
        return since is None
    return (since is None or since <= day) and (last is None or day <= last)


def _by_date(agreements: Iterable[Agreement]) -> tuple[Agreement, ...]:
    return tuple(sorted(agreements, key=lambda each: (each.made.on, each.event_id, each.actors)))


def _figures(record: EventRecord, until: date) -> EventFigures:
    here = {each.id for each in record.attendees}
    planned = {each.pair for each in record.appointments if each.pair <= here}
    held = [each for each in record.outcomes if each.held]
    said = {frozenset((each.a, each.b)) for each in record.outcomes if each.held or each.attendance}
    given = Counter(rating.value for each in held for rating in each.ratings.values())
    return EventFigures(
        id=record.event.id,
        name=record.event.name,
        place=record.event.place,
        day=record.event.first_day,
        participants=len(here),
        actors=len({each.actor_id for each in record.attendees}),
        scheduled=len(planned),
        held=len(held),
        no_shows=sum(
            each.attendance is not None and bool(each.attendance.missing) for each in record.outcomes
        ),
        unsaid=len(planned - said),
        spontaneous=sum(each.spontaneous for each in held),
        rated=sum(bool(each.ratings) for each in held),
        ratings=tuple(given[value] for value in range(1, 6)),
        followed_up=sum(_followed_up(each, until) for each in held),
    )


def _followed_up(outcome: Outcome, until: date) -> bool:
    return any(each.on <= until for each in outcome.follow_ups.values())
