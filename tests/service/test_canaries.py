"""What is private to one firm is in no answer to another, on any address that a firm can read."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from matchmaker.answers import AnswerKind, DeclineReason, Judgement
from matchmaker.events import Attendee, Person, Preference, PreferenceKind, Session, Table
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.app import create_app
from service.permissions import RULES, Role

A, B = "straw:1", "uni:1"
SECRETS = {
    "answer": "kanariegul",
    "note": "kanarienote",
    "person": "kanariesen",
    "wish": "kanarieonske",
    "user": "kanariebruger",
    "mail": "kanarie@post.example",
}
"""Words that stand in what is private to ``B``, or to facilitators, and nowhere else."""
FILLED = {
    "actor_id": B,
    "actor_id:path": B,
    "partner_id": A,
    "event_id": "spring",
    "participant_id": "p1",
    "sub_cluster_id": "",
    "sub_cluster_id:path": "",
    "number": "1",
    "token": "x",
    "ending": "csv",
    "what": "participants",
    "sender": "p1",
    "recipient": "p2",
    "target_id": "x",
}


@pytest.fixture(scope="module")
def planted(built_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("canaries") / "workspace"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as workspace:
        said = Judgement(AnswerKind.DECLINED, DeclineReason.OTHER, SECRETS["answer"])
        workspace.answer(B, "fibre:1", said, who="tests")
        workspace.answer(B, A, Judgement(AnswerKind.INTERESTED, words=SECRETS["answer"]), who="tests")
        workspace.answer(A, B, Judgement(AnswerKind.PINNED, words=SECRETS["note"]), who="tests")
        workspace.curating.note([(A, B), (B, "fibre:1")], SECRETS["note"], who="tests")
        workspace.users.add(
            name=SECRETS["user"], email=SECRETS["mail"], role=UserRole.FIRM, actor_id=B, who="tests"
        )
        starts = datetime(2027, 3, 4, 9)
        workspace.events.create(
            "Spring",
            zone="UTC",
            sessions=(Session("Morning", starts, starts.replace(hour=11), 20),),
            tables=(Table("1"),),
            event_id="spring",
            who="tests",
        )
        person = Person(f"Bo {SECRETS['person']}", "bo@uni.example")
        workspace.events.attend("spring", [Attendee("p1", B, (person,)), Attendee("p2", A)], who="tests")
        wish = Preference("p1", "p2", PreferenceKind.MEET, "p1", SECRETS["wish"])
        workspace.events.prefer("spring", [wish], who="tests")
        yield workspace


@pytest.fixture(scope="module")
def firms(planted: Workspace) -> dict[str, TestClient]:
    app = create_app(planted)
    clients = {}
    for name, actor_id in (("a", A), ("b", B)):
        _, key = planted.users.create_key(name=name, role=UserRole.FIRM, actor_id=actor_id, who="tests")
        clients[name] = TestClient(
            app,
            base_url="http://127.0.0.1:8000",
            headers={"authorization": f"Bearer {key}"},
            raise_server_exceptions=False,
        )
    return clients


def addresses(workspace: Workspace) -> list[str]:
    """Every address that answers GET, about ``B`` wherever it is about somebody."""
    largest = workspace.published().sub_clusters()[0].id
    filled = FILLED | {"sub_cluster_id": largest, "sub_cluster_id:path": largest}
    found = []
    for method, template in RULES:
        if method == "GET":
            found.append(
                re.sub(r"{([^}]+)}", lambda match: quote(filled.get(match[1], "x"), safe=""), template)
            )
    queries = ("", "?q=kanarie", f"?actor={quote(B)}", "?limit=200", "?side=facilitator", "?text=kanarie")
    return [f"{path}{query}" for path in found for query in queries]


def test_nothing_private_to_one_firm_is_in_an_answer_to_another(
    firms: dict[str, TestClient], planted: Workspace
) -> None:
    asked = addresses(planted)
    assert len(asked) > 300
    reached = 0
    for address in asked:
        answer = firms["a"].get(address)
        reached += answer.status_code == 200
        # What was asked for may be told back; nothing else of the planted words.
        text = answer.text.casefold().replace("?q=kanarie", "").replace("text=kanarie", "")
        told = [word for word in SECRETS.values() if word in text]
        assert told == [], (address, answer.status_code)
    assert reached > 50


def test_no_list_of_another_firm_can_be_read(firms: dict[str, TestClient]) -> None:
    for address in (f"/api/v1/actors/{quote(B)}/suggestions", f"/api/v1/proposals?actor={quote(B)}"):
        assert firms["a"].get(address).status_code in (403, 404)
    unknown = firms["a"].get("/api/v1/actors/nobody/suggestions").json()
    others = firms["a"].get(f"/api/v1/actors/{quote(B)}/suggestions").json()
    assert {**unknown, "request_id": "", "detail": ""} == {**others, "request_id": "", "detail": ""}


def test_a_firm_is_told_what_is_its_own(firms: dict[str, TestClient]) -> None:
    """The planted words are there to be found: the firm itself reads its own answers."""
    assert SECRETS["answer"] in firms["b"].get("/api/v1/answers").text
    assert SECRETS["note"] not in firms["b"].get("/api/v1/answers").text


def test_no_address_of_a_firm_is_left_out(firms: dict[str, TestClient], planted: Workspace) -> None:
    open_to_firms = {
        path for (method, path), rule in RULES.items() if method == "GET" and Role.FIRM in rule.roles
    }
    asked = {re.sub(r"\?.*", "", address) for address in addresses(planted)}
    assert len(asked) >= len(open_to_firms)
