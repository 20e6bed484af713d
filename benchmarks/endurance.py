"""Memory of `matchmaker serve` over many requests of every kind, and how they were answered.

    python -m benchmarks.endurance WORKSPACE [--requests 1000000] [--warm-up 100000] [--every 10000] [--changes 0.12]
        [--askers 2] [--quiet 65]

``WORKSPACE`` is a built one and is copied; the copy is served as ``matchmaker serve`` does it, in a process of its own, without
limits of rate. A facilitator, an analyst and every firm of the cluster ask with keys, over connections that stay open: every page and every
address of the API that is read, searches of which none is like another, and changes that are taken back: a draft, a note,
an answer, a saved search, and rarely a profile or a key. Which is asked, and by which firm, is drawn with a seed for each connection. The command ends with 1 where an answer was a 5xx
other than an announced 503, a connection broke, or memory grew by more than 20 MB after the warm-up, read each time when nobody
had asked for ``--quiet`` seconds: between requests free pages come and go by some 50 MB. A file is asked for a tenth as often as any other address. Figures come from ``/proc``, so this runs on Linux.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote

from benchmarks.asking import ROLES, Drawing, Served, paths, served
from benchmarks.footprint import MIB, memory
from service.permissions import Role

MOST_GROWTH = 20.0
"""MB that memory may grow by after the warm-up, each time read when nobody asked for a while."""
FILES, FILE_SHARE = ("/download", ".pdf", "{ending}"), 0.1
"""Ends of addresses of files, and how often one is asked for beside any other address."""


@dataclass
class Asked:
    """Requests sent so far, and how they were answered."""

    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __add__(self, other: Asked) -> Asked:
        return Asked(self.sent + other.sent, self.statuses + other.statuses, self.faults + other.faults)


class Asker:
    """Asks what a seed draws, over one connection that is opened again where it was closed."""

    def __init__(self, service: Served, seed: int, *, changes: float, edits: float) -> None:
        self._service = service
        self._changes, self._edits = changes, edits
        self._drawing = Drawing(service, seed)
        self._chance = self._drawing.chance
        self._connection = HTTPConnection("127.0.0.1", service.port, timeout=300)
        self._read = [(role, path) for role in ROLES for path in paths(role)]
        self._own = self._drawing.firms[0]
        self.asked = Asked()

    def rest(self) -> None:
        """Close the connection, which the service would do after a while; the next request opens it again."""
        self._connection.close()

    def ask_until(self, number: int) -> None:
        """Ask until so many requests were sent."""
        while self.asked.sent < number:
            self.ask_some()

    def ask_some(self) -> None:
        """One thing that somebody does: a request, or a change and what takes it back."""
        self._own = self._chance.choice(self._drawing.firms)
        if self._chance.random() < self._changes:
            self._change()
            return
        kind = self._chance.random()
        if kind < 0.85:
            role, path = self._chance.choice(self._read)
            while path.endswith(FILES) and self._chance.random() >= FILE_SHARE:
                role, path = self._chance.choice(self._read)
            # A firm asks about itself as often as about others.
            about_itself = role is Role.FIRM and self._chance.random() < 0.5
            self._send(role, "GET", self._drawing.address(path, self._own, about_itself=about_itself))
        elif kind < 0.96:
            role = self._chance.choice(ROLES)
            self._send(role, "POST", "/api/v1/search", {"text": self._drawing.sentence()})
        else:
            self._send(Role.FIRM, "GET", f"/search?q={quote(self._drawing.sentence())}")

    def _change(self) -> None:
        own = f"/api/v1/actors/{quote(self._own, safe='')}"
        if self._chance.random() < self._edits:
            if self._chance.random() < 0.5:
                self._send(
                    Role.FIRM, "PATCH", own, {"description": self._drawing.sentence()}, {"if-match": "*"}
                )
                return
            made = self._send(Role.ANALYST, "POST", "/api/v1/keys", {"name": "endurance"})
            self._send(Role.ANALYST, "DELETE", f"/api/v1/keys/{json.loads(made).get('id', 'x')}")
            return
        other = quote(
            self._chance.choice([each for each in self._drawing.firms if each != self._own]), safe=""
        )
        match self._chance.randrange(4):
            case 0:
                made = self._send(
                    Role.FIRM, "POST", f"{own}/drafts", {"kind": "offer", "text": self._drawing.sentence()}
                )
                self._send(Role.FIRM, "DELETE", f"{own}/drafts/{json.loads(made).get('id', 'x')}")
            case 1:
                self._send(
                    Role.FACILITATOR, "PUT", f"{own}/notes/{other}", {"words": self._drawing.sentence()}
                )
                self._send(Role.FACILITATOR, "DELETE", f"{own}/notes/{other}")
            case 2:
                said = {"answer": self._chance.choice(["interested", "known"])}
                self._send(Role.FIRM, "PUT", f"{own}/answers/{other}", said)
                self._send(Role.FIRM, "DELETE", f"{own}/answers/{other}")
            case _:
                wanted = {"name": "endurance", "wanted": {"text": self._drawing.sentence()}}
                made = self._send(Role.ANALYST, "POST", "/api/v1/saved-searches", wanted)
                self._send(
                    Role.ANALYST, "DELETE", f"/api/v1/saved-searches/{json.loads(made).get('id', 'x')}"
                )

    def _send(
        self,
        role: Role,
        method: str,
        address: str,
        body: object = None,
        headers: dict[str, str] | None = None,
    ) -> bytes:
        sent = None if body is None else json.dumps(body)
        key = self._service.firms[self._own] if role is Role.FIRM else self._service.keys[role]
        all_headers = {"authorization": f"Bearer {key}", **(headers or {})}
        if sent is not None:
            all_headers["content-type"] = "application/json"
        self.asked.sent += 1
        try:
            self._connection.request(method, address, sent, all_headers)
            answer = self._connection.getresponse()
            content = answer.read()
        except (HTTPException, OSError) as error:
            self.asked.faults.append(f"{role} {method} {address}: {error!r}")
            self._connection.close()
            return b"{}"
        self.asked.statuses[answer.status] += 1
        announced = answer.status == 503 and answer.getheader("retry-after") is not None
        if answer.status >= 500 and not announced:
            self.asked.faults.append(f"{role} {method} {address}: {answer.status}")
        return content


def run(
    folder: Path,
    *,
    requests: int,
    warm_up: int,
    every: int,
    seed: int,
    changes: float,
    edits: float,
    askers: int,
    quiet: float,
) -> int:
    """Ask, print a line now and then, and tell at the end; 1 where the figures are not kept."""
    # Where it is broken off the service ends first, so that the askers do not go on.
    with ThreadPoolExecutor(askers) as pool, served(folder) as service:
        asking = [Asker(service, seed + each, changes=changes, edits=edits) for each in range(askers)]
        begun, told, warm = time.perf_counter(), 0, 0.0
        while told < requests:
            aim = min(told + every, requests)
            for done in [
                pool.submit(each.ask_until, aim * (place + 1) // askers - aim * place // askers)
                for place, each in enumerate(asking)
            ]:
                done.result()
            asked = sum((each.asked for each in asking), Asked())
            told, held = asked.sent, memory(service.process.pid)
            print(
                f"{told:,} requests in {time.perf_counter() - begun:,.0f} s: "
                f"resident {held['resident']} MiB, own {held['own']} MiB, "
                f"{json.dumps(dict(sorted(asked.statuses.items())))}",
                flush=True,
            )
            if (not warm and told >= warm_up) or told >= requests:
                for asker in asking:
                    asker.rest()
                time.sleep(quiet)
                held = memory(service.process.pid)
                warm = warm or held["own"]
                print(f"after {quiet:.0f} s of quiet: own {held['own']} MiB", flush=True)
    grown = (held["own"] - warm) * MIB / 1e6
    for fault in Counter(asked.faults).most_common(20):
        print(f"  {fault}")
    print(
        f"own memory grew by {grown:.0f} MB after the first {warm_up:,} requests; {len(asked.faults)} faults"
    )
    return int(bool(asked.faults) or grown > MOST_GROWTH)


def main() -> int:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--warm-up", type=int, default=100_000)
    parser.add_argument("--every", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--changes", type=float, default=0.12, help="share of what is done that is a change")
    parser.add_argument(
        "--edits", type=float, default=0.01, help="share of changes that are of a profile or a key"
    )
    parser.add_argument("--askers", type=int, default=2, help="how many ask at the same time")
    parser.add_argument(
        "--quiet",
        type=float,
        default=65.0,
        help="seconds that nobody asks before memory is compared; the service hands pages back twice a minute",
    )
    asked = parser.parse_args()
    # Whoever breaks it off ends the service as well, and nothing is left on the disk.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "workspace"
        shutil.copytree(asked.workspace, folder)
        return run(
            folder,
            requests=asked.requests,
            warm_up=asked.warm_up,
            every=asked.every,
            seed=asked.seed,
            changes=asked.changes,
            edits=asked.edits,
            askers=asked.askers,
            quiet=asked.quiet,
        )


if __name__ == "__main__":
    sys.exit(main())
