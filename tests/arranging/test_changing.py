"""Changes of a kept schedule: each a version, undone exactly, refused when made from an old one, read without what is gone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from matchmaker.errors import EditRejectedError, EventChangedError, EventRejectedError
from matchmaker.events import (
    Absence,
    AbsenceKind,
    Add,
    Appointment,
    Attendee,
    Event,
    Lock,
    LostTable,
    Move,
    News,
    Plan,
    PlanKind,
    Preference,
    PreferenceKind,
    Remove,
    Session,
    Span,
    Swap,
    Table,
    Unlock,
)
from matchmaker.meetings.changing.conditions import conditions_of
from matchmaker.workspace import Workspace
from tests.arranging.conftest import EVENT
from tests.meetings.programmes import broken_rules

DAY = Span(datetime(2027, 3, 4, 8, tzinfo=UTC), datetime(2027, 3, 4, 11, tzinfo=UTC))
SAID = ("appointments", "absences", "lost_tables", "value", "bound", "left_out")


@pytest.fixture
def scheduled(arranged: Workspace) -> Workspace:
    arranged.events.schedule(EVENT, who="anna")
    return arranged


def latest(workspace: Workspace) -> Plan:
    found = workspace.events.version(EVENT)
    assert found is not None
    return found.plan


def content(plan: Plan) -> list[object]:
    return [getattr(plan, name) for name in SAID]


def no_shows(workspace: Workspace, number: int) -> News:
    ids = [each.id for each in workspace.events.attendees(EVENT)][:number]
    return News(tuple(Absence(each, AbsenceKind.NO_SHOW, DAY) for each in ids))


def some(workspace: Workspace) -> Appointment:
    return latest(workspace).appointments[0]


def test_undo_goes_back_step_by_step_and_redo_forward_exactly(scheduled: Workspace) -> None:
    events, one = scheduled.events, some(scheduled)
    states = [content(latest(scheduled))]
    for change in (Lock(((one.a, one.b),)), Unlock(((one.a, one.b),)), Remove(one.a, one.b)):
        events.changes.edit(EVENT, change, who="anna")
        states.append(content(latest(scheduled)))
    events.changes.repair(EVENT, no_shows(scheduled, 2), who="anna")
    states.append(content(latest(scheduled)))
    for state in states[-2::-1]:
        assert events.changes.undo(EVENT, who="bo").plan.kind is PlanKind.UNDONE
        assert content(latest(scheduled)) == state
    with pytest.raises(EventRejectedError, match="nothing to undo"):
        events.changes.undo(EVENT, who="bo")
    for state in states[1:]:
        assert events.changes.redo(EVENT, who="bo").plan.kind is PlanKind.REDONE
        assert content(latest(scheduled)) == state
    with pytest.raises(EventRejectedError, match="nothing to redo"):
        events.changes.redo(EVENT, who="bo")
    events.changes.undo(EVENT, who="bo")
    assert content(latest(scheduled)) == states[-2]


def test_after_another_change_there_is_nothing_to_redo_and_undo_leads_to_before_it(
    scheduled: Workspace,
) -> None:
    events = scheduled.events
    first, one = content(latest(scheduled)), some(scheduled)
    events.changes.edit(EVENT, Remove(one.a, one.b), who="anna")
    events.changes.undo(EVENT, who="anna")
    events.changes.edit(EVENT, Lock(((one.a, one.b),)), who="anna")
    with pytest.raises(EventRejectedError, match="nothing to redo"):
        events.changes.redo(EVENT, who="anna")
    events.changes.undo(EVENT, who="anna")
    assert content(latest(scheduled)) == first


def test_an_earlier_version_is_restored_and_that_is_undone(scheduled: Workspace) -> None:
    events, one = scheduled.events, some(scheduled)
    first = content(latest(scheduled))
    events.changes.repair(EVENT, no_shows(scheduled, 3), who="anna")
    events.changes.edit(
        EVENT, Lock(((latest(scheduled).appointments[0].a, latest(scheduled).appointments[0].b),)), who="anna"
    )
    before = content(latest(scheduled))
    restored = events.changes.restore(EVENT, 1, who="anna")
    assert restored.plan.kind is PlanKind.RESTORED
    assert content(latest(scheduled)) == first
    assert some(scheduled) == one
    events.changes.undo(EVENT, who="anna")
    assert content(latest(scheduled)) == before
    with pytest.raises(EventRejectedError, match="no version 99"):
        events.changes.restore(EVENT, 99, who="anna")


def test_a_change_made_from_an_old_version_is_refused_whatever_it_is(scheduled: Workspace) -> None:
    events, one = scheduled.events, some(scheduled)
    events.changes.edit(EVENT, Remove(one.a, one.b), expected=1, who="anna")
    kept = content(latest(scheduled))
    other = some(scheduled)
    for attempt in (
        lambda: events.changes.edit(EVENT, Remove(other.a, other.b), expected=1, who="bo"),
        lambda: events.changes.repair(EVENT, News(), expected=1, who="bo"),
        lambda: events.changes.undo(EVENT, expected=1, who="bo"),
        lambda: events.changes.restore(EVENT, 1, expected=1, who="bo"),
    ):
        with pytest.raises(EventChangedError, match="anna changed the event"):
            attempt()
    assert content(latest(scheduled)) == kept
    assert len(events.versions(EVENT)) == 2


def test_a_check_tells_conflicts_and_changes_nothing(scheduled: Workspace) -> None:
    events, one = scheduled.events, some(scheduled)
    later = next(
        each for each in latest(scheduled).appointments if each.span != one.span and one.a in each.pair
    )
    move = Move(one.a, one.b, later.span.starts)
    conflicts = events.changes.check_edit(EVENT, move)
    assert conflicts[0].participant == one.a
    with pytest.raises(EditRejectedError) as refused:
        events.changes.edit(EVENT, move, who="anna")
    assert refused.value.conflicts == conflicts
    assert len(events.versions(EVENT)) == 1


def test_the_bound_is_never_below_the_value_and_stays_where_the_conditions_do(scheduled: Workspace) -> None:
    events, first = scheduled.events, latest(scheduled)
    one, other = first.appointments[:2]
    for change in (
        Swap(one.a, one.b, other.a, other.b),
        Lock(((one.a, one.b),)),
        Remove(other.a, other.b),
    ):
        plan = events.changes.edit(EVENT, change, who="anna").plan
        assert plan.value <= plan.bound
        assert plan.bound == first.bound
    assert plan.value < first.value
    unlocked = events.changes.edit(EVENT, Unlock(((one.a, one.b),)), who="anna").plan
    assert unlocked.bound >= first.value - 1e-9
    repaired = events.changes.repair(EVENT, no_shows(scheduled, 4), who="anna")[1].plan
    assert repaired.value <= repaired.bound < first.bound


def with_tables(workspace: Workspace, *tables: Table) -> None:
    event = workspace.events.one(EVENT).event
    workspace.events.set_up(replace(event, tables=tables), who="anna")


def test_the_bound_after_a_change_counts_on_tables_that_are_kept_for_an_actor(arranged: Workspace) -> None:
    events = arranged.events
    holders = [each.actor_id for each in events.attendees(EVENT)][:3]
    with_tables(
        arranged, Table("Bord 1"), *(Table(f"Stand {n}", (), actor) for n, actor in enumerate(holders, 1))
    )
    first = events.schedule(EVENT, who="anna").plan
    assert Counter(each.span for each in first.appointments).most_common(1)[0][1] == 4
    one, other = first.appointments[:2]
    events.changes.edit(EVENT, Remove(other.a, other.b), who="anna")
    for change in (Lock, Unlock):
        changed = events.changes.edit(EVENT, change(((one.a, one.b),)), who="anna").plan
    assert changed.value < first.value <= changed.bound + 1e-9
    away = tuple(Absence(each, AbsenceKind.NO_SHOW, DAY) for each in ("p20", "p21", "p22", "p23"))
    repaired = events.changes.repair(EVENT, News(away), who="anna")[1].plan
    anew = events.schedule(EVENT, who="anna").plan
    assert max(repaired.value, anew.value) <= repaired.bound + 1e-9


def test_removing_a_must_raises_the_bound_to_what_is_possible_without_it(scheduled: Workspace) -> None:
    events = scheduled.events
    met = {each.pair for each in latest(scheduled).appointments}
    ids = [each.id for each in events.attendees(EVENT)]
    must = next((a, b) for a in ids for b in ids if a < b and frozenset((a, b)) not in met)
    events.prefer(EVENT, [Preference(*must, PreferenceKind.MUST_MEET)], who="anna")
    events.schedule(EVENT, who="anna")
    without = events.changes.edit(EVENT, Remove(*must), who="anna").plan
    assert without.value <= without.bound
    assert [(each.a, each.b, each.must) for each in without.left_out] == [(*sorted(must), True)]


def test_a_repair_breaks_no_rule_and_absences_stay_for_the_next_schedule(scheduled: Workspace) -> None:
    events = scheduled.events
    news = no_shows(scheduled, 3)
    repair, version = events.changes.repair(EVENT, news, who="anna")
    kept = events.one(EVENT)
    conditions = conditions_of(
        kept.event,
        events.attendees(EVENT),
        frozenset(),
        DAY.starts - timedelta(days=9),
        absences=news.absences,
    )
    assert not broken_rules(conditions, version.plan.appointments)
    assert version.plan.absences == news.absences
    assert repair.others_moved == 0
    again = events.schedule(EVENT, who="anna").plan
    away = {each.attendee for each in news.absences}
    assert not any(each.pair & away for each in again.appointments)
    events.changes.repair(EVENT, News(back=tuple(away)), who="anna")
    assert not latest(scheduled).absences
    assert any(each.pair & away for each in latest(scheduled).appointments)


def test_a_trial_tells_what_the_repair_then_does_and_keeps_nothing(scheduled: Workspace) -> None:
    events, news = scheduled.events, no_shows(scheduled, 2)
    tried, plan = events.changes.try_repair(EVENT, news)
    assert len(events.versions(EVENT)) == 1
    repair, version = events.changes.repair(EVENT, news, who="anna")
    assert repair == tried
    assert content(version.plan) == content(plan)


def test_a_repair_of_what_is_not_there_says_so(scheduled: Workspace) -> None:
    news = News((Absence("p999", AbsenceKind.NO_SHOW, DAY),), (LostTable("Bord 99", DAY),), usable=("X",))
    with pytest.raises(EventRejectedError, match="p999") as refused:
        scheduled.events.changes.repair(EVENT, news, who="anna")
    assert len(refused.value.problems) == 3


def test_without_a_schedule_a_change_says_how_to_make_one(arranged: Workspace) -> None:
    for attempt in (
        lambda: arranged.events.changes.edit(EVENT, Remove("p1", "p2"), who="anna"),
        lambda: arranged.events.changes.undo(EVENT, who="anna"),
        lambda: arranged.events.changes.explain(EVENT),
    ):
        with pytest.raises(EventRejectedError, match="event schedule"):
            attempt()
    assert arranged.events.changes.history(EVENT) == ()


def test_a_version_is_read_without_participants_and_tables_that_are_gone(scheduled: Workspace) -> None:
    events, first = scheduled.events, latest(scheduled)
    one = first.appointments[0]
    event = events.one(EVENT).event
    events.attend(EVENT, [], [one.a], who="anna")
    lost = first.appointments[-1].table
    events.set_up(
        replace(event, tables=tuple(each for each in event.tables if each.name != lost)), who="anna"
    )
    plan = latest(scheduled)
    assert all(one.a not in each.pair and each.table != lost for each in plan.appointments)
    gone = events.changes.gone(EVENT)
    assert (gone.participants, gone.tables) == ((one.a,), (lost,))
    assert gone.appointments == len(first.appointments) - len(plan.appointments)
    repair, version = events.changes.repair(EVENT, News(), who="anna")
    assert not events.changes.gone(EVENT)
    assert all(each.table != lost for each in version.plan.appointments)
    assert any(each.before.table == lost for each in repair.moved)
    undone = events.changes.undo(EVENT, who="anna").plan
    assert all(one.a not in each.pair for each in undone.appointments)


def test_undo_leaves_out_who_is_gone_and_counts_the_value_without_them(scheduled: Workspace) -> None:
    events, first = scheduled.events, latest(scheduled)
    one, other = first.appointments[0], first.appointments[1]
    events.changes.edit(EVENT, Remove(other.a, other.b), who="anna")
    events.attend(EVENT, [], [one.a], who="anna")
    undone = events.changes.undo(EVENT, who="anna").plan
    assert all(one.a not in each.pair for each in undone.appointments)
    assert undone.value < first.value
    assert undone.value <= undone.bound


def test_a_lock_that_cannot_be_kept_does_not_stop_a_new_schedule(scheduled: Workspace) -> None:
    events, one = scheduled.events, some(scheduled)
    events.changes.edit(EVENT, Lock(((one.a, one.b),)), who="anna")
    event: Event = events.one(EVENT).event
    later = replace(event.sessions[0], starts=datetime(2027, 3, 4, 9, 5))
    events.set_up(replace(event, sessions=(later,)), who="anna")
    plan = events.schedule(EVENT, who="anna").plan
    assert len(plan.appointments) > 40
    assert not any(each.locked for each in plan.appointments)


def test_a_lock_keeps_its_time_in_a_new_schedule_where_only_its_table_is_gone(scheduled: Workspace) -> None:
    events, first = scheduled.events, latest(scheduled)
    chosen = [first.appointments[place] for place in (0, 20, 40)]
    events.changes.edit(EVENT, Lock(tuple((each.a, each.b) for each in chosen)), who="anna")
    with_tables(scheduled, *(Table(f"Plads {number}") for number in range(1, 11)))
    plan = events.schedule(EVENT, who="anna").plan
    locked = [each for each in plan.appointments if each.locked]
    assert {(each.pair, each.span) for each in locked} == {(each.pair, each.span) for each in chosen}
    assert all(each.table.startswith("Plads") for each in plan.appointments)
    conditions = conditions_of(events.one(EVENT).event, events.attendees(EVENT), frozenset(), DAY.starts)
    assert not broken_rules(conditions, plan.appointments)
    with_tables(scheduled, Table("Plads 1", (chosen[0].span,)), Table("Bord 1", (DAY,)))
    plan = events.schedule(EVENT, who="anna").plan
    again = [each for each in plan.appointments if each.locked]
    assert {(each.pair, each.span) for each in again} == {(each.pair, each.span) for each in locked}


def test_of_more_locks_than_tables_those_worth_most_are_kept(scheduled: Workspace) -> None:
    events, first = scheduled.events, latest(scheduled)
    together = [each for each in first.appointments if each.span == first.appointments[0].span]
    events.changes.edit(EVENT, Lock(tuple((each.a, each.b) for each in together)), who="anna")
    least = together[0]
    for each in together[1:]:
        events.prefer(EVENT, [Preference(each.a, each.b, PreferenceKind.MEET, each.a)], who="anna")
    actor = {each.id: each.actor_id for each in events.attendees(EVENT)}
    common = [Table(f"Plads {number}") for number in range(len(together) - 2)]
    with_tables(scheduled, Table("Stand", (), actor[together[1].b]), *common)
    plan = events.schedule(EVENT, who="anna").plan
    here = {each.pair: each for each in plan.appointments if each.span == least.span}
    assert {pair for pair, each in here.items() if each.locked} == {each.pair for each in together[1:]}
    assert here[together[1].pair].table == "Stand"


def test_a_newcomer_gets_meetings_and_nobody_else_loses_one(scheduled: Workspace) -> None:
    events, first = scheduled.events, latest(scheduled)
    taken = {each.actor_id for each in events.attendees(EVENT)}
    names = scheduled.published().actor_names()
    newcomer = next(each for each in sorted(names) if each not in taken)
    events.attend(EVENT, [Attendee("new", newcomer)], who="anna")
    events.propose(EVENT, who="anna")
    repair, version = events.changes.repair(EVENT, News(), only_free=True, who="anna")
    assert set(first.appointments) <= set(version.plan.appointments)
    assert not repair.dropped


def test_history_tells_who_changed_what(scheduled: Workspace) -> None:
    events, one = scheduled.events, some(scheduled)
    events.changes.edit(EVENT, Remove(one.a, one.b), who="bo")
    (first, made), (second, changed) = events.changes.history(EVENT)
    assert (first.who, len(made.added)) == ("anna", len(first.plan.appointments))
    assert (second.who, second.plan.kind, changed.dropped) == ("bo", PlanKind.REMOVED, (one,))
    back = events.changes.compare(EVENT, 2, 1)
    assert back.added == (one,)
    assert set(back.affected) == one.pair


def test_a_removed_wish_is_explained_with_room_and_can_be_added_again(scheduled: Workspace) -> None:
    events, one = scheduled.events, some(scheduled)
    events.prefer(EVENT, [Preference(one.a, one.b, PreferenceKind.MEET, one.a)], who="anna")
    events.changes.edit(EVENT, Remove(one.a, one.b), who="anna")
    (found,) = events.changes.explain(EVENT)
    assert found.reason == "there_is_room"
    assert [each.reason for each in latest(scheduled).left_out] == ["there_is_room"]
    assert found.fix is not None
    events.changes.edit(EVENT, Add(one.a, one.b, found.fix.at.starts), who="anna")
    assert events.changes.explain(EVENT) == ()
    with pytest.raises(EventRejectedError, match="have a meeting"):
        events.changes.explain(EVENT, [(one.a, one.b)])


def test_five_no_shows_of_120_move_nobody_else_where_scheduling_anew_moves_most(workspace: Workspace) -> None:
    events = workspace.events
    events.create(
        "Forårsmøde",
        zone="Europe/Copenhagen",
        sessions=[Session("Dag", datetime(2027, 3, 4, 9), datetime(2027, 3, 4, 14), 20)],
        tables=[Table(f"Bord {number}") for number in range(1, 61)],
        who="anna",
    )
    actors = sorted(workspace.published().actor_names())[:120]
    events.attend(EVENT, [Attendee(f"p{n}", actor) for n, actor in enumerate(actors, 1)], who="anna")
    events.propose(EVENT, who="anna")
    events.schedule(EVENT, who="anna")
    day = Span(datetime(2027, 3, 4, 8, tzinfo=UTC), datetime(2027, 3, 4, 13, tzinfo=UTC))
    news = News(tuple(Absence(f"p{n}", AbsenceKind.NO_SHOW, day) for n in (7, 29, 51, 88, 104)))
    repair, repaired = events.changes.repair(EVENT, news, who="anna")
    anew = events.schedule(EVENT, who="anna")
    little, much = events.changes.compare(EVENT, 1, 2), events.changes.compare(EVENT, 1, 3)
    assert (repair.others_moved, len(little.moved)) == (0, 0)
    assert len(little.kept) == repair.kept > 700
    assert len(much.moved) > 400
    assert repaired.plan.value > 0.98 * anew.plan.value
    assert repaired.plan.value <= repaired.plan.bound
