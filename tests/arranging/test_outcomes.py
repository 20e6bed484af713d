"""What came of meetings is kept with who said it, replaced, taken back, and makes and unmakes a collaboration."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from matchmaker.actors import Collaboration, Commitment
from matchmaker.answers import DeclineReason
from matchmaker.errors import (
    ActorNotFoundError,
    EventNotFoundError,
    EventRejectedError,
    OutcomeNotFoundError,
    StoreError,
)
from matchmaker.events import (
    Attendance,
    Attendee,
    CameOf,
    Committed,
    FollowUp,
    Measure,
    NewCompany,
    NoGood,
    Outcome,
    Rating,
    Remark,
    Session,
)
from matchmaker.store import Store
from matchmaker.store.connections import connect
from matchmaker.workspace import DATABASE, Workspace
from tests.arranging.conftest import EVENT

LATER = date(2027, 9, 1)
PROJECT = Committed(Commitment.PROJECT, LATER, "Protein fra græs")


def say(workspace: Workspace, *remarks: Remark, who: str = "anna") -> int:
    return len(workspace.events.follow_up.say(EVENT, remarks, who=who))


def outcome(workspace: Workspace, a: str = "p1", b: str = "p2") -> Outcome:
    return next(each for each in workspace.events.follow_up.outcomes(EVENT) if (each.a, each.b) == (a, b))


def made(workspace: Workspace) -> list[Collaboration]:
    with Store.open(workspace.folder / DATABASE, read_only=True) as store:
        return [each for each in store.collaborations() if each.id.startswith("event-")]


def execute(folder: Path, statement: str, *values: str) -> None:
    connection = connect(folder / DATABASE, read_only=False)
    with connection:
        connection.execute(statement, values)
    connection.close()


def test_what_each_side_says_is_kept_side_by_side(arranged: Workspace) -> None:
    assert (
        say(
            arranged,
            Remark("p1", "p2", Attendance()),
            Remark("p1", "p2", Rating(4), "p1"),
            Remark("p1", "p2", Rating(2), "p2"),
            Remark("p1", "p2", NoGood(DeclineReason.TOO_FAR, "Fire timer i bil"), "p2"),
            Remark("p1", "p2", FollowUp(CameOf.NEGOTIATION_STARTED, LATER), "p1"),
        )
        == 5
    )
    found = outcome(arranged)
    assert found.held
    assert found.ratings == {"p1": Rating(4), "p2": Rating(2)}
    assert found.no_good["p2"].words == "Fire timer i bil"
    assert found.follow_ups == {"p1": FollowUp(CameOf.NEGOTIATION_STARTED, LATER)}


def test_the_same_again_changes_nothing_and_another_word_replaces_the_first(arranged: Workspace) -> None:
    rated = Remark("p1", "p2", Rating(4), "p1")
    assert say(arranged, rated) == 1
    before = arranged.history(limit=1)[0].number
    assert say(arranged, rated, who="bo") == 0
    assert arranged.history(limit=1)[0].number == before
    assert say(arranged, Remark("p1", "p2", Rating(1), "p1"), who="bo") == 1
    assert outcome(arranged).ratings == {"p1": Rating(1)}
    (row,) = arranged.history(limit=1)
    assert (row.who, row.action, row.before["rating"], row.after["rating"]) == ("bo", "said", 4, 1)


def test_taking_back_brings_the_word_before_and_at_last_nothing(arranged: Workspace) -> None:
    say(arranged, Remark("p1", "p2", Attendance()))
    say(arranged, Remark("p1", "p2", Attendance(("p2",))))
    assert not outcome(arranged).held
    assert arranged.events.follow_up.take_back(EVENT, "p2", "p1", who="bo").remark.said == Attendance(("p2",))
    assert outcome(arranged).held
    arranged.events.follow_up.take_back(EVENT, "p1", "p2", who="bo")
    assert arranged.events.follow_up.outcomes(EVENT) == ()
    with pytest.raises(OutcomeNotFoundError, match="event outcomes"):
        arranged.events.follow_up.take_back(EVENT, "p1", "p2", who="bo")


def test_a_rating_means_that_they_met_unless_it_is_said_that_they_did_not(arranged: Workspace) -> None:
    say(arranged, Remark("p1", "p2", Rating(4), "p1"))
    assert outcome(arranged).held
    say(arranged, Remark("p1", "p2", Attendance(("p1", "p2"))))
    assert not outcome(arranged).held


def test_a_meeting_outside_the_schedule_is_spontaneous(arranged: Workspace) -> None:
    plan = arranged.events.schedule(EVENT, who="tests").plan
    planned = sorted(plan.appointments[0].pair)
    pairs = {each.pair for each in plan.appointments}
    free = next(("p1", f"p{n}") for n in range(20, 25) if frozenset(("p1", f"p{n}")) not in pairs)
    say(arranged, Remark(planned[0], planned[1], Attendance()), Remark(*free, Attendance()))
    assert not outcome(arranged, *planned).spontaneous
    assert outcome(arranged, *free).spontaneous


def test_a_commitment_is_a_dated_collaboration_of_both_actors_with_the_event_as_its_source(
    arranged: Workspace,
) -> None:
    say(arranged, Remark("p1", "p2", PROJECT))
    (kept,) = made(arranged)
    actors = {each.id: each.actor_id for each in arranged.events.attendees(EVENT)}
    assert [part.actor_id for part in kept.participations] == [actors["p1"], actors["p2"]]
    assert (kept.title, kept.commitment, kept.known_from) == ("Protein fra græs", Commitment.PROJECT, LATER)
    (row,) = arranged.history(subject=kept.id)
    assert (row.action, row.source, row.who) == ("added", f"event {EVENT}", "anna")
    arranged.build()
    shown = arranged.published().collaborations_of(actors["p1"])
    assert any(each.id == kept.id for each in shown)


def test_a_changed_commitment_changes_the_collaboration_under_its_id(arranged: Workspace) -> None:
    say(arranged, Remark("p1", "p2", PROJECT))
    (first,) = made(arranged)
    say(arranged, Remark("p1", "p2", Committed(Commitment.COMMITTED, date(2027, 12, 1))))
    (changed,) = made(arranged)
    assert changed.id == first.id
    assert (changed.commitment, changed.known_from) == (Commitment.COMMITTED, date(2027, 12, 1))
    names = [arranged.actor(part.actor_id).name for part in changed.participations]
    assert changed.title == " – ".join(names)
    arranged.events.follow_up.take_back(EVENT, "p1", "p2", who="bo")
    assert made(arranged) == [first]


def test_taking_a_commitment_back_removes_the_collaboration_and_says_so(arranged: Workspace) -> None:
    say(arranged, Remark("p1", "p2", PROJECT))
    (kept,) = made(arranged)
    arranged.events.follow_up.take_back(EVENT, "p1", "p2", who="bo")
    assert made(arranged) == []
    removed, _ = arranged.history(subject=kept.id)
    assert (removed.action, removed.who, removed.source) == ("removed", "bo", f"event {EVENT}")
    assert removed.before["title"] == "Protein fra græs"


def test_one_thing_that_cannot_be_keeps_nothing_of_the_rest(arranged: Workspace) -> None:
    with pytest.raises(EventRejectedError) as caught:
        say(
            arranged,
            Remark("p1", "p2", PROJECT),
            Remark("p1", "p2", Rating(4), "p3"),
            Remark("p1", "p2", Rating(4)),
            Remark("p1", "p99", Attendance()),
            Remark("p1", "p2", Attendance(("p7",))),
            Remark("p4", "p4", Attendance()),
            Remark("p5", "p6", Attendance(), "p5"),
        )
    assert len(caught.value.problems) == 6
    assert made(arranged) == []
    assert arranged.events.follow_up.said(EVENT) == ()
    assert not [row for row in arranged.history(limit=20) if row.subject_kind == "outcome"]


def test_a_collaboration_that_cannot_be_written_leaves_no_outcome_and_the_other_way_round(
    arranged: Workspace,
) -> None:
    for table in ("collaborations", "outcomes"):
        execute(
            arranged.folder,
            f"CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'broken'); END",
        )
        with pytest.raises(StoreError, match="broken"):
            say(arranged, Remark("p1", "p2", Attendance()), Remark("p1", "p2", PROJECT))
        execute(arranged.folder, "DROP TRIGGER broken")
        assert (made(arranged), arranged.events.follow_up.said(EVENT)) == ([], ())
    say(arranged, Remark("p1", "p2", PROJECT))
    execute(
        arranged.folder,
        "CREATE TRIGGER broken BEFORE DELETE ON outcomes BEGIN SELECT RAISE(ABORT, 'broken'); END",
    )
    with pytest.raises(StoreError, match="broken"):
        arranged.events.follow_up.take_back(EVENT, "p1", "p2", who="anna")
    assert len(made(arranged)) == len(arranged.events.follow_up.said(EVENT)) == 1


def test_a_new_company_that_is_not_stored_undoes_the_commitment_said_with_it(arranged: Workspace) -> None:
    with pytest.raises(ActorNotFoundError):
        say(arranged, Remark("p1", "p2", PROJECT), Remark("p1", "p2", NewCompany("nobody", LATER)))
    assert made(arranged) == []


def test_nothing_comes_of_a_meeting_before_its_event(arranged: Workspace) -> None:
    with pytest.raises(EventRejectedError, match="began on 2027-03-04"):
        say(arranged, Remark("p1", "p2", Committed(Commitment.PROJECT, date(2026, 9, 1))))
    with pytest.raises(EventNotFoundError):
        arranged.events.follow_up.say("nowhere", [Remark("p1", "p2", Attendance())], who="anna")


def test_two_agendas_of_one_actor_cannot_commit_to_each_other(arranged: Workspace) -> None:
    actor = arranged.events.attendees(EVENT)[0].actor_id
    arranged.events.attend(EVENT, [Attendee("p1b", actor)], who="tests")
    say(arranged, Remark("p1", "p1b", Attendance()))
    with pytest.raises(EventRejectedError, match="same actor"):
        say(arranged, Remark("p1", "p1b", PROJECT))


def test_own_words_and_titles_stay_out_of_the_audit_trail(arranged: Workspace) -> None:
    say(
        arranged,
        Remark("p1", "p2", NoGood(DeclineReason.OTHER, "Hemmeligt om Karen"), "p1"),
        Remark("p1", "p2", Committed(Commitment.PROJECT, LATER, "Sagen om Karen")),
    )
    told = [str(row.before) + str(row.after) for row in arranged.history(limit=20)]
    assert not any("Karen" in each for each in told)


def test_erasing_an_actor_erases_its_outcomes_and_what_was_made_of_them(arranged: Workspace) -> None:
    say(
        arranged,
        Remark("p1", "p2", PROJECT),
        Remark("p1", "p2", Committed(Commitment.COMMITTED, LATER)),
        Remark("p3", "p4", Attendance()),
    )
    (kept,) = made(arranged)
    actor = arranged.events.attendees(EVENT)[0].actor_id
    for statement in (
        "DELETE FROM collaborations WHERE id NOT LIKE 'event-%' AND id IN"
        " (SELECT collaboration_id FROM participations WHERE actor_id = ?)",
        "DELETE FROM actors WHERE id = ?",
    ):
        execute(arranged.folder, statement, actor)
    assert [(each.a, each.b) for each in arranged.events.follow_up.outcomes(EVENT)] == [("p3", "p4")]
    assert made(arranged) == []
    assert arranged.history(subject=kept.id)[0].action == "erased"


def test_erasing_an_event_erases_its_outcomes_and_what_was_made_of_them(arranged: Workspace) -> None:
    say(arranged, Remark("p1", "p2", PROJECT), Remark("p1", "p2", Attendance()))
    actors = [each.actor_id for each in arranged.events.attendees(EVENT)]
    arranged.events.erase(EVENT, who="tests")
    assert made(arranged) == []
    assert arranged.events.follow_up.met_at_earlier_events(actors, _later_event(arranged)) == frozenset()


def test_what_came_of_it_outlives_the_participants(arranged: Workspace) -> None:
    say(arranged, Remark("p1", "p2", Attendance()), Remark("p1", "p2", PROJECT))
    arranged.events.attend(EVENT, [], [f"p{n}" for n in range(1, 25)], who="tests")
    assert outcome(arranged).held
    assert arranged.events.follow_up.take_back(EVENT, "p1", "p2", who="tests").remark.said == PROJECT
    assert made(arranged) == []


def test_a_participant_id_that_passes_to_another_actor_does_not_inherit(arranged: Workspace) -> None:
    say(arranged, Remark("p1", "p2", PROJECT))
    spare = sorted(arranged.published().actor_names())[30]
    arranged.events.attend(EVENT, [Attendee("p2", spare)], who="tests")
    say(arranged, Remark("p1", "p2", Committed(Commitment.COMMITTED, LATER)))
    assert len(made(arranged)) == 2
    assert [each.actors[1] == spare for each in arranged.events.follow_up.outcomes(EVENT)].count(True) == 1


def _later_event(workspace: Workspace, when: datetime = datetime(2028, 3, 4, 9)) -> str:
    session = Session("S", when, when.replace(hour=12), 20)
    kept = workspace.events.create("Next", zone="Europe/Copenhagen", sessions=[session], who="tests")
    return kept.event.id


def test_who_met_at_an_earlier_event_is_known_at_the_next_and_not_at_one_before(arranged: Workspace) -> None:
    say(arranged, Remark("p1", "p2", Attendance()), Remark("p3", "p4", Attendance(("p3",))))
    actors = {each.id: each.actor_id for each in arranged.events.attendees(EVENT)}
    everybody = list(actors.values())
    met = {frozenset((actors["p1"], actors["p2"]))}
    nxt = _later_event(arranged)
    assert arranged.events.follow_up.met_at_earlier_events(everybody, nxt) == met
    assert arranged.events.follow_up.met_at_earlier_events([actors["p1"]], nxt) == frozenset()
    assert arranged.events.follow_up.met_at_earlier_events(everybody, EVENT) == frozenset()
    arranged.events.attend(nxt, [Attendee("a", actors["p1"]), Attendee("b", actors["p2"])], who="tests")
    assert met <= arranged.events.wishes(nxt).known
    earlier = arranged.events.create(
        "Before",
        zone="Europe/Copenhagen",
        sessions=[Session("S", datetime(2026, 3, 4, 9), datetime(2026, 3, 4, 12), 20)],
        who="tests",
    )
    assert arranged.events.follow_up.met_at_earlier_events(everybody, earlier.event.id) == frozenset()


def test_what_cannot_be_said_is_refused() -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        Rating(6)
    with pytest.raises(ValueError, match="line break"):
        NoGood(DeclineReason.OTHER, "to\nlinjer")
    with pytest.raises(ValueError, match="500"):
        NoGood(DeclineReason.OTHER, "x" * 501)
    with pytest.raises(ValueError, match="300"):
        Committed(Commitment.PROJECT, LATER, "x" * 301)


def test_targets_are_kept_replaced_and_removed_with_an_audit_row(arranged: Workspace) -> None:
    events = arranged.events
    one = events.follow_up.set_target(
        Measure.COMMITTED, 3, starts=date(2027, 3, 1), months=24, across_groups=True, who="anna"
    )
    again = events.follow_up.set_target(Measure.COMMITTED, 2, starts=date(2027, 3, 1), months=24, who="anna")
    assert (one.id, again.id) == ("committed", "committed-2")
    events.follow_up.set_target(
        Measure.COMMITTED, 5, starts=date(2027, 3, 1), months=12, target_id="committed", who="bo"
    )
    assert {each.id: each.goal for each in events.follow_up.targets()} == {"committed": 5, "committed-2": 2}
    assert arranged.history(subject="committed", limit=1)[0].before["goal"] == 3
    events.follow_up.remove_target("committed", who="bo")
    with pytest.raises(EventRejectedError, match="targets list"):
        events.follow_up.remove_target("committed", who="bo")
    with pytest.raises(EventRejectedError, match="goal"):
        events.follow_up.set_target(Measure.HELD, 0, starts=date(2027, 3, 1), months=12, who="bo")
