"""Duplicates and thin profiles over HTTP: side by side, merged, told apart, undone; sheets that go out and come back."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.app import create_app
from service.recognising import Recognising
from tests.service.firms import field
from tests.service.tiny_cluster import HEADERS, write_csv

TWIN = ("gas:2", "Holstebro Biogas ApS", "supplier", "Biogas.", "Varme", "", "DK", "DK041", "yes")


@pytest.fixture
def opened(built_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "workspace"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as workspace:
        workspace.import_table(write_csv(tmp_path / "twin.csv", HEADERS, [TWIN]), who="tests")
        yield workspace


@pytest.fixture
def client(opened: Workspace) -> TestClient:
    return TestClient(
        create_app(opened, open_here=True),
        base_url="http://127.0.0.1:8000",
        headers={"accept-language": "en"},
        raise_server_exceptions=False,
        follow_redirects=False,
    )


def test_two_are_compared_merged_and_made_two_again(client: TestClient, opened: Workspace) -> None:
    before = opened.content()
    assert "Holstebro Biogas ApS" in client.get("/duplicates").text
    page = client.get("/duplicates/pair?a=gas:1&b=gas:2").text
    assert "Are these two the same?" in page
    data = {"a": "gas:1", "b": "gas:2", "keep": "a", "field.name": "b", "field.offers": "both", "do": "merge"}
    done = client.post("/duplicates/pair", data=data).headers["location"]
    assert opened.actor("gas:1").name == "Holstebro Biogas ApS"
    assert len(opened.actor("gas:1").offers) == 2
    page = client.get(done).text
    assert "Undo" in page
    number = opened.identity.merges()[0].number
    assert (
        client.post("/duplicates", data={"do": "undo", "merge": str(number)}).headers["location"]
        == "/duplicates?done=undone"
    )
    assert opened.content() == before


def test_every_differing_field_is_shown_side_by_side_with_one_value_chosen(
    client: TestClient, opened: Workspace
) -> None:
    pair = opened.identity.between("gas:1", "gas:2")
    page = client.get("/duplicates/pair?a=gas:2&b=gas:1").text
    sent = set(re.findall(r'type="radio" name="field\.(\w+)"', page))
    assert sent == set(pair.differing)
    assert {"name", "description", "offers"} <= sent
    assert "size" not in sent
    for name in sent:
        assert len(re.findall(rf'name="field\.{name}" value="\w+" checked', page)) == 1
    assert field(page, "edition") == pair.edition


def test_what_was_chosen_of_each_field_is_kept_and_undoing_restores_both(
    client: TestClient, opened: Workspace
) -> None:
    before = opened.content()
    pair = opened.identity.between("gas:1", "gas:2")
    for keep, away in (("a", "b"), ("b", "a")):
        stays = {"a": "gas:1", "b": "gas:2"}[keep]
        for name in pair.differing:
            for side in (keep, away):
                page = client.get("/duplicates/pair?a=gas:1&b=gas:2").text
                data = {
                    **dict(re.findall(r'name="(field\.\w+)" value="(\w+)" checked', page)),
                    **{each: field(page, each) for each in ("a", "b", "edition")},
                    "keep": keep,
                    f"field.{name}": side,
                    "do": "merge",
                }
                done = client.post("/duplicates/pair", data=data)
                assert done.headers["location"].startswith("/duplicates?done=merged")
                assert getattr(opened.actor(stays), name) == getattr(getattr(pair, side), name)
                number = str(opened.identity.merges()[0].number)
                client.post("/duplicates", data={"do": "undo", "merge": number})
                assert (opened.actor("gas:1"), opened.actor("gas:2")) == (pair.a, pair.b)
    assert opened.content() == before


def test_a_profile_that_changed_while_somebody_chose_is_not_merged_and_no_choice_is_lost(
    client: TestClient, opened: Workspace
) -> None:
    page = client.get("/duplicates/pair?a=gas:1&b=gas:2").text
    data = {each: field(page, each) for each in ("a", "b", "edition")}
    opened.edit_actor("gas:2", {"size": "77"}, who="tests")
    answer = client.post(
        "/duplicates/pair",
        data={**data, "keep": "b", "field.name": "a", "field.offers": "b", "do": "merge"},
        headers={"accept-language": "da"},
    )
    assert answer.status_code == 412
    assert 'role="alert"' in answer.text
    assert "En anden har ændret" in answer.text
    assert "77" in answer.text
    for chosen in ('name="keep" value="b" checked', 'name="field.name" value="a" checked'):
        assert chosen in answer.text
    assert 'name="field.offers" value="b" checked' in answer.text
    assert opened.actor("gas:2").size == "77"
    assert opened.identity.merges() == ()
    # What it shows now can be sent.
    again = {**data, "edition": field(answer.text, "edition"), "keep": "b", "field.name": "a", "do": "merge"}
    assert client.post("/duplicates/pair", data=again).status_code == 303


@pytest.mark.parametrize(
    ("name", "choice", "said"),
    [
        ("size", "a", "size is the same in both"),
        ("shoe", "a", "is no field to choose"),
        ("id", "b", "is no field to choose"),
        ("name", "both", "can be chosen from keep or away"),
        ("name", "c", "can be chosen from keep or away"),
        ("offers", "", "can be chosen from keep or away"),
    ],
)
def test_a_choice_that_there_is_not_is_refused_on_the_page(
    client: TestClient, opened: Workspace, name: str, choice: str, said: str
) -> None:
    data = {"a": "gas:1", "b": "gas:2", "keep": "a", f"field.{name}": choice, "do": "merge"}
    answer = client.post("/duplicates/pair", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert opened.identity.merges() == ()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"size": "keep"}, "size is the same in both"),
        ({"name": "away", "size": "away"}, "size is the same in both"),
        ({"shoe": "away"}, "'shoe' is no field to choose"),
        ({"name": "both"}, "name can be chosen from keep or away"),
    ],
)
def test_a_choice_that_there_is_not_is_refused_to_programs(
    client: TestClient, opened: Workspace, fields: dict[str, str], said: str
) -> None:
    before = opened.content()
    body = {"keep": "gas:1", "away": "gas:2", "fields": fields}
    answer = client.post("/api/v1/duplicates/merge", json=body)
    assert answer.status_code == 422
    assert said in answer.text
    assert opened.content() == before


def test_programs_are_told_that_a_profile_changed_since_they_looked(
    client: TestClient, opened: Workspace
) -> None:
    pair = client.get("/api/v1/duplicates?q=holstebro").json()["items"][0]
    opened.edit_actor("gas:1", {"size": "77"}, who="tests")
    body = {"keep": "gas:1", "away": "gas:2", "fields": {"name": "away"}, "edition": pair["edition"]}
    answer = client.post("/api/v1/duplicates/merge", json=body)
    assert answer.status_code == 412
    assert answer.json()["type"].endswith("actor-changed")
    assert opened.identity.merges() == ()
    body["edition"] = opened.identity.between("gas:1", "gas:2").edition
    assert client.post("/api/v1/duplicates/merge", json=body).status_code == 200
    assert (opened.actor("gas:1").name, opened.actor("gas:1").size) == ("Holstebro Biogas ApS", "77")


def test_an_old_link_leads_to_what_the_actor_became(client: TestClient, opened: Workspace) -> None:
    opened.identity.merge("gas:1", "gas:2", who="tests")
    answer = client.get("/actors/gas:2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/actors/gas:1")
    assert client.get("/actors/nobody:1").status_code == 404


def test_whoever_is_erased_is_not_shown_while_pairs_are_looked_for_again(opened: Workspace) -> None:
    recognising = Recognising()
    found = recognising.duplicates(opened)
    assert found is not None
    assert ("gas:1", "gas:2") in {each.suspicion.pair for each in found[0]}
    opened.erase_actor("gas:2", who="tests")
    again = recognising.duplicates(opened, patience=0.0)
    assert again is not None
    assert all("gas:2" not in each.suspicion.pair for each in again[0])
    recognising.close()


def test_a_pair_told_apart_does_not_take_the_place_of_one_that_is_so_no_longer(opened: Workspace) -> None:
    recognising = Recognising()

    def listed() -> set[tuple[str, str]]:
        found = recognising.duplicates(opened, patience=60.0)
        assert found is not None
        assert found[1], "it is of now"
        return {each.suspicion.pair for each in found[0]}

    first, second = sorted(listed())
    opened.identity.not_the_same(*first, who="tests")
    assert listed() == {second}
    opened.identity.not_the_same(*second, who="tests")
    opened.identity.maybe_the_same(*first, who="tests")
    assert listed() == {first}
    recognising.close()


def test_what_changed_since_is_said_and_not_undone(client: TestClient, opened: Workspace) -> None:
    made = opened.identity.merge("gas:1", "gas:2", who="tests")
    opened.edit_actor("gas:1", {"size": "9"}, who="tests")
    answer = client.post("/duplicates", data={"do": "undo", "merge": str(made.number)})
    assert answer.headers["location"] == "/duplicates?done=changed"
    assert "has changed since" in client.get(answer.headers["location"]).text
    api = client.post(f"/api/v1/duplicates/merges/{made.number}/undo")
    assert api.status_code == 409
    assert "actors" in api.json()["problems"][0]


def test_two_that_are_two_are_not_listed_again(client: TestClient, opened: Workspace) -> None:
    client.post("/duplicates/pair", data={"a": "gas:1", "b": "gas:2", "do": "apart"})
    page = client.get("/duplicates").text
    assert "1 pair to look at" in page, "the twins of the sample are left"
    assert "Compare Holstebro" not in page
    client.post("/duplicates", data={"a": "gas:1", "b": "gas:2", "do": "together"})
    assert opened.identity.apart() == ()
    assert "2 pairs to look at" in client.get("/duplicates").text


@pytest.mark.parametrize("query", ["a=gas:1&b=gas:1", "a=gas:1&b=nobody", "a=&b=", "a=gas:1&b=%00"])
def test_pairs_that_are_none_are_not_found(client: TestClient, query: str) -> None:
    assert client.get(f"/duplicates/pair?{query}").status_code == 404


def test_programs_do_the_same(client: TestClient, opened: Workspace) -> None:
    before = opened.content()
    items = client.get("/api/v1/duplicates?q=holstebro").json()["items"]
    assert [(each["a"]["id"], each["b"]["id"]) for each in items] == [("gas:1", "gas:2")]
    body = {"keep": "gas:1", "away": "gas:2", "fields": {"description": "away"}}
    made = client.post("/api/v1/duplicates/merge", json=body).json()
    assert opened.actor("gas:1").description == "Biogas."
    assert client.post("/api/v1/duplicates/merge", json=body).status_code == 404
    assert client.post(f"/api/v1/duplicates/merges/{made['number']}/undo").json()["undone"]
    assert opened.content() == before
    for wrong in (
        {"keep": "gas:1", "away": "gas:1"},
        {"keep": "gas:1", "away": "gas:2", "fields": {"id": "away"}},
        {"keep": "gas:1", "away": "gas:2", "fields": {"name": "both"}},
        {"keep": "gas:1", "away": "gas:2", "more": 1},
        {"keep": 1, "away": "gas:2"},
    ):
        assert client.post("/api/v1/duplicates/merge", json=wrong).status_code == 422
    said = client.post("/api/v1/duplicates/not-the-same", json={"a": "gas:2", "b": "gas:1"})
    assert (said.json()["a"], said.json()["b"]) == ("gas:1", "gas:2")
    assert client.get("/api/v1/duplicates?q=holstebro").json()["items"] == []


def test_profiles_are_listed_by_what_would_help_most(client: TestClient) -> None:
    items = client.get("/api/v1/profiles-to-complete?limit=200").json()["items"]
    assert [each["readiness"] for each in items] == sorted(each["readiness"] for each in items)
    lacking = client.get("/api/v1/profiles-to-complete?lacking=requests").json()["items"]
    assert all("requests" in {one["kind"] for one in each["lacks"]} for each in lacking)
    page = client.get("/profiles?lacking=requests").text
    assert "Holstebro Biogas ApS" in page
    assert "Not a member" in client.get("/profiles").text or page


def test_a_sheet_to_fill_in_comes_back_unchanged_and_then_filled_in(
    client: TestClient, opened: Workspace
) -> None:
    for form, kind in (
        ("csv", "text/csv"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ):
        for language in ("da", "en"):
            sheet = client.get(
                f"/profiles/download?format={form}", headers={"accept-language": language}
            ).content
            back = client.post(
                "/api/v1/imports?dry_run=true", content=sheet, headers={"content-type": kind}
            ).json()
            assert (back["actors"]["changed"], back["actors"]["new"], back["rejected"]) == (0, 0, 0)
            assert back["actors"]["unchanged"] > 0
    sheet = client.get("/profiles/download?format=csv&text=holstebro+biogas+aps").text
    filled = sheet.replace("Biogas.", "Biogas af gylle og madaffald fra hele egnen.")
    client.post("/api/v1/imports", content=filled.encode(), headers={"content-type": "text/csv"})
    assert opened.actor("gas:2").description == "Biogas af gylle og madaffald fra hele egnen."


@pytest.mark.parametrize("role", [UserRole.FIRM, UserRole.ANALYST])
def test_only_facilitators_reach_any_of_it(opened: Workspace, client: TestClient, role: UserRole) -> None:
    opened.users.add(
        name="x",
        email="x@x.dk",
        role=role,
        actor_id="gas:1" if role is UserRole.FIRM else "",
        password="correct horse battery",
        who="t",
    )
    client.post("/sign-in", data={"email": "x@x.dk", "password": "correct horse battery"})
    for path in (
        "/import",
        "/duplicates",
        "/profiles",
        "/api/v1/imports",
        "/api/v1/duplicates",
        "/api/v1/profiles-to-complete",
    ):
        assert client.get(path).status_code == 403
    before = opened.content()
    body = {"keep": "gas:1", "away": "gas:2", "fields": {"name": "away"}}
    assert client.post("/api/v1/duplicates/merge", json=body).status_code == 403
    data = {"a": "gas:1", "b": "gas:2", "keep": "a", "field.name": "b", "do": "merge"}
    assert client.get("/duplicates/pair?a=gas:1&b=gas:2").status_code == 403
    assert client.post("/duplicates/pair", data=data).status_code == 403
    assert opened.content() == before
    assert (
        client.post("/api/v1/imports", content=b"x", headers={"content-type": "text/csv"}).status_code == 403
    )
