"""What a page offers to undo is kept with the workspace: over a restart, among processes, and for one person alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.events import FACILITATOR, Preference, PreferenceKind
from matchmaker.profiles import ContactFields, WareKind
from matchmaker.store import Store
from matchmaker.store.ways_back import KEPT_FOR, KEPT_MOST
from matchmaker.undoing import Came, Undone
from matchmaker.users import UserRole
from matchmaker.ways_back import Contacted, Drafted, Noted, Preferred
from matchmaker.workspace import DATABASE, Workspace
from service.app import create_app
from tests.service.spring_meeting import set_up
from tests.service.test_event_pages import PAGE, hidden, words

EVENT = "spring-meeting"
PASSWORD = "en sten i hver en sko"


@contextmanager
def served(folder: Path) -> Iterator[TestClient]:
    """The service over a workspace, from its start to its end."""
    with Workspace.open(folder) as opened:
        app = create_app(opened, open_here=True)
        yield TestClient(app, base_url="http://127.0.0.1:8000", headers={"accept-language": "en"})


@pytest.fixture
def folder(built_folder: Path, tmp_path: Path) -> Path:
    """A copy with an event of which the service knows nothing yet."""
    copy = tmp_path / "kept"
    shutil.copytree(built_folder, copy)
    with served(copy) as client:
        set_up(client)
    return copy


def there(folder: Path) -> set[str]:
    with Workspace.open(folder) as opened:
        return {each.id for each in opened.events.attendees(EVENT)}


def taken_away(folder: Path, participant: str = "p3") -> str:
    with served(folder) as client:
        page = client.post(f"{PAGE}/participants", data={"participant": participant, "do": "take_away"})
        return hidden(page.text, "undo")


def test_a_change_is_undone_after_a_restart(folder: Path) -> None:
    with Workspace.open(folder) as opened:
        wish = Preference("p1", "p3", PreferenceKind.MUST_MEET, FACILITATOR, "their pilot plant")
        opened.events.prefer(EVENT, [wish], who="tests")
        opened.events.requests.ask(EVENT, "p3", "p2", words="about straw", who="tests")
        before = (opened.events.preferences(EVENT), opened.events.requests.all(EVENT))
        attended = {each.id: each for each in opened.events.attendees(EVENT)}
    name = taken_away(folder)
    assert "p3" not in there(folder)
    with served(folder) as again:
        assert 'name="undo"' in again.get(f"{PAGE}/participants?done=taken_away&undo={name}").text
        assert "Undone" in words(again.post(f"{PAGE}/undo", data={"undo": name}).text)
        assert "can no longer be undone" in words(again.post(f"{PAGE}/undo", data={"undo": name}).text)
    with Workspace.open(folder) as opened:
        assert {each.id: each for each in opened.events.attendees(EVENT)} == attended
        assert (opened.events.preferences(EVENT), opened.events.requests.all(EVENT)) == before


def test_a_change_is_undone_by_another_process_and_once_alone(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from matchmaker.workspace import Workspace\n"
        "with Workspace.open(Path(sys.argv[1])) as opened:\n"
        f"    print(opened.undoing.undo(sys.argv[2], about={EVENT!r}, who='facilitator').came)"
    )
    with served(folder) as client:
        page = client.post(f"{PAGE}/participants", data={"participant": "p3", "do": "take_away"})
        name = hidden(page.text, "undo")
        other = subprocess.run(
            [sys.executable, "-c", program, str(folder), name], capture_output=True, text=True, check=True
        )
        assert other.stdout.strip() == "undone"
        assert "can no longer be undone" in words(client.post(f"{PAGE}/undo", data={"undo": name}).text)
        assert "p3" in {each.id for each in client.app.state.workspace.events.attendees(EVENT)}  # type: ignore[attr-defined]


def test_nobody_else_undoes_or_sees_a_change_of_mine(folder: Path) -> None:
    with Workspace.open(folder) as opened:
        for name in ("anna", "bo"):
            opened.users.add(
                name=name,
                email=f"{name}@cluster.example",
                role=UserRole.FACILITATOR,
                password=PASSWORD,
                who="tests",
            )

    def signed_in(name: str) -> TestClient:
        client = TestClient(app, base_url="http://127.0.0.1:8000", headers={"accept-language": "en"})
        client.post("/sign-in", data={"email": f"{name}@cluster.example", "password": PASSWORD})
        return client

    with Workspace.open(folder) as opened:
        app = create_app(opened)
        anna, bo = signed_in("anna"), signed_in("bo")
        page = anna.post(f"{PAGE}/participants", data={"participant": "p3", "do": "take_away"})
        name = hidden(page.text, "undo")
        assert 'name="undo"' not in bo.get(f"{PAGE}/participants?done=taken_away&undo={name}").text
        assert "can no longer be undone" in words(bo.post(f"{PAGE}/undo", data={"undo": name}).text)
        assert "p3" not in {each.id for each in opened.events.attendees(EVENT)}
        assert "Undone" in words(anna.post(f"{PAGE}/undo", data={"undo": name}).text)
        held = opened.held("anna@cluster.example")
        assert held["can_be_undone"] == []
        wished = anna.post(f"{PAGE}/wishes", data={"do": "add", "a": "p1", "b": "p2", "kind": "must_meet"})
        hidden(wished.text, "undo")
        (kept,) = opened.held("anna@cluster.example")["can_be_undone"]  # type: ignore[misc]
        assert kept["kind"] == "preferred"
        opened.users.remove(kept["who"], who="tests")
        assert opened.held("anna@cluster.example")["can_be_undone"] == []


def test_what_was_changed_since_stays_and_that_is_said(folder: Path) -> None:
    with served(folder) as client:
        opened: Workspace = client.app.state.workspace  # type: ignore[attr-defined]
        wished = client.post(f"{PAGE}/wishes", data={"do": "add", "a": "p1", "b": "p2", "kind": "must_meet"})
        later = Preference("p1", "p2", PreferenceKind.APART, FACILITATOR, "competitors")
        opened.events.prefer(EVENT, [later], who="somebody")
        page = client.post(f"{PAGE}/undo", data={"undo": hidden(wished.text, "undo"), "back": "wishes"})
        assert "It was changed since, so nothing was undone." in words(page.text)
        assert later in opened.events.preferences(EVENT)
        danish = client.get(f"{PAGE}/wishes?done=changed_since&lang=da")
        assert "Det er ændret siden, så intet er fortrudt." in words(danish.text)


def test_each_kind_of_a_firms_change_goes_back_and_stays_where_it_was_changed_since(folder: Path) -> None:
    actor, who = "uni:1", "user-1"
    with Workspace.open(folder) as opened:
        kept, undoing = opened.firms.kept, opened.undoing
        ib, bo = ContactFields("Ib Holm"), ContactFields("Bo Bak")
        draft = kept.add_draft(actor, WareKind.OFFER, "straw", who=who)
        person = kept.add_contact(actor, ib, who=who)

        def undo(*ways: Drafted | Contacted) -> list[Undone]:
            names = [undoing.remember(each, about=actor, who=who) for each in ways]
            return [undoing.undo(name, about=actor, who=who) for name in names]

        new = (Drafted(actor, draft.id, WareKind.OFFER, "", "straw"), Contacted(actor, person.id, None, ib))
        kept.change_draft(actor, draft.id, "hay", who="somebody")
        kept.change_contact(actor, person.id, bo, who="somebody")
        assert undo(*new) == [Undone(Came.CHANGED)] * 2
        assert [each.text for each in kept.drafts(actor)] == ["hay"]
        assert [each.fields for each in kept.contacts(actor)] == [bo]
        changed = (
            Drafted(actor, draft.id, WareKind.OFFER, "straw", "hay"),
            Contacted(actor, person.id, ib, bo),
        )
        assert undo(*changed) == [Undone(Came.UNDONE, 1)] * 2
        assert undo(*new) == [Undone(Came.UNDONE, 1)] * 2
        assert (kept.drafts(actor), kept.contacts(actor)) == ((), ())
        gone = (
            Drafted(actor, draft.id, WareKind.OFFER, "straw", ""),
            Contacted(actor, person.id, ib, None),
        )
        assert undo(*gone) == [Undone(Came.UNDONE, 1)] * 2
        assert kept.drafts(actor)[0].id == draft.id
        assert kept.contacts(actor)[0].id == person.id


def test_a_way_back_is_of_one_actor_or_event_and_of_one_person(folder: Path) -> None:
    with Workspace.open(folder) as opened:
        name = opened.undoing.remember(Preferred(EVENT, (), ()), about=EVENT, who="a")
        for about, who in ((EVENT, "b"), ("", "a"), ("other", "a")):
            assert not opened.undoing.holds(name, about=about, who=who)
            assert opened.undoing.undo(name, about=about, who=who) == Undone(Came.TOO_LATE)
        assert opened.undoing.holds(name, about=EVENT, who="a")
        opened.events.erase(EVENT, who="tests")
        assert not opened.undoing.holds(name, about=EVENT, who="a")
        assert opened.undoing.remember(Preferred(EVENT, (), ()), about=EVENT, who="a") == ""


def test_ways_back_are_forgotten_after_a_day_and_the_oldest_beyond_so_many(tmp_path: Path) -> None:
    now = [datetime(2027, 3, 1, tzinfo=UTC)]
    with Store.open(tmp_path / "store.sqlite", clock=lambda: now[0]) as store:
        ways = store.ways_back
        names = []
        for _ in range(KEPT_MOST + 1):
            now[0] += timedelta(seconds=1)
            names.append(ways.keep(Noted(()), about="", who="a"))
        other = ways.keep(Noted(()), about="", who="b")
        assert [ways.holds(name, about="", who="a") for name in names[:2]] == [False, True]
        assert ways.holds(other, about="", who="b")
        now[0] += KEPT_FOR + timedelta(seconds=1)
        assert not ways.holds(names[-1], about="", who="a")
        assert ways.take(names[-1], about="", who="a") is None
        assert len(ways.of({"a", "b"})) == KEPT_MOST + 1
        store.forget_old_ways_back()
        assert ways.of({"a", "b"}) == ()


def test_nothing_but_a_known_way_back_is_made_of_what_is_kept(folder: Path) -> None:
    with Workspace.open(folder) as opened:
        name = opened.undoing.remember(Noted(()), about="", who="a")
    with Store.open(folder / DATABASE) as store, store._writing() as connection:
        connection.execute("UPDATE ways_back SET document = '{\"notes\": 7}'")
    with Workspace.open(folder) as opened:
        assert opened.undoing.undo(name, about="", who="a") == Undone(Came.TOO_LATE)
