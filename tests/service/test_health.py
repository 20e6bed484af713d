"""A damaged build is never served, and readiness says so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.workspace import Workspace
from service.app import create_app
from tests.service.tiny_cluster import ACTORS, HEADERS, write_csv


@pytest.fixture
def twice_built(built_folder: Path, tmp_path: Path) -> tuple[Path, str, str]:
    """A workspace with two builds; its folder, and the names of the earlier and the later one."""
    folder = tmp_path / "workspace"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as workspace:
        earlier = workspace.published().generation
        newcomer = ("new:1", "Newcomer", *ACTORS[0][2:])
        workspace.import_table(write_csv(tmp_path / "new.csv", HEADERS, (newcomer,)), who="test")
        later = workspace.build().generation
    return folder, earlier, later


def damage(folder: Path, generation: str) -> None:
    victim = folder / "builds" / generation / "vectors.npy"
    content = bytearray(victim.read_bytes())
    content[-1] ^= 1
    victim.write_bytes(content)


@pytest.fixture
def serving(twice_built: tuple[Path, str, str]) -> Iterator[TestClient]:
    folder, _, later = twice_built
    damage(folder, later)
    with (
        Workspace.open(folder) as workspace,
        TestClient(create_app(workspace, open_here=True), base_url="http://localhost") as client,
    ):
        yield client


def test_a_whole_build_is_ready(client: TestClient) -> None:
    assert client.get("/readyz").json()["status"] == "ready"


def test_the_previous_build_is_served_when_the_newest_is_damaged(
    serving: TestClient, twice_built: tuple[Path, str, str]
) -> None:
    _, earlier, later = twice_built
    assert earlier != later
    readiness = serving.get("/readyz")
    assert readiness.status_code == 200
    assert (readiness.json()["status"], readiness.json()["generation"]) == ("degraded", earlier)
    # The profile that is newer than the earlier build lies over it; what is built from profiles does not know it.
    assert serving.get("/api/v1/actors/new:1").status_code == 200
    assert "new:1" not in serving.get("/api/v1/map").text
    assert serving.get("/api/v1/actors/uni:1").status_code == 200
    status = serving.get("/api/v1/status")
    assert (status.json()["damaged_builds"], status.json()["generation"]) == (1, earlier)
    assert "vectors.npy" not in status.text + readiness.text


def test_with_every_build_damaged_it_starts_and_says_what_to_do(twice_built: tuple[Path, str, str]) -> None:
    folder, earlier, later = twice_built
    damage(folder, earlier)
    damage(folder, later)
    with (
        Workspace.open(folder) as workspace,
        TestClient(create_app(workspace, open_here=True), base_url="http://localhost") as client,
    ):
        readiness = client.get("/readyz")
        assert readiness.status_code == 503
        assert readiness.json()["type"] == "urn:matchmaker:problem:damaged-build"
        assert int(readiness.headers["retry-after"]) > 0
        assert client.get("/healthz").status_code == 200
        assert client.get("/api/v1/actors").status_code == 503
        assert client.get("/api/v1/status").json()["damaged_builds"] == 2
