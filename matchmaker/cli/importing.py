"""Commands that bring actors and collaborations in, and change one by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matchmaker.actors import ActorGroup
from matchmaker.cli.shared import Examples, as_json, err, existing, opened, out, print_json, progress_bar, who
from matchmaker.errors import ImportRejectedError

if TYPE_CHECKING:
    from matchmaker.importing import ImportReport


@click.group("import")
def import_() -> None:
    """Bring actors and collaborations in, from tables or from CORDIS."""


mapping_option = click.option(
    "--map", "pairs", multiple=True, metavar="HEADER=FIELD", help="What a column means; '-' ignores it."
)
_dry_run = click.option("--dry-run", is_flag=True, help="Show what would change; change nothing.")
_partial = click.option("--partial", is_flag=True, help="Import the good rows even though some are rejected.")
rejections_option = click.option(
    "--rejections",
    "rejections_file",
    type=click.Path(path_type=Path),
    help="Write rejected values to this CSV file.",
)


@import_.command(
    "table",
    cls=Examples,
    examples="""
    matchmaker import table actors.csv --dry-run
    matchmaker import table members.xlsx --map "Firma=name" --map "Kan levere=offer"
    matchmaker import table actors.csv --collaborations projects.csv
    """,
)
@click.argument("actors", type=existing)
@click.option(
    "--collaborations", type=existing, help="A second table: who worked with whom, when, how committed."
)
@click.option("--participations", type=existing, help="A third table, where participants are listed apart.")
@mapping_option
@click.option(
    "--default-group",
    type=click.Choice([group.value for group in ActorGroup]),
    help="The group of actors whose row does not name one.",
)
@click.option("--if-empty", is_flag=True, help="Do nothing when the workspace already holds actors.")
@_dry_run
@_partial
@rejections_option
@as_json
@click.pass_obj
def import_table(
    folder: Path,
    actors: Path,
    collaborations: Path | None,
    participations: Path | None,
    pairs: tuple[str, ...],
    default_group: str | None,
    if_empty: bool,
    dry_run: bool,
    partial: bool,
    rejections_file: Path | None,
    json_output: bool,
) -> None:
    """Import a CSV or XLSX file with one actor per row; headers may be Danish or English, in any order."""
    mapping = mapping_of(pairs)
    with opened(folder, create=True) as workspace:
        if if_empty and not workspace.is_empty():
            out.print(f"{folder} already holds actors; nothing imported.")
            return
        with reporting_rejections(rejections_file, json_output):
            report = workspace.import_table(
                actors,
                collaborations=collaborations,
                participations=participations,
                mapping=mapping,
                default_group=ActorGroup(default_group) if default_group else None,
                dry_run=dry_run,
                partial=partial,
                who=who(),
            )
    _show_import(report, rejections_file, json_output)


def mapping_of(pairs: Sequence[str]) -> dict[str, str]:
    """What ``--map`` says: field by header; raises ``UsageError``."""
    return dict(_pair(pair) for pair in pairs)


def _pair(text: str) -> tuple[str, str]:
    header, equals, name = text.rpartition("=")
    if not equals or not header:
        raise click.UsageError(
            f'--map {text!r} must be written as HEADER=FIELD, for example --map "Firma=name".'
        )
    return header, name


@import_.command(
    "cordis",
    cls=Examples,
    examples="""
    matchmaker import cordis cordis-HORIZONprojects-csv.zip
    matchmaker import cordis cordis.zip --country DK --field "/natural sciences/biological sciences"
    matchmaker import cordis cordis.zip --signed-until 2024-06-30
    """,
)
@click.argument("path", type=existing)
@click.option(
    "--signed-until", type=click.DateTime(["%Y-%m-%d"]), help="Only projects signed on or before this day."
)
@click.option(
    "--country", "countries", multiple=True, help="Only organisations of this country; may be repeated."
)
@click.option("--topic", "topics", multiple=True, help="Only projects whose topic begins with this.")
@click.option("--field", "fields", multiple=True, help="Only projects in this euroSciVoc path.")
@_dry_run
@_partial
@rejections_option
@as_json
@click.pass_obj
def import_cordis(
    folder: Path,
    path: Path,
    signed_until: datetime | None,
    countries: tuple[str, ...],
    topics: tuple[str, ...],
    fields: tuple[str, ...],
    dry_run: bool,
    partial: bool,
    rejections_file: Path | None,
    json_output: bool,
) -> None:
    """Import the official CORDIS bulk download: organisations, projects, and so real collaborations."""
    with (
        opened(folder, create=True) as workspace,
        reporting_rejections(rejections_file, json_output),
        progress_bar() as progress,
    ):
        report = workspace.import_cordis(
            path,
            signed_until=signed_until.date() if signed_until else None,
            countries=countries,
            topics=topics,
            fields=fields,
            dry_run=dry_run,
            partial=partial,
            who=who(),
            progress=progress,
        )
    _show_import(report, rejections_file, json_output)


@contextmanager
def reporting_rejections(file: Path | None, json_output: bool) -> Iterator[None]:
    """Show rejected values, and write them where that is wanted, before the error that they are."""
    try:
        yield
    except ImportRejectedError as error:
        show_rejections(error.rejections, file, json_output)
        raise


def show_rejections(rejections: Sequence[Any], file: Path | None, json_output: bool) -> None:
    """Show rejected values as text or JSON, and write them to a file where one is given."""
    from matchmaker.sources.rejections import rejections_text, write_rejections

    if file is not None and rejections:
        write_rejections(rejections, file)
        err.print(f"The rejected values are in {file}.")
    if json_output:
        print_json({"rejections": [asdict(each) for each in rejections], "applied": False})
    elif rejections:
        err.print(rejections_text(rejections), markup=False)


def _show_import(report: ImportReport, rejections_file: Path | None, json_output: bool) -> None:
    changes = report.changes
    counts = {
        kind: {
            "new": len(change.new),
            "changed": len(change.changed),
            "unchanged": len(change.unchanged),
        }
        for kind, change in (("actors", changes.actors), ("collaborations", changes.collaborations))
    }
    if json_output:
        print_json(
            {
                **counts,
                "kept": [asdict(each) for each in changes.kept],
                "rejected": [asdict(each) for each in report.rejections],
                "columns": [asdict(column) for column in report.columns],
                "notes": list(report.notes),
                "applied": report.applied,
            }
        )
        return
    for note in report.notes:
        out.print(note, markup=False)
    for column in report.columns:
        out.print(f"  {column.header} -> {column.field or 'ignored'} ({column.how})", markup=False)
    for kind, count in counts.items():
        if any(count.values()):
            said = ", ".join(f"{number} {name}" for name, number in count.items() if number)
            out.print(f"{kind}: {said}")
    for kept in changes.kept:
        out.print(f"kept as edited by hand: {kept}", markup=False)
    if report.rejections:
        show_rejections(report.rejections, rejections_file, json_output=False)
    if not report.applied:
        out.print("Nothing was changed (dry run).")
    elif any(count["new"] or count["changed"] for count in counts.values()):
        out.print("Now run: matchmaker build")


@click.command(
    "edit",
    cls=Examples,
    examples="""
    matchmaker edit hejrebaek --set "website=https://hejrebaek.example"
    matchmaker edit hejrebaek --set "offers=Græspulp i wrap | Brun saft, kølet"
    """,
)
@click.argument("actor")
@click.option(
    "--set",
    "pairs",
    multiple=True,
    required=True,
    metavar="FIELD=VALUE",
    help="What to write; may be repeated.",
)
@as_json
@click.pass_obj
def edit(folder: Path, actor: str, pairs: tuple[str, ...], json_output: bool) -> None:
    """Change an actor by hand (by id); later imports leave the changed fields alone."""
    changes = dict(_change(pair) for pair in pairs)
    with opened(folder) as workspace:
        try:
            edited = workspace.edit_actor(actor, changes, who=who())
        except (TypeError, ValueError) as error:
            raise click.ClickException(str(error)) from error
    if json_output:
        print_json(asdict(edited))
    else:
        out.print(
            f"{edited.name} ({edited.id}) is changed. For suggestions from it, run: matchmaker build",
            markup=False,
        )


def _change(pair: str) -> tuple[str, object]:
    name, equals, value = pair.partition("=")
    if not equals or not name:
        raise click.UsageError(
            f'--set {pair!r} must be written as FIELD=VALUE, for example --set "city=Viborg".'
        )
    if name in {"offers", "requests", "tags"}:
        return name, [part.strip() for part in value.split("|") if part.strip()]
    if name == "member":
        return name, click.BOOL.convert(value, None, None)
    if name in {"latitude", "longitude"}:
        try:
            return name, float(value)
        except ValueError as error:
            raise click.UsageError(f"--set {pair!r}: {value!r} is not a number of degrees.") from error
    return name, value


@click.command("history", cls=Examples, examples="matchmaker history\nmatchmaker history hejrebaek --json")
@click.argument("subject", required=False, default="")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="How many changes."
)
@as_json
@click.pass_obj
def history(folder: Path, subject: str, limit: int, json_output: bool) -> None:
    """Show who changed what and when, newest first; for one actor or collaboration (by id), or for all."""
    with opened(folder) as workspace:
        rows = workspace.history(subject=subject, limit=limit)
    if json_output:
        print_json({"items": [asdict(row) for row in rows]})
        return
    if not rows:
        out.print(
            "Nothing was changed yet." if not subject else f"Nothing is known of {subject!r}.", markup=False
        )
    for row in rows:
        said = ", ".join(sorted(row.after))
        if row.subject_kind == "answer":
            told = row.after or row.before
            said = f"{told['partner']} {told['answer']}"
        if row.subject_kind == "sub_cluster":
            said = str((row.after or row.before)["label"])
        out.print(
            f"{row.at}  {row.who}  {row.action} {row.subject_kind} {row.subject_id}: {said}", markup=False
        )
