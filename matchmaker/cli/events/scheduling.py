"""Commands that list events, show one, and make its schedule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from matchmaker.cli.shared import (
    Examples,
    as_json,
    err,
    opened,
    out,
    print_json,
    seed_option,
    time_limit_option,
    who,
)
from matchmaker.records import in_words

if TYPE_CHECKING:
    from matchmaker.arranging import Version
    from matchmaker.events import Appointment, Event

SHOWN = 20


@click.command("list", cls=Examples, examples="matchmaker event list")
@as_json
@click.pass_obj
def list_(folder: Path, json_output: bool) -> None:
    """List the workspace's events."""
    with opened(folder) as workspace:
        kept = workspace.events.all()
        if json_output:
            print_json(
                [{"id": each.event.id, "name": each.event.name, "place": each.event.place} for each in kept]
            )
            return
        for each in kept:
            out.print(f"{each.event.id}  {each.event.name}, {each.event.place}", markup=False)
        if not kept:
            out.print("There is no event yet. `matchmaker event create` makes one.")


@click.command(
    "schedule",
    cls=Examples,
    examples="""
    matchmaker event schedule spring-meeting
    matchmaker event schedule spring-meeting --time-limit 30 --json
    """,
)
@click.argument("event_id", metavar="EVENT")
@time_limit_option
@seed_option
@as_json
@click.pass_obj
def schedule(folder: Path, event_id: str, time_limit: float, seed: int, json_output: bool) -> None:
    """Make the best schedule for EVENT, and say how far from the best possible it can be at most.

    What is locked stays. Earlier versions are kept.
    """
    with opened(folder) as workspace:
        kept = workspace.events.one(event_id)
        err.print(f"Looking for the best schedule, {time_limit:g} seconds at most ...")
        version = workspace.events.schedule(event_id, time_limit=time_limit, seed=seed, who=who())
        if json_output:
            print_json(as_record(kept.event, version))
            return
        plan, called = version.plan, workspace.events.participants(event_id).called
        out.print(f"Version {version.number}: {len(plan.appointments)} meetings.")
        out.print(f"value {plan.value:.3f}, bound {plan.bound:.3f}, gap {plan.gap:.3%}")
        for each in plan.left_out[:SHOWN]:
            what = "must" if each.must else "wish"
            pair = " and ".join(called.get(one, one) for one in (each.a, each.b))
            out.print(f"  no meeting for the {what} of {pair}: {in_words(each.reason)}", markup=False)
        if len(plan.left_out) > SHOWN:
            out.print(f"  ... and {len(plan.left_out) - SHOWN} more; --json lists all.")
        if plan.left_out:
            out.print(f"What would help: matchmaker event explain {event_id}", markup=False)
        out.print(f"Next: matchmaker event agendas {event_id} --output agendas.pdf", markup=False)


def as_record(event: Event, version: Version) -> dict[str, Any]:
    """A version of a schedule for programs; times are those at the place of the event."""
    plan, zone = version.plan, ZoneInfo(event.zone)
    return {
        "event": event.id,
        "version": version.number,
        "kind": plan.kind.value,
        "value": plan.value,
        "bound": plan.bound,
        "gap": plan.gap,
        "stopped": plan.stopped,
        "meetings": [
            {
                "a": each.a,
                "b": each.b,
                "starts": each.span.starts.astimezone(zone).isoformat(),
                "ends": each.span.ends.astimezone(zone).isoformat(),
                "table": each.table,
                "locked": each.locked,
            }
            for each in plan.appointments
        ],
        "unplaced": [
            {"a": each.a, "b": each.b, "reason": each.reason, "must": each.must} for each in plan.left_out
        ],
    }


def line(event: Event, each: Appointment) -> str:
    """An appointment in one line."""
    starts = each.span.starts.astimezone(ZoneInfo(event.zone))
    return f"{starts:%Y-%m-%d %H:%M}  {each.table}  {each.a}  {each.b}{'  locked' if each.locked else ''}"
