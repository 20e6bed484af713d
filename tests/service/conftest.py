"""Clients of the service over a built workspace of twelve actors, over the sample cluster, and for a town of firms."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.jobs import Lane
from matchmaker.workspace import Workspace
from service.app import create_app
from tests.made_once import made_once
from tests.service.firms import Town, settle, town_of
from tests.service.tiny_cluster import build


@pytest.fixture(scope="session")
def built_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one published build, closed."""
    return made_once(
        tmp_path_factory, "tiny", lambda folder: build(folder, tmp_path_factory.mktemp("tables"))
    )


@pytest.fixture(scope="session")
def workspace(built_folder: Path) -> Iterator[Workspace]:
    with Workspace.open(built_folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def client(workspace: Workspace) -> Iterator[TestClient]:
    """A client of the whole service; its own errors are answers here, as they are for everybody."""
    with TestClient(
        create_app(workspace, open_here=True),
        base_url="http://127.0.0.1:8000",
        raise_server_exceptions=False,
    ) as opened:
        yield opened


@pytest.fixture(scope="session")
def facilitator(workspace: Workspace) -> Iterator[TestClient]:
    """A client of the same service where whoever asks is a facilitator; it changes nothing."""
    with TestClient(
        create_app(workspace, open_here=True),
        base_url="http://127.0.0.1:8000",
        raise_server_exceptions=False,
    ) as opened:
        yield opened


@pytest.fixture
def arranging(built_folder: Path, tmp_path: Path) -> Iterator[TestClient]:
    """A facilitator's client of a copy that may be written to."""
    folder = tmp_path / "arranging"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as opened:
        app = create_app(opened, open_here=True)
        # Not started as a whole: nothing here needs the encoder, or more than schedules.
        schedules = opened.jobs.runner(Lane.SCHEDULES)
        schedules.start()
        yield TestClient(app, base_url="http://127.0.0.1:8000", headers={"accept-language": "en"})
        schedules.stop()


@pytest.fixture
def idle(built_folder: Path, tmp_path: Path) -> Iterator[TestClient]:
    """The same where nobody works on jobs, so that they wait."""
    folder = tmp_path / "idle"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as opened:
        app = create_app(opened, open_here=True)
        yield TestClient(app, base_url="http://127.0.0.1:8000", headers={"accept-language": "en"})


@pytest.fixture(scope="module")
def sample_client(sample: Workspace) -> Iterator[TestClient]:
    """A client of the service over the sample cluster; it changes nothing."""
    with TestClient(create_app(sample, open_here=True), base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.fixture(scope="session")
def settled(built_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder with users who are signed in, and their sessions."""
    folder = tmp_path_factory.mktemp("firms") / "town"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as opened:
        return folder, settle(opened)


@pytest.fixture
def town(settled: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[Town]:
    """A copy of it that may be written to, with a client for each."""
    folder = tmp_path / "town"
    shutil.copytree(settled[0], folder)
    with Workspace.open(folder) as opened:
        yield town_of(opened, settled[1])


@pytest.fixture
def empty_client(tmp_path: Path) -> Iterator[TestClient]:
    """A client of a service over a workspace in which nothing is stored or built."""
    with (
        Workspace.open(tmp_path / "empty", create=True) as opened,
        TestClient(
            create_app(opened, open_here=True),
            base_url="http://127.0.0.1:8000",
            raise_server_exceptions=False,
        ) as serving,
    ):
        yield serving


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
