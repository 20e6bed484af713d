"""The service under rising load: suggestions, search and pages, at the same time slower and slower or refused in good order.

    python -m benchmarks.load WORKSPACE
    python -m benchmarks.load WORKSPACE --seconds 4 --kind search

Serves a copy of a built workspace with ``matchmaker serve``, in a process of its own. The load comes from a third process,
``benchmarks.load_client``: it sends at random times that do not depend on the answers, counts latency from when a request was
due, and keeps accepted and refused requests apart. Ready-made generators (wrk, autocannon) measure all answers as one or wait for
the slow ones. First as many askers as processors find what can be answered; then come steps of that rate, up to ten times of it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

STEPS = (0.25, 0.5, 0.8, 1.0, 1.5, 3.0, 10.0)
"""Shares of what can be answered."""
ACTORS_ASKED = 2_000
QUIET_SECONDS, QUIET_SHARE = 5.0, 0.03
"""A service that uses less than this share of a processor for so long has nothing left to do by itself."""
SENTENCES = (
    "Who can {verb} {thing}?",
    "We look for somebody who can {verb} {thing} near us.",
    "Hvem kan {verb} {thing}?",
    "Vi søger en partner til at {verb} {thing} i stor skala.",
)
VERBS = ("dry", "recycle", "measure", "store", "tørre", "genbruge", "måle", "levere", "test", "model")
THINGS = (
    "textile fibres from straw", "protein from grass", "hydrogen in pipelines", "medical images", "battery cells",
    "varme fra datacentre", "spildevand", "fiskeaffald", "satellitbilleder", "soil carbon", "rare earths", "vaccines",
    "offshore foundations", "timber houses", "quantum sensors",
)  # fmt: skip


def main() -> None:
    """Measure and print a table for each kind of request."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("workspace", type=Path, help="a built one; it is copied and not written to")
    options.add_argument("--seconds", type=float, default=8.0, help="of each step")
    options.add_argument("--kind", choices=("suggestions", "search", "pages"), action="append")
    options.add_argument("--output", type=Path, help="also write all figures as JSON")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "workspace"
        shutil.copytree(asked.workspace, folder)
        port = _free_port()
        program = Path(sys.executable).with_name("matchmaker")
        with subprocess.Popen(
            [str(program), "--workspace", str(folder), "serve", "--port", str(port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as service:
            try:
                figures = _measured(service.pid, port, asked.seconds, asked.kind)
            finally:
                service.terminate()
    if asked.output:
        asked.output.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def _measured(pid: int, port: int, seconds: float, kinds: list[str] | None) -> dict[str, Any]:
    _until_ready(port)
    requests = _requests(port)
    _until_settled(pid)
    figures: dict[str, Any] = {"processors": os.cpu_count(), "megabytes_before": _megabytes(pid)}
    print(
        f"{figures['processors']} processors, load {os.getloadavg()[0]:.1f}, {figures['megabytes_before']:.0f} MB before"
    )
    for number, (kind, asked) in enumerate(requests.items()):
        if kinds and kind not in kinds:
            continue
        plan = {"port": port, "requests": asked, "seconds": seconds, "seed": number}
        # What is read once is read before it is measured.
        _client({**plan, "at_once": 2, "seconds": min(2.0, seconds)})
        whole = _client({**plan, "at_once": os.cpu_count() or 1})
        able = max(whole["answered"] / whole["seconds"], 0.1)
        print(f"\n{kind}: {able:.1f} a second with {os.cpu_count()} askers, p99 {_ms(whole['p99'])}")
        print(
            f"{'offered/s':>10} {'answered/s':>11} {'p50 ms':>8} {'p99 ms':>8} {'refused':>8} {'refused p99':>12}  others"
        )
        steps = []
        for share in STEPS:
            found = _client({**plan, "rate": share * able})
            steps.append({"share": share, **found})
            print(
                f"{found['sent'] / seconds:>10.1f} {found['answered'] / found['seconds']:>11.1f} {_ms(found['p50']):>8} "
                f"{_ms(found['p99']):>8} {found['refused'] / max(found['sent'], 1):>8.0%} {_ms(found['refused_p99']):>12}  "
                f"{found['others'] or ''}{' WITHOUT Retry-After' if found['refused_without_retry_after'] else ''}",
                flush=True,
            )
        figures[kind] = {"able": able, "steps": steps, "megabytes": _megabytes(pid)}
        print(_verdict(steps))
    figures["megabytes_after"] = _megabytes(pid)
    print(f"\n{figures['megabytes_after']:.0f} MB after")
    return figures


def _verdict(steps: list[dict[str, Any]]) -> str:
    """Where it saturates, and how the accepted fare beyond."""
    kept = [each for each in steps if each["answered"] >= 0.99 * each["sent"]]
    before = next((each for each in steps if each["share"] == 0.8), steps[0])
    last = steps[-1]
    told = (
        "refuses from the first step"
        if not kept
        else f"answers all up to {kept[-1]['share']:g} of what it can"
    )
    if before["p99"] and last["p99"]:
        told += f"; at ten times, p99 of the accepted is {last['p99'] / before['p99']:.1f} times that at 0.8"
    return f"{told}; {last['refused'] / max(last['sent'], 1):.0%} refused at ten times"


def _requests(port: int) -> dict[str, list[tuple[str, ...]]]:
    """What is asked, by kind: method, path and body."""
    chance = random.Random(0)
    ids: list[str] = []
    cursor = ""
    while len(ids) < ACTORS_ASKED:
        page = json.loads(_read(port, f"/api/v1/actors?limit=200&cursor={cursor}"))
        ids += [each["id"] for each in page["items"]]
        cursor = page["next"]
        if not cursor:
            break
    paths = [quote(each, safe="") for each in ids]
    parts = [each["id"] for each in json.loads(_read(port, "/api/v1/sub-clusters?limit=50"))["items"]]
    sentences = [
        sentence.format(verb=verb, thing=thing)
        for sentence in SENTENCES
        for verb in VERBS
        for thing in THINGS
    ]
    _until_worked_out(port, "/proposals")
    pages = ["/", "/actors", "/sub-clusters", "/proposals", "/proposals?sort=exposure", "/spin-offs"]
    pages += [f"/actors?number={number}" for number in range(2, 12)]
    pages += [f"/sub-clusters/{quote(each, safe=':')}" for each in parts[:12]]
    pages += [f"/actors/{quote(each, safe=':')}" for each in chance.sample(ids, min(30, len(ids)))]
    return {
        "suggestions": [("GET", f"/api/v1/actors/{path}/suggestions") for path in paths],
        "search": [("POST", "/api/v1/search", json.dumps({"text": text})) for text in sentences],
        "pages": [("GET", path) for path in pages],
    }


def _client(plan: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load_client"],
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(json.loads(done.stdout))


def _until_ready(port: int) -> None:
    for _ in range(600):
        try:
            _read(port, "/readyz")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("the service is not ready after two minutes")


def _until_worked_out(port: int, path: str) -> None:
    for _ in range(30):
        try:
            if b"being worked out" not in _read(port, path):
                return
        except HTTPError:
            pass
        time.sleep(2)


def _until_settled(pid: int) -> None:
    """Wait until the service has asked ahead of its readers, which takes a part of a processor for half a minute."""
    for _ in range(30):
        before = _worked(pid)
        time.sleep(QUIET_SECONDS)
        if before and _worked(pid) - before < QUIET_SHARE * QUIET_SECONDS:
            return


def _worked(pid: int) -> float:
    """Seconds of processor that a process has used; 0 where the system does not tell."""
    path = Path(f"/proc/{pid}/stat")
    if not path.exists():
        return 0.0
    user, system = path.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _read(port: int, path: str) -> bytes:
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        return bytes(answer.read())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _megabytes(pid: int) -> float:
    """Memory that a process holds, its own and shared, in megabytes; 0 where the system does not tell."""
    path = Path(f"/proc/{pid}/statm")
    return int(path.read_text().split()[1]) * 4096 / 2**20 if path.exists() else 0.0


def _ms(seconds: float | None) -> str:
    return "–" if seconds is None else f"{1000 * seconds:.0f}"


if __name__ == "__main__":
    main()
