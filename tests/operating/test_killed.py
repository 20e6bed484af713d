"""An erasure, a backup or a restore that is killed at any moment leaves what was there, or what was to be, and can be finished."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from matchmaker.backups import restore
from matchmaker.errors import ActorNotFoundError
from matchmaker.store import Store
from matchmaker.workspace import DATABASE, Workspace
from tests.operating.planted import ACTOR, CANARIES, holds
from tests.operating.test_backups import NOW
from tests.operating.test_erasing import tables

ERASE = """
import sys
from pathlib import Path
from matchmaker.workspace import Workspace
with Workspace.open(Path(sys.argv[1])) as workspace:
    print("open", flush=True)
    workspace.erase_actor(sys.argv[2], who="tests")
    print("erased", flush=True)
    workspace.finish_erasing(rebuild=False)
    print("finished", flush=True)
"""

RESTORE = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from matchmaker.backups import restore
from matchmaker.workspace import DATABASE
print("open", flush=True)
restore(Path(sys.argv[2]), Path(sys.argv[1]), DATABASE, lists=[], replace=True, now=datetime(2027, 5, 1, tzinfo=UTC), who="t")
print("restored", flush=True)
"""


def killed(program: str, *arguments: str, after: float) -> set[str]:
    """Kill the program some time after it is open; what it had said until then."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    time.sleep(after)
    process.kill()
    said, _ = process.communicate()
    return set(said.split())


@pytest.mark.parametrize("seed", range(3))
def test_an_erasure_that_is_killed_is_whole_or_not_begun_and_can_be_finished(
    planted: Path, seed: int
) -> None:
    said = killed(ERASE, str(planted), ACTOR, after=random.Random(seed).random() * 0.5)
    with Store.open(planted / DATABASE) as store:
        store.check()
        there = store.find_actor(ACTOR) is not None
        listed = len(store.erasing.all())
    assert there == (listed == 0), "it is on the list exactly where it is gone"
    assert not (there and "erased" in said), "what was acknowledged is done"
    with Workspace.open(planted) as workspace:
        if there:
            workspace.erase_actor(ACTOR, who="tests")
        with pytest.raises(ActorNotFoundError):
            workspace.actor(ACTOR)
        workspace.finish_erasing(rebuild=False)
    assert holds(planted, CANARIES) == {}


@pytest.mark.parametrize("seed", range(2))
def test_a_restore_that_is_killed_leaves_a_whole_workspace_somewhere(
    planted: Path, tmp_path: Path, seed: int
) -> None:
    backup = tmp_path / "old.sqlite"
    with Workspace.open(planted) as workspace:
        workspace.back_up(backup)
        workspace.edit_actor("uni:2", {"website": "https://later.example"}, who="tests")
    present = tables(planted)
    killed(RESTORE, str(planted), str(backup), after=random.Random(seed).random() * 0.3)
    aside = list(tmp_path.glob("workspace.before-*"))
    assert tables(aside[0] if aside else planted) == present
    if planted.exists():
        with Store.open(planted / DATABASE) as store:
            store.check()
        shutil.rmtree(planted)
    restore(backup, planted, DATABASE, lists=[], replace=False, now=NOW, who="tests")
    with Store.open(planted / DATABASE) as store:
        assert store.actor("uni:2").website == ""
