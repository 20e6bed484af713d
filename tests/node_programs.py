"""Programs under Node that tests run; a test that needs one is skipped with the reason where it cannot run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "node"


def node(*modules: str) -> str:
    """The path of Node; skips the test where it, or one of these modules, is not installed."""
    found = shutil.which("node")
    if found is None:
        pytest.skip("Node is not installed")
    missing = [each for each in modules if not (FOLDER / "node_modules" / each / "package.json").is_file()]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed: npm ci --prefix tests/node")
    return found
