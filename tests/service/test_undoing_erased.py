"""Whoever was erased does not come back by an undoing of the pages, whichever process erased them."""

from __future__ import annotations

from dataclasses import replace

from fastapi.testclient import TestClient

from matchmaker.cli import main
from matchmaker.events import Person
from tests.service.spring_meeting import set_up
from tests.service.test_event_pages import PAGE, hidden, words, workspace_of


def test_nobody_comes_back_by_an_undoing_who_was_erased_meanwhile(arranging: TestClient) -> None:
    """The erasure is made on the command line, while the service runs and after the person was taken off the list."""
    set_up(arranging)
    workspace = workspace_of(arranging)
    one = next(each for each in workspace.events.attendees("spring-meeting") if each.id == "p3")
    tove = replace(one, persons=(Person("Tove Tvedt", "tove@tvedt.example"),))
    workspace.events.attend("spring-meeting", [tove], who="tests")
    gone = arranging.post(f"{PAGE}/participants", data={"participant": "p3", "do": "take_away"})
    name = hidden(gone.text, "undo")
    held = workspace.held("tove@tvedt.example")
    assert [(each["kind"], each["about"]) for each in held["can_be_undone"]] == [
        ("attended", "spring-meeting")
    ]
    assert main(["-w", str(workspace.folder), "erase", "person", "tove@tvedt.example"]) == 0
    assert 'name="undo"' not in arranging.get(f"{PAGE}/participants?done=taken_away&undo={name}").text
    late = arranging.post(f"{PAGE}/undo", data={"undo": name, "back": "participants"})
    assert "can no longer be undone" in words(late.text)
    assert workspace.find_person("tove@tvedt.example") == ()
    assert workspace.held("tove@tvedt.example")["can_be_undone"] == []
    assert "p3" not in {each.id for each in workspace.events.attendees("spring-meeting")}


def test_what_was_taken_away_after_an_erasure_can_be_undone(arranging: TestClient) -> None:
    set_up(arranging)
    workspace = workspace_of(arranging)
    gone = arranging.post(f"{PAGE}/participants", data={"participant": "p3", "do": "take_away"})
    workspace.erase_persons((), authors=("Somebody Else",), who="tests")
    before = arranging.post(f"{PAGE}/undo", data={"undo": hidden(gone.text, "undo")})
    assert "can no longer be undone" in words(before.text)
    gone = arranging.post(f"{PAGE}/participants", data={"participant": "p2", "do": "take_away"})
    after = arranging.post(f"{PAGE}/undo", data={"undo": hidden(gone.text, "undo")})
    assert "Undone" in words(after.text)
    assert "p2" in {each.id for each in workspace.events.attendees("spring-meeting")}
