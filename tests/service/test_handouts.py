"""Agendas as pages and files, and calendars that nobody else can find."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from icalendar import Calendar
from pypdf import PdfReader

from matchmaker.events import Attendee, Person, Preference, PreferenceKind
from service.app import create_app
from service.handing_out import FILES
from service.pages.wording import WORDINGS
from tests.service.reading_pages import workspace_of
from tests.service.spring_meeting import scheduled, set_up

PAGE = "/events/spring-meeting"
HOSTILE = '<script>alert("x")</script> & Søn'


@pytest.fixture
def handing(arranging: TestClient) -> Iterator[TestClient]:
    """An event with a schedule of three meetings at least; one participant has a hostile name."""
    set_up(arranging)
    events = workspace_of(arranging).events
    persons = (Person(HOSTILE, "secret@example.dk", "=cmd()"),)
    events.attend("spring-meeting", [Attendee("p1", "straw:1", persons)], who="test")
    given = [Preference("p1", f"p{number}", PreferenceKind.MUST_MEET) for number in (2, 3, 4)]
    events.prefer("spring-meeting", given, who="test")
    assert scheduled(arranging)["state"] == "done"
    yield arranging
    arranging.app.state.handing_out.close()  # type: ignore[attr-defined]


def made(client: TestClient, **asked: str) -> Response:
    """A file, however long it takes."""
    for _ in range(60):
        answer = client.get(f"{PAGE}/handouts", params=asked)
        if answer.status_code != 202:
            return answer
        assert answer.headers["retry-after"] == "2"
    raise TimeoutError(str(asked))


def token(client: TestClient, participant: str = "p1") -> str:
    return workspace_of(client).events.handouts.calendar_tokens("spring-meeting")[participant]


def summaries(answer: Response) -> list[str]:
    return [str(each["summary"]) for each in Calendar.from_ical(answer.content).walk("VEVENT")]


def test_both_catalogues_have_the_same_keys_and_say_everything() -> None:
    english, danish = WORDINGS["en"].texts, WORDINGS["da"].texts
    assert set(english) == set(danish)
    assert [each for each in FILES if f"event.file.{each}" not in english] == []


def test_without_a_schedule_the_agendas_say_what_is_missing(arranging: TestClient) -> None:
    set_up(arranging)
    assert "Agendas are made from a schedule" in arranging.get(f"{PAGE}/agendas").text
    assert arranging.get(f"{PAGE}/agendas/p1").status_code == 404
    assert arranging.get(f"{PAGE}/handouts").status_code == 404


def test_an_agenda_page_names_who_where_and_when_and_no_markup_of_a_name_counts(handing: TestClient) -> None:
    listed = handing.get(f"{PAGE}/agendas").text
    assert "&lt;script&gt;" in listed
    page = handing.get(f"{PAGE}/agendas/p1").text
    assert HOSTILE not in page
    assert len(re.findall(r'class="agenda-meeting"', page)) == 3
    assert "Table" in page
    assert "secret@example.dk" not in page + listed
    assert handing.get(f"{PAGE}/agendas/nobody").status_code == 404
    assert handing.get(f"{PAGE}/agendas/p1?version=9").status_code == 404
    only = handing.get(f"{PAGE}/agendas", params={"text": "person 8"}).text
    assert f"{PAGE}/agendas/p8" in only
    assert f"{PAGE}/agendas/p1" not in only


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("language", ["da", "en"])
def test_every_file_can_be_had(handing: TestClient, file: str, language: str) -> None:
    answer = made(handing, file=file, language=language)
    assert answer.status_code == 200
    begins = {"pdf": b"%PDF", "zip": b"PK", "xlsx": b"PK", "csv": b"\xef\xbb\xbf"}
    assert answer.content.startswith(begins[file.rpartition(".")[2]])
    assert f"spring-meeting-{file.rpartition('.')[0]}-1-{language}" in answer.headers["content-disposition"]
    assert made(handing, file=file, language=language).content == answer.content


def test_a_file_for_one_participant_is_theirs_alone(handing: TestClient) -> None:
    own = made(handing, file="participants.pdf", participant="p8")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(own.content)).pages)
    assert "Person 8" in text
    assert "Person 7" not in text
    assert made(handing, file="participants.pdf", participant="nobody").status_code == 404
    assert made(handing, file="meetings.csv", participant="p8").status_code == 404
    assert made(handing, file="../x").status_code == 404


def test_a_zip_has_a_page_and_a_calendar_for_each(handing: TestClient) -> None:
    packed = zipfile.ZipFile(io.BytesIO(made(handing, file="participants.zip").content))
    assert len(packed.namelist()) == 16
    assert all(re.fullmatch(r"[a-z0-9-]+\.(pdf|ics)", each) for each in packed.namelist())


def test_addresses_are_on_the_desks_list_alone_and_where_they_are_asked_for(handing: TestClient) -> None:
    assert "secret@example.dk" in made(handing, file="desk.csv", addresses="1").text
    assert "secret@example.dk" not in made(handing, file="desk.csv").text
    for file in ("participants.csv", "meetings.csv", "door.csv", "tables.csv"):
        assert "secret@example.dk" not in made(handing, file=file, addresses="1").text
    assert "\n=cmd" not in made(handing, file="meetings.csv").text


# Calendars


def test_a_calendar_is_one_participants_and_follows_the_schedule(handing: TestClient) -> None:
    first = handing.get(f"/calendars/{token(handing)}.ics")
    assert first.headers["content-type"].startswith("text/calendar")
    assert len(summaries(first)) == 3
    assert "secret@example.dk" not in first.text
    uids = {str(each["uid"]) for each in Calendar.from_ical(first.content).walk("VEVENT")}
    held = {"if-none-match": first.headers["etag"]}
    assert handing.get(f"/calendars/{token(handing)}.ics", headers=held).status_code == 304
    workspace_of(handing).events.attend("spring-meeting", (), ["p2"], who="test")
    second = handing.get(f"/calendars/{token(handing)}.ics", headers=held)
    assert second.status_code == 200
    assert {str(each["uid"]) for each in Calendar.from_ical(second.content).walk("VEVENT")} == uids
    assert "STATUS:CANCELLED" in second.text


def test_before_there_is_a_schedule_a_calendar_is_empty(arranging: TestClient) -> None:
    set_up(arranging)
    answer = arranging.get(f"/calendars/{token(arranging)}.ics")
    assert answer.status_code == 200
    assert summaries(answer) == []


def test_wrong_addresses_tell_nothing(handing: TestClient) -> None:
    right = token(handing)
    other = token(handing, "p2")
    wrong = [
        right[:-1] + ("A" if right[-1] != "A" else "B"),
        right[:8] + other[8:].swapcase(),
        "x",
        "å" * 40,
        right + "A",
        right[:39],
        "p1",
        "..%2f..%2fetc%2fpasswd",
    ]
    pages = set()
    for each in wrong:
        answer = handing.get(f"/calendars/{each}.ics")
        assert answer.status_code == 404, each
        pages.add(re.sub(r"[0-9a-f]{16}|href=\"[^\"]*\"", "", answer.text))
    assert len(pages) == 1
    assert len({*workspace_of(handing).events.handouts.calendar_tokens("spring-meeting").values()}) == 8


def test_a_renewed_address_makes_the_old_one_void_for_good(handing: TestClient) -> None:
    old, others = token(handing), token(handing, "p2")
    page = handing.post(f"{PAGE}/agendas/p1", data={"do": "renew"})
    assert "The old calendar address is void" in page.text
    assert old not in page.text
    assert token(handing) in page.text
    assert handing.get(f"/calendars/{old}.ics").status_code == 404
    assert handing.get(f"/calendars/{token(handing)}.ics").status_code == 200
    assert token(handing, "p2") == others
    events = workspace_of(handing).events
    attendee = next(each for each in events.attendees("spring-meeting") if each.id == "p1")
    events.attend("spring-meeting", (), ["p1"], who="test")
    assert handing.get(f"/calendars/{old}.ics").status_code == 404
    events.attend("spring-meeting", [attendee], who="test")
    assert handing.get(f"/calendars/{old}.ics").status_code == 404


def test_whoever_comes_after_under_the_same_id_has_another_address(handing: TestClient) -> None:
    old, events = token(handing), workspace_of(handing).events
    events.attend("spring-meeting", [Attendee("p1", "uni:1")], who="test")
    assert handing.get(f"/calendars/{old}.ics").status_code == 404
    again = token(handing, "p2")
    events.erase("spring-meeting", who="test")
    assert handing.get(f"/calendars/{again}.ics").status_code == 404
    set_up(handing)
    assert handing.get(f"/calendars/{again}.ics").status_code == 404


def test_whoever_has_the_address_gets_the_calendar_and_nothing_else(handing: TestClient) -> None:
    address = f"/calendars/{token(handing)}.ics"
    closed = create_app(workspace_of(handing))
    everybody = TestClient(closed, base_url="http://127.0.0.1:8000", follow_redirects=False)
    assert everybody.get(address).status_code == 200
    assert everybody.get(f"{PAGE}/agendas").status_code == 303
    assert everybody.get(f"{PAGE}/handouts").status_code == 303
    assert everybody.post(address).status_code == 405
    closed.state.handing_out.close()
