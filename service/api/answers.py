"""Answers on matches, given and taken back by firms and facilitators, and facilitators' notes about pairs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Query, Request, Response

from matchmaker.answers import Answer, AnswerKind, Note, Side
from service.api.contract import (
    PREFIX,
    ActorId,
    Nothing,
    PartnerId,
    errors,
    json_body,
    numbered,
    own_actor,
    precondition,
    readable_address,
    tagged,
)
from service.arranged import acting
from service.callers import caller_of
from service.cursors import page_of
from service.dependencies import OpenWorkspace
from service.grants import Role
from service.permissions import role_of
from service.schemas.answers import (
    AnswerBody,
    AnswerPage,
    AnswersQuery,
    GivenAnswer,
    NoteAnswer,
    NoteBody,
    NotePage,
    NotesQuery,
    TakenBackQuery,
)
from service.schemas.contract import SortDirection

router = APIRouter(prefix=PREFIX, tags=["answers"], dependencies=[Depends(readable_address)])


@router.get("/answers", operation_id="listAnswers", summary="List answers on matches", responses=errors())
def list_answers(
    request: Request, workspace: OpenWorkspace, query: Annotated[AnswersQuery, Query()]
) -> AnswerPage:
    """What firms and facilitators say of proposed matches.

    A firm is given its own answers, and another's interest in it once it is interested itself.
    """
    facilitating = role_of(request) is Role.FACILITATOR
    given = workspace.answers()
    edition = f"answers {max((each.change for each in given), default=0)} {len(given)}"
    if not facilitating:
        caller = caller_of(request)
        given = _seen_by_firm(given, caller.actor_id if caller else "")
    found = [
        each
        for each in given
        if query.actor in ("", each.seeker_id, each.partner_id)
        and query.answer in (None, each.said.kind)
        and query.side in (None, each.said.side)
    ]
    found.sort(
        key=lambda each: {
            "at": (each.change,),
            "seeker": (each.seeker_id, each.partner_id, each.change),
            "partner": (each.partner_id, each.seeker_id, each.change),
            "answer": (each.said.kind.value, each.change),
        }[query.sort],
        reverse=query.direction is SortDirection.DOWN,
    )
    page, following = page_of(
        found,
        id_of=lambda each: f"{query.sort}{query.direction} {each.change}",
        limit=query.limit,
        cursor=query.cursor,
        edition=edition,
    )
    return AnswerPage(items=[GivenAnswer.of(each, told_who=facilitating) for each in page], next=following)


def _seen_by_firm(given: tuple[Answer, ...], actor_id: str) -> tuple[Answer, ...]:
    """A firm's own answers, and the interest of those in whom it is interested."""
    own = [each for each in given if each.seeker_id == actor_id and each.said.side is Side.FIRM]
    wanted = {each.partner_id for each in own if each.said.kind is AnswerKind.INTERESTED}
    theirs = [
        each
        for each in given
        if each.partner_id == actor_id
        and each.seeker_id in wanted
        and each.said.kind is AnswerKind.INTERESTED
    ]
    return tuple(sorted([*own, *theirs], key=lambda each: each.change))


@router.put(
    "/actors/{actor_id}/answers/{partner_id}",
    operation_id="giveAnswer",
    summary="Say what is thought of a partner",
    responses=errors(404, 413, 415),
    dependencies=[Depends(own_actor), Depends(json_body)],
)
def give_answer(
    request: Request,
    workspace: OpenWorkspace,
    actor_id: ActorId,
    partner_id: PartnerId,
    body: AnswerBody,
    _query: Nothing,
) -> GivenAnswer:
    """Kept in place of what the same side said before; suggestions heed it at once, and the same again changes nothing.

    A firm says `interested`, `declined` or `known` for its own actor. A facilitator also says `pinned`, `hidden` and `never`, and
    what they say of the first three is marked as entered on the firm's behalf.
    """
    facilitating = role_of(request) is Role.FACILITATOR
    said = body.value(on_behalf=False)
    if not facilitating and said.side is Side.FACILITATOR:
        raise HTTPException(403, detail=f"{said.kind.value!r} is for facilitators.")
    said = body.value(on_behalf=facilitating and said.side is Side.FIRM)
    _two(actor_id, partner_id)
    return GivenAnswer.of(workspace.answer(actor_id, partner_id, said, who=acting()), told_who=facilitating)


@router.delete(
    "/actors/{actor_id}/answers/{partner_id}",
    operation_id="takeBackAnswer",
    summary="Take an answer back",
    responses=errors(404),
    dependencies=[Depends(own_actor)],
)
def take_back_answer(
    request: Request,
    workspace: OpenWorkspace,
    actor_id: ActorId,
    partner_id: PartnerId,
    query: Annotated[TakenBackQuery, Query()],
) -> GivenAnswer:
    """The answer that is gone. A firm takes back its own; a facilitator the latest, or that of the `side` that is named."""
    facilitating = role_of(request) is Role.FACILITATOR
    if not facilitating or query.side is not None:
        side = query.side if facilitating and query.side is not None else Side.FIRM
        taken = workspace.curating.take_back(actor_id, partner_id, side=side, who=acting())
    else:
        taken = workspace.take_back_answer(actor_id, partner_id, who=acting())
    return GivenAnswer.of(taken, told_who=facilitating)


@router.get("/notes", operation_id="listNotes", summary="List notes about pairs", responses=errors())
def list_notes(workspace: OpenWorkspace, query: Annotated[NotesQuery, Query()]) -> NotePage:
    """What facilitators wrote down about pairs, for facilitators alone."""
    wanted = query.q.casefold()
    page, following = page_of(
        [each for each in workspace.curating.notes(query.actor) if wanted in each.words.casefold()],
        id_of=lambda each: str(each.change),
        limit=query.limit,
        cursor=query.cursor,
        edition=f"notes {workspace.curating.notes_edition()}",
    )
    return NotePage(items=[NoteAnswer.of(each) for each in page], next=following)


IfNote = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The `ETag` of the note that was read, so that nobody else's words are lost; may be left out.",
    ),
]


@router.put(
    "/actors/{actor_id}/notes/{partner_id}",
    operation_id="writeNote",
    summary="Write a note about a pair",
    responses=errors(404, 412, 413, 415),
    dependencies=[Depends(json_body)],
)
def write_note(
    workspace: OpenWorkspace,
    actor_id: ActorId,
    partner_id: PartnerId,
    body: NoteBody,
    response: Response,
    _query: Nothing,
    if_match: IfNote = None,
) -> NoteAnswer:
    """In place of an earlier one; a pair has one note, whichever of the two is named first."""
    _two(actor_id, partner_id)
    refusal = "If-Match does not name a note. Read it again."
    named = None if if_match is None else precondition(if_match, "note")
    expected = numbered(named, refusal, before="note-", digits=15)
    note = workspace.curating.note([(actor_id, partner_id)], body.words, expected=expected, who=acting())[0]
    response.headers["ETag"] = _tag(note)
    return NoteAnswer.of(note)


@router.get(
    "/actors/{actor_id}/notes/{partner_id}",
    operation_id="getNote",
    summary="Get the note about a pair",
    responses=errors(404),
)
def get_note(
    workspace: OpenWorkspace,
    actor_id: ActorId,
    partner_id: PartnerId,
    response: Response,
    _query: Nothing,
) -> NoteAnswer:
    """The one note of the pair, whichever of the two is named first."""
    note = workspace.curating.note_of(actor_id, partner_id)
    if note is None:
        raise HTTPException(404, detail="There is no note of this pair.")
    tagged(response, _tag(note))
    return NoteAnswer.of(note)


@router.delete(
    "/actors/{actor_id}/notes/{partner_id}",
    operation_id="eraseNote",
    summary="Erase the note about a pair",
    status_code=204,
    responses=errors(404),
)
def erase_note(
    workspace: OpenWorkspace,
    actor_id: ActorId,
    partner_id: PartnerId,
    _query: Nothing,
) -> None:
    """The words are gone; that there were some stays in the history."""
    _two(actor_id, partner_id)
    workspace.curating.erase_note(actor_id, partner_id, who=acting())


def _tag(note: Note) -> str:
    return f'"note-{note.change}"'


def _two(actor_id: str, partner_id: str) -> None:
    if actor_id == partner_id:
        raise HTTPException(422, detail="An actor and itself are no pair. Name two actors.")
