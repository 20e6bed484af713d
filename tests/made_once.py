"""Folders that take long to make: one process of a run makes each, and every other copies it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from matchmaker.store.lock import WriterLock

PATIENCE = 500.0
"""Seconds that a process waits for the one that makes a folder."""


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A copy of this process's own of what ``make`` leaves in the folder that it is given."""
    run = factory.getbasetemp()
    # The processes of one run have their folders side by side.
    shared = run.parent if "PYTEST_XDIST_WORKER" in os.environ else run
    made = shared / f"made-once-{name}"
    with WriterLock(shared / f"made-once-{name}.lock", wait=PATIENCE).held():
        if not made.exists():
            part = made.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            make(part)
            part.rename(made)
    own = factory.mktemp(name) / "workspace"
    shutil.copytree(made, own)
    return own
