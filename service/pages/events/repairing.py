"""The repair of a schedule: what happened, what the repair would do and for whom, and then that it is made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from matchmaker.alphabet import name_key
from matchmaker.errors import EventChangedError, EventRejectedError
from matchmaker.events import Plan, Repair
from matchmaker.workspace import Workspace
from service.arranged import acting, attending
from service.dependencies import OpenWorkspace
from service.pages.events.by_hand import slots_or_none, version_in
from service.pages.events.forms import Sent
from service.pages.events.frame import EventFrame, Framed, event_frame, event_page, go_to
from service.pages.events.repair_form import (
    HAPPENED,
    MOST_MOVES,
    OF_TABLES,
    RepairDraft,
    draft_from,
    moves_of,
    news_of,
)
from service.pages.events.schedule import gap_words
from service.pages.events.telling import Telling, time_from, time_value
from service.pages.rendering import event_address, wording_of

router = APIRouter()

SECONDS = 8.0
"""The search of a repair ends by then."""
LISTED = 200
"""Meetings of a kind that a preview lists at most."""

Several = Annotated[list[str], Query(max_length=200)]


@router.get("/events/{event_id}/repair")
def repair(
    request: Request,
    workspace: OpenWorkspace,
    frame: Framed,
    who: Several = [],  # noqa: B006
    what: Several = [],  # noqa: B006
    table: Several = [],  # noqa: B006
    state: Several = [],  # noqa: B006
    starts: Annotated[str, Query(max_length=40)] = "",
    moves: Annotated[str, Query(max_length=10)] = "0",
    only_free: Annotated[str, Query(max_length=5)] = "",
    at: Annotated[str, Query(max_length=40)] = "",
    look: Annotated[str, Query(max_length=5)] = "",
) -> Response:
    """The form, and where something is asked what a repair would do; nothing is changed."""
    draft = draft_from(who, what, table, state, starts=starts, moves=moves, only_free=bool(only_free), at=at)
    return _page(request, workspace, frame, draft, look=bool(look))


@router.post("/events/{event_id}/repair")
def make_repair(request: Request, workspace: OpenWorkspace, frame: Framed, form: Sent) -> Response:
    """Make the repair of the version that the preview was made from."""
    draft = draft_from(
        form.texts("who", longest=500),
        form.texts("what"),
        form.texts("table"),
        form.texts("state"),
        starts=form.text("starts"),
        moves=form.text("moves"),
        only_free=bool(form.text("only_free")),
        at=form.text("at"),
    )
    telling = Telling(frame.event, attending(workspace, frame.event.id), wording_of(request))
    at = time_from(draft.at, frame.event)
    slots = slots_or_none(workspace, frame)
    news, wrong = news_of(draft, telling, slots, at or datetime.now(UTC), wording_of(request))
    if wrong:
        return _page(request, workspace, frame, draft, status=422)
    try:
        workspace.events.changes.repair(
            frame.event.id,
            news,
            moves=moves_of(draft) or 0,
            only_free=draft.only_free,
            time_limit=SECONDS,
            at=at,
            expected=version_in(form),
            who=acting(),
        )
    except EventChangedError:
        frame = event_frame(request, frame.event.id)
        return _page(request, workspace, frame, draft, look=True, elsewhere=True, status=412)
    except EventRejectedError as error:
        return _page(request, workspace, frame, draft, problems=error.problems, status=422)
    if draft.at:
        return go_to(event_address(frame.event.id, "desk"), at=draft.at, done="repaired")
    return go_to(event_address(frame.event.id, "schedule"), done="repaired")


def _page(
    request: Request,
    workspace: Workspace,
    frame: EventFrame,
    draft: RepairDraft,
    *,
    look: bool = False,
    elsewhere: bool = False,
    problems: Sequence[str] = (),
    status: int = 200,
) -> Response:
    wording, event = wording_of(request), frame.event
    if frame.version is None:
        return go_to(event_address(event.id, "schedule"))
    telling = Telling(event, attending(workspace, event.id), wording)
    slots = slots_or_none(workspace, frame)
    at = time_from(draft.at, event)
    news, wrong = news_of(draft, telling, slots, at or datetime.now(UTC), wording)
    preview: dict[str, Any] = {"repair": None}
    if look and not wrong:
        try:
            found, plan = workspace.events.changes.try_repair(
                event.id,
                news,
                moves=moves_of(draft) or 0,
                only_free=draft.only_free,
                time_limit=SECONDS,
                at=at,
            )
            preview = _preview(found, plan, frame, telling) | {"gap": gap_words(plan, wording)}
        except EventRejectedError as error:
            problems = error.problems
    return event_page(
        request,
        "repair.html",
        frame,
        "schedule",
        status=422 if wrong else status,
        version=frame.version,
        telling=telling,
        draft=draft,
        wrong=wrong,
        problems=problems,
        elsewhere=elsewhere,
        slots=slots,
        happened=HAPPENED,
        of_tables=OF_TABLES,
        most_moves=MOST_MOVES,
        at=at,
        time_value=time_value,
        listed=LISTED,
        **preview,
    )


def _preview(found: Repair, plan: Plan, frame: EventFrame, telling: Telling) -> dict[str, Any]:
    touched = [
        *(each.before for each in found.moved),
        *(each.appointment for each in found.dropped),
        *found.added,
    ]
    affected = sorted({telling.name(one) for each in touched for one in each.pair}, key=name_key)
    before = frame.version.plan if frame.version else plan
    return {
        "repair": found,
        "affected": affected,
        "noted": (before.absences, before.lost_tables) != (plan.absences, plan.lost_tables),
    }
