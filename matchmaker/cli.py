"""The command line: arguments in, text or JSON out; everything else is the workspace's."""

from __future__ import annotations

import csv
import getpass
import json
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Two processes on few cores starve each other when waiting threads spin; this must be set before any import
# that starts OpenMP.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBar
from rich.table import Table

from matchmaker.actors import ActorGroup
from matchmaker.errors import ImportRejectedError, MatchmakerError
from matchmaker.records import in_words, reason_line

if TYPE_CHECKING:
    from matchmaker.landscape.findings import SubCluster
    from matchmaker.matching.matches import Match
    from matchmaker.workspace import ImportReport, Workspace

ROWS_SHOWN = 20
QUOTE_SHOWN = 160

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False)

as_json = click.option("--json", "json_output", is_flag=True, help="Answer as JSON.")
group_option = click.option(
    "--group",
    "groups",
    multiple=True,
    type=click.Choice([group.value for group in ActorGroup]),
    help="Only this actor group; may be repeated.",
)
region_option = click.option(
    "--region", default="", help="Only this country code, or region by name or NUTS code."
)


class Examples(click.Command):
    """A command whose help ends with examples as they are typed."""

    def __init__(self, *args: Any, examples: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, unwrapped."""
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples.strip().splitlines():
                    formatter.write(f"  {line.strip()}\n")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="matchmaker")
@click.option(
    "--workspace",
    "-w",
    envvar="MATCHMAKER_WORKSPACE",
    default="workspace",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder that holds everything. [env: MATCHMAKER_WORKSPACE]",
)
@click.option("--verbose", is_flag=True, help="Tell more while working.")
@click.pass_context
def cli(ctx: click.Context, workspace: Path, verbose: bool) -> None:
    """Find partners across the actor groups of a cluster, see why, and see where a specialisation may spin off.

    First import actors, then build, then ask: `matchmaker import table actors.csv`, `matchmaker build`,
    `matchmaker suggest "Name of an actor"`.
    """
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(message)s")
    ctx.obj = workspace


@contextmanager
def _open(folder: Path, *, create: bool = False) -> Iterator[Workspace]:
    from matchmaker.workspace import Workspace  # loaded late, so that --help answers at once

    with Workspace.open(folder, create=create) as workspace:
        yield workspace


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    bar = ProgressBar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=err,
        disable=not err.is_terminal,
    )
    tasks: dict[str, Any] = {}

    def show(step: str, done: int, total: int) -> None:
        if step not in tasks:
            for name in tasks:
                bar.stop_task(tasks[name])
            tasks[step] = bar.add_task(step, total=total or None)
        bar.update(tasks[step], completed=done, total=total or None)

    with bar:
        yield show


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


# Import ---------------------------------------------------------------------------------------------------------


@cli.group("import")
def import_() -> None:
    """Bring actors and collaborations in, from tables or from CORDIS."""


_existing = click.Path(exists=True, path_type=Path)
_dry_run = click.option("--dry-run", is_flag=True, help="Show what would change; change nothing.")
_partial = click.option("--partial", is_flag=True, help="Import the good rows even though some are rejected.")
_rejections = click.option(
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
@click.argument("actors", type=_existing)
@click.option(
    "--collaborations", type=_existing, help="A second table: who worked with whom, when, how committed."
)
@click.option("--participations", type=_existing, help="A third table, where participants are listed apart.")
@click.option(
    "--map", "pairs", multiple=True, metavar="HEADER=FIELD", help="What a column means; '-' ignores it."
)
@click.option(
    "--default-group",
    type=click.Choice([group.value for group in ActorGroup]),
    help="The group of actors whose row does not name one.",
)
@click.option("--if-empty", is_flag=True, help="Do nothing when the workspace already holds actors.")
@_dry_run
@_partial
@_rejections
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
    mapping = dict(_pair(pair) for pair in pairs)
    with _open(folder, create=True) as workspace:
        if if_empty and not workspace.is_empty():
            out.print(f"{folder} already holds actors; nothing imported.")
            return
        with _reporting_rejections(rejections_file, json_output):
            report = workspace.import_table(
                actors,
                collaborations=collaborations,
                participations=participations,
                mapping=mapping,
                default_group=ActorGroup(default_group) if default_group else None,
                dry_run=dry_run,
                partial=partial,
                who=_who(),
            )
    _show_import(report, rejections_file, json_output)


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
@click.argument("path", type=_existing)
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
@_rejections
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
        _open(folder, create=True) as workspace,
        _reporting_rejections(rejections_file, json_output),
        _progress() as progress,
    ):
        report = workspace.import_cordis(
            path,
            signed_until=signed_until.date() if signed_until else None,
            countries=countries,
            topics=topics,
            fields=fields,
            dry_run=dry_run,
            partial=partial,
            who=_who(),
            progress=progress,
        )
    _show_import(report, rejections_file, json_output)


@contextmanager
def _reporting_rejections(file: Path | None, json_output: bool) -> Iterator[None]:
    try:
        yield
    except ImportRejectedError as error:
        _show_rejections(error.rejections, file, json_output)
        raise


def _show_rejections(rejections: Sequence[Any], file: Path | None, json_output: bool) -> None:
    from matchmaker.sources.rejections import rejections_text, write_rejections

    if file is not None and rejections:
        write_rejections(rejections, file)
        err.print(f"The rejected values are in {file}.")
    if json_output:
        _print_json({"rejections": [asdict(each) for each in rejections], "applied": False})
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
        _print_json(
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
        _show_rejections(report.rejections, rejections_file, json_output=False)
    if not report.applied:
        out.print("Nothing was changed (dry run).")
    elif any(count["new"] or count["changed"] for count in counts.values()):
        out.print("Now run: matchmaker build")


# Build ----------------------------------------------------------------------------------------------------------


@cli.command("build", cls=Examples, examples="matchmaker build\nmatchmaker --workspace my-cluster build")
@as_json
@click.pass_obj
def build(folder: Path, json_output: bool) -> None:
    """Read all profiles, find neighbours, sub-clusters and suggestions, and publish them together."""
    with _open(folder) as workspace, _progress() as progress:
        report = workspace.build(progress=progress)
    if json_output:
        _print_json(asdict(report))
    elif report.made:
        out.print(f"Built {report.generation}: {report.actors} actors, {report.passages} passages.")
    else:
        out.print(f"Nothing has changed since the build {report.generation}.")


@cli.command("status", cls=Examples, examples="matchmaker status\nmatchmaker status --json")
@as_json
@click.pass_obj
def status(folder: Path, json_output: bool) -> None:
    """Tell what is stored, what is published, and what is stale and why."""
    with _open(folder) as workspace:
        now = workspace.status()
    if json_output:
        _print_json(asdict(now))
        return
    out.print(f"{now.folder}: {now.actors} actors, {now.collaborations} collaborations")
    out.print(f"published: {now.published or 'nothing yet; run: matchmaker build'}")
    out.print(f"encoder: {now.encoder}", markup=False)
    for reason in now.stale:
        out.print(f"stale: {reason}; run: matchmaker build")
    for message in now.damaged:
        out.print(f"damaged: {message}", markup=False)
    if now.published and not now.stale and not now.damaged:
        out.print("up to date")


@cli.command("roll-back", cls=Examples, examples="matchmaker roll-back")
@click.pass_obj
def roll_back(folder: Path) -> None:
    """Publish the build before the present one again."""
    with _open(folder) as workspace:
        try:
            out.print(f"Published again: {workspace.roll_back()}")
        except ValueError as error:
            raise click.ClickException(str(error)) from error


# Ask ------------------------------------------------------------------------------------------------------------


@cli.command(
    "suggest",
    cls=Examples,
    examples="""
    matchmaker suggest "Aarhus Universitet" --top 5
    matchmaker suggest cordis:999997736 --group company --new
    matchmaker suggest --all --top 10 --output suggestions.csv
    """,
)
@click.argument("actor", required=False)
@click.option("--all", "everybody", is_flag=True, help="For every actor; with --output.")
@click.option("--top", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many partners.")
@group_option
@region_option
@click.option("--new", is_flag=True, help="Only partners the actor has not worked with.")
@click.option("--any-group", is_flag=True, help="Also partners of the actor's own group.")
@click.option("--output", type=click.Path(path_type=Path), help="Write to a CSV, XLSX, Parquet or JSON file.")
@as_json
@click.pass_obj
def suggest(
    folder: Path,
    actor: str | None,
    everybody: bool,
    top: int,
    groups: tuple[str, ...],
    region: str,
    new: bool,
    any_group: bool,
    output: Path | None,
    json_output: bool,
) -> None:
    """Suggest partners for an actor (by id or name), each with its score, reasons and quoted sentences."""
    if everybody == bool(actor):
        raise click.UsageError("Name one actor, or give --all.")
    if everybody and not output:
        raise click.UsageError("--all needs --output, for example --output suggestions.csv.")
    chosen: dict[str, Any] = {
        "top": top,
        "groups": [ActorGroup(group) for group in groups],
        "region": region,
        "new": new,
        "across": not any_group,
    }
    with _open(folder) as workspace:
        published = workspace.published()
        if everybody and output:
            with _progress() as progress:
                matches = _counted(published.all_suggestions(**chosen), published.counts().actors, progress)
                count = _write_matches(output, (match for each in matches for match in each))
            out.print(f"{count} suggestions are in {output}.")
            return
        seeker = published.find_actor(str(actor))
        found = published.suggestions(seeker.id, **chosen)
    if output:
        _write_matches(output, iter(found))
        out.print(f"{len(found)} suggestions are in {output}.")
    elif json_output:
        _print_json(
            {"seeker": {"id": seeker.id, "name": seeker.name}, "items": [_match_record(m) for m in found]}
        )
    else:
        out.print(f"Partners for {seeker.name} ({seeker.id}, {in_words(seeker.group)})", markup=False)
        _show_matches(found)


def _counted(
    lists: Iterable[list[Match]], total: int, progress: Callable[[str, int, int], None]
) -> Iterator[list[Match]]:
    for done, each in enumerate(lists, start=1):
        progress("suggestions", done, total)
        yield each


def _write_matches(path: Path, matches: Iterator[Match]) -> int:
    from matchmaker.exports import write_rows
    from matchmaker.records import MATCH_COLUMNS, match_rows

    return write_rows(path, MATCH_COLUMNS, match_rows(matches))


def _match_record(match: Match) -> dict[str, object]:
    return {
        "partner_id": match.partner_id,
        "partner_name": match.partner_name,
        "partner_group": match.partner_group.value,
        "score": round(match.score, 2),
        "known": match.known,
        "reasons": [asdict(reason) for reason in match.reasons],
    }


def _show_matches(matches: Sequence[Match]) -> None:
    if not matches:
        out.print("No partner fits. Try --any-group, or leave out --region, --group or --new.")
    for rank, match in enumerate(matches, start=1):
        known = ", known" if match.known else ""
        out.print(
            f"{rank:>3}. {match.score:5.1f}  {match.partner_name} "
            f"({match.partner_id}, {in_words(match.partner_group)}{known})",
            markup=False,
        )
        for reason in match.reasons:
            out.print(f"            {reason_line(reason)}", markup=False)


@cli.command(
    "search",
    cls=Examples,
    examples="""
    matchmaker search "nogen der kan bruge mask fra bryggerier"
    matchmaker search "enzymes for grass protein" --group knowledge_institution
    matchmaker search --queries needs.csv --output answers.csv
    """,
)
@click.argument("text", required=False)
@click.option("--queries", type=_existing, help="A CSV file with the columns id and text.")
@click.option("--top", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many actors.")
@group_option
@region_option
@click.option("--output", type=click.Path(path_type=Path), help="Write to a CSV, XLSX, Parquet or JSON file.")
@as_json
@click.pass_obj
def search(
    folder: Path,
    text: str | None,
    queries: Path | None,
    top: int,
    groups: tuple[str, ...],
    region: str,
    output: Path | None,
    json_output: bool,
) -> None:
    """Find actors for a sentence in Danish or English; words, meaning, names and registration numbers count."""
    if (text is None) == (queries is None):
        raise click.UsageError("Give one text, or --queries with --output.")
    if queries and not output:
        raise click.UsageError("--queries needs --output, for example --output answers.csv.")
    chosen: dict[str, Any] = {"top": top, "groups": [ActorGroup(group) for group in groups], "region": region}
    with _open(folder) as workspace:
        published = workspace.published()
        asked = _queries(queries) if queries else [("", str(text))]
        answers = [(query, published.search(wanted, **chosen)) for query, wanted in asked]
    if output:
        from matchmaker.exports import write_rows

        rows = (
            (query, hit.actor_id, rank, round(hit.score, 4))
            for query, hits in answers
            for rank, hit in enumerate(hits, start=1)
        )
        out.print(f"{write_rows(output, ('query', 'actor', 'rank', 'score'), rows)} answers are in {output}.")
        return
    hits = answers[0][1]
    if json_output:
        _print_json({"items": [asdict(hit) for hit in hits]})
        return
    if not hits:
        out.print("Nobody answers that. Try other words, or a whole sentence.")
    for rank, hit in enumerate(hits, start=1):
        out.print(
            f"{rank:>3}. {hit.score:.3f}  {hit.name} ({hit.actor_id}, {in_words(hit.group)})", markup=False
        )
        for quote in hit.quotes:
            out.print(f"            “{quote.text[:QUOTE_SHOWN]}”", markup=False)


def _queries(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as source:
        reader = csv.DictReader(source)
        if not {"id", "text"} <= set(reader.fieldnames or ()):
            raise click.ClickException(
                f"{path} must have the columns id and text; it has {reader.fieldnames}."
            )
        return [(row["id"] or "", row["text"] or "") for row in reader]


@cli.command(
    "sub-clusters", cls=Examples, examples="matchmaker sub-clusters\nmatchmaker sub-clusters --members --json"
)
@click.option("--members", is_flag=True, help="List the members with their confidence.")
@as_json
@click.pass_obj
def sub_clusters(folder: Path, members: bool, json_output: bool) -> None:
    """List the sub-clusters with their labels, sizes and specialisations."""
    with _open(folder) as workspace:
        published = workspace.published()
        found, notes = published.sub_clusters(), published.notes()
        names = published.actor_names() if members else {}
    if json_output:
        _print_json({"items": [_sub_cluster_record(each, members=members) for each in found], "notes": notes})
        return
    for note in notes:
        out.print(note, markup=False)
    for each in found:
        indent = "    " if each.parent_id else ""
        groups = ", ".join(f"{count} {in_words(group)}" for group, count in each.composition.items())
        out.print(f"{indent}{each.id}  {each.label}  ({len(each.members)} actors: {groups})", markup=False)
        for member in each.members if members else ():
            out.print(f"{indent}      {member.confidence:.2f}  {names[member.actor_id]}", markup=False)


def _sub_cluster_record(sub_cluster: SubCluster, *, members: bool) -> dict[str, object]:
    record = asdict(sub_cluster)
    record["size"] = len(sub_cluster.members)
    if not members:
        del record["members"]
    return record


@cli.command("spin-offs", cls=Examples, examples="matchmaker spin-offs\nmatchmaker spin-offs --json")
@as_json
@click.pass_obj
def spin_offs(folder: Path, json_output: bool) -> None:
    """Rank the specialisations that could become a cluster of their own, with every figure."""
    with _open(folder) as workspace:
        published = workspace.published()
        found, notes = published.spin_offs(), published.notes()
    if json_output:
        _print_json({"items": [asdict(each) for each in found], "notes": notes})
        return
    for note in notes:
        out.print(note, markup=False)
    if not found:
        out.print("No specialisation stands out yet.")
        return
    measures = ("score", "critical_mass", "coherence", "distinctness", "growth", "group_spread")
    table = Table("specialisation", *(in_words(name) for name in measures), box=None)
    for each in found[:ROWS_SHOWN]:
        table.add_row(each.label, *(f"{getattr(each, name):.2f}" for name in measures))
    out.print(table)


@cli.command(
    "export",
    cls=Examples,
    examples="matchmaker export actors --output actors.xlsx\nmatchmaker export sub-clusters --output members.csv",
)
@click.argument("what", type=click.Choice(["actors", "suggestions", "sub-clusters", "spin-offs", "map"]))
@click.option(
    "--output", required=True, type=click.Path(path_type=Path), help="A .csv, .xlsx, .parquet or .json file."
)
@as_json
@click.pass_obj
def export(folder: Path, what: str, output: Path, json_output: bool) -> None:
    """Write what is published to a file for a spreadsheet or a notebook."""
    with _open(folder) as workspace:
        count = workspace.export(what, output)
    if json_output:
        _print_json({"rows": count, "file": str(output)})
    else:
        out.print(f"{count} rows are in {output}.")


@cli.command("serve", cls=Examples, examples="matchmaker serve\nmatchmaker serve --port 8471")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen on."
)
@click.pass_obj
def serve(folder: Path, host: str, port: int) -> None:
    """Serve the pages and the API on this machine."""
    from service.serve import serve as run

    with _open(folder, create=True) as workspace:
        run(workspace, host=host, port=port)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; exit status 0, 1 for a failure told in one line, 2 for wrong usage."""
    try:
        cli.main(
            args=list(arguments) if arguments is not None else None,
            prog_name="matchmaker",
            standalone_mode=False,
        )
    except click.exceptions.Exit as ended:
        return int(ended.exit_code)
    except click.UsageError as error:
        error.show()
        return 2
    except click.Abort:
        err.print("Stopped.")
        return 1
    except (click.ClickException, MatchmakerError) as error:
        err.print(f"matchmaker: {error}", markup=False)
        return 1
    except BrokenPipeError:
        # The reader of a pipe such as `| head` has gone; that is not a failure worth words.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception:
        logging.getLogger(__name__).exception("an error that should not happen")
        err.print("matchmaker: something went wrong that should not; please report the lines above.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
