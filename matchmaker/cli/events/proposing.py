"""The command that asks the recommender for those who attend an event, and shows what it proposes and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matchmaker.cli.shared import Examples, as_json, err, opened, out, print_json, who
from matchmaker.records import reason_line

if TYPE_CHECKING:
    from matchmaker.arranging import Proposed

SHOWN = 10
COLUMNS = (
    "participant",
    "participant_name",
    "partner",
    "partner_name",
    "rank",
    "score",
    "value",
    "wished",
    "known",
    "reasons",
)


@click.command(
    "propose",
    cls=Examples,
    examples="""
    matchmaker event propose spring-meeting
    matchmaker event propose spring-meeting --of p3 --top 10
    matchmaker event propose spring-meeting --output proposals.xlsx
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.option(
    "--top", default=3, show_default=True, type=click.IntRange(1, 40), help="Proposals of each participant."
)
@click.option(
    "--of",
    "participants",
    multiple=True,
    help="Show only this participant: id, person or actor. May be repeated.",
)
@click.option(
    "--output",
    "file",
    type=click.Path(path_type=Path),
    help="Write all proposals to a CSV, XLSX or JSON file.",
)
@as_json
@click.pass_obj
def propose(
    folder: Path, event_id: str, top: int, participants: tuple[str, ...], file: Path | None, json_output: bool
) -> None:
    """Ask the recommender who should meet.

    Its scores are kept for the schedule of EVENT, and the best proposals are shown with the reason that weighs most. The
    score is a share of the highest at the event; the value is what a meeting is worth in the schedule, wishes included.
    Ask again when participants or the build have changed.
    """
    with opened(folder) as workspace:
        events = workspace.events
        of = [events.participant(event_id, each) for each in participants]
        number = events.propose(event_id, who=who())
        called = events.participants(event_id).called
        every = json_output or file is not None or bool(of)
        shown = of or list(called) if every else list(called)[:SHOWN]
        lists = events.proposals(event_id, top=top, of=shown) if shown else {}
        if file is not None:
            from matchmaker.exports import write_rows

            count = write_rows(file, COLUMNS, _rows(lists, called))
            err.print(f"{file} has {count} rows.", markup=False)
            return
    if json_output:
        print_json({"pairs": number, "items": [_record(each) for found in lists.values() for each in found]})
        return
    out.print(f"{number} pairs of actors have a score.")
    for one, found in lists.items():
        out.print(called[one], markup=False)
        for each in found:
            out.print(f"  {each.rank}. {called[each.partner]}  {each.score:.2f}{_marks(each)}", markup=False)
            if each.match and each.match.reasons:
                out.print(f"     {reason_line(each.match.reasons[0])}", markup=False)
        if not found:
            out.print("  Nobody who attends is proposed to them.", markup=False)
    if len(lists) < len(called) and not of:
        out.print(f"... and {len(called) - len(lists)} more participants; --of shows one, --out writes all.")


def _marks(each: Proposed) -> str:
    known = each.match is not None and each.match.known
    return (
        f"{', wished' if each.wished else ''}{', know each other' if known else ''}, worth {each.value:.2f}"
    )


def _record(each: Proposed) -> dict[str, Any]:
    reasons = [reason_line(reason) for reason in each.match.reasons] if each.match else []
    return {
        "participant": each.participant,
        "partner": each.partner,
        "rank": each.rank,
        "score": round(each.score, 4),
        "value": each.value,
        "wished": each.wished,
        "known": bool(each.match and each.match.known),
        "reasons": reasons,
    }


def _rows(lists: dict[str, list[Proposed]], called: dict[str, str]) -> Iterator[list[Any]]:
    for found in lists.values():
        for each in found:
            record = _record(each)
            reasons = " | ".join(record["reasons"])
            yield [
                each.participant, called[each.participant], each.partner, called[each.partner], each.rank,
                record["score"], each.value, each.wished, record["known"], reasons,
            ]  # fmt: skip
