"""Commands about who is who, who can be matched, and imports taken back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matchmaker.cli.importing import import_
from matchmaker.cli.shared import Examples, as_json, group_option, opened, out, print_json, who
from matchmaker.exports import write_rows

if TYPE_CHECKING:
    from matchmaker.actors import Actor
    from matchmaker.completeness import Incomplete
    from matchmaker.identifying import Duplicate


@click.group("duplicates")
def duplicates() -> None:
    """Find actors that may be one organisation, merge them, tell them apart, and undo it."""


@duplicates.command(
    "list", cls=Examples, examples="matchmaker duplicates list\nmatchmaker duplicates list --least 0.8 --json"
)
@click.option(
    "--least", default=0.62, show_default=True, type=click.FloatRange(0, 1), help="How likely, at least."
)
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 100_000), help="How many pairs."
)
@as_json
@click.pass_obj
def list_(folder: Path, least: float, limit: int, json_output: bool) -> None:
    """List pairs that may be one organisation, the likeliest first, with what speaks for and against."""
    with opened(folder) as workspace:
        found = workspace.identity.duplicates(least=least)
    if json_output:
        print_json({"items": [_pair(each) for each in found[:limit]], "total": len(found)})
        return
    for each in found[:limit]:
        evidence = ", ".join(one.kind.replace("_", " ") for one in each.suspicion.evidence)
        out.print(
            f"{each.suspicion.score:.2f}  {each.a.name} ({each.a.id})  =  {each.b.name} ({each.b.id})  [{evidence}]",
            markup=False,
        )
    out.print(
        f"{len(found)} pair(s). Merge one: matchmaker duplicates merge KEEP AWAY"
        if found
        else "No two actors seem to be one."
    )


@duplicates.command(
    "compare", cls=Examples, examples="matchmaker duplicates compare hejrebaek hejrebaek-energi"
)
@click.argument("a")
@click.argument("b")
@as_json
@click.pass_obj
def compare(folder: Path, a: str, b: str, json_output: bool) -> None:
    """Show two actors (by id) side by side: each field in which they differ, which `merge --take` chooses between."""
    with opened(folder) as workspace:
        try:
            found = workspace.identity.between(a, b)
        except ValueError as error:
            raise click.ClickException(str(error)) from error
    ours, theirs = (found.a, found.b) if found.a.id == a else (found.b, found.a)
    said = {name: (_value(ours, name), _value(theirs, name)) for name in found.differing}
    if json_output:
        values = {name: {a: one, b: other} for name, (one, other) in said.items()}
        print_json({**_pair(found), "values": values, "edition": found.edition})
        return
    out.print(f"{ours.name} ({a})  and  {theirs.name} ({b})", markup=False)
    for name, (one, other) in said.items():
        out.print(f"{name}\n  {a}: {one or '-'}\n  {b}: {other or '-'}", markup=False)
    out.print(
        f"To choose: matchmaker duplicates merge {a} {b} --take FIELD=keep|away"
        if said
        else "They differ in nothing but their ids.",
        markup=False,
    )


@duplicates.command(
    "merge",
    cls=Examples,
    examples="""
    matchmaker duplicates merge hejrebaek hejrebaek-energi
    matchmaker duplicates merge hejrebaek hejrebaek-energi --take name=away --take offers=keep
    """,
)
@click.argument("keep")
@click.argument("away")
@click.option(
    "--take",
    "pairs",
    multiple=True,
    metavar="FIELD=keep|away|both",
    help="Whose value is taken; offers, requests and tags can be of both. May be repeated.",
)
@as_json
@click.pass_obj
def merge(folder: Path, keep: str, away: str, pairs: tuple[str, ...], json_output: bool) -> None:
    """Let one actor go into another (both by id), with all that is said of it; `undo` makes two of them again."""
    fields = {}
    for pair in pairs:
        name, equals, side = pair.partition("=")
        if not equals:
            raise click.UsageError(
                f"--take {pair!r} must be written as FIELD=keep, FIELD=away or FIELD=both."
            )
        fields[name] = side
    with opened(folder) as workspace:
        try:
            made = workspace.identity.merge(keep, away, fields, who=who())
        except ValueError as error:
            raise click.ClickException(str(error)) from error
    if json_output:
        print_json(asdict(made))
        return
    moved = ", ".join(f"{number} of {table}" for table, number in made.moved.items())
    out.print(
        f"{away} went into {keep}{f' with {moved}' if moved else ''}. To undo it: matchmaker duplicates undo {made.number}",
        markup=False,
    )


@duplicates.command(
    "not-same", cls=Examples, examples="matchmaker duplicates not-same aau aalborg-university-hospital"
)
@click.argument("a")
@click.argument("b")
@click.option("--withdraw", is_flag=True, help="Take it back: they may be the same.")
@as_json
@click.pass_obj
def not_same(folder: Path, a: str, b: str, withdraw: bool, json_output: bool) -> None:
    """Keep that two actors (by id) are two, so that they are not listed again."""
    with opened(folder) as workspace:
        try:
            if withdraw:
                workspace.identity.maybe_the_same(a, b, who=who())
            else:
                workspace.identity.not_the_same(a, b, who=who())
        except ValueError as error:
            raise click.ClickException(str(error)) from error
    if json_output:
        print_json({"a": min(a, b), "b": max(a, b), "apart": not withdraw})
        return
    out.print(f"{a} and {b} {'may be the same' if withdraw else 'are two'}.", markup=False)


@duplicates.command("merges", cls=Examples, examples="matchmaker duplicates merges")
@as_json
@click.pass_obj
def merges(folder: Path, json_output: bool) -> None:
    """List the latest merges, newest first."""
    with opened(folder) as workspace:
        made = workspace.identity.merges()
    if json_output:
        print_json({"items": [asdict(each) for each in made]})
        return
    if not made:
        out.print("Nothing was merged yet.")
    for each in made:
        state = (
            f", undone {each.undone}" if each.undone else "" if each.can_be_undone else ", stands for good"
        )
        out.print(
            f"{each.number}  {each.at}  {each.who}  {each.away_id} went into {each.keep_id}{state}",
            markup=False,
        )


@duplicates.command("undo", cls=Examples, examples="matchmaker duplicates undo 3")
@click.argument("number", type=click.IntRange(1))
@as_json
@click.pass_obj
def undo(folder: Path, number: int, json_output: bool) -> None:
    """Make two of one again, each as it was, where nothing that was merged has changed since."""
    with opened(folder) as workspace:
        made = workspace.identity.undo(number, who=who())
    if json_output:
        print_json(asdict(made))
        return
    out.print(f"{made.away_id} and {made.keep_id} are two again.", markup=False)


@click.command(
    "profiles",
    cls=Examples,
    examples="""
    matchmaker profiles
    matchmaker profiles --lacking requests --group company
    matchmaker profiles --output to-complete.xlsx
    """,
)
@click.option(
    "--lacking",
    type=click.Choice(
        ["description", "short_description", "language", "offers", "requests", "place", "group"]
    ),
    help="Only those that lack this.",
)
@group_option
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 1_000_000), help="How many to show."
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write all of them to this CSV or XLSX file, to be filled in and imported again.",
)
@as_json
@click.pass_obj
def profiles(
    folder: Path,
    lacking: str | None,
    groups: tuple[str, ...],
    limit: int,
    output: Path | None,
    json_output: bool,
) -> None:
    """List profiles that are too thin to be matched well, with what each lacks; who would gain most comes first."""
    from matchmaker.completeness import SHEET_HEADERS, sheet_row

    with opened(folder) as workspace:
        found = [
            each
            for each in workspace.looked_through.incomplete()
            if (not groups or each.actor.group.value in groups)
            and (lacking is None or any(one.kind == lacking for one in each.lacks))
        ]
    if output is not None:
        count = write_rows(output, SHEET_HEADERS["en"], (sheet_row(each) for each in found))
        out.print(f"{count} profile(s) written to {output}.", markup=False)
    elif json_output:
        print_json({"items": [_profile(each) for each in found[:limit]], "total": len(found)})
    else:
        for each in found[:limit]:
            missing = ", ".join(f"{one.kind.replace('_', ' ')} +{one.points}" for one in each.lacks)
            out.print(f"{each.readiness:3}  {each.actor.name} ({each.actor.id}): {missing}", markup=False)
        out.print(
            f"{len(found)} profile(s) lack something; the figure is their readiness, of 100."
            if found
            else "Every profile is complete."
        )


@import_.command("list", cls=Examples, examples="matchmaker import list")
@as_json
@click.pass_obj
def imports(folder: Path, json_output: bool) -> None:
    """List the latest imports that changed something, newest first."""
    with opened(folder) as workspace:
        made = workspace.intake.made()
    if json_output:
        print_json({"items": [asdict(each) for each in made]})
        return
    if not made:
        out.print("Nothing was imported yet.")
    for each in made:
        state = (
            f", undone {each.undone}" if each.undone else "" if each.can_be_undone else ", too old to undo"
        )
        out.print(
            f"{each.number}  {each.at}  {each.who}  {each.source}: {each.added} new, {each.changed} changed{state}",
            markup=False,
        )


@import_.command(
    "undo", cls=Examples, examples="matchmaker import undo 4 --dry-run\nmatchmaker import undo 4"
)
@click.argument("number", type=click.IntRange(1))
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@as_json
@click.pass_obj
def undo_import(folder: Path, number: int, dry_run: bool, json_output: bool) -> None:
    """Take an import back where nobody changed or used since what it did, and say what stays."""
    with opened(folder) as workspace:
        taken = workspace.intake.undo(number, who=who(), trial=dry_run)
    if json_output:
        print_json(asdict(taken))
        return
    for kind in ("actor", "collaboration"):
        out.print(f"{taken.removed.get(kind, 0)} {kind}(s) removed, {taken.restored.get(kind, 0)} as before.")
    for each in taken.left:
        out.print(
            f"left: {each.kind} {each.id}, {each.reason.replace('_', ' ')} {each.by}".rstrip(), markup=False
        )
    if dry_run:
        out.print("Nothing was changed (dry run).")


def _pair(each: Duplicate) -> dict[str, object]:
    return {
        "a": each.a.id,
        "a_name": each.a.name,
        "b": each.b.id,
        "b_name": each.b.name,
        "score": each.suspicion.score,
        "evidence": [asdict(one) for one in each.suspicion.evidence],
        "differing": list(each.differing),
    }


def _value(actor: Actor, name: str) -> str:
    """A field in words."""
    value = getattr(actor, name)
    if name in ("offers", "requests"):
        return " | ".join(each.text for each in value)
    if name == "tags":
        return ", ".join(value)
    if name == "place":
        parts = (value.city, value.region, value.country, value.latitude, value.longitude)
        return ", ".join(str(each) for each in parts if each not in ("", None))
    if name == "member":
        return "yes" if value else "no"
    return str(value)


def _profile(each: Incomplete) -> dict[str, object]:
    return {
        "id": each.actor.id,
        "name": each.actor.name,
        "readiness": each.readiness,
        "unmatchable": each.unmatchable,
        "lacks": [asdict(one) for one in each.lacks],
    }
