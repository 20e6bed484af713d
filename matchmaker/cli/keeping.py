"""Commands that keep a workspace: backup, restore, doctor, settings."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from matchmaker.cli.shared import Examples, as_json, opened, out, print_json, who
from matchmaker.settings import effective_settings, unknown_variables


@click.command("backup", cls=Examples, examples="matchmaker backup /backups/2026-03-01.sqlite")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@as_json
@click.pass_obj
def backup(folder: Path, file: Path, json_output: bool) -> None:
    """Write all that is stored to one new, compact FILE, also while the service runs.

    Builds and the prepared model are left out, since they can be made again. Settings are a file of yours: keep
    settings.toml as well. Where somebody was erased, the list of erasures is written beside it, for older backups.
    """
    with opened(folder) as workspace:
        made = workspace.back_up(file)
    if json_output:
        print_json(asdict(made))
        return
    out.print(f"{made.file} holds all that is stored ({made.bytes:,} bytes).", markup=False)
    if made.erasures:
        out.print(f"{made.erasures} is the list of erasures; keep it beside all backups.", markup=False)


@click.command(
    "restore",
    cls=Examples,
    examples="""
    matchmaker --workspace again restore /backups/2026-03-01.sqlite
    matchmaker restore /backups/2026-03-01.sqlite --replace
    """,
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--replace", is_flag=True, help="Keep the present workspace under another name and take its place."
)
@click.option(
    "--erasures",
    "lists",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A further list of erasures to heed; may be repeated.",
)
@as_json
@click.pass_obj
def restore(folder: Path, file: Path, replace: bool, lists: tuple[Path, ...], json_output: bool) -> None:
    """Make the workspace of a backup FILE, in a folder that is empty or not there yet.

    The file is checked first. Whoever was erased after the backup is erased again: by the list beside the backup, by that of
    the workspace that is replaced, and by those of --erasures. Everybody has to sign in anew, and links that were given
    out are void. Keys and users that were shut out in the workspace that is replaced stay so; passwords, roles and all other
    keys are those of the backup. Stop the service before --replace.
    """
    from matchmaker.backups import restore as run
    from matchmaker.workspace import DATABASE

    made = run(file, folder, DATABASE, lists=lists, replace=replace, now=datetime.now(UTC), who=who())
    if json_output:
        print_json(asdict(made))
        return
    again = f" {made.erased_again} erased since the backup were erased again." if made.erased_again else ""
    out.print(f"{made.folder} holds {made.actors} actors.{again}", markup=False)
    if made.shut_again:
        out.print(f"Keys and users that were shut out since the backup, and are again: {made.shut_again}.")
    if made.aside:
        out.print(
            f"What was there is in {made.aside}, with everybody who is erased from now on: delete it when it is not needed.",
            markup=False,
        )
    out.print(
        "Everybody has to sign in anew. Passwords, roles and keys are those of the backup, so look through: "
        "matchmaker user list, matchmaker key list"
    )
    out.print("Next: matchmaker build")


@click.command("doctor", cls=Examples, examples="matchmaker doctor\nmatchmaker doctor --json")
@as_json
@click.pass_context
def doctor(ctx: click.Context, json_output: bool) -> None:
    """Check everything the workspace rests on, and say what to do; nothing is changed.

    Exit status 1 where something is broken, 0 where it is well or only doubtful.
    """
    from matchmaker.doctor import Finding, examine
    from matchmaker.workspace import DATABASE

    checks = examine(ctx.obj, DATABASE, os.environ, now=datetime.now(UTC))
    broken = any(each.finding is Finding.BROKEN for each in checks)
    if json_output:
        print_json({"well": not broken, "checks": [asdict(each) for each in checks]})
    else:
        for each in checks:
            out.print(f"{each.finding.value:9} {each.part}: {each.said}", markup=False)
            if each.to_do:
                out.print(f"          {each.to_do}", markup=False)
    if broken:
        ctx.exit(1)


@click.command("settings", cls=Examples, examples="matchmaker settings\nmatchmaker settings --json")
@as_json
@click.pass_obj
def settings(folder: Path, json_output: bool) -> None:
    """Show every setting as it counts now, and where it comes from; secrets are not shown."""
    effective, unknown = effective_settings(folder, os.environ), unknown_variables(os.environ)
    if json_output:
        told = [{"name": each.name, "value": each.shown, "origin": each.origin} for each in effective]
        print_json({"settings": told, "unknown_variables": list(unknown)})
        return
    widest = max(len(each.name) for each in effective)
    for each in effective:
        value = "not set" if each.value == "" else each.shown
        out.print(f"{each.name:{widest}} {value}  ({each.origin})", markup=False)
    for name in unknown:
        out.print(f"{name} sets nothing; is it misspelt?", markup=False)
