"""Probes across firms: whoever asks for what is another's, in whatever way, is told none of it.

    python -m benchmarks.probes --probes 100000 [--seed 1] [--round 5000]

A small cluster is planted with words that occur nowhere else (``tests/service/probed_town.py``): users, keys, sessions, drafts,
contact persons, answers, notes, judgements, events with persons, wishes and outcomes, saved searches, webhooks, files, jobs, and
an actor that was erased. Nobody, three firms, an analyst and a facilitator, each with a key and with a session, ask every row
of the table of permissions with others' ids, words, cursors, ETags, undo names and idempotency keys, drawn with a seed
(``tests/service/probing.py``). The whole app answers, guards and middleware included, in this process and without a network in
between. Each answer is unpacked (gzip, XLSX, ZIP, PDF, cursors, escapes) and searched for what this caller may not see. Three more
things are held: no change is carried out for somebody who may not make it, what is another's is answered as what is not there, and no
answer is a fault. The cluster is planted anew each round, since whoever may change something now and then does.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

from matchmaker.workspace import Workspace
from service.app import create_app
from service.permissions import RULES
from tests.service.probed_town import plant
from tests.service.probing import Found, Prober
from tests.service.tiny_cluster import build

KINDS = ("leaks", "trespasses", "told_apart", "faults")


async def _ask_many(prober: Prober, until: int) -> None:
    while prober.found.probes < until:
        await prober.probe()


def main() -> int:
    """Probe and print; 1 where anything was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--probes", type=int, default=100_000)
    parser.add_argument("--round", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="only addresses with this in method and path")
    asked = parser.parse_args()
    found, begun, number, unseen = Found(), time.monotonic(), 0, set()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(folder / "built", folder)
        while found.probes < asked.probes:
            number += 1
            shutil.copytree(folder / "built", folder / f"round-{number}")
            town = plant(folder / f"round-{number}", folder)
            with Workspace.open(folder / f"round-{number}") as workspace:
                prober = Prober(
                    create_app(workspace), town, seed=asked.seed * 1000 + number, found=found, only=asked.only
                )
                asyncio.run(_ask_many(prober, min(asked.probes, found.probes + asked.round)))
            shutil.rmtree(folder / f"round-{number}")
            unseen = {
                each.what
                for each in town.planted
                if each.first and not {each.first, each.second} & found.seen
            }
            _so_far(found, time.monotonic() - begun)
    print(f"answers by status: {dict(sorted(found.statuses.items()))}")
    reached = sum(1 for each in found.answered.values() if each)
    print(f"{len(found.asked)} of {len(RULES) - 1} operations asked, {reached} of them answered with a 2xx")
    print(f"planted and told to nobody at all, those who may see it included: {sorted(unseen)}")
    return int(any(getattr(found, kind) for kind in KINDS))


def _so_far(found: Found, seconds: float) -> None:
    told = (f"{sum(map(len, getattr(found, kind).values()))} {kind.replace('_', ' ')}" for kind in KINDS)
    each = found.probes / seconds
    print(f"{found.probes:,} probes in {seconds:,.0f} s ({each:.0f} a second): {', '.join(told)}", flush=True)
    _tell(found)


def _tell(found: Found) -> None:
    for kind in KINDS:
        for operation, cases in sorted(getattr(found, kind).items()):
            print(f"  {kind.replace('_', ' ')}, {operation}: {len(cases)}, such as {cases[0]}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
