"""All checks of schemathesis with thousands of examples of each operation, for every role with a key of its own.

python -m benchmarks.fuzz --examples 2000
python -m benchmarks.fuzz --examples 50 --role firm --coverage
python -m benchmarks.fuzz --examples 2000 --log fuzzed.txt

With ``--log`` each operation's line is also added to that file, and what stands there already is left out, so a long run can be
broken off and gone on with. ``--only`` takes part of a method and path: ``--only /events --only "POST "``. Nearly all of the time is
spent by hypothesis on thinking up examples, so each example is sent by every role, and ``--processes`` asks the one service from
several processes, a few operations in each.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.service.fuzzing import ROLES, Fuzzed, Served, fuzz, served
from tests.service.tiny_cluster import build

TOGETHER = 5
"""Operations to a process, so that little is lost where a run is broken off, and starting it costs little."""


def main() -> int:
    """Fuzz a small cluster and print a line for each operation and role; 1 where anything was found."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--examples", type=int, default=2000, help="of each operation and role")
    options.add_argument("--role", choices=ROLES, action="append", help="this role alone; may be repeated")
    options.add_argument("--coverage", action="store_true", help="also every boundary of every field, once")
    options.add_argument(
        "--only", action="append", default=[], help="operations with this in method and path"
    )
    options.add_argument("--writing", action="store_true", help="only operations that change something")
    options.add_argument("--log", type=Path, help="add what was done, and leave out what stands there")
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    # Whoever breaks it off ends the service as well, and nothing is left on the disk.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    worst = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = folder / "workspace"
        build(made, folder)
        with served(made, folder) as service, ThreadPoolExecutor(asked.processes) as pool:
            roles = asked.role or ROLES
            done = _done(asked.log, roles)
            left = [each for label, each in _operations(service.address, asked).items() if label not in done]
            begun, statuses = time.monotonic(), {role: Counter[str]() for role in roles}
            for found in pool.map(
                lambda some: _fuzzed(service, folder, asked, some),
                [left[at : at + TOGETHER] for at in range(0, len(left), TOGETHER)],
            ):
                worst |= _tell(found, asked.log)
                for role, counted in statuses.items():
                    counted.update(found.statuses(role))
            print(f"{len(left)} operations in {time.monotonic() - begun:,.0f} s")
            for role, counted in statuses.items():
                print(f"{role}: {counted.total():,} cases, {json.dumps(dict(sorted(counted.items())))}")
    return worst


def _operations(address: str, asked: argparse.Namespace) -> dict[str, str]:
    """Ids of the operations that were asked for, by method and path."""
    with urllib.request.urlopen(f"{address}/api/v1/openapi.json") as answer:
        paths = json.load(answer)["paths"]
    found = {
        f"{method.upper()} {path}": operation["operationId"]
        for path, operations in paths.items()
        for method, operation in operations.items()
    }
    # What takes away comes last, so that the others are asked about what is there.
    return {
        label: number
        for label, number in sorted(found.items(), key=lambda each: each[0].startswith("DELETE "))
        if (not asked.only or any(each in label for each in asked.only))
        and not (asked.writing and label.startswith("GET "))
    }


def _done(log: Path | None, roles: Iterable[str]) -> set[str]:
    """The operations that a log has for every one of the roles."""
    if log is None or not log.is_file():
        return set()
    lines = log.read_text(encoding="utf-8").splitlines()
    return set.intersection(
        *({line.split(": ")[1] for line in lines if line.startswith(f"{role}: ")} for role in roles)
    )


def _fuzzed(service: Served, folder: Path, asked: argparse.Namespace, some: Sequence[str]) -> Fuzzed:
    with tempfile.TemporaryDirectory(dir=folder) as own:
        return fuzz(
            service,
            asked.role or ROLES,
            examples=asked.examples,
            folder=Path(own),
            seed=asked.seed,
            phases="examples,coverage,fuzzing" if asked.coverage else "examples,fuzzing",
            operations=some,
        )


def _tell(found: Fuzzed, log: Path | None) -> int:
    """Print a line for each role and operation, and what was found; 1 where that is anything."""
    lines = [
        f"{role}: {label}: {sum(statuses.values()):,} cases, {json.dumps(statuses)}"
        for role, operations in found.operations.items()
        for label, statuses in operations.items()
    ]
    lines.extend(f"  {each}" for each in found.failures)
    print("\n".join(lines), flush=True)
    if log is not None:
        with log.open("a", encoding="utf-8") as out:
            out.writelines(f"{line}\n" for line in lines)
    return int(bool(found.failures))


if __name__ == "__main__":
    sys.exit(main())
