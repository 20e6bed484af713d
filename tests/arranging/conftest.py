"""An event in the sample cluster, for every test of events to change."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from matchmaker.events import Attendee, Person, Session, Table
from matchmaker.workspace import Workspace

EVENT = "foraarsmoede"


@pytest.fixture
def workspace(sample_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A built copy of the sample cluster that may be written to."""
    folder = tmp_path / "workspace"
    shutil.copytree(sample_folder, folder)
    with Workspace.open(folder) as opened:
        yield opened


@pytest.fixture
def arranged(workspace: Workspace) -> Workspace:
    """The same with an event of 24 participants, six slots and ten tables, proposals asked for, nothing scheduled."""
    events = workspace.events
    events.create(
        "Forårsmøde",
        place="Viborg",
        zone="Europe/Copenhagen",
        sessions=[Session("Formiddag", datetime(2027, 3, 4, 9), datetime(2027, 3, 4, 12), 20, 10)],
        tables=[Table(f"Bord {number}") for number in range(1, 11)],
        who="tests",
    )
    actors = sorted(workspace.published().actor_names())[:24]
    people = [
        Attendee(f"p{place}", actor_id, (Person(f"Deltager {place}"),))
        for place, actor_id in enumerate(actors, 1)
    ]
    events.attend(EVENT, people, who="tests")
    events.propose(EVENT, who="tests")
    return workspace
