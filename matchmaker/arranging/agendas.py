"""A kept version of a schedule, the profiles and the reasons of the matches -> agendas and calendars."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from matchmaker.actors import Actor
from matchmaker.errors import EventRejectedError, NotBuiltError
from matchmaker.events import Attendee, Plan
from matchmaker.matching.matches import Match, Reason, ReasonKind
from matchmaker.meetings.agendas import Agendas, Profile, Why, agendas, parties
from matchmaker.meetings.feeds import CalendarEntry, Past, calendar_entries
from matchmaker.published import Published
from matchmaker.store import Store
from matchmaker.store.events import Version
from matchmaker.telling import told

MOST_WHYS = 3
"""Reasons that an agenda tells of a meeting."""
UNTOLD = (ReasonKind.EXPERIENCE, ReasonKind.NEARBY, ReasonKind.NEW_GROUND)
"""Reasons that count for the score and give two people nothing to talk about."""
TURNED = {
    ReasonKind.REQUEST_MEETS_OFFER: ReasonKind.OFFER_MEETS_REQUEST,
    ReasonKind.OFFER_MEETS_REQUEST: ReasonKind.REQUEST_MEETS_OFFER,
}


def agendas_of(
    store: Store,
    published: Callable[[], Published],
    event_id: str,
    *,
    number: int | None,
    language: str,
    with_addresses: bool,
) -> Agendas:
    """Everything that is handed out for a version, or the latest; without a build there are no reasons in it.

    Raises ``EventNotFoundError``, and ``EventRejectedError`` where there is no such version.
    """
    event = store.events.one(event_id).event
    version = _version(store, event_id, number)
    attendees = store.events.attendees(event_id)
    profiles = {each.actor_id: _profile(store.actor(each.actor_id)) for each in attendees}
    return agendas(
        event,
        attendees,
        parties(attendees, profiles),
        version.plan,
        _whys(published, attendees, version.plan),
        version=version.number,
        made=datetime.fromisoformat(version.at),
        language=language,
        with_addresses=with_addresses,
    )


def calendar_entries_of(store: Store, event_id: str, *, number: int | None) -> tuple[CalendarEntry, ...]:
    """What calendars have to hear of the meetings up to a version, or the latest; raises as ``agendas_of``."""
    newest = _version(store, event_id, number).number
    versions = [
        Past(each.number, datetime.fromisoformat(each.at), each.plan)
        for each in store.events.versions(event_id)
        if each.number <= newest
    ]
    there = {each.id for each in store.events.attendees(event_id)}
    return calendar_entries(event_id, versions, there, store.events.comings(event_id))


def _version(store: Store, event_id: str, number: int | None) -> Version:
    version = store.events.version(event_id, number)
    if version is not None:
        return version
    if number is None or store.events.version(event_id) is None:
        raise EventRejectedError(
            [
                told(
                    "{event_id!r} has no schedule yet. `matchmaker event schedule {event_id}` makes one.",
                    event_id=event_id,
                )
            ]
        )
    raise EventRejectedError(
        [
            told(
                "The schedule of {event_id!r} has no version {number}. Leave the number out for the latest.",
                event_id=event_id,
                number=number,
            )
        ]
    )


def _profile(actor: Actor) -> Profile:
    return Profile(
        actor.name,
        actor.group,
        tuple(each.text for each in actor.offers),
        tuple(each.text for each in actor.requests),
    )


def _whys(
    published: Callable[[], Published], attendees: Iterable[Attendee], plan: Plan
) -> dict[tuple[str, str], tuple[Why, ...]]:
    """By reader and other: each pair is explained once and told from either side."""
    actor_of = {each.id: each.actor_id for each in attendees}
    met = [
        (each.a, each.b)
        for each in plan.appointments
        if each.a in actor_of and each.b in actor_of and actor_of[each.a] != actor_of[each.b]
    ]
    wanted = sorted({_actors(pair, actor_of) for pair in met})
    try:
        matches = published().between(wanted) if wanted else []
    except NotBuiltError:
        return {}
    found = {(each.seeker_id, each.partner_id): each for each in matches}
    told: dict[tuple[str, str], tuple[Why, ...]] = {}
    for a, b in met:
        match = found.get(_actors((a, b), actor_of))
        if match is not None:
            for reader, other in ((a, b), (b, a)):
                told[reader, other] = _told(match, turned=actor_of[reader] != match.seeker_id)
    return told


def _actors(pair: Sequence[str], actor_of: dict[str, str]) -> tuple[str, str]:
    a, b = sorted((actor_of[pair[0]], actor_of[pair[1]]))
    return a, b


def _told(match: Match, *, turned: bool) -> tuple[Why, ...]:
    """The strongest reasons that have something to tell, those with sentences of both sides first."""
    worth = [
        each
        for each in match.reasons
        if each.kind not in UNTOLD and each.points > 0 and (_is_quoted(each) or each.names)
    ]
    strongest = sorted(worth, key=lambda each: (not _is_quoted(each), -each.points, each.kind))
    return tuple(_why(each, turned=turned) for each in strongest[:MOST_WHYS])


def _is_quoted(reason: Reason) -> bool:
    return reason.seeker_quote is not None and reason.partner_quote is not None


def _why(reason: Reason, *, turned: bool) -> Why:
    ours, theirs = (each.text if each else "" for each in (reason.seeker_quote, reason.partner_quote))
    if turned:
        return Why(TURNED.get(reason.kind, reason.kind).value, theirs, ours, reason.names)
    return Why(reason.kind.value, ours, theirs, reason.names)
