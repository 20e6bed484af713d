"""What each pair of an event's participants is worth: wishes, requests and the recommender's score, weighed by the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from matchmaker.actors import ActorGroup
from matchmaker.events import (
    Attendee,
    Event,
    MeetingRequest,
    MetBefore,
    Preference,
    PreferenceKind,
    RequestState,
)

WISHED_BY = (0.0, 0.6, 1.0)
"""What a pair is worth that neither, one or both of the two wish."""
MET_BEFORE_COUNTS = 0.25
"""What remains of the recommender's score of a pair that met before, where it is to come later."""

PROPOSED_EACH = 40
"""Pairs that a participant has from the recommender at most, unless the other of a pair has fewer."""

Pair = frozenset[str]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is known of the pairs of an event's participants."""

    preferences: tuple[Preference, ...] = ()
    requests: tuple[MeetingRequest, ...] = ()
    scores: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """The recommender's shared score by the ids of two actors, the smaller first."""
    known: frozenset[Pair] = frozenset()
    """Pairs of actors that met at an earlier event or work together."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What a meeting of a pair is worth."""

    value: float
    """From 0 to 1."""
    must: bool
    wished: bool
    """Whether a person wants it, and not the recommender alone."""


def worth(
    event: Event,
    attendees: Sequence[Attendee],
    groups: Mapping[str, ActorGroup],
    wishes: Wishes,
    now: datetime,
) -> tuple[set[Pair], dict[Pair, Worth]]:
    """The pairs of participants that never meet, and what each other pair is worth.

    ``wishes_weigh`` of the value is what was wished (``WISHED_BY``), the rest the recommender's score as a share of the
    highest at this event.
    """
    said = _said({each.id for each in attendees}, wishes, now)
    proposed = recommended(event, attendees, groups, wishes)
    rules, values = event.rules, dict[Pair, Worth]()
    for pair in proposed.keys() | said.sides.keys() | said.musts:
        must = pair in said.musts
        if pair in said.apart and not must:
            continue
        wished = 1.0 if must else WISHED_BY[len(said.sides.get(pair, ()))]
        value = round(rules.wishes_weigh * wished + (1 - rules.wishes_weigh) * proposed.get(pair, 0.0), 6)
        if value or must:
            values[pair] = Worth(value, must, bool(wished))
    return said.apart, values


def recommended(
    event: Event, attendees: Sequence[Attendee], groups: Mapping[str, ActorGroup], wishes: Wishes
) -> dict[Pair, float]:
    """What the recommender has for each pair of participants, from 0 to 1, with less for those that met before.

    It is the score as a share of the highest at this event, times what ``Rules.met_before`` leaves of it.
    """
    rest = {MetBefore.ALLOW: 1.0, MetBefore.LATER: MET_BEFORE_COUNTS, MetBefore.EXCLUDE: 0.0}[
        event.rules.met_before
    ]
    actor_of = {each.id: each.actor_id for each in attendees}
    met = {
        frozenset((each.a, each.b)) for each in wishes.preferences if each.kind is PreferenceKind.MET_BEFORE
    }
    proposed = proposed_pairs(event, attendees, groups, wishes.scores)
    for pair in proposed:
        if pair in met or frozenset(actor_of[each] for each in pair) in wishes.known:
            proposed[pair] *= rest
    return proposed


def apart(attendees: Sequence[Attendee], wishes: Wishes, now: datetime) -> set[Pair]:
    """The pairs of participants that never meet; what the others are worth is not looked at."""
    return _said({each.id for each in attendees}, wishes, now).apart


@dataclass(frozen=True, slots=True)
class _Said:
    """Preferences and requests by pair."""

    musts: set[Pair] = field(default_factory=set)
    apart: set[Pair] = field(default_factory=set)
    sides: dict[Pair, set[str]] = field(default_factory=dict)
    """Who of the two wishes to meet."""


def _said(here: set[str], wishes: Wishes, now: datetime) -> _Said:
    said = _Said()
    for preference in wishes.preferences:
        pair = frozenset((preference.a, preference.b))
        if pair <= here:
            _take_in(said, pair, preference)
    for request in wishes.requests:
        pair = frozenset((request.sender, request.recipient))
        state = request.state_at(now)
        if not pair <= here:
            continue
        if state is RequestState.DECLINED:
            said.apart.add(pair)
        elif state is RequestState.PENDING:
            said.sides.setdefault(pair, set()).add(request.sender)
        elif state is RequestState.ACCEPTED:
            said.sides.setdefault(pair, set()).update(pair)
    return said


def _take_in(said: _Said, pair: Pair, preference: Preference) -> None:
    match preference.kind:
        case PreferenceKind.MUST_MEET:
            said.musts.add(pair)
        case PreferenceKind.MEET:
            said.sides.setdefault(pair, set()).update([preference.of] if preference.of else pair)
        case PreferenceKind.NO_THANKS | PreferenceKind.APART:
            said.apart.add(pair)
        case PreferenceKind.MET_BEFORE:
            # Of a fact, and no wish: ``recommended`` reads it.
            pass


def proposed_pairs(
    event: Event,
    attendees: Sequence[Attendee],
    groups: Mapping[str, ActorGroup],
    scores: Mapping[tuple[str, str], float],
) -> dict[Pair, float]:
    """The recommender's score of pairs of participants as a share of the highest.

    Where an actor has several agendas, each of its partners goes to the one that has the fewest so far, the best
    partners first, so that two actors are proposed to each other once.
    """
    agendas: dict[str, list[str]] = {}
    for each in attendees:
        agendas.setdefault(each.actor_id, []).append(each.id)
    allowed = [
        (score, a, b)
        for (a, b), score in scores.items()
        if a in agendas and b in agendas and a != b and score > 0 and event.rules.allows(groups[a], groups[b])
    ]
    highest = max((score for score, _, _ in allowed), default=1.0)
    load = dict.fromkeys((each.id for each in attendees), 0)
    proposed: dict[Pair, float] = {}
    for score, a, b in sorted(allowed, key=lambda entry: (-entry[0], entry[1], entry[2])):
        one, other = (min(agendas[actor], key=lambda each: load[each]) for actor in (a, b))
        if min(load[one], load[other]) >= PROPOSED_EACH:
            continue
        load[one] += 1
        load[other] += 1
        proposed[frozenset((one, other))] = score / highest
    return proposed
