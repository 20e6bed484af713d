"""Commands that go back through the versions of a schedule, compare two, and say why a wish has no meeting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matchmaker.cli.events.changing import expected_option, tell_version
from matchmaker.cli.events.telling import Telling
from matchmaker.cli.shared import Examples, as_json, err, opened, out, print_json, who
from matchmaker.records import in_words

if TYPE_CHECKING:
    from matchmaker.events import Comparison, Explanation, Fix, Gone

SHOWN = 20


@click.command("undo", cls=Examples, examples="matchmaker event undo spring-meeting")
@click.argument("event_id", metavar="EVENT")
@expected_option
@as_json
@click.pass_obj
def undo(folder: Path, event_id: str, expected: int | None, json_output: bool) -> None:
    """Go back to the schedule before the last change, with its absences and lost tables; again to go further back."""
    with opened(folder) as workspace:
        version = workspace.events.changes.undo(event_id, expected=expected, who=who())
        tell_version(workspace, Telling(workspace, event_id), version, json_output)


@click.command("redo", cls=Examples, examples="matchmaker event redo spring-meeting")
@click.argument("event_id", metavar="EVENT")
@expected_option
@as_json
@click.pass_obj
def redo(folder: Path, event_id: str, expected: int | None, json_output: bool) -> None:
    """Take back what was undone last; possible until something else is changed."""
    with opened(folder) as workspace:
        version = workspace.events.changes.redo(event_id, expected=expected, who=who())
        tell_version(workspace, Telling(workspace, event_id), version, json_output)


@click.command("restore", cls=Examples, examples="matchmaker event restore spring-meeting 3")
@click.argument("event_id", metavar="EVENT")
@click.argument("number", type=click.IntRange(min=1), metavar="VERSION")
@expected_option
@as_json
@click.pass_obj
def restore(folder: Path, event_id: str, number: int, expected: int | None, json_output: bool) -> None:
    """Make VERSION the latest again; `undo` takes that back."""
    with opened(folder) as workspace:
        version = workspace.events.changes.restore(event_id, number, expected=expected, who=who())
        tell_version(workspace, Telling(workspace, event_id), version, json_output)


@click.command("versions", cls=Examples, examples="matchmaker event versions spring-meeting")
@click.argument("event_id", metavar="EVENT")
@as_json
@click.pass_obj
def versions(folder: Path, event_id: str, json_output: bool) -> None:
    """List the versions of the schedule of EVENT: who made each, when, and what changed."""
    with opened(folder) as workspace:
        telling, history = Telling(workspace, event_id), workspace.events.changes.history(event_id)
        if json_output:
            print_json(
                [
                    {
                        "version": version.number,
                        "kind": version.plan.kind.value,
                        "who": version.who,
                        "at": version.at,
                        "meetings": len(version.plan.appointments),
                        "value": version.plan.value,
                        "bound": version.plan.bound,
                        "changes": _counts(comparison),
                    }
                    for version, comparison in history
                ]
            )
            return
        for version, comparison in history:
            plan = version.plan
            counts = ", ".join(f"{number} {what}" for what, number in _counts(comparison).items() if number)
            out.print(
                f"{version.number:4d}  {version.at[:16].replace('T', ' ')} UTC  {version.who}  "
                f"{in_words(plan.kind.value)}  {len(plan.appointments)} meetings, value {plan.value:.3f}  ({counts or 'nothing'})",
                markup=False,
            )
        if not history:
            out.print(f"No schedule yet. `matchmaker event schedule {telling.event.id}` makes one.")
        tell_gone(telling, workspace.events.changes.gone(event_id))


@click.command(
    "compare",
    cls=Examples,
    examples="""
    matchmaker event compare spring-meeting 1 3
    matchmaker event compare spring-meeting 1
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.argument("before", type=click.IntRange(min=1))
@click.argument("after", type=click.IntRange(min=1), required=False)
@as_json
@click.pass_obj
def compare(folder: Path, event_id: str, before: int, after: int | None, json_output: bool) -> None:
    """Say what changed from version BEFORE to version AFTER of the schedule, which is the latest where it is not given."""
    with opened(folder) as workspace:
        telling, latest = Telling(workspace, event_id), workspace.events.version(event_id)
        number = after or (latest.number if latest else before)
        comparison = workspace.events.changes.compare(event_id, before, number)
        if json_output:
            print_json({"before": before, "after": number} | changes_record(telling, comparison))
            return
        tell_changes(telling, comparison, None)


@click.command(
    "explain",
    cls=Examples,
    examples="""
    matchmaker event explain spring-meeting
    matchmaker event explain spring-meeting p3 p18
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.argument("a", required=False)
@click.argument("b", required=False)
@as_json
@click.pass_obj
def explain(folder: Path, event_id: str, a: str | None, b: str | None, json_output: bool) -> None:
    """Say why each wish has no meeting, or why A and B have none, and the cheapest change by which it would fit."""
    if (a is None) != (b is None):
        raise click.UsageError("Name two participants, or none for every wish without a meeting.")
    with opened(folder) as workspace:
        telling = Telling(workspace, event_id)
        found = workspace.events.changes.explain(event_id, None if a is None or b is None else [(a, b)])
        if json_output:
            print_json([_explanation_record(telling, each) for each in found])
            return
        for reason, number in Counter(each.reason for each in found).most_common():
            out.print(f"{in_words(reason)}: {number}")
        for each in found[:SHOWN]:
            what = "must" if each.must else "wish"
            out.print(f"{what} {telling.pair(each.a, each.b)}: {telling.explanation(each)}", markup=False)
            if each.fix:
                out.print(f"    {telling.fix(each.fix)}", markup=False)
            elif each.reason != "excluded":
                out.print("    no single change makes it fit while all others keep their meetings")
        if len(found) > SHOWN:
            out.print(f"... and {len(found) - SHOWN} more; --json lists all.")
        if not found:
            out.print("Every wish has a meeting.")


def tell_changes(telling: Telling, comparison: Comparison, shown: int | None = SHOWN) -> None:
    """What changed, in lines; of each kind so many at most."""
    out.print(
        f"{len(comparison.kept)} meetings stay, {len(comparison.moved)} moved, {len(comparison.dropped)} dropped, "
        f"{len(comparison.added)} added; {len(comparison.affected)} participants affected."
    )
    for lines in _lines(telling, comparison):
        for line in lines[:shown]:
            out.print(f"  {line}", markup=False)
        if shown is not None and len(lines) > shown:
            out.print(f"  ... and {len(lines) - shown} more; --json lists all.")


def _lines(telling: Telling, comparison: Comparison) -> Iterator[list[str]]:
    yield [
        f"{telling.one(each.attendee)} is not there from {telling.time(each.span)}: {in_words(each.kind.value)}"
        for each in comparison.absences
    ]
    yield [
        f"{telling.one(each.attendee)} is there again from {telling.time(each.span)}"
        for each in comparison.back
    ]
    yield [f"{each.table} is lost from {telling.time(each.span)}" for each in comparison.lost_tables]
    yield [f"{each.table} is back from {telling.time(each.span)}" for each in comparison.found_tables]
    yield [
        f"moved    {telling.meeting(each.after)}; was {telling.time(each.before.span)}  {each.before.table}"
        for each in comparison.moved
    ]
    for what, meetings in (
        ("dropped ", comparison.dropped),
        ("added   ", comparison.added),
        ("locked  ", comparison.locked),
        ("unlocked", comparison.unlocked),
    ):
        yield [f"{what} {telling.meeting(each)}" for each in meetings]


def tell_gone(telling: Telling, gone: Gone) -> None:
    """What the latest version names and the event has no more, if there is anything."""
    if gone:
        err.print(
            f"Left out of the latest version is what {telling.event.id} has no more: {gone.appointments} meetings, of "
            f"{len(gone.participants)} participants and at {len(gone.tables)} tables that are gone. "
            f"`matchmaker event repair {telling.event.id}` makes a version without them.",
            markup=False,
        )


def _counts(comparison: Comparison) -> dict[str, int]:
    return {
        name: len(getattr(comparison, name))
        for name in ("moved", "dropped", "added", "locked", "unlocked", "absences", "lost_tables")
    }


def changes_record(telling: Telling, comparison: Comparison) -> dict[str, Any]:
    """What changed, for programs."""

    def meeting(each: Any) -> dict[str, Any]:
        starts = telling.local(each.span.starts).isoformat()
        return {"a": each.a, "b": each.b, "starts": starts, "table": each.table}

    return {
        "kept": len(comparison.kept),
        "moved": [{"from": meeting(each.before), "to": meeting(each.after)} for each in comparison.moved],
        **{
            name: [meeting(each) for each in getattr(comparison, name)]
            for name in ("dropped", "added", "locked", "unlocked")
        },
        "affected": list(comparison.affected),
        "absences": [
            {"participant": each.attendee, "kind": each.kind.value, "from": telling.local(each.span.starts).isoformat()}
            for each in comparison.absences
        ],
        "lost_tables": [each.table for each in comparison.lost_tables],
    }  # fmt: skip


def _explanation_record(telling: Telling, each: Explanation) -> dict[str, Any]:
    return {
        "a": each.a,
        "b": each.b,
        "must": each.must,
        "value": each.value,
        "reason": each.reason,
        "full": list(each.full),
        "both_free": [telling.local(span.starts).isoformat() for span in each.spans],
        "instead": [{"a": one.a, "b": one.b} for one in each.instead],
        "instead_value": each.instead_value,
        "words": telling.explanation(each),
        "fix": _fix_record(telling, each.fix) if each.fix else None,
    }


def _fix_record(telling: Telling, fix: Fix) -> dict[str, Any]:
    return {
        "kind": fix.kind.value,
        "at": telling.local(fix.at.starts).isoformat(),
        "participants": list(fix.participants),
        "moves": [
            {
                "a": each.a,
                "b": each.b,
                "from": telling.local(each.before.starts).isoformat(),
                "to": telling.local(each.after.starts).isoformat(),
            }
            for each in fix.shifts
        ],
        "words": telling.fix(fix),
    }
