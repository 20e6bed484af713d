"""A built workspace of twelve actors, copied for each test that writes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from matchmaker.workspace import Workspace
from tests.made_once import made_once
from tests.service.tiny_cluster import build


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(
        tmp_path_factory, "tiny", lambda folder: build(folder, tmp_path_factory.mktemp("tables"))
    )


@pytest.fixture
def tiny_copy(tiny_folder: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    shutil.copytree(tiny_folder, folder)
    return folder


@pytest.fixture
def tiny(tiny_copy: Path) -> Iterator[Workspace]:
    with Workspace.open(tiny_copy) as opened:
        yield opened
