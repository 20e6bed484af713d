"""What the benchmarks of a running service share: it is served, everybody has a key, and what is read is drawn with a seed."""

from __future__ import annotations

import random
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.permissions import RULES, Role

ROLES = (Role.FACILITATOR, Role.FIRM, Role.ANALYST)
MOST_FIRMS = 1_000
LONG = (
    "/downloads",
    "/backtest",
    "/comparison",
    "/api/v1/landscape/backtest",
    "/api/v1/landscape/comparison",
)
"""What is worked out for minutes once and then kept; ``benchmarks.studies`` times it."""
SECRETS = ("{token}", "{draft_id}", "{job_id}", "{search_id}", "{number}", "{event_id}", "/sign-in/provider")
WORDS = [
    "straw",
    "protein",
    "grass",
    "biogas",
    "enzyme",
    "fibre",
    "whey",
    "heat",
    "pump",
    "data",
    "algae",
    "wood",
    "bio",
    "refinery",
    "sensor",
    "salt",
]


@dataclass
class Served:
    """A running service: its process, its port, keys by role, and what can be asked about."""

    process: subprocess.Popen[str]
    port: int
    keys: dict[Role, str]
    """Of the facilitator and the analyst."""
    firms: dict[str, str]
    """The key of each actor's firm, by the actor's id."""
    part: str
    """Id of a sub-cluster."""


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """The workspace served by a process of its own, which is ended afterwards."""
    (folder / "settings.toml").write_text(
        "".join(f"rate_{each} = 0\n" for each in ("read", "search", "cluster", "write", "schedule"))
    )
    with Workspace.open(folder) as workspace:
        snapshot = workspace.published()
        part = snapshot.sub_clusters()[0].id

        def key(role: Role, actor_id: str = "") -> str:
            return workspace.users.create_key(
                name=role.value, role=UserRole(role.value), actor_id=actor_id, who="benchmark"
            )[1]

        keys: dict[Role, str] = {role: key(role) for role in ROLES if role is not Role.FIRM}
        firms = {
            actor_id: key(Role.FIRM, actor_id) for actor_id in sorted(snapshot.actor_groups())[:MOST_FIRMS]
        }
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "matchmaker.cli", "-w", str(folder), "serve", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        text=True,
    )
    try:
        running = Served(process, port, keys, firms, part)
        _until_ready(running)
        yield running
    finally:
        process.terminate()
        process.wait(timeout=30)


class Drawing:
    """Draws what is asked: addresses that can be read, by whom, and sentences of which none is like another."""

    def __init__(self, service: Served, seed: int) -> None:
        self.chance = random.Random(seed)
        self.firms = list(service.firms)
        self._part = service.part

    def address(self, path: str, own: str, *, about_itself: bool) -> str:
        """A path with its places filled, for the firm of the actor ``own``."""
        given = {
            "actor_id:path": quote(own, safe=":"),
            "actor_id": quote(own if about_itself else self.chance.choice(self.firms), safe=""),
            "partner_id": quote(self.chance.choice(self.firms), safe=""),
            "sub_cluster_id:path": quote(self._part, safe=":"),
            "sub_cluster_id": quote(self._part, safe=""),
            "ending": self.chance.choice(("xlsx", "json", "pdf")),
        }
        found = re.sub(r"{([^}]+)}", lambda match: given.get(match[1], "x"), path)
        if found in ("/actors", "/proposals", "/api/v1/actors", "/api/v1/proposals"):
            return f"{found}?{'q' if found != '/proposals' else 'text'}={self.chance.choice(WORDS)}"
        return found

    def sentence(self) -> str:
        """Four words and a number."""
        chosen = [self.chance.choice(WORDS) for _ in range(4)]
        return f"{' '.join(chosen)} {self.chance.randrange(10**9)}"


def paths(role: Role) -> list[str]:
    """What a role may read and what is answered at once, as templates of addresses."""
    return [
        path
        for (method, path), rule in RULES.items()
        if method == "GET"
        and role in rule.roles
        and path != "/static"
        and not any(each in path for each in SECRETS)
        and not path.startswith(LONG)
    ]


def _until_ready(service: Served) -> None:
    for _ in range(600):
        try:
            connection = HTTPConnection("127.0.0.1", service.port, timeout=30)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit("The workspace is not ready; build it first.")
