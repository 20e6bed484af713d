"""Commands that show the landscape and write it to files."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from rich.table import Table

from matchmaker.cli.shared import Examples, as_json, opened, out, print_json
from matchmaker.records import in_words

ROWS_SHOWN = 20


@click.command("spin-offs", cls=Examples, examples="matchmaker spin-offs\nmatchmaker spin-offs --json")
@as_json
@click.pass_obj
def spin_offs(folder: Path, json_output: bool) -> None:
    """Rank the specialisations that could become a cluster of their own, with every figure."""
    with opened(folder) as workspace:
        published = workspace.published()
        found, notes = published.spin_offs(), published.notes()
    if json_output:
        print_json({"items": [asdict(each) for each in found], "notes": notes})
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


@click.command(
    "export",
    cls=Examples,
    examples="matchmaker export actors --output actors.xlsx\nmatchmaker export sub-clusters --output members.csv",
)
@click.argument(
    "what", type=click.Choice(["actors", "suggestions", "sub-clusters", "spin-offs", "map", "exposure"])
)
@click.option(
    "--output", required=True, type=click.Path(path_type=Path), help="A .csv, .xlsx, .parquet or .json file."
)
@as_json
@click.pass_obj
def export(folder: Path, what: str, output: Path, json_output: bool) -> None:
    """Write what is published to a file for a spreadsheet or a notebook."""
    with opened(folder) as workspace:
        count = workspace.export(what, output)
    if json_output:
        print_json({"rows": count, "file": str(output)})
    else:
        out.print(f"{count} rows are in {output}.")
