"""The schedule of an event: have it made, and see it as a grid of slots and tables with what was left out and why."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Query, Request, Response

from matchmaker.alphabet import name_key
from matchmaker.arranging import Version
from matchmaker.errors import EventRejectedError
from matchmaker.events import Appointment, Event, Plan, Slot, Span, Table
from matchmaker.jobs import JobState
from matchmaker.workspace import Workspace
from service.arranged import Attending, acting, attending
from service.dependencies import OpenWorkspace
from service.pages.events.forms import Sent
from service.pages.events.frame import DoneNow, EventFrame, Framed, UndoName, event_page, go_to, moment
from service.pages.events.naming import named
from service.pages.events.sessions import Sessions, by_session, sessions_shown
from service.pages.events.telling import time_value
from service.pages.filters import PageNumber, pages_of
from service.pages.rendering import event_address, wording_of
from service.pages.telling import told_again
from service.pages.wording import Wording
from service.scheduling import Run

router = APIRouter()

LIMITS = (2, 10, 30, 60, 120)
"""Seconds to choose from."""
USUAL_LIMIT = 10
TABLES_PER_PAGE = 40
LEFT_OUT_PER_PAGE = 50
ALONE_NAMED = 5
EXACT = 1e-9
"""A gap below this is none."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A table in a slot."""

    appointment: Appointment | None
    a: Attending | None = None
    b: Attending | None = None
    closed: bool = False
    chosen: bool = False
    """Whether it is a meeting of the participant that is looked for."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The slots of one session against the tables."""

    session: str
    day: str
    spans: Sequence[Span]
    rows: Sequence[tuple[str, Sequence[Cell]]]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many meetings people have."""

    meetings: int
    least: int
    most: int
    alone: Sequence[Attending]
    """Who is there and has none."""
    away: Sequence[Attending]
    """Who has none because they do not come."""


@router.get("/events/{event_id}/schedule")
def schedule(
    request: Request,
    workspace: OpenWorkspace,
    frame: Framed,
    version: Annotated[int | None, Query(ge=1, le=2**31)] = None,
    participant: Annotated[str, Query(max_length=500)] = "",
    number: PageNumber = 1,
    left: PageNumber = 1,
    session: PageNumber = 1,
    done: DoneNow = "",
    undo: UndoName = "",
) -> Response:
    """The latest version or another one, what is being made, or what is missing for one."""
    shown = frame.version if version is None else workspace.events.version(frame.event.id, version)
    if version is not None and shown is None:
        raise HTTPException(404, detail="The schedule has no such version.")
    everybody = attending(workspace, frame.event.id)
    job = workspace.schedules.latest(frame.event.id)
    run = Run.of(job) if job else None
    return event_page(
        request,
        "schedule.html",
        frame,
        "schedule",
        done=done,
        undo=undo,
        **_of_run(run, everybody, frame.kept.revision),
        slots=len(_slots(workspace, frame.event)),
        limits=LIMITS,
        usual=USUAL_LIMIT,
        version=shown,
        **(
            _of_version(request, workspace, frame, shown, everybody, participant, number, left, session)
            if shown
            else {}
        ),
    )


@router.post("/events/{event_id}/schedule")
def make_schedule(workspace: OpenWorkspace, frame: Framed, form: Sent) -> Response:
    """Begin to make a schedule; the page tells how far it is."""
    limit = form.text("limit")
    seconds = int(limit) if limit in {str(each) for each in LIMITS} else USUAL_LIMIT
    workspace.schedules.ask(frame.event.id, time_limit=seconds, who=acting())
    return go_to(event_address(frame.event.id, "schedule"))


@router.post("/events/{event_id}/schedule/stop")
def stop_schedule(workspace: OpenWorkspace, frame: Framed) -> Response:
    """End the search; what it has found is kept, and one that had not begun is over."""
    job = workspace.schedules.stop(frame.event.id, who=acting())
    waited = job is not None and job.state is JobState.CANCELLED
    return go_to(event_address(frame.event.id, "schedule"), done="not_begun" if waited else "stopping")


def gap_words(plan: Plan, wording: Wording) -> str:
    """How much better any schedule could be, such that the sentence holds: rounded up."""
    if plan.gap < EXACT:
        return wording("event.schedule.best")
    share = math.ceil(plan.gap * 1000 - EXACT) / 1000
    return wording("event.schedule.gap", share=wording.percent(share, 1))


def _of_run(run: Run | None, everybody: Sequence[Attending], revision: int) -> dict[str, Any]:
    names = {each.attendee.id: each.actor.name for each in everybody}
    return {
        "run": run,
        "working": run is not None and not run.over,
        # What went wrong then may be mended once the event has changed.
        "failed": run is not None and run.state is JobState.FAILED and run.revision == revision,
        "problems": [named(told_again(each) or each, names) for each in (run.problems if run else ())],
    }


def _slots(workspace: Workspace, event: Event) -> Sequence[Slot]:
    try:
        return workspace.events.slots(event)
    except EventRejectedError:
        return ()


def _of_version(
    request: Request,
    workspace: Workspace,
    frame: EventFrame,
    version: Version,
    everybody: Sequence[Attending],
    participant: str,
    number: int,
    left: int,
    session: int,
) -> dict[str, Any]:
    wording, event, plan = wording_of(request), frame.event, version.plan
    by_id = {each.attendee.id: each for each in everybody}
    # Somebody may be taken away while this is read.
    meetings = [each for each in plan.appointments if each.a in by_id and each.b in by_id]
    left_out = [each for each in plan.left_out if each.a in by_id and each.b in by_id]
    tables = _tables(event, meetings)
    pages = pages_of(len(tables), TABLES_PER_PAGE)
    number = min(number, pages)
    left_pages = pages_of(len(left_out), LEFT_OUT_PER_PAGE)
    left = min(left, left_pages)
    shown = tables[(number - 1) * TABLES_PER_PAGE : number * TABLES_PER_PAGE]
    sessions = sessions_shown(_sessions(workspace, event, meetings), len(shown), session)
    return {
        "plan": plan,
        "gap": gap_words(plan, wording),
        "made": moment(version.at, event, wording),
        "older": bool(plan.revision) and plan.revision != frame.kept.revision,
        "latest": frame.version.number if frame.version else version.number,
        "counts": _counts(plan, meetings, everybody),
        "alone_named": ALONE_NAMED,
        "gone": workspace.events.changes.gone(event.id, version.number).appointments,
        "sessions": sessions,
        "time_value": time_value,
        "grids": _grids(sessions, event, meetings, by_id, shown, participant, wording),
        "number": number,
        "pages": pages,
        "left_out": left_out[(left - 1) * LEFT_OUT_PER_PAGE : left * LEFT_OUT_PER_PAGE],
        "left_count": len(left_out),
        "left": left,
        "left_pages": left_pages,
        "by_id": by_id,
        "everybody": sorted(everybody, key=lambda each: name_key(each.actor.name)),
        "looked_for": by_id.get(participant),
        "own_meetings": [each for each in meetings if participant in (each.a, each.b)],
        "own_left_out": [each for each in left_out if participant in (each.a, each.b)],
    }


def _counts(plan: Plan, meetings: Sequence[Appointment], everybody: Sequence[Attending]) -> Counts:
    counted = Counter(one for each in meetings for one in (each.a, each.b))
    absent = {each.attendee for each in plan.absences}
    none = [each for each in everybody if not counted[each.attendee.id]]
    away = [each for each in none if each.attendee.id in absent]
    numbers = [
        counted[each.attendee.id]
        for each in everybody
        if counted[each.attendee.id] or each.attendee.id not in absent
    ]
    return Counts(
        len(meetings),
        min(numbers, default=0),
        max(numbers, default=0),
        [each for each in none if each.attendee.id not in absent],
        away,
    )


def _tables(event: Event, meetings: Sequence[Appointment]) -> list[str]:
    """The event's tables in their order, then those that only this version knows."""
    names = [each.name for each in event.tables]
    there = set(names)
    return names + sorted({each.table for each in meetings} - there)


def _sessions(workspace: Workspace, event: Event, meetings: Sequence[Appointment]) -> dict[str, list[Span]]:
    """The slots of each session; times that the programme no longer has come last, without a name."""
    slots = _slots(workspace, event)
    others = {each.span for each in meetings} - {each.span for each in slots}
    sessions = by_session(slots)
    if others:
        sessions[""] = sorted(others, key=lambda span: span.starts)
    return sessions


def _grids(
    sessions: Sessions,
    event: Event,
    meetings: Sequence[Appointment],
    by_id: dict[str, Attending],
    tables: Sequence[str],
    participant: str,
    wording: Wording,
) -> list[Grid]:
    """A grid for each session."""
    at = {(each.span, each.table): each for each in meetings}
    opened = {each.name: each for each in event.tables}
    zone = ZoneInfo(event.zone)
    grids = []
    for session, spans in sessions.shown.items():
        first = spans[0].starts.astimezone(zone)
        rows = [
            (
                table,
                [_cell(at.get((span, table)), opened.get(table), span, by_id, participant) for span in spans],
            )
            for table in tables
        ]
        day = wording.day(date(first.year, first.month, first.day))
        grids.append(Grid(session, day, spans, rows))
    return grids


def _cell(
    appointment: Appointment | None,
    table: Table | None,
    span: Span,
    by_id: dict[str, Attending],
    participant: str,
) -> Cell:
    if appointment is None:
        closed = table is not None and bool(table.open) and not any(each.covers(span) for each in table.open)
        return Cell(None, closed=closed)
    return Cell(
        appointment,
        by_id[appointment.a],
        by_id[appointment.b],
        chosen=participant in (appointment.a, appointment.b),
    )
