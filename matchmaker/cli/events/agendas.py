"""The command that writes what an event hands out: agendas, calendars, and lists for tables, desk and door."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from matchmaker.cli.shared import Examples, as_json, err, opened, out, print_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matchmaker.meetings.agendas import Agendas
    from matchmaker.meetings.feeds import CalendarEntry
    from matchmaker.reporting.agendas import For

PAGES = ("participants", "tables", "desk", "door")
ROWS = (*PAGES, "meetings", "left-out")
ONE_EACH = ("participants", "tables")


@click.command(
    "agendas",
    cls=Examples,
    examples="""
    matchmaker event agendas spring-meeting --output agendas.pdf --language da
    matchmaker event agendas spring-meeting --output agendas.zip
    matchmaker event agendas spring-meeting --output door.pdf --for door
    matchmaker event agendas spring-meeting --output desk.pdf --for desk --with-addresses
    matchmaker event agendas spring-meeting --output all.xlsx
    matchmaker event agendas spring-meeting --output left-out.csv --for left-out
    matchmaker event agendas spring-meeting --output p12.ics --participant p12
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="A .pdf, .xlsx, .csv or .ics file; a .zip, or a folder, for a PDF and a calendar each.",
)
@click.option(
    "--for",
    "what",
    type=click.Choice(ROWS),
    help="Whom it is for. PDF and CSV: participants where nothing is said; XLSX: a sheet for each.",
)
@click.option("--participant", default="", help="Only this participant, by id (p12).")
@click.option(
    "--language",
    type=click.Choice(["da", "en"]),
    default="en",
    show_default=True,
    help="Of lists, and of participants who have no language of their own.",
)
@click.option(
    "--version", "number", type=click.IntRange(1), help="Of the schedule; the latest where nothing is said."
)
@click.option(
    "--with-addresses", is_flag=True, help="E-mail addresses on the desk's list; for the organiser alone."
)
@as_json
@click.pass_obj
def agendas(
    folder: Path,
    event_id: str,
    output: Path,
    what: str | None,
    participant: str,
    language: str,
    number: int | None,
    with_addresses: bool,
    json_output: bool,
) -> None:
    """Write agendas for EVENT: who meets whom, why, where and when.

    The ending of --output says the format. A calendar (.ics) names each meeting the same in every version, so that a
    newer file moves or cancels what an older one put into somebody's calendar. The same version and build give the same
    bytes.
    """
    _check(output, what, participant, with_addresses)
    with opened(folder) as workspace:
        kept = workspace.events.handouts.agendas(
            event_id, number, language=language, with_addresses=with_addresses
        )
        entries = workspace.events.handouts.calendar_entries(event_id, kept.version)
    if participant and kept.of(participant) is None:
        raise click.ClickException(
            f"No participant of {event_id!r} has the id {participant!r}. "
            f"`matchmaker event agendas {event_id} --output desk.csv --for desk` lists all."
        )
    files = _write(output, kept, entries, what, participant)
    if json_output:
        print_json({"event": event_id, "version": kept.version, "output": str(output), "files": files})
    else:
        told = "" if files == 1 else f", {files} files"
        out.print(f"Version {kept.version} is in {output}{told}.", markup=False)


def _check(output: Path, what: str | None, participant: str, with_addresses: bool) -> None:
    """Refuse what does not go together before anything is read."""
    ending = output.suffix.casefold()
    if ending not in (".pdf", ".xlsx", ".csv", ".ics", ".zip", ""):
        raise click.UsageError(
            f"{output} must end in .pdf, .xlsx, .csv, .ics or .zip, or be a folder's name without an ending."
        )
    if participant and what not in (None, "participants"):
        raise click.UsageError("--participant goes with --for participants.")
    if ending == ".ics" and (not participant or what not in (None, "participants")):
        raise click.UsageError(
            "A calendar is one participant's. Name one with --participant, or write a folder or .zip with all of them."
        )
    if ending == ".pdf" and what not in (None, *PAGES):
        raise click.UsageError(f"--for {what} is a list; write a .csv or .xlsx file.")
    if ending in ("", ".zip") and what not in (None, *ONE_EACH):
        raise click.UsageError(f"--for {what} is one file; let --output end in .pdf, .csv or .xlsx.")
    listed = what == "desk" or (ending == ".xlsx" and what is None and not participant)
    if with_addresses and not listed:
        raise click.UsageError(
            "--with-addresses goes with --for desk, or with a workbook (.xlsx) of everything."
        )


def _write(
    output: Path,
    kept: Agendas,
    entries: tuple[CalendarEntry, ...],
    what: str | None,
    participant: str,
) -> int:
    from matchmaker.bundles import write_files
    from matchmaker.exports import write_file, write_rows
    from matchmaker.reporting.agendas import calendar, pdf, sheets, workbook

    only = [participant] if participant else []
    ending = output.suffix.casefold()
    if ending == ".csv":
        sheet = sheets(kept, only)[what or "participants"]
        write_rows(output, sheet.columns, sheet.rows)
    elif ending == ".xlsx":
        made = sheets(kept, only)
        chosen = made.values() if what is None else [made[what]]
        write_file(output, workbook(chosen, kept.made), ending)
    elif ending == ".ics":
        agenda = kept.of(participant)
        if agenda is not None:
            write_file(output, calendar(kept, agenda, entries), ending)
    elif ending == ".pdf":
        write_file(output, pdf(kept, _pages(what), only), ending)
    else:
        return write_files(output, _one_each(kept, entries, what, only))
    return 1


def _pages(what: str | None) -> For:
    pages: dict[str, Literal["tables", "desk", "door"]] = {"tables": "tables", "desk": "desk", "door": "door"}
    return pages.get(what or "", "participants")


def _one_each(
    kept: Agendas, entries: tuple[CalendarEntry, ...], what: str | None, only: list[str]
) -> Mapping[str, bytes]:
    """Files by name, each beginning with its number, so that a folder shows them in the order of the lists."""
    from matchmaker.arranging.naming import event_id_of
    from matchmaker.reporting.agendas import calendar, pdf

    files = {}
    if what == "tables":
        for place, sheet in enumerate(kept.tables, 1):
            files[f"{event_id_of(f'{place:03d} {sheet.table}', ())}.pdf"] = pdf(kept, "tables", [sheet.table])
        return files
    wanted = [each for each in kept.participants if not only or each.party.attendee_id in only]
    for done, each in enumerate(wanted, 1):
        name = event_id_of(f"{each.party.number:03d} {each.party.name}", ())
        files[f"{name}.pdf"] = pdf(kept, "participants", [each.party.attendee_id])
        files[f"{name}.ics"] = calendar(kept, each, entries)
        if done % 100 == 0:
            err.print(f"{done} of {len(wanted)} agendas ...")
    return files
