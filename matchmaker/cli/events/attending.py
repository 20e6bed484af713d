"""Commands about who attends an event: a list of participants, and one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matchmaker.cli.events.setting_up import if_revision
from matchmaker.cli.importing import (
    mapping_of,
    mapping_option,
    rejections_option,
    reporting_rejections,
    show_rejections,
)
from matchmaker.cli.shared import Examples, as_json, existing, opened, out, print_json, who

if TYPE_CHECKING:
    from matchmaker.arranging import Change, ParticipantImport
    from matchmaker.events import Person

SHOWN = 20


@click.command(
    "import",
    cls=Examples,
    examples="""
    matchmaker event import spring-meeting --template participants.xlsx
    matchmaker event import spring-meeting participants.xlsx --dry-run
    matchmaker event import spring-meeting participants.xlsx --map "Firma (CVR)=registration_number" --remove-missing
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.argument("file", type=existing, required=False)
@mapping_option
@click.option(
    "--template",
    type=click.Path(path_type=Path),
    help="Write a list to fill in, CSV or XLSX; import nothing.",
)
@click.option("--danish", is_flag=True, help="Danish headers in the template.")
@click.option("--remove-missing", is_flag=True, help="Take participants away that are not in the list.")
@click.option("--dry-run", is_flag=True, help="Show what would change; change nothing.")
@rejections_option
@if_revision
@as_json
@click.pass_obj
def import_(
    folder: Path,
    event_id: str,
    file: Path | None,
    pairs: tuple[str, ...],
    template: Path | None,
    danish: bool,
    remove_missing: bool,
    dry_run: bool,
    rejections_file: Path | None,
    expected: int | None,
    json_output: bool,
) -> None:
    """Bring participants in from a list.

    The list is a CSV or XLSX file with one person per row, each of an actor that is stored.
    Rows with the same actor and the same agenda share one agenda. Participants keep their ids when a changed list comes; what the
    list has no column for stays. The columns are in docs/events.md.
    """
    if (file is None) == (template is None):
        raise click.UsageError("Give a list of participants to read, or --template and a file to write.")
    with opened(folder) as workspace:
        if template is not None:
            _write(workspace, event_id, template, danish=danish, json_output=json_output)
            return
        assert file is not None
        with reporting_rejections(rejections_file, json_output):
            found = workspace.events.import_participants(
                event_id,
                file,
                mapping=mapping_of(pairs),
                remove_missing=remove_missing,
                dry_run=dry_run,
                expected=expected,
                who=who(),
            )
        called = workspace.events.participants(event_id).called
    if json_output:
        print_json(_as_record(found))
        return
    _show(found, called, rejections_file)
    if found.applied:
        out.print(f"Next: matchmaker event propose {event_id}", markup=False)


@click.command(
    "participants",
    cls=Examples,
    examples="""
    matchmaker event participants spring-meeting
    matchmaker event participants spring-meeting --output participants.xlsx --danish
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.option(
    "--output", "file", type=click.Path(path_type=Path), help="Write the list to a CSV, XLSX or JSON file."
)
@click.option("--danish", is_flag=True, help="Danish headers.")
@as_json
@click.pass_obj
def participants(folder: Path, event_id: str, file: Path | None, danish: bool, json_output: bool) -> None:
    """List who attends EVENT.

    Written to a file, the list can be changed and imported again.
    """
    with opened(folder) as workspace:
        if file is not None:
            _write(workspace, event_id, file, danish=danish, json_output=json_output)
            return
        called = workspace.events.participants(event_id).called
        if json_output:
            from dataclasses import asdict

            items = [asdict(each) for each in workspace.events.attendees(event_id)]
            print_json({"items": [{**each, "called": called[each["id"]]} for each in items]})
            return
    for each in called.values():
        out.print(each, markup=False)
    if not called:
        out.print(f"Nobody attends yet: matchmaker event import {event_id} participants.xlsx", markup=False)


def said_options(command: Any) -> Any:
    """What can be said of one participant."""
    options = (
        click.option(
            "--person", "persons", multiple=True, metavar="PERSON",
            help='A person: "Anna Lund", "Anna Lund, Director <anna@firma.dk>". Several share the agenda.',
        ),
        click.option(
            "--available", metavar="TIMES",
            help='When they are there: "09:00-11:00; 13:00-15:00", names of sessions; "" for the whole programme.',
        ),
        click.option("--most", type=click.IntRange(-1, 1000), help="Meetings at most; -1 for what the rules say."),
        click.option("--least", type=click.IntRange(-1, 1000), help="Meetings at least; -1 for what the rules say."),
        click.option("--language", type=click.Choice(["da", "en", ""]), help="Of what is printed and sent."),
        click.option("--agenda", help="What tells several agendas of one actor apart."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@click.command(
    "add-participant",
    cls=Examples,
    examples="""
    matchmaker event add-participant spring-meeting hejrebaek --person "Anna Lund, Director <anna@hejrebaek.example>"
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.argument("actor")
@said_options
@if_revision
@as_json
@click.pass_obj
def add(
    folder: Path, /, event_id: str, actor: str, expected: int | None, json_output: bool, **said: Any
) -> None:
    """Add one participant to EVENT.

    ACTOR is given by id, name or registration number. The participant gets an id that nobody at the event had before.
    """
    with opened(folder) as workspace:
        made = workspace.events.add_participant(
            event_id, actor, _change(**said), expected=expected, who=who()
        )
        called = workspace.events.participants(event_id).called[made.id]
    _tell(made.id, f"Added: {called}", json_output)


@click.command(
    "change-participant",
    cls=Examples,
    examples="""
    matchmaker event change-participant spring-meeting p7 --available "09:00-11:00" --most 5
    matchmaker event change-participant spring-meeting "Anna Lund" --available ""
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.argument("participant")
@said_options
@if_revision
@as_json
@click.pass_obj
def change(
    folder: Path, /, event_id: str, participant: str, expected: int | None, json_output: bool, **said: Any
) -> None:
    """Change one participant of EVENT.

    PARTICIPANT is given by id, person or actor. What is not given stays.
    """
    with opened(folder) as workspace:
        made = workspace.events.change_participant(
            event_id, participant, _change(**said), expected=expected, who=who()
        )
        called = workspace.events.participants(event_id).called[made.id]
    _tell(made.id, f"Changed: {called}", json_output)


@click.command(
    "remove-participant", cls=Examples, examples="matchmaker event remove-participant spring-meeting p7"
)
@click.argument("event_id", metavar="EVENT")
@click.argument("participant")
@if_revision
@as_json
@click.pass_obj
def remove(folder: Path, event_id: str, participant: str, expected: int | None, json_output: bool) -> None:
    """Take one participant away from EVENT.

    PARTICIPANT is given by id, person or actor. What was wished of and by them goes too.
    """
    with opened(folder) as workspace:
        there = workspace.events.participants(event_id)
        found = workspace.events.participant(event_id, participant)
        workspace.events.attend(event_id, [], [found], expected=expected, who=who())
    _tell(found, f"Removed: {there.called[found]}", json_output)


def _change(
    persons: Sequence[str],
    available: str | None,
    most: int | None,
    least: int | None,
    language: str | None,
    agenda: str | None,
) -> Change:
    from matchmaker.arranging import Change

    found = tuple(_person(each) for each in persons)
    return Change(found or None, available, most, least, language, agenda)


def _person(text: str) -> Person:
    from matchmaker.events import Person

    found = re.fullmatch(
        r"\s*(?P<name>[^,<]*[^,<\s])\s*(?:,\s*(?P<title>[^<]*[^<\s]))?\s*(?:<(?P<email>[^@<>\s]+@[^@<>\s]+)>)?\s*",
        text,
    )
    if found is None:
        raise click.UsageError(
            f'--person {text!r} must be written as "Name", or "Name, Title <address@firm.dk>".'
        )
    return Person(found["name"], found["email"] or "", found["title"] or "")


def _tell(participant: str, line: str, json_output: bool) -> None:
    if json_output:
        print_json({"id": participant})
    else:
        out.print(line, markup=False)


def _write(workspace: Any, event_id: str, file: Path, *, danish: bool, json_output: bool) -> None:
    from matchmaker.exports import write_rows

    columns, rows = workspace.events.participant_rows(event_id, danish=danish)
    count = write_rows(file, columns, rows)
    if json_output:
        print_json({"file": str(file), "rows": count})
    else:
        out.print(
            f"{file} has {count} rows. Change it, then: matchmaker event import {event_id} {file}",
            markup=False,
        )


def _as_record(found: ParticipantImport) -> dict[str, Any]:
    from dataclasses import asdict

    record = asdict(found)
    return {**record, "rejected": record.pop("rejections")}


def _show(found: ParticipantImport, called: dict[str, str], rejections_file: Path | None) -> None:
    for note in found.notes:
        out.print(note, markup=False)
    for column in found.columns:
        out.print(f"  {column.header} -> {column.field or 'ignored'} ({column.how})", markup=False)
    counts = ((len(found.new), "new"), (len(found.changed), "changed"), (len(found.unchanged), "unchanged"))
    told = ", ".join(f"{number} {name}" for number, name in counts if number)
    out.print(f"participants: {told or 'none'}")
    kept = [each for each in found.missing if each not in found.gone]
    for ids, what in (
        (found.gone, "removed"),
        (kept, "not in the list and kept (--remove-missing takes them away)"),
    ):
        if ids:
            names = ", ".join(called.get(each, each) for each in ids[:SHOWN])
            more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
            out.print(f"{what}: {names}{more}", markup=False)
    if found.rejections:
        show_rejections(found.rejections, rejections_file, json_output=False)
    for doubt in found.doubts:
        out.print(f"! {doubt}", markup=False)
    if not found.applied:
        out.print("Nothing was changed (dry run).")
