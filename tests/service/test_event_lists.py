"""Lists that are sent in a browser: looked at before anything is changed, told row by row, taken in whole."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from matchmaker.arranging import LIST_FIELDS
from matchmaker.events import PreferenceKind
from matchmaker.workspace import Workspace
from service.pages.wording import WORDINGS
from service.uploads import plain_name
from tests.service.reading_pages import hidden, words
from tests.service.spring_meeting import set_up

PAGE = "/events/spring-meeting"
GOOD = "Firma;Navn;E-mail\nLimfjord Straw;Åse Ærø;aase@example.dk\nHolstebro Biogas;Bo;bo@example.dk\n"


def events_of(client: TestClient) -> Any:
    workspace: Workspace = client.app.state.workspace  # type: ignore[attr-defined]
    return workspace.events


def sent(
    client: TestClient, content: bytes | str, name: str = "list.csv", what: str = "participants"
) -> Response:
    raw = content.encode() if isinstance(content, str) else content
    return client.post(f"{PAGE}/lists/{what}", files={"file": (name, raw, "text/csv"), "do": (None, "look")})


def confirmed(client: TestClient, page: Response, what: str = "participants", **more: str) -> Response:
    fields = {name: hidden(page.text, name) for name in ("list", "revision")} | {"do": "take_in"} | more
    return client.post(f"{PAGE}/lists/{what}", files={name: (None, value) for name, value in fields.items()})


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_field_of_every_list_has_words(language: str) -> None:
    fields = {each for fields in LIST_FIELDS.values() for each in fields}
    assert [each for each in fields if f"event.field.{each}" not in WORDINGS[language].texts] == []


def test_a_list_changes_nothing_until_it_is_confirmed(arranging: TestClient) -> None:
    arranging.post("/api/v1/events", json={"name": "Spring meeting", "zone": "Europe/Copenhagen"})
    looked = sent(arranging, GOOD)
    assert looked.status_code == 200
    assert "2 new participants" in words(looked.text)
    assert events_of(arranging).attendees("spring-meeting") == ()
    taken = confirmed(arranging, looked)
    assert "The list is taken in" in taken.text
    there = events_of(arranging).attendees("spring-meeting")
    assert [(each.actor_id, each.persons[0].name) for each in there] == [
        ("straw:1", "Åse Ærø"),
        ("gas:1", "Bo"),
    ]
    # The list is not kept any longer than it is needed.
    assert "no longer kept" in confirmed(arranging, looked).text


def test_every_row_that_cannot_be_is_told_with_row_column_and_what_to_do(arranging: TestClient) -> None:
    set_up(arranging)
    before = events_of(arranging).attendees("spring-meeting")
    wrong = sent(arranging, GOOD + "Nobody at all;<b>Eve</b>;eve@example.dk\n;Uno;not-an-address\n")
    assert wrong.status_code == 422
    told = words(wrong.text)
    assert "Row 4 Column: Firma Value: Nobody at all No actor has this id or name." in told
    assert "Row 5" in told
    assert "<b>Eve</b>" not in wrong.text
    assert "Take it in" not in told
    assert confirmed(arranging, wrong).status_code == 422
    assert events_of(arranging).attendees("spring-meeting") == before


SHARING = "Firma;Navn;Agenda\nLimfjord Straw;Åse;Salg\nLimfjord Straw;Bo;Salg\nLimfjord Straw;Carl;\n"


@pytest.mark.parametrize(
    ("language", "counted", "told"),
    [
        ("en", "1 go to another agenda", "Carl (row 2) goes from the agenda of p2 to that of p1."),
        ("da", "1 skifter dagsorden", "Carl (række 2) går fra dagsordenen for p2 til den for p1."),
    ],
)
def test_who_moves_to_another_agenda_is_told_before_it_is_done(
    arranging: TestClient, language: str, counted: str, told: str
) -> None:
    arranging.post("/api/v1/events", json={"name": "Spring meeting", "zone": "Europe/Copenhagen"})
    confirmed(arranging, sent(arranging, SHARING))
    arranging.headers["accept-language"] = language
    before = events_of(arranging).attendees("spring-meeting")
    looked = sent(arranging, "Firma;Navn;Agenda\nLimfjord Straw;Carl;Salg\n")
    assert counted in words(looked.text)
    assert told in words(looked.text)
    assert events_of(arranging).attendees("spring-meeting") == before
    assert confirmed(arranging, looked).status_code == 200
    (together,) = events_of(arranging).attendees("spring-meeting")
    assert [each.name for each in together.persons] == ["Åse", "Bo", "Carl"]


def test_programs_are_told_who_moves(arranging: TestClient) -> None:
    arranging.post("/api/v1/events", json={"name": "Spring meeting", "zone": "Europe/Copenhagen"})
    confirmed(arranging, sent(arranging, SHARING))
    tag = arranging.get("/api/v1/events/spring-meeting").headers["etag"]
    answer = arranging.post(
        "/api/v1/events/spring-meeting/lists/participants?dry_run=true",
        content=b"Firma;Navn;Agenda\nLimfjord Straw;Carl;Salg\n",
        headers={"content-type": "text/csv", "if-match": tag},
    )
    assert answer.status_code == 200
    assert answer.json()["moved"] == [{"row": 2, "before": "p2", "after": "p1"}]
    assert (answer.json()["gone"], answer.json()["applied"]) == (["p2"], False)


def test_a_mapping_is_heeded(arranging: TestClient) -> None:
    set_up(arranging)
    looked = sent(arranging, "Firma,Kontakt,Zzz\nStruer Kommune,Åse,Bo\n")
    files = [
        ("list", (None, hidden(looked.text, "list"))),
        ("revision", (None, hidden(looked.text, "revision"))),
        *[("header", (None, each)) for each in ("Firma", "Kontakt", "Zzz")],
        *[("field", (None, each)) for each in ("actor", "-", "person")],
        ("do", (None, "take_in")),
    ]
    assert arranging.post(f"{PAGE}/lists/participants", files=files).status_code == 200
    names = [
        each.persons[0].name for each in events_of(arranging).attendees("spring-meeting") if each.persons
    ]
    assert "Bo" in names
    assert "Åse" not in names


def test_those_who_are_missing_go_only_where_that_is_ticked(arranging: TestClient) -> None:
    set_up(arranging)
    kept = confirmed(arranging, sent(arranging, GOOD))
    assert kept.status_code == 200
    assert len(events_of(arranging).attendees("spring-meeting")) >= 8
    confirmed(arranging, sent(arranging, GOOD), remove_missing="1")
    assert {each.actor_id for each in events_of(arranging).attendees("spring-meeting")} == {
        "straw:1",
        "gas:1",
    }


def test_somebody_else_changing_the_event_meanwhile_is_told(arranging: TestClient) -> None:
    set_up(arranging)
    looked = sent(arranging, GOOD)
    events_of(arranging).attend("spring-meeting", (), ["p8"], who="other")
    late = confirmed(arranging, looked)
    assert late.status_code == 412
    assert "Somebody else changed the event" in late.text
    assert "Åse Ærø" not in str(events_of(arranging).attendees("spring-meeting"))


@pytest.mark.parametrize("what", ["participants", "wishes", "outcomes"])
@pytest.mark.parametrize("language", ["da", "en"])
def test_a_template_sent_back_changes_nothing(arranging: TestClient, what: str, language: str) -> None:
    set_up(arranging)
    template = arranging.get(f"{PAGE}/lists/{what}/template", params={"language": language})
    assert template.status_code == 200
    looked = sent(arranging, template.content, f"x-{language}.xlsx", what)
    assert looked.status_code == 200, words(looked.text)
    assert "0 new" in words(looked.text) or "0 wishes that are new" in words(looked.text)


def test_wishes_come_from_a_file(arranging: TestClient) -> None:
    set_up(arranging)
    looked = sent(arranging, "Hvem;Med;Ønske\np1;p2;skal mødes\n", what="wishes")
    assert looked.status_code == 200, words(looked.text)
    assert confirmed(arranging, looked, "wishes").status_code == 200
    assert [each.kind for each in events_of(arranging).preferences("spring-meeting")] == [
        PreferenceKind.MUST_MEET
    ]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.csv"),
        (b"\x00\x01\x02", "x.csv"),
        (b"not a workbook", "x.xlsx"),
        (b"PK\x03\x04broken", "../../etc/x.xlsx"),
        (b"<html>", "x.html"),
        (b"a,b", "nothing"),
        (b"a;b\n1;2\n", "æ" * 300 + ".csv"),
    ],
)
def test_what_is_no_list_is_refused_in_words(arranging: TestClient, content: bytes, name: str) -> None:
    set_up(arranging)
    answer = sent(arranging, content, name)
    assert answer.status_code == 422
    assert "/tmp" not in answer.text
    assert "alert" in answer.text


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"do=look", 415),
        ("multipart/form-data", b"", 422),
        ("multipart/form-data; boundary=x", b"", 422),
        ("multipart/form-data; boundary=x", b"--x\r\nno head\r\n--x--", 422),
        ("multipart/form-data; boundary=x", b"--x--\r\n" * 500, 422),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--", 422),
        ("multipart/form-data; boundary=" + "x" * 300, b"--x--", 422),
    ],
)
def test_a_form_that_cannot_be_read_is_refused(
    arranging: TestClient, kind: str, body: bytes, status: int
) -> None:
    set_up(arranging)
    answer = arranging.post(f"{PAGE}/lists/participants", content=body, headers={"content-type": kind})
    assert answer.status_code == status


def test_a_list_may_be_larger_than_other_bodies_and_not_without_end(arranging: TestClient) -> None:
    set_up(arranging)
    rows = "".join(f"Limfjord Straw;Guest {number};guest{number}@example.dk\n" for number in range(7000))
    assert len(rows) > 256 * 1024
    assert sent(arranging, "Firma;Navn;E-mail\n" + rows).status_code == 200
    assert sent(arranging, "x" * (4 * 1024 * 1024)).status_code == 413
    assert arranging.post(f"{PAGE}/wishes", content=b"x" * (300 * 1024)).status_code == 413


def test_names_of_files_lose_their_folders() -> None:
    assert plain_name("C:\\temp\\liste.xlsx") == "liste.xlsx"
    assert plain_name("../../../etc/passwd.csv") == "passwd.csv"
    assert plain_name("a\nb<c>.csv") == "a_b_c_.csv"
    assert plain_name("..") == ""


def test_a_list_of_another_event_is_not_taken_in_here(arranging: TestClient) -> None:
    set_up(arranging)
    arranging.post("/api/v1/events", json={"name": "Other", "zone": "Europe/Copenhagen"})
    looked = sent(arranging, GOOD)
    fields = {name: (None, hidden(looked.text, name)) for name in ("list", "revision")} | {
        "do": (None, "take_in")
    }
    assert arranging.post("/events/other/lists/participants", files=fields).status_code == 422
    assert events_of(arranging).attendees("other") == ()
