"""The frame around an event's pages: its name, the way from one part to the next, and what was just done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Depends, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from matchmaker.arranging import Kept, Version
from matchmaker.errors import EventNotFoundError
from matchmaker.events import Event
from service.arranged import acting
from service.dependencies import workspace
from service.pages.rendering import event_address, page, wording_of
from service.pages.snapshot import published_or_none
from service.pages.wording import Wording

FURTHER = ("versions", "agendas", "rounds", "desk", "follow-up", "report")
"""Those that come after the schedule."""
PARTS = ("setup", "participants", "proposals", "wishes", "schedule", *FURTHER)
"""The parts of an event in the order in which a facilitator goes through them."""

FURTHER_DONE = (
    "renewed",
    "imported",
    "asked",
    "answered",
    "cancelled",
    "reopened",
    "apart",
    "said",
    "unsaid",
    "seated",
)
DONE = frozenset(
    {
        "created",
        "saved",
        "added",
        "changed",
        "taken_away",
        "wished",
        "taken_back",
        "proposed",
        "undone",
        "undone_partly",
        "changed_since",
        "too_late",
        "stopping",
        "not_begun",
        "erased",
        *FURTHER_DONE,
    }
)
"""What can have been done; ``event.done.…`` says it."""
DONE |= {"moved", "swapped", "put_in", "removed", "locked", "unlocked", "plan_undone", "plan_redone"}
DONE |= {"restored", "repaired", "said_held", "said_missing", "said_taken_back"}


@dataclass(frozen=True, slots=True)
class EventFrame:
    """An event with what the frame shows of it."""

    kept: Kept
    participants: int
    wishes: int
    requests: int
    version: Version | None

    @property
    def event(self) -> Event:
        """The set-up."""
        return self.kept.event

    @property
    def wanted(self) -> int:
        """Wishes and requests together: who asks for a meeting wishes for it."""
        return self.wishes + self.requests


def event_frame(request: Request, event_id: str) -> EventFrame:
    """The event of a page; a page that does not exist is answered with 404."""
    events = workspace(request).events
    try:
        return EventFrame(
            events.one(event_id),
            len(events.attendees(event_id)),
            len(events.preferences(event_id)),
            len(events.requests.all(event_id)),
            events.version(event_id),
        )
    except EventNotFoundError:
        raise HTTPException(404, detail="There is no such event.") from None


Framed = Annotated[EventFrame, Depends(event_frame)]
DoneNow = Annotated[str, Query(max_length=40, alias="done")]
UndoName = Annotated[str, Query(max_length=40, alias="undo")]


def part_address(event_id: str, part: str) -> str:
    """The address of a part of an event."""
    return event_address(event_id, "" if part == "setup" else part)


def event_page(
    request: Request,
    template: str,
    frame: EventFrame,
    part: str,
    *,
    done: str = "",
    undo: str = "",
    status: int = 200,
    **values: object,
) -> Response:
    """Render a part of an event inside the event's frame."""
    wording = wording_of(request)
    return page(
        request,
        f"events/{template}",
        snapshot=published_or_none(request),
        status=status,
        frame=frame,
        event=frame.event,
        part=part,
        tabs=[
            ("setup", part_address(frame.event.id, "setup"), 0),
            ("participants", part_address(frame.event.id, "participants"), frame.participants),
            ("proposals", part_address(frame.event.id, "proposals"), 0),
            ("wishes", part_address(frame.event.id, "wishes"), frame.wanted),
            (
                "schedule",
                part_address(frame.event.id, "schedule"),
                frame.version.number if frame.version else 0,
            ),
            *((each, part_address(frame.event.id, each), 0) for each in FURTHER),
        ],
        days=days(frame.event, wording),
        done=done if done in DONE else "",
        undo=undo if workspace(request).undoing.holds(undo, about=frame.event.id, who=acting()) else "",
        local=lambda moment: moment.astimezone(ZoneInfo(frame.event.zone)),
        clock=lambda at: clock(at, frame.event, wording),
        **values,
    )


def days(event: Event, wording: Wording) -> str:
    """When an event is, in words: a day, or the first and the last."""
    held = sorted({each.starts.date() for each in event.sessions})
    if not held:
        return ""
    first, last = wording.day(held[0]), wording.day(held[-1])
    return first if len(held) == 1 else f"{first} – {last}"


def clock(at: datetime, event: Event, wording: Wording) -> str:
    """A time at the place of the event, with the day where there are several."""
    local = at.astimezone(ZoneInfo(event.zone))
    several = len({each.starts.date() for each in event.sessions}) > 1
    return f"{wording.day(local.date())} {local:%H:%M}" if several else f"{local:%H:%M}"


def moment(at: str, event: Event, wording: Wording) -> str:
    """A stored time at the place of the event, in words."""
    try:
        local = datetime.fromisoformat(at).astimezone(ZoneInfo(event.zone))
    except ValueError:
        return at
    return f"{wording.day(date(local.year, local.month, local.day))} {local:%H:%M}"


def go_to(address: str, **query: str) -> Response:
    """After something was changed: the page to look at, so that loading it again changes nothing again."""
    asked = urlencode({name: value for name, value in query.items() if value})
    return RedirectResponse(f"{address}?{asked}" if asked else address, status_code=303)
