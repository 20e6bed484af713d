"""The command that seats an event's participants at mixed round tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matchmaker.cli.shared import (
    Examples,
    as_json,
    err,
    opened,
    out,
    print_json,
    seed_option,
    time_limit_option,
    who,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from matchmaker.events import RoundTables

COLUMNS = ("round", "table", "guest", "name")
KINDS = {
    "again": "meet again",
    "same_actor": "of one actor",
    "same_group": "of one actor group",
    "same_sub_cluster": "of one sub-cluster",
    "apart": "to be kept apart",
}


@click.command(
    "rounds",
    cls=Examples,
    examples="""
    matchmaker event rounds spring-meeting --size 8 --rounds 4
    matchmaker event rounds spring-meeting --show --output round-tables.xlsx
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.option(
    "--size", default=8, show_default=True, type=click.IntRange(2, 100), help="Seats at a table at most."
)
@click.option(
    "--rounds",
    default=3,
    show_default=True,
    type=click.IntRange(1, 50),
    help="How often people change tables.",
)
@click.option("--show", is_flag=True, help="Show the seating that is kept instead of making a new one.")
@time_limit_option
@seed_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the seating to a .csv, .xlsx or .parquet file.",
)
@as_json
@click.pass_obj
def rounds_(
    folder: Path,
    event_id: str,
    size: int,
    rounds: int,
    show: bool,
    time_limit: float,
    seed: int,
    output: Path | None,
    json_output: bool,
) -> None:
    """Seat the participants of EVENT at mixed round tables, and say how far from the best possible that can be.

    Nobody sits with whom they are kept apart from, colleagues are parted, as few as can be meet again, and actor groups and
    sub-clusters are mixed, in this order. The seating is kept; a new one takes its place.
    """
    from matchmaker.arranging import guest_names
    from matchmaker.exports import write_rows

    with opened(folder) as workspace:
        events = workspace.events
        if show:
            seating = events.round_tables(event_id)
            if seating is None:
                raise click.ClickException(
                    f"{event_id} has no round tables yet. Leave out --show to seat them."
                )
        else:
            err.print(f"Looking for a mixed seating, {time_limit:g} seconds at most ...")
            seating = events.seat(
                event_id, size=size, rounds=rounds, time_limit=time_limit, seed=seed, who=who()
            )
        attendees = events.attendees(event_id)
        actors = {each.actor_id: workspace.actor(each.actor_id).name for each in attendees}
        names = guest_names(attendees, actors)
    if output is not None:
        written = write_rows(output, COLUMNS, _rows(seating, names))
        err.print(f"{written} seats written to {output}", markup=False)
    if json_output:
        print_json(as_record(seating))
    else:
        _show(seating, names, tables=output is None)


def as_record(seating: RoundTables) -> dict[str, Any]:
    """A seating for programs."""
    return {
        "rounds": [[list(table) for table in tables] for tables in seating.rounds],
        "size": seating.size,
        "cost": seating.cost,
        "bound": seating.bound,
        **{
            name: {"pairs": getattr(seating, name).pairs, "least": getattr(seating, name).least}
            for name in KINDS
        },
    }


def _rows(seating: RoundTables, names: Mapping[str, str]) -> Iterator[tuple[int, int, str, str]]:
    for number, tables in enumerate(seating.rounds, 1):
        for table, seats in enumerate(tables, 1):
            for guest in seats:
                if guest in names:
                    yield number, table, guest, names[guest]


def _show(seating: RoundTables, names: Mapping[str, str], *, tables: bool) -> None:
    for kind, said in KINDS.items():
        measure = getattr(seating, kind)
        proven = (
            "which is the fewest possible" if measure.pairs <= measure.least else f"at least {measure.least}"
        )
        out.print(f"Pairs at a table {said}: {measure.pairs}, {proven}.")
    out.print(f"All together, weighed: {seating.cost:g}; no seating has less than {seating.bound:g}.")
    if tables:
        for number, round_tables in enumerate(seating.rounds, 1):
            for table, seats in enumerate(round_tables, 1):
                said = "; ".join(names.get(guest, guest) for guest in seats)
                out.print(f"Round {number}, table {table}: {said}", markup=False)
