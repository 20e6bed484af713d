"""What a firm drafted, whom it named and what it answered, and which firms did: pages for facilitators alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BeforeValidator

from matchmaker.actors import Actor
from matchmaker.answers import SIDE_OF, AnswerKind, Side
from matchmaker.errors import ActorNotFoundError
from matchmaker.exports import Value, write_rows
from matchmaker.workplace import Activity, Seen, SeenAnswer
from matchmaker.workspace import Workspace
from service.callers import name_of
from service.dependencies import OpenWorkspace
from service.handing_out import MEDIA_TYPES
from service.pages.events.named_files import attachment
from service.pages.filters import PageNumber, TextFilter, pages_of, readable
from service.pages.rendering import page, problem_page, wording_of
from service.pages.snapshot import published_or_none
from service.pages.wording import Wording

router = APIRouter()

SHOWN = 50
ANSWERS_SHOWN = 25
NAMES_SHOWN = 10
"""Of partners in a list of the page of one firm, before somebody asks for all."""
KINDS = tuple(kind for kind in AnswerKind if SIDE_OF[kind] is Side.FIRM)
SHOWS: Mapping[str, Callable[[Activity], bool]] = {
    "drafts": lambda each: each.drafts > 0,
    "answers": lambda each: bool(each.answers),
    "declined": lambda each: AnswerKind.DECLINED in each.answers,
    "mutual": lambda each: each.mutual > 0,
    "unreachable": lambda each: each.mutual > 0 and not each.contacts,
}
"""What the list can be narrowed to."""

ActorQuery = Annotated[str, Query(max_length=500)]
Kind = Annotated[
    Literal["interested", "declined", "known"] | None, BeforeValidator(lambda value: value or None), Query()
]


def firm_address(actor_id: str) -> str:
    """The address of what one actor keeps and says."""
    return f"/firms/one?{urlencode({'actor': actor_id})}"


@router.get("/firms")
def list_firms(
    request: Request,
    workspace: OpenWorkspace,
    number: Annotated[PageNumber, Query(alias="page")] = 1,
    text: TextFilter = "",
    show: Literal["", "drafts", "answers", "declined", "mutual", "unreachable"] = "",
) -> Response:
    """Who drafted, named or answered something, in numbers; persons and words stand on the page of each alone."""
    every = workspace.firms.activities()
    wanted = readable(text).casefold()
    found = [each for each in every if not show or SHOWS[show](each)]
    if wanted:
        found = [
            each
            for each in found
            if (actor := _find(workspace, each.actor_id)) and wanted in actor.name.casefold()
        ]
    pages = pages_of(len(found), SHOWN)
    number = min(number, pages)
    rows = [
        (each, actor)
        for each in found[(number - 1) * SHOWN : number * SHOWN]
        if (actor := _find(workspace, each.actor_id)) is not None
    ]
    return _private(
        page(
            request,
            "firms/list.html",
            snapshot=published_or_none(request),
            rows=rows,
            total=len(found),
            everything=len(every),
            number=number,
            pages=pages,
            text=readable(text),
            show=show,
            shows=tuple(SHOWS),
            kinds=KINDS,
            firm_address=firm_address,
        )
    )


@router.get("/firms/one")
def show_firm(
    request: Request,
    workspace: OpenWorkspace,
    actor: ActorQuery,
    kind: Kind = None,
    number: Annotated[PageNumber, Query(alias="page")] = 1,
    every: Annotated[Literal["", "mutual", "waiting"], Query(alias="all")] = "",
) -> Response:
    """Drafts, contact persons, mutual interest and answers of one actor."""
    try:
        seen = workspace.firms.seen(actor)
    except ActorNotFoundError:
        return _nobody(request, workspace, actor)
    answers = [each for each in seen.answers if kind is None or each.answer.said.kind == kind]
    pages = pages_of(len(answers), ANSWERS_SHOWN)
    number = min(number, pages)
    return _private(
        page(
            request,
            "firms/firm.html",
            snapshot=published_or_none(request),
            seen=seen,
            answers=answers[(number - 1) * ANSWERS_SHOWN : number * ANSWERS_SHOWN],
            number=number,
            pages=pages,
            every=every,
            names_shown=NAMES_SHOWN,
            kind=kind or "",
            counts={each: sum(one.answer.said.kind is each for one in seen.answers) for each in KINDS},
            firm_address=firm_address,
            file_address=lambda ending: f"/firms/download?{urlencode({'actor': actor, 'format': ending})}",
        )
    )


@router.get("/firms/download")
def download_answers(
    request: Request,
    workspace: OpenWorkspace,
    actor: ActorQuery,
    form: Annotated[Literal["xlsx", "csv"], Query(alias="format")] = "csv",
) -> Response:
    """What one actor answered, as a file; nothing of its contact persons and drafts is in it."""
    try:
        seen = workspace.firms.seen(actor)
    except ActorNotFoundError:
        return _nobody(request, workspace, actor)
    t = wording_of(request)
    columns, rows = _sheet(request, t, seen)
    with tempfile.TemporaryDirectory(prefix="matchmaker-") as folder:
        path = Path(folder) / f"answers.{form}"
        write_rows(path, columns, rows)
        return _private(attachment(path.read_bytes(), f"{t('firm.file')}.{form}", MEDIA_TYPES[form]))


def _sheet(request: Request, t: Wording, seen: Seen) -> tuple[list[str], list[list[Value]]]:
    columns = [t(f"firm.column.{name}") for name in ("id", "actor")]
    columns += [t("firm.said")]
    columns += [
        t(f"firm.column.{name}") for name in ("reason", "words", "mutual", "told", "on_behalf", "who", "at")
    ]
    return columns, [_row(request, t, each) for each in seen.answers]


def _row(request: Request, t: Wording, each: SeenAnswer) -> list[Value]:
    def yes(is_so: bool) -> str:
        return t("firm.yes") if is_so else t("firm.no")

    said = each.answer.said
    return [
        each.other.id,
        each.other.name,
        t(f"firm.said.{said.kind}"),
        t(f"firm.reason.{said.reason}") if said.reason else "",
        said.words,
        yes(each.mutual),
        yes(said.told),
        yes(said.on_behalf),
        name_of(request, each.answer.who) or t("firm.somebody"),
        each.answer.at,
    ]


def _find(workspace: Workspace, actor_id: str) -> Actor | None:
    try:
        return workspace.actor(actor_id)
    except ActorNotFoundError:
        # Erased since the list was made.
        return None


def _nobody(request: Request, workspace: Workspace, actor_id: str) -> Response:
    into = workspace.identity.known_as(actor_id)
    if into is not None:
        # An old link to one that was merged leads to what it became.
        return RedirectResponse(firm_address(into), status_code=303)
    t = wording_of(request)
    return problem_page(
        request,
        404,
        heading=t("firm.nobody"),
        text=t("firm.nobody_text"),
        snapshot=published_or_none(request),
    )


def _private(response: Response) -> Response:
    """Persons and answers are for nobody else who uses the same browser later."""
    response.headers["Cache-Control"] = "no-store"
    return response
