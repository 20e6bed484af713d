"""Commands that erase an actor or a person for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from matchmaker.cli.shared import Examples, as_json, opened, out, print_json, progress_bar, who
from matchmaker.erasures import Erased, FoundPerson, plain, write_list

if TYPE_CHECKING:
    from matchmaker.forgetting import Finished
    from matchmaker.users import User
    from matchmaker.workspace import Workspace

dry_run_option = click.option("--dry-run", is_flag=True, help="Show what would go; change nothing.")
no_build_option = click.option(
    "--no-build", is_flag=True, help="Remove the builds that hold the actor instead of making them again."
)


@click.group("erase")
def erase() -> None:
    """Erase an actor or a person, so that nothing of them is left in the workspace.

    Copies are not reached: exports, calendars and printed agendas that were sent. Backups are: restoring one erases again.
    """


@erase.command(
    "actor",
    cls=Examples,
    examples="""
    matchmaker erase actor hejrebaek --dry-run
    matchmaker erase actor hejrebaek
    """,
)
@click.argument("actor")
@dry_run_option
@no_build_option
@as_json
@click.pass_obj
def erase_actor(folder: Path, actor: str, dry_run: bool, no_build: bool, json_output: bool) -> None:
    """Erase an actor (by id) with its answers, participants, meetings' outcomes and parts in collaborations."""
    with opened(folder) as workspace, progress_bar() as progress:
        erased = workspace.erase_actor(actor, who=who(), trial=dry_run)
        finished = None if dry_run else workspace.finish_erasing(rebuild=not no_build, progress=progress)
    _tell(erased, finished, dry_run=dry_run, json_output=json_output)
    if not dry_run and not json_output:
        out.print("An import that still has this actor brings it back; take it out of that list as well.")


@erase.command(
    "person",
    cls=Examples,
    examples="""
    matchmaker erase person aase@example.dk --dry-run
    matchmaker erase person "Åse Ærø" --actor hejrebaek
    """,
)
@click.argument("person")
@click.option("--actor", default="", help="Only at this actor (by id).")
@click.option("--all", "everybody", is_flag=True, help="Everybody of this name, at whichever actor.")
@dry_run_option
@as_json
@click.pass_obj
def erase_person(
    folder: Path, person: str, actor: str, everybody: bool, dry_run: bool, json_output: bool
) -> None:
    """Erase a person (by e-mail address or full name) from participants of all events and contact persons, and as a user.

    What they changed is kept under a pseudonym. An address is remembered as erased also where nobody has it (any more), so that
    neither an older backup nor an undoing in the pages brings it back.
    """
    with opened(folder) as workspace:
        found = _one_person(workspace, person, actor, everybody=everybody)
        users = _users(workspace, person, actor, found, everybody=everybody)
        authors = [person] if workspace.authored(person) else []
        named = "@" in person or bool(actor)
        if not found and not authors and not users and not named:
            raise click.ClickException(
                f"Nobody called {person!r} is on a list of participants, a contact person or a user, or changed anything. "
                "Write the whole name or the address as it is there."
            )
        if not found and named:
            name, email = ("", person) if "@" in person else (person, "")
            found = (FoundPerson("", "", actor, name, email, ""),)
        erased = workspace.erase_persons(
            found, authors=authors, users=[each.id for each in users], who=who(), trial=dry_run
        )
        finished = None if dry_run else workspace.finish_erasing()
    _tell(erased, finished, dry_run=dry_run, json_output=json_output)


def _users(
    workspace: Workspace, wanted: str, actor: str, found: Sequence[FoundPerson], *, everybody: bool
) -> tuple[User, ...]:
    """Whoever is meant among those who can sign in: by address, or by a name that one alone has; raises where several do."""
    emails = {plain(wanted)} | {plain(each.email) for each in found if each.email.strip()}
    known = workspace.users.users()
    by_email = tuple(each for each in known if plain(each.email) in emails)
    by_name = tuple(
        each
        for each in known
        if plain(each.name) == plain(wanted)
        and each not in by_email
        and (not actor or each.actor_id == actor)
    )
    if by_name and not everybody and (len(by_name) > 1 or (found and not actor)):
        raise click.ClickException(
            f"{wanted!r} is also the name of somebody who can sign in "
            f"({', '.join(each.email for each in by_name)}). Name the address, the actor with --actor, or all with --all."
        )
    return by_email + by_name


def _one_person(workspace: Workspace, wanted: str, actor: str, *, everybody: bool) -> tuple[FoundPerson, ...]:
    """Whoever is meant, by name and address in all events; raises where that may be several persons."""
    found = tuple(each for each in workspace.find_person(wanted) if not actor or each.actor_id == actor)
    actors = sorted({each.actor_id for each in found})
    if len(actors) > 1 and "@" not in wanted and not everybody:
        raise click.ClickException(
            f"{wanted!r} is the name of persons at several actors ({', '.join(actors)}). "
            "Name the address, one of them with --actor, or all with --all."
        )
    return found


@erase.command("finish", cls=Examples, examples="matchmaker erase finish")
@no_build_option
@as_json
@click.pass_obj
def finish_erasing(folder: Path, no_build: bool, json_output: bool) -> None:
    """Finish what an erasure that was interrupted had left to do: builds and the bytes in the file."""
    with opened(folder) as workspace, progress_bar() as progress:
        finished = workspace.finish_erasing(rebuild=not no_build, progress=progress)
    _tell(None, finished, dry_run=False, json_output=json_output)


@erase.command("list", cls=Examples, examples="matchmaker erase list --output matchmaker-erasures.json")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Add it to this file.")
@as_json
@click.pass_obj
def list_erasures(folder: Path, output: Path | None, json_output: bool) -> None:
    """The list of erasures (hashes, no names), for `matchmaker restore --erasures`."""
    with opened(folder) as workspace:
        erasures = workspace.erasures()
    if output is not None:
        write_list(output, erasures)
    if json_output:
        print_json({"erasures": [asdict(each) for each in erasures]})
        return
    for each in erasures:
        out.print(f"{each.at}  {each.key}")
    out.print(f"{len(erasures)} key(s)" + (f"; they are in {output}." if output else "."), markup=False)


def _tell(erased: Erased | None, finished: Finished | None, *, dry_run: bool, json_output: bool) -> None:
    if json_output:
        print_json(
            {
                "dry_run": dry_run,
                "erased": asdict(erased) if erased else None,
                "finished": asdict(finished) if finished else None,
            }
        )
        return
    if erased is not None:
        verb = "Would go" if dry_run else "Gone"
        out.print(f"{verb}: {_counted(erased.rows) or 'no row of its own'}.", markup=False)
        if erased.changed:
            out.print(f"Without them now: {_counted(erased.changed)}.", markup=False)
        if erased.mentions:
            out.print(
                f"Texts of others that still hold the name: {_counted(erased.mentions)}. "
                "Read and change them where they should go, too.",
                markup=False,
            )
    if finished is not None:
        for line in _done(finished):
            out.print(line, markup=False)


def _done(finished: Finished) -> Sequence[str]:
    lines = []
    if finished.removed:
        now = (
            f"{finished.generation} is published"
            if finished.generation
            else "nothing is published; run: matchmaker build"
        )
        lines.append(f"Builds that held them are removed: {', '.join(finished.removed)}. Now {now}.")
    lines.append("The database is compact: no byte of what was deleted is left in it.")
    return lines


def _counted(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in numbers.items())
