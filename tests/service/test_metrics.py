"""The figures are right, name nobody, and are shown to this machine alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from matchmaker.workspace import Workspace
from service.app import create_app
from service.limits import Gate
from service.permissions import Work

LINE = re.compile(
    r'(?P<name>[a-z_]+)(?:\{(?P<labels>[a-z_]+="[^"\n]*"(?:,[a-z_]+="[^"\n]*")*)\})? (?P<value>-?[0-9.e+-]+)'
)


def figures(text: str) -> dict[str, float]:
    """Samples by name and labels; every line must be one of the format's."""
    found = {}
    for line in text.splitlines():
        if line.startswith("#"):
            assert re.fullmatch(r"# (HELP [a-z_]+ .+|TYPE [a-z_]+ (counter|gauge|histogram))", line), line
            continue
        match = LINE.fullmatch(line)
        assert match, line
        key = match["name"] + (f"{{{match['labels']}}}" if match["labels"] else "")
        assert key not in found, f"{key} comes twice"
        found[key] = float(match["value"])
    return found


@pytest.fixture
def near(workspace: Workspace) -> Iterator[TestClient]:
    """A client on this machine, of an app of its own."""
    app = create_app(workspace, open_here=True)
    with TestClient(
        app, base_url="http://127.0.0.1", client=("127.0.0.1", 50000), raise_server_exceptions=False
    ) as client:
        yield client


def test_requests_are_counted_by_route_and_never_by_what_was_asked_for(near: TestClient) -> None:
    for _ in range(3):
        near.get("/api/v1/actors/straw:1")
    near.get("/api/v1/actors/nobody-secret")
    near.get("/somewhere-secret?q=word-secret")
    near.post("/api/v1/search", json={"text": "straw-secret"})
    near.get("/healthz", headers={"host": "evil-secret.example"})
    near.get("/static/none-secret.css")
    answer = near.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    found = figures(answer.text)

    def requests(route: str, status: int, method: str = "GET") -> float:
        return found[f'matchmaker_requests_total{{method="{method}",route="{route}",status="{status}"}}']

    assert requests("/api/v1/actors/{actor_id}", 200) == 3
    assert requests("/api/v1/actors/{actor_id}", 404) == 1
    assert requests("/api/v1/search", 200, "POST") == 1
    assert requests("none", 404) == 1
    assert requests("none", 400) == 1, "what the guard refuses is counted, too"
    assert requests("/static", 404) == 1
    assert "secret" not in answer.text


def test_a_histogram_grows_to_its_count(near: TestClient) -> None:
    for _ in range(5):
        near.get("/healthz")
    found = figures(near.get("/metrics").text)
    of_route = [
        value
        for key, value in found.items()
        if key.startswith('matchmaker_request_seconds_bucket{route="/healthz"')
    ]
    assert of_route == sorted(of_route)
    assert of_route[-1] == found['matchmaker_request_seconds_count{route="/healthz"}'] == 5
    assert found['matchmaker_request_seconds_sum{route="/healthz"}'] > 0


def test_an_unknown_method_is_no_label(near: TestClient) -> None:
    near.request("BREW", "/healthz")
    text = near.get("/metrics").text
    assert "BREW" not in text
    assert 'method="other"' in text


def test_the_build_and_the_process_are_told(near: TestClient, workspace: Workspace) -> None:
    found = figures(near.get("/metrics").text)
    assert found["matchmaker_build_published"] == 1
    assert found["matchmaker_build_age_seconds"] > 0
    assert found["matchmaker_actors"] == workspace.status().actors
    assert found['matchmaker_jobs{state="waiting"}'] == 0
    assert found["matchmaker_profiles_stale"] == 0
    assert found["process_resident_memory_bytes"] > 50_000_000
    assert found["process_open_fds"] > 3
    assert found['matchmaker_gate_places{work="search"}'] >= 1


def test_an_empty_workspace_has_figures_as_well(empty_client: TestClient) -> None:
    with TestClient(empty_client.app, base_url="http://127.0.0.1", client=("::1", 1)) as near_empty:
        found = figures(near_empty.get("/metrics").text)
    assert found["matchmaker_build_published"] == 0
    assert "matchmaker_build_age_seconds" not in found
    assert found["matchmaker_actors"] == 0


@pytest.mark.parametrize(
    "address", ["10.0.0.7", "192.0.2.1", "2001:db8::1", "testclient", "127.0.0.1.example"]
)
def test_another_machine_is_turned_away(workspace: Workspace, address: str) -> None:
    client = TestClient(create_app(workspace), base_url="http://127.0.0.1", client=(address, 50000))
    answer = client.get("/metrics")
    assert answer.status_code == 403
    assert "matchmaker_requests_total" not in answer.text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Host"])
def test_what_a_proxy_on_this_machine_passes_on_is_turned_away(near: TestClient, header: str) -> None:
    assert near.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403


def test_the_figures_are_no_part_of_the_described_api(near: TestClient) -> None:
    assert "/metrics" not in near.get("/api/v1/openapi.json").text


async def _use(gate: Gate) -> list[tuple[int, int, int]]:
    import asyncio

    from fastapi import HTTPException

    seen, hold = [], asyncio.Event()

    async def request() -> None:
        async with gate.admitted():
            await hold.wait()

    tasks = [asyncio.create_task(request()) for _ in range(4)]
    await asyncio.sleep(0.05)
    seen.append((gate.inside, gate.waiting, gate.refused))
    hold.set()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert sum(isinstance(each, HTTPException) for each in outcomes) == gate.refused
    seen.append((gate.inside, gate.waiting, gate.refused))
    return seen


def test_a_gate_tells_who_is_inside_who_waits_and_how_many_were_refused() -> None:
    import asyncio

    assert asyncio.run(_use(Gate(at_once=1, queue=2, patience=5))) == [(1, 2, 1), (0, 0, 1)]


def test_every_gate_is_told(near: TestClient) -> None:
    text = near.get("/metrics").text
    for work in Work:
        assert (f'matchmaker_gate_refused_total{{work="{work.value}"}}' in text) == (work is not Work.HEALTH)
