"""Commands about what firms keep of themselves: profiles with what they lack, open contacts, wishes to leave, data held."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from matchmaker.cli.shared import Examples, as_json, opened, out, print_json, who


@click.group("firm")
def firm() -> None:
    """What firms keep of themselves, and whom they are in contact with."""


@firm.command("lacks", cls=Examples, examples="matchmaker firm lacks hejrebaek")
@click.argument("actor")
@as_json
@click.pass_obj
def lacks_(folder: Path, actor: str, json_output: bool) -> None:
    """What the profile of ACTOR (an id) lacks for good matches, what helps most first."""
    with opened(folder) as workspace:
        profile = workspace.firms.profile(actor)
    if json_output:
        missing = [asdict(each) for each in profile.lacks]
        print_json({"actor": actor, "readiness": profile.readiness, "lacks": missing})
        return
    out.print(f"{profile.actor.name}: readiness {profile.readiness} of 100.", markup=False)
    for each in profile.lacks:
        out.print(f"  {each.kind.replace('_', ' ')} +{each.points}", markup=False)


@firm.command("mutual", cls=Examples, examples="matchmaker firm mutual\nmatchmaker firm mutual hejrebaek")
@click.argument("actor", default="")
@as_json
@click.pass_obj
def mutual(folder: Path, actor: str, json_output: bool) -> None:
    """Pairs in which both said that they are interested, the latest first; of one ACTOR (an id) where it is given."""
    with opened(folder) as workspace:
        found = workspace.mutual(actor)
    if json_output:
        print_json({"mutual": [asdict(each) | {"since": each.since} for each in found]})
        return
    for each in found:
        out.print(f"{each.since[:10]}  {each.actor_ids[0]}  {each.actor_ids[1]}", markup=False)
    out.print(f"{len(found)} pair(s).", markup=False)


@firm.command("leaving", cls=Examples, examples="matchmaker firm leaving")
@as_json
@click.pass_obj
def leaving(folder: Path, json_output: bool) -> None:
    """Firms that asked to be erased; `matchmaker erase actor` does it."""
    with opened(folder) as workspace:
        found = workspace.firms.kept.leaving()
    if json_output:
        print_json({"leaving": [asdict(each) for each in found]})
        return
    for each in found:
        out.print(f"{each.at[:10]}  {each.actor_id}", markup=False)
    out.print(f"{len(found)} firm(s).", markup=False)


@firm.command(
    "held",
    cls=Examples,
    examples="matchmaker firm held hejrebaek\nmatchmaker firm held hejrebaek --output held.xlsx",
)
@click.argument("actor")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write a workbook (.xlsx) or JSON file."
)
@as_json
@click.pass_obj
def held(folder: Path, actor: str, output: Path | None, json_output: bool) -> None:
    """Everything that is held of ACTOR (an id), as JSON or in a file."""
    with opened(folder) as workspace:
        if output is not None and output.suffix.casefold() == ".xlsx":
            rows = workspace.firms.write_held(actor, output)
            if json_output:
                print_json({"file": str(output), "rows": rows})
            else:
                out.print(f"{rows} row(s) are in {output}.", markup=False)
            return
        told = json.dumps(workspace.firms.held(actor), ensure_ascii=False, indent=1, default=str)
    if output is None:
        click.echo(told)
    else:
        output.write_text(told + "\n", "utf-8")
        if json_output:
            print_json({"file": str(output)})
        else:
            out.print(f"It is in {output}.", markup=False)


@firm.command("publish", cls=Examples, examples="matchmaker firm publish hejrebaek draft-0a1b2c3d4e5f6a7b")
@click.argument("actor")
@click.argument("draft")
@as_json
@click.pass_obj
def publish(folder: Path, actor: str, draft: str, json_output: bool) -> None:
    """Publish a DRAFT of an offer or a request of ACTOR (ids)."""
    with opened(folder) as workspace:
        published = workspace.firms.kept.publish(actor, draft, who=who())
    if json_output:
        print_json({"actor": published.id, "published": draft})
        return
    out.print("Published; it is matched and found from now on.", markup=False)
