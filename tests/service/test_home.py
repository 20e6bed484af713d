"""Each role's home: a facilitator's next step in its order, an analyst's facts, a firm's own place, and an empty workspace."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.events import Attendance, Remark
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.app import create_app
from service.pages.home.next_steps import Step, next_steps
from service.pages.wording import WORDINGS
from tests.service.firms import BASE, PASSWORD
from tests.service.reading_pages import words
from tests.service.spring_meeting import BODY, EVENT, scheduled, set_up, tag

BEFORE = datetime(2027, 2, 1, 12, tzinfo=UTC)
ON_THE_DAY = datetime(2027, 3, 4, 9, tzinfo=UTC)
AFTER = datetime(2027, 3, 10, 12, tzinfo=UTC)


def steps(client: TestClient, now: datetime = BEFORE) -> list[Step]:
    workspace: Workspace = client.app.state.workspace  # type: ignore[attr-defined]
    found = next_steps(workspace, workspace.published(), "", lambda address: False, now)
    return [each for each in found if each.name != "silent"]


def names(client: TestClient, now: datetime = BEFORE) -> list[str]:
    return [each.name for each in steps(client, now)]


def test_with_nothing_to_do_the_next_event_is_to_be_planned(arranging: TestClient) -> None:
    assert names(arranging) == ["plan"]


def test_an_event_that_comes_asks_for_what_it_lacks_first(arranging: TestClient) -> None:
    begun = arranging.post("/api/v1/events", json={"name": "Spring meeting", "zone": "Europe/Copenhagen"})
    assert begun.status_code == 201, begun.text
    assert names(arranging) == ["set_up"]
    arranging.put(EVENT, json=BODY, headers={"if-match": tag(arranging)})
    assert names(arranging) == ["invite"]
    for number, actor in enumerate(("straw:1", "fibre:1", "gas:1"), 1):
        address = f"{EVENT}/participants/p{number}"
        assert arranging.put(address, json={"actor_id": actor}, headers={"if-match": "*"}).is_success
    assert names(arranging) == ["wishes"]
    given = [{"a": "p1", "b": "p2", "kind": "meet"}]
    arranging.post(f"{EVENT}/preferences", json={"given": given})
    assert steps(arranging)[0].number == 3
    assert names(arranging) == ["schedule"]
    scheduled(arranging)
    assert names(arranging) == ["agendas"]
    assert names(arranging, ON_THE_DAY) == ["desk"]
    arranging.post(f"{EVENT}/preferences", json={"given": [{"a": "p1", "b": "p3", "kind": "meet"}]})
    assert names(arranging) == ["renew"]
    # Afterwards it is to be said what came of it, and the next one is to be planned.
    assert names(arranging, AFTER) == ["follow_up", "plan"]
    assert steps(arranging, AFTER)[0].address == "/events/spring-meeting/follow-up"


def test_what_was_followed_up_asks_for_nothing_more(arranging: TestClient) -> None:
    set_up(arranging)
    given = [{"a": "p1", "b": "p2", "kind": "must_meet"}]
    arranging.post(f"{EVENT}/preferences", json={"given": given})
    scheduled(arranging)
    meetings = arranging.get(f"{EVENT}/schedule").json()["meetings"]
    assert steps(arranging, AFTER)[0].number == len(meetings)
    workspace: Workspace = arranging.app.state.workspace  # type: ignore[attr-defined]
    remarks = [Remark(*sorted((each["a"], each["b"])), Attendance(())) for each in meetings]
    workspace.events.follow_up.say("spring-meeting", remarks, who="tests")
    assert names(arranging, AFTER) == ["plan"]


def test_requests_that_nobody_answered_are_counted(arranging: TestClient) -> None:
    set_up(arranging)
    asked = arranging.post(f"{EVENT}/requests", json={"sender": "p1", "recipient": "p2"})
    assert asked.is_success, asked.text
    waiting = [each for each in steps(arranging) if each.name == "answers"]
    assert [(each.number, each.address) for each in waiting] == [(1, "/events/spring-meeting/requests")]


def test_changed_data_comes_before_everything_else(arranging: TestClient) -> None:
    set_up(arranging)
    workspace: Workspace = arranging.app.state.workspace  # type: ignore[attr-defined]
    assert steps(arranging)[0].name != "stale"
    found = next_steps(workspace, workspace.published(), "stale", lambda address: False, BEFORE)
    assert (found[0].name, found[0].address, found[0].command) == ("stale", "", "matchmaker build")
    found = next_steps(workspace, workspace.published(), "stale", lambda address: True, BEFORE)
    assert (found[0].address, found[0].command) == ("/builds", "")


def test_the_home_shows_one_big_step_and_the_others_below(arranging: TestClient) -> None:
    set_up(arranging)
    page = arranging.get("/").text
    assert page.count('class="next-step"') == 1
    assert "Spring meeting" in page
    for address in set(re.findall(r'href="(/[\w/-]*)"', page)):
        assert arranging.get(address).status_code in (200, 503), address


def test_an_empty_workspace_says_the_three_steps(empty_client: TestClient) -> None:
    page = empty_client.get("/").text
    assert page.count("<li>") >= 3
    assert 'class="first-steps"' in page
    assert "matchmaker import table actors.csv" in page


def test_the_silent_are_those_without_a_word_of_their_own(workspace: Workspace) -> None:
    snapshot = workspace.published()
    silent = [
        each
        for each in snapshot.actors(limit=1000).items
        if not (each.description or each.offers or each.requests)
    ]
    assert snapshot.silent() == len(silent)


@pytest.fixture(scope="module")
def analyst(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """An analyst who is signed in to the sample cluster."""
    folder = tmp_path_factory.mktemp("analyst") / "workspace"
    shutil.copytree(sample_folder, folder)
    with Workspace.open(folder) as opened:
        opened.users.add(
            name="Ana Holm", email="ana@x.example", role=UserRole.ANALYST, password=PASSWORD, who="operator"
        )
        entered = opened.users.sign_in("ana@x.example", PASSWORD)
        assert entered is not None
        yield TestClient(create_app(opened), base_url=BASE, cookies={"session": entered[1]})


@pytest.mark.parametrize("language", ["da", "en"])
def test_an_analysts_home_counts_the_sub_clusters_as_the_report_does(
    analyst: TestClient, sample: Workspace, language: str
) -> None:
    found, wording = sample.published().sub_clusters(), WORDINGS[language]
    tops = sum(each.parent_id is None for each in found)
    shown = words(analyst.get("/", headers={"accept-language": language}).text)
    assert 0 < tops < len(found)
    assert wording.count("sub_clusters", tops) in shown
    assert wording.count("specialisations", len(found) - tops) in shown


def test_who_joins_sub_clusters_now_is_not_told_as_a_change(analyst: TestClient, sample: Workspace) -> None:
    joining = len({each.actor_id for each in sample.published().bridges()})
    shown = words(analyst.get("/", headers={"accept-language": "en"}).text)
    assert WORDINGS["en"].count("home.bridges", joining) in shown
    # It is the first build, so there is nothing that it could be compared with.
    assert sample.published().changes() == ()
    assert WORDINGS["en"]("home.changed") not in shown
