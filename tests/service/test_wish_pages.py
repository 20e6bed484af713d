"""Wishes of an event as pages: added, changed in the grid, taken back, before what is proposed."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from matchmaker.events import Attendee, Preference, PreferenceKind
from service.arranged import attending
from service.pages.events.pairs import Pairs, PairState
from tests.service.reading_pages import hidden, words, workspace_of
from tests.service.spring_meeting import FORM, PAGE, set_up


def test_a_wish_is_added_changed_in_the_grid_and_taken_back(arranging: TestClient) -> None:
    set_up(arranging)
    events = workspace_of(arranging).events
    added = arranging.post(
        f"{PAGE}/wishes", data={"a": "p6", "b": "p2", "kind": "must_meet", "whose": "", "do": "add"}
    )
    assert "The wish is kept." in words(added.text)
    assert events.preferences("spring-meeting") == (Preference("p2", "p6", PreferenceKind.MUST_MEET),)
    page = arranging.get(f"{PAGE}/wishes?view=grid&a=p6&b=p2").text
    assert "University of the West – Fjord Fibres: Must meet" in page
    form = {"a": "p6", "b": "p2", "view": "grid", "seen": hidden(page, "seen"), "do": "pair"}
    saved = arranging.post(f"{PAGE}/wishes", data=form | {"facilitator": "apart", "other": "meet"})
    assert saved.url.query == b"view=grid&a=p6&b=p2&done=wished&undo=" + saved.url.params["undo"].encode()
    assert set(events.preferences("spring-meeting")) == {
        Preference("p2", "p6", PreferenceKind.APART),
        Preference("p2", "p6", PreferenceKind.MEET, "p2"),
    }
    stale = arranging.post(
        f"{PAGE}/wishes", data=form | {"facilitator": "met_before", "facilitator_words": "2025"}
    )
    assert stale.status_code == 412
    assert "Somebody else changed this pair" in words(stale.text)
    assert 'value="2025"' in stale.text
    arranging.post(f"{PAGE}/undo", data={"undo": saved.url.params["undo"], "back": "wishes"})
    assert events.preferences("spring-meeting") == (Preference("p2", "p6", PreferenceKind.MUST_MEET),)
    arranging.post(f"{PAGE}/wishes", data={"a": "p2", "b": "p6", "whose": "", "do": "take_back"})
    assert events.preferences("spring-meeting") == ()


@pytest.mark.parametrize(("a", "b"), [("p1", "p1"), ("p1", "p99")])
def test_a_wish_that_cannot_be_is_told_and_keeps_what_was_typed(
    arranging: TestClient, a: str, b: str
) -> None:
    set_up(arranging)
    form = {"a": a, "b": b, "kind": "must_meet", "words": "because", "do": "add"}
    answer = arranging.post(f"{PAGE}/wishes", data=form)
    assert answer.status_code == 422
    assert "Choose two different participants" in words(answer.text)
    assert 'value="because"' in answer.text


def test_what_is_the_facilitators_to_say_is_no_wish_of_a_participant(arranging: TestClient) -> None:
    set_up(arranging)
    form = {"a": "p3", "b": "p2", "kind": "apart", "whose": "own", "words": "rivals", "do": "add"}
    answer = arranging.post(f"{PAGE}/wishes", data=form)
    assert answer.status_code == 422
    assert "the facilitator's to say" in words(answer.text)
    assert 'value="rivals"' in answer.text
    assert workspace_of(arranging).events.preferences("spring-meeting") == ()
    for _ in range(2):
        kept = arranging.post(f"{PAGE}/wishes", data=form | {"whose": ""})
        assert "The wish is kept." in words(kept.text), "the same again is said to be kept as well"


def test_saving_a_pair_cuts_nothing_off_what_a_firm_wrote(arranging: TestClient) -> None:
    set_up(arranging)
    events = workspace_of(arranging).events
    wish = Preference("p1", "p6", PreferenceKind.MEET, "p1", "w" * 500)
    events.prefer("spring-meeting", [wish], who="tests")
    page = arranging.get(f"{PAGE}/wishes?a=p1&b=p6").text
    form = {"a": "p1", "b": "p6", "seen": hidden(page, "seen"), "facilitator": "must_meet", "do": "pair"}
    assert f'maxlength="500" autocomplete="off" value="{wish.words}"' in page
    arranging.post(f"{PAGE}/wishes", data=form | {"one": "meet", "one_words": wish.words})
    assert wish in events.preferences("spring-meeting")


def test_a_wish_is_taken_back_from_the_place_in_the_list_that_was_read(arranging: TestClient) -> None:
    set_up(arranging)
    wishes = [Preference("p1", f"p{other}", PreferenceKind.MEET, "p1") for other in (6, 7)]
    workspace_of(arranging).events.prefer("spring-meeting", wishes, who="tests")
    gone = arranging.post(
        f"{PAGE}/wishes?text=west&number=1", data={"a": "p1", "b": "p6", "whose": "own", "do": "take_back"}
    )
    assert gone.url.params["text"] == "west"
    assert gone.url.params["done"] == "taken_back"
    again = arranging.get(f"{PAGE}/wishes?text=limfjord&done=wished&undo=x").text
    assert f'action="{PAGE}/wishes?text=limfjord"' in again


def test_the_grid_gives_way_to_one_row_for_many_participants(arranging: TestClient) -> None:
    set_up(arranging)
    many = [Attendee(f"p{number}", "straw:1") for number in range(9, 80)]
    workspace_of(arranging).events.attend("spring-meeting", many, who="tests")
    page = arranging.get(f"{PAGE}/wishes?view=grid").text
    assert "data-grid" not in page
    assert "one row of it at a time" in words(page)
    assert "Page 1 of 2" in words(page)


def test_what_is_wanted_of_a_pair_comes_before_what_is_proposed(arranging: TestClient) -> None:
    set_up(arranging)
    workspace = workspace_of(arranging)
    workspace.events.propose("spring-meeting", who="tests")
    given = [
        Preference("p1", "p6", PreferenceKind.MEET, "p1"),
        Preference("p6", "p1", PreferenceKind.MEET, "p6"),
        Preference("p1", "p7", PreferenceKind.MEET, "p1"),
        Preference("p1", "p8", PreferenceKind.APART),
        Preference("p1", "p3", PreferenceKind.MET_BEFORE),
    ]
    workspace.events.prefer("spring-meeting", given, who="tests")
    event = workspace.events.one("spring-meeting").event
    pairs = Pairs(workspace, event, attending(workspace, "spring-meeting"))
    states = [pairs.view("p1", other).state for other in ("p6", "p7", "p8", "p3", "p5")]
    assert states == ["both", "one", "apart", "met", "none"]
    assert pairs.view("p2", "p6").state is PairState.MET
    assert not pairs.view("p1", "p2").allowed
    scores = [pairs.view("p1", f"p{number}").score or 0 for number in range(2, 9)]
    assert 0 < max(scores) <= 1


def test_wishes_without_participants_say_what_to_do_first(arranging: TestClient) -> None:
    arranging.post("/events/new", data=FORM)
    assert "Wishes need at least two participants" in words(arranging.get(f"{PAGE}/wishes").text)
