"""Processor time of the first view of every page, of a second one, and of the one after a firm changed its profile.

    python -m benchmarks.first_views WORKSPACE [--settled] [--over MILLISECONDS] [--only PREFIX ...]

``WORKSPACE`` is a built one and is copied. The app runs in this process behind a test client, with a facilitator, a firm and an
analyst signed in and an event of sixty participants; every GET of the table of permissions that needs no secret is asked. Figures
are milliseconds of processor, other threads included: a page that is worked out beside its reader counts in full what was
worked out while it waited.

Without ``--settled`` whoever asks comes at once: nothing was asked ahead of readers, neither after the start nor after the edit.
With it, they come once the service has asked ahead, which takes it some seconds after each.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

# As the command line does.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from fastapi import FastAPI
from fastapi.testclient import TestClient

from benchmarks.quality_tables import show
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.app import create_app
from service.permissions import RULES, Role

PARTICIPANTS = 60
PASSWORD = "correct horse battery"
BASE = "http://127.0.0.1:8000"
EVENT = {
    "name": "Large meeting",
    "place": "Viborg",
    "zone": "Europe/Copenhagen",
    "sessions": [
        {
            "name": "Day",
            "starts": "2027-03-04T09:00",
            "ends": "2027-03-04T15:00",
            "slot_minutes": 20,
            "break_minutes": 10,
        }
    ],
    "tables": [{"name": f"Table {number}"} for number in range(1, 31)],
}
LONG = ("/downloads/landscape", "/api/v1/landscape/backtest", "/api/v1/landscape/comparison")
"""What is worked out for minutes beside whoever asks; ``benchmarks.studies`` times it."""
SECRETS = ("{token}", "{draft_id}", "{job_id}", "{search_id}", "{number}", "/sign-in/provider")
IDLE = 0.3
"""Seconds of rest after which nothing is worked out in the background."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--settled", action="store_true")
    parser.add_argument("--over", type=float, default=200.0)
    parser.add_argument("--only", nargs="*", default=[""])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "workspace"
        shutil.copytree(asked.workspace, folder)
        with Workspace.open(folder) as workspace:
            _measure(workspace, tuple(asked.only), asked.over, settled=asked.settled)


def _measure(workspace: Workspace, prefixes: tuple[str, ...], over: float, *, settled: bool) -> None:
    ids = sorted(workspace.published().actor_groups())
    own, part = ids[len(ids) // 2], workspace.published().sub_clusters()[0].id
    app = create_app(workspace, alone=settled)
    with TestClient(app, base_url=BASE) as opened:
        clients = {
            role: TestClient(
                app,
                base_url=BASE,
                cookies={"session": _entered(workspace, role, own)},
                follow_redirects=False,
            )
            for role in (Role.FACILITATOR, Role.FIRM, Role.ANALYST)
        }
        assert opened
        _event(clients[Role.FACILITATOR], ids)
        paths = [each for each in _paths(own, ids[0], part) if each[1].startswith(prefixes)]
        first, again, edited = {}, {}, {}
        _asked_ahead(app, workspace, wanted=settled)
        for number, each in enumerate(paths):
            first[each] = _asked(clients[each[0]], each[1])
            again[each] = _asked(clients[each[0]], each[1])
            words = f"We dry seaweed for protein, batch {number}."
            workspace.edit_actor(own, {"description": words}, who="firm")
            _asked_ahead(app, workspace, wanted=settled)
            edited[each] = _asked(clients[each[0]], each[1])
            told = ", ".join(f"{figures[each][0]:.0f}" for figures in (first, again, edited))
            print(f"{each[1]} {first[each][1]}: {told} ms", flush=True)
    slow = [each for each in paths if max(first[each][0], edited[each][0]) > over]
    show(
        f"{len(paths)} addresses over {len(ids):,} actors; those over {over:.0f} ms",
        ["address", "status", "first, ms", "again, ms", "after an edit, ms"],
        [
            [
                each[1],
                str(first[each][1]),
                *(f"{figures[each][0]:.0f}" for figures in (first, again, edited)),
            ]
            for each in sorted(slow, key=lambda each: -first[each][0])
        ],
    )


def _asked_ahead(app: FastAPI, workspace: Workspace, *, wanted: bool) -> None:
    """Wait until the service has asked everything ahead of readers, where it does."""
    began = time.monotonic(), time.process_time()
    while wanted and not app.state.asking.is_through(workspace):
        time.sleep(0.1)
    if time.monotonic() - began[0] > 1:
        print(
            f"asked ahead in {time.monotonic() - began[0]:.1f} s, "
            f"{time.process_time() - began[1]:.1f} s of processor",
            flush=True,
        )


def _entered(workspace: Workspace, role: Role, actor_id: str) -> str:
    email = f"{role.value}@x.example"
    workspace.users.add(
        name=role.value,
        email=email,
        role=UserRole(role.value),
        actor_id=actor_id if role is Role.FIRM else "",
        password=PASSWORD,
        who="benchmark",
    )
    entered = workspace.users.sign_in(email, PASSWORD)
    assert entered is not None
    return entered[1]


def _event(client: TestClient, ids: list[str]) -> None:
    origin = {"origin": BASE}
    client.post("/api/v1/events", json=EVENT, headers=origin).raise_for_status()
    for number, actor_id in enumerate(ids[:PARTICIPANTS], 1):
        client.put(
            f"/api/v1/events/large-meeting/participants/p{number}",
            json={"actor_id": actor_id, "persons": [{"name": f"Person {number}"}]},
            headers={"if-match": "*", **origin},
        ).raise_for_status()


def _paths(own: str, partner: str, part: str) -> list[tuple[Role, str]]:
    """Every GET of the table that needs no secret, with who asks: a facilitator where one may."""
    given = {
        "{actor_id:path}": quote(own, safe=":"),
        "{actor_id}": quote(own, safe=""),
        "{partner_id}": quote(partner, safe=""),
        "{sub_cluster_id:path}": quote(part, safe=":"),
        "{sub_cluster_id}": quote(part, safe=""),
        "{event_id}": "large-meeting",
        "{participant_id}": "p1",
        "{what}": "participants",
    }
    found = []
    for (method, path), rule in RULES.items():
        if method != "GET" or path == "/static" or any(each in path for each in (*SECRETS, *LONG)):
            continue
        role = next(
            (each for each in (Role.FACILITATOR, Role.FIRM, Role.ANALYST) if each in rule.roles), None
        )
        if role is None:
            continue
        for name, value in given.items():
            path = path.replace(name, value)
        endings = ("json", "xlsx") if path.startswith("/my/data") else ("pdf", "xlsx")
        for ending in endings if "{ending}" in path else ("",):
            found.append((role, path.replace("{ending}", ending)))
    return found


def _asked(client: TestClient, path: str) -> tuple[float, int]:
    _settle()
    started = time.process_time()
    status = client.get(path).status_code
    return 1000 * (time.process_time() - started), status


def _settle() -> None:
    """Wait until nothing is worked out in the background any more."""
    while True:
        before = time.process_time()
        time.sleep(IDLE)
        if time.process_time() - before < IDLE / 30:
            return


if __name__ == "__main__":
    main()
