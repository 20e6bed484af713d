"""The page of the builds, and pages that stay open while a build is swapped beneath them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.jobs import Lane
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.app import create_app
from service.pages.upkeep.danish import TEXTS as DANISH
from service.pages.upkeep.english import TEXTS as ENGLISH
from tests.service.upkeep import over

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def own(built_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "own"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as opened:
        yield opened


@pytest.fixture
def client(own: Workspace) -> TestClient:
    """A service without workers, so that jobs wait until a test works them off."""
    return TestClient(
        create_app(own, open_here=True), base_url="http://127.0.0.1:8000", headers={"accept-language": "en"}
    )


def said(client: TestClient, path: str = "/builds") -> str:
    page = client.get(path)
    assert page.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page.text)).split())


def post(client: TestClient, path: str, **fields: str) -> str:
    """Send a form; the address of the page that follows."""
    answer = client.post(path, data=fields, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_both_catalogues_say_the_same_things() -> None:
    assert set(DANISH) == set(ENGLISH)
    for key, text in ENGLISH.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", DANISH[key])), key


def test_what_is_published_and_why_it_is_stale_is_told(client: TestClient, own: Workspace) -> None:
    page = said(client)
    assert own.published().generation in page
    assert "Actors 12" in page
    assert "It is up to date" in page
    own.edit_actor("uni:1", {"description": "Research on silk."}, who="test")
    page = said(client)
    assert "Actors or collaborations changed after it was made." in page
    assert "1 changed profile is shown" in page


def test_a_build_is_started_cancelled_done_and_taken_back_without_a_script(
    client: TestClient, own: Workspace
) -> None:
    own.edit_actor("uni:1", {"description": "Research on silk."}, who="test")
    old = own.published().generation
    assert "The build has been asked for." in said(client, post(client, "/builds"))
    page = said(client)
    assert "A build is under way" in page
    assert "Waiting for other work to end" in page
    assert "Start a build" not in page
    job = own.jobs.page(limit=1)[0]
    assert "The job is cancelled" in said(client, post(client, "/builds/cancel", job=job.id))
    assert "under way" not in said(client)
    post(client, "/builds")
    assert own.jobs.runner(Lane.HEAVY).work_off() == 1
    new = own.published().generation
    assert f"Build {new}" in said(client)

    after = post(client, "/builds/roll-back", to=old)
    assert "The build before is published again." in said(client, after)
    assert own.published().generation == old
    assert post(client, "/builds/roll-back", to=old) == "/builds?done=rolled_back", "twice is once"
    undo = re.search(r'name="to" value="(\w+)"><input type="hidden" name="undo"', client.get(after).text)
    assert undo is not None
    assert "Taken back" in said(client, post(client, "/builds/roll-back", to=undo[1], undo="1"))
    assert own.published().generation == new
    assert "not there any more" in said(client, post(client, "/builds/roll-back", to="nothing"))
    assert "not known any more" in said(client, post(client, "/builds/cancel", job="nothing"))


def test_progress_is_shown_by_steps(client: TestClient, own: Workspace) -> None:
    job = own.jobs.ask("build", who="user-gone")
    own._store.jobs.begin(Lane.HEAVY)
    own._store.jobs.note(job.id, "meaning", 6, 12)
    page = client.get("/builds").text
    assert "Step 2 of 8: reading their meaning, 6 of 12" in page
    assert 'max="8" value="1.5"' in page
    own._store.jobs.note(job.id, "another process", 0, 0)
    assert "waiting for somebody else who builds" in said(client)
    assert "somebody who is gone" in said(client)


def test_a_key_has_its_name_for_facilitators_alone(client: TestClient, own: Workspace) -> None:
    key, _ = own.users.create_key(name="Member system", role=UserRole.FACILITATOR, who="test")
    _, firm = own.users.create_key(name="Ours", role=UserRole.FIRM, actor_id="uni:1", who="test")
    own.edit_actor("uni:1", {"description": "Research on silk."}, who=key.id)
    own.edit_actor("uni:1", {"city": "Aarhus"}, who="key-gone")
    page = said(client, "/history?subject=uni:1")
    assert f"Member system ({key.id})" in page
    assert "key-gone" in page
    assert f"Member system ({key.id})" in client.get("/history/download").text
    client.headers["authorization"] = f"Bearer {firm}"
    page = said(client, "/history?subject=uni:1")
    assert "Research on silk." in page
    assert key.id in page
    assert "Member system" not in page
    assert "Member system" not in client.get("/history/download").text


def test_much_work_is_told_page_by_page_and_the_build_is_found_among_it(
    client: TestClient, own: Workspace
) -> None:
    own.jobs.ask("build", who="kim-builds")
    jobs = [own.jobs.ask("landscape-export", who=f"user {number}") for number in range(25)]
    first = client.get("/builds").text
    assert "A build is under way" in first
    assert "kim-builds" not in first
    older = re.search(r'rel="next" href="(/builds\?before=\d+)#jobs"', first)
    assert older is not None
    second = client.get(older[1]).text
    assert "kim-builds" in second
    told = re.findall(r"<td>user (\d+)</td>", first + second)
    assert told == [str(number) for number in reversed(range(len(jobs)))]


def test_a_failed_job_says_why_and_names_no_path(client: TestClient, own: Workspace) -> None:
    own.jobs.ask("build", who="test")
    own._store.jobs.begin(Lane.HEAVY)
    job = own.jobs.page(limit=1)[0]
    from matchmaker.jobs import JobState

    own._store.jobs.end(
        job.id, JobState.FAILED, problem="No space in /srv/secret.", problem_kind="StoreFullError"
    )
    page = said(client)
    assert "No space is left on the disk" in page
    assert "secret" not in page
    assert "secret" not in client.get(f"/api/v1/jobs/{job.id}").text


def test_damage_is_told(client: TestClient, own: Workspace) -> None:
    name = own.published().generation
    victim = next(each for each in (own.folder / "builds" / name).iterdir() if each.suffix == ".arrow")
    victim.write_bytes(victim.read_bytes()[:-9])
    with Workspace.open(own.folder) as again:
        fresh = TestClient(
            create_app(again, open_here=True),
            base_url="http://127.0.0.1:8000",
            headers={"accept-language": "en"},
        )
        page = said(fresh)
    assert "A build is damaged" in page
    assert "Nothing is built yet" in page


def test_an_empty_workspace_says_what_to_do(empty_client: TestClient) -> None:
    empty_client.headers["accept-language"] = "en"
    assert "Import actors first" in said(empty_client)
    assert "Nothing was changed yet" in said(empty_client, "/history")


def test_analysts_see_figures_and_nobody_by_name(own: Workspace) -> None:
    own.jobs.ask("build", who="kim-the-facilitator")
    _, secret = own.users.create_key(name="k", role=UserRole.ANALYST, who="t")
    client = TestClient(create_app(own), base_url="http://127.0.0.1:8000", headers={"accept-language": "en"})
    headers = {"authorization": f"Bearer {secret}"}
    page = client.get("/builds", headers=headers).text
    assert "Published" in page
    assert "kim-the-facilitator" not in page
    assert 'method="post"' not in page
    assert client.post("/builds", headers=headers).status_code == 403
    assert client.get("/api/v1/builds", headers=headers).status_code == 200
    assert client.get("/api/v1/jobs", headers=headers).status_code == 403
    _, firm = own.users.create_key(name="k", role=UserRole.FIRM, actor_id="uni:1", who="t")
    assert client.get("/builds", headers={"authorization": f"Bearer {firm}"}).status_code == 403


OPEN_PAGES = (
    "/",
    "/actors",
    "/actors/uni:1",
    "/search?q=textile+fibres",
    "/proposals",
    "/sub-clusters",
    "/spin-offs",
    "/team?idea=straw",
    "/events/spring/wishes",
    "/events/spring/participants",
)


def links(page: str) -> set[str]:
    found = {unescape(each) for each in re.findall(r'href="(/[^"#]*)', page)}
    # The test's client decodes a percent sign in a path twice, which no browser and no server does.
    odd = ("lang=", "%25")
    return {
        each
        for each in found
        if not each.startswith(("/static", "/api", "//")) and not any(part in each for part in odd)
    }


def test_a_page_of_the_build_before_keeps_working(own: Workspace) -> None:
    """Every link of it leads somewhere and its forms land, also where an actor is new and another changed."""
    with TestClient(
        create_app(own, open_here=True), base_url="http://127.0.0.1:8000", headers={"accept-language": "en"}
    ) as client:
        client.post("/api/v1/events", json={"name": "Spring", "zone": "Europe/Copenhagen", "id": "spring"})
        for number, actor in enumerate(("uni:1", "fibre:1"), 1):
            client.put(
                f"/api/v1/events/spring/participants/p{number}",
                json={"actor_id": actor, "persons": []},
                headers={"if-match": "*"},
            )
        pages = {path: client.get(path) for path in OPEN_PAGES}
        assert {path: page.status_code for path, page in pages.items()} == dict.fromkeys(OPEN_PAGES, 200)
        before = own.published().generation
        client.put("/api/v1/actors/new:1", json={"name": "New One", "group": "company", "offers": ["Silk"]})
        own.edit_actor("uni:1", {"description": "Research on silk and straw."}, who="test")
        assert over(client, client.post("/api/v1/builds").headers["location"])["answer"]["made"]
        assert own.published().generation != before

        wanted = set[str]().union(*(links(page.text) for page in pages.values()))
        assert len(wanted) > 30
        answered = {path: client.get(path).status_code for path in sorted(wanted)}
        assert {path: status for path, status in answered.items() if status not in (200, 503)} == {}

        wishes = pages["/events/spring/wishes"].text
        form = re.search(r'<form[^>]*method="post"[^>]*action="([^"]*wishes[^"]*)"', wishes)
        assert form is not None
        kept = client.post(
            "/api/v1/events/spring/preferences", json={"given": [{"a": "p1", "b": "p2", "kind": "meet"}]}
        )
        assert kept.status_code == 200
        search = client.get("/search", params={"q": "silk"})
        assert "New One" in search.text


def test_a_list_that_was_begun_on_the_build_before_says_so(own: Workspace) -> None:
    with TestClient(create_app(own, open_here=True), base_url="http://127.0.0.1:8000") as client:
        cursor = client.get("/api/v1/actors?limit=2").json()["next"]
        own.edit_actor("uni:1", {"description": "Research on silk."}, who="test")
        over(client, client.post("/api/v1/builds").headers["location"])
        answer = client.get(f"/api/v1/actors?limit=2&cursor={cursor}")
    assert answer.status_code == 422
    assert answer.json()["field"] == "cursor"
