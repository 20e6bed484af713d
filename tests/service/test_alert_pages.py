"""The pages, the feed and the API of saved searches and alerts: what somebody saves is theirs, and works without a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import feedparser
import pytest
from fastapi.testclient import TestClient

from matchmaker.actors import Actor
from matchmaker.alerts import Every
from matchmaker.answers import AnswerKind, Judgement
from matchmaker.users import UserRole
from matchmaker.webhooks import Happening
from service.app import create_app
from service.pages.alerts import danish, english
from tests.alerts.comers import BANK, SPINNER, STRAW, come
from tests.service.reading_pages import workspace_of

HOSTILE = replace(
    SPINNER,
    id="new:<b>&\"'",
    name="<script>alert(1)</script> \u202e & Co",
    description="We spin ]]> <b>straw</b>.",
)
BASE = "http://127.0.0.1:8000"


def arrive(client: TestClient, *actors: Actor) -> int:
    come(workspace_of(client), *actors)
    return workspace_of(client).alerts.look()


def save(client: TestClient, **fields: Any) -> str:
    answer = client.post("/alerts/searches", data={"do": "save", **fields}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("saved=")[2]


def test_a_search_is_saved_from_its_page_and_its_alert_is_opened_and_read(arranging: TestClient) -> None:
    page = arranging.get("/search", params={"q": STRAW, "group": "company", "region": "DK"})
    form = re.search(r'<form class="save-search.*?</form>', page.text, re.DOTALL)
    assert form is not None
    fields: dict[str, Any] = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    assert {fields["text"], fields["region"], fields["group"]} == {STRAW, "DK", "company"}
    assert save(arranging, **fields)
    assert STRAW in arranging.get("/alerts/searches").text
    assert "Nobody new fits yet" in arranging.get("/alerts").text
    assert arrive(arranging, SPINNER, BANK) == 1
    inbox = arranging.get("/alerts").text
    assert SPINNER.name in inbox
    assert BANK.name not in inbox
    assert '<span class="menu-count">1' in arranging.get("/actors").text, "the frame of every page says so"
    number = re.search(r"/alerts/(\d+)", inbox)
    assert number is not None
    opened = arranging.get(number[0], follow_redirects=False)
    assert opened.headers["location"] == "/actors/new:spinner"
    assert "menu-count" not in arranging.get("/actors").text


def test_the_suggestions_of_an_actor_are_saved_from_its_page(arranging: TestClient) -> None:
    page = arranging.get("/actors/uni:1?new=true&region=DK").text
    form = re.search(r'<form class="save-search.*?</form>', page, re.DOTALL)
    assert form is not None
    fields: dict[str, Any] = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    save(arranging, **fields)
    (search,) = workspace_of(arranging).alerts.searches("here")
    assert (search.wanted.actor_id, search.wanted.new, search.wanted.region) == ("uni:1", True, "DK")
    assert search.name == "Fits University of the West"


def test_marking_all_as_read_can_be_undone(arranging: TestClient) -> None:
    save(arranging, region="DK")
    assert arrive(arranging, SPINNER, replace(SPINNER, id="new:2")) == 2
    done = arranging.post("/alerts", data={"do": "read_all"})
    assert "2 alerts are marked as read" in done.text
    undo = re.search(r'name="at" value="([^"]+)"', done.text)
    assert undo is not None
    assert workspace_of(arranging).alerts.unread("here") == 0
    arranging.post("/alerts", data={"do": "undo", "at": undo[1]})
    assert workspace_of(arranging).alerts.unread("here") == 2
    arranging.post("/alerts", data={"do": "read.1"})
    assert "You have read everything" not in arranging.get("/alerts?show=unread").text
    arranging.post("/alerts", data={"do": "read.2"})
    assert "You have read everything" in arranging.get("/alerts?show=unread").text


def test_reading_all_of_one_search_leaves_the_others(arranging: TestClient) -> None:
    one, _ = save(arranging, region="DK", name="West"), save(arranging, text=STRAW, name="Straw")
    assert arrive(arranging, SPINNER, replace(SPINNER, id="new:2")) == 3
    alerts = workspace_of(arranging).alerts
    done = arranging.post("/alerts", data={"do": "read_all", "search": one, "before": "9"})
    assert dict(done.url.params)["search"] == one
    assert dict(done.url.params)["before"] == "9"
    assert {each.search_id for each in alerts.inbox("here", unread=True)} == {
        each.id for each in alerts.searches("here") if each.id != one
    }
    read = alerts.inbox("here", search_id=one)[0].number
    arranging.post("/alerts", data={"do": f"unread.{read}"})
    arranging.post("/alerts", data={"do": "undo", "at": done.url.params["undo"]})
    assert alerts.unread("here") == 3


def test_an_alert_is_marked_whatever_its_number(arranging: TestClient) -> None:
    save(arranging, region="DK")
    assert arrive(arranging, SPINNER) == 1
    with workspace_of(arranging)._store._writing() as connection:
        connection.execute("UPDATE alerts SET number = 1234567")
    alerts = workspace_of(arranging).alerts
    arranging.post("/alerts", data={"do": "read.1234567"})
    assert alerts.unread("here") == 0
    arranging.post("/alerts", data={"do": "unread.1234567"})
    assert alerts.unread("here") == 1
    for wrong in ("read.", "read.x", "read.0", "read"):
        assert arranging.post("/alerts", data={"do": wrong}).status_code == 422


def test_a_search_is_renamed_paused_deleted_and_brought_back(arranging: TestClient) -> None:
    search = save(arranging, region="DK", name="West")
    for do, expected in (("rename", "Vest"), ("pause", "Paused"), ("go_on", "Pause")):
        page = arranging.post("/alerts/searches", data={"do": do, "search": search, "name": "Vest"}).text
        assert expected in page
    gone = arranging.post("/alerts/searches", data={"do": "delete", "search": search}).text
    assert "“Vest” is deleted" in gone
    assert "You have not saved a search yet" in gone
    back = arranging.post("/alerts/searches", data={"do": "restore", "search": search}).text
    assert "“Vest” is saved" in back
    assert arranging.post(
        "/alerts/searches", data={"do": "rename", "search": search, "name": " "}
    ).text.count("cannot be kept")


def test_what_cannot_be_saved_is_told_in_words(arranging: TestClient) -> None:
    for fields in ({}, {"group": "nonsense"}, {"sub_cluster": "none"}, {"as": "sideways", "text": "a"}):
        page = arranging.post("/alerts/searches", data={"do": "save", **fields})
        assert page.status_code == 200
        assert "Write what you look for" in page.text
    assert arranging.post("/alerts/searches", data={"do": "explode"}).status_code == 422
    assert arranging.post("/alerts", data={"do": "explode"}).status_code == 422
    for address in ("/alerts/999", "/alerts/x", "/alerts/-1", "/alerts/" + "9" * 30):
        assert arranging.get(address).status_code == 404


def test_the_feed_is_read_by_a_feed_reader_and_hostile_names_stay_text(arranging: TestClient) -> None:
    save(arranging, region="DK", name="West & <East>")
    page = arranging.get("/alerts").text
    address = re.search(r'href="(/alerts/feed/[^"]+)"', page)
    assert address is not None
    empty = arranging.get(address[1])
    assert feedparser.parse(empty.content).bozo == 0
    arrive(arranging, HOSTILE, replace(SPINNER, id="new:2"))
    answer = arranging.get(address[1])
    assert answer.headers["content-type"].startswith("application/atom+xml")
    read = feedparser.parse(answer.content, sanitize_html=False)
    assert (read.bozo, read.version, len(read.entries)) == (0, "atom10", 2)
    assert read.entries[0].id != read.entries[1].id
    titles = {each.title_detail["value"] for each in read.entries}
    assert titles == {f"{each} fits “West & <East>”" for each in (HOSTILE.name, SPINNER.name)}
    assert {each.title_detail["type"] for each in read.entries} == {"text/plain"}
    assert all(each.link.startswith(BASE + "/actors/") for each in read.entries)
    assert arranging.get(read.entries[0].link).status_code == 200
    again = arranging.get(address[1], headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert workspace_of(arranging).alerts.unread("here") == 2, "another program reading leaves them unread"
    assert "passer til" in arranging.get(address[1] + "?language=da").text
    arranging.post("/alerts", data={"do": "renew"})
    assert arranging.get(address[1]).status_code == 404
    assert "<script>alert(1)" not in arranging.get("/alerts").text


@pytest.fixture
def signed_in(arranging: TestClient) -> Iterator[dict[str, TestClient]]:
    """Clients of three users of one workspace, by role."""
    workspace = workspace_of(arranging)
    people = (("facilitator", ""), ("firm", "straw:1"), ("analyst", ""))
    keys = {}
    for role, actor_id in people:
        _, secret = workspace.users.create_key(
            name=role, role=UserRole(role), actor_id=actor_id, read_only=False, days=1, who="tests"
        )
        keys[role] = TestClient(
            create_app(workspace), base_url=BASE, headers={"authorization": f"Bearer {secret}"}
        )
    yield keys
    for each in keys.values():
        each.close()


def test_each_role_saves_what_it_may_and_nobody_sees_anothers(signed_in: dict[str, TestClient]) -> None:
    made = {}
    for role, client in signed_in.items():
        answer = client.post(
            "/api/v1/saved-searches", json={"name": role, "wanted": {"text": STRAW, "groups": ["company"]}}
        )
        assert answer.status_code == 201, answer.text
        made[role] = answer.json()["id"]
    for role, client in signed_in.items():
        listed = client.get("/api/v1/saved-searches").json()["items"]
        assert [each["id"] for each in listed] == [made[role]]
        for other in set(made) - {role}:
            address = f"/api/v1/saved-searches/{made[other]}"
            assert client.get(address).status_code == 404
            assert client.patch(address, json={"paused": True}).status_code == 404
            assert client.delete(address).status_code == 404
            assert client.post(f"{address}/restore").status_code == 404

    def fits(role: str, actor_id: str) -> int:
        body = {"name": "Fits", "wanted": {"actor_id": actor_id}}
        return signed_in[role].post("/api/v1/saved-searches", json=body).status_code

    assert [fits(role, "straw:1") for role in signed_in] == [201, 201, 403]
    assert fits("firm", "uni:1") == 404, "as an actor that is not there"
    assert fits("facilitator", "uni:1") == 201
    assert signed_in["firm"].get("/api/v1/webhooks").status_code == 403
    assert signed_in["analyst"].get("/webhooks").status_code == 403


def test_the_api_does_what_the_pages_do(arranging: TestClient) -> None:
    made = arranging.post("/api/v1/saved-searches", json={"name": "West", "wanted": {"region": "DK"}})
    address, tag = made.headers["location"], made.headers["etag"]
    assert made.json()["wanted"]["kind"] == "filters"
    arrive(arranging, *(replace(SPINNER, id=f"new:{number}") for number in range(5)))
    found, cursor = [], ""
    while True:
        page = arranging.get("/api/v1/alerts", params={"limit": 2, "cursor": cursor}).json()
        found += page["items"]
        cursor = page["next"]
        if not cursor:
            break
    assert len({each["number"] for each in found}) == 5
    assert found[0]["actor"]["name"] == SPINNER.name
    assert found[0]["quote"] is None, "a search without words is answered with none"
    read = arranging.post("/api/v1/alerts/read", json={"numbers": [found[0]["number"], 999]}).json()
    assert read == {"changed": [found[0]["number"]], "unread": 4}
    assert arranging.post("/api/v1/alerts/read", json={"numbers": None, "read": False}).json()["unread"] == 5
    assert len(arranging.get("/api/v1/alerts", params={"unread": True}).json()["items"]) == 5
    renamed = arranging.patch(address, json={"name": "Vest", "paused": True}, headers={"if-match": tag})
    assert (renamed.json()["name"], renamed.json()["paused"]) == ("Vest", True)
    assert arranging.patch(address, json={"name": "Late"}, headers={"if-match": tag}).status_code == 412
    assert arranging.delete(address).status_code == 204
    assert arranging.get(address).status_code == 404
    assert arranging.get("/api/v1/alerts").json()["items"] == []
    assert arranging.post(f"{address}/restore").json()["name"] == "Vest"
    settings = arranging.put("/api/v1/alerts/settings", json={"every": "weekly", "language": "da"}).json()
    assert settings["every"] == "weekly"
    assert arranging.get(settings["feed"]).status_code == 200
    renewed = arranging.post("/api/v1/alerts/feed/renew").json()
    assert renewed["feed"] != settings["feed"]
    assert arranging.get("/api/v1/alerts/settings").json() == renewed


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x", "wanted": {}},
        {"name": "", "wanted": {"region": "DK"}},
        {"name": "x" * 101, "wanted": {"region": "DK"}},
        {"name": "x", "wanted": {"text": "a", "actor_id": "uni:1"}},
        {"name": "x", "wanted": {"text": "x" * 501}},
        {"name": "x", "wanted": {"text": "a\x00b"}},
        {"name": "x", "wanted": {"region": "DK", "colour": "red"}},
        {"name": "x", "wanted": {"groups": ["nonsense"]}},
        {"name": "x", "wanted": {"sub_cluster": "none"}},
        {"name": "x"},
        [],
    ],
)
def test_a_search_that_cannot_be_is_refused(arranging: TestClient, body: object) -> None:
    assert arranging.post("/api/v1/saved-searches", json=body).status_code == 422
    assert arranging.get("/api/v1/saved-searches").json()["items"] == []


def test_a_mail_program_ends_letters_with_one_post(arranging: TestClient) -> None:
    workspace = workspace_of(arranging)
    user = workspace.users.add(
        name="Ib",
        email="ib@x.example",
        role=UserRole.ANALYST,
        actor_id="",
        password="et langt kodeord",
        who="tests",
    )
    token = workspace.alerts.set_every(user.id, Every.DAILY, "da", who="tests").unsubscribe
    with TestClient(create_app(workspace), base_url=BASE) as anybody:
        address = f"/alerts/unsubscribe/{token}"
        assert "End the letters" in anybody.get(address).text
        assert workspace.alerts.settings(user.id).every is Every.DAILY
        # RFC 8058 leaves either encoding of the form to the sender.
        answer = anybody.post(address, files={"List-Unsubscribe": (None, "One-Click")})
        assert answer.status_code == 200
        assert workspace.alerts.settings(user.id).every is Every.OFF
        assert anybody.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        wrong = anybody.post("/alerts/unsubscribe/" + "x" * 40)
        assert wrong.status_code == 404
        assert anybody.get("/alerts", follow_redirects=False).status_code == 303, "the rest needs a sign-in"
        assert anybody.get("/alerts/feed/" + "x" * 40 + ".atom").status_code == 404


def test_webhooks_are_read_and_sent_again(arranging: TestClient) -> None:
    workspace = workspace_of(arranging)
    assert "Nobody is told yet" in arranging.get("/webhooks").text
    _, secret = workspace.webhooks.add(
        "https://crm.example/a?token=hushhush", [Happening.MUTUAL_INTEREST], who="tests"
    )
    for pair in (("uni:1", "straw:1"), ("straw:1", "uni:1")):
        workspace.answer(*pair, Judgement(AnswerKind.INTERESTED), who="tests")
    page = arranging.get("/webhooks").text
    assert "crm.example" in page
    assert "mutual_interest.reached" in page
    assert "hushhush" not in page
    (delivery,) = arranging.get("/api/v1/webhook-deliveries").json()["items"]
    again = arranging.post(f"/api/v1/webhook-deliveries/{delivery['number']}/send-again")
    assert (again.status_code, again.json()["message_id"]) == (202, delivery["message_id"])
    assert arranging.post("/api/v1/webhook-deliveries/99/send-again").status_code == 404
    assert (
        "is on its way again" in arranging.post("/webhooks", data={"do": f"again.{delivery['number']}"}).text
    )
    listed = arranging.get("/api/v1/webhooks").text
    assert secret not in listed + page
    assert "hushhush" not in listed
    assert arranging.get("/api/v1/webhook-deliveries?state=delivered").json()["items"] == []


def test_the_catalogues_say_the_same_things() -> None:
    assert danish.TEXTS.keys() == english.TEXTS.keys()
