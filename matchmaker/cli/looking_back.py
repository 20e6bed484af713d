"""Commands that look back: what would have been said in past years, and what came of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from matchmaker.cli.shared import Examples, as_json, opened, out, print_json, progress_bar
from matchmaker.corpus import day_of
from matchmaker.records import in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matchmaker.landscape.backtest import Backtest
    from matchmaker.landscape.field_entries import EntryRow
    from matchmaker.landscape.precision import Estimate

NAMED_SHOWN = 20

first_year = click.option(
    "--from", "first", required=True, type=click.IntRange(1900, 2999), help="First year to look back to."
)
last_year = click.option("--to", "last", required=True, type=click.IntRange(1900, 2999), help="Last year.")


@click.group("backtest")
def backtest() -> None:
    """Look back: what would have been said at the end of past years, and what came of it."""


@backtest.command(
    "spin-offs",
    cls=Examples,
    examples="""
    matchmaker backtest spin-offs --from 2019 --to 2023
    matchmaker backtest spin-offs --from 2022 --to 2023 --every 3 --json
    """,
)
@first_year
@last_year
@click.option(
    "--every",
    "months",
    default="12",
    show_default=True,
    type=click.Choice(["3", "6", "12"]),
    help="Months between the days.",
)
@as_json
@click.pass_obj
def spin_offs(folder: Path, first: int, last: int, months: str, json_output: bool) -> None:
    """Name spin-off candidates at the end of past years with what was known then, and count what came.

    Beside the forecast stand simple rankings: size, last growth and its opposite, and more. Each is judged by how many of its
    first 10 and 20 were among the tenth of all groups that grew most.
    """
    with opened(folder) as workspace, progress_bar() as progress:
        analysis = workspace.published().analysis
        try:
            held = analysis.backtest_spin_offs(
                first,
                last,
                today=date.today(),
                months=int(months),
                progress=lambda done, total: progress("looking back", done, total),
            )
        except ValueError as error:
            raise click.ClickException(str(error)) from error
    if json_output:
        print_json(asdict(held))
        return
    _show(held)


def _show(held: Backtest) -> None:
    for note in held.notes:
        out.print(note, markup=False)
    if not held.days:
        out.print("There is no year to judge.")
        return
    for panel, months in sorted({(row.panel, row.months) for row in held.rows}):
        kind = "specialisations as found then" if panel == "candidates" else "groups of like texts"
        out.print(
            f"\nPrecision at 10 and at 20, {kind}, growth in months {months[0]} to {months[1]}", markup=False
        )
        table = Table("what grows", "ranking", "at 10", "at 20", box=None)
        for row in held.rows:
            if (row.panel, row.months) == (panel, months):
                table.add_row(
                    in_words(row.question), in_words(row.ranking), _plain(row.at_10), _plain(row.at_20)
                )
        out.print(table)
    for one in held.calibration:
        worth = "better" if one.brier < one.brier_of_base_rate else "no better"
        out.print(
            f"The probabilities were {worth} than the base rate for {one.panel}: "
            f"mean squared error {one.brier:.3f} against {one.brier_of_base_rate:.3f}, {one.groups} groups.",
            markup=False,
        )
    _show_named(held)


def _show_named(held: Backtest) -> None:
    named = sorted((each for each in held.named if each.place), key=lambda each: (each.day, each.place or 0))
    if not named:
        out.print("\nNo candidate would have been named.")
        return
    out.print(
        "\nCandidates that would have been named, and their growth in actors a year later, against the whole"
    )
    table = Table(
        "day", "candidate", "probability", "actors added", "against the whole", "kept growing", box=None
    )
    for each in named[:NAMED_SHOWN]:
        added = each.added["actors"].get(12)
        table.add_row(
            str(each.day),
            each.label,
            f"{each.probability:.2f}",
            "" if added is None else f"{added:.0%}",
            "" if each.against_whole is None else f"{each.against_whole:.2f}",
            {True: "yes", False: "no", None: ""}[each.kept_growing],
        )
    out.print(table)
    for title, some in (("the candidates", named), ("all specialisations", held.named)):
        kept = [each.kept_growing for each in some if each.kept_growing is not None]
        out.print(
            f"Of {title}, {sum(kept)} of {len(kept)} gained actors faster than the whole.", markup=False
        )


@backtest.command("entries", cls=Examples, examples="matchmaker backtest entries --from 2022 --to 2023")
@first_year
@last_year
@as_json
@click.pass_obj
def entries(folder: Path, first: int, last: int, json_output: bool) -> None:
    """Rank the fields that regions and countries might enter, at the end of past years, and count which they entered."""
    with opened(folder) as workspace:
        try:
            rows = workspace.published().analysis.backtest_entries(first, last, today=date.today())
        except ValueError as error:
            raise click.ClickException(str(error)) from error
    if json_output:
        print_json({"items": [{**asdict(row), "day": day_of(row.day)} for row in rows]})
        return
    _show_entries(rows)


def _show_entries(rows: Sequence[EntryRow]) -> None:
    if not rows:
        out.print("Too few collaborations with fields, in places that are known, to say anything.")
        return
    table = Table("places", "level", "day", "entered", "ranking", "AUC", "precision", box=None)
    for row in rows:
        table.add_row(
            row.places,
            str(row.level),
            str(day_of(row.day)),
            f"{row.entered} of {row.openings}",
            in_words(row.ranking),
            _plain(row.auc),
            _plain(row.precision),
        )
    out.print(table)


def _plain(each: Estimate | None) -> str:
    return "" if each is None else f"{each.value:.2f} ({each.low:.2f} to {each.high:.2f})"
