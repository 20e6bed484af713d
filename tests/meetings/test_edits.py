"""Changes by hand: every conflict is told before anything is made; comparisons; why a wish has no meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.errors import EditRejectedError
from matchmaker.events import (
    Absence,
    AbsenceKind,
    Add,
    Appointment,
    Attendee,
    ConflictKind,
    Edit,
    FixKind,
    Lock,
    LostTable,
    Move,
    Plan,
    PlanKind,
    Remove,
    Span,
    Swap,
    Table,
    Unlock,
)
from matchmaker.meetings.changing.comparing import compared, without_gone
from matchmaker.meetings.changing.editing import check, made
from matchmaker.meetings.changing.explaining import Why
from matchmaker.meetings.changing.repairing import repaired
from matchmaker.meetings.worth import Worth
from tests.meetings.programmes import Programme, broken_rules, event, programmes, troubles

WISH = Worth(0.5, False, True)


def programme(
    appointments: list[tuple[str, str, int, str]],
    *,
    slots: int = 3,
    tables: int = 2,
    people: int = 6,
    stands: Sequence[str] = (),
) -> Programme:
    found = Programme(
        event(slots, tables, stands=stands),
        tuple(Attendee(f"p{n}", f"a{n}") for n in range(people)),
        {},
        frozenset(),
        (),
    )
    spans = [slot.span for slot in found.slots]
    return replace(
        found, appointments=tuple(Appointment(a, b, spans[slot], table) for a, b, slot, table in appointments)
    )


def at(of: Programme, slot: int) -> datetime:
    return of.slots[slot].span.starts


def kinds(of: Programme, edit: Edit, **conditions: object) -> list[ConflictKind]:
    return [each.kind for each in check(of.conditions(**conditions), of.appointments, edit)]  # type: ignore[arg-type]


TWO = [("p0", "p1", 0, "T0"), ("p2", "p3", 0, "T1"), ("p0", "p2", 1, "T0")]


def test_a_move_tells_who_meets_whom_when_and_who_sits_at_the_table() -> None:
    here = programme(TWO)
    found = check(here.conditions(), here.appointments, Move("p0", "p1", at(here, 1), "T0"))
    assert [(each.kind, each.participant, each.other, each.table) for each in found] == [
        (ConflictKind.DOUBLE_BOOKED, "p0", "p2", "T0"),
        (ConflictKind.TABLE_TAKEN, "p0", "p2", "T0"),
    ]
    assert {each.span for each in found} == {here.slots[1].span}


def test_a_move_without_a_table_keeps_it_where_it_is_free_and_takes_the_first_free_one_else() -> None:
    here = programme(TWO)
    one = made(here.conditions(), here.appointments, Move("p2", "p3", at(here, 2)))
    assert [(each.a, each.table) for each in one if each.span == here.slots[2].span] == [("p2", "T1")]
    other = programme([("p0", "p1", 0, "T0"), ("p2", "p3", 1, "T0")])
    two = made(other.conditions(), other.appointments, Move("p0", "p1", at(other, 1)))
    assert [each.table for each in two] == ["T0", "T1"]


def test_every_kind_of_conflict_is_told() -> None:
    here = programme(TWO)
    there = replace(here, apart=frozenset({frozenset(("p4", "p5"))}))
    assert kinds(here, Remove("p4", "p5")) == [ConflictKind.NO_MEETING]
    assert kinds(here, Add("p0", "p1", at(here, 2))) == [ConflictKind.HAS_MEETING]
    assert kinds(here, Add("p4", "p4", at(here, 2))) == [ConflictKind.WITH_ONESELF]
    assert kinds(here, Add("p4", "p9", at(here, 2))) == [ConflictKind.UNKNOWN_PARTICIPANT]
    assert kinds(here, Add("p4", "p5", at(here, 2) + timedelta(minutes=1))) == [ConflictKind.NO_SUCH_SLOT]
    assert kinds(there, Add("p4", "p5", at(here, 2))) == [ConflictKind.EXCLUDED]
    assert kinds(here, Add("p4", "p5", at(here, 0))) == [ConflictKind.TABLES_FULL]
    assert kinds(here, Add("p4", "p5", at(here, 1), "T9")) == [ConflictKind.TABLE_UNKNOWN]
    assert kinds(here, Move("p0", "p1", at(here, 2)), now=here.slots[0].span.ends) == [ConflictKind.OVER]
    lost = (LostTable("T1", here.slots[1].span),)
    assert kinds(here, Add("p4", "p5", at(here, 1), "T1"), lost=lost) == [ConflictKind.TABLE_LOST]
    away = (Absence("p4", AbsenceKind.NO_SHOW, here.slots[2].span),)
    assert kinds(here, Add("p4", "p5", at(here, 2)), absences=away) == [ConflictKind.NOT_THERE]
    capped = replace(here, attendees=tuple(replace(each, most_meetings=1) for each in here.attendees))
    assert kinds(capped, Add("p1", "p5", at(here, 2))) == [ConflictKind.CAP_REACHED]
    locked = replace(here, appointments=tuple(replace(each, locked=True) for each in here.appointments))
    assert kinds(locked, Move("p2", "p3", at(here, 2))) == [ConflictKind.LOCKED]
    assert kinds(locked, Remove("p2", "p3")) == [ConflictKind.LOCKED]
    tables = (
        Table("T0"),
        Table("T1", (here.slots[0].span,)),
        Table("Stand", (), "a0"),
    )
    kept = replace(here, event=replace(here.event, tables=tables))
    assert kinds(kept, Add("p4", "p5", at(here, 2), "Stand")) == [ConflictKind.TABLE_KEPT]
    assert kinds(kept, Add("p4", "p5", at(here, 2), "T1")) == [ConflictKind.TABLE_CLOSED]
    assert kinds(kept, Add("p0", "p5", at(here, 2), "Stand")) == []


def test_an_edit_with_a_conflict_is_refused_with_all_of_them() -> None:
    here = programme(TWO)
    with pytest.raises(EditRejectedError, match="double booked") as refused:
        made(here.conditions(), here.appointments, Move("p0", "p1", at(here, 1), "T0"))
    assert len(refused.value.conflicts) == 2


def test_two_meetings_that_share_a_participant_can_be_swapped_and_swapped_back() -> None:
    here = programme([("p0", "p1", 0, "T0"), ("p0", "p2", 1, "T0")])
    once = made(here.conditions(), here.appointments, Swap("p0", "p1", "p0", "p2"))
    assert [each.b for each in once] == ["p2", "p1"]
    far = programme([("p0", "p1", 0, "T0"), ("p2", "p3", 1, "T1")])
    swapped = made(far.conditions(), far.appointments, Swap("p0", "p1", "p2", "p3"))
    assert [(each.a, each.table) for each in swapped] == [("p2", "T0"), ("p0", "T1")]
    assert made(far.conditions(), swapped, Swap("p0", "p1", "p2", "p3")) == far.appointments


@st.composite
def edits(draw: st.DrawFn, of: Programme) -> Edit:
    ids = [each.id for each in of.attendees]
    starts = [slot.span.starts for slot in of.slots]
    a, b, c, d = (draw(st.sampled_from(ids)) for _ in range(4))
    when, table = draw(st.sampled_from(starts)), draw(st.sampled_from(["", "T0", "T1", "Stand"]))
    choices: list[Edit] = [
        Move(a, b, draw(st.none() | st.just(when)), table),
        Swap(a, b, c, d),
        Add(a, b, when, table),
        Remove(a, b),
        Lock(((a, b),)),
        Unlock(((a, b),)),
    ]
    return draw(st.sampled_from(choices))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_sequence_of_edits_and_repairs_breaks_a_rule_or_a_lock(data: st.DataObject) -> None:
    here = data.draw(programmes())
    absences, lost = data.draw(troubles(here))
    appointments, conditions = here.appointments, here.conditions()
    for step in range(6):
        if step == 3:
            conditions = here.conditions(absences, lost)
            appointments = repaired(conditions, here.worth, appointments, moves=1).appointments
        edit = data.draw(edits(here))
        before = appointments
        conflicts = check(conditions, appointments, edit)
        if conflicts:
            with pytest.raises(EditRejectedError):
                made(conditions, appointments, edit)
            continue
        appointments = made(conditions, appointments, edit)
        assert not broken_rules(conditions, appointments)
        if not isinstance(edit, Unlock):
            assert {each for each in before if each.locked} <= set(appointments)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_comparison_says_all_that_leads_from_one_version_to_the_other(data: st.DataObject) -> None:
    here = data.draw(programmes())
    absences, lost = data.draw(troubles(here))
    after = repaired(here.conditions(absences, lost), here.worth, here.appointments).appointments
    one = Plan(PlanKind.SCHEDULED, here.appointments, 0, 0)
    other = Plan(PlanKind.REPAIRED, after, 0, 0, absences=absences, lost_tables=lost)
    found = compared(one, other)
    assert {*found.kept, *(each.after for each in found.moved), *found.added} == set(after)
    was = {each.pair for each in here.appointments}
    assert {each.pair for each in found.dropped} == was - {each.pair for each in after}
    back = compared(other, one)
    assert (back.added, back.dropped) == (found.dropped, found.added)
    assert (found.absences, found.lost_tables) == (absences, lost)
    assert compared(one, one) == replace(compared(one, one), moved=(), dropped=(), added=(), affected=())


def test_what_an_event_has_no_more_is_left_out_and_named() -> None:
    here = programme(TWO)
    plan, gone = without_gone(Plan(PlanKind.SCHEDULED, here.appointments, 1, 1), {"p0", "p1", "p2"}, {"T0"})
    assert [each.pair for each in plan.appointments] == [frozenset(("p0", "p1")), frozenset(("p0", "p2"))]
    assert (gone.participants, gone.tables, gone.appointments) == (("p3",), ("T1",), 1)


def test_each_reason_is_told_with_what_it_rests_on() -> None:
    here = programme([("p0", "p1", 0, "T0"), ("p2", "p3", 0, "T1")], slots=1)
    pair = frozenset(("p4", "p5"))
    why = Why(here.conditions(), {pair: WISH}, here.appointments)
    (found,) = why.explanations()
    assert (found.reason, found.spans) == ("tables_full", (here.slots[0].span,))
    assert found.fix is not None
    assert (found.fix.kind, found.fix.span) == (FixKind.TABLE, here.slots[0].span)
    busy = frozenset(("p0", "p4"))
    (found,) = Why(here.conditions(), {busy: WISH}, here.appointments).explanations()
    assert found.reason == "worth_less"
    assert [each.pair for each in found.instead] == [frozenset(("p0", "p1"))]


def test_a_stand_that_is_free_is_room_for_its_actor_and_for_nobody_else() -> None:
    for tables in (0, 1):
        common = [("p2", "p3", 0, "T0")] * tables
        here = programme(common, slots=1, tables=tables, stands=["a0"])
        own, other = frozenset(("p0", "p4")), frozenset(("p4", "p5"))
        why = Why(here.conditions(), {own: WISH, other: WISH}, here.appointments)
        found, without = why.explanations()
        assert (found.reason, without.reason) == ("there_is_room", ("no_common_slot", "tables_full")[tables])
        assert found.fix is not None
        assert found.fix.kind is FixKind.NOTHING
        assert without.fix is not None
        assert without.fix.kind is FixKind.TABLE
        (*_, added) = made(here.conditions(), here.appointments, Add("p0", "p4", at(here, 0)))
        assert added.table == "Stand"


def test_a_stand_that_is_taken_is_no_room_but_a_meeting_that_leaves_it_makes_some() -> None:
    here = programme([("p0", "p1", 0, "Stand")], slots=2, tables=0, stands=["a0"])
    two = tuple(replace(each, actor_id="a0") if each.id == "p4" else each for each in here.attendees)
    first = (here.slots[0].span,)
    there = replace(
        here, attendees=tuple(replace(each, there=first) if each.id == "p4" else each for each in two)
    )
    (found,) = Why(there.conditions(), {frozenset(("p3", "p4")): WISH}, here.appointments).explanations()
    assert found.reason == "tables_full"
    assert found.fix is not None
    assert (found.fix.kind, found.fix.at) == (FixKind.MOVES, here.slots[0].span)
    assert [(each.a, each.b, each.after) for each in found.fix.shifts] == [("p0", "p1", here.slots[1].span)]


def test_a_cap_names_whose_it_is_and_one_more_meeting_helps() -> None:
    here = programme([("p0", "p1", 0, "T0")], slots=2)
    capped = replace(here, attendees=(replace(here.attendees[0], most_meetings=1), *here.attendees[1:]))
    pair = frozenset(("p0", "p4"))
    (found,) = Why(capped.conditions(), {pair: WISH}, here.appointments).explanations()
    assert (found.reason, found.full) == ("cap_reached", ("p0",))
    assert found.fix is not None
    assert (found.fix.kind, found.fix.participants, found.fix.at) == (
        FixKind.MEETING,
        ("p0",),
        here.slots[1].span,
    )


def test_a_move_of_another_meeting_is_found_before_anything_is_asked_for() -> None:
    here = programme([("p0", "p1", 0, "T0")], slots=2, tables=1)
    first = (here.slots[0].span,)
    there = replace(here, attendees=(*here.attendees[:4], replace(here.attendees[4], there=first)))
    (found,) = Why(there.conditions(), {frozenset(("p3", "p4")): WISH}, here.appointments).explanations()
    assert found.fix is not None
    assert (found.fix.kind, found.fix.at) == (FixKind.MOVES, here.slots[0].span)
    assert [(each.a, each.b, each.after) for each in found.fix.shifts] == [("p0", "p1", here.slots[1].span)]


def _with_fix(
    here: Programme, fix_kind: FixKind, participants: tuple[str, ...], span: Span | None
) -> Programme:
    """The event with the change made for real."""
    if fix_kind is FixKind.TABLE and span:
        tables = (*here.event.tables, Table("New", (span,)))
        here = replace(here, event=replace(here.event, tables=tables))
    changed = []
    for each in here.attendees:
        if each.id in participants and fix_kind in {FixKind.MEETING, FixKind.TABLE}:
            each = replace(each, most_meetings=(each.most_meetings or len(here.slots)) + 1)
        if each.id in participants and fix_kind is FixKind.SLOT and span:
            each = replace(each, there=(*each.there, span))
        changed.append(each)
    return replace(here, attendees=tuple(changed))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_every_change_that_is_told_works_when_it_is_made(data: st.DataObject) -> None:
    here = data.draw(programmes())
    wished = {
        frozenset(pair): WISH
        for pair in combinations([each.id for each in here.attendees], 2)
        if frozenset(pair) not in here.apart
    }
    why = Why(here.conditions(), wished, here.appointments)
    reasons = {frozenset((each.a, each.b)): each.reason for each in why.left_out()}
    for found in why.explanations():
        assert reasons[frozenset((found.a, found.b))] == found.reason
        if found.fix is None:
            continue
        changed = _with_fix(here, found.fix.kind, found.fix.participants, found.fix.span)
        conditions = changed.conditions()
        shifted = {frozenset((each.a, each.b)): each for each in found.fix.shifts}
        stay = [each for each in here.appointments if each.pair not in shifted]
        assert not any(each.locked for each in here.appointments if each.pair in shifted)
        appointments: tuple[Appointment, ...] = tuple(stay)
        for shift in found.fix.shifts:
            appointments = made(conditions, appointments, Add(shift.a, shift.b, shift.after.starts))
        appointments = made(conditions, appointments, Add(found.a, found.b, found.fix.at.starts))
        assert not broken_rules(conditions, appointments)
        assert len(appointments) == len(here.appointments) + 1
