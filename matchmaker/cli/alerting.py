"""Commands for the operator: look for who begins to fit saved searches, and send the letters that are due."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from matchmaker.cli.shared import Examples, as_json, opened, out, print_json


@click.group("alerts")
def alerts() -> None:
    """Tell users who is new among those who fit their saved searches; a running service does both by itself."""


@alerts.command("look", cls=Examples, examples="matchmaker alerts look")
@as_json
@click.pass_obj
def look(folder: Path, json_output: bool) -> None:
    """Look for whoever began to fit since the last time."""
    with opened(folder) as workspace:
        found = workspace.alerts.look()
    if json_output:
        print_json({"alerts": found})
    else:
        out.print("1 new alert." if found == 1 else f"{found} new alerts.")


@alerts.command(
    "send",
    cls=Examples,
    examples="""
    matchmaker alerts send
    0 7 * * *  matchmaker --workspace /srv/cluster alerts send
    """,
)
@as_json
@click.pass_obj
def send(folder: Path, json_output: bool) -> None:
    """Look, then write to everybody who is due; run it once a day. Nobody is written to of the same twice."""
    with opened(folder) as workspace:
        sent = workspace.alerts.send(datetime.now(UTC))
    if json_output:
        print_json({"letters": sent.letters, "alerts": sent.alerts, "undelivered": list(sent.undelivered)})
    else:
        letters = "1 letter" if sent.letters == 1 else f"{sent.letters} letters"
        out.print(f"{letters} sent, with {sent.alerts} alerts.")
        for user_id in sent.undelivered:
            out.print(f"A letter to {user_id} was not taken.", markup=False)
    if sent.undelivered:
        raise click.exceptions.Exit(1)
