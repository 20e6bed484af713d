"""The command that makes a schedule for a file in the plain instance format, without a workspace."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matchmaker.cli.shared import (
    Examples,
    as_json,
    err,
    existing,
    out,
    print_json,
    seed_option,
    time_limit_option,
)
from matchmaker.errors import InstanceError

if TYPE_CHECKING:
    from matchmaker.meetings.solver import Changes, Instance, Schedule

LARGEST_FILE = 200_000_000
SHOWN = 20
FOR_THE_REST = 0.9
"""Share of the time that the search may take; reading, seating and writing take the rest."""


@click.command(
    "solve",
    cls=Examples,
    examples="""
    matchmaker event solve event.json
    matchmaker event solve event.json --time-limit 10 --json
    matchmaker event solve event.json --changes
    """,
)
@click.argument("instance", type=existing)
@time_limit_option
@seed_option
@click.option(
    "--fairness",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0.0, 1.0),
    help="Share of the value that may be given up so that fewer have no meeting.",
)
@click.option(
    "--changes",
    "with_changes",
    is_flag=True,
    help="For each wish left out the smallest change by which it would fit.",
)
@as_json
def solve(
    instance: Path, time_limit: float, seed: int, fairness: float, with_changes: bool, json_output: bool
) -> None:
    """Find the best schedule for an event in a JSON file, and say how far from the best possible it can be at most.

    The format of the file is in docs/meetings.md. `-` is not read; give a file.
    """
    ends = time.monotonic() + FOR_THE_REST * time_limit
    from matchmaker.meetings.solver import Changes, read_instance
    from matchmaker.meetings.solver import solve as schedule_of

    asked = read_instance(_document(instance))
    err.print(f"{len(asked.participants)} participants, {asked.slots} slots, {len(asked.wishes)} wishes ...")
    found = schedule_of(asked, seed=seed, seconds_left=lambda: ends - time.monotonic(), fairness=fairness)
    changes = Changes(asked, found) if with_changes else None
    if json_output:
        print_json(as_record(found, changes))
    else:
        _show(asked, found, changes)


def _document(path: Path) -> Any:
    if path.is_dir() or path.stat().st_size > LARGEST_FILE:
        raise InstanceError(
            [f"{path}: not a file of at most {LARGEST_FILE // 1_000_000} MB. Name the event's JSON file."]
        )
    try:
        return json.loads(path.read_bytes())
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InstanceError([f"{path}: {error}. Write the event as JSON in UTF-8."]) from error
    except (RecursionError, ValueError) as error:
        raise InstanceError(
            [f"{path}: brackets too deep or a number too long. Write the event as in docs/meetings.md."]
        ) from error


def as_record(found: Schedule, changes: Changes | None = None) -> dict[str, Any]:
    """A schedule in the answer's format."""
    return {
        "meetings": [
            {"a": each.a, "b": each.b, "slot": each.slot, "table": each.table} for each in found.meetings
        ],
        "value": found.value,
        "bound": found.bound,
        "gap": found.gap,
        "unplaced": [
            {"a": each.a, "b": each.b, "reason": each.reason, "detail": each.detail, "must": each.must}
            | ({"change": _change(changes, each.a, each.b)} if changes else {})
            for each in found.unplaced
        ],
        "below_minimum": list(found.below_minimum),
        "stopped": found.stopped,
    }


def _change(changes: Changes, a: str, b: str) -> str | None:
    change = changes.smallest(a, b)
    return str(change) if change else None


def _show(asked: Instance, found: Schedule, changes: Changes | None) -> None:
    out.print(f"{len(found.meetings)} of {len(asked.wishes)} wishes have a meeting.")
    out.print(f"value {found.value:.3f}, bound {found.bound:.3f}, gap {found.gap:.3%}")
    if found.stopped:
        out.print("The time ran out; with a higher --time-limit the schedule may get better.")
    for name in found.below_minimum:
        out.print(f"below the minimum: {name}", markup=False)
    for reason, number in Counter(each.reason for each in found.unplaced).most_common():
        out.print(f"left out, {reason.replace('_', ' ')}: {number}")
    musts = [each for each in found.unplaced if each.must]
    for each in [*musts, *(other for other in found.unplaced if not other.must)][:SHOWN]:
        what = "must" if each.must else "wish"
        out.print(f"  {what} {each.a} and {each.b}: {each.detail}", markup=False)
        if changes and (change := changes.smallest(each.a, each.b)):
            out.print(f"    would fit with {change}", markup=False)
    if len(found.unplaced) > SHOWN:
        out.print(f"  ... and {len(found.unplaced) - SHOWN} more; --json lists all.")
