"""A built workspace of twelve actors, copied for each test that writes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from matchmaker.workspace import Workspace
from tests.service.tiny_cluster import ACTORS, COLLABORATIONS, HEADERS, write_csv


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tables, folder = tmp_path_factory.mktemp("tables"), tmp_path_factory.mktemp("alerts") / "workspace"
    with Workspace.open(folder, create=True) as workspace:
        workspace.import_table(
            write_csv(tables / "actors.csv", HEADERS, ACTORS),
            collaborations=write_csv(
                tables / "projects.csv", ("id", "title", "signed", "participants", "text"), COLLABORATIONS
            ),
            who="tests",
        )
        workspace.build()
    return folder


@pytest.fixture
def tiny_copy(tiny_folder: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    shutil.copytree(tiny_folder, folder)
    return folder


@pytest.fixture
def tiny(tiny_copy: Path) -> Iterator[Workspace]:
    with Workspace.open(tiny_copy) as opened:
        yield opened
