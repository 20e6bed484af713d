"""The pages about events without a script: a schedule made and shown, and nothing typed brings out a fault."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.events import PlanKind, PreferenceKind, RequestState
from service.pages.events.frame import DONE, PARTS, clock
from service.pages.events.naming import named
from service.pages.events.pairs import PairState
from service.pages.events.schedule import gap_words
from service.pages.wording import WORDINGS
from tests.service.reading_pages import hidden, words, workspace_of
from tests.service.spring_meeting import API, EVENT, FORM, PAGE, scheduled, set_up


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
    for value, told in (
        (1000.0, "better."),
        (999.9, "0.1\u00a0%"),
        (996.95, "0.4\u00a0%"),
        (999.999, "0.1\u00a0%"),
    ):
        plan = replace(version.plan, value=value, bound=1000.0)
        assert told in gap_words(plan, WORDINGS["en"])


def test_names_take_the_place_of_ids_and_of_nothing_else() -> None:
    names = {"p1": "Straw", "p12": "Fibre"}
    assert named("p1 must meet p12; p123, xp1 and p1-a are others.", names) == (
        "Straw (p1) must meet Fibre (p12); p123, xp1 and p1-a are others."
    )


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


def test_a_time_stands_with_its_day_where_the_event_has_several(arranging: TestClient) -> None:
    set_up(arranging)
    (morning,) = (event := workspace_of(arranging).events.one("spring-meeting").event).sessions
    day = timedelta(days=1)
    second = replace(morning, name="Second", starts=morning.starts + day, ends=morning.ends + day)
    at = datetime(2027, 3, 5, 8, 30, tzinfo=UTC)
    assert clock(at, event, WORDINGS["en"]) == "09:30"
    assert clock(at, replace(event, sessions=(morning, second)), WORDINGS["en"]) == "5 March 2027 09:30"
