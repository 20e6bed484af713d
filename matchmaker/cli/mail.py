"""Commands about the mail server."""

from __future__ import annotations

from pathlib import Path

import click

from matchmaker.cli.shared import Examples, as_json, opened, out, print_json


@click.group("mail")
def mail() -> None:
    """Try the mail server that the settings name; docs/settings.md lists them."""


@mail.command("test", cls=Examples, examples="matchmaker mail test kim@cluster.example")
@click.argument("address")
@as_json
@click.pass_obj
def test(folder: Path, address: str, json_output: bool) -> None:
    """Send one letter to ADDRESS, so that you see whether mail arrives."""
    from matchmaker.mailing import Letter

    letter = Letter(
        address,
        "Matchmaker: en prøve / a test",
        "Matchmaker kan sende breve herfra.\n\nMatchmaker can send letters from here.\n",
    )
    with opened(folder) as workspace:
        undelivered, server = workspace.post.send([letter]), workspace.post.server
    if undelivered:
        raise click.ClickException(f"{server} did not take the letter: {undelivered[0].reason}")
    if json_output:
        print_json({"to": address, "server": server, "taken": True})
    else:
        out.print(f"{server} took a letter to {address}. Look whether it arrives.", markup=False)
