"""What happens is put into the outbox in the transaction in which it does: each thing once, and only what happened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from matchmaker.actors import Actor, ActorGroup, Commitment
from matchmaker.answers import AnswerKind, Judgement
from matchmaker.endpoints import Happening, MessageType
from matchmaker.errors import StoreError
from matchmaker.events import Attendee, Person, Preference, PreferenceKind, Session, Table
from matchmaker.events.edits import Move
from matchmaker.events.outcomes import Committed, Remark
from matchmaker.store import Store
from matchmaker.store.outbox import put_interest
from matchmaker.workspace import Workspace

YES = Judgement(AnswerKind.INTERESTED)
GROUPS = (ActorGroup.COMPANY, ActorGroup.SUPPLIER, ActorGroup.KNOWLEDGE_INSTITUTION, ActorGroup.PUBLIC_BODY)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "w", create=True) as opened:
        actors = [Actor(name, f"Actor {name}", group) for name, group in zip("abcd", GROUPS, strict=True)]
        opened._store.apply(actors, [], source="list.csv", who="tests")
        yield opened


def told(workspace: Workspace, *topics: Happening) -> str:
    return workspace.webhooks.add("https://crm.example/hooks", topics or tuple(Happening), who="tests")[0].id


def messages(workspace: Workspace, webhook_id: str) -> list[tuple[str, dict[str, object]]]:
    waiting = workspace._store.webhooks.waiting(webhook_id, limit=1000)
    bodies = [json.loads(each.body) for each in waiting]
    assert all(set(each) == {"type", "timestamp", "data"} for each in bodies)
    return [(each["type"], each["data"]) for each in bodies]


def test_mutual_interest_is_told_once_when_both_are_interested(workspace: Workspace) -> None:
    webhook = told(workspace, Happening.MUTUAL_INTEREST)
    workspace.answer("b", "a", YES, who="tests")
    assert messages(workspace, webhook) == []
    workspace.answer("a", "b", YES, who="tests")
    expected = ("mutual_interest.reached", {"actors": ["a", "b"]})
    assert messages(workspace, webhook) == [expected]
    workspace.answer("a", "b", YES, who="tests")
    workspace.answer("a", "b", Judgement(AnswerKind.INTERESTED, words="very"), who="tests")
    workspace.answer("c", "a", YES, who="tests")
    assert messages(workspace, webhook) == [expected]
    workspace.answer("a", "b", Judgement(AnswerKind.DECLINED), who="tests")
    workspace.answer("a", "b", YES, who="tests")
    assert messages(workspace, webhook) == [expected, expected], "it was reached anew"


def test_only_chosen_topics_are_told_and_nothing_from_before(workspace: Workspace) -> None:
    workspace.answer("b", "a", YES, who="tests")
    workspace.answer("a", "b", YES, who="tests")
    late, other = told(workspace, Happening.MUTUAL_INTEREST), told(workspace, Happening.MEETING)
    assert messages(workspace, late) == []
    workspace.answer("b", "c", YES, who="tests")
    workspace.answer("c", "b", YES, who="tests")
    assert len(messages(workspace, late)) == 1
    assert messages(workspace, other) == []


def test_what_is_rolled_back_is_told_to_nobody(workspace: Workspace) -> None:
    webhook = told(workspace)
    workspace.answer("b", "a", YES, who="tests")
    store: Store = workspace._store

    def interrupted() -> None:
        with store._writing() as connection:
            put_interest(connection, "2026-01-01T00:00:00+00:00", "a", "b", before=False)
            assert connection.execute("SELECT count(*) FROM deliveries").fetchone()[0] == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    assert messages(workspace, webhook) == []


def event(workspace: Workspace) -> None:
    starts = datetime(2027, 3, 4, 9)
    workspace.events.create(
        "Spring",
        zone="Europe/Copenhagen",
        sessions=(Session("Morning", starts, starts.replace(hour=11), 20),),
        tables=(Table("1"), Table("2")),
        event_id="spring",
        who="tests",
    )
    everybody = [
        Attendee(f"p-{name}", name, (Person(f"Person {name}", f"{name}@x.example"),)) for name in "abcd"
    ]
    workspace.events.attend("spring", everybody, who="tests")


def test_meetings_are_told_as_they_are_made_moved_and_cancelled(workspace: Workspace) -> None:
    webhook = told(workspace, Happening.MEETING)
    event(workspace)
    workspace.events.prefer("spring", [Preference("p-a", "p-b", PreferenceKind.MEET, "p-a")], who="tests")
    version = workspace.events.schedule("spring", time_limit=2, who="tests")
    made = messages(workspace, webhook)
    assert [type_ for type_, _ in made] == ["meeting.scheduled"]
    data = made[0][1]
    assert (data["participants"], data["actors"], data["version"]) == (["p-a", "p-b"], ["a", "b"], 1)
    (meeting,) = version.plan.appointments
    later = meeting.span.starts + timedelta(minutes=20)
    workspace.events.changes.edit("spring", Move("p-a", "p-b", later, None), expected=1, who="tests")
    workspace.events.changes.undo("spring", expected=2, who="tests")
    workspace.events.erase("spring", who="tests")
    assert [type_ for type_, _ in messages(workspace, webhook)] == [
        "meeting.scheduled",
        "meeting.changed",
        "meeting.changed",
        "meeting.cancelled",
    ]
    assert "@x.example" not in str(messages(workspace, webhook)), "no person is told of"
    assert "Person" not in str(messages(workspace, webhook))


def test_a_commitment_is_told_when_it_is_reached_and_when_its_level_changes(workspace: Workspace) -> None:
    webhook = told(workspace, Happening.COMMITMENT)
    event(workspace)

    def say(level: Commitment, title: str) -> None:
        said = Committed(level, date(2027, 4, 1), title)
        workspace.events.follow_up.say("spring", [Remark("p-a", "p-c", said)], who="tests")

    say(Commitment.PROJECT, "One")
    say(Commitment.PROJECT, "Another title")
    say(Commitment.COMMITTED, "Another title")
    found = messages(workspace, webhook)
    assert [(type_, data["level"], data["actors"]) for type_, data in found] == [
        ("commitment.reached", "project", ["a", "c"]),
        ("commitment.reached", "committed", ["a", "c"]),
    ]
    assert "title" not in str(found).casefold()


def test_messages_go_with_the_actors_that_they_name(workspace: Workspace) -> None:
    webhook = told(workspace)
    for one, other in ("ab", "bc"):
        workspace.answer(one, other, YES, who="tests")
        workspace.answer(other, one, YES, who="tests")
    workspace.erase_actor("a", who="tests")
    assert [data["actors"] for _, data in messages(workspace, webhook)] == [["b", "c"]]


def test_an_outbox_that_cannot_be_written_keeps_the_answer_out_too(workspace: Workspace) -> None:
    told(workspace)
    workspace.answer("b", "a", YES, who="tests")
    with workspace._store._writing() as connection:
        connection.execute(
            "CREATE TRIGGER no_more BEFORE INSERT ON deliveries BEGIN SELECT raise(ABORT, 'no'); END"
        )
    with pytest.raises(StoreError):
        workspace.answer("a", "b", YES, who="tests")
    assert [each.seeker_id for each in workspace.answers()] == ["b"]


def test_every_type_belongs_to_a_topic() -> None:
    topics = {each.topic for each in MessageType} - {"test"}
    assert topics == {each.value for each in Happening}
