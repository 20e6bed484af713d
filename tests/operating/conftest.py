"""A planted workspace, made once and copied for each test that writes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.made_once import made_once
from tests.operating.planted import plant


@pytest.fixture(scope="session")
def planted_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(
        tmp_path_factory, "planted", lambda folder: plant(folder, tmp_path_factory.mktemp("tables"))
    )


@pytest.fixture
def planted(planted_once: Path, tmp_path: Path) -> Path:
    """A copy of the planted workspace."""
    folder = tmp_path / "workspace"
    shutil.copytree(planted_once, folder)
    return folder
