"""Who attends an event: the table, adding actors to it, and one participant with persons and times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from matchmaker.actors import Actor
from matchmaker.alphabet import name_key
from matchmaker.errors import ActorNotFoundError, EventChangedError, EventRejectedError
from matchmaker.events import Attendee, Event, Slot
from matchmaker.published import Published
from matchmaker.telling import told
from matchmaker.ways_back import Attended
from matchmaker.workspace import Workspace
from service.arranged import Attending, acting, attending
from service.callers import name_of
from service.dependencies import OpenWorkspace
from service.pages.events.forms import Form, Sent, seen
from service.pages.events.frame import (
    DoneNow,
    EventFrame,
    Framed,
    UndoName,
    event_frame,
    event_page,
    go_to,
    moment,
)
from service.pages.events.naming import actor_meant
from service.pages.events.participant_form import ParticipantDraft, PersonRow, draft_from, draft_of, read
from service.pages.events.setup_form import Errors
from service.pages.filters import OneGroupFilter, PageNumber, TextFilter, pages_of, readable
from service.pages.rendering import address_with, event_address, wording_of
from service.pages.snapshot import MaybeSnapshot, published_or_none

router = APIRouter()

FOUND_SHOWN = 30
MOST_ADDED = 1000
ROWS_PER_PAGE = 60
LISTS_SHOWN = 5


@router.get("/events/{event_id}/participants")
def participants(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    frame: Framed,
    find: Annotated[str | None, Query(max_length=200)] = None,
    group: OneGroupFilter = None,
    text: TextFilter = "",
    number: PageNumber = 1,
    done: DoneNow = "",
    undo: UndoName = "",
) -> Response:
    """Everybody who attends, and actors to add."""
    found: Sequence[Actor] = ()
    if find is not None and snapshot is not None:
        found = snapshot.actors(text=readable(find), group=group, limit=FOUND_SHOWN).items
    return _list_page(
        request,
        workspace,
        snapshot,
        frame,
        find=find,
        group=group,
        found=found,
        text=readable(text),
        number=number,
        done=done,
        undo=undo,
    )


@router.post("/events/{event_id}/participants")
def change_participants(request: Request, workspace: OpenWorkspace, frame: Framed, form: Sent) -> Response:
    """Add the actors that were ticked or written down, or take a participant away."""
    what, _ = form.pressed
    address = event_address(frame.event.id, "participants")
    if what == "take_away":
        name = take_away(workspace, frame.event.id, form.text("participant", longest=500))
        back = address_with(request, done="taken_away" if name else None, undo=name or None)
        return RedirectResponse(back, 303)
    snapshot = published_or_none(request)
    ids, unknown = _named(workspace, snapshot, form)
    if ids:
        workspace.events.enrol(frame.event.id, ids, who=acting())
    if unknown:
        return _list_page(
            request,
            workspace,
            snapshot,
            event_frame(request, frame.event.id),
            done="added" if ids else "",
            unknown=unknown,
            status=422,
        )
    return go_to(address, done="added" if ids else "")


@router.get("/events/{event_id}/participants/{participant_id}")
def participant(request: Request, workspace: OpenWorkspace, frame: Framed, participant_id: str) -> Response:
    """One participant in a form: persons, when they are there, how many meetings."""
    one = _one(workspace, frame.event.id, participant_id)
    slots = workspace.events.slots(frame.event)
    return _one_page(request, frame, one, slots, draft_of(one.attendee, slots), {})


@router.post("/events/{event_id}/participants/{participant_id}")
def change_participant(
    request: Request, workspace: OpenWorkspace, frame: Framed, participant_id: str, form: Sent
) -> Response:
    """Keep a participant; whoever began from an older state is told, and keeps what they typed."""
    one = _one(workspace, frame.event.id, participant_id)
    slots = workspace.events.slots(frame.event)
    draft, mark = draft_from(form), form.text("seen")
    what, row = form.pressed
    if what in ("add_person", "drop_person"):
        if what == "add_person":
            draft.persons.append(PersonRow())
        elif 0 <= row < len(draft.persons):
            del draft.persons[row]
        return _one_page(request, frame, one, slots, draft, {}, mark=mark)
    changed, errors = read(draft, one.attendee, slots)
    if changed is None:
        return _one_page(request, frame, one, slots, draft, errors, mark=mark, status=422)
    if mark != seen(one.attendee) and changed != one.attendee:
        return _one_page(request, frame, one, slots, draft, {}, conflict=True, status=412)
    try:
        workspace.events.attend(frame.event.id, [changed], expected=frame.kept.revision, who=acting())
    except EventRejectedError as error:
        return _one_page(
            request, frame, one, slots, draft, {}, problems=error.problems, mark=mark, status=422
        )
    except EventChangedError:
        now = _one(workspace, frame.event.id, participant_id)
        frame = event_frame(request, frame.event.id)
        return _one_page(request, frame, now, slots, draft, {}, conflict=True, status=412)
    return go_to(event_address(frame.event.id, "participants"), done="changed")


@router.post("/events/{event_id}/undo")
def take_back(workspace: OpenWorkspace, frame: Framed, form: Sent) -> Response:
    """Put the event back to what it was before a change of one's own, where nothing was changed since."""
    event_id = frame.event.id
    back = form.text("back") if form.text("back") in ("participants", "wishes") else "participants"
    undone = workspace.undoing.undo(form.text("undo"), about=event_id, who=acting())
    return go_to(event_address(event_id, back), done=undone.came)


def take_away(workspace: Workspace, event_id: str, participant_id: str) -> str:
    """Take a participant away; the name by which that can be undone, empty where there was none."""
    with workspace.undoing.together():
        were = workspace.events.take_away(event_id, participant_id, who=acting())
        if not were:
            return ""
        return workspace.undoing.remember(Attended(event_id, were), about=event_id, who=acting())


def _named(workspace: Workspace, snapshot: Published | None, form: Form) -> tuple[list[str], list[str]]:
    """The ids of the actors that were ticked or written one on each line, and the lines that mean nobody or several."""
    names, ids, unknown = form.lines("names"), [], []
    if len(names) > MOST_ADDED:
        raise HTTPException(
            422,
            detail=told("Write {most:,} names at once at most, or send a list as a file.", most=MOST_ADDED),
        )
    # "Add all" sends every one that was found, ticked or not, without those who attend.
    ticks = "found" if form.pressed[0] == "add_all" else "actor"
    for actor_id in form.texts(ticks, longest=500)[:MOST_ADDED]:
        try:
            ids.append(workspace.actor(actor_id).id)
        except ActorNotFoundError:
            unknown.append(actor_id)
    for line in names:
        meant = actor_meant(snapshot, workspace, line)
        if meant is None:
            unknown.append(line)
        else:
            ids.append(meant)
    return ids, unknown


def _one(workspace: Workspace, event_id: str, participant_id: str) -> Attending:
    for each in attending(workspace, event_id):
        if each.attendee.id == participant_id:
            return each
    raise HTTPException(404, detail="No participant of this event has this id.")


def _list_page(
    request: Request,
    workspace: Workspace,
    snapshot: Published | None,
    frame: EventFrame,
    *,
    find: str | None = None,
    group: str | None = None,
    found: Sequence[Actor] = (),
    text: str = "",
    number: int = 1,
    unknown: Sequence[str] = (),
    done: str = "",
    undo: str = "",
    status: int = 200,
) -> Response:
    everybody, lists = attending(workspace, frame.event.id), workspace.events.lists(frame.event.id)
    latest = next(iter(lists), None)
    shown = sorted(
        (each for each in everybody if _holds(each, text)),
        key=lambda each: (name_key(each.actor.name), each.attendee.id),
    )
    pages = pages_of(len(shown), ROWS_PER_PAGE)
    number = min(number, pages)
    slots = workspace.events.slots(frame.event)
    there = {each.actor.id for each in everybody}
    return event_page(
        request,
        "participants.html",
        frame,
        "participants",
        done=done,
        undo=undo,
        status=status,
        rows=[
            (each, _slots_there(each.attendee, slots))
            for each in shown[(number - 1) * ROWS_PER_PAGE : number * ROWS_PER_PAGE]
        ],
        number=number,
        pages=pages,
        slots=len(slots),
        text=text,
        find=find,
        group=group,
        found=found,
        found_most=FOUND_SHOWN,
        there=there,
        unknown=unknown,
        built=snapshot is not None,
        most=_most(frame.event, len(slots)),
        lists=lists[:LISTS_SHOWN],
        undo_list=latest.number
        if latest and done == "imported" and latest.can_be_undone and not latest.undone
        else 0,
    )


def _holds(each: Attending, text: str) -> bool:
    wanted = text.casefold()
    persons = (person.name.casefold() for person in each.attendee.persons)
    return (
        not wanted
        or wanted in each.actor.name.casefold()
        or wanted == each.attendee.id
        or any(wanted in name for name in persons)
    )


def _slots_there(attendee: Attendee, slots: Sequence[Slot]) -> int:
    return sum(attendee.is_there(each.span) for each in slots)


def _most(event: Event, slots: int) -> int:
    return slots if event.rules.most_meetings is None else min(event.rules.most_meetings, slots)


def _one_page(
    request: Request,
    frame: EventFrame,
    one: Attending,
    slots: Sequence[Slot],
    draft: ParticipantDraft,
    errors: Errors,
    *,
    problems: Sequence[str] = (),
    mark: str = "",
    conflict: bool = False,
    status: int = 200,
) -> Response:
    wording = wording_of(request)
    sessions: dict[str, list[Slot]] = {}
    for slot in slots:
        sessions.setdefault(slot.session, []).append(slot)
    return event_page(
        request,
        "participant.html",
        frame,
        "participants",
        status=status,
        one=one,
        draft=draft,
        problems=problems,
        errors={name: wording(key, **values) for name, (key, values) in errors.items()},
        sessions=sessions,
        mark=mark or seen(one.attendee),
        conflict=conflict,
        changed_by=name_of(request, frame.kept.who) or wording("event.somebody"),
        changed_at=moment(frame.kept.at, frame.event, wording),
        now=one.attendee,
        most=_most(frame.event, len(slots)),
        least=frame.event.rules.least_meetings,
    )
