"""From an event in the store to kept versions of its schedule."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain

import pytest

from matchmaker.errors import EventChangedError, EventNotFoundError, ScheduleError
from matchmaker.events import Preference, PreferenceKind
from matchmaker.workspace import Workspace
from tests.arranging.conftest import EVENT


def test_a_schedule_puts_nobody_in_two_places_and_no_two_meetings_at_a_table(arranged: Workspace) -> None:
    plan = arranged.events.schedule(EVENT, who="tests").plan
    assert len(plan.appointments) > 40
    people = Counter((each.span, one) for each in plan.appointments for one in each.pair)
    tables = Counter((each.span, each.table) for each in plan.appointments)
    assert set(chain(people.values(), tables.values())) == {1}
    assert 0 <= plan.gap < 0.001


def test_people_of_one_actor_group_do_not_meet_unless_it_is_wished(arranged: Workspace) -> None:
    groups = arranged.published().actor_groups()
    group = {each.id: groups[each.actor_id] for each in arranged.events.attendees(EVENT)}
    plan = arranged.events.schedule(EVENT, who="tests").plan
    assert all(group[each.a] is not group[each.b] for each in plan.appointments)


def test_a_must_is_kept_and_a_no_thanks_heeded(arranged: Workspace) -> None:
    first = arranged.events.schedule(EVENT, who="tests").plan.appointments
    refused = first[0]
    met = {each.pair for each in first}
    must = next(
        (a, b) for a in ("p1", "p2", "p3") for b in ("p22", "p23", "p24") if frozenset((a, b)) not in met
    )
    arranged.events.prefer(
        EVENT,
        [
            Preference(refused.a, refused.b, PreferenceKind.NO_THANKS, refused.a),
            Preference(*must, PreferenceKind.MUST_MEET),
        ],
        who="tests",
    )
    pairs = {each.pair for each in arranged.events.schedule(EVENT, who="tests").plan.appointments}
    assert frozenset(must) in pairs
    assert refused.pair not in pairs


def test_every_version_is_kept_and_a_change_made_from_an_old_one_is_refused(arranged: Workspace) -> None:
    assert arranged.events.schedule(EVENT, who="anna").number == 1
    assert arranged.events.schedule(EVENT, expected=1, who="bo").number == 2
    with pytest.raises(EventChangedError, match="bo changed the event"):
        arranged.events.schedule(EVENT, expected=1, who="anna")
    assert [each.number for each in arranged.events.versions(EVENT)] == [1, 2]


def test_the_same_event_and_seed_give_the_same_schedule(arranged: Workspace) -> None:
    one, other = (arranged.events.schedule(EVENT, seed=3, who="tests").plan for _ in range(2))
    assert replace(other, before=one.before) == one


def test_an_event_without_slots_or_with_an_unknown_id_says_what_to_do(arranged: Workspace) -> None:
    arranged.events.create("Tomt", zone="Europe/Copenhagen", who="tests")
    with pytest.raises(ScheduleError, match="Add a session"):
        arranged.events.schedule("tomt", who="tests")
    with pytest.raises(EventNotFoundError, match="event list"):
        arranged.events.schedule("nowhere", who="tests")
