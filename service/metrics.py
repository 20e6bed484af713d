"""The service's figures in the text format of Prometheus, version 0.0.4."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from pathlib import Path

from matchmaker.errors import MatchmakerError
from matchmaker.workspace import Workspace
from service.limits import Gate
from service.observing import BOUNDS, Observed
from service.permissions import Work

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[str, Mapping[str, str], float]
"""What follows the metric's name, labels, and the value."""


def exposition(workspace: Workspace, observed: Observed, gates: Mapping[Work, Gate]) -> str:
    """All figures as they are now."""
    families = (*_of_requests(observed), *_of_gates(gates), *_of_workspace(workspace), *_of_process())
    return "".join(line + "\n" for family in families for line in family)


def _family(name: str, kind: str, told: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} {kind}"
    for suffix, labels, value in samples:
        inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{name}{suffix}{{{inside}}} {_number(value)}" if inside else f"{name}{suffix} {_number(value)}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _of_requests(observed: Observed) -> Iterator[Iterator[str]]:
    counted = sorted(observed.requests().items())
    yield _family(
        "matchmaker_requests_total",
        "counter",
        "Requests answered.",
        (
            ("", {"method": method, "route": route, "status": str(status)}, number)
            for (method, route, status), number in counted
        ),
    )
    samples: list[Sample] = []
    for route, each in sorted(observed.durations().items()):
        so_far = list(accumulate(each.classes))
        for bound, number in zip((*map(str, BOUNDS), "+Inf"), so_far, strict=True):
            samples.append(("_bucket", {"route": route, "le": bound}, number))
        samples += [("_sum", {"route": route}, each.seconds), ("_count", {"route": route}, so_far[-1])]
    yield _family("matchmaker_request_seconds", "histogram", "Seconds until an answer was sent.", samples)


def _of_gates(gates: Mapping[Work, Gate]) -> Iterator[Iterator[str]]:
    figures: tuple[tuple[str, str, str, Callable[[Gate], int]], ...] = (
        ("places", "gauge", "Requests that are let in at once.", lambda gate: gate.at_once),
        ("inside", "gauge", "Requests that are let in now.", lambda gate: gate.inside),
        ("waiting", "gauge", "Requests that wait now.", lambda gate: gate.waiting),
        ("refused_total", "counter", "Requests refused with 503.", lambda gate: gate.refused),
    )
    for name, kind, told, figure in figures:
        samples = [("", {"work": work.value}, float(figure(gate))) for work, gate in gates.items()]
        yield _family(f"matchmaker_gate_{name}", kind, told, samples)


def _of_workspace(workspace: Workspace) -> Iterator[Iterator[str]]:
    made = workspace.built_at()
    yield _one("matchmaker_build_published", "1 while a build can be served.", float(made is not None))
    if made is not None:
        yield _one("matchmaker_build_age_seconds", "Since the published build was made.", time.time() - made)
    try:
        status, jobs = workspace.status(), workspace.jobs.open_by_state()
    except MatchmakerError:
        # The figures of the requests are wanted most while the store cannot be read.
        yield _one("matchmaker_store_readable", "1 while the database can be read.", 0)
        return
    yield _one("matchmaker_store_readable", "1 while the database can be read.", 1)
    yield _one("matchmaker_actors", "Actors stored.", status.actors)
    yield _family(
        "matchmaker_jobs",
        "gauge",
        "Long work that waits and that is under way.",
        [("", {"state": state.value}, count) for state, count in jobs.items()],
    )
    yield _one(
        "matchmaker_profiles_stale",
        "Profiles that changed after the published build and are found already.",
        status.fresh,
    )
    yield _one("matchmaker_build_behind", "Reasons why the published build is behind.", len(status.stale))
    yield _one(
        "matchmaker_builds_damaged", "Builds that would be served and are damaged.", len(status.damaged)
    )


def _of_process() -> Iterator[Iterator[str]]:
    times = os.times()
    used = times.user + times.system
    yield _family(
        "process_cpu_seconds_total", "counter", "User and system time of the process.", [("", {}, used)]
    )
    pages = _read("/proc/self/statm").split()
    if pages:
        size = os.sysconf("SC_PAGE_SIZE")
        yield _one("process_virtual_memory_bytes", "Virtual memory.", int(pages[0]) * size)
        yield _one("process_resident_memory_bytes", "Resident memory.", int(pages[1]) * size)
        yield _one(
            "process_open_fds", "Open files and connections.", sum(1 for _ in Path("/proc/self/fd").iterdir())
        )


def _one(name: str, told: str, value: float) -> Iterator[str]:
    return _family(name, "gauge", told, [("", {}, value)])


def _read(path: str) -> str:
    """A file of the kernel's; empty on systems that have none."""
    try:
        return Path(path).read_text("ascii")
    except OSError:
        return ""
