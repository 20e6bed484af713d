"""Pages stay light: none over 100 kB on the sample cluster with an event of 120 participants, the picture of the map excepted."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.events import Attendance, Attendee, Person, Remark, Session, Table
from matchmaker.workspace import Workspace
from service.app import create_app
from tests.browser.every_page import pages

MOST_BYTES = 100_000
EVENT = "fuldt-hus"


@pytest.fixture(scope="module")
def full(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of the sample with an event that fills the house, held and said."""
    folder = tmp_path_factory.mktemp("full") / "workspace"
    shutil.copytree(sample_folder, folder)
    with Workspace.open(folder) as workspace:
        events = workspace.events
        events.create(
            "Fuldt hus",
            zone="Europe/Copenhagen",
            sessions=[
                Session("Formiddag", datetime(2026, 1, 14, 9), datetime(2026, 1, 14, 11, 30), 20, 5),
                Session("Eftermiddag", datetime(2026, 1, 14, 12, 30), datetime(2026, 1, 14, 15), 20, 5),
            ],
            tables=[Table(f"Bord {number}") for number in range(1, 46)],
            who="tests",
        )
        actors = sorted(workspace.published().actor_names())[:120]
        events.attend(
            EVENT,
            [
                Attendee(
                    f"p{number}", actor, (Person(f"Åse Søn {number}", f"p{number}@example.dk", "Direktør"),)
                )
                for number, actor in enumerate(actors, 1)
            ],
            who="tests",
        )
        events.propose(EVENT, who="tests")
        events.schedule(EVENT, time_limit=2, who="tests")
        version = events.version(EVENT)
        assert version is not None
        assert len(version.plan.appointments) > 300
        events.follow_up.say(
            EVENT, [Remark(each.a, each.b, Attendance()) for each in version.plan.appointments], who="tests"
        )
        app = create_app(workspace, open_here=True)
        with TestClient(app, base_url="http://127.0.0.1:8000") as client:
            yield client


def worked_out(client: TestClient, path: str) -> bytes:
    """The page, once it is there."""
    for _ in range(300):
        answer = client.get(path, headers={"accept-language": "da"})
        if answer.status_code not in (202, 503):
            break
        time.sleep(0.2)
    assert answer.status_code in (200, 404), path
    return answer.content


def test_no_page_weighs_more_than_a_hundred_kilobytes(full: TestClient, sample: Workspace) -> None:
    values = {
        "actor_id": "hejrebaek",
        "sub_cluster_id": sample.published().sub_clusters()[0].id,
        "event_id": EVENT,
        "participant_id": "p1",
        "what": "participants",
        "token": "nobody",
    }
    version = full.get(f"/api/v1/events/{EVENT}/schedule").json()
    one = version["meetings"][0]
    addresses = [
        *pages(values),
        f"/events/{EVENT}/wishes?view=grid",
        f"/events/{EVENT}/schedule?session=2",
        f"/events/{EVENT}/schedule/change?a={one['a']}&b={one['b']}",
        f"/events/{EVENT}/desk?find=a",
        "/search?q=brun+saft",
        "/team?idea=Vi+presser+saft+af+gr%C3%A6s",
    ]
    weights = {path: len(worked_out(full, path)) for path in addresses}
    assert len(weights) > 35
    assert {path: weight for path, weight in weights.items() if weight > MOST_BYTES} == {}
