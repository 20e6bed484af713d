"""The pages about events without a script: forms that keep what was typed, changes that can be undone, two at once."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from html import unescape

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.events import Attendee, PlanKind, Preference, PreferenceKind, RequestState
from matchmaker.workspace import Workspace
from service.arranged import attending
from service.pages.events.frame import DONE, PARTS
from service.pages.events.pairs import Pairs, PairState
from service.pages.events.schedule import gap_words, named
from service.pages.events.setup_form import draft_of, new_draft, read
from service.pages.wording import WORDINGS
from tests.service.spring_meeting import API, EVENT, scheduled, set_up

PAGE = "/events/spring-meeting"
FORM = {
    "name": "Spring meeting",
    "place": "Viborg",
    "zone": "Europe/Copenhagen",
    "session_name": ["Morning"],
    "session_day": ["2027-03-04"],
    "session_starts": ["09:00"],
    "session_ends": ["11:00"],
    "session_slot": ["20"],
    "session_break": ["10"],
    "number": "3",
    "pair": ["company+supplier", "company+knowledge_institution"],
    "least": "0",
    "most": "",
    "wishes_weigh": "0.5",
    "fairness": "0",
    "met_before": "later",
    "do": "save",
}


def workspace_of(client: TestClient) -> Workspace:
    found: Workspace = client.app.state.workspace  # type: ignore[attr-defined]
    return found


def words(text: str) -> str:
    """What a page says, without its markup."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, name
    return unescape(found[1])


# Every kind has words


@pytest.mark.parametrize("language", ["da", "en"])
def test_everything_that_a_page_can_meet_has_words(language: str) -> None:
    texts = WORDINGS[language].texts
    keys = [f"event.done.{each}" for each in DONE] + [f"event.part.{each}" for each in PARTS]
    keys += [f"event.wish.{each}" for each in PreferenceKind] + [f"event.plan.{each}" for each in PlanKind]
    keys += [f"event.{kind}.{each}" for each in PairState for kind in ("state", "cell")]
    keys += [f"event.request.{each}" for each in RequestState]
    reasons = ("excluded", "no_common_slot", "cap_reached", "tables_full", "worth_less")
    keys += [f"event.reason.{each}" for each in reasons]
    assert [key for key in keys if key not in texts] == []


# The list and the set-up


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


def test_saving_a_form_as_it_is_changes_nothing_in_either_language(arranging: TestClient) -> None:
    set_up(arranging)
    events = workspace_of(arranging).events
    for language in ("da", "en"):
        wording = WORDINGS[language]
        event = events.one("spring-meeting").event
        again, wrong = read(draft_of(event, wording, str), event.id, wording, str)
        assert wrong == {}
        assert again == event


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


# Participants


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


# Wishes


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


# The schedule


def test_a_schedule_is_made_from_the_page_and_shown_by_slot_and_table(arranging: TestClient) -> None:
    set_up(arranging)
    assert "everything is there" in words(arranging.get(f"{PAGE}/schedule").text)
    arranging.post(f"{PAGE}/propose", data={})
    begun = arranging.post(f"{PAGE}/schedule", data={"limit": "2"}, follow_redirects=False)
    assert begun.status_code == 303
    scheduled(arranging)
    page = arranging.get(f"{PAGE}/schedule?participant=p1").text
    text = words(page)
    assert "Version 1" in text or "Version 2" in text
    assert re.search(r"No schedule can be (more than \d+\.\d % )?better\.", text)
    assert '<th scope="row">Table 1</th>' in page
    assert re.search(r'<th scope="col" data-starts="[^"]+Z">09:00', page)
    assert 'class="chosen"' in page
    made = arranging.get(f"{EVENT}/schedule").json()
    assert page.count('href="schedule/change?a=') == len(made["meetings"])
    arranging.post(f"{PAGE}/wishes", data={"a": "p1", "b": "p8", "kind": "no_thanks", "do": "add"})
    assert "changed after this version was made" in words(arranging.get(f"{PAGE}/schedule").text)
    assert "Version 1" in words(arranging.get(f"{PAGE}/versions").text)
    assert arranging.get(f"{PAGE}/schedule?version=99").status_code == 404


def test_a_version_is_shown_without_those_who_were_taken_away(arranging: TestClient) -> None:
    set_up(arranging)
    arranging.post(f"{EVENT}/propose")
    scheduled(arranging)
    arranging.post(f"{PAGE}/participants", data={"participant": "p1", "do": "take_away"})
    page = arranging.get(f"{PAGE}/schedule")
    assert page.status_code == 200
    assert "who were taken away" in words(page.text) or "taken away" in words(page.text)
    assert "Limfjord Straw" not in page.text


def test_a_schedule_that_lacks_something_says_where_to_mend_it(arranging: TestClient) -> None:
    arranging.post(API, json={"name": "Empty", "zone": "UTC"})
    page = arranging.get("/events/empty/schedule").text
    for address in ("/events/empty#programme", "/events/empty#tables", "/events/empty/participants"):
        assert f'href="{address}"' in page


def test_the_gap_is_rounded_up_so_that_the_sentence_holds(arranging: TestClient) -> None:
    set_up(arranging)
    scheduled(arranging)
    version = workspace_of(arranging).events.version("spring-meeting")
    assert version
    for value, told in ((1000.0, "better."), (999.9, "0.1 %"), (996.95, "0.4 %"), (999.999, "0.1 %")):
        plan = replace(version.plan, value=value, bound=1000.0)
        assert told in gap_words(plan, WORDINGS["en"])


def test_names_take_the_place_of_ids_and_of_nothing_else() -> None:
    names = {"p1": "Straw", "p12": "Fibre"}
    assert named("p1 must meet p12; p123, xp1 and p1-a are others.", names) == (
        "Straw (p1) must meet Fibre (p12); p123, xp1 and p1-a are others."
    )


# Hostile input


def test_markup_in_every_field_is_text(arranging: TestClient) -> None:
    mark = "<script>alert(1)</script>"
    form = FORM | {"name": mark, "place": mark, "session_name": [mark], "names": f"{mark}\nA\nB"}
    arranging.post("/events/new", data=form)
    event_id = workspace_of(arranging).events.all()[0].event.id
    page = f"/events/{event_id}"
    arranging.post(f"{page}/participants", data={"names": "Limfjord Straw\nFjord Fibres\nuni:1", "do": "add"})
    arranging.post(f"{page}/participants/p1", data={"person_name": [mark], "slot": ["0"], "do": "save",
                                                    "seen": hidden(arranging.get(f"{page}/participants/p1").text, "seen")})  # fmt: skip
    arranging.post(
        f"{page}/wishes", data={"a": "p1", "b": "p3", "kind": "must_meet", "words": mark, "do": "add"}
    )
    arranging.post(f"{page}/schedule", data={"limit": "2"})
    for _ in range(200):
        if arranging.get(f"/api/v1/events/{event_id}/schedule/run").json()["state"] in ("done", "failed"):
            break
    for address in ("/events", page, f"{page}/participants", f"{page}/participants/p1", f"{page}/wishes?a=p1&b=p3",
                    f"{page}/wishes?view=grid", f"{page}/schedule", f"{page}/versions", f"{page}/participants?find={mark}"):  # fmt: skip
        answer = arranging.get(address)
        assert answer.status_code == 200, address
        assert "<script>alert" not in answer.text, address


anything = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
    ["", "p1", "p2", "-1", "0", "²", "99999999999", "\x00", "drop_session.7", "session:", "spans:x/y", "NaN", "2027-03-04"]
)  # fmt: skip


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    path=st.sampled_from(
        ["new", "spring-meeting", "spring-meeting/participants", "spring-meeting/participants/p1", "spring-meeting/wishes", "spring-meeting/undo"]
    ),
    fields=st.lists(
        st.tuples(
            st.sampled_from(
                ["name", "zone", "session_name", "session_day", "session_starts", "session_ends", "session_slot", "number", "names", "table_name",
                 "table_when", "table_actor", "pair", "most", "wishes_weigh", "do", "seen", "a", "b", "kind", "whose", "slot", "actor", "undo"]
            ),
            anything,
        ),
        max_size=8,
    ),
)  # fmt: skip
def test_no_form_brings_out_a_fault(arranging: TestClient, path: str, fields: list[tuple[str, str]]) -> None:
    if arranging.get(PAGE).status_code == 404:
        set_up(arranging)
    sent: dict[str, list[str]] = {}
    for name, value in fields:
        sent.setdefault(name, []).append(value)
    answer = arranging.post(f"/events/{path}", data=sent)
    assert answer.status_code in (200, 404, 412, 422), answer.text


def test_bytes_that_are_no_form_are_refused_in_words(arranging: TestClient) -> None:
    assert (
        arranging.post("/events/new", content=b"{}", headers={"content-type": "application/json"}).status_code
        == 415
    )
    broken = {"content-type": "application/x-www-form-urlencoded"}
    assert (
        arranging.post("/events/new", content=b"name=%ff%00\xff&do=save", headers=broken).status_code == 422
    )
    many = b"&".join(b"slot=1" for _ in range(20_001))
    assert arranging.post("/events/new", content=many, headers=broken).status_code == 422


def test_a_person_who_attends_already_is_told_in_the_form(arranging: TestClient) -> None:
    set_up(arranging)
    address = f"{PAGE}/participants/p3"
    form = {"person_name": ["Person 1"], "person_email": ["p1@example.dk"], "slot": ["0"], "do": "save"}
    answer = arranging.post(address, data=form | {"seen": hidden(arranging.get(address).text, "seen")})
    assert answer.status_code == 422
    assert "p1@example.dk" in words(answer.text)
    assert 'value="Person 1"' in answer.text
