"""Every page in Danish: what is marked as English, or reads as English, is somebody's own text."""

from __future__ import annotations

import csv
import re
import shutil
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
    r"\b(the|is|are|was|were|of|and|not|cannot|there|this|with|which|has|have|nothing|been)\b", re.I
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
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if text and not OWN_WORDS & {tag for tag, _ in self.open}:
            self.found.append((self.open[-1][1] if self.open else "", text))


def english_in(html: str, own: str) -> list[str]:
    """What a page says in English that is not a part of ``own``, the texts of the cluster."""
    texts = Texts()
    texts.feed(html)
    wrong = []
    for language, text in texts.found:
        if text in own or text == "English":
            continue
        bare = re.sub(r"“[^”]*”", "", text)
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
    seen = 0
    for path in pages(values):
        for _ in range(100):
            answer = client.get(path)
            if answer.status_code != 503:
                break
        assert answer.status_code < 500, path
        seen += answer.status_code == 200
        if english := english_in(answer.text, own):
            wrong[path] = english
    assert wrong == {}
    assert seen > 5
