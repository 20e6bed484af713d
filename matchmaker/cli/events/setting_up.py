"""Commands that set up an event, change it, take it away, and show all there is of it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from matchmaker.cli.events.scheduling import as_record
from matchmaker.cli.events.scheduling import line as appointment_line
from matchmaker.cli.shared import Examples, as_json, existing, opened, out, print_json, who
from matchmaker.errors import SourceError

if TYPE_CHECKING:
    from matchmaker.arranging import Kept
    from matchmaker.workspace import Workspace

LARGEST_FILE = 5_000_000
SHOWN = 20

if_revision = click.option(
    "--if-revision",
    "expected",
    type=click.IntRange(1),
    help="Change nothing if somebody else changed the event since this revision (`event show` tells it).",
)


def setup_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options in which a set-up is written, for making and for changing one."""
    options = (
        click.option("--place", help="Where it is held."),
        click.option("--zone", help="Time zone by its IANA name, such as Europe/Copenhagen, which is the default."),
        click.option(
            "--session",
            "sessions",
            multiple=True,
            metavar="LINE",
            help='Part of the programme, with minutes of a slot + of the break after it: '
            '"Morning 2027-03-04 09:00-12:00 20+5". May be repeated.',
        ),
        click.option(
            "--tables",
            "number_of_tables",
            type=click.IntRange(0, 10_000),
            help="How many tables there are; they are called by --table-word and a number.",
        ),
        click.option("--table-word", help="What counted tables are called.  [default: Table]"),
        click.option(
            "--table",
            "named_tables",
            multiple=True,
            metavar="LINE",
            help='A table, room or stand by name; after | the actor that it is kept for, after another | when it is open: '
            '"Stand 4 | hejrebaek", "Room A | | 09:00-10:30". May be repeated; comes after those of --tables.',
        ),
        click.option(
            "--may-meet",
            multiple=True,
            metavar="GROUP:GROUP",
            help="Two actor groups that may meet, such as company:supplier. May be repeated; without any, different groups may.",
        ),
        click.option("--most", "most_meetings", type=click.IntRange(0, 1000), help="Meetings of a participant at most."),
        click.option(
            "--least", "least_meetings", type=click.IntRange(0, 1000), help="Meetings of a participant at least."
        ),
        click.option(
            "--wishes-weigh",
            type=click.FloatRange(0, 1),
            help="From 0, only the recommender's score counts, to 1, only what people wished.  [default: 0.7]",
        ),
        click.option(
            "--met-before",
            type=click.Choice(["allow", "later", "exclude"]),
            help="What becomes of pairs that met or worked together before.  [default: later]",
        ),
        click.option(
            "--fairness",
            type=click.FloatRange(0, 1),
            help="Share of the value that may be given up so that nobody has nothing.  [default: 0]",
        ),
        click.option("--from", "file", type=existing, help="Read the set-up from a TOML or JSON file; options go before it."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@click.command(
    "create",
    cls=Examples,
    examples="""
    matchmaker event create "Spring meeting" --place Viborg --session "Morning 2027-03-04 09:00-12:00 20+5" --tables 12
    matchmaker event create "Spring meeting" --session "Morning 2027-03-04 09:00-12:00 20" --tables 12 --table "Stand 1 | hejrebaek"
    matchmaker event create --from event.toml --json
    """,
)
@click.argument("name", required=False)
@setup_options
@click.option("--id", "event_id", default="", help="Its id; without it one is made from the name.")
@as_json
@click.pass_obj
def create(folder: Path, /, name: str | None, event_id: str, json_output: bool, **said: Any) -> None:
    """Set up an event called NAME.

    Everything can be changed later with `matchmaker event set`.
    """
    document = _document(name=name, **said)
    if "name" not in document:
        raise click.UsageError("Give the event a name, or a file with one (--from).")
    with opened(folder) as workspace:
        made = workspace.events.written(document)
        kept = workspace.events.create(
            made.name,
            place=made.place,
            zone=made.zone,
            sessions=made.sessions,
            tables=made.tables,
            rules=made.rules,
            event_id=event_id,
            who=who(),
        )
        if json_output:
            print_json(_setup_record(kept))
            return
        _show_setup(kept)
        out.print(f"Next: matchmaker event import {kept.event.id} participants.xlsx", markup=False)


@click.command(
    "set",
    cls=Examples,
    examples="""
    matchmaker event set spring-meeting --tables 14 --most 8
    matchmaker event set spring-meeting --session "Morning 2027-03-04 09:00-12:00 20+5" --session "Afternoon 2027-03-04 13:00-15:00 20+5"
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.option("--name", help="What it is called; the id stays.")
@setup_options
@if_revision
@as_json
@click.pass_obj
def set_(folder: Path, /, event_id: str, expected: int | None, json_output: bool, **said: Any) -> None:
    """Change the set-up of EVENT.

    What is given takes the place of what there was: all sessions, all tables, all --may-meet. The rest stays.
    """
    document = _document(**said)
    if not document:
        raise click.UsageError("Say what to change, for example --tables 14.")
    with opened(folder) as workspace:
        revision = workspace.events.one(event_id).revision
        made = workspace.events.written(document, event_id)
        kept = workspace.events.set_up(made, expected=expected or revision, who=who())
        if json_output:
            print_json(_setup_record(kept))
            return
        _show_setup(kept)
        _show_doubts(workspace, event_id)


@click.command("erase", cls=Examples, examples="matchmaker event erase spring-meeting --yes")
@click.argument("event_id", metavar="EVENT")
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
@click.pass_obj
def erase(folder: Path, event_id: str, yes: bool, json_output: bool) -> None:
    """Take EVENT away for good.

    Its participants, wishes and all versions of its schedule go with it. This cannot be undone.
    """
    with opened(folder) as workspace:
        kept = workspace.events.one(event_id)
        number = len(workspace.events.attendees(event_id))
        if not yes:
            click.confirm(f"Erase {kept.event.name} with {number} participants?", abort=True, err=True)
        workspace.events.erase(event_id, who=who())
    if json_output:
        print_json({"id": event_id, "erased": True})
    else:
        out.print(f"{kept.event.name} is erased.", markup=False)


@click.command(
    "show",
    cls=Examples,
    examples="matchmaker event show spring-meeting\nmatchmaker event show spring-meeting --json",
)
@click.argument("event_id", metavar="EVENT")
@as_json
@click.pass_obj
def show(folder: Path, event_id: str, json_output: bool) -> None:
    """Show all there is of EVENT.

    Its set-up, who attends, what is wished, what stands in the way of meetings, and the latest schedule.
    """
    with opened(folder) as workspace:
        events = workspace.events
        kept, version = events.one(event_id), events.version(event_id)
        if json_output:
            print_json(
                {
                    **_setup_record(kept),
                    "participants": events.participants(event_id).called,
                    "doubts": events.doubts(event_id),
                    "schedule": None if version is None else as_record(kept.event, version),
                }
            )
            return
        _show_setup(kept)
        _show_participants(workspace, event_id)
        _show_doubts(workspace, event_id)
        if version is None:
            out.print(f"No schedule yet: matchmaker event schedule {event_id}", markup=False)
            return
        plan = version.plan
        out.print(
            f"Version {version.number} of the schedule: {len(plan.appointments)} meetings, gap {plan.gap:.3%}"
        )
        for each in plan.appointments:
            out.print(f"  {appointment_line(kept.event, each)}", markup=False)


def _document(
    file: Path | None, number_of_tables: int | None, named_tables: tuple[str, ...], **said: Any
) -> dict[str, Any]:
    """The set-up in words: the file's parts, then what was given as options."""
    document = _read(file) if file else {}
    document |= {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in said.items()
        if value not in (None, ())
    }
    if named_tables or number_of_tables is not None:
        word = document.get("table_word", "Table")
        counted = [f"{word} {number}" for number in range(1, (number_of_tables or 0) + 1)]
        document["tables"] = [*counted, *named_tables]
    return document


def _read(file: Path) -> dict[str, Any]:
    if not file.is_file() or file.stat().st_size > LARGEST_FILE:
        raise SourceError(f"{file} is not a file of at most {LARGEST_FILE // 1_000_000} MB.", file=file)
    try:
        text = file.read_text("utf-8-sig")
        document = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(
            f"{file} cannot be read as TOML or JSON: {error}. See docs/events.md.", file=file
        ) from error
    return dict(document)


def _setup_record(kept: Kept) -> dict[str, Any]:
    from matchmaker.meetings.programme import slots_of
    from matchmaker.meetings.written_setup import document_of

    return {
        "id": kept.event.id,
        "revision": kept.revision,
        "setup": document_of(kept.event),
        "slots": len(slots_of(kept.event)),
    }


def _show_setup(kept: Kept) -> None:
    from matchmaker.meetings.programme import slots_of
    from matchmaker.meetings.wall_clock import as_written

    event, zone = kept.event, ZoneInfo(kept.event.zone)
    where = f", {event.place}" if event.place else ""
    out.print(f"{event.name}{where} ({event.id}, revision {kept.revision})", markup=False)
    slots = slots_of(event)
    for session in event.sessions:
        starts = [each.span.starts.astimezone(zone) for each in slots if each.session == session.name]
        shown = [f"{each:%H:%M}" for each in starts]
        shown = shown if len(shown) <= 12 else [*shown[:10], "...", shown[-1]]
        out.print(
            f"  {session.name}: {session.starts:%Y-%m-%d %H:%M} to {session.ends:%H:%M}, {len(starts)} slots of "
            f"{session.slot_minutes} minutes ({' '.join(shown)})",
            markup=False,
        )
    if not event.sessions:
        out.print("  No session yet: matchmaker event set ... --session", markup=False)
    out.print(f"  Time zone: {event.zone}", markup=False)
    common = [each for each in event.tables if not each.actor_id and not each.open]
    out.print(f"  Tables: {_tables(common)}", markup=False)
    for each in event.tables:
        if each.actor_id or each.open:
            kept_for = f" for {each.actor_id}" if each.actor_id else ""
            times = f", open {as_written(each.open, event)}" if each.open else ""
            out.print(f"    {each.name}{kept_for}{times}", markup=False)
    out.print(f"  Rules: {_rules(kept)}", markup=False)


def _tables(tables: list[Any]) -> str:
    if not tables:
        return "none that anybody may use all the time"
    if len(tables) <= 3:
        return ", ".join(each.name for each in tables)
    return f"{len(tables)}, from {tables[0].name} to {tables[-1].name}"


def _rules(kept: Kept) -> str:
    rules = kept.event.rules
    groups = ", ".join(f"{one.value} with {other.value}" for one, other in rules.may_meet).replace("_", " ")
    most = f"{rules.most_meetings} at most" if rules.most_meetings is not None else "one a slot at most"
    least = f"{rules.least_meetings} at least and " if rules.least_meetings else ""
    return (
        f"{groups or 'different actor groups'} may meet; meetings of each: {least}{most}; wishes weigh "
        f"{rules.wishes_weigh:g}; met before: {rules.met_before.value}; fairness {rules.fairness:g}"
    )


def _show_participants(workspace: Workspace, event_id: str) -> None:
    events = workspace.events
    called = list(events.participants(event_id).called.values())
    out.print(f"{len(called)} participants")
    for each in called[:SHOWN]:
        out.print(f"  {each}", markup=False)
    if len(called) > SHOWN:
        out.print(
            f"  ... and {len(called) - SHOWN} more: matchmaker event participants {event_id}", markup=False
        )
    kinds: dict[str, int] = {}
    for preference in events.preferences(event_id):
        kinds[preference.kind.value] = kinds.get(preference.kind.value, 0) + 1
    for request in events.requests.all(event_id):
        kinds[f"{request.state.value} requests"] = kinds.get(f"{request.state.value} requests", 0) + 1
    wished = ", ".join(f"{number} {kind.replace('_', ' ')}" for kind, number in kinds.items())
    out.print(f"Wishes: {wished or 'none yet'}")


def _show_doubts(workspace: Workspace, event_id: str) -> None:
    for each in workspace.events.doubts(event_id):
        out.print(f"! {each}", markup=False)
