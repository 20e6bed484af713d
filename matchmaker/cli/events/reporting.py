"""The command that writes what events came to, for those who pay: as text, JSON, PDF or a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matchmaker.cli.events.targets import standing_record
from matchmaker.cli.shared import Examples, as_json, opened, out, print_json

if TYPE_CHECKING:
    from matchmaker.arranging import Followed
    from matchmaker.reporting import Report


@click.command(
    "report",
    cls=Examples,
    examples="""
    matchmaker event report
    matchmaker event report spring-meeting --output report.pdf --language da
    matchmaker event report spring-meeting autumn-meeting --output report.xlsx
    matchmaker event report --since 2027-01-01 --until 2028-12-31 --json
    """,
)
@click.argument("event_ids", metavar="[EVENT...]", nargs=-1)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="A .pdf or .xlsx file; without it the sentences are printed.",
)
@click.option(
    "--language",
    type=click.Choice(["da", "en"]),
    default="en",
    show_default=True,
    help="What it is written in.",
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Leave out events that began before.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Leave out events and what came of them after this day.",
)
@as_json
@click.pass_obj
def report(
    folder: Path,
    event_ids: tuple[str, ...],
    output: Path | None,
    language: str,
    since: Any,
    until: Any,
    json_output: bool,
) -> None:
    """Write what the EVENTs came to, or all events: how many pairs came how far, the targets, and what is agreed.

    Each pair of actors counts once an event, at the furthest step that it came to.
    """
    from matchmaker.reporting import event_report

    with opened(folder) as workspace:
        found = workspace.events.follow_up.report(
            event_ids, since=since.date() if since else None, until=until.date() if until else None
        )
    made = event_report(found)
    if output is not None:
        _write(output, made, language)
    if json_output:
        print_json({"file": str(output)} if output else as_record(found))
    elif output:
        out.print(f"The report is in {output}.", markup=False)
    else:
        _show(made, language)


def _write(output: Path, made: Report, language: str) -> None:
    from matchmaker.exports import write_file
    from matchmaker.reporting import WORDINGS, write

    wording = WORDINGS[language]
    if output.suffix.casefold() == ".xlsx":
        from matchmaker.reporting.workbook import workbook

        write_file(output, workbook(made, wording), ".xlsx")
    elif output.suffix.casefold() == ".pdf":
        from matchmaker.reporting.pdf import pdf

        write_file(output, pdf([write(made, wording)], wording), ".pdf")
    else:
        raise click.UsageError(f"{output} must end in .pdf or .xlsx.")


def _show(made: Report, language: str) -> None:
    from matchmaker.reporting import WORDINGS, write
    from matchmaker.reporting.writing import WrittenTable, WrittenText

    written = write(made, WORDINGS[language])
    out.print(f"{written.title}: {written.lead}", markup=False)
    for section in written.sections[:-1]:
        out.print(f"\n{section.heading}", markup=False)
        for block in section.blocks:
            if isinstance(block, WrittenText):
                words = "".join(run.text for run in block.runs)
                out.print(f"  {block.heading} {words}" if block.heading else f"  {words}", markup=False)
            elif isinstance(block, WrittenTable) and block.rows:
                out.print(f"  {block.caption}: {' | '.join(block.columns)}", markup=False)
                for row in block.rows:
                    cells = ("".join(run.text for run in cell) for cell in row)
                    out.print(f"    {' | '.join(cells)}", markup=False)


def as_record(found: Followed) -> dict[str, Any]:
    """What events came to, for programs."""
    chain = found.chain
    return {
        "since": found.since.isoformat() if found.since else None,
        "until": found.until.isoformat(),
        "events": [_event(each) for each in found.events],
        "chain": _tally(chain.whole),
        "across_groups": _tally(chain.across_groups),
        "by_groups": [
            {"groups": [each.value for each in pair], **_tally(each)}
            for pair, each in chain.by_groups.items()
        ],
        "by_sub_cluster": [
            {"sub_cluster": part or None, **_tally(each)} for part, each in chain.by_sub_cluster.items()
        ],
        "by_event": [{"event": event, **_tally(each)} for event, each in chain.by_event.items()],
        "targets": [standing_record(each) for each in found.targets],
        "hindsight": _hindsight(found),
        "commitments": [_agreement(each) for each in found.commitments],
        "new_companies": [_agreement(each) for each in found.companies],
        "agreements_not_entered": [
            {"event": each.event_id, "actors": list(each.actors)} for each in found.unentered
        ],
    }


def _event(each: Any) -> dict[str, Any]:
    names = ("id", "name", "place", "participants", "actors", "scheduled", "held", "no_shows", "unsaid")
    more = ("spontaneous", "rated", "followed_up")
    return {
        **{name: getattr(each, name) for name in (*names, *more)},
        "day": each.day.isoformat() if each.day else None,
        "ratings": list(each.ratings),
    }


def _tally(each: Any) -> dict[str, Any]:
    from matchmaker.meetings.following.chain import STEPS

    return {
        "pairs": each.pairs,
        "new_companies": each.companies,
        "steps": [
            {
                "step": step.value,
                "reached": each.reached(step),
                "took": each.took(step),
                "furthest": each.furthest.get(step, 0),
                "rate": each.conversion(step).value,
                "interval": each.conversion(step).interval,
            }
            for step in STEPS
        ],
    }


def _hindsight(found: Followed) -> dict[str, Any]:
    past = found.hindsight

    def share(each: Any) -> dict[str, Any]:
        return {"count": each.count, "of": each.of, "share": each.value, "interval": each.interval}

    def telling(each: Any) -> dict[str, Any]:
        area = each.area
        told = {"value": area.value, "low": area.low, "high": area.high} if area else None
        return {"came": each.came, "did_not": each.did_not, "area_under_curve": told}

    rating = past.rating
    return {
        "pairs": past.pairs,
        "fifths": [
            {
                "fifth": each.number,
                "wished": share(each.wished),
                "well_rated": share(each.well_rated),
                "committed": share(each.committed),
            }
            for each in past.fifths
        ],
        "wished": telling(past.wished),
        "committed": telling(past.committed),
        "rated": past.rated,
        "rank_correlation": {"value": rating.value, "low": rating.low, "high": rating.high}
        if rating
        else None,
    }


def _agreement(each: Any) -> dict[str, Any]:
    made = each.made
    told = (
        {"level": made.level.value, "title": made.title}
        if hasattr(made, "level")
        else {"actor": made.actor_id}
    )
    return {"event": each.event_id, "actors": list(each.actors), "on": made.on.isoformat(), **told}
