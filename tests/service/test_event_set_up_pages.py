"""The form of an event: what was typed is kept, what is wrong stands beside its field, two at once lose nothing."""

from __future__ import annotations

import html

import pytest
from fastapi.testclient import TestClient

from matchmaker.meetings.wall_clock import as_written
from matchmaker.meetings.written_setup import table_line
from service.pages.events.setup_form import draft_of, new_draft, read
from service.pages.wording import WORDINGS
from tests.service.reading_pages import hidden, words, workspace_of
from tests.service.spring_meeting import FORM, PAGE, set_up


def test_without_events_the_list_says_what_to_do(arranging: TestClient) -> None:
    text = words(arranging.get("/events").text)
    assert "There is no event yet" in text
    assert "New event" in text
    assert "whoever uses this machine is a facilitator" in text
    assert '<a href="/events"' in arranging.get("/events/new").text


def test_an_event_is_made_in_a_form_and_leads_to_its_participants(arranging: TestClient) -> None:
    made = arranging.post("/events/new", data=FORM, follow_redirects=False)
    assert made.status_code == 303
    assert made.headers["location"] == f"{PAGE}/participants?done=created"
    event = workspace_of(arranging).events.one("spring-meeting").event
    assert [each.name for each in event.tables] == ["Table 1", "Table 2", "Table 3"]
    assert event.rules.wishes_weigh == 0.5
    assert len(event.rules.may_meet) == 2
    listed = words(arranging.get("/events").text)
    assert "4 March 2027" in listed
    assert "no participants yet" in listed


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": " "}, "Give the event a name."),
        ({"zone": "../../etc/passwd"}, "This time zone is not known."),
        ({"session_day": ["31-02-2027"]}, "On which day is the session?"),
        ({"session_starts": ["25:00"]}, "When does the session start?"),
        ({"session_ends": ["08:00"]}, "The session must end after it starts at 09:00."),
        ({"session_slot": ["121"]}, "The session is 120 minutes long"),
        ({"session_slot": ["²"]}, "A meeting takes from 1 to 1440 minutes."),
        ({"session_break": ["-1"]}, "Between two meetings there are from 0"),
        ({"number": "10001"}, "A number of tables from 0 to 10,000."),
        ({"names": "A\nA"}, "“A” is there twice."),
        (
            {"table_name": ["A"], "table_actor": ["nobody at all"]},
            "No single actor is called “nobody at all”.",
        ),
        ({"pair": []}, "Tick at least one pair of groups"),
        ({"most": "1", "least": "2"}, "At least cannot be more than at most 1."),
    ],
)
def test_what_is_wrong_is_told_beside_the_field_and_what_was_typed_is_kept(
    arranging: TestClient, fields: dict[str, object], told: str
) -> None:
    answer = arranging.post("/events/new", data=FORM | {"place": "Skive"} | fields)
    assert answer.status_code == 422
    assert told in words(answer.text)
    assert 'value="Skive"' in answer.text
    assert "wrong-" in answer.text
    assert workspace_of(arranging).events.all() == ()


def test_sessions_that_overlap_are_told_at_the_later_one(arranging: TestClient) -> None:
    two = {
        "session_name": ["Morning", "Also"],
        "session_day": ["2027-03-04"] * 2,
        "session_starts": ["09:00", "10:30"],
        "session_ends": ["11:00", "12:00"],
        "session_slot": ["20"] * 2,
        "session_break": ["10"] * 2,
    }
    answer = arranging.post("/events/new", data=FORM | two)
    assert "“Morning” lasts until 11:00" in words(answer.text)
    assert 'aria-describedby="wrong-session_starts.1"' in answer.text


def test_what_only_the_library_finds_is_told_too(arranging: TestClient) -> None:
    gone = {"session_day": ["2027-03-28"], "session_starts": ["02:30"], "session_ends": ["05:00"]}
    answer = arranging.post("/events/new", data=FORM | gone)
    assert answer.status_code == 422
    assert "clocks go forward" in words(answer.text)


def test_rows_come_and_go_without_a_script_and_nothing_is_kept(arranging: TestClient) -> None:
    more = arranging.post("/events/new", data=FORM | {"do": "add_session"})
    assert more.status_code == 200
    assert more.text.count('name="session_name"') == 2
    assert more.text.count('value="2027-03-04"') == 2
    less = arranging.post("/events/new", data=FORM | {"do": "drop_session.0"})
    assert less.text.count('name="session_name"') == 0
    table = arranging.post("/events/new", data=FORM | {"do": "add_table"})
    assert '<option value="session:Morning">' in table.text
    shown = words(arranging.post("/events/new", data=FORM | {"do": "preview"}).text)
    assert "4 slots" in shown
    assert "10:30–10:50" in shown
    assert workspace_of(arranging).events.all() == ()


def test_a_table_for_a_session_and_an_actor_comes_back_as_it_was_typed(arranging: TestClient) -> None:
    special = {"table_name": ["Stand"], "table_when": ["session:Morning"], "table_actor": ["holstebro"]}
    arranging.post("/events/new", data=FORM | special)
    stand = workspace_of(arranging).events.one("spring-meeting").event.tables[-1]
    assert stand.actor_id == "gas:1"
    assert len(stand.open) == 1
    page = arranging.get(PAGE).text
    assert 'value="Holstebro Biogas"' in page
    assert '<option value="session:Morning" selected>' in page
    assert 'value="3"' in page


def test_a_table_does_not_open_for_the_whole_day_because_its_session_goes_by_another_name(
    arranging: TestClient,
) -> None:
    special = {"table_name": ["Stand"], "table_when": ["session:Morning"], "table_actor": [""]}
    arranging.post("/events/new", data=FORM | special)
    events = workspace_of(arranging).events
    before = events.one("spring-meeting").event
    form = FORM | special | {"session_name": ["Forenoon"], "seen": hidden(arranging.get(PAGE).text, "seen")}
    refused = arranging.post(PAGE, data=form)
    assert refused.status_code == 422
    assert "No session is called “Morning” any more" in words(refused.text)
    assert '<option value="session:Morning" selected>' in refused.text
    assert events.one("spring-meeting").event == before
    arranging.post(PAGE, data=form | {"table_when": ["session:Forenoon"]})
    assert len(events.one("spring-meeting").event.tables[-1].open) == 1


def test_saving_a_form_as_it_is_changes_nothing_in_either_language(arranging: TestClient) -> None:
    set_up(arranging)
    events = workspace_of(arranging).events
    for language in ("da", "en"):
        wording = WORDINGS[language]
        event = events.one("spring-meeting").event
        again, wrong = read(draft_of(event, wording, str), event.id, wording, str)
        assert wrong == {}
        assert again == event


def test_a_table_keeps_its_hours_of_the_clock_when_the_form_names_another_zone(arranging: TestClient) -> None:
    set_up(arranging)
    events = workspace_of(arranging).events
    said = ["Table 1", "Stand |  | 09:00-10:00", "Room |  | 09:00-11:00"]
    events.set_up(events.written({"tables": said}, "spring-meeting"), who="tests")
    rows = draft_of(events.one("spring-meeting").event, WORDINGS["en"], str).tables
    assert [each.when.partition(":")[0] for each in rows] == ["spans", "session"]
    form = FORM | {
        "number": "1",
        "zone": "Europe/London",
        "table_name": [each.name for each in rows],
        "table_when": [each.when for each in rows],
        "table_actor": ["", ""],
        "seen": hidden(arranging.get(PAGE).text, "seen"),
    }
    assert arranging.post(PAGE, data=form, follow_redirects=False).status_code == 303
    event = events.one("spring-meeting").event
    assert event.zone == "Europe/London"
    assert [table_line(each, event) for each in event.tables] == said
    assert [as_written(each.open, event) for each in event.tables] == ["", "09:00-10:00", "09:00-11:00"]


def test_hours_of_a_table_that_the_clocks_of_the_zone_leave_out_are_told_beside_it(
    arranging: TestClient,
) -> None:
    """In the night of 28 March 2027 the clocks of Copenhagen go from two to three, and those of Tokyo do not."""
    night = FORM | {"session_day": ["2027-03-28"], "session_starts": ["00:00"], "session_ends": ["06:00"]}
    when = "spans:2027-03-27T17:15:00+00:00/2027-03-27T19:00:00+00:00@Asia/Tokyo"
    table = {"table_name": ["Stand"], "table_when": [when], "table_actor": [""]}
    refused = arranging.post("/events/new", data=night | table)
    assert refused.status_code == 422
    assert "In Europe/Copenhagen the clocks leave out an hour" in words(refused.text)
    assert f'<option value="{when}" selected>' in html.unescape(refused.text)


def test_the_form_of_a_new_event_lacks_the_day_alone() -> None:
    for wording in WORDINGS.values():
        draft = new_draft(wording)
        draft.name = "x"
        assert list(read(draft, "x", wording, str)[1]) == ["session_day.0"]


def test_the_second_of_two_who_change_a_set_up_is_told_and_loses_nothing(arranging: TestClient) -> None:
    set_up(arranging)
    mark = hidden(arranging.get(PAGE).text, "seen")
    first = arranging.post(PAGE, data=FORM | {"place": "Skive", "seen": mark}, follow_redirects=False)
    assert first.status_code == 303
    second = arranging.post(PAGE, data=FORM | {"place": "Aarhus", "seen": mark})
    assert second.status_code == 412
    assert "facilitator changed the event" in words(second.text)
    assert "Place: Skive" in words(second.text)
    assert 'value="Aarhus"' in second.text
    assert workspace_of(arranging).events.one("spring-meeting").event.place == "Skive"
    again = hidden(second.text, "seen")
    assert arranging.post(PAGE, data=FORM | {"place": "Aarhus", "seen": again}).status_code == 200
    assert workspace_of(arranging).events.one("spring-meeting").event.place == "Aarhus"


def test_a_new_participant_does_not_stand_in_the_way_of_a_set_up(arranging: TestClient) -> None:
    set_up(arranging)
    mark = hidden(arranging.get(PAGE).text, "seen")
    arranging.post(f"{PAGE}/participants", data={"names": "C++ Works", "do": "add"})
    kept = arranging.post(PAGE, data=FORM | {"place": "Skive", "seen": mark}, follow_redirects=False)
    assert kept.status_code == 303


def test_an_event_is_erased_with_all_that_belongs_to_it(arranging: TestClient) -> None:
    set_up(arranging)
    gone = arranging.post(f"{PAGE}/erase", data={})
    assert "The event is erased." in words(gone.text)
    assert arranging.get(PAGE).status_code == 404
    assert workspace_of(arranging).events.all() == ()
