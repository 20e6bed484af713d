"""Agendas of an event: everybody's, each as a page to print, all of them as files, and a calendar to follow for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, HTTPException, Query, Request, Response

from matchmaker.errors import EventRejectedError
from matchmaker.meetings.agendas import Agenda, Entry
from matchmaker.reporting.agendas import Written
from service.arranged import acting
from service.balancing import PATIENCE
from service.dependencies import EventHandingOut, OpenWorkspace
from service.handing_out import FILES, MEDIA_TYPES, WITH_ADDRESSES, Handed, Wanted
from service.pages.events.forms import Sent
from service.pages.events.frame import DoneNow, EventFrame, Framed, event_page, go_to, part_address
from service.pages.events.named_files import attachment, making_page
from service.pages.filters import PageNumber, TextFilter, pages_of, readable
from service.pages.rendering import event_address, wording_of

router = APIRouter()

ROWS_PER_PAGE = 100
FEW, SOME = 5, 9
"""Meetings up to which a page has room for three reasons, or one with its sentences."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")

VersionNumber = Annotated[int | None, Query(ge=1, le=2**31)]
Language = Annotated[str, Query(max_length=5)]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of an agenda."""

    name: str
    entries: Sequence[Entry]


@router.get("/events/{event_id}/agendas")
def agendas(
    request: Request,
    workspace: OpenWorkspace,
    handing_out: EventHandingOut,
    frame: Framed,
    text: TextFilter = "",
    number: PageNumber = 1,
    version: VersionNumber = None,
    done: DoneNow = "",
) -> Response:
    """Everybody who attends with their meetings, and files to hand out."""
    if frame.version is None:
        return event_page(request, "agendas.html", frame, "agendas", done=done, agendas=None)
    handed = _handed(request, workspace, handing_out, frame, version, "")
    if handed is None:
        return making_page(request, frame, "agendas")
    wanted = readable(text)
    shown = [each for each in handed.agendas.participants if _holds(each, wanted)]
    pages = pages_of(len(shown), ROWS_PER_PAGE)
    number = min(number, pages)
    return event_page(
        request,
        "agendas.html",
        frame,
        "agendas",
        done=done,
        agendas=handed.agendas,
        rows=shown[(number - 1) * ROWS_PER_PAGE : number * ROWS_PER_PAGE],
        count=len(shown),
        number=number,
        pages=pages,
        text=wanted,
        version=version,
        versions=range(frame.version.number, 0, -1),
        files=FILES,
    )


@router.get("/events/{event_id}/handouts")
def handout(
    request: Request,
    workspace: OpenWorkspace,
    handing_out: EventHandingOut,
    frame: Framed,
    file: Annotated[str, Query(max_length=40)] = "participants.pdf",
    version: VersionNumber = None,
    language: Language = "",
    participant: Annotated[str, Query(max_length=500)] = "",
    addresses: Annotated[str, Query(max_length=5)] = "",
) -> Response:
    """A file; a page says so while it is being made, and comes to the file by itself."""
    if file not in FILES or (participant and file != "participants.pdf"):
        raise HTTPException(404, detail="There is no such file.")
    wanted = Wanted(
        frame.event.id, version, _language(request, language), bool(addresses) and file in WITH_ADDRESSES
    )
    try:
        if participant and participant not in workspace.events.handouts.calendar_tokens(frame.event.id):
            raise HTTPException(404, detail="No participant of this event has this id.")
        content = handing_out.file(workspace, wanted, file, participant)
    except EventRejectedError:
        raise HTTPException(404, detail="The schedule has no such version.") from None
    if content is None:
        return making_page(request, frame, "agendas")
    what, _, ending = file.rpartition(".")
    number = version or (frame.version.number if frame.version else 0)
    name = f"{frame.event.id}-{participant or what}-{number}-{wanted.language}.{ending}"
    return attachment(content, name, MEDIA_TYPES[ending])


@router.get("/events/{event_id}/agendas/{participant_id}")
def agenda(
    request: Request,
    workspace: OpenWorkspace,
    handing_out: EventHandingOut,
    frame: Framed,
    participant_id: str,
    version: VersionNumber = None,
    language: Language = "",
    done: DoneNow = "",
) -> Response:
    """One participant's day as a page that prints on a sheet, with the calendar to follow."""
    if frame.version is None:
        raise HTTPException(404, detail="There is no schedule yet.")
    handed = _handed(request, workspace, handing_out, frame, version, language)
    if handed is None:
        return making_page(request, frame, "agendas")
    found = handed.agendas.of(participant_id)
    if found is None:
        raise HTTPException(404, detail="No participant of this event has this id.")
    written = Written(frame.event, found.language)
    meetings = len(found.meetings)
    token = workspace.events.handouts.calendar_tokens(frame.event.id)[participant_id]
    asked = "" if found.language == "en" else f"?{urlencode({'language': found.language})}"
    path = f"{request.url.netloc}/calendars/{token}.ics{asked}"
    response = event_page(
        request,
        "agenda.html",
        frame,
        "agendas",
        done=done,
        agenda=found,
        agendas=handed.agendas,
        written=written,
        agenda_days=[
            Day(name, list(entries))
            for name, entries in groupby(found.entries, key=lambda each: written.day(each.span.starts))
        ],
        when=written.days([each.span for each in found.entries]),
        reasons=3 if meetings <= FEW else 1,
        quoted=meetings <= SOME,
        version=version,
        calendar=f"{request.url.scheme}://{path}",
        subscription=f"webcal://{path}",
        only_here=request.url.hostname in LOOPBACK,
        file_address=_file_address(frame, participant_id, found.language, version),
    )
    # The calendar's address is a secret.
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/events/{event_id}/agendas/{participant_id}")
def renew_calendar(workspace: OpenWorkspace, frame: Framed, participant_id: str, form: Sent) -> Response:
    """Make the address of a participant's calendar void; a new one takes its place."""
    address = f"{event_address(frame.event.id, 'agendas')}/{quote(participant_id, safe='')}"
    if form.text("do") != "renew":
        return go_to(address)
    try:
        workspace.events.handouts.renew_calendar(frame.event.id, participant_id, who=acting())
    except EventRejectedError:
        raise HTTPException(404, detail="No participant of this event has this id.") from None
    return go_to(address, done="renewed")


def _handed(
    request: Request,
    workspace: OpenWorkspace,
    handing_out: EventHandingOut,
    frame: EventFrame,
    version: int | None,
    language: str,
) -> Handed | None:
    try:
        return handing_out.handed(
            workspace, Wanted(frame.event.id, version, _language(request, language)), patience=PATIENCE
        )
    except EventRejectedError:
        raise HTTPException(404, detail="The schedule has no such version.") from None


def _language(request: Request, chosen: str) -> str:
    return chosen if chosen in ("da", "en") else wording_of(request).language


def _holds(each: Agenda, text: str) -> bool:
    wanted = text.casefold()
    return (
        not wanted
        or wanted in each.party.name.casefold()
        or wanted == str(each.party.number)
        or wanted == each.party.attendee_id.casefold()
        or any(wanted in person.name.casefold() for person in each.party.persons)
    )


def _file_address(frame: EventFrame, participant_id: str, language: str, version: int | None) -> str:
    asked = {"file": "participants.pdf", "participant": participant_id, "language": language}
    if version:
        asked["version"] = str(version)
    return f"{part_address(frame.event.id, 'handouts')}?{urlencode(asked)}"
