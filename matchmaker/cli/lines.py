"""The command that takes in actors as lines of JSON, as other systems send them to the service."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from matchmaker.actors import Rejection
from matchmaker.cli.shared import Examples, as_json, existing, opened, out, print_json, progress_bar, who
from matchmaker.errors import ImportRejectedError
from matchmaker.working.known import refused, told

SHOWN = 20


@click.command(
    "lines",
    cls=Examples,
    examples="matchmaker import lines actors.ndjson\nmatchmaker import lines actors.ndjson --dry-run",
)
@click.argument("file", type=existing)
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--partial", is_flag=True, help="Take the good lines where others cannot be accepted.")
@as_json
@click.pass_obj
def lines(folder: Path, file: Path, dry_run: bool, partial: bool, json_output: bool) -> None:
    """Import actors from lines of JSON (NDJSON), each a whole actor with its id; docs/api.md names the fields."""
    with opened(folder, create=True) as workspace, progress_bar() as progress:
        try:
            report = workspace.import_lines(
                file, name=file.name, dry_run=dry_run, partial=partial, who=who(), progress=progress
            )
        except ImportRejectedError as error:
            if json_output:
                print_json(refused(error))
            else:
                _tell_rows(error.rejections)
            raise
    if json_output:
        print_json(told(report))
        return
    _tell_rows(report.rejections)
    actors = report.changes.actors
    out.print(
        f"{'Taken' if report.applied else 'Would take'}: {len(actors.new)} new, {len(actors.changed)} changed, "
        f"{len(actors.unchanged)} unchanged."
    )
    if report.changes.kept:
        out.print(f"{len(report.changes.kept)} field(s) stay as a person edited them.")


def _tell_rows(rejections: Sequence[Rejection]) -> None:
    for each in rejections[:SHOWN]:
        field = f", {each.column}" if each.column else ""
        out.print(f"line {each.row}{field}: {each.reason}", markup=False)
    if len(rejections) > SHOWN:
        out.print(f"... and {len(rejections) - SHOWN} more.")
