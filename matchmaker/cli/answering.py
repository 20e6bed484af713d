"""Commands that take answers on matches, take them back, and list them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matchmaker.answers import Answer, AnswerKind, DeclineReason, Judgement, Side
from matchmaker.cli.shared import Examples, as_json, opened, out, print_json, who
from matchmaker.errors import ActorNotFoundError, NotBuiltError
from matchmaker.records import in_words

if TYPE_CHECKING:
    from matchmaker.workspace import Workspace

FOLLOWS = {
    AnswerKind.INTERESTED: "It stays among the suggestions.",
    AnswerKind.DECLINED: "Neither is proposed to the other any more.",
    AnswerKind.KNOWN: "With --new, neither is proposed to the other.",
    AnswerKind.PINNED: "It comes first, unless one of the two declined or they are never to be paired.",
    AnswerKind.HIDDEN: "It is not proposed to this seeker any more; the other way round is left as it is.",
    AnswerKind.NEVER: "Neither is ever proposed to the other.",
}


@click.command(
    "answer",
    cls=Examples,
    examples="""
    matchmaker answer hejrebaek "Aarhus Universitet" interested
    matchmaker answer hejrebaek brewery-2 declined --reason too_far --words "Four hours by road"
    matchmaker answer hejrebaek dairy-1 known --on-behalf
    matchmaker answer hejrebaek lab-3 pinned
    matchmaker answer hejrebaek lab-3 --undo
    """,
)
@click.argument("seeker")
@click.argument("partner")
@click.argument("said", required=False, type=click.Choice([kind.value for kind in AnswerKind]))
@click.option(
    "--reason",
    type=click.Choice([reason.value for reason in DeclineReason]),
    help="With declined: why. Reasons of fit (not_relevant, other, or none) are learned from.",
)
@click.option("--words", default="", help="Why, in your own words; 500 characters at most.")
@click.option("--on-behalf", is_flag=True, help="You are a facilitator and say it for the firm.")
@click.option("--undo", is_flag=True, help="Take back the latest answer about this pair.")
@as_json
@click.pass_obj
def answer(
    folder: Path,
    seeker: str,
    partner: str,
    said: str | None,
    reason: str | None,
    words: str,
    on_behalf: bool,
    undo: bool,
    json_output: bool,
) -> None:
    """Say what is thought of PARTNER as a partner for SEEKER (ids or names); suggestions heed it at once.

    The seeker itself says interested, declined or known ("we know each other already"). A facilitator says pinned (put
    it first), hidden (not in this seeker's list) or never (pair these two in neither direction). A later answer
    replaces the same side's earlier one. Once thirty actors have wanted some partners and declined others, the next
    `matchmaker build` learns from it; see `matchmaker status`.
    """
    if undo == bool(said):
        known = ", ".join(kind.value for kind in AnswerKind)
        raise click.UsageError(f"Say one of {known}, or give --undo.")
    if undo and (reason or words or on_behalf):
        raise click.UsageError(
            "--undo takes back a whole answer: leave out --reason, --words and --on-behalf."
        )
    judgement = None if said is None else _judgement(said, reason, words, on_behalf)
    with opened(folder) as workspace:
        ids = _actor_id(workspace, seeker), _actor_id(workspace, partner)
        if judgement is None:
            given = workspace.take_back_answer(*ids, who=who())
        else:
            try:
                given = workspace.answer(*ids, judgement, who=who())
            except ValueError as error:
                raise click.ClickException(str(error)) from error
        names = _names(workspace)
    if json_output:
        print_json({"withdrawn": undo, **_record(given, names)})
    elif undo:
        out.print(f"Taken back: {_line(given, names)}", markup=False)
    else:
        out.print(_line(given, names), markup=False)
        out.print(FOLLOWS[given.said.kind], markup=False)


@click.command(
    "answers",
    cls=Examples,
    examples="matchmaker answers\nmatchmaker answers hejrebaek\nmatchmaker answers --json",
)
@click.argument("actor", required=False)
@as_json
@click.pass_obj
def answers(folder: Path, actor: str | None, json_output: bool) -> None:
    """List what is said of matches, oldest first; of one actor (id or name), on either side, or of all.

    `matchmaker history ACTOR` also tells what was replaced or taken back.
    """
    with opened(folder) as workspace:
        found = workspace.answers(_actor_id(workspace, actor) if actor else "")
        names = _names(workspace)
    if json_output:
        print_json({"items": [_record(each, names) for each in found]})
        return
    if not found:
        out.print("Nothing is said of any match yet. See: matchmaker answer --help")
    for each in found:
        out.print(f"{each.at}  {_line(each, names)}, entered by {each.who}", markup=False)


def _judgement(said: str, reason: str | None, words: str, on_behalf: bool) -> Judgement:
    try:
        return Judgement(
            AnswerKind(said), DeclineReason(reason) if reason else None, words.strip(), on_behalf
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _actor_id(workspace: Workspace, text: str) -> str:
    """The id of the actor with this id or, once something is built, this name or registration number."""
    try:
        return workspace.actor(text).id
    except ActorNotFoundError:
        try:
            return workspace.published().find_actor(text).id
        except NotBuiltError:
            raise ActorNotFoundError(text) from None


def _names(workspace: Workspace) -> dict[str, str]:
    try:
        return workspace.published().actor_names()
    except NotBuiltError:
        return {}


def _record(given: Answer, names: dict[str, str]) -> dict[str, Any]:
    said = given.said
    return {
        "seeker": {"id": given.seeker_id, "name": names.get(given.seeker_id, "")},
        "partner": {"id": given.partner_id, "name": names.get(given.partner_id, "")},
        "answer": said.kind.value,
        "reason": said.reason.value if said.reason else None,
        "words": said.words,
        "side": said.side.value,
        "on_behalf": said.on_behalf,
        "who": given.who,
        "at": given.at,
    }


def _line(given: Answer, names: dict[str, str]) -> str:
    said = given.said
    seeker, partner = (names.get(each, each) for each in (given.seeker_id, given.partner_id))
    reason = f" ({in_words(said.reason.value)})" if said.reason else ""
    words = f" “{said.words}”" if said.words else ""
    by = (
        "a facilitator"
        if said.side is Side.FACILITATOR
        else "a facilitator on its behalf"
        if said.on_behalf
        else "the firm"
    )
    return f"{seeker} – {partner}: {said.kind.value}{reason}{words}, said by {by}"
