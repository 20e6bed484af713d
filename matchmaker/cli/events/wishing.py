"""Commands about what is wanted of pairs: wishes, and pairs to keep apart."""

from __future__ import annotations

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
from matchmaker.events import PreferenceKind
from matchmaker.records import in_words

if TYPE_CHECKING:
    from matchmaker.events import Preference

_KINDS = [each.value for each in PreferenceKind]


@click.command(
    "wish",
    cls=Examples,
    examples="""
    matchmaker event wish spring-meeting p3 p12
    matchmaker event wish spring-meeting "Anna Lund" "Viborg Kommune" must_meet
    matchmaker event wish spring-meeting p3 p12 --undo
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.argument("participant")
@click.argument("other")
@click.argument("kind", type=click.Choice(_KINDS), default="meet")
@click.option("--facilitator", is_flag=True, help="A meet or no_thanks of the facilitator, for both.")
@click.option("--words", default="", help="Why, in one's own words.")
@click.option("--undo", is_flag=True, help="Take back what was wished of the two.")
@if_revision
@as_json
@click.pass_obj
def wish(
    folder: Path,
    event_id: str,
    participant: str,
    other: str,
    kind: str,
    facilitator: bool,
    words: str,
    undo: bool,
    expected: int | None,
    json_output: bool,
) -> None:
    """Say what is wanted of a pair.

    PARTICIPANT and OTHER are given by id, person or actor. meet and no_thanks are PARTICIPANT's own word; must_meet, met_before and apart are the facilitator's. Each has one word about a
    pair: a new one takes the place of the last.
    """
    from matchmaker.arranging import preference

    with opened(folder) as workspace:
        events = workspace.events
        there = events.participants(event_id)
        a, b = events.participant(event_id, participant), events.participant(event_id, other)
        made = preference(a, b, PreferenceKind(kind), of_facilitator=facilitator, words=words)
        if undo:
            sides = {(a, b, a), (min(a, b), max(a, b), "")}
            gone = [each for each in events.preferences(event_id) if (each.a, each.b, each.of) in sides]
            if not gone:
                raise click.ClickException(f"{there.called[a]} wished nothing of {there.called[b]}.")
            events.prefer(event_id, [], gone, expected=expected, who=who())
        else:
            events.prefer(event_id, [made], expected=expected, who=who())
    if json_output:
        print_json({"withdrawn": undo, **_record(made)})
    else:
        out.print(f"{'Taken back: ' if undo else ''}{_line(made, there.called)}", markup=False)


@click.command(
    "wishes",
    cls=Examples,
    examples="""
    matchmaker event wishes spring-meeting
    matchmaker event wishes spring-meeting --of p3
    matchmaker event wishes spring-meeting --import wishes.xlsx --dry-run
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.option("--of", "participant", help="Only those about this participant: id, person or actor.")
@click.option(
    "--import",
    "file",
    type=existing,
    help="Bring in wishes from a CSV or XLSX file with the columns who, whom, kind, words.",
)
@mapping_option
@click.option("--dry-run", is_flag=True, help="Show what an import would change; change nothing.")
@rejections_option
@if_revision
@as_json
@click.pass_obj
def wishes(
    folder: Path,
    event_id: str,
    participant: str | None,
    file: Path | None,
    pairs: tuple[str, ...],
    dry_run: bool,
    rejections_file: Path | None,
    expected: int | None,
    json_output: bool,
) -> None:
    """List wishes, or bring them in.

    An imported list has the columns who, whom, kind and words; all of it is taken in, or nothing.
    """
    with opened(folder) as workspace:
        events = workspace.events
        called = events.participants(event_id).called
        if file is None:
            wanted = events.participant(event_id, participant) if participant else None
            found = [each for each in events.preferences(event_id) if wanted in (None, each.a, each.b)]
            list_lines(
                [_record(each) for each in found], [_line(each, called) for each in found], json_output
            )
            return
        with reporting_rejections(rejections_file, json_output):
            read = events.import_wishes(
                event_id, file, mapping=mapping_of(pairs), dry_run=dry_run, expected=expected, who=who()
            )
    if json_output:
        from dataclasses import asdict

        rejected = [asdict(each) for each in read.rejections]
        print_json({"given": [_record(each) for each in read.given], "unchanged": read.unchanged, "rejected": rejected, "applied": read.applied})  # fmt: skip
        return
    for note in read.notes:
        out.print(note, markup=False)
    for column in read.columns:
        out.print(f"  {column.header} -> {column.field or 'ignored'} ({column.how})", markup=False)
    out.print(f"wishes: {len(read.given)} new or changed, {read.unchanged} unchanged")
    show_rejections(read.rejections, rejections_file, json_output=False)
    if not read.applied:
        out.print("Nothing was changed (dry run).")


@click.command(
    "suggest-apart",
    cls=Examples,
    examples="""
    matchmaker event suggest-apart spring-meeting
    matchmaker event suggest-apart spring-meeting --confirm p3:p12 --confirm p4:p9
    matchmaker event suggest-apart spring-meeting --confirm same_owner
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.option(
    "--confirm",
    "confirmed",
    multiple=True,
    metavar="PAIR|REASON|all",
    help="Keep this pair apart, or all that are suggested for a reason, or all. May be repeated.",
)
@if_revision
@as_json
@click.pass_obj
def suggest_apart(
    folder: Path, event_id: str, confirmed: Sequence[str], expected: int | None, json_output: bool
) -> None:
    """Find pairs to keep apart.

    These are competitors, actors of the same owner, and actors registered twice. Used are the build (who offers the same in one actor group; whose texts are nearly the same), registration numbers and websites. Only
    pairs that might meet otherwise are shown, and nothing is changed until you confirm it.
    """
    from matchmaker.arranging import preference

    with opened(folder) as workspace:
        events = workspace.events
        called, suggested = events.participants(event_id).called, events.suggested_apart(event_id)
        chosen = [
            each
            for each in suggested
            if {"all", each.reason.value, f"{each.a}:{each.b}", f"{each.b}:{each.a}"} & set(confirmed)
        ]
        known = {"all", *(each.reason.value for each in suggested)}
        known |= {
            f"{one}:{other}" for each in suggested for one, other in ((each.a, each.b), (each.b, each.a))
        }
        unknown = [each for each in confirmed if each not in known]
        if unknown:
            raise click.ClickException(
                f"{', '.join(unknown)} is not suggested. To keep any two apart: matchmaker event wish {event_id} p1 p2 apart"
            )
        if chosen:
            given = [
                preference(
                    each.a,
                    each.b,
                    PreferenceKind.APART,
                    words=f"{in_words(each.reason)}: {each.detail}"[:500],
                )
                for each in chosen
            ]
            events.prefer(event_id, given, expected=expected, who=who())
    lines = [
        f"{'kept apart' if each in chosen else f'{each.a}:{each.b}'}  {called[each.a]}  and  {called[each.b]}: "
        f"{in_words(each.reason)}, {each.detail}"
        for each in suggested
    ]
    records = [
        {
            "a": each.a,
            "b": each.b,
            "reason": each.reason.value,
            "detail": each.detail,
            "confirmed": each in chosen,
        }
        for each in suggested
    ]
    list_lines(records, lines, json_output)


def list_lines(records: list[dict[str, Any]], lines: list[str], json_output: bool) -> None:
    """Show what was found, line by line or as JSON."""
    if json_output:
        print_json({"items": records})
        return
    for each in lines:
        out.print(each, markup=False)
    if not lines:
        out.print("None.")


def _record(each: Preference) -> dict[str, Any]:
    return {"a": each.a, "b": each.b, "kind": each.kind.value, "of": each.of or None, "words": each.words}


def _line(each: Preference, called: dict[str, str]) -> str:
    words = f" “{each.words}”" if each.words else ""
    by = f"said by {each.of}" if each.of else "said by the facilitator"
    return f"{called[each.a]}  and  {called[each.b]}: {in_words(each.kind)}{words}, {by}"
