"""Follow-up, report and targets, round tables, requests and pairs to keep apart: the pages, without a script."""

from __future__ import annotations

import io
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from matchmaker.events import CameOf, PreferenceKind, RequestState
from matchmaker.workspace import Workspace
from service.pages.events.frame import FURTHER_DONE
from service.pages.events.rounds import KINDS
from service.pages.wording import WORDINGS
from tests.service.reading_pages import words
from tests.service.spring_meeting import BODY, set_up

PAGE = "/events/spring-meeting"


def events_of(client: TestClient) -> Any:
    workspace: Workspace = client.app.state.workspace  # type: ignore[attr-defined]
    return workspace.events


@pytest.mark.parametrize("language", ["da", "en"])
def test_everything_that_these_pages_can_meet_has_words(language: str) -> None:
    texts = WORDINGS[language].texts
    keys = [f"event.done.{each}" for each in FURTHER_DONE] + [f"event.came_of.{each}" for each in CameOf]
    keys += [f"event.rounds.{kind}.{each}" for kind in KINDS for each in ("none", "some")]
    keys += [f"event.apart.{each}" for each in ("competitors", "same_owner", "same_actor")]
    assert [key for key in keys if key not in texts] == []


# Follow-up


def said(client: TestClient, **form: str) -> Any:
    return client.post(f"{PAGE}/follow-up", data={"a": "p1", "b": "p2", **form})


def test_a_press_says_that_a_meeting_was_held_and_another_takes_it_back(arranging: TestClient) -> None:
    set_up(arranging)
    assert "Kept." in said(arranging, do="held").text
    (outcome,) = events_of(arranging).follow_up.outcomes("spring-meeting")
    assert outcome.held
    assert "is taken back" in said(arranging, do="take_back").text
    assert events_of(arranging).follow_up.outcomes("spring-meeting") == ()
    assert said(arranging, do="take_back").status_code == 422
    said(arranging, do="missing_b")
    assert events_of(arranging).follow_up.outcomes("spring-meeting")[0].attendance.missing == ("p2",)


def test_all_that_came_of_a_meeting_is_said_in_one_form_whoever_comes_first(arranging: TestClient) -> None:
    set_up(arranging)
    answer = arranging.post(
        f"{PAGE}/follow-up",
        data={
            "a": "p2", "b": "p1", "do": "say", "attendance": "held", "rating_a": "5", "rating_b": "2",
            "reason_b": "too_far", "words_b": "<i>far</i>", "came_of_a": "negotiation_started",
            "came_of_on_a": "2027-09-01", "level": "project", "level_on": "2027-11-15", "title": "Grass & <b>",
            "company": "Dairy Institute", "company_on": "2028-01-10",
        },
    )  # fmt: skip
    assert answer.status_code == 200
    (outcome,) = events_of(arranging).follow_up.outcomes("spring-meeting")
    assert (outcome.ratings["p1"].value, outcome.ratings["p2"].value) == (5, 2)
    assert outcome.follow_ups["p1"].came_of is CameOf.NEGOTIATION_STARTED
    assert outcome.committed.title == "Grass & <b>"
    assert outcome.new_company.actor_id == "uni:2"
    page = arranging.get(f"{PAGE}/follow-up?a=p1&b=p2").text
    assert "<i>far</i>" not in page
    assert 'value="Grass &amp; &lt;b&gt;"' in page
    assert "Met unplanned" in page


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"level": "project", "level_on": "soon"}, "“soon” is no day"),
        ({"level": "project", "level_on": "1999-01-01"}, "before the event"),
        ({"title": "x"}, "Choose how far they commit"),
        ({"words_a": "x"}, "Choose a reason"),
        ({"company": "nobody at all", "company_on": "2028-01-01"}, "No single actor is called"),
        ({"rating_a": "4", "b": "p99"}, "p99"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_kept(
    arranging: TestClient, form: dict[str, str], told: str
) -> None:
    set_up(arranging)
    answer = said(arranging, do="say", **{"rating_b": "3", **form})
    assert answer.status_code == 422
    assert told in words(answer.text)
    assert events_of(arranging).follow_up.outcomes("spring-meeting") == ()


def test_meetings_are_filtered_by_what_is_said_and_by_name(arranging: TestClient) -> None:
    set_up(arranging)
    said(arranging, do="held")
    arranging.post(f"{PAGE}/follow-up", data={"a": "p3", "b": "p4", "do": "missing_a"})
    held, missing = (arranging.get(f"{PAGE}/follow-up?show={each}").text for each in ("held", "no_show"))
    assert 'id="m-p1-p2"' in held
    assert 'id="m-p3-p4"' not in held
    assert 'id="m-p3-p4"' in missing
    assert 'id="m-p1-p2"' not in missing
    assert 'id="m-p1-p2"' in arranging.get(f"{PAGE}/follow-up?text=person+2").text
    assert arranging.get(f"{PAGE}/follow-up?show=x").status_code == 422


# The report


def test_the_report_tells_the_chain_and_the_targets(arranging: TestClient) -> None:
    session = {**BODY["sessions"][0], "starts": "2026-03-04T09:00", "ends": "2026-03-04T11:00"}
    arranging.post("/api/v1/events", json={**BODY, "name": "Last spring", "sessions": [session]})
    for number, actor in ((1, "straw:1"), (2, "uni:1")):
        body = {"actor_id": actor, "persons": []}
        arranging.put(
            f"/api/v1/events/last-spring/participants/p{number}", json=body, headers={"if-match": "*"}
        )
    arranging.post("/events/last-spring/follow-up", data={"a": "p1", "b": "p2", "do": "held"})
    target = {
        "do": "add",
        "measure": "held",
        "goal": "1",
        "starts": "2026-01-01",
        "months": "24",
        "across": "1",
    }
    assert "Saved." in arranging.post("/events/report", data={**target, "back": "last-spring"}).text
    page = words(arranging.get("/events/last-spring/report").text)
    assert "1 meeting held" in page
    assert "Pairs across groups that met" in page
    assert "1 meeting held" in words(arranging.get("/events/report").text)
    assert "1 meeting held" in words(arranging.get("/events/report?event=last-spring&since=2026-01-01").text)
    for ending, begins in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        answer = arranging.get(f"/events/report/file.{ending}?event=last-spring")
        assert answer.content.startswith(begins)
    # What is taken back is in the next report no more.
    arranging.post("/events/last-spring/follow-up", data={"a": "p1", "b": "p2", "do": "take_back"})
    assert "0 meetings held" in words(arranging.get("/events/last-spring/report").text)
    (kept,) = events_of(arranging).follow_up.targets()
    assert kept.across_groups
    assert "taken back" in arranging.post("/events/report", data={"remove": kept.id}).text
    assert events_of(arranging).follow_up.targets() == ()


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"goal": "0"}, "The goal is a whole number"),
        ({"goal": "²"}, "The goal is a whole number"),
        ({"starts": "x"}, "On which day does it start?"),
        ({"starts": "0001-01-01"}, "On which day does it start?"),
        ({"months": "601"}, "It runs for 1 to 600 months."),
        ({"measure": "luck"}, "Choose what counts."),
    ],
)
def test_a_target_that_cannot_be_is_told(arranging: TestClient, form: dict[str, str], told: str) -> None:
    target = {"do": "add", "measure": "held", "goal": "3", "starts": "2026-01-01", "months": "24"} | form
    answer = arranging.post("/events/report", data=target)
    assert answer.status_code == 422
    assert told in words(answer.text)
    assert events_of(arranging).follow_up.targets() == ()


def test_a_window_that_ends_before_it_begins_is_told(arranging: TestClient) -> None:
    for query in ("since=2027-01-01&until=2026-01-01", "since=soon"):
        assert arranging.get(f"/events/report?{query}").status_code == 422
        assert arranging.get(f"/events/report/file.pdf?{query}").status_code == 422
    assert arranging.get("/events/report?event=nobody").status_code == 404
    assert arranging.get("/events/report/file.exe").status_code == 422


def test_an_event_of_that_name_does_not_hide_the_report(arranging: TestClient) -> None:
    made = arranging.post("/api/v1/events", json={"name": "Report", "zone": "Europe/Copenhagen"}).json()
    assert made["id"] == "report-2"


# Round tables


def test_everybody_is_seated_and_the_page_says_what_is_proven(arranging: TestClient) -> None:
    set_up(arranging)
    page = words(arranging.post(f"{PAGE}/rounds", data={"size": "4", "rounds": "2"}).text)
    assert "Everybody has a seat" in page
    assert page.count("Person 1, Limfjord Straw") == 2
    assert "No seating has fewer" in page
    sheet = load_workbook(io.BytesIO(arranging.get(f"{PAGE}/rounds/seats.xlsx").content)).worksheets[0]
    assert sheet.max_row == 17
    events_of(arranging).attend("spring-meeting", (), ["p1"], who="test")
    assert "1 who was taken away is left out" in words(arranging.get(f"{PAGE}/rounds").text)


@pytest.mark.parametrize(("size", "rounds"), [("1", "2"), ("x", "2"), ("4", "0"), ("4", "99")])
def test_a_seating_that_cannot_be_is_told(arranging: TestClient, size: str, rounds: str) -> None:
    set_up(arranging)
    answer = arranging.post(f"{PAGE}/rounds", data={"size": size, "rounds": rounds})
    assert answer.status_code == 422
    assert events_of(arranging).round_tables("spring-meeting") is None
    assert arranging.get(f"{PAGE}/rounds/seats.xlsx").status_code == 404


# Requests, and pairs to keep apart


def test_below_the_wishes_ten_requests_are_shown_first_those_that_wait(arranging: TestClient) -> None:
    set_up(arranging)
    pairs = [(f"p{one}", f"p{other}") for one in range(1, 5) for other in range(5, 8)]
    for sender, recipient in pairs:
        body = {"do": "ask", "sender": sender, "recipient": recipient}
        assert arranging.post(f"{PAGE}/requests", data=body).status_code == 200
    for sender, recipient in pairs[:3]:
        arranging.post(f"{PAGE}/requests", data={"do": "accept", "sender": sender, "recipient": recipient})
    page = words(arranging.get(f"{PAGE}/wishes").text)
    assert "All 12 requests" in page
    assert page.count(" → ") == 10
    assert page.count("not answered") == 9


def test_requests_are_not_counted_among_the_wishes_that_are_listed(arranging: TestClient) -> None:
    set_up(arranging)
    arranging.post(f"{PAGE}/requests", data={"do": "ask", "sender": "p1", "recipient": "p5"})
    page = words(arranging.get(f"{PAGE}/wishes").text)
    assert "Wishes 0 " in page
    assert "Nobody has wished anything yet" in page
    assert "Requests for meetings 1 " in page
    assert "1 wish" in words(arranging.get("/events").text)


def test_a_request_goes_from_state_to_state(arranging: TestClient) -> None:
    set_up(arranging)

    def done(what: str, **form: str) -> Any:
        return arranging.post(
            f"{PAGE}/requests", data={"do": what, "sender": "p1", "recipient": "p2", **form}
        )

    def state() -> RequestState:
        (request,) = events_of(arranging).requests.all("spring-meeting")
        found: RequestState = request.state
        return found

    assert "waits for an answer" in done("ask", words="<b>straw</b>", days="7").text
    assert "<b>straw</b>" not in arranging.get(f"{PAGE}/requests").text
    assert done("ask").status_code == 422
    done("accept")
    assert state() is RequestState.ACCEPTED
    done("reopen")
    assert state() is RequestState.PENDING
    done("decline", reason="too_far", words="far")
    assert state() is RequestState.DECLINED
    assert done("cancel").status_code == 422
    done("reopen")
    done("cancel")
    assert state() is RequestState.CANCELLED
    assert "Limfjord Straw → Fjord Fibres" in words(arranging.get(f"{PAGE}/requests?state=cancelled").text)
    assert "No request is here" in arranging.get(f"{PAGE}/requests?state=pending").text


def test_the_answer_to_a_request_stands_beside_what_was_asked(arranging: TestClient) -> None:
    set_up(arranging)
    pair = {"sender": "p1", "recipient": "p2"}
    arranging.post(f"{PAGE}/requests", data=pair | {"do": "ask", "words": "About straw"})
    again = arranging.post(f"{PAGE}/requests", data=pair | {"do": "ask"})
    assert "from Limfjord Straw (p1) to Fjord Fibres (p2) is not answered yet" in words(again.text)
    answer = pair | {"do": "decline", "reason": "too_far", "words": "Too far"}
    declined = arranging.post(f"{PAGE}/requests?state=pending", data=answer)
    assert dict(declined.url.params) == {"state": "pending", "done": "answered"}
    page = words(arranging.get(f"{PAGE}/requests").text)
    assert "“About straw” Answer: “Too far”" in page
    arranging.post(f"{PAGE}/requests", data=pair | {"do": "reopen"})
    (request,) = events_of(arranging).requests.all("spring-meeting")
    assert (request.words, request.reply) == ("About straw", "")


@pytest.mark.parametrize(
    "form",
    [
        {"do": "ask", "sender": "p1", "recipient": "p1"},
        {"do": "ask", "sender": "p1", "recipient": "nobody"},
        {"do": "ask", "sender": "p1", "recipient": "p2", "days": "0"},
        {"do": "accept", "sender": "p1", "recipient": "p2"},
        {"do": "explode", "sender": "p1", "recipient": "p2"},
    ],
)
def test_a_request_that_cannot_be_is_told(arranging: TestClient, form: dict[str, str]) -> None:
    set_up(arranging)
    assert arranging.post(f"{PAGE}/requests", data=form).status_code == 422
    assert events_of(arranging).requests.all("spring-meeting") == ()


def test_pairs_are_kept_apart_once_somebody_confirms_them_and_nothing_else_is(arranging: TestClient) -> None:
    set_up(arranging)
    workspace: Workspace = arranging.app.state.workspace  # type: ignore[attr-defined]
    for actor_id in ("straw:1", "uni:1", "town:1"):
        workspace.edit_actor(actor_id, {"website": "https://owner.example"}, who="tests")
    suggested = events_of(arranging).suggested_apart("spring-meeting")
    page = arranging.get(f"{PAGE}/apart").text
    assert words(page).count("Keep apart :") == len(suggested)
    assert events_of(arranging).preferences("spring-meeting") == ()
    names = [f"{each.a}|{each.b}|{each.reason}" for each in suggested]
    assert len(names) > 1
    arranging.post(f"{PAGE}/apart", data={"one": "p3|p4|competitors"})
    assert events_of(arranging).preferences("spring-meeting") == (), "nobody suggested that"
    arranging.post(f"{PAGE}/apart", data={"one": names[0], "pair": names[1:]})
    (only,) = events_of(arranging).preferences("spring-meeting")
    assert {only.a, only.b} == {suggested[0].a, suggested[0].b}, "ticked ones wait for their own button"
    done = arranging.post(f"{PAGE}/apart", data={"do": "all"})
    assert done.status_code == 200
    kept = events_of(arranging).preferences("spring-meeting")
    assert {frozenset((each.a, each.b)) for each in kept} == {
        frozenset((each.a, each.b)) for each in suggested
    }
    assert all(each.kind is PreferenceKind.APART for each in kept)
