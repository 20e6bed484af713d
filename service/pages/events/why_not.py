"""Why wishes have no meeting: the reason of each in words, and the cheapest change that helps."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from matchmaker.errors import EventRejectedError
from matchmaker.events import Explanation
from service.arranged import attending
from service.dependencies import OpenWorkspace
from service.pages.events.frame import Framed, event_page, go_to
from service.pages.events.telling import Telling, time_value
from service.pages.filters import PageNumber, pages_of
from service.pages.rendering import event_address, wording_of

router = APIRouter()

ROWS_PER_PAGE = 20
"""Each is worked out by trying changes of the schedule, so a page has few."""


@router.get("/events/{event_id}/why")
def why_not(
    request: Request,
    workspace: OpenWorkspace,
    frame: Framed,
    a: Annotated[str, Query(max_length=500)] = "",
    b: Annotated[str, Query(max_length=500)] = "",
    number: PageNumber = 1,
) -> Response:
    """The wishes that the latest version leaves out, or one pair of participants."""
    if frame.version is None:
        return go_to(event_address(frame.event.id, "schedule"))
    telling = Telling(frame.event, attending(workspace, frame.event.id), wording_of(request))
    if a and b:
        pairs = [(a, b)]
    else:
        pairs = [
            (each.a, each.b)
            for each in frame.version.plan.left_out
            if telling.knows(each.a) and telling.knows(each.b)
        ]
    pages = pages_of(len(pairs), ROWS_PER_PAGE)
    number = min(number, pages)
    explained: tuple[Explanation, ...] = ()
    problems: list[str] = []
    try:
        shown = pairs[(number - 1) * ROWS_PER_PAGE : number * ROWS_PER_PAGE]
        explained = workspace.events.changes.explain(frame.event.id, shown) if shown else ()
    except EventRejectedError as error:
        problems = list(error.problems)
    return event_page(
        request,
        "why.html",
        frame,
        "schedule",
        status=422 if problems else 200,
        telling=telling,
        explained=explained,
        problems=problems,
        count=len(pairs),
        time_value=time_value,
        number=number,
        pages=pages,
    )
