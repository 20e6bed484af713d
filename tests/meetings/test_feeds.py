"""What calendars hear of a meeting through the versions of a schedule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.events import Appointment, CameOrWent, Plan, PlanKind, Span
from matchmaker.meetings.feeds import CalendarEntry, Past, calendar_entries

NINE = datetime(2027, 3, 4, 8, tzinfo=UTC)
THERE = {"p1", "p2", "p3", "p4"}


def meeting(a: str, b: str, slot: int = 0, table: str = "Bord 1") -> Appointment:
    starts = NINE + timedelta(minutes=25 * slot)
    return Appointment(a, b, Span(starts, starts + timedelta(minutes=20)), table)


def versions(*plans: list[Appointment]) -> list[Past]:
    return [
        Past(number, NINE + timedelta(days=number - 30), Plan(PlanKind.SCHEDULED, tuple(each), 1, 1))
        for number, each in enumerate(plans, 1)
    ]


def heard(*plans: list[Appointment]) -> dict[frozenset[str], CalendarEntry]:
    return {frozenset((each.a, each.b)): each for each in calendar_entries("moede", versions(*plans), THERE)}


PAIR = frozenset(("p1", "p2"))


def test_a_meeting_keeps_its_uid_when_it_moves_and_its_sequence_grows() -> None:
    before = heard([meeting("p1", "p2")])[PAIR]
    after = heard([meeting("p1", "p2")], [meeting("p2", "p1", slot=3)])[PAIR]
    assert before.uid == after.uid
    assert (before.sequence, after.sequence) == (1, 2)
    assert after.span.starts - before.span.starts == timedelta(minutes=75)


def test_a_meeting_that_stays_where_it_is_is_not_announced_again() -> None:
    other = [meeting("p3", "p4", slot=each) for each in range(3)]
    found = heard(*([meeting("p1", "p2"), each] for each in other))
    assert found[PAIR].sequence == 1
    assert found[PAIR].changed == versions([])[0].made
    assert found[frozenset(("p3", "p4"))].sequence == 3


def test_another_table_is_a_change_and_a_lock_is_none() -> None:
    first = meeting("p1", "p2")
    assert heard([first], [replace(first, table="Bord 2")])[PAIR].sequence == 2
    assert heard([first], [replace(first, locked=True)])[PAIR].sequence == 1


def test_a_meeting_that_is_gone_is_off_once_and_comes_back_under_its_uid() -> None:
    first = [meeting("p1", "p2")]
    off = heard(first, [], [])[PAIR]
    assert (off.cancelled, off.sequence, off.span) == (True, 2, first[0].span)
    back = heard(first, [], [], first)[PAIR]
    assert (back.cancelled, back.sequence, back.uid) == (False, 4, off.uid)


def test_a_meeting_with_somebody_who_left_the_event_is_off_with_a_higher_sequence() -> None:
    pasts = versions([meeting("p1", "p2")])
    (off,) = calendar_entries("moede", pasts, {"p1"})
    assert off.cancelled
    assert off.sequence == 2
    assert off.other("p1") == "p2"


def went(of: str, version: int, *, back: bool = False, hours: int = 1) -> CameOrWent:
    """Somebody goes or comes back so many hours after a version was made."""
    return CameOrWent(of, back, NINE + timedelta(days=version - 30, hours=hours), version)


def test_a_meeting_is_on_again_with_a_higher_sequence_when_somebody_comes_back() -> None:
    pasts = versions([meeting("p1", "p2")], [meeting("p1", "p2")])
    steps = [went("p2", 2), went("p2", 2, back=True, hours=2), went("p1", 2, hours=3)]
    told = [
        calendar_entries("moede", pasts, THERE)[0],
        calendar_entries("moede", pasts, THERE - {"p2"}, steps[:1])[0],
        calendar_entries("moede", pasts, THERE, steps[:2])[0],
        calendar_entries("moede", pasts, THERE - {"p1"}, steps)[0],
    ]
    assert [each.cancelled for each in told] == [False, True, False, True]
    assert [each.sequence for each in told] == [1, 3, 4, 5]
    assert [each.changed for each in told] == [pasts[0].made, *(each.at for each in steps)]


def test_a_version_made_while_somebody_is_away_keeps_the_meeting_off_and_its_sequence() -> None:
    pasts = versions([meeting("p1", "p2")], [], [meeting("p1", "p2", slot=2)])
    (off,) = calendar_entries("moede", pasts[:2], THERE - {"p2"}, [went("p2", 1)])
    assert (off.cancelled, off.sequence) == (True, 2)
    (still,) = calendar_entries("moede", pasts, THERE - {"p2"}, [went("p2", 1)])
    assert still == off
    (back,) = calendar_entries("moede", pasts, THERE, [went("p2", 1), went("p2", 3, back=True)])
    assert (back.cancelled, back.sequence, back.span) == (False, 5, pasts[2].plan.appointments[0].span)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_sequence_never_falls_and_grows_with_each_change(data: st.DataObject) -> None:
    """Whatever is made, whoever goes and comes back: each reading against the one before."""
    pasts: list[Past] = []
    comings: list[CameOrWent] = []
    there, before = set(THERE), dict[str, CalendarEntry]()
    for hour in range(data.draw(st.integers(1, 12))):
        if data.draw(st.booleans()):
            slots = {pair: data.draw(st.integers(0, 2)) for pair in (("p1", "p2"), ("p2", "p3"))}
            made = [meeting(*pair, slot) for pair, slot in slots.items() if slot]
            pasts = versions(*([*each.plan.appointments] for each in pasts), made)
        else:
            one = data.draw(st.sampled_from(sorted(THERE)))
            there ^= {one}
            comings.append(went(one, len(pasts), back=one in there, hours=hour))
        now = {each.uid: each for each in calendar_entries("moede", pasts, there, comings)}
        assert before.keys() <= now.keys()
        for uid, each in before.items():
            grows = now[uid].sequence - each.sequence
            assert grows > 0 if now[uid] != each else grows == 0
            assert now[uid].changed >= each.changed
        before = now


def test_uids_differ_by_pair_event_and_first_version_and_tell_nothing() -> None:
    one = calendar_entries("moede", versions([meeting("p1", "p2"), meeting("p3", "p4")]), THERE)
    other = calendar_entries("andet", versions([meeting("p1", "p2")]), THERE)
    pasts = versions([meeting("p1", "p2")])
    anew = calendar_entries("moede", [replace(pasts[0], made=NINE)], THERE)
    uids = {each.uid for each in (*one, *other, *anew)}
    assert len(uids) == 4
    assert all(each.endswith("@matchmaker") and "p1" not in each and "moede" not in each for each in uids)


def test_an_older_version_is_heard_without_what_came_later() -> None:
    pasts = versions([meeting("p1", "p2")], [])
    (then,) = calendar_entries("moede", pasts[:1], THERE)
    (now,) = calendar_entries("moede", pasts, THERE)
    assert not then.cancelled
    assert now.cancelled
    assert then.uid == now.uid


def test_without_versions_there_is_nothing_to_hear() -> None:
    assert calendar_entries("moede", [], THERE) == ()
