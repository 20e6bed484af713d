"""Memory and processor time that `matchmaker serve` takes on a built workspace: at rest, under questions, with proposals.

    python -m benchmarks.footprint FOLDER [FOLDER ...] [--requests 200]
    python -m benchmarks.footprint FOLDER --cut 1000

With ``--cut`` so many of the folder's actors are copied into a new workspace, which is built in a process of its own, whose
peak is told, and then served.

Each folder must be built and belong to nobody else meanwhile: the service notes there what it prepares. Figures come from
``/proc``, so this runs on Linux. Resident memory counts files of the build that are mapped and were read, which the
operating system may drop again; ``own`` is what it cannot.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import numpy as np

MIB = 1024 * 1024
QUERIES = (
    "enzymes for protein from grass",
    "hvem arbejder med fermentering?",
    "heat from data centres",
    "biogas",
)


def memory(pid: int) -> dict[str, float]:
    """MiB: resident now, resident at most so far, and own (not backed by a file)."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    kib = {
        name: int(rest.split()[0])
        for name, _, rest in (line.partition(":") for line in lines)
        if "kB" in rest
    }
    return {
        "resident": round(kib["VmRSS"] / 1024),
        "most": round(kib["VmHWM"] / 1024),
        "own": round(kib["RssAnon"] / 1024),
    }


def processor_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(folder: Path, requests: int) -> dict[str, object]:
    """One workspace, served by a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    begun = time.perf_counter()
    served = subprocess.Popen(
        [sys.executable, "-m", "matchmaker.cli", "-w", str(folder), "serve", "--port", str(port), "--json"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert served.stdout is not None
        served.stdout.readline()
        figures: dict[str, object] = {"listening_s": round(time.perf_counter() - begun, 1)}
        _until_ready(port)
        _ask(port, "POST", "/api/v1/search", {"text": QUERIES[0]})
        figures["first_answer_s"] = round(time.perf_counter() - begun, 1)
        figures["at_rest_mib"] = memory(served.pid)
        figures["actors"] = _ask(port, "GET", "/api/v1/status")["actors"]
        actors = [each["id"] for each in _ask(port, "GET", "/api/v1/actors?limit=100")["items"]]
        before, started = processor_seconds(served.pid), time.perf_counter()
        for number in range(requests):
            if number % 2:
                _ask(port, "POST", "/api/v1/search", {"text": f"{QUERIES[number % len(QUERIES)]} {number}"})
            else:
                actor = quote(actors[number // 2 % len(actors)], safe="")
                _ask(port, "GET", f"/api/v1/actors/{actor}/suggestions")
        figures["under_questions_mib"] = memory(served.pid)
        figures["processor_ms_a_question"] = round(
            1000 * (processor_seconds(served.pid) - before) / requests, 1
        )
        figures["wall_ms_a_question"] = round(1000 * (time.perf_counter() - started) / requests, 1)
        for _ in range(60):
            if _ask(port, "GET", "/api/v1/proposals?limit=20", patient=True):
                break
            time.sleep(2)
        figures["with_proposals_mib"] = memory(served.pid)
    finally:
        served.terminate()
        served.wait(timeout=30)
    disk = {each: _size(folder / each) for each in ("matchmaker.sqlite", "builds", "encoder")}
    return {"folder": folder.name, **figures, "disk_mib": disk}


def cut(source: Path, target: Path, size: int) -> dict[str, object]:
    """A workspace of ``size`` actors, evenly by id, with all that they take part in, built; what the build took.

    Vectors are carried over, so that the build's time is without the encoder's.
    """
    from matchmaker.encoding import Encoding
    from matchmaker.settings import Settings
    from matchmaker.store import Store
    from matchmaker.text import passages
    from matchmaker.workspace import DATABASE

    target.mkdir()
    with Store.open(source / DATABASE, read_only=True) as whole, Store.open(target / DATABASE) as store:
        everybody = list(whole.actors())
        actors = [everybody[number * len(everybody) // size] for number in range(size)]
        chosen = {each.id for each in actors}
        parts = [
            (each, tuple(part for part in each.participations if part.actor_id in chosen))
            for each in whole.collaborations()
        ]
        kept = [replace(each, participations=those) for each, those in parts if those]
        store.apply(actors, kept, source="cut", who="benchmark")
        encoding = Encoding(Settings(), source / "encoder", whole)
        texts = passages(actors, kept)
        keys = sorted(encoding.keys([each.text for each in texts], [each.language for each in texts]))
        vectors = whole.load_vectors(encoding.encoder().name, keys)
        store.save_vectors(encoding.encoder().name, list(vectors), np.stack(list(vectors.values())))
    shutil.copytree(source / "encoder", target / "encoder")
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "matchmaker.cli", "-w", str(target), "build"], check=True, stdout=sys.stderr
    )
    return {
        "passages": len(texts),
        "built_s": round(time.perf_counter() - begun),
        "build_peak_mib": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
    }


def _until_ready(port: int) -> None:
    for _ in range(600):
        if _ask(port, "GET", "/readyz", patient=True):
            return
        time.sleep(0.2)
    raise SystemExit("The workspace is not ready; build it first.")


def _ask(port: int, method: str, address: str, body: object = None, *, patient: bool = False) -> dict:  # type: ignore[type-arg]
    connection = HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        sent = None if body is None else json.dumps(body)
        connection.request(method, address, sent, {"content-type": "application/json"} if sent else {})
        answer = connection.getresponse()
        content = json.loads(answer.read())
        if patient and answer.status == 503:
            return {}
        assert answer.status == 200, (address, answer.status, content)
        return dict(content)
    finally:
        connection.close()


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    return round(sum(each.stat().st_size for each in files) / MIB)


def main() -> None:
    """Measure what the command line names, a JSON document a folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--cut", type=int, help="Measure this many of its actors instead.")
    arguments = parser.parse_args()
    for folder in arguments.folders:
        if arguments.cut is None:
            print(json.dumps(measure(folder, arguments.requests), indent=1))
            continue
        with tempfile.TemporaryDirectory() as temporary:
            target = Path(temporary) / f"{folder.name}-{arguments.cut}"
            print(
                json.dumps(cut(folder, target, arguments.cut) | measure(target, arguments.requests), indent=1)
            )


if __name__ == "__main__":
    main()
