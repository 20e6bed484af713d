"""Commands about the open directory: who is in it, and who is put in on whose behalf."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from matchmaker.cli.shared import Examples, as_json, opened, out, print_json, who


@click.group("directory")
def directory() -> None:
    """Say which actors everybody may see without signing in; the setting directory opens it."""


@directory.command(
    "show", cls=Examples, examples="matchmaker directory show\nmatchmaker directory show --json"
)
@as_json
@click.pass_obj
def show(folder: Path, json_output: bool) -> None:
    """List the actors that are in the directory, with who said so and when."""
    with opened(folder) as workspace:
        listings, is_open = workspace.directory.listings(), workspace.directory.is_open
        names = {each.actor_id: workspace.actor(each.actor_id).name for each in listings}
    if json_output:
        told = [{**asdict(each), "name": names[each.actor_id]} for each in listings]
        print_json({"open": is_open, "actors": told})
        return
    for each in listings:
        out.print(f"{each.actor_id}  {names[each.actor_id]}  since {each.at[:10]}, {each.who}", markup=False)
    state = "open" if is_open else 'closed; the setting directory = "open" opens it'
    out.print(f"{len(listings)} actor(s); the directory is {state}.", markup=False)


@directory.command("add", cls=Examples, examples="matchmaker directory add hejrebaek")
@click.argument("actor")
@as_json
@click.pass_obj
def add(folder: Path, actor: str, json_output: bool) -> None:
    """Let everybody see an actor (by id), on its behalf; ask it first."""
    with opened(folder) as workspace:
        changed = workspace.directory.list_actor(actor, who=who())
    _tell(actor, "is in the directory", changed, json_output)


@directory.command("remove", cls=Examples, examples="matchmaker directory remove hejrebaek")
@click.argument("actor")
@as_json
@click.pass_obj
def remove(folder: Path, actor: str, json_output: bool) -> None:
    """Take an actor (by id) out of the directory; with the next request it is not seen there."""
    with opened(folder) as workspace:
        changed = workspace.directory.unlist(actor, who=who())
    _tell(actor, "is not in the directory", changed, json_output)


def _tell(actor: str, what: str, changed: bool, json_output: bool) -> None:
    if json_output:
        print_json({"actor_id": actor, "changed": changed})
    else:
        out.print(f"{actor} {what}{'' if changed else ', as before'}.", markup=False)
