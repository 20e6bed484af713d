"""Every page in Danish: what is marked as English, or reads as English, is somebody's own text."""

from __future__ import annotations

import csv
import re
import shutil
import time
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.events import Attendance, Attendee, Person, Preference, PreferenceKind, Remark, Session, Table
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.app import create_app
from tests.browser.every_page import pages
from tests.conftest import DATA

BASE = "http://127.0.0.1:8000"
EVENT = "foraar"
PASSWORD = "correct horse battery"
ENGLISH = re.compile(
    r"\b(the|is|are|was|were|of|and|not|cannot|there|this|with|which|has|nothing|been)\b", re.I
)
"""Words that no Danish sentence has."""
OWN_WORDS = frozenset({"script", "style", "code", "option", "blockquote"})
"""Elements whose text is none of a page's sentences: commands, names to choose from, quotes."""
VOID = frozenset({"meta", "link", "input", "br", "hr", "img", "use", "path", "circle", "line", "rect", "wbr"})


class Texts(HTMLParser):
    """The texts of a page with the language that each is marked with."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            before = self.open[-1][1] if self.open else ""
            self.open.append((tag, dict(attrs).get("lang") or before))

    def handle_endtag(self, tag: str) -> None:
        if tag in {each for each, _ in self.open}:
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text and not OWN_WORDS & {tag for tag, _ in self.open}:
            self.found.append((self.open[-1][1] if self.open else "", text))


def test_what_is_english_is_found_and_what_is_somebodys_own_is_not() -> None:
    html = """<html lang="da"><p>Hej<br/> <svg><path d=""/></svg>There is nothing.</p><p lang="en">Hello</p>
      <blockquote>This is theirs</blockquote><p>The firm</p><p>Intet her. “It is theirs”</p></html>"""
    assert english_in(html, "The firm\nIt is theirs") == ["da: There is nothing.", "en: Hello"]


def english_in(html: str, own: str) -> list[str]:
    """What a page says in English that is not a part of ``own``, the texts of the cluster."""
    texts = Texts()
    texts.feed(html)
    wrong = []
    for language, text in texts.found:
        if text in own or text == "English":
            continue
        bare = " ".join(part for part in re.split("[“”]", text) if part.strip() not in own)
        if language == "en" or (language == "da" and ENGLISH.search(bare)):
            wrong.append(f"{language}: {text[:200]}")
    return wrong


@pytest.fixture(scope="module")
def town(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A copy of the sample cluster with an event that was held, and a user for each role."""
    folder = tmp_path_factory.mktemp("danish") / "workspace"
    shutil.copytree(sample_folder, folder)
    with Workspace.open(folder) as workspace:
        hold(workspace)
        firm = sorted(workspace.published().actor_names())[0]
        for role, actor_id in ((UserRole.FACILITATOR, ""), (UserRole.ANALYST, ""), (UserRole.FIRM, firm)):
            workspace.users.add(
                name=f"{role} Holm",
                email=f"{role}@x.example",
                role=role,
                actor_id=actor_id,
                password=PASSWORD,
                who="tests",
            )
        yield workspace


def hold(workspace: Workspace) -> None:
    """An event of twelve actors with a wish, a request, a schedule, an outcome and tables."""
    events = workspace.events
    events.create(
        "Forår",
        event_id=EVENT,
        zone="Europe/Copenhagen",
        sessions=[Session("Formiddag", datetime(2026, 1, 14, 9), datetime(2026, 1, 14, 12), 20, 5)],
        tables=[Table(f"Bord {number}") for number in range(1, 5)],
        who="tests",
    )
    actors = sorted(workspace.published().actor_names())[:12]
    events.attend(
        EVENT,
        [
            Attendee(f"p{number}", actor, (Person(f"Navn {number}", f"p{number}@example.dk", ""),))
            for number, actor in enumerate(actors, 1)
        ],
        who="tests",
    )
    events.prefer(EVENT, [Preference("p1", "p2", PreferenceKind.MUST_MEET)], who="tests")
    events.propose(EVENT, who="tests")
    events.requests.ask(EVENT, "p3", "p4", words="Kaffe?", who="tests")
    events.schedule(EVENT, time_limit=2, who="tests")
    version = events.version(EVENT)
    assert version is not None
    first = version.plan.appointments[0]
    events.follow_up.say(EVENT, [Remark(first.a, first.b, Attendance())], who="tests")
    events.seat(EVENT, size=4, rounds=2, time_limit=1, who="tests")


@pytest.fixture(scope="module")
def clients(town: Workspace) -> Iterator[dict[UserRole, TestClient]]:
    """A client for each role that reads Danish."""
    app = create_app(town)
    signed = {}
    with TestClient(app, base_url=BASE):
        for role in (UserRole.FACILITATOR, UserRole.ANALYST, UserRole.FIRM):
            entered = town.users.sign_in(f"{role}@x.example", PASSWORD)
            assert entered is not None
            signed[role] = TestClient(
                app, base_url=BASE, headers={"accept-language": "da"}, cookies={"session": entered[1]}
            )
        yield signed


@pytest.fixture(scope="module")
def own(town: Workspace) -> str:
    """All that the cluster itself says, and its names."""
    published = town.published()
    said = [each.label for each in published.sub_clusters()]
    said += [word for each in published.sub_clusters() for word in each.keywords]
    for name in ("actors.csv", "collaborations.csv"):
        with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
            said += [cell for row in csv.reader(file) for cell in row]
    return "\n".join(" ".join(text.split()) for text in said)


@pytest.mark.parametrize("role", [UserRole.FACILITATOR, UserRole.ANALYST, UserRole.FIRM])
def test_no_page_says_anything_of_ours_in_english(
    clients: dict[UserRole, TestClient], town: Workspace, own: str, role: UserRole
) -> None:
    client = clients[role]
    found = town.published().sub_clusters()
    values = {
        "actor_id": sorted(town.published().actor_names())[0],
        "event_id": EVENT,
        "participant_id": "p1",
        "what": "participants",
        "token": "nobody",
        "sub_cluster_id": found[0].id,
    }
    wrong: dict[str, list[str]] = {}
    seen = []
    for path in pages(values):
        for _ in range(100):
            answer = client.get(path)
            if answer.status_code != 503:
                break
            time.sleep(0.2)
        assert answer.status_code < 500, path
        seen.append((answer.status_code, path))
        if english := english_in(answer.text, own):
            wrong[path] = english
    assert wrong == {}
    assert len([path for status, path in seen if status == 200]) > 10, seen


def send(client: TestClient, rows: str) -> str:
    """Send a table of actors, with its columns as they are taken to be; the page of what would change."""
    answer = client.post("/import", files={"actors": ("aktører.csv", rows.encode(), "text/csv")})
    assert answer.status_code == 200, answer.text
    sent = client.post(str(answer.url), data={**fields_of(answer.text), "do": "look"}, follow_redirects=True)
    for _ in range(200):
        if 'id="making"' not in sent.text:
            return sent.text
        time.sleep(0.1)
        sent = client.get(str(sent.url))
    raise TimeoutError("import")


def fields_of(html: str) -> dict[str, list[str]]:
    """The columns and what they are said to hold, as the form would send them."""
    headers = re.findall(r'name="header\.actors" value="([^"]*)"', html)
    chosen = re.findall(r'<select name="field\.actors".*?</select>', html, re.S)
    held = [match[1] if (match := re.search(r'value="([^"]*)" selected', each)) else "-" for each in chosen]
    return {"header.actors": headers, "field.actors": held}


def test_rejected_rows_say_why_in_danish(clients: dict[UserRole, TestClient], own: str) -> None:
    rows = (
        "Navn;Gruppe;Medlem;Breddegrad\n"
        ";Virksomhed;ja;\n"
        "Kløver A/S;Virksomhd;måske;100\n"
        "Græs ApS;Rumfart;ja;56,1\n"
        "Protein ApS;Virksomhed;ja;56,1;for;meget\n"
    )
    page = send(clients[UserRole.FACILITATOR], rows)
    assert english_in(page, own) == []
    for said in (
        "Navnet mangler.",
        "Ukendt aktørgruppe. Mente du “virksomhed”?",
        "Hverken ja eller nej.",
        "Uden for -90 til 90 grader.",
        "Den tilhørende længdegrad mangler.",
        "Rækken har 6 celler, overskrifterne 4.",
        "4 rækker, utf-8, adskilt af ;",
    ):
        assert said in page, said


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("tom.csv", b"", "tom.csv er tom."),
        ("side.csv", b"<html><p>Hej</p></html>", "side.csv er en webside og ikke en tabel."),
        ("by.csv", b"By;Land\nViborg;DK\n", "by.csv har ingen kolonne med aktørernes navne."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_danish(
    clients: dict[UserRole, TestClient], own: str, name: str, content: bytes, said: str
) -> None:
    client = clients[UserRole.FACILITATOR]
    answer = client.post("/import", files={"actors": (name, content, "text/csv")})
    if answer.status_code == 200:
        page = client.post(str(answer.url), data={**fields_of(answer.text), "do": "look"}).text
        for _ in range(200):
            if 'id="making"' not in page:
                break
            time.sleep(0.1)
            page = client.get(str(answer.url) + "/preview").text
    else:
        page = answer.text
    assert said in page
    assert english_in(page, own) == []


def test_an_impossible_schedule_says_why_in_danish(
    clients: dict[UserRole, TestClient], town: Workspace, own: str
) -> None:
    client = clients[UserRole.FACILITATOR]
    town.events.create("Tomt", event_id="tomt", zone="Europe/Copenhagen", who="tests")
    client.post("/events/tomt/schedule", data={"limit": "10"})
    for _ in range(100):
        page = client.get("/events/tomt/schedule").text
        if "Arrangementet har ingen mødetider." in page:
            break
        time.sleep(0.1)
    assert "Arrangementet har ingen mødetider." in page
    assert english_in(page, own) == []


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/builds?before=x", 422, "before: skal være et helt tal"),
        ("/specialisation?first=2022&last=2020", 422, "byt dem om"),
        ("/trends?part=nowhere", 422, "Beregningen har ingen delklynge “nowhere”."),
        ("/events/nowhere", 404, ""),
        ("/actors/nowhere", 404, ""),
        ("/comparison?before=2020&after=x", 422, "Vælg to dage"),
        ("/backtest?first=2022&last=2020", 422, ""),
        (f"/search?q={'x' * 20_000}", 414, "Adressen er længere end"),
    ],
)
def test_a_refused_request_says_why_in_danish(
    clients: dict[UserRole, TestClient], own: str, address: str, status: int, said: str
) -> None:
    answer = clients[UserRole.FACILITATOR].get(address)
    assert answer.status_code == status
    assert said in answer.text
    assert english_in(answer.text, own) == []
