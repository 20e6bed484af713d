"""The desk on the day, made for a phone: who sits where now and next, who came, and who is looked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from matchmaker.errors import EventRejectedError, OutcomeNotFoundError
from matchmaker.events import Appointment, Attendance, Remark, Slot
from matchmaker.workspace import Workspace
from service.arranged import Attending, acting, attending
from service.dependencies import OpenWorkspace
from service.pages.events.by_hand import slots_or_none
from service.pages.events.forms import Sent
from service.pages.events.frame import DoneNow, EventFrame, Framed, event_page, go_to
from service.pages.events.telling import Telling, time_from, time_value
from service.pages.filters import PageNumber, TextFilter, pages_of, readable
from service.pages.rendering import event_address, wording_of

router = APIRouter()

MEETINGS_PER_PAGE = 60
"""Of each slot; whoever stands at a table further on pages there, or looks for a name."""
FOUND_SHOWN = 8
"""Participants that a search shows at most."""

At = Annotated[str, Query(max_length=40)]
Name = Annotated[str, Query(max_length=500)]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting with what was said of it."""

    appointment: Appointment
    attendance: Attendance | None

    def missing(self, one: str) -> bool:
        """Whether it is said that a participant did not come to it."""
        return self.attendance is not None and one in self.attendance.missing

    @property
    def held(self) -> bool:
        """Whether it is said that it was held."""
        return self.attendance is not None and not self.attendance.missing


@dataclass(frozen=True, slots=True)
class Here:
    """A slot with its meetings, and where it stands to the time."""

    slot: Slot
    state: str
    """``now``, ``ended`` or ``comes``."""
    meetings: Sequence[Meeting]
    """Those that the page shows."""
    count: int
    """Of all of them."""


@router.get("/events/{event_id}/desk")
def desk(
    request: Request,
    workspace: OpenWorkspace,
    frame: Framed,
    at: At = "",
    find: TextFilter = "",
    one: Name = "",
    a: Name = "",
    b: Name = "",
    number: PageNumber = 1,
    done: DoneNow = "",
) -> Response:
    """The slot of this moment or of another one, with a participant where one is looked for."""
    return _page(request, workspace, frame, at, readable(find), one, last=(a, b), number=number, done=done)


@router.post("/events/{event_id}/desk")
def say(request: Request, workspace: OpenWorkspace, frame: Framed, form: Sent) -> Response:
    """Write down that a meeting was held or who did not come, or take back what was said last."""
    what, side = form.pressed
    sides = [form.text(name, longest=500) for name in ("a", "b")]
    a, b = sorted(sides)
    at, find, one = form.text("at"), form.text("find"), form.text("one", longest=500)
    on_page = form.text("number")
    address = event_address(frame.event.id, "desk")
    if what == "take_back":
        try:
            workspace.events.follow_up.take_back(frame.event.id, a, b, who=acting())
        except OutcomeNotFoundError:
            return go_to(address, at=at, find=find, one=one, number=on_page, done="too_late")
        return _to_the_meeting(
            go_to(address, at=at, find=find, one=one, a=a, b=b, number=on_page, done="said_taken_back")
        )
    meeting = next((each for each in _meetings(workspace, frame) if each.appointment.pair == {a, b}), None)
    if meeting is None or what not in ("held", "missing"):
        return _page(request, workspace, frame, at, find, one, gone=True, status=422)
    missing = _missing(meeting, sides[side == 1]) if what == "missing" else ()
    try:
        new = workspace.events.follow_up.say(
            frame.event.id, [Remark(a, b, Attendance(missing))], who=acting()
        )
    except EventRejectedError:
        return _page(request, workspace, frame, at, find, one, gone=True, status=422)
    # The same word again says nothing new, so there is nothing to take back.
    done = "" if not new else "said_missing" if missing else "said_held"
    return _to_the_meeting(go_to(address, at=at, find=find, one=one, a=a, b=b, number=on_page, done=done))


def _to_the_meeting(response: Response) -> Response:
    """Back to where the finger was, and not to the top of a long page."""
    response.headers["location"] += "#last"
    return response


def _missing(meeting: Meeting, whose: str) -> tuple[str, ...]:
    """Who did not come, with one more."""
    before = meeting.attendance.missing if meeting.attendance else ()
    return tuple(sorted({*before, whose} & meeting.appointment.pair))


def _meetings(workspace: Workspace, frame: EventFrame) -> list[Meeting]:
    """All meetings of the latest version with what was said of them, by time and table."""
    if frame.version is None:
        return []
    said = {frozenset((each.a, each.b)): each for each in workspace.events.follow_up.outcomes(frame.event.id)}
    return [
        Meeting(each, said[each.pair].attendance if each.pair in said else None)
        for each in frame.version.plan.appointments
    ]


def _page(
    request: Request,
    workspace: Workspace,
    frame: EventFrame,
    at: str,
    find: str,
    one: str,
    *,
    last: tuple[str, str] = ("", ""),
    number: int = 1,
    done: str = "",
    gone: bool = False,
    status: int = 200,
) -> Response:
    event = frame.event
    telling = Telling(event, attending(workspace, event.id), wording_of(request))
    slots = slots_or_none(workspace, frame)
    asked = time_from(at, event)
    now = asked or datetime.now(UTC)
    meetings = _meetings(workspace, frame)
    place = place_at(slots, now)
    found = [telling_one] if (telling_one := telling.one(one)) else _found(telling, find)
    tapped = next((each for each in meetings if each.appointment.pair == set(last)), None)
    shown = slots[place : place + 2]
    most = max((sum(each.appointment.span == slot.span for each in meetings) for slot in shown), default=0)
    pages = pages_of(most, MEETINGS_PER_PAGE)
    number = min(number, pages)
    here = [_here(slot, now, meetings, number) for slot in shown]
    return event_page(
        request,
        "desk.html",
        frame,
        "desk",
        status=status,
        # What was tapped is said with the way back, below.
        done="" if tapped else done,
        telling=telling,
        at=at if asked else "",
        as_of=asked,
        here=here,
        earlier=slots[place - 1] if place > 0 else None,
        later=slots[place + 1] if place + 1 < len(slots) else None,
        find=find,
        one=one,
        found=[(each, _of(each, meetings)) for each in found[:FOUND_SHOWN]],
        more=max(0, len(found) - FOUND_SHOWN),
        tapped=tapped,
        tapped_here=tapped is not None and bool(here) and tapped in here[0].meetings,
        undoable=done in ("said_held", "said_missing"),
        gone=gone,
        number=number,
        pages=pages,
        time_value=time_value,
    )


def place_at(slots: Sequence[Slot], now: datetime) -> int:
    """The place of the slot to show at a time: the last one that has begun, else the first."""
    begun = [place for place, each in enumerate(slots) if each.span.starts <= now]
    return begun[-1] if begun else 0


def _here(slot: Slot, now: datetime, meetings: Sequence[Meeting], number: int) -> Here:
    span = slot.span
    state = "ended" if span.ends <= now else "now" if span.starts <= now else "comes"
    then = [each for each in meetings if each.appointment.span == span]
    shown = then[(number - 1) * MEETINGS_PER_PAGE : number * MEETINGS_PER_PAGE]
    return Here(slot, state, shown, len(then))


def _of(one: Attending, meetings: Sequence[Meeting]) -> list[Meeting]:
    return [each for each in meetings if one.attendee.id in each.appointment.pair]


def _found(telling: Telling, find: str) -> list[Attending]:
    """Who is called so: by actor, by person or by id; those whose name begins so come first."""
    wanted = find.casefold()
    if not wanted:
        return []

    def names(each: Attending) -> list[str]:
        return [name.casefold() for name in (each.actor.name, *(one.name for one in each.attendee.persons))]

    found = [
        each
        for each in telling.everybody
        if each.attendee.id.casefold() == wanted or any(wanted in name for name in names(each))
    ]
    return sorted(found, key=lambda each: not any(name.startswith(wanted) for name in names(each)))
