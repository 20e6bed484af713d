"""What events came to, against what was aimed at: as a page, a PDF and a workbook; targets are set here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request, Response
from markupsafe import Markup

from matchmaker.errors import EventNotFoundError, EventRejectedError
from matchmaker.events import Measure
from matchmaker.reporting import event_report, write
from matchmaker.workspace import Workspace
from service.arranged import acting
from service.balancing import PATIENCE, page_patience
from service.dependencies import EventFollowing, OpenWorkspace
from service.following import Following, Window
from service.handing_out import MEDIA_TYPES
from service.pages.events.forms import Form, Sent, whole_number
from service.pages.events.frame import EventFrame, Framed, event_page, go_to
from service.pages.events.named_files import attachment, making_page
from service.pages.rendering import event_address, page, wording_of
from service.pages.snapshot import published_or_none
from service.studies import SOON

router = APIRouter()

MOST_GOAL, MOST_MONTHS = 999_999, 600
Chosen = Annotated[list[str] | None, Query(alias="event", max_length=500)]
Day = Annotated[str, Query(max_length=10)]


@router.get("/events/report")
def report(
    request: Request,
    workspace: OpenWorkspace,
    following: EventFollowing,
    event: Chosen = None,
    since: Day = "",
    until: Day = "",
) -> Response:
    """All events, or those that are chosen, within a window of time."""
    return _page(request, workspace, following, None, event or [], since, until)


@router.get("/events/report/file.{ending}")
def report_file(
    request: Request,
    workspace: OpenWorkspace,
    following: EventFollowing,
    ending: Literal["pdf", "xlsx"],
    event: Chosen = None,
    since: Day = "",
    until: Day = "",
) -> Response:
    """The same to take along, in the reader's language."""
    wording = wording_of(request)
    try:
        window = _window(event or [], since, until)
        content = following.file(workspace, window, _today(), ending, wording)
    except (ValueError, EventRejectedError):
        raise HTTPException(422, detail="The report ends before it begins, or a day is none.") from None
    except EventNotFoundError:
        raise HTTPException(404, detail="There is no such event.") from None
    if content is None:
        return making_page(request, None, "report")
    name = event[0] if event and len(event) == 1 else "events"
    return attachment(content, f"{name}-report-{wording.language}.{ending}", MEDIA_TYPES[ending])


@router.post("/events/report")
def change_targets(
    request: Request, workspace: OpenWorkspace, following: EventFollowing, form: Sent
) -> Response:
    """Set a target, or take one away."""
    back = form.text("back", longest=500)
    known = {each.event.id for each in workspace.events.all()}
    address = event_address(back, "report") if back in known else "/events/report"
    if form.pressed[0] == "remove" or form.text("remove"):
        try:
            workspace.events.follow_up.remove_target(form.text("remove", longest=500), who=acting())
        except EventRejectedError:
            return go_to(address, done="too_late")
        return go_to(address, done="taken_back")
    problems = _set_target(workspace, form)
    if problems:
        return _page(
            request, workspace, following, None, [back] if back in known else [], "", "",
            problems=problems, typed=form, status=422,
        )  # fmt: skip
    return go_to(address, done="saved")


@router.get("/events/{event_id}/report")
def event_report_page(
    request: Request, workspace: OpenWorkspace, following: EventFollowing, frame: Framed
) -> Response:
    """One event, in its frame."""
    return _page(request, workspace, following, frame, [frame.event.id], "", "")


def _set_target(workspace: Workspace, form: Form) -> list[str]:
    """Keep a target; what is wrong with it, as keys of the catalogues."""
    measure = next((each for each in Measure if each == form.text("measure")), None)
    goal = whole_number(form.text("goal"), 1, MOST_GOAL)
    months = whole_number(form.text("months"), 1, MOST_MONTHS)
    try:
        starts = date.fromisoformat(form.text("starts"))
    except ValueError:
        starts = None
    wrong = [
        key
        for key, value in (
            ("event.target.wrong.measure", measure),
            ("event.target.wrong.goal", goal),
            ("event.target.wrong.starts", starts),
            ("event.target.wrong.months", months),
        )
        if value is None
    ]
    if measure is None or goal is None or months is None or starts is None:
        return wrong
    try:
        workspace.events.follow_up.set_target(
            measure, goal, starts=starts, months=months, across_groups=bool(form.text("across")), who=acting()
        )
    except EventRejectedError:
        return ["event.target.wrong.starts"]
    return []


def _window(event_ids: list[str], since: str, until: str) -> Window:
    """Raises ``ValueError`` for a day that is none."""
    first, last = (date.fromisoformat(each) if each else None for each in (since, until))
    return Window(tuple(dict.fromkeys(event_ids)), first, last)


def _today() -> date:
    return datetime.now(UTC).date()


def _page(
    request: Request,
    workspace: Workspace,
    following: Following,
    frame: EventFrame | None,
    event_ids: list[str],
    since: str,
    until: str,
    *,
    problems: list[str] | None = None,
    typed: Form | None = None,
    status: int = 200,
) -> Response:
    wording, problems = wording_of(request), problems or []
    snapshot = published_or_none(request)
    # In a large cluster the reader is told that it is being made rather than kept waiting.
    patience = PATIENCE if snapshot is None else max(page_patience(snapshot), SOON)
    try:
        window = _window(event_ids, since, until)
        found = following.found(workspace, window, _today(), patience=patience)
    except (ValueError, EventRejectedError):
        problems, status = ["event.report.wrong.window"], 422
        found = following.found(workspace, Window(tuple(event_ids)), _today(), patience=patience)
    except EventNotFoundError:
        raise HTTPException(404, detail="There is no such event.") from None
    if found is None:
        return making_page(request, frame, "report")
    asked = [("event", each) for each in event_ids]
    asked += [(name, value) for name, value in (("since", since), ("until", until)) if value]
    done = request.query_params.get("done", "")
    values: dict[str, Any] = {
        "report": write(event_report(found), wording),
        # What is drawn is markup of our own making, every word in it escaped.
        "picture": Markup,
        "files": urlencode([*asked, ("lang", wording.language)]),
        "everything": workspace.events.all(),
        "chosen": event_ids,
        "since": since,
        "until": until,
        "targets": workspace.events.follow_up.targets(),
        "measures": tuple(Measure),
        "problems": problems,
        "typed": typed,
        "today": _today().isoformat(),
        "back": frame.event.id if frame else "",
    }
    if frame is not None:
        kept = done if done in ("saved", "taken_back", "too_late") else ""
        return event_page(request, "report_one.html", frame, "report", done=kept, status=status, **values)
    kept = done if done in ("saved", "taken_back", "too_late") else ""
    return page(request, "events/report.html", snapshot=snapshot, status=status, done=kept, **values)
