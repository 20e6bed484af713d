"""Participants of an event as pages: found, ticked, pasted, changed, taken away and back."""

from __future__ import annotations

import html
import re

from fastapi.testclient import TestClient

from matchmaker.events import Preference, PreferenceKind
from tests.service.reading_pages import hidden, words, workspace_of
from tests.service.spring_meeting import FORM, PAGE, set_up


def test_participants_are_found_ticked_and_pasted(arranging: TestClient) -> None:
    arranging.post("/events/new", data=FORM)
    found = arranging.get(f"{PAGE}/participants?find=dairy").text
    assert 'value="uni:2" checked' in found
    arranging.post(f"{PAGE}/participants", data={"actor": ["uni:2", "a/b %2F c?#"], "do": "add"})
    answer = arranging.post(
        f"{PAGE}/participants",
        data={"names": "Limfjord Straw\nuni:1\nTwin Compost\n<b>nobody</b>", "do": "add"},
    )
    assert answer.status_code == 422
    assert "2 names are not clear; the others are added" in words(answer.text)
    assert "<b>nobody" not in answer.text
    there = workspace_of(arranging).events.attendees("spring-meeting")
    assert [(each.id, each.actor_id) for each in there] == [
        ("p1", "uni:2"),
        ("p2", "a/b %2F c?#"),
        ("p3", "straw:1"),
        ("p4", "uni:1"),
    ]


def test_too_many_names_are_refused_whole(arranging: TestClient) -> None:
    arranging.post("/events/new", data=FORM)
    names = "\n".join(["Limfjord Straw"] * 1001)
    answer = arranging.post(f"{PAGE}/participants", data={"names": names, "do": "add"})
    assert answer.status_code == 422
    assert "Write 1,000 names at once at most" in words(answer.text)
    assert workspace_of(arranging).events.attendees("spring-meeting") == ()


def test_all_that_were_found_are_added_at_once_and_nobody_twice(arranging: TestClient) -> None:
    arranging.post("/events/new", data=FORM)
    arranging.post(f"{PAGE}/participants", data={"actor": "uni:2", "do": "add"})
    found = re.findall(r'name="found" value="([^"]+)"', arranging.get(f"{PAGE}/participants?find=").text)
    assert "uni:2" not in found
    arranging.post(f"{PAGE}/participants", data={"found": found, "actor": found[0], "do": "add_all"})
    there = workspace_of(arranging).events.attendees("spring-meeting")
    assert sorted(each.actor_id for each in there) == sorted(
        html.unescape(each) for each in ["uni:2", *found]
    )


def test_one_participant_is_changed_in_a_form(arranging: TestClient) -> None:
    set_up(arranging)
    address = f"{PAGE}/participants/p3"
    page = arranging.get(address).text
    mark = hidden(page, "seen")
    form = {
        "person_name": ["Åse Ø", ""],
        "person_title": ["Direktør", ""],
        "person_email": ["aase@example.dk", ""],
        "slot": ["0", "1", "3"],
        "most": "2",
        "language": "da",
        "seen": mark,
        "do": "save",
    }
    more = arranging.post(address, data=form | {"do": "add_person"})
    assert more.text.count('name="person_name"') == 3
    wrong = arranging.post(address, data=form | {"person_email": ["aase", ""], "slot": []})
    assert wrong.status_code == 422
    assert "This is no e-mail address." in words(wrong.text)
    assert "Tick at least one slot" in words(wrong.text)
    assert 'value="Direktør"' in wrong.text
    arranging.post(address, data=form)
    kept = workspace_of(arranging).events.attendees("spring-meeting")[2]
    assert [each.name for each in kept.persons] == ["Åse Ø"]
    assert [(each.starts.hour, each.ends.hour) for each in kept.there] == [(8, 8), (9, 9)]
    assert (kept.most_meetings, kept.language) == (2, "da")
    stale = arranging.post(address, data=form | {"person_name": ["Other", ""]})
    assert stale.status_code == 412
    assert "Åse Ø, Direktør" in words(stale.text)
    assert 'value="Other"' in stale.text


def test_a_participant_is_taken_away_from_the_place_in_the_list_that_was_read(arranging: TestClient) -> None:
    set_up(arranging)
    page = arranging.get(f"{PAGE}/participants?text=west&done=added").text
    assert f'action="{PAGE}/participants?text=west"' in page
    gone = arranging.post(
        f"{PAGE}/participants?text=west",
        data={"participant": "p6", "do": "take_away"},
        follow_redirects=False,
    )
    assert gone.headers["location"].startswith(f"{PAGE}/participants?text=west&done=taken_away&undo=")


def test_a_participant_who_was_taken_away_comes_back_with_their_wishes(arranging: TestClient) -> None:
    set_up(arranging)
    events = workspace_of(arranging).events
    wish = Preference("p3", "p1", PreferenceKind.MEET, "p3", "gas")
    events.prefer("spring-meeting", [wish], who="tests")
    before = {each.id: each for each in events.attendees("spring-meeting")}
    gone = arranging.post(f"{PAGE}/participants", data={"participant": "p3", "do": "take_away"})
    assert "taken away" in words(gone.text)
    assert "p3" not in {each.id for each in events.attendees("spring-meeting")}
    assert events.preferences("spring-meeting") == ()
    name = hidden(gone.text, "undo")
    assert "Person" not in str(gone.url)
    back = arranging.post(f"{PAGE}/undo", data={"undo": name, "back": "participants"})
    assert "Undone" in words(back.text)
    assert {each.id: each for each in events.attendees("spring-meeting")} == before
    assert events.preferences("spring-meeting") == (wish,)
    late = arranging.post(f"{PAGE}/undo", data={"undo": name, "back": "https://evil.example"})
    assert "can no longer be undone" in words(late.text)
    assert str(late.url).startswith("http://127.0.0.1:8000/events/")


def test_a_person_who_attends_already_is_told_in_the_form(arranging: TestClient) -> None:
    set_up(arranging)
    address = f"{PAGE}/participants/p3"
    form = {"person_name": ["Person 1"], "person_email": ["p1@example.dk"], "slot": ["0"], "do": "save"}
    answer = arranging.post(address, data=form | {"seen": hidden(arranging.get(address).text, "seen")})
    assert answer.status_code == 422
    assert "p1@example.dk" in words(answer.text)
    assert 'value="Person 1"' in answer.text
