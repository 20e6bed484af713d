"""Commands about the lists of participants that were taken into an event: which there were, and taking one back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matchmaker.cli.shared import Examples, as_json, opened, out, print_json, who

if TYPE_CHECKING:
    from matchmaker.events import Returned

SHOWN = 20
WHY = {
    "changed": "was changed since the list",
    "gone": "was taken away since the list",
    "in_use": "is named by a wish, a request, a meeting or an outcome",
    "there": "attends as another participant by now",
    "no_actor": "is of an actor that is no longer there",
}


@click.command("lists", cls=Examples, examples="matchmaker event lists spring-meeting")
@click.argument("event_id", metavar="EVENT")
@as_json
@click.pass_obj
def lists_(folder: Path, event_id: str, json_output: bool) -> None:
    """The lists of participants that changed something, newest first."""
    with opened(folder) as workspace:
        made = workspace.events.lists(event_id)
    if json_output:
        print_json({"items": [asdict(each) for each in made]})
        return
    for each in made:
        state = "undone" if each.undone else "" if each.can_be_undone else "stands for good"
        out.print(
            f"{each.number:>4}  {each.at[:16].replace('T', ' ')} UTC  {each.who}  {each.source}  {each.added} new, "
            f"{each.changed} changed, {each.gone} taken away{f'  ({state})' if state else ''}",
            markup=False,
        )
    if not made:
        out.print(
            f"No list changed anything yet: matchmaker event import {event_id} participants.xlsx",
            markup=False,
        )


@click.command(
    "undo-list",
    cls=Examples,
    examples="""
    matchmaker event undo-list spring-meeting 3 --dry-run
    matchmaker event undo-list spring-meeting 3
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.argument("number", type=click.IntRange(min=1), metavar="LIST")
@click.option("--dry-run", is_flag=True, help="Show what would happen; change nothing.")
@as_json
@click.pass_obj
def undo_list(folder: Path, event_id: str, number: int, dry_run: bool, json_output: bool) -> None:
    """Take back what a LIST of participants added and changed; `lists` shows the numbers.

    Whoever it added goes, whoever it changed is as before, whoever it took away attends again with their wishes and requests.
    What somebody changed or used since stays, and is named.
    """
    with opened(folder) as workspace:
        returned = workspace.events.undo_list(event_id, number, trial=dry_run, who=who())
        called = workspace.events.participants(event_id).called
    if json_output:
        print_json(asdict(returned))
        return
    _show(returned, called, "Would undo" if dry_run else "Undone")


def _show(returned: Returned, called: dict[str, str], said: str) -> None:
    parts = (
        (len(returned.removed), "new go"),
        (len(returned.restored), "as before"),
        (len(returned.back), "attend again"),
    )
    told = ", ".join(f"{number} {what}" for number, what in parts if number) or "nothing"
    out.print(f"{said}: {told}.", markup=False)
    for each in returned.left[:SHOWN]:
        out.print(f"Stays: {called.get(each.id, each.id)} {WHY[each.reason]}.", markup=False)
    if len(returned.left) > SHOWN:
        out.print(f"... and {len(returned.left) - SHOWN} more (--json names them all).", markup=False)
