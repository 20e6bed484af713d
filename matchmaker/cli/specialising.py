"""The command that shows who is specialised in what, how sure that is, and what is near to enter."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from matchmaker.cli.shared import Examples, as_json, opened, out, print_json

if TYPE_CHECKING:
    from matchmaker.analysis import Analysis
    from matchmaker.landscape.specialisation.findings import Cell, Move, Moves, Row, Specialisation

ROWS_SHOWN = 30
CELLS_SHOWN = 10
_UNITS = {"actors": "memberships", "projects": "projects", "money": "EUR"}
"""What the amounts of a row are: an actor or a project counts in each of its columns."""


class YearSpan(click.ParamType["tuple[int, int]"]):
    """One year (``2023``), or the first and the last (``2021-2023``)."""

    name = "years"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """First and last year; fails for anything else."""
        match = re.fullmatch(r"([0-9]{4})(?:-([0-9]{4}))?", str(value).strip())
        if match is None:
            self.fail(f"{value!r} is no year (2023) and no span of years (2021-2023).", param, ctx)
        return int(match[1]), int(match[2] or match[1])


@click.command(
    "specialisation",
    cls=Examples,
    examples="""matchmaker specialisation
    matchmaker specialisation --by region --level 2 --of sub-clusters --weight actors --region DK04
    matchmaker specialisation --by country --of fields --weight money --years 2021-2023 --json
    matchmaker specialisation --of specialisations --years 2021-2022 --then 2023-2024 --region DK04""",
)
@click.option("--by", type=click.Choice(["region", "country", "group"]), default="region", show_default=True)
@click.option(
    "--of",
    "of_what",
    type=click.Choice(["sub-clusters", "specialisations", "fields"]),
    default="sub-clusters",
    show_default=True,
)
@click.option(
    "--weight",
    type=click.Choice(["actors", "projects", "money"]),
    default="actors",
    show_default=True,
    help="What is counted: actors, collaborations, or EUR.",
)
@click.option(
    "--level", type=click.IntRange(0, 3), default=2, show_default=True, help="NUTS level of the regions."
)
@click.option(
    "--field-level", type=click.IntRange(min=1), default=2, show_default=True, help="Parts of a field's path."
)
@click.option("--years", type=YearSpan(), help="Only collaborations of these years, such as 2021-2023.")
@click.option(
    "--then", type=YearSpan(), help="Later years: show what was taken up and given up since --years."
)
@click.option("--region", "row_id", default="", help="One row, by its name: a region, a country or a group.")
@click.option(
    "--least",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="Actors from which on a cell gets a figure.",
)
@as_json
@click.pass_obj
def specialisation(
    folder: Path,
    by: str,
    of_what: str,
    weight: str,
    level: int,
    field_level: int,
    least: int,
    row_id: str,
    years: tuple[int, int] | None,
    then: tuple[int, int] | None,
    json_output: bool,
) -> None:
    """Show who is specialised in what, with intervals, and what related things are near to enter."""
    if then is not None and years is None:
        raise click.UsageError("--then needs the years before: --years 2021-2022 --then 2023-2024.")
    asked: dict[str, Any] = {
        "by": by, "of": of_what, "weight": weight, "level": level, "field_level": field_level, "least": least,
    }  # fmt: skip
    with opened(folder) as workspace:
        analysis = workspace.published().analysis
        try:
            if years is not None and then is not None:
                _show_moves(_moves(analysis, years, then, asked), row_id, json_output=json_output)
            else:
                found = analysis.specialisation(**asked, years=years, today=date.today())
                _show(found, row_id, json_output=json_output)
        except ValueError as error:
            raise click.UsageError(str(error)) from error


def _moves(
    analysis: Analysis, first: tuple[int, int], second: tuple[int, int], asked: dict[str, Any]
) -> Moves:
    return analysis.moves(first, second, **asked, today=date.today())


def _show(found: Specialisation, row_id: str, *, json_output: bool) -> None:
    rows = [row for row in found.rows if not row_id or row.id.casefold() == row_id.strip().casefold()]
    if row_id and not rows and found.rows:
        known = ", ".join(row.id for row in found.rows[:ROWS_SHOWN])
        more = " ..." if len(found.rows) > ROWS_SHOWN else ""
        raise click.ClickException(f"There is no {found.question.by} {row_id!r}. There are: {known}{more}.")
    if json_output:
        record = asdict(found)
        if row_id:
            ids = {row.id for row in rows}
            record["rows"] = [asdict(row) for row in rows]
            record["cells"] = [asdict(cell) for cell in found.cells if cell.row_id in ids]
        print_json(record)
        return
    for note in found.notes:
        out.print(note, markup=False)
    if row_id:
        for row in rows:
            _show_row(found, row)
    elif rows:
        _show_rows(found, rows)


def _show_rows(found: Specialisation, rows: list[Row]) -> None:
    amounts = found.question.weight != "actors"
    headers = [
        "actors",
        *([_UNITS[found.question.weight]] if amounts else []),
        "diversity",
        "Krugman",
        "complexity",
    ]
    table = Table(str(found.question.by), *headers, "specialised in", box=None)
    table.columns[0].no_wrap = True
    for column in table.columns[1:-1]:
        column.justify, column.no_wrap = "right", True
    for row in sorted(rows, key=lambda row: (-row.actors, row.id))[:ROWS_SHOWN]:
        best = "; ".join(f"{cell.label} {_figure(cell.quotient)}" for cell in found.specialised(row.id)[:2])
        figures = [
            f"{row.actors:,}",
            *([f"{row.amount:,.0f}"] if amounts else []),
            "?" if row.diversity is None else str(row.diversity),
            _figure(row.krugman_index),
            _figure(row.complexity),
        ]
        table.add_row(row.id, *figures, (best or "-") if row.enough else "too few to tell")
    out.print(table)
    if len(rows) > ROWS_SHOWN:
        out.print(f"The {ROWS_SHOWN} largest of {len(rows):,}; --region shows one, --json all.", markup=False)


def _show_row(found: Specialisation, row: Row) -> None:
    unit = _UNITS[found.question.weight]
    out.print(f"{row.id}: {row.actors:,} actors, {row.amount:,.0f} {unit}.", markup=False)
    if not row.enough:
        out.print(f"Too few to tell: fewer than {found.question.least} actors.")
        return
    diversity = "?" if row.diversity is None else f"{row.diversity} of {len(found.columns)}"
    figures = (
        f"diversity {diversity}, Krugman index {_figure(row.krugman_index)} (0 to 2), "
        f"Herfindahl {_figure(row.herfindahl)}, entropy {_figure(row.entropy)} bits "
        f"(unrelated {_figure(row.unrelated_variety)}, related {_figure(row.related_variety)}), "
        f"complexity {_figure(row.complexity)} (mean 0, deviation 1)"
    )
    out.print(figures, markup=False)
    specialised = found.specialised(row.id)
    out.print(
        "\nSpecialised in (location quotient with 95 % interval):"
        if specialised
        else "\nSpecialised in nothing that is sure."
    )
    if specialised:
        _print_cells(specialised[:CELLS_SHOWN], "location quotient", _quotient)
    near = found.near(row.id)
    complexity = {column.id: column.complexity for column in found.columns}
    if near:
        out.print("\nCould come next: little of it here, by the share of what is related to it that is here:")
        _print_cells(
            near[:CELLS_SHOWN], "density", lambda cell: _figure(cell.density), "complexity", lambda cell: _figure(complexity[cell.column_id])
        )  # fmt: skip


def _print_cells(cells: tuple[Cell, ...], *headers_and_figures: Any) -> None:
    headers, figures = headers_and_figures[::2], headers_and_figures[1::2]
    table = Table("", "actors here", *headers, box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for cell in cells:
        table.add_row(cell.label, f"{cell.actors:,}", *(figure(cell) for figure in figures))
    out.print(table)


def _quotient(cell: Cell) -> str:
    return f"{_figure(cell.quotient)} ({_figure(cell.lower)} to {_figure(cell.upper)})"


def _show_moves(found: Moves, row_id: str, *, json_output: bool) -> None:
    def of_row(moves: tuple[Move, ...]) -> list[Move]:
        return [each for each in moves if not row_id or each.row_id.casefold() == row_id.strip().casefold()]

    entries, exits = of_row(found.entries), of_row(found.exits)
    if json_output:
        print_json(
            {
                **asdict(found),
                "entries": [asdict(each) for each in entries],
                "exits": [asdict(each) for each in exits],
            }
        )
        return
    for note in found.notes:
        out.print(note, markup=False)
    out.print(
        f"In all {len(found.entries):,} of {found.could_enter:,} absent cells were entered, {len(found.exits):,} of "
        f"{found.could_leave:,} present ones left. Relatedness density before: {_figure(found.entry_density)} where "
        f"entered, {_figure(found.other_density)} where not. A cell is present with a location quotient of 1 or more: it is "
        "left, too, where others grew faster.",
        markup=False,
    )
    for title, moves in (("Entered", entries), ("Left", exits)):
        if not moves:
            out.print(f"\n{title}: nothing.")
            continue
        table = Table(title.lower(), "what", "actors before", "after", "density before", box=None)
        for column in table.columns[2:]:
            column.justify = "right"
        for each in moves[:ROWS_SHOWN]:
            table.add_row(
                each.row_id,
                each.label,
                f"{each.actors_before}",
                f"{each.actors_after}",
                _figure(each.density),
            )
        out.print()
        out.print(table)
        if len(moves) > ROWS_SHOWN:
            out.print(f"The first {ROWS_SHOWN} of {len(moves):,}; --json shows all.", markup=False)


def _figure(value: float | None) -> str:
    return "?" if value is None else f"{value:.2f}"
