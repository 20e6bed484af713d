"""The page of the whole cluster's proposals: the balance, what it does, the pairs to work through, and the same as a file."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from service.balancing import PATIENCE
from service.dependencies import OpenWorkspace
from service.pages.events.forms import Sent
from service.pages.filters import PageNumber
from service.pages.overview import empty_page
from service.pages.rendering import later_page, page
from service.pages.snapshot import MaybeSnapshot
from service.pages.working_list.choice import Chosen
from service.pages.working_list.judging import DoneBefore, Typed, back_to_list, judge
from service.pages.working_list.showing import Ending, file_of, shown

router = APIRouter()


@router.get("/proposals")
def proposals(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    choice: Chosen,
    done: DoneBefore,
    number: PageNumber = 1,
) -> Response:
    """Everybody's proposals at one balance, page by page, with what the balance does."""
    if snapshot is None:
        return empty_page(request)
    values = shown(request, workspace, snapshot, choice, number, done=done)
    if values is None:
        return later_page(request, "proposals", PATIENCE)
    return page(request, "proposals.html", snapshot=snapshot, **values)


@router.post("/proposals")
def judge_proposals(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    choice: Chosen,
    form: Sent,
    number: PageNumber = 1,
) -> Response:
    """Pin, hide, keep apart, note, put back: one pair or several; the list goes on where it was."""
    outcome = judge(workspace, form, both_ways=choice.view == "pairs")
    if not isinstance(outcome, Typed):
        return back_to_list(request, outcome)
    values = shown(request, workspace, snapshot, choice, number, typed=outcome) if snapshot else None
    if values is None:
        return later_page(request, "proposals", PATIENCE)
    return page(request, "proposals.html", snapshot=snapshot, status=412, **values)


@router.get("/proposals/download")
def proposals_file(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    choice: Chosen,
    ending: Ending = "xlsx",
) -> Response:
    """What the page shows, all pages of it, as a table for a spreadsheet."""
    if snapshot is None:
        return empty_page(request)
    return file_of(request, workspace, snapshot, choice, ending) or later_page(request, "proposals", PATIENCE)
