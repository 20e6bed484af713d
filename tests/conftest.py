"""What many tests share: the sample cluster, imported and built once with the real encoder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from matchmaker.workspace import Workspace
from tests.made_once import made_once

ROOT = Path(__file__).parent.parent
DATA = ROOT / "data"

# The default model is prepared once for all workspaces of all runs; a waiting thread must not starve another process.
os.environ["MATCHMAKER_GRAPHS"] = str(ROOT / ".pytest_cache" / "graphs")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace folder with the sample cluster, built; not to be written to."""

    def make(folder: Path) -> None:
        with Workspace.open(folder, create=True) as workspace:
            workspace.import_table(
                DATA / "actors.csv", collaborations=DATA / "collaborations.csv", who="tests"
            )
            workspace.build()

    return made_once(tmp_path_factory, "sample", make)


@pytest.fixture(scope="session")
def sample(sample_folder: Path) -> Iterator[Workspace]:
    """The sample cluster, open for reading."""
    with Workspace.open(sample_folder) as workspace:
        yield workspace
