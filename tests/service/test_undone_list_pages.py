"""A list of participants is undone from its page and over the API: what goes back, what stays, and for whom."""

from __future__ import annotations

from dataclasses import replace

from fastapi.testclient import TestClient

from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.app import create_app
from tests.service.spring_meeting import EVENT, set_up
from tests.service.test_event_pages import PAGE, hidden, words, workspace_of

LIST = b"Actor id,Person,E-mail\nuni:1,Dorte Elm,d@elm.example\ngas:1,Eva Fisk,e@fisk.example\n"
LISTS = f"{EVENT}/lists/participants"


def taken_in(client: TestClient) -> str:
    """Take the list in over its page; what comes then."""
    looked = client.post(f"{PAGE}/lists/participants", files={"file": ("people.csv", LIST, "text/csv")})
    kept = {name: hidden(looked.text, name) for name in ("list", "revision")}
    sent = {**kept, "do": "take_in"}
    return client.post(
        f"{PAGE}/lists/participants", files={name: (None, value) for name, value in sent.items()}
    ).text


def test_a_list_is_undone_in_one_press_or_from_its_page(arranging: TestClient) -> None:
    set_up(arranging)
    workspace = workspace_of(arranging)
    before = workspace.events.attendees("spring-meeting")
    page = taken_in(arranging)
    address = f"{PAGE}/lists/participants/1"
    assert f'action="{address}"' in page, "in one press, right after it was taken in"
    assert "people.csv" in page
    shown = arranging.get(address)
    assert "people.csv" in shown.text
    assert "Undo this list" in shown.text
    undone = arranging.post(address)
    assert "The list is undone" in undone.text
    assert workspace.events.attendees("spring-meeting") == before
    assert "was undone on" in arranging.post(address).text
    assert "was undone on" in arranging.get(address).text
    danish = arranging.get(f"{address}?lang=da")
    assert "Denne liste blev fortrudt" in danish.text
    assert arranging.get(f"{PAGE}/lists/participants/9").status_code == 404
    assert arranging.post(f"{PAGE}/lists/participants/9").status_code == 404


def test_what_stays_is_named_with_why(arranging: TestClient) -> None:
    set_up(arranging)
    workspace = workspace_of(arranging)
    taken_in(arranging)
    one = next(
        each
        for each in workspace.events.attendees("spring-meeting")
        if any(person.name == "Dorte Elm" for person in each.persons)
    )
    workspace.events.attend("spring-meeting", [replace(one, most_meetings=2)], who="tests")
    address = f"{PAGE}/lists/participants/1"
    for answer in (arranging.get(address), arranging.post(address)):
        assert "changed since the list" in words(answer.text)
    assert one.id in {each.id for each in workspace.events.attendees("spring-meeting")}


def test_what_happens_to_nobody_is_not_told(arranging: TestClient) -> None:
    set_up(arranging)
    taken_in(arranging)
    would = workspace_of(arranging).events.undo_list("spring-meeting", 1, trial=True, who="tests")
    assert (len(would.removed), would.restored, would.back, would.left) == (2, (), (), ())
    address = f"{PAGE}/lists/participants/1"
    english = words(arranging.get(address).text)
    assert "2 new participants go" in english
    assert "2 new. " in english, "what the list did"
    danish = words(arranging.get(f"{address}?lang=da").text)
    assert "2 nye deltagere forsvinder" in danish
    for page in (english, danish, words(arranging.post(f"{address}?lang=en").text)):
        assert not any(
            each in page for each in ("as before", "deltagere er som før", " 0 changed", " 0 ændrede")
        )


def test_a_list_is_undone_over_the_api(arranging: TestClient) -> None:
    set_up(arranging)
    before = workspace_of(arranging).events.attendees("spring-meeting")
    assert arranging.get(LISTS).json()["items"] == []
    assert arranging.post(LISTS, content=LIST, headers={"content-type": "text/csv"}).json()["applied"]
    (made,) = arranging.get(LISTS).json()["items"]
    assert (made["number"], made["added"] + made["changed"], made["can_be_undone"]) == (1, 2, True)
    trial = arranging.post(f"{LISTS}/1/undo?dry_run=true").json()
    assert workspace_of(arranging).events.attendees("spring-meeting") != before
    assert arranging.post(f"{LISTS}/1/undo").json() == trial
    assert workspace_of(arranging).events.attendees("spring-meeting") == before
    again = arranging.post(f"{LISTS}/1/undo")
    assert again.status_code == 404
    assert again.json()["type"].endswith("list-not-found")


def test_lists_are_the_facilitators_alone(arranging: TestClient) -> None:
    set_up(arranging)
    workspace: Workspace = workspace_of(arranging)
    taken_in(arranging)
    workspace.users.add(
        name="Ib",
        email="ib@firm.example",
        role=UserRole.FIRM,
        actor_id="uni:1",
        password="en sten i hver en sko",
        who="tests",
    )
    firm = TestClient(create_app(workspace), base_url="http://127.0.0.1:8000", follow_redirects=False)
    firm.post("/sign-in", data={"email": "ib@firm.example", "password": "en sten i hver en sko"})
    assert firm.get(f"{PAGE}/lists/participants/1").status_code == 403
    assert firm.post(f"{PAGE}/lists/participants/1").status_code == 403
    assert firm.get(LISTS).status_code == 403
