"""The command that puts two days of the cluster side by side."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matchmaker.bundles import write_tables
from matchmaker.cli.shared import Examples, as_json, opened, out, print_json, progress_bar
from matchmaker.frames.comparison import comparison_frames
from matchmaker.records import in_words

if TYPE_CHECKING:
    from matchmaker.landscape.comparison import Comparison, Difference

ROWS_SHOWN = 12


class Day(click.ParamType["date"]):
    """A day as 2021-12-31."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; fails for anything else."""
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day such as 2021-12-31.", param, ctx)


@click.command(
    "compare",
    cls=Examples,
    examples="""
    matchmaker compare --from 2021-12-31 --to 2024-12-31
    matchmaker compare --from 2021-12-31 --to 2024-12-31 --output comparison.xlsx
    matchmaker compare --from 2021-12-31 --to 2024-12-31 --json
    """,
)
@click.option("--from", "first", required=True, type=Day(), help="The earlier day.")
@click.option("--to", "second", required=True, type=Day(), help="The later day.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Write all differences to a folder, a .zip or an .xlsx, a table for each topic.",
)
@as_json
@click.pass_obj
def compare(folder: Path, first: date, second: date, output: Path | None, json_output: bool) -> None:
    """Put two days side by side, each with only what was known on it.

    Sub-clusters that were born, grew, split, merged or went; specialisations gained and lost; phases, trends and
    collaborations by commitment.
    """
    if output is not None and output.suffix.casefold() not in ("", ".zip", ".xlsx"):
        raise click.UsageError("--output is a folder, a .zip or an .xlsx.")
    with opened(folder) as workspace, progress_bar() as progress:
        try:
            found = workspace.published().analysis.compared(
                first, second, progress=lambda done, total: progress("looking back", done, total)
            )
        except ValueError as error:
            raise click.ClickException(str(error)) from error
    if output is not None:
        rows = write_tables(output, comparison_frames(found))
        if not json_output:
            out.print(f"{rows} rows are in {output}.")
            return
    if json_output:
        print_json(asdict(found))
    else:
        _show(found)


def _show(found: Comparison) -> None:
    for total in (found.before, found.after):
        out.print(
            f"{total.name}: {total.actors:,} actors at work, {total.collaborations:,} collaborations, "
            f"{total.sub_clusters} sub-clusters, {total.specialisations} specialisations",
            markup=False,
        )
    topics = dict.fromkeys(each.topic for each in found.differences)
    for topic in topics:
        some = found.of(topic)
        turned = Counter(each.turn for each in some)
        counted = ", ".join(f"{number} {in_words(turn)}" for turn, number in turned.items())
        out.print(f"{in_words(topic)}: {counted}", markup=False, style="bold")
        for each in some[:ROWS_SHOWN]:
            out.print(f"    {_line(each)}", markup=False)
        if len(some) > ROWS_SHOWN:
            out.print(f"    and {len(some) - ROWS_SHOWN:,} more; --output writes all", markup=False)


def _line(each: Difference) -> str:
    figures = (
        f"{in_words(each.was) or '-'} to {in_words(each.now) or '-'}"
        if each.was or each.now
        else f"{_figure(each.before)} to {_figure(each.after)}"
    )
    place = f"{in_words(each.place)} in " if each.place else ""
    name = in_words(each.label) if each.label == each.id else each.label
    return f"{in_words(each.turn):14}  {place}{name or 'the whole cluster'}: {figures}"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"
