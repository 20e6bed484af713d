"""Runs schemathesis with all its checks against a running service, as each role with a key of its own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.service.probed_town import plant

CALLERS = {"facilitator": "facilitator", "firm": "b", "analyst": "analyst"}
"""Who of the town asks as which role."""
ROLES = (*CALLERS, "anonymous")
"""Who may do most comes first."""

CONFIGURATION = """
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", "503"]

[checks.negative_data_rejection]
expected-statuses = ["4xx", "503"]

[phases.fuzzing.extra-data-sources]
responses = false
"""
"""A busy service says so with 503, and the limits of length come before a look at what was sent: 413, 414.

Ids are not learned from answers: examples that change meanwhile are made anew in another way, at which hypothesis gives an
operation up without a word. Those of the town are put in instead.
"""

UNFIT = {
    # A busy or unbuilt service answers what fits the description with an announced 503, and so does one that cannot
    # do what is asked with 404, 409, 412 or 428: none of it can be told from the schema alone.
    "positive_data_acceptance",
}
"""Checks that judge more than the description says."""


@dataclass(frozen=True)
class Fuzzed:
    """What came of one run."""

    operations: Mapping[str, Mapping[str, Mapping[str, int]]]
    """How often each role was answered with each status, by role and operation, as ``GET /api/v1/actors``."""
    failures: tuple[str, ...]
    output: str = field(repr=False, default="")

    def statuses(self, role: str) -> Counter[str]:
        """How often a role was answered with each status."""
        return sum(map(Counter, self.operations[role].values()), Counter())


@dataclass(frozen=True)
class Served:
    """A running service, the roles' keys, an empty one for nobody, and ids that are there by the name of their place in an address."""

    address: str
    keys: Mapping[str, str]
    known: Mapping[str, Sequence[str]]


@contextmanager
def served(folder: Path, tables: Path) -> Iterator[Served]:
    """A built workspace, planted with something of every kind and served as ``matchmaker serve`` does it, in a process of its own."""
    town = plant(folder, tables)
    keys = {role: town.secrets[f"{caller}/key"].removeprefix("Bearer ") for role, caller in CALLERS.items()}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            str(Path(sys.executable).with_name("matchmaker")),
            "--workspace",
            str(folder),
            "serve",
            "--port",
            str(free),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        if "http" not in line:
            raise RuntimeError(f"the service did not start: {line}")
        # Whoever revokes the key that it asks with is nobody from then on.
        asking = {key.partition(".")[0] for key in keys.values()}
        known = {place: sorted(ids.keys() - asking) for place, ids in town.ids.items()}
        yield Served(
            line[line.index("http") :].strip(), {**keys, "anonymous": ""}, {**known, "if-match": ["*"]}
        )
    finally:
        process.terminate()
        process.wait(timeout=20)
        if process.stdout:
            process.stdout.close()


def fuzz(
    service: Served,
    roles: Sequence[str] = ROLES,
    *,
    examples: int,
    folder: Path,
    seed: int = 1,
    phases: str = "examples,fuzzing",
    operations: Sequence[str] = (),
) -> Fuzzed:
    """Send at least ``examples`` cases of each operation, or of those named by id, as each of the roles; whatever a check finds
    is a failure.

    The first role's requests are schemathesis' own; each is then sent by the others (``every_role.py``). No database of examples is
    kept: hypothesis would compare every example with the best ones so far in order to keep those, for a third of the whole time.
    """
    program = Path(sys.executable).with_name("schemathesis")
    first, *others = roles
    report, counted = folder / "report.ndjson", folder / "counted.json"
    (folder / "schemathesis.toml").write_text(CONFIGURATION)
    done = subprocess.run(
        [
            str(program if program.is_file() else shutil.which("schemathesis")),
            "run", f"{service.address}/api/v1/openapi.json",
            *(("--header", f"Authorization: Bearer {service.keys[first]}") if service.keys[first] else ()),
            "--checks", "all", "--exclude-checks", ",".join(sorted(UNFIT)),
            "--max-examples", str(examples), "--seed", str(seed), "--phases", phases,
            "--continue-on-failure", "--no-shrink", "--suppress-health-check", "all", "--warnings", "off",
            "--generation-database", "none",
            *(part for each in operations for part in ("--include-operation-id", each)),
            "--report", "ndjson", "--report-ndjson-path", str(report), "--no-color",
        ],
        cwd=folder, capture_output=True, text=True, check=False,
        env=os.environ | {
            "SCHEMATHESIS_HOOKS": str(Path(__file__).with_name("every_role.py")),
            "MATCHMAKER_FUZZ_KEYS": json.dumps({role: service.keys[role] for role in others}),
            "MATCHMAKER_FUZZ_KNOWN": json.dumps(dict(service.known)),
            "MATCHMAKER_FUZZ_COUNTED": str(counted),
        },
    )  # fmt: skip
    by_operation, failures = _read(report)
    by_role = {first: by_operation, **json.loads(counted.read_text())}
    report.unlink()
    if done.returncode not in (0, 1):
        failures.append(f"schemathesis ended with {done.returncode}")
    return Fuzzed(
        {
            role: {label: dict(sorted(each.items())) for label, each in found.items()}
            for role, found in by_role.items()
        },
        tuple(failures),
        done.stdout[-5_000:] + done.stderr[-2_000:],
    )


def _read(report: Path) -> tuple[dict[str, Counter[str]], list[str]]:
    """Answers by operation and status, and what a check found, from the report of a run."""
    statuses: defaultdict[str, Counter[str]] = defaultdict(Counter)
    failures: list[str] = []
    with report.open(encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            if error := event.get("NonFatalError"):
                failures.append(f"{error.get('label')}: not asked: {str(error.get('value'))[:300]}")
            recorder = (event.get("ScenarioFinished") or {}).get("recorder") or {}
            for name, interaction in recorder.get("interactions", {}).items():
                response = interaction.get("response") or {}
                status = str(response.get("status_code", "none"))
                statuses[recorder.get("label", "")][status] += 1
                headers = {each.lower() for each in response.get("headers", {})}
                if status in ("429", "503") and "retry-after" not in headers:
                    failures.append(f"{recorder.get('label')}: {status} without Retry-After")
                for check in recorder.get("checks", {}).get(name, ()):
                    if check.get("status") == "failure":
                        failures.append(_told(recorder.get("label", ""), check, interaction))
    return dict(statuses), failures


def _told(label: str, check: Mapping[str, Any], interaction: Mapping[str, Any]) -> str:
    failure = (check.get("failure_info") or {}).get("failure") or {}
    request, response = interaction.get("request") or {}, interaction.get("response") or {}
    return (
        f"{label}: {check.get('name')}: {str(failure.get('message', ''))[:300]} "
        f"({request.get('method')} {str(request.get('uri'))[:300]} -> {response.get('status_code')})"
    )
