"""Answers and notes over the API: who may say what, who sees what, and what follows in the lists."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.app import create_app
from service.grants import Role

A, B = "straw:1", "uni:1"


@pytest.fixture
def served(built_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "copy"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as workspace:
        yield workspace


@pytest.fixture
def callers(served: Workspace) -> dict[str, TestClient]:
    """A client for each role, the firms as ``a`` and ``b``."""
    app = create_app(served)
    wanted = {
        "facilitator": (UserRole.FACILITATOR, ""),
        "analyst": (UserRole.ANALYST, ""),
        "a": (UserRole.FIRM, A),
        "b": (UserRole.FIRM, B),
    }
    clients = {}
    for name, (role, actor_id) in wanted.items():
        _, key = served.users.create_key(name=name, role=role, actor_id=actor_id, who="tests")
        clients[name] = TestClient(
            app, base_url="http://127.0.0.1:8000", headers={"authorization": f"Bearer {key}"}
        )
    clients[Role.ANONYMOUS] = TestClient(app, base_url="http://127.0.0.1:8000")
    return clients


def listed(client: TestClient, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/answers?{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


def test_a_firm_answers_for_its_own_actor_and_no_other(callers: dict[str, TestClient]) -> None:
    said = {"answer": "declined", "reason": "too_far", "words": "Four hours"}
    own = callers["a"].put(f"/api/v1/actors/{A}/answers/{B}", json=said)
    assert own.status_code == 200
    assert own.json()["side"] == "firm"
    assert own.json()["on_behalf"] is False
    assert own.json()["who"] is None
    other = callers["a"].put(f"/api/v1/actors/{B}/answers/{A}", json=said)
    unknown = callers["a"].put(f"/api/v1/actors/nobody/answers/{A}", json=said)
    assert other.status_code == unknown.status_code == 404
    assert callers["a"].put(f"/api/v1/actors/{A}/answers/{B}", json={"answer": "never"}).status_code == 403
    assert callers["analyst"].put(f"/api/v1/actors/{A}/answers/{B}", json=said).status_code == 403
    assert callers["anonymous"].put(f"/api/v1/actors/{A}/answers/{B}", json=said).status_code == 401


def test_a_facilitators_word_for_a_firm_is_marked(callers: dict[str, TestClient]) -> None:
    boss = callers["facilitator"]
    given = boss.put(f"/api/v1/actors/{A}/answers/{B}", json={"answer": "interested"}).json()
    assert (given["side"], given["on_behalf"]) == ("firm", True)
    own = boss.put(f"/api/v1/actors/{A}/answers/{B}", json={"answer": "pinned"}).json()
    assert (own["side"], own["on_behalf"]) == ("facilitator", False)
    assert own["who"].startswith("key-")


def test_a_firm_sees_its_own_answers_and_anothers_only_when_both_are_interested(
    callers: dict[str, TestClient],
) -> None:
    callers["b"].put(f"/api/v1/actors/{B}/answers/{A}", json={"answer": "interested", "words": "Bravo"})
    callers["facilitator"].put(f"/api/v1/actors/{A}/answers/{B}", json={"answer": "pinned"})
    assert listed(callers["a"]) == []
    callers["a"].put(f"/api/v1/actors/{A}/answers/{B}", json={"answer": "known"})
    assert [each["answer"] for each in listed(callers["a"])] == ["known"]
    callers["a"].put(f"/api/v1/actors/{A}/answers/{B}", json={"answer": "interested"})
    assert {(each["seeker_id"], each["answer"]) for each in listed(callers["a"])} == {
        (A, "interested"),
        (B, "interested"),
    }
    assert len(listed(callers["facilitator"])) == 3
    assert callers["analyst"].get("/api/v1/answers").status_code == 403


def test_a_firm_takes_back_its_own_answer_and_never_a_facilitators(callers: dict[str, TestClient]) -> None:
    address = f"/api/v1/actors/{A}/answers/{B}"
    callers["facilitator"].put(address, json={"answer": "pinned"})
    assert callers["a"].delete(address).status_code == 404
    callers["a"].put(address, json={"answer": "interested"})
    assert callers["a"].delete(address).json()["answer"] == "interested"
    assert [each["answer"] for each in listed(callers["facilitator"])] == ["pinned"]
    callers["a"].put(address, json={"answer": "interested"})
    taken = callers["facilitator"].delete(f"{address}?side=facilitator")
    assert taken.json()["answer"] == "pinned"


def test_answers_are_filtered_and_sorted_by_a_list_of_names(callers: dict[str, TestClient]) -> None:
    boss = callers["facilitator"]
    for partner, said in ((B, "pinned"), ("gas:1", "hidden"), ("fibre:1", "interested")):
        boss.put(f"/api/v1/actors/{A}/answers/{partner}", json={"answer": said})
    assert [each["partner_id"] for each in listed(boss, "sort=partner")] == ["fibre:1", "gas:1", B]
    assert [each["partner_id"] for each in listed(boss, "sort=partner&direction=down")] == [
        B,
        "gas:1",
        "fibre:1",
    ]
    assert [each["answer"] for each in listed(boss, "side=firm")] == ["interested"]
    assert [each["answer"] for each in listed(boss, "actor=gas:1")] == ["hidden"]
    first = boss.get("/api/v1/answers?limit=2").json()
    rest = boss.get(f"/api/v1/answers?limit=2&cursor={first['next']}").json()
    assert len(first["items"]) + len(rest["items"]) == 3
    assert rest["next"] is None
    for wrong, field in (("sort=words", "sort"), ("by=x", "by"), ("direction=left", "direction")):
        refused = boss.get(f"/api/v1/answers?{wrong}")
        assert refused.status_code == 422
        assert refused.json()["field"] == field


@pytest.mark.parametrize(
    "body",
    [
        {"answer": "pinned", "reason": "too_far"},
        {"answer": "x"},
        {"answer": "interested", "words": "a\nb"},
        {"answer": "interested", "words": "x" * 501},
        {"answer": "interested", "more": 1},
        {},
    ],
)
def test_what_cannot_be_said_is_refused(callers: dict[str, TestClient], body: dict[str, Any]) -> None:
    answer = callers["facilitator"].put(f"/api/v1/actors/{A}/answers/{B}", json=body)
    assert answer.status_code == 422
    assert callers["facilitator"].get("/api/v1/answers").json()["items"] == []


def test_an_actor_and_itself_are_no_pair(callers: dict[str, TestClient]) -> None:
    for what, body in (("answers", {"answer": "pinned"}), ("notes", {"words": "x"})):
        answer = callers["facilitator"].put(f"/api/v1/actors/{A}/{what}/{A}", json=body)
        assert answer.status_code == 422


# Notes


def test_a_pair_has_one_note_whichever_is_named_first(callers: dict[str, TestClient]) -> None:
    boss = callers["facilitator"]
    written = boss.put(f"/api/v1/actors/{B}/notes/{A}", json={"words": " Call both in May. \n"})
    assert written.status_code == 200
    assert written.json()["words"] == "Call both in May."
    assert (written.json()["a"], written.json()["b"]) == (A, B)
    assert boss.get(f"/api/v1/actors/{A}/notes/{B}").json() == written.json()
    assert [each["words"] for each in boss.get("/api/v1/notes?q=MAY").json()["items"]] == [
        "Call both in May."
    ]
    assert boss.get("/api/v1/notes?q=june").json()["items"] == []
    assert boss.delete(f"/api/v1/actors/{A}/notes/{B}").status_code == 204
    assert boss.get(f"/api/v1/actors/{A}/notes/{B}").status_code == 404
    assert boss.delete(f"/api/v1/actors/{A}/notes/{B}").status_code == 404


def test_nobodys_words_are_lost_where_two_write_at_once(callers: dict[str, TestClient]) -> None:
    boss, address = callers["facilitator"], f"/api/v1/actors/{A}/notes/{B}"
    seen = boss.put(address, json={"words": "one"}).headers["etag"]
    boss.put(address, json={"words": "two"})
    stale = boss.put(address, json={"words": "three"}, headers={"if-match": seen})
    assert stale.status_code == 412
    assert boss.get(address).json()["words"] == "two"
    current = boss.get(address).headers["etag"]
    assert boss.put(address, json={"words": "three"}, headers={"if-match": current}).status_code == 200


def test_notes_are_for_facilitators_alone(callers: dict[str, TestClient]) -> None:
    callers["facilitator"].put(f"/api/v1/actors/{A}/notes/{B}", json={"words": "secret"})
    for name in ("a", "b", "analyst"):
        assert callers[name].get("/api/v1/notes").status_code == 403
        assert callers[name].get(f"/api/v1/actors/{A}/notes/{B}").status_code == 403
        assert callers[name].put(f"/api/v1/actors/{A}/notes/{B}", json={"words": "x"}).status_code == 403
    assert callers["anonymous"].get("/api/v1/notes").status_code == 401


# In the lists


def pairs(client: TestClient, query: str) -> list[tuple[str, str]]:
    answer = client.get(f"/api/v1/proposals?top=3&{query}")
    assert answer.status_code == 200, answer.text
    return [(each["seeker"]["id"], each["partner"]["id"]) for each in answer.json()["items"]]


def test_what_is_hidden_is_in_no_list_and_can_be_found(callers: dict[str, TestClient]) -> None:
    boss = callers["facilitator"]
    one, other = pairs(boss, "limit=1")[0]
    boss.put(f"/api/v1/actors/{one}/answers/{other}", json={"answer": "hidden"})
    assert (one, other) not in pairs(boss, "limit=200")
    hidden = boss.get("/api/v1/proposals?marked=hidden").json()["items"]
    assert [(each["seeker"]["id"], each["partner"]["id"]) for each in hidden] == [(one, other)]
    assert hidden[0]["rank"] == 0
    assert hidden[0]["answers"][0]["answer"] == "hidden"
    boss.delete(f"/api/v1/actors/{one}/answers/{other}")
    assert (one, other) in pairs(boss, "limit=200")
    assert boss.get("/api/v1/proposals?marked=hidden").json()["items"] == []


def test_marks_filter_the_list(callers: dict[str, TestClient]) -> None:
    boss = callers["facilitator"]
    (one, other), (third, fourth) = pairs(boss, "limit=2&once=true")
    boss.put(f"/api/v1/actors/{one}/answers/{other}", json={"answer": "pinned"})
    boss.put(f"/api/v1/actors/{fourth}/notes/{third}", json={"words": "Later"})
    assert {frozenset(each) for each in pairs(boss, "marked=pinned")} == {frozenset((one, other))}
    assert {frozenset(each) for each in pairs(boss, "marked=noted")} == {frozenset((third, fourth))}
    assert frozenset((one, other)) not in {frozenset(each) for each in pairs(boss, "marked=unanswered")}
    noted = boss.get("/api/v1/proposals?top=3&marked=noted").json()["items"]
    assert noted[0]["note"]["words"] == "Later"


def test_every_order_turns_round_and_holds_the_same(callers: dict[str, TestClient]) -> None:
    boss = callers["facilitator"]
    every = pairs(boss, "limit=200")
    for sort in ("rank", "score", "seeker", "partner", "groups", "sub_cluster", "new", "exposure"):
        for direction in ("up", "down"):
            paged: list[tuple[str, str]] = []
            cursor = ""
            while cursor is not None:
                answer = boss.get(
                    f"/api/v1/proposals?top=3&sort={sort}&direction={direction}&limit=7&cursor={cursor}"
                ).json()
                paged += [(each["seeker"]["id"], each["partner"]["id"]) for each in answer["items"]]
                cursor = answer["next"]
            assert sorted(paged) == sorted(every), sort
    rows = boss.get("/api/v1/proposals?top=3&sort=exposure&limit=200").json()["items"]
    assert [each["exposure"] for each in rows] == sorted((each["exposure"] for each in rows), reverse=True)
    refused = boss.get("/api/v1/proposals?sort=luck")
    assert (refused.status_code, refused.json()["field"]) == (422, "sort")


def test_a_note_is_a_new_answer_for_clients_that_keep_one(callers: dict[str, TestClient]) -> None:
    boss = callers["facilitator"]
    tag = boss.get("/api/v1/proposals?top=3").headers["etag"]
    assert boss.get("/api/v1/proposals?top=3", headers={"if-none-match": tag}).status_code == 304
    boss.put(f"/api/v1/actors/{A}/notes/{B}", json={"words": "new"})
    assert boss.get("/api/v1/proposals?top=3", headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("/api/v1/actors?sort=group", "group"),
        ("/api/v1/actors?sort=name", "name"),
        ("/api/v1/sub-clusters?sort=label", "label"),
    ],
)
def test_other_collections_are_sorted_too(callers: dict[str, TestClient], address: str, key: str) -> None:
    boss = callers["facilitator"]
    up = [each[key] for each in boss.get(f"{address}&direction=up").json()["items"]]
    down = [each[key] for each in boss.get(f"{address}&direction=down").json()["items"]]
    assert up == down[::-1]
    assert len(up) > 0
    cursor = boss.get(f"{address}&limit=1").json()["next"]
    if cursor:
        assert boss.get(f"{address}&limit=1&cursor={cursor}").status_code == 200
        assert boss.get(f"{address}&direction=down&limit=1&cursor={cursor}").status_code == 422


def test_unknown_names_are_refused_and_named(callers: dict[str, TestClient]) -> None:
    for address in ("actors", "sub-clusters", "spin-offs", "events", "proposals", "answers"):
        for query, field in (("sort=luck", "sort"), ("colour=red", "colour")):
            answer = callers["facilitator"].get(f"/api/v1/{address}?{query}")
            assert answer.status_code == 422, address
            assert answer.json()["field"] == field
