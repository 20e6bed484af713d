"""The cluster's proposals, the balance and teams over the API, and what works the lists out beside the handlers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import HTTPException
from fastapi.testclient import TestClient

from matchmaker.store.connections import connect
from matchmaker.workspace import Workspace
from service.app import create_app
from service.balancing import CURVE, WAITING, Balancing, Kept, Lists, on_step
from tests.service.tiny_cluster import ACTORS, HEADERS, write_csv

BASE = "http://127.0.0.1:8000"
GROUP_OF = {actor[0]: actor[2] for actor in ACTORS}
IDEA = "Straw is pressed into bales. Cellulose of straw becomes textile fibres. Food waste becomes biogas."


def all_pages(client: TestClient, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while cursor is not None:
        answer = client.get(f"{address}&cursor={cursor}")
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next"]
    return found


# Proposals


def test_the_pages_hold_every_proposal_of_the_library_once(client: TestClient, workspace: Workspace) -> None:
    wanted = [
        (match.seeker_id, match.partner_id, round(match.score, 6))
        for matches in workspace.published().proposals(balance=0.35, top=3)
        for match in matches
    ]
    listed = all_pages(client, "/api/v1/proposals?balance=0.35&top=3&limit=4")
    assert [
        (each["seeker"]["id"], each["partner"]["id"], round(each["score"], 6)) for each in listed
    ] == wanted
    assert wanted


def test_a_proposal_crosses_groups_and_its_reasons_add_up(client: TestClient) -> None:
    listed = all_pages(client, "/api/v1/proposals?top=4")
    pairs = {(each["seeker"]["id"], each["partner"]["id"]) for each in listed}
    for each in listed:
        seeker, partner = each["seeker"]["id"], each["partner"]["id"]
        assert GROUP_OF[seeker] != GROUP_OF[partner]
        assert each["score"] == pytest.approx(sum(reason["points"] for reason in each["reasons"]))
        assert each["mutual"] == ((partner, seeker) in pairs)
        assert 1 <= each["rank"] <= 4


def test_one_actors_list_is_its_part_of_the_whole(client: TestClient) -> None:
    whole = all_pages(client, "/api/v1/proposals?balance=0.5")
    own = all_pages(client, "/api/v1/proposals?balance=0.5&actor=uni:1")
    assert own == [each for each in whole if each["seeker"]["id"] == "uni:1"]
    assert own
    assert client.get("/api/v1/proposals?actor=nobody").status_code == 404


def test_new_lists_hold_nobody_who_is_known(client: TestClient) -> None:
    assert any(each["known"] for each in all_pages(client, "/api/v1/proposals?top=5"))
    assert not any(each["known"] for each in all_pages(client, "/api/v1/proposals?top=5&new=true"))


@pytest.mark.parametrize("balance", ["0.33", "1.05", "-0.05", "NaN", "inf", "x"])
def test_a_balance_between_two_steps_is_refused_and_named(client: TestClient, balance: str) -> None:
    answer = client.get(f"/api/v1/proposals?balance={balance}")
    assert answer.status_code == 422
    assert answer.json()["field"] == "balance"


def test_every_step_is_a_balance(client: TestClient) -> None:
    for step in range(21):
        assert client.get(f"/api/v1/proposals?limit=1&top=2&balance={step / 20}").status_code == 200


def test_a_cursor_of_another_list_is_refused(client: TestClient) -> None:
    cursor = client.get("/api/v1/proposals?balance=0.2&limit=1").json()["next"]
    assert cursor
    for other in ("balance=0.3", "balance=0.2&top=3", "balance=0.2&new=true"):
        assert client.get(f"/api/v1/proposals?{other}&cursor={cursor}").status_code == 422
    elsewhere = client.get("/api/v1/actors?limit=1").json()["next"]
    assert client.get(f"/api/v1/proposals?balance=0.2&cursor={elsewhere}").status_code == 422


def test_the_curve_goes_from_best_for_each_to_fair_for_all(client: TestClient, workspace: Workspace) -> None:
    answer = client.get("/api/v1/balance?top=3").json()
    assert answer["next"] is None
    measured = workspace.published().balance_curve(CURVE, top=3)
    assert [each["balance"] for each in answer["items"]] == list(CURVE)
    assert [each["gini"] for each in answer["items"]] == [each.gini for each in measured]
    assert answer["items"][-1]["gini"] <= answer["items"][0]["gini"]


def test_a_kept_answer_is_304_until_something_changes(client: TestClient) -> None:
    for address in ("/api/v1/proposals", "/api/v1/balance"):
        tag = client.get(address).headers["ETag"]
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_further_afield_other_reasons_count(client: TestClient) -> None:
    def kinds(afield: str) -> set[str]:
        items = client.get(f"/api/v1/actors/uni:1/suggestions?afield={afield}").json()["items"]
        return {reason["kind"] for each in items for reason in each["reasons"]}

    assert "new_ground" not in kinds("0")
    assert "new_ground" in kinds("0.7")
    assert "similarity" not in kinds("1")
    assert client.get("/api/v1/actors/uni:1/suggestions?afield=1.1").json()["field"] == "afield"


# What changed after the build


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "workspace", create=True) as opened:
        opened.import_table(write_csv(tmp_path / "actors.csv", HEADERS, ACTORS), who="test")
        opened.build()
        yield opened


def erase(workspace: Workspace, actor_id: str) -> None:
    connection = connect(workspace.folder / "matchmaker.sqlite", read_only=False)
    with connection:
        connection.execute("DELETE FROM actors WHERE id = ?", (actor_id,))
    connection.close()


def test_erased_actors_and_withdrawn_words_are_in_no_proposal_and_no_team(editor: Workspace) -> None:
    with TestClient(create_app(editor, open_here=True), base_url=BASE) as client:
        question = {"idea": IDEA, "least": 6, "most": 8}
        before = (
            client.get("/api/v1/proposals?limit=200").text + client.post("/api/v1/team", json=question).text
        )
        assert "straw:1" in before
        assert "We spin textile fibres" in before or "Textile fibres from cellulose" in before
        erase(editor, "straw:1")
        editor.edit_actor(
            "fibre:1",
            {"name": "Zeppelins", "description": "We fly.", "offers": ["Flights"], "requests": ["Gas"]},
            who="test",
        )
        after = (
            client.get("/api/v1/proposals?limit=200").text + client.post("/api/v1/team", json=question).text
        )
        pages = client.get("/proposals?top=20").text + client.get(f"/team?idea={IDEA}&least=6&most=8").text
        for gone in (
            "straw:1",
            "Limfjord Straw",
            "We spin textile fibres",
            "Textile fibres from cellulose",
            "Fjord Fibres",
        ):
            assert gone not in after + pages
        refused = client.post("/api/v1/team", json={"idea": IDEA, "include": ["straw:1"]})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "include"


# Teams


def test_a_team_says_who_covers_what_in_whose_words(client: TestClient) -> None:
    body = client.post("/api/v1/team", json={"idea": IDEA, "most": 5}).json()
    assert [part["label"] for part in body["parts"]] == [
        "Straw is pressed into bales.",
        "Cellulose of straw becomes textile fibres.",
        "Food waste becomes biogas.",
    ]
    assert 3 <= len(body["members"]) <= 5
    for member in body["members"]:
        assert member["group"] == GROUP_OF[member["id"]]
        for cover in member["covers"]:
            assert 0 <= cover["part"] < 3
            assert cover["quote"]["text"]


def test_a_team_keeps_what_is_asked_of_it(client: TestClient) -> None:
    question = {
        "idea": IDEA,
        "least": 3,
        "most": 4,
        "groups": {"public_body": 1},
        "regions": ["DK"],
        "include": ["uni:2"],
        "exclude": ["fibre:1"],
    }
    body = client.post("/api/v1/team", json=question).json()
    ids = [member["id"] for member in body["members"]]
    assert "uni:2" in ids
    assert "town:1" in ids
    assert "fibre:1" not in ids
    assert [member["id"] for member in body["members"] if member["included"]] == ["uni:2"]


def test_everything_that_cannot_be_is_told_at_once(client: TestClient) -> None:
    question = {"idea": " ", "least": 9, "most": 2, "groups": {"public_body": 3}, "exclude": ["nobody"]}
    body = client.post("/api/v1/team", json=question).json()
    assert body["status"] == 422
    assert [each["field"] for each in body["errors"]] == ["idea", "least", "groups", "exclude", "groups"]


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"idea": "x", "size": 3},
        {"idea": "x", "least": 0},
        {"idea": "x", "most": 51},
        {"idea": "x", "most": "3"},
        {"idea": "x", "groups": {"friends": 1}},
        {"idea": "x", "groups": {"company": -1}},
        {"idea": "x", "regions": "DK"},
        {"idea": "x" * 10_001},
        {"idea": "\x00"},
    ],
)
def test_a_question_of_another_shape_is_refused(client: TestClient, question: dict[str, object]) -> None:
    assert client.post("/api/v1/team", json=question).status_code == 422


def test_a_team_needs_json(client: TestClient) -> None:
    assert client.post("/api/v1/team", data={"idea": "x"}).status_code == 415


def test_one_actor_alone_has_no_team_and_no_proposals(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "w", create=True) as opened:
        opened.import_table(
            write_csv(tmp_path / "a.csv", ("id", "name", "group"), (("a", "A", "company"),)), who="t"
        )
        opened.build()
        with TestClient(create_app(opened, open_here=True), base_url=BASE) as client:
            assert client.get("/api/v1/proposals").json()["items"] == []
            assert {each["coverage"] for each in client.get("/api/v1/balance").json()["items"]} == {0}
            assert client.post("/api/v1/team", json={"idea": IDEA}).json()["field"] == "least"
            assert len(client.post("/api/v1/team", json={"idea": IDEA, "least": 1}).json()["members"]) == 1


# Worked out beside the handlers


def test_what_is_kept_is_worked_out_once() -> None:
    kept: Kept[int] = Kept("test", kept=2)
    done: list[str] = []

    def work(name: str) -> int:
        done.append(name)
        return len(done)

    for name in ("a", "b", "a", "a", "c", "a", "b"):
        kept.get(name, lambda name=name: work(name), patience=5)
    assert done == ["a", "b", "c", "b"]
    kept.close()


def test_a_request_does_not_wait_for_ever_and_the_work_goes_on() -> None:
    kept: Kept[str] = Kept("test", kept=4)
    gate = threading.Event()

    def slow() -> str:
        gate.wait(30)
        return "done"

    assert kept.get("a", slow, patience=0.01) is None
    for number in range(WAITING - 1):
        assert kept.get(number, lambda: "", patience=0) is None
    with pytest.raises(HTTPException) as refusal:
        kept.get("one too many", lambda: "", patience=0)
    assert refusal.value.status_code == 503
    assert refusal.value.headers
    assert int(refusal.value.headers["Retry-After"]) > 0
    gate.set()
    assert kept.get("a", slow, patience=30) == "done"
    kept.close()


def test_work_that_failed_is_tried_again() -> None:
    kept: Kept[int] = Kept("test", kept=4)

    def broken() -> int:
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        kept.get("a", broken, patience=5)
    assert kept.get("a", lambda: 1, patience=5) == 1
    kept.close()


def test_while_lists_are_being_worked_out_the_answer_says_when_to_come_back(workspace: Workspace) -> None:
    app = create_app(workspace, open_here=True)
    gate = threading.Event()
    balancing = app.state.balancing = Balancing(patience=0.01)
    for kept in (balancing._lists, balancing._curves):
        kept.get("slow", lambda: gate.wait(60), patience=0)  # type: ignore[arg-type, return-value]
    try:
        with TestClient(app, base_url=BASE) as client:
            for address in ("/api/v1/proposals", "/proposals", "/proposals/download"):
                answer = client.get(address)
                assert answer.status_code == 503, address
                assert int(answer.headers["Retry-After"]) > 0
            assert client.get("/healthz").status_code == 200
            assert client.get("/api/v1/actors").status_code == 200
            gate.set()
    finally:
        gate.set()


def test_what_waited_when_the_app_stopped_is_worked_out_after_the_next_start() -> None:
    kept: Kept[int] = Kept("test", kept=4)
    gate = threading.Event()
    assert kept.get("first", lambda: int(gate.wait(30)), patience=0.01) is None
    assert kept.get("waiting", lambda: 2, patience=0) is None
    kept.close()
    assert kept.get("waiting", lambda: 3, patience=10) == 3
    gate.set()
    assert kept.get("first", lambda: 4, patience=10) == 1
    kept.close()


def test_a_balance_is_rounded_to_its_step() -> None:
    assert [on_step(value) for value in (0, 0.024, 0.026, 0.33, 0.999, 1)] == [0, 0, 0.05, 0.35, 1, 1]


def test_another_edition_uses_the_same_lists_and_another_build_its_own(editor: Workspace) -> None:
    balancing = Balancing()
    wanted = Lists(0.5, 5, False)
    first = balancing.lists(editor.published(), wanted)
    editor.edit_actor("gas:1", {"description": "We fly."}, who="test")
    assert balancing.lists(editor.published(), wanted) is first
    editor.build()
    assert balancing.lists(editor.published(), wanted) is not first
    balancing.close()
