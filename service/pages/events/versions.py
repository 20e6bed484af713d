"""The versions of an event's schedule: who made which when, what changed between two, and the way back to one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from matchmaker.arranging import Version
from matchmaker.errors import EventChangedError, EventRejectedError
from matchmaker.events import Comparison
from matchmaker.workspace import Workspace
from service.arranged import WHO, acting, attending
from service.callers import name_of
from service.dependencies import OpenWorkspace
from service.pages.events.by_hand import version_in
from service.pages.events.forms import Sent, whole_number
from service.pages.events.frame import DoneNow, EventFrame, Framed, event_frame, event_page, go_to, moment
from service.pages.events.schedule import gap_words
from service.pages.events.telling import Telling
from service.pages.filters import PageNumber, pages_of
from service.pages.rendering import event_address, wording_of
from service.pages.wording import Wording

router = APIRouter()

ROWS_PER_PAGE = 50
LISTED = 200
"""Meetings of a kind that a comparison lists at most."""

CHANGES = (
    "moved",
    "dropped",
    "added",
    "locked",
    "unlocked",
    "absences",
    "back",
    "lost_tables",
    "found_tables",
)
"""What can differ between two versions; ``event.versions.…`` counts it."""


@router.get("/events/{event_id}/versions")
def versions(
    request: Request,
    workspace: OpenWorkspace,
    frame: Framed,
    before: Annotated[int | None, Query(ge=1, le=2**31)] = None,
    after: Annotated[int | None, Query(ge=1, le=2**31)] = None,
    number: PageNumber = 1,
    done: DoneNow = "",
) -> Response:
    """All versions, the newest first, and where two are named what changed between them."""
    return _page(request, workspace, frame, before, after, number=number, done=done)


@router.post("/events/{event_id}/versions")
def restore(request: Request, workspace: OpenWorkspace, frame: Framed, form: Sent) -> Response:
    """Make an earlier version the latest."""
    # No version has the number 0, so what is no number is refused as such a one is.
    wanted = whole_number(form.text("number"), 1, 999_999) or 0
    try:
        workspace.events.changes.restore(frame.event.id, wanted, expected=version_in(form), who=acting())
    except EventChangedError:
        frame = event_frame(request, frame.event.id)
        return _page(request, workspace, frame, elsewhere=True, status=412)
    except EventRejectedError as error:
        return _page(request, workspace, frame, problems=error.problems, status=422)
    return go_to(event_address(frame.event.id, "schedule"), done="restored")


def changes_in_words(one: Comparison, wording: Wording) -> list[str]:
    """How much changed from one version to another, each kind counted."""
    counted = [(each, len(getattr(one, each))) for each in CHANGES]
    return [wording.count(f"event.versions.{each}", number) for each, number in counted if number]


def _page(
    request: Request,
    workspace: Workspace,
    frame: EventFrame,
    before: int | None = None,
    after: int | None = None,
    *,
    number: int = 1,
    done: str = "",
    elsewhere: bool = False,
    problems: tuple[str, ...] | list[str] = (),
    status: int = 200,
) -> Response:
    wording, event = wording_of(request), frame.event
    history = workspace.events.changes.history(event.id) if frame.version else ()
    there = {each.number for each, _ in history}
    pages = pages_of(len(history), ROWS_PER_PAGE)
    number = min(number, pages)
    newest = list(reversed(history))[(number - 1) * ROWS_PER_PAGE : number * ROWS_PER_PAGE]
    telling = Telling(event, attending(workspace, event.id), wording)
    comparison = None
    if before in there and after in there and before is not None and after is not None:
        comparison = workspace.events.changes.compare(event.id, before, after)
    return event_page(
        request,
        "versions.html",
        frame,
        "versions",
        status=status,
        done=done,
        version=frame.version,
        rows=[_row(request, each, changed, frame) for each, changed in newest],
        numbers=sorted(there, reverse=True),
        telling=telling,
        comparison=comparison,
        summary=changes_in_words(comparison, wording) if comparison else [],
        before=before,
        after=after,
        listed=LISTED,
        elsewhere=elsewhere,
        problems=problems,
        number=number,
        pages=pages,
    )


def _row(
    request: Request, version: Version, changed: Comparison, frame: EventFrame
) -> tuple[Version, str, str, list[str], str]:
    wording = wording_of(request)
    who = wording("event.facilitator") if version.who == WHO else name_of(request, version.who)
    return (
        version,
        moment(version.at, frame.event, wording),
        who,
        changes_in_words(changed, wording),
        gap_words(version.plan, wording),
    )
