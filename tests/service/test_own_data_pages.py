"""A firm's own data: everything in one file, deletion asked for, and its own trail."""

from __future__ import annotations

import json
from io import BytesIO

from openpyxl import load_workbook

from matchmaker.answers import AnswerKind, Judgement
from tests.service.firms import CANARIES, DRAFT, FIBRE, INTERESTED, STRAW, UNI, Town, meet


def test_everything_that_is_held_comes_in_one_file(town: Town) -> None:
    meet(town.workspace)
    town.workspace.answer(UNI, FIBRE, INTERESTED, who="tests")
    town.workspace.answer(STRAW, UNI, Judgement(AnswerKind.DECLINED, words="Not these"), who="tests")
    held = json.loads(town["uni"].get("/my/data/held.json").content)
    assert held["actor"]["id"] == UNI
    assert held["drafts"][0]["text"] == DRAFT
    assert held["contacts"][0]["email"] == CANARIES[1]
    assert [each["partner"] for each in held["answers"]] == [FIBRE]
    assert held["me"]["email"] == "uni@x.example"
    assert held["events"][0]["participant"]["id"] == "p2"
    assert "Not these" not in json.dumps(held), "what others said is theirs"
    assert "password" not in json.dumps(held)
    book = load_workbook(BytesIO(town["uni"].get("/my/data/held.xlsx").content))
    assert {"actor", "drafts", "contacts", "answers"} <= set(book.sheetnames)
    assert town["uni"].get("/my/data/held.exe").status_code == 404


def test_a_firm_asks_to_be_deleted_and_takes_it_back(town: Town) -> None:
    straw, kept = town["straw"], town.workspace.firms.kept
    straw.post("/my/data", data={"do": "leave"})
    assert [each.actor_id for each in kept.leaving()] == [STRAW]
    assert "You have asked" in straw.get("/my").text
    assert "asked to be deleted" in town["facilitator"].get(f"/actors/{STRAW}").text
    assert "asked to be deleted" not in town["uni"].get(f"/actors/{STRAW}").text
    straw.post("/my/data", data={"do": "stay"})
    assert kept.leaving() == ()


def test_deleting_ones_user_takes_ones_address_and_ends_the_session(town: Town) -> None:
    straw = town["straw"]
    wrong = straw.post("/my/data", data={"do": "delete_me", "email": "uni@x.example"})
    assert wrong.status_code == 422
    assert len([each for each in town.workspace.users.users() if each.email == "straw@x.example"]) == 1
    gone = straw.post("/my/data", data={"do": "delete_me", "email": " Straw@X.example "})
    assert gone.headers["location"] == "/sign-in"
    assert straw.get("/my").status_code == 303
    assert "straw@x.example" not in {each.email for each in town.workspace.users.users()}
    assert town.workspace.actor(STRAW).name == "Limfjord Straw"


def test_the_own_trail_leaves_out_what_facilitators_think(town: Town) -> None:
    town.workspace.answer(STRAW, UNI, Judgement(AnswerKind.HIDDEN), who="tests")
    town.workspace.answer(STRAW, UNI, INTERESTED, who="tests")
    page = town["straw"].get("/my/data").text
    trail = page.split('id="trail"')[1]
    assert trail.count("Answer: given") == 1
    assert [
        each.after.get("answer")
        for each in town.workspace.firms.trail(STRAW)
        if each.subject_kind == "answer"
    ] == ["interested"]
