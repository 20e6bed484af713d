"""The command that puts a team together for an idea."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matchmaker.actors import ActorGroup
from matchmaker.cli.shared import Examples, as_json, opened, out, print_json
from matchmaker.records import in_words

if TYPE_CHECKING:
    from matchmaker.matching.teams import Team

QUOTE_SHOWN = 160


@click.command(
    "team",
    cls=Examples,
    examples="""
    matchmaker team "Vi vil lave foder af græsprotein, tørre det med overskudsvarme og prøve det på svin."
    matchmaker team "Feed from insects on food waste." --need company=2 --need knowledge_institution=1 --most 5
    matchmaker team "Biogas from deep litter." --include hejrebaek --region DK04
    """,
)
@click.argument("idea")
@click.option("--least", default=3, show_default=True, type=click.IntRange(1, 50), help="Members at least.")
@click.option("--most", default=6, show_default=True, type=click.IntRange(1, 50), help="Members at most.")
@click.option(
    "--need", "needs", multiple=True, metavar="GROUP=NUMBER", help="At least so many of an actor group."
)
@click.option("--region", "regions", multiple=True, help="Only this country or region; may be repeated.")
@click.option("--include", multiple=True, help="An actor (id or name) that is in the team; may be repeated.")
@click.option("--exclude", multiple=True, help="An actor (id or name) that is not; may be repeated.")
@as_json
@click.pass_obj
def team(
    folder: Path,
    idea: str,
    least: int,
    most: int,
    needs: tuple[str, ...],
    regions: tuple[str, ...],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    json_output: bool,
) -> None:
    """Put a small team together for an idea: who covers which part of it, and what nobody covers.

    Tell the idea in a few sentences, in Danish or English; each sentence may become a part.
    """
    from matchmaker.matching.team_wishes import TeamWish

    groups = _groups(needs)
    with opened(folder) as workspace:
        published = workspace.published()
        wish = TeamWish(
            least,
            most,
            groups,
            regions,
            tuple(published.find_actor(name).id for name in include),
            tuple(published.find_actor(name).id for name in exclude),
        )
        try:
            found = published.team(idea, wish)
        except ValueError as error:
            raise click.ClickException(str(error)) from error
    if json_output:
        print_json(asdict(found))
    else:
        _show(found)


def _groups(needs: tuple[str, ...]) -> dict[ActorGroup, int]:
    groups: dict[ActorGroup, int] = {}
    for need in needs:
        name, _, number = need.partition("=")
        if name not in {group.value for group in ActorGroup} or not number.isdigit():
            known = ", ".join(group.value for group in ActorGroup)
            raise click.BadParameter(
                f"{need!r} is not GROUP=NUMBER, such as company=2; the groups are {known}.",
                param_hint="--need",
            )
        groups[ActorGroup(name)] = int(number)
    return groups


def _show(found: Team) -> None:
    for number, part in enumerate(found.parts, start=1):
        state = "not covered by anybody" if part.uncovered else f"covered {part.covered:.0%}"
        out.print(f"part {number}: {part.label} ({state})", markup=False, highlight=False)
    for member in found.members:
        out.print(
            f"{member.name} ({member.actor_id}, {in_words(member.group)})", markup=False, highlight=False
        )
        for cover in member.covers:
            out.print(
                f"    part {cover.part + 1}, {cover.degree:.0%}: “{cover.quote.text[:QUOTE_SHOWN]}”",
                markup=False,
                highlight=False,
            )
        if member.worked_with:
            out.print(f"    has worked with {', '.join(member.worked_with)}", markup=False, highlight=False)
