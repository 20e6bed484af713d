"""Commands that show the landscape and write it to files."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from matchmaker.cli.shared import Examples, as_json, opened, out, print_json
from matchmaker.records import in_words

if TYPE_CHECKING:
    from matchmaker.landscape.findings import SpinOff

ROWS_SHOWN = 20
MEASURES = ("critical_mass", "coherence", "distinctness", "growth", "group_spread")


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
    for each in found[:ROWS_SHOWN]:
        _show_candidate(each)
    out.print(
        "\nThe score is what stands there today. The probability is that of gaining actors faster than the whole within a year.",
        markup=False,
    )
    out.print(f"For {found[0].label}: {found[0].outlook.reason}", markup=False)


def _show_candidate(each: SpinOff) -> None:
    given = each.outlook.probability
    chance = "no probability" if given is None else f"probability {given:.2f}"
    measures = ", ".join(f"{in_words(name)} {getattr(each, name):.2f}" for name in MEASURES)
    out.print(each.label, markup=False, style="bold")
    out.print(f"    score {each.score:.2f}, {chance}: {measures}", markup=False)
    for need in each.needs:
        out.print(f"    {need.sentence}", markup=False)
    if each.doubts:
        out.print(
            f"    May be the form of a call: {', '.join(in_words(name) for name in each.doubts)}.",
            markup=False,
        )


@click.command(
    "export",
    cls=Examples,
    examples="""
    matchmaker export actors --output actors.xlsx
    matchmaker export sub-clusters --output members.csv
    matchmaker export landscape --output landscape.xlsx
    matchmaker export landscape --output landscape --format parquet
    matchmaker export landscape --output network.graphml
    matchmaker export person --of aase@example.dk --output aase.json
    """,
)
@click.argument(
    "what",
    type=click.Choice(
        ["actors", "suggestions", "sub-clusters", "spin-offs", "map", "exposure", "landscape", "person"]
    ),
)
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="A .csv, .xlsx, .parquet or .json file; for the landscape a folder, .zip, .xlsx or .graphml.",
)
@click.option(
    "--format",
    "files",
    type=click.Choice(["csv", "parquet"]),
    help="For the landscape: what the folder or .zip holds.  [default: csv]",
)
@click.option(
    "--with-backtest", is_flag=True, help="For the landscape: also what earlier spin-off candidates came to."
)
@click.option("--of", "person", default="", help="For a person: the e-mail address or the whole name.")
@as_json
@click.pass_obj
def export(
    folder: Path,
    what: str,
    output: Path,
    files: Literal["csv", "parquet"] | None,
    with_backtest: bool,
    person: str,
    json_output: bool,
) -> None:
    """Write what is published to a file for a spreadsheet or a notebook.

    The landscape is all its figures at once, a table each; as .graphml it is the actors and their collaborations as a
    network, for Gephi and the like. A person is everything that is held about somebody, as JSON for them to read.
    """
    if files and (what != "landscape" or output.suffix.casefold() not in ("", ".zip")):
        raise click.UsageError("--format is for the landscape in a folder or a .zip.")
    if with_backtest and what != "landscape":
        raise click.UsageError("--with-backtest is for the landscape.")
    if (what == "person") != bool(person):
        raise click.UsageError("A person is exported with --of NAME-OR-ADDRESS, and nothing else is.")
    with opened(folder) as workspace:
        if what == "person":
            count = _write_held(workspace.held(person), output)
        elif what == "landscape":
            count = workspace.export_landscape(output, files or "csv", with_backtest=with_backtest)
        else:
            count = workspace.export(what, output)
    if json_output:
        print_json({"rows": count, "file": str(output)})
    else:
        out.print(f"{count} rows are in {output}.")


def _write_held(held: dict[str, object], output: Path) -> int:
    """Everything about a person in a JSON file that only the owner may read; the number of places found."""
    if output.suffix.casefold() != ".json":
        raise click.UsageError("A person is exported as .json.")
    count = 0
    for name in ("participations", "users", "changes_made"):
        found = held[name]
        assert isinstance(found, list)
        count += len(found)
    if not count:
        raise click.ClickException(f"Nothing is held about {held['asked']!r}; no file was written.")
    output.touch(mode=0o600)
    output.write_text(json.dumps(held, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8")
    return count
