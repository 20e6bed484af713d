"""Commands that change a schedule by hand: every conflict is told before anything is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from matchmaker.cli.events.telling import Telling
from matchmaker.cli.shared import Examples, as_json, opened, out, print_json, who

if TYPE_CHECKING:
    from matchmaker.arranging import Version
    from matchmaker.events import Conflict, Edit
    from matchmaker.workspace import Workspace

Command = TypeVar("Command", bound=Callable[..., Any])

expected_option = click.option(
    "--expected",
    type=click.IntRange(min=1),
    help="Only where this is still the latest version; else somebody changed the schedule, and nothing is done.",
)
dry_run = click.option("--dry-run", is_flag=True, help="Only tell the conflicts there would be.")


def _command(name: str, *arguments: str, examples: str) -> Callable[[Command], click.Command]:
    """A command on EVENT and participants, with the options that all changes by hand share."""

    def made(function: Command) -> click.Command:
        wrapped: Any = click.pass_obj(as_json(dry_run(expected_option(function))))
        for argument in reversed(("event_id", *arguments)):
            wrapped = click.argument(argument, metavar=argument.removesuffix("_id").upper())(wrapped)
        command: click.Command = click.command(name, cls=Examples, examples=examples)(wrapped)
        return command

    return made


@click.command(
    "lock",
    cls=Examples,
    examples="""
    matchmaker event lock spring-meeting p3 p17
    matchmaker event lock spring-meeting p3
    matchmaker event lock spring-meeting --all
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.argument("participants", nargs=-1, metavar="[A [B]]")
@click.option("--all", "everything", is_flag=True, help="All meetings.")
@expected_option
@as_json
@click.pass_obj
def lock(folder: Path, /, event_id: str, **options: Any) -> None:
    """Lock the meeting of A and B, all meetings of A, or all: they stay where they are whatever is scheduled or repaired."""
    _locked(folder, event_id, "lock", **options)


@click.command(
    "unlock",
    cls=Examples,
    examples="""
    matchmaker event unlock spring-meeting p3 p17
    matchmaker event unlock spring-meeting --all
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.argument("participants", nargs=-1, metavar="[A [B]]")
@click.option("--all", "everything", is_flag=True, help="All meetings.")
@expected_option
@as_json
@click.pass_obj
def unlock(folder: Path, /, event_id: str, **options: Any) -> None:
    """Unlock the meeting of A and B, all meetings of A, or all."""
    _locked(folder, event_id, "unlock", **options)


@_command(
    "move", "a", "b", examples="matchmaker event move spring-meeting p3 p17 --to 10:20 --table 'Table 4'"
)
@click.option("--to", "time", help="Start of the slot, at the place of the event.")
@click.option("--table", default="", help="Without it the meeting keeps its table where that is free.")
def move(folder: Path, event_id: str, a: str, b: str, time: str | None, table: str, **options: Any) -> None:
    """Move the meeting of A and B to another time, another table, or both."""
    from matchmaker.events import Move

    if time is None and not table:
        raise click.UsageError("Say where to: --to with a time, --table with a table, or both.")
    with opened(folder) as workspace:
        telling = Telling(workspace, event_id)
        starts = None if time is None else telling.moment(time)
        _edited(workspace, telling, Move(a, b, starts, table), **options)


@_command("swap", "a", "b", "c", "d", examples="matchmaker event swap spring-meeting p3 p17 p5 p20")
def swap(folder: Path, event_id: str, a: str, b: str, c: str, d: str, **options: Any) -> None:
    """Let the meeting of A and B and the meeting of C and D change times and tables with each other."""
    from matchmaker.events import Swap

    with opened(folder) as workspace:
        _edited(workspace, Telling(workspace, event_id), Swap(a, b, c, d), **options)


@_command("add-meeting", "a", "b", examples="matchmaker event add-meeting spring-meeting p3 p18 --at 10:20")
@click.option("--at", "time", required=True, help="Start of the slot, at the place of the event.")
@click.option("--table", default="", help="Without it the first one that is free.")
def add(folder: Path, event_id: str, a: str, b: str, time: str, table: str, **options: Any) -> None:
    """Add a meeting of A and B."""
    from matchmaker.events import Add

    with opened(folder) as workspace:
        telling = Telling(workspace, event_id)
        _edited(workspace, telling, Add(a, b, telling.moment(time), table), **options)


@_command("remove-meeting", "a", "b", examples="matchmaker event remove-meeting spring-meeting p3 p17")
def remove(folder: Path, event_id: str, a: str, b: str, **options: Any) -> None:
    """Take the meeting of A and B out of the schedule."""
    from matchmaker.events import Remove

    with opened(folder) as workspace:
        _edited(workspace, Telling(workspace, event_id), Remove(a, b), **options)


def _locked(
    folder: Path,
    event_id: str,
    what: str,
    participants: Sequence[str],
    everything: bool,
    expected: int | None,
    json_output: bool,
) -> None:
    from matchmaker.events import Lock, Unlock

    if everything == bool(participants) or len(participants) > 2:
        raise click.UsageError("Name two participants, one of whom all meetings are meant, or --all.")
    with opened(folder) as workspace:
        telling, kind = Telling(workspace, event_id), Lock if what == "lock" else Unlock
        if len(participants) == 2:
            pairs = [(participants[0], participants[1])]
        else:
            latest = workspace.events.version(event_id)
            meetings = latest.plan.appointments if latest else ()
            pairs = [(each.a, each.b) for each in meetings if everything or participants[0] in each.pair]
            if latest and not pairs:
                raise click.ClickException(f"{' '.join(participants) or event_id} has no meetings.")
        _edited(workspace, telling, kind(tuple(pairs)), expected, False, json_output)


def _edited(
    workspace: Workspace,
    telling: Telling,
    edit: Edit,
    expected: int | None,
    dry_run: bool,
    json_output: bool,
) -> None:
    """Make an edit and tell what changed, or tell the conflicts."""
    from matchmaker.errors import EditRejectedError

    event_id = telling.event.id
    if dry_run:
        conflicts = workspace.events.changes.check_edit(event_id, edit)
        if conflicts:
            _refuse(telling, conflicts, json_output)
        elif json_output:
            print_json({"conflicts": []})
        else:
            out.print("Nothing stands in the way. Nothing was changed.")
        return
    try:
        version = workspace.events.changes.edit(event_id, edit, expected=expected, who=who())
    except EditRejectedError as error:
        _refuse(telling, error.conflicts, json_output)
        return
    tell_version(workspace, telling, version, json_output)


def _refuse(telling: Telling, conflicts: Sequence[Conflict], json_output: bool) -> None:
    """Tell the conflicts and end with exit status 1."""
    if json_output:
        print_json({"conflicts": [_as_record(telling, each) for each in conflicts]})
        raise click.ClickException("Nothing was changed; the answer lists what stands in the way.")
    raise click.ClickException(
        "\n  ".join(["Nothing was changed:", *(telling.conflict(each) for each in conflicts)])
    )


def tell_version(
    workspace: Workspace, telling: Telling, version: Version, json_output: bool, shown: int = 20
) -> None:
    """A new version with what changed in it, from the one before it by number."""
    from matchmaker.cli.events.looking_back import changes_record, tell_changes
    from matchmaker.cli.events.scheduling import as_record

    comparison = workspace.events.changes.compare(telling.event.id, version.number - 1, version.number)
    if json_output:
        print_json(as_record(telling.event, version) | {"changes": changes_record(telling, comparison)})
        return
    plan = version.plan
    out.print(
        f"Version {version.number}: {len(plan.appointments)} meetings, value {plan.value:.3f}, "
        f"bound {plan.bound:.3f}, gap {plan.gap:.3%}."
    )
    tell_changes(telling, comparison, shown)


def _as_record(telling: Telling, each: Conflict) -> dict[str, Any]:
    return {
        "kind": each.kind.value,
        "participant": each.participant or None,
        "other": each.other or None,
        "starts": telling.local(each.span.starts).isoformat() if each.span else None,
        "table": each.table or None,
        "limit": each.limit,
        "words": telling.conflict(each),
    }
