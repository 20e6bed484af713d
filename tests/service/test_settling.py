"""What a build consists of is set aside from the collection of garbage, where nothing else runs in the process."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from pathlib import Path

from service.settling import Settling

PROGRAM = """
import gc
import sys
import threading
import time
from pathlib import Path
from fastapi.testclient import TestClient
from matchmaker.workspace import Workspace
from service.app import create_app

collected = []
gc.callbacks.append(
    lambda phase, told: collected.append(threading.current_thread().name)
    if phase == "start" and told["generation"] == 2 else None
)

def settled():
    while any(each.name in ("warming", "settling") for each in threading.enumerate()):
        time.sleep(0.01)
    return collected.count("settling"), gc.get_freeze_count() > 1000

with Workspace.open(Path(sys.argv[1])) as workspace:
    with TestClient(create_app(workspace, open_here=True, alone=True), base_url="http://localhost") as client:
        print(*settled())
        assert client.get("/api/v1/actors").status_code == 200
        print(*settled())
        workspace.edit_actor("uni:1", {"description": "Something else."}, who="tests")
        workspace.build()
        until = time.monotonic() + 60
        # Whoever comes while another loads the new build is answered from the old one.
        while collected.count("settling") < 4 and time.monotonic() < until:
            assert client.get("/api/v1/actors").status_code == 200
            time.sleep(0.05)
        assert client.get("/actors/uni:1").status_code == 200
        print(*settled())
"""

BUSY = """
import gc
import threading
import time
from service.settling import Settling

begun, collected = [], []

def interrupted(phase, told):
    here = threading.current_thread().name
    if phase == "start" and here == "settling" and told["generation"] == 2:
        collected.append(here)
    if phase == "start" and here == "MainThread" and not begun:
        begun.append(here)
        Settling(alone=True).seen("a build")
        time.sleep(0.3)  # within a collection, while the other thread asks for its own

gc.callbacks.append(interrupted)
gc.collect(0)
while any(each.name == "settling" for each in threading.enumerate()):
    time.sleep(0.01)
print(len(begun), len(collected), gc.get_freeze_count() > 1000)
"""


def test_a_collection_under_way_elsewhere_does_not_leave_the_garbage_in() -> None:
    done = subprocess.run([sys.executable, "-c", BUSY], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["1", "2", "True"], done.stderr


def test_each_build_that_is_served_is_set_aside_once(built_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    shutil.copytree(built_folder, folder)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)], capture_output=True, text=True, check=False
    )
    # Before it is set aside, and after.
    assert done.stdout.splitlines() == ["2 True", "2 True", "4 True"], done.stderr


def test_a_process_with_other_work_is_left_alone() -> None:
    before = set(threading.enumerate())
    Settling(alone=False).seen("a build")
    assert set(threading.enumerate()) <= before
