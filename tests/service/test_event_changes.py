"""A schedule changed by hand, repaired, undone, compared and explained over pages, and the desk on the day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import quote, unquote

import pytest
from fastapi.testclient import TestClient

from matchmaker.actors import Actor, ActorGroup
from matchmaker.events import (
    AbsenceKind,
    Appointment,
    Attendee,
    Conflict,
    ConflictKind,
    Event,
    FixKind,
    Person,
    PlanKind,
    Session,
    Span,
    Table,
)
from matchmaker.meetings.solver.unplaced import REASONS
from service.arranged import Attending
from service.pages.events.frame import DONE, PARTS
from service.pages.events.telling import Telling, time_value
from service.pages.wording import WORDINGS
from tests.service.spring_meeting import EVENT, scheduled, set_up
from tests.service.test_event_pages import PAGE, hidden, words, workspace_of

ID = "spring-meeting"
CHANGE = f"{PAGE}/schedule/change"
WISHED = [
    (f"p{a}", f"p{b}") for a, b in ((1, 6), (2, 7), (3, 8), (1, 7), (2, 8), (3, 6), (4, 6), (5, 7), (4, 8))
]
"""Nine wishes; three tables and four slots have room for all of them."""


@pytest.fixture
def planned(arranging: TestClient) -> TestClient:
    """An event with a schedule: version 1."""
    set_up(arranging)
    given = [{"a": a, "b": b, "kind": "meet"} for a, b in WISHED]
    assert arranging.post(f"{EVENT}/preferences", json={"given": given}).status_code == 200
    assert scheduled(arranging, time_limit=2)["state"] == "done"
    return arranging


def meetings(client: TestClient) -> tuple[Appointment, ...]:
    version = workspace_of(client).events.version(ID)
    assert version
    return version.plan.appointments


def latest(client: TestClient) -> int:
    version = workspace_of(client).events.version(ID)
    assert version
    return version.number


def at_once(there: Sequence[Appointment]) -> tuple[Appointment, Appointment]:
    """Two meetings in one slot."""
    return next(
        (one, other) for one in there for other in there if one.span == other.span and one.pair != other.pair
    )


@pytest.mark.parametrize("language", ["da", "en"])
def test_all_kinds_of_changes_and_conflicts_have_words(language: str) -> None:
    texts = WORDINGS[language].texts
    keys = [f"event.conflict.{each}" for each in ConflictKind] + [
        f"event.broken.{each}" for each in ConflictKind
    ]
    keys += [f"event.fix.{each}" for each in FixKind] + [f"event.plan.{each}" for each in PlanKind]
    keys += [f"event.reason.{each}" for each in (*REASONS, "there_is_room")]
    keys += [f"event.repair.{each}" for each in AbsenceKind]
    keys += [f"event.done.{each}" for each in DONE] + [f"event.part.{each}" for each in PARTS]
    assert [key for key in keys if key not in texts] == []


def test_the_conflict_is_shown_before_a_meeting_is_moved_and_nothing_is_made(planned: TestClient) -> None:
    first, other = at_once(meetings(planned))
    shown = planned.get(
        CHANGE,
        params={"a": first.a, "b": first.b, "starts": time_value(first.span.starts), "table": other.table},
    )
    assert shown.status_code == 200
    assert "so it cannot be made" in words(shown.text)
    assert f"sit at {other.table} at" in words(shown.text)
    assert 'value="move"' not in shown.text
    assert latest(planned) == 1
    forced = planned.post(
        CHANGE,
        data={"a": first.a, "b": first.b, "starts": time_value(first.span.starts), "table": other.table,
              "version": "1", "do": "move"},
    )  # fmt: skip
    assert forced.status_code == 409
    assert "Nothing was changed" in words(forced.text)
    assert latest(planned) == 1


def chosen(one: Appointment, **more: str) -> dict[str, str]:
    return {"a": one.a, "b": one.b, **more}


def free_place(client: TestClient, one: Appointment) -> dict[str, str]:
    """A place that the page of a meeting marks as possible."""
    text = client.get(CHANGE, params=chosen(one)).text
    found = re.search(r'place-possible[^>]*>\s*<a href="[^"]*starts=([^&]*)&amp;table=([^"#&]*)', text)
    assert found, "nowhere"
    return {"starts": unquote(found[1]), "table": unquote(found[2])}


# By hand


def test_a_meeting_is_moved_to_a_place_that_is_marked_and_the_move_is_undone_and_redone(
    planned: TestClient,
) -> None:
    one = meetings(planned)[0]
    place = free_place(planned, one)
    shown = planned.get(CHANGE, params=chosen(one, **place))
    assert "Nothing stands in the way." in words(shown.text)
    version = hidden(shown.text, "version")
    moved = planned.post(CHANGE, data=chosen(one, **place, version=version, do="move"))
    assert "The meeting is moved." in words(moved.text)
    now = next(each for each in meetings(planned) if each.pair == one.pair)
    assert (time_value(now.span.starts), now.table) == (place["starts"], place["table"])
    undone = planned.post(CHANGE, data={"version": hidden(moved.text, "version"), "do": "undo"})
    assert "Undone" in words(undone.text)
    assert one in meetings(planned)
    redone = planned.post(CHANGE, data={"version": hidden(undone.text, "version"), "do": "redo"})
    assert "Done again." in words(redone.text)
    assert now in meetings(planned)


def test_the_second_of_two_who_change_a_schedule_is_told_and_loses_nothing(planned: TestClient) -> None:
    one, other = meetings(planned)[0], meetings(planned)[-1]
    place = free_place(planned, one)
    planned.post(CHANGE, data=chosen(other, version="1", do="lock"))
    late = planned.post(CHANGE, data=chosen(one, **place, version="1", do="move"))
    assert late.status_code == 412
    assert "Somebody else changed the schedule" in words(late.text)
    assert "Facilitator made version 2 (meetings locked)" in words(late.text)
    assert one in meetings(planned)
    assert hidden(late.text, "starts") == place["starts"]
    again = planned.post(CHANGE, data=chosen(one, **place, version=hidden(late.text, "version"), do="move"))
    assert again.status_code == 200
    assert latest(planned) == 3


def test_who_is_late_with_what_cannot_be_any_more_is_told_why(planned: TestClient) -> None:
    one = meetings(planned)[0]
    planned.post(CHANGE, data=chosen(one, version="1", do="remove"))
    late = planned.post(CHANGE, data=chosen(one, version="1", do="lock"))
    assert late.status_code == 412
    assert "Facilitator made version 2 (removed by hand)" in words(late.text)
    assert "The two have no meeting yet." in words(late.text)


def test_a_form_without_a_version_changes_nothing(planned: TestClient) -> None:
    one = meetings(planned)[0]
    for version in ({}, {"version": "x"}, {"version": "9" * 12}):
        assert planned.post(CHANGE, data=chosen(one, do="remove") | version).status_code == 412
    assert latest(planned) == 1


def test_meetings_are_swapped_removed_put_in_locked_and_unlocked(planned: TestClient) -> None:
    one = meetings(planned)[0]
    shown = planned.get(CHANGE, params=chosen(one)).text
    found = re.search(r'place-swap[^>]*>\s*<a href="[^"]*&amp;c=([^&]*)&amp;d=([^"#&]*)', shown)
    assert found
    other = next(each for each in meetings(planned) if each.pair == {found[1], found[2]})
    preview = planned.get(CHANGE, params=chosen(one, c=other.a, d=other.b))
    assert "Swap the two" in words(preview.text)
    data = chosen(one, c=other.a, d=other.b, version="1", do="swap")
    assert "The two meetings are swapped." in words(planned.post(CHANGE, data=data).text)
    now = {each.pair: each for each in meetings(planned)}
    assert (now[one.pair].span, now[one.pair].table) == (other.span, other.table)
    locked = planned.post(CHANGE, data=chosen(one, version="2", do="lock"))
    assert "locked" in words(locked.text)
    refused = planned.post(CHANGE, data=chosen(one, version="3", do="remove"))
    assert refused.status_code == 409
    assert "is locked. Unlock it first." in words(refused.text)
    planned.post(CHANGE, data=chosen(one, version="3", do="unlock"))
    planned.post(CHANGE, data=chosen(one, version="4", do="remove"))
    assert one.pair not in {each.pair for each in meetings(planned)}
    page = planned.get(CHANGE, params=chosen(one)).text
    assert "The two have no meeting yet." in words(page)
    place = free_place(planned, one)
    added = planned.post(CHANGE, data=chosen(one, **place, version="5", do="add"))
    assert "The meeting is in the schedule." in words(added.text)
    assert one.pair in {each.pair for each in meetings(planned)}


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"a": "p1"},
        {"a": "p1", "b": "p1"},
        {"a": "p1", "b": "p99"},
        {"a": "<script>", "b": "' OR 1=1"},
        {"a": "p1", "b": "p6", "starts": "never", "table": "<b>"},
        {"a": "p1", "b": "p6", "c": "p6", "d": "p1"},
        {"a": "p1", "b": "p6", "c": "p98", "d": "p99"},
        {"a": "p1", "b": "p2", "table": "Table 9", "starts": "2027-03-04T08:00:00Z"},
    ],
)
def test_whatever_is_chosen_is_answered_and_changes_nothing(
    planned: TestClient, query: dict[str, str]
) -> None:
    answer = planned.get(CHANGE, params=query)
    assert answer.status_code == 200
    assert "<script>" not in answer.text.replace("<script src", "")
    for what in ("move", "swap", "add", "remove", "lock", "unlock", "undo", "redo"):
        sent = planned.post(CHANGE, data=query | {"c": query.get("c", ""), "version": "1", "do": what})
        if latest(planned) != 1:
            # What can be made was asked for well; then it is what was chosen that came of it.
            assert sent.status_code == 200
            break
        assert sent.status_code in (409, 422)


def test_the_slots_in_which_two_could_meet_are_offered_and_each_can_be_taken(planned: TestClient) -> None:
    one = meetings(planned)[0]
    text = planned.get(CHANGE, params=chosen(one)).text
    offered = re.findall(r'class="slot" href="([^"]*)"', text)
    assert offered
    for address in offered:
        assert "Nothing stands in the way." in words(planned.get(unescape(address)).text)
    crowded = planned.get(CHANGE, params={"a": "p1", "b": "p1"}).text
    assert 'class="slot"' not in crowded


def test_an_unknown_button_is_refused(planned: TestClient) -> None:
    assert planned.post(CHANGE, data={"do": "explode", "version": "1"}).status_code == 422


def test_without_a_schedule_the_pages_lead_to_it(arranging: TestClient) -> None:
    set_up(arranging)
    for part in ("schedule/change", "repair", "why"):
        answer = arranging.get(f"{PAGE}/{part}", follow_redirects=False)
        assert answer.headers["location"] == f"{PAGE}/schedule"
    assert arranging.get(f"{PAGE}/versions").status_code == 200
    assert arranging.get(f"{PAGE}/desk").status_code == 200
    assert arranging.get("/events/nothing/desk").status_code == 404


def test_two_agendas_of_an_actor_and_days_are_told_apart() -> None:
    day = datetime(2027, 3, 4, 9)
    sessions = [
        Session(str(each), day + timedelta(each), day + timedelta(each, hours=2), 20) for each in (0, 1)
    ]
    one = Actor("a", "Anna's", ActorGroup.COMPANY)
    other = Actor("b", "Bo's", ActorGroup.SUPPLIER)
    everybody = [
        Attending(Attendee(name, actor.id), actor)
        for name, actor in (("p1", one), ("p2", other), ("p3", one))
    ]
    telling = Telling(Event("e", "E", "", "Europe/Copenhagen", tuple(sessions)), everybody, WORDINGS["en"])
    assert [telling.name(each) for each in ("p1", "p2", "p3", "p9")] == [
        "Anna's (p1)",
        "Bo's",
        "Anna's (p3)",
        "p9",
    ]
    span = Span(datetime(2027, 3, 5, 8, tzinfo=UTC), datetime(2027, 3, 5, 8, 20, tzinfo=UTC))
    met = Conflict(ConflictKind.DOUBLE_BOOKED, "p1", "p2", span, "Table {0} <b>")
    assert telling.conflict(met) == "Anna's (p1) meets Bo's at 5 March 2027 09:00 (Table {0} <b>)."


# Repair, versions, why not


def test_a_repair_is_shown_first_and_then_made_as_it_was_shown(planned: TestClient) -> None:
    gone = [each for each in meetings(planned) if "p6" in each.pair]
    query = {"who": "p6", "what": "cancelled", "look": "1"}
    shown = planned.get(f"{PAGE}/repair", params=query)
    assert shown.status_code == 200
    told = words(shown.text)
    assert f"Go {len(gone)}" in told
    assert "somebody is not there" in told
    assert "need a new agenda" in told
    assert latest(planned) == 1
    made = planned.post(
        f"{PAGE}/repair",
        data={"who": "p6", "what": "cancelled", "moves": "0", "version": hidden(shown.text, "version")},
    )
    assert "The schedule is repaired." in words(made.text)
    assert not any("p6" in each.pair for each in meetings(planned))
    stale = planned.post(f"{PAGE}/repair", data={"who": "p7", "what": "cancelled", "version": "1"})
    assert stale.status_code == 412
    assert any("p7" in each.pair for each in meetings(planned))
    known = words(planned.get(f"{PAGE}/repair").text)
    assert "University of the West: cancelled, the whole event" in known


def test_a_lost_table_moves_what_it_held(planned: TestClient) -> None:
    lost = meetings(planned)[0].table
    data = {"table": lost, "state": "lost", "moves": "0", "version": "1"}
    assert "repaired" in words(planned.post(f"{PAGE}/repair", data=data).text)
    assert all(each.table != lost for each in meetings(planned))


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"who": "p99"}, "“p99” is not at this event."),
        ({"table": "<b>x</b>"}, "“<b>x</b>” is not at this event."),
        ({"moves": "-1"}, "A number of meetings from 0 to 50."),
        ({"moves": "51"}, "A number of meetings from 0 to 50."),
        ({"who": "p1", "what": "no_show", "at": "2028-01-01T00:00"}, "Nothing of the event is left"),
    ],
)
def test_what_is_wrong_with_a_repair_is_told_and_nothing_is_made(
    planned: TestClient, query: dict[str, str], told: str
) -> None:
    answer = planned.get(f"{PAGE}/repair", params=query | {"look": "1"})
    assert answer.status_code == 422
    assert told in words(answer.text)
    assert "<b>x" not in answer.text
    sent = planned.post(f"{PAGE}/repair", data={"moves": "0", "version": "1"} | query)
    assert sent.status_code == 422
    assert latest(planned) == 1


def test_versions_are_listed_compared_and_restored(planned: TestClient) -> None:
    one = meetings(planned)[0]
    planned.post(CHANGE, data=chosen(one, version="1", do="remove"))
    listed = words(planned.get(f"{PAGE}/versions").text)
    assert "1 gone" in listed
    assert "removed by hand" in listed
    assert "Facilitator, " in listed
    compared = words(planned.get(f"{PAGE}/versions?before=1&after=2").text)
    assert "From version 1 to version 2" in compared
    assert "1 gone; 8 meetings are as they were." in compared
    assert planned.get(f"{PAGE}/versions?before=1&after=77").status_code == 200
    back = planned.post(f"{PAGE}/versions", data={"number": "1", "version": "2"})
    assert "The earlier version is in force again." in words(back.text)
    assert one in meetings(planned)
    assert planned.post(f"{PAGE}/versions", data={"number": "1", "version": "2"}).status_code == 412
    for number in ("77", "", "x", "-1"):
        answer = planned.post(f"{PAGE}/versions", data={"number": number, "version": "3"})
        assert answer.status_code == 422
    assert latest(planned) == 3


def test_a_wish_without_a_meeting_says_why_and_what_helps(planned: TestClient) -> None:
    assert "Every wish has its meeting." in words(planned.get(f"{PAGE}/why").text)
    one = meetings(planned)[0]
    planned.post(CHANGE, data=chosen(one, version="1", do="remove"))
    told = planned.get(f"{PAGE}/why").text
    assert "Both are free and so is a table" in words(told)
    assert "Nothing: they can meet at" in words(told)
    led = re.search(r'href="([^"]*schedule/change[^"]*)#preview"', told)
    assert led
    assert "Nothing stands in the way." in words(planned.get(unescape(led[1])).text)
    assert planned.get(f"{PAGE}/why", params={"a": "p1", "b": "p99"}).status_code == 422


# The desk


def test_hostile_names_are_shown_as_they_are_written(planned: TestClient) -> None:
    events = workspace_of(planned).events
    hostile = "<script>alert(1)</script> {0} {{ 7*7 }} %s"
    p1 = next(each for each in events.attendees(ID) if each.id == "p1")
    events.attend(ID, [replace(p1, persons=(Person(hostile),))], who="tests")
    event = events.one(ID).event
    tables = (Table('"><img src=x onerror=alert(1)>'), *event.tables)
    events.set_up(replace(event, tables=tables), who="tests")
    one = next(each for each in meetings(planned) if "p1" in each.pair)
    at = time_value(one.span.starts)
    for part in (
        f"desk?at={at}", "desk?one=p1", "desk?find=script", "schedule",
        f"schedule/change?a={one.a}&b={one.b}", f"repair?who=p1&look=1&table={quote(tables[0].name)}&state=lost",
        "versions", "why",
    ):  # fmt: skip
        answer = planned.get(f"{PAGE}/{part}")
        assert answer.status_code == 200, part
        assert "<script>alert" not in answer.text, part
        assert "<img src=x" not in answer.text, part
    assert hostile in unescape(planned.get(f"{PAGE}/desk?one=p1").text)


def test_the_desk_shows_the_slot_of_the_moment_and_the_next(planned: TestClient) -> None:
    early = words(planned.get(f"{PAGE}/desk").text)
    assert "09:00–09:20 To come" in early
    now = words(planned.get(f"{PAGE}/desk?at=09:35").text)
    assert "Shown as if it were 09:35." in now
    assert "09:30–09:50 Now" in now
    assert "10:00–10:20 Next" in now
    between = words(planned.get(f"{PAGE}/desk?at=2027-03-04T09:55").text)
    assert "09:30–09:50 Over" in between
    for at in ("x", "25:00", "9999-12-31T23:59", "0001-01-01T00:00", "2027-03-04T09:35:00Z" * 2):
        assert planned.get(f"{PAGE}/desk", params={"at": at}).status_code in (200, 422)


def test_one_tap_says_held_or_who_did_not_come_and_the_last_is_undone(planned: TestClient) -> None:
    desk = f"{PAGE}/desk"
    one = meetings(planned)[0]
    at = time_value(one.span.starts)
    events = workspace_of(planned).events
    held = planned.post(desk, data=chosen(one, at=at, do="held"))
    assert "held" in words(held.text)
    assert events.follow_up.outcomes(ID)[0].held
    missed = planned.post(desk, data=chosen(one, at=at, do="missing.0"))
    attendance = events.follow_up.outcomes(ID)[0].attendance
    assert attendance is not None
    assert attendance.missing == (one.a,)
    assert "Did not come: " in words(missed.text)
    assert "look at a repair" in words(missed.text)
    assert f"who={one.a}&amp;what=no_show&amp;look=1&amp;at=" in missed.text
    both = planned.post(desk, data=chosen(one, at=at, do="missing.1"))
    assert both.status_code == 200
    attendance = events.follow_up.outcomes(ID)[0].attendance
    assert attendance is not None
    assert set(attendance.missing) == one.pair
    planned.post(desk, data=chosen(one, at=at, do="take_back"))
    attendance = events.follow_up.outcomes(ID)[0].attendance
    assert attendance is not None
    assert attendance.missing == (one.a,)
    again = planned.post(desk, data=chosen(one, at=at, do="missing.0"))
    assert "take_back" not in again.text
    for _ in range(2):
        planned.post(desk, data=chosen(one, at=at, do="take_back"))
    assert events.follow_up.outcomes(ID) == ()
    late = planned.post(desk, data=chosen(one, at=at, do="take_back"))
    assert "can no longer be undone" in words(late.text)


@pytest.mark.parametrize("sent", [{"a": "p1", "b": "p99"}, {"a": "p1", "b": "p1"}, {}, {"do": "explode"}])
def test_a_tap_on_what_is_no_meeting_says_nothing(planned: TestClient, sent: dict[str, str]) -> None:
    assert planned.post(f"{PAGE}/desk", data={"do": "held"} | sent).status_code == 422
    assert workspace_of(planned).events.follow_up.outcomes(ID) == ()


def test_a_participant_is_found_by_actor_person_and_id(planned: TestClient) -> None:
    for find in ("university", "person 6", "P6"):
        found = words(planned.get(f"{PAGE}/desk", params={"find": find}).text)
        assert "University of the West" in found
        assert "Not here: look at a repair" in found
    nobody = planned.get(f"{PAGE}/desk", params={"find": "<i>nobody</i>"})
    assert "Nobody is called “<i>nobody</i>”." in words(nobody.text)
    assert "<i>nobody" not in nobody.text


def test_the_way_from_a_no_show_leads_over_the_repair_back_to_the_desk(planned: TestClient) -> None:
    query = {"who": "p7", "what": "no_show", "look": "1", "at": "09:10"}
    shown = planned.get(f"{PAGE}/repair", params=query)
    assert "As if it were 09:10." in words(shown.text)
    data = {"who": "p7", "what": "no_show", "at": "09:10", "moves": "0", "version": "1"}
    made = planned.post(f"{PAGE}/repair", data=data)
    assert str(made.url).endswith("/desk?at=09%3A10&done=repaired")
    assert "The schedule is repaired." in words(made.text)


def test_danish_pages_are_danish(planned: TestClient) -> None:
    one = meetings(planned)[0]
    danish = {"accept-language": "da"}
    for part, said in (
        (f"schedule/change?a={one.a}&b={one.b}", "Ret mødeplanen i hånden"),
        ("repair?who=p6&look=1", "Det ville reparationen gøre"),
        ("versions", "Hver ændring giver en ny version"),
        ("why", "Hvorfor ikke?"),
        ("desk?at=09:10", "Vist, som om klokken var 09:10."),
    ):
        text = words(planned.get(f"{PAGE}/{part}", headers=danish).text)
        assert said in text, part
        assert "event." not in text, part
