"""The working list of proposals as a facilitator uses it: judge, note, undo, several at once, for a cluster and an event."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from matchmaker.answers import AnswerKind, Judgement
from matchmaker.events import Attendee
from matchmaker.suggesting import Among
from matchmaker.workspace import Workspace
from service.app import create_app
from service.balancing import Balancing, Lists
from service.pages.working_list.danish import TEXTS as DANISH
from service.pages.working_list.english import TEXTS as ENGLISH

ROW = re.compile(r'name="seeker" value="([^"]*)"><input type="hidden" name="partner" value="([^"]*)"')


@pytest.fixture
def workspace(sample_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "copy"
    shutil.copytree(sample_folder, folder)
    with Workspace.open(folder) as opened:
        yield opened


@pytest.fixture
def client(workspace: Workspace) -> TestClient:
    app = create_app(workspace, open_here=True)
    return TestClient(app, base_url="http://127.0.0.1:8000", headers={"accept-language": "en"})


def rows(page: str) -> list[tuple[str, str]]:
    return [(unescape(one), unescape(other)) for one, other in ROW.findall(page)]


def press(
    client: TestClient, do: str, address: str = "/proposals", ticked: tuple[int, ...] = (), **more: str
) -> Response:
    """Send the form of the page at an address, as a browser without scripts does."""
    shown = rows(client.get(address).text)
    form: dict[str, str | list[str]] = {
        "do": do,
        "row": [str(each) for each in ticked],
        "seeker": [one for one, _ in shown],
        "partner": [other for _, other in shown],
        **more,
    }
    return client.post(address, data=form, follow_redirects=False)


def undo_of(answer: Response) -> str:
    found = re.search(r"[?&]undo=([^&#]+)", answer.headers["location"])
    assert found
    return unquote(found[1])


def follow(client: TestClient, answer: Response) -> str:
    assert answer.status_code == 303, answer.text
    return client.get(answer.headers["location"]).text


def test_a_pair_is_pinned_with_one_press_and_undone_with_another(
    client: TestClient, workspace: Workspace
) -> None:
    one, other = rows(client.get("/proposals").text)[2]
    pinned = press(client, "pinned.2")
    assert pinned.headers["location"].endswith("#row-2")
    page = follow(client, pinned)
    assert ENGLISH["working.done.pinned.one"].format(number=1) in page
    said = {(each.seeker_id, each.partner_id, each.said.kind) for each in workspace.answers()}
    assert said == {(one, other, AnswerKind.PINNED), (other, one, AnswerKind.PINNED)}
    undone = client.post("/proposals", data={"do": "undo", "undo": undo_of(pinned)}, follow_redirects=False)
    assert ENGLISH["working.done.undone.one"].format(number=1) in follow(client, undone)
    assert workspace.answers() == ()
    again = client.post("/proposals", data={"do": "undo", "undo": undo_of(pinned)}, follow_redirects=False)
    assert ENGLISH["working.done.too_late.many"] in follow(client, again)


def test_what_is_hidden_leaves_the_list_at_once_and_can_be_put_back(client: TestClient) -> None:
    pair = rows(client.get("/proposals").text)[0]
    page = follow(client, press(client, "hidden.0"))
    assert frozenset(pair) not in {frozenset(each) for each in rows(page)}
    aside = "/proposals?marked=hidden"
    assert rows(client.get(aside).text) == [pair]
    follow(client, press(client, "cleared.0", aside))
    assert rows(client.get(aside).text) == []
    assert frozenset(pair) in {frozenset(each) for each in rows(client.get("/proposals").text)}


def test_in_everybodys_list_a_judgement_is_about_one_list_alone(
    client: TestClient, workspace: Workspace
) -> None:
    address = "/proposals?view=lists"
    one, other = rows(client.get(address).text)[0]
    press(client, "hidden.0", address)
    assert [(each.seeker_id, each.partner_id) for each in workspace.answers()] == [(one, other)]


def test_several_are_judged_at_once_all_or_none(client: TestClient, workspace: Workspace) -> None:
    shown = rows(client.get("/proposals").text)
    page = follow(client, press(client, "never", ticked=(0, 3, 4)))
    assert ENGLISH["working.done.never.many"].format(number=3) in page
    assert {(each.seeker_id, each.partner_id) for each in workspace.answers()} == {
        shown[0],
        shown[3],
        shown[4],
    }
    before = workspace.answers()
    form = {"do": "pinned", "row": ["0", "1"], "seeker": [shown[1][0], "gone"], "partner": [shown[1][1], "x"]}
    refused = client.post("/proposals", data=form, follow_redirects=False)
    assert ENGLISH["working.done.gone.many"] in follow(client, refused)
    assert workspace.answers() == before


def test_pressing_without_a_selection_says_so(client: TestClient, workspace: Workspace) -> None:
    for do in ("pinned", "note", "", "x"):
        assert ENGLISH["working.done.nothing.many"] in follow(client, press(client, do))
    assert workspace.answers() == ()


def test_an_undo_leaves_what_somebody_else_said_since(client: TestClient, workspace: Workspace) -> None:
    one, other = rows(client.get("/proposals").text)[0]
    pinned = press(client, "pinned.0")
    workspace.answer(one, other, Judgement(AnswerKind.NEVER), who="somebody else")
    client.post("/proposals", data={"do": "undo", "undo": undo_of(pinned)}, follow_redirects=False)
    assert [each.said.kind for each in workspace.answers()] == [AnswerKind.NEVER]


def test_a_note_is_kept_shown_found_and_undone(client: TestClient, workspace: Workspace) -> None:
    pair = rows(client.get("/proposals").text)[1]
    noted = press(client, "note.1", **{"note.1": "Call both.\r\n<b>In May</b>", "seen.1": "0"})
    page = follow(client, noted)
    assert "Call both.\n&lt;b&gt;In May&lt;/b&gt;" in page
    note = workspace.curating.note_of(*pair)
    assert note is not None
    assert note.words == "Call both.\n<b>In May</b>"
    assert [frozenset(each) for each in rows(client.get("/proposals?marked=noted").text)] == [frozenset(pair)]
    undone = client.post("/proposals", data={"do": "undo", "undo": undo_of(noted)}, follow_redirects=False)
    assert ENGLISH["working.done.undone.one"] in follow(client, undone)
    assert workspace.curating.notes() == ()


def test_of_two_who_write_the_same_note_neither_loses_words(client: TestClient, workspace: Workspace) -> None:
    pair = rows(client.get("/proposals").text)[0]
    workspace.curating.note([pair], "Theirs", who="somebody else")
    answer = press(client, "note.0", **{"note.0": "Mine", "seen.0": "0"})
    assert answer.status_code == 412
    assert "“Theirs”" in answer.text
    assert re.search(r'name="note\.0"[^>]*>Mine</textarea>', answer.text)
    assert press(client, "note.0", **{"note.0": "", "seen.0": "0"}).status_code == 412
    note = workspace.curating.note_of(*pair)
    assert note is not None
    assert note.words == "Theirs"
    press(client, "note.0", **{"note.0": "", "seen.0": str(note.change)})
    assert workspace.curating.notes() == ()


def test_one_note_for_several_pairs(client: TestClient, workspace: Workspace) -> None:
    follow(client, press(client, "note", ticked=(0, 1), note="For the spring meeting"))
    assert [each.words for each in workspace.curating.notes()] == ["For the spring meeting"] * 2


def test_the_address_holds_the_whole_state(client: TestClient, workspace: Workspace) -> None:
    largest = workspace.published().sub_clusters()[0]
    members = {each.actor_id for each in largest.members}
    address = f"/proposals?sub_cluster={largest.id}&known=false&sort=exposure&balance=0.5&marked=unanswered"
    page = client.get(address).text
    for one, other in rows(page):
        assert {one, other} & members
    exposures = [int(each) for each in re.findall(r"partner in (\d+) list", page)]
    assert exposures == sorted(exposures, reverse=True)
    pressed = press(client, "pinned.0", address)
    assert pressed.headers["location"].startswith(address)
    # What was done is told once: no link on the page says it again.
    shown = client.get(pressed.headers["location"]).text
    assert shown.count("done=pinned") == 0 or "href" not in shown[: shown.index("done=pinned")][-8:]


def test_members_and_known_pairs_are_filtered(client: TestClient, workspace: Workspace) -> None:
    member = {each.id: each.member for each in workspace.published().actors(limit=1000).items}
    for one, other in rows(client.get("/proposals?member=true").text):
        assert member[one]
        assert member[other]
    for one, other in rows(client.get("/proposals?member=false").text):
        assert not (member[one] and member[other])


def test_the_file_holds_what_is_put_aside(client: TestClient) -> None:
    pair = rows(client.get("/proposals").text)[0]
    press(client, "hidden.0")
    content = client.get("/proposals/download?marked=hidden&format=csv").content.decode("utf-8-sig")
    _, *lines = csv.reader(io.StringIO(content))
    assert [(line[0], line[3]) for line in lines] == [pair]


def test_a_mark_without_pairs_says_so_and_leads_back(client: TestClient) -> None:
    page = client.get("/proposals?marked=pinned").text
    assert ENGLISH["working.none_marked"] in page
    assert 'href="/proposals#list"' in page


def test_an_analyst_or_a_firm_cannot_judge(workspace: Workspace) -> None:
    from matchmaker.users import UserRole

    app = create_app(workspace)
    for role, actor in ((UserRole.ANALYST, ""), (UserRole.FIRM, "hejrebaek")):
        _, key = workspace.users.create_key(name="k", role=role, actor_id=actor, who="tests")
        client = TestClient(app, base_url="http://127.0.0.1:8000", headers={"authorization": f"Bearer {key}"})
        assert client.get("/proposals").status_code == 403
        assert client.post("/proposals", data={"do": "pinned.0"}).status_code == 403


def test_lists_of_before_are_shown_while_they_are_balanced_again(workspace: Workspace) -> None:
    balancing, wanted = Balancing(), Lists(0.3, 10, False)
    first = workspace.published()
    lists, current = balancing.shown_lists(first, wanted)
    assert lists is not None
    assert current
    one, other = "hejrebaek", "gaeringsklub"
    workspace.answer(one, other, Judgement(AnswerKind.PINNED), who="tests")
    again, _ = balancing.shown_lists(workspace.published(), wanted)
    assert again is not None
    balancing.close()


def test_both_languages_say_the_same() -> None:
    assert set(DANISH) == set(ENGLISH)
    for key in ENGLISH:
        assert set(re.findall(r"{\w+}", DANISH[key])) == set(re.findall(r"{\w+}", ENGLISH[key])), key


# At an event


@pytest.fixture
def event(workspace: Workspace) -> str:
    from datetime import datetime

    from matchmaker.events import Session, Table

    starts = datetime(2027, 3, 4, 9)
    workspace.events.create(
        "Spring",
        zone="Europe/Copenhagen",
        sessions=(Session("Morning", starts, starts.replace(hour=11), 20),),
        tables=(Table("1"), Table("2")),
        event_id="spring",
        who="tests",
    )
    ids = sorted(workspace.published().actor_names())[:12]
    workspace.events.attend(
        "spring", [Attendee(f"p{number}", actor) for number, actor in enumerate(ids)], who="tests"
    )
    return "/events/spring/proposals"


def test_an_events_list_holds_those_alone_who_attend(
    client: TestClient, workspace: Workspace, event: str
) -> None:
    there = {each.actor_id for each in workspace.events.attendees("spring")}
    page = client.get(event)
    assert page.status_code == 200
    shown = rows(page.text)
    assert shown
    assert {one for pair in shown for one in pair} <= there
    api = client.get("/api/v1/events/spring/proposals?balance=0.3&once=true&sort=score&limit=20").json()
    assert [(each["seeker"]["id"], each["partner"]["id"]) for each in api["items"]] == shown


def test_the_curve_of_an_event_is_worked_out_once_for_every_balance(
    client: TestClient, event: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    curve = Among.curve

    def noticed(self: Among, balances: Sequence[float], *, top: int) -> Any:
        drawn.append(top)
        return curve(self, balances, top=top)

    monkeypatch.setattr(Among, "curve", noticed)
    seen = [rows(client.get(event, params={"balance": each}).text) for each in (0.0, 0.3, 1.0)]
    assert all(seen)
    assert len(drawn) == 1
    client.get(event, params={"new": "true"})
    assert len(drawn) == 2


def test_who_must_meet_is_a_wish_of_the_event_and_can_be_undone(
    client: TestClient, workspace: Workspace, event: str
) -> None:
    pair = rows(client.get(event).text)[0]
    pressed = press(client, "must_meet.0", event)
    assert ENGLISH["working.done.must_meet.one"].format(number=1) in follow(client, pressed)
    assert [each.kind for each in workspace.events.preferences("spring")] == ["must_meet"]
    assert [frozenset(each) for each in rows(client.get(f"{event}?marked=must_meet").text)] == [
        frozenset(pair)
    ]
    client.post(event, data={"do": "undo", "undo": undo_of(pressed)}, follow_redirects=False)
    assert workspace.events.preferences("spring") == ()
    press(client, "must_meet", event, ticked=(0, 1))
    assert len(workspace.events.preferences("spring")) == 2
    follow(client, press(client, "may_meet.0", event))
    assert len(workspace.events.preferences("spring")) == 1


def test_what_is_hidden_at_an_event_is_found_there(client: TestClient, event: str) -> None:
    pair = rows(client.get(event).text)[0]
    follow(client, press(client, "hidden.0", event))
    assert frozenset(pair) not in {frozenset(each) for each in rows(client.get(event).text)}
    assert [frozenset(each) for each in rows(client.get(f"{event}?marked=hidden").text)] == [frozenset(pair)]


def test_an_event_without_participants_says_what_is_missing(client: TestClient, event: str) -> None:
    made = client.get(event)
    assert made.status_code == 200
    workspace: Workspace = client.app.state.workspace  # type: ignore[attr-defined]
    workspace.events.create("Empty", zone="UTC", sessions=(), tables=(), event_id="empty", who="tests")
    page = client.get("/events/empty/proposals")
    assert page.status_code == 200
    assert ENGLISH["working.event_none"] in page.text
