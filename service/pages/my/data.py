"""All that is held of a firm and of whoever asks: to take along, to have corrected, to have deleted; and who changed what."""

from __future__ import annotations

import json
import tempfile
from datetime import date
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from matchmaker.users import comparable_email
from matchmaker.workplace import AuditRow
from service.arranged import acting
from service.callers import caller_of, name_of, take_session
from service.dependencies import OpenWorkspace
from service.handing_out import MEDIA_TYPES
from service.pages.events.forms import Sent
from service.pages.events.named_files import attachment
from service.pages.my.frame import DoneNow, OwnActorId, UndoName, go_to, my_page, undone
from service.pages.rendering import wording_of
from service.pages.snapshot import MaybeSnapshot, published_or_none

router = APIRouter()

ADDRESS = "/my/data"
ROWS_SHOWN = 50


@router.get("/my/data")
def data(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    actor_id: OwnActorId,
    done: DoneNow = "",
    undo: UndoName = "",
) -> Response:
    """What is held, the files, the own trail, and the ways out."""
    return _page(request, workspace, actor_id, done=done, undo=undo)


@router.get("/my/data/held.{ending}")
def held(request: Request, workspace: OpenWorkspace, actor_id: OwnActorId, ending: str) -> Response:
    """Everything in one file."""
    caller = caller_of(request)
    user_id = caller.user_id if caller else ""
    if ending == "json":
        told = workspace.firms.held(actor_id, user_id=user_id)
        content = json.dumps(told, ensure_ascii=False, indent=1, default=str).encode()
        response = attachment(content, "my-data.json", "application/json")
    elif ending == "xlsx":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "held.xlsx"
            workspace.firms.write_held(actor_id, path, user_id=user_id)
            response = attachment(path.read_bytes(), "my-data.xlsx", MEDIA_TYPES["xlsx"])
    else:
        raise HTTPException(404, detail="There is no such file.")
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/my/data")
def change_data(request: Request, workspace: OpenWorkspace, actor_id: OwnActorId, form: Sent) -> Response:
    """Ask to be erased, take that back, or delete the own user."""
    what, _ = form.pressed
    kept = workspace.firms.kept
    if what == "undo":
        return undone(workspace, actor_id, form, ADDRESS)
    if what == "leave":
        kept.ask_to_leave(actor_id, who=acting())
        return go_to(ADDRESS, done="leaving")
    if what == "stay":
        kept.stay(actor_id, who=acting())
        return go_to(ADDRESS, done="staying")
    caller = caller_of(request)
    if what != "delete_me" or caller is None or not caller.user_id:
        return go_to(ADDRESS)
    user = workspace.users.user(caller.user_id)
    typed = form.text("email", longest=300)
    # There is no way back from this one, so it takes more than a press of a button.
    if comparable_email(typed) != user.email:
        return _page(
            request, workspace, actor_id, typed=typed, wrong=wording_of(request)("my.data.wrong"), status=422
        )
    workspace.users.remove(caller.user_id, who=acting())
    response = RedirectResponse("/sign-in", status_code=303, headers={"Cache-Control": "no-store"})
    take_session(request, response)
    return response


def _page(
    request: Request,
    workspace: OpenWorkspace,
    actor_id: str,
    *,
    done: str = "",
    undo: str = "",
    typed: str = "",
    wrong: str = "",
    status: int = 200,
) -> Response:
    caller = caller_of(request)
    user = workspace.users.user(caller.user_id) if caller and caller.user_id else None
    leaving = next((each for each in workspace.firms.kept.leaving() if each.actor_id == actor_id), None)
    rows = workspace.firms.trail(actor_id, limit=500)
    return my_page(
        request,
        "data.html",
        "data",
        snapshot=published_or_none(request),
        done=done,
        undo=undo,
        status=status,
        user=user,
        leaving=leaving,
        leaving_since=date.fromisoformat(leaving.at[:10]) if leaving else None,
        trail=[
            (each, name_of(request, each.who) or wording_of(request)("my.somebody"), _fields(each))
            for each in rows[:ROWS_SHOWN]
        ],
        trail_more=len(rows) > ROWS_SHOWN,
        typed=typed,
        wrong=wrong,
    )


def _fields(row: AuditRow) -> tuple[str, ...]:
    """The fields of a profile that a change is about."""
    return tuple(row.after) if row.subject_kind == "actor" and row.action in ("edited", "changed") else ()
