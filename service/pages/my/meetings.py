"""A firm's own meetings: its events, its agenda with the calendar to follow, its wishes, and requests to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, HTTPException, Request, Response

from matchmaker.alphabet import name_key
from matchmaker.answers import LONGEST_WORDS, DeclineReason
from matchmaker.errors import EventChangedError, EventNotFoundError, EventRejectedError
from matchmaker.events import Attendee, Preference, PreferenceKind, RequestState
from matchmaker.matching.matches import Match
from matchmaker.published import Published
from matchmaker.ways_back import Preferred, Requested
from matchmaker.workplace import OwnEvent, OwnMeeting
from matchmaker.workspace import Workspace
from service.arranged import acting
from service.dependencies import OpenWorkspace
from service.pages.events.agendas import LOOPBACK
from service.pages.events.forms import Form, Sent
from service.pages.events.frame import days
from service.pages.events.naming import named
from service.pages.my.frame import DoneNow, OwnActorId, UndoName, go_to, my_page, remembered, undone
from service.pages.rendering import wording_of
from service.pages.snapshot import MaybeSnapshot, published_or_none

router = APIRouter()

ADDRESS = "/my/meetings"
OF_ONES_OWN = (PreferenceKind.MEET, PreferenceKind.NO_THANKS)
"""What a participant may want of another; the other kinds are the facilitator's."""


@router.get("/my/meetings")
def meetings(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    actor_id: OwnActorId,
    done: DoneNow = "",
    undo: UndoName = "",
) -> Response:
    """The events that the firm attends."""
    wording = wording_of(request)
    events = workspace.firms.events(actor_id)
    return my_page(
        request,
        "meetings.html",
        "meetings",
        snapshot=snapshot,
        done=done,
        undo=undo,
        events=[(each, _address(each), days(each.event, wording), _waiting(each)) for each in events],
    )


@router.get("/my/meetings/{event_id}")
def own_event(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    actor_id: OwnActorId,
    event_id: str,
    done: DoneNow = "",
    undo: UndoName = "",
) -> Response:
    """One event: the own agenda, wishes and requests."""
    return _event_page(request, workspace, snapshot, actor_id, event_id, done=done, undo=undo)


@router.post("/my/meetings/{event_id}")
def change_own_event(
    request: Request,
    workspace: OpenWorkspace,
    actor_id: OwnActorId,
    event_id: str,
    form: Sent,
) -> Response:
    """Wish, ask, answer or take back, for one's own participants."""
    event = _event(workspace, actor_id, event_id)
    address = _address(event)
    what, _ = form.pressed
    if what == "undo":
        return undone(workspace, actor_id, form, address)
    own, other = event.mine(form.text("own", longest=500)), event.other(form.text("other", longest=500))
    if own is None or other is None:
        # Either was taken away since the page was shown.
        return go_to(address, done="too_late")
    try:
        with workspace.undoing.together():
            return _changed(workspace, actor_id, event, own, other, what, form)
    except (EventRejectedError, EventChangedError) as error:
        problems = error.problems if isinstance(error, EventRejectedError) else ()
        return _event_page(
            request,
            workspace,
            published_or_none(request),
            actor_id,
            event_id,
            problems=problems or (str(error),),
            typed=(own.id, other.id, form.text("words", longest=LONGEST_WORDS)),
            status=422,
        )


def _changed(
    workspace: Workspace,
    actor_id: str,
    event: OwnEvent,
    own: Attendee,
    other: Attendee,
    what: str,
    form: Form,
) -> Response:
    event_id, address = event.event.id, _address(event)
    words = form.text("words", longest=LONGEST_WORDS)
    if what in ("meet", "no_thanks", "no_wish"):
        before = [
            each
            for each in workspace.events.preferences(event_id)
            if (each.a, each.b, each.of) == (own.id, other.id, own.id)
        ]
        given = (
            [] if what == "no_wish" else [Preference(own.id, other.id, PreferenceKind(what), own.id, words)]
        )
        workspace.events.prefer(event_id, given, before if what == "no_wish" else (), who=acting())
        way = remembered(workspace, actor_id, Preferred(event_id, tuple(before), tuple(given)))
        said = "wish_taken_back" if what == "no_wish" else "wished"
        return go_to(address, done=said, undo=way, anchor="wishes")
    if what == "ask":
        asked = workspace.events.requests.ask(event_id, own.id, other.id, words=words, who=acting())
        way = remembered(workspace, actor_id, Requested(event_id, asked, answered=False))
        return go_to(address, done="asked", undo=way, anchor="requests")
    if what in ("accept", "decline"):
        state = RequestState.ACCEPTED if what == "accept" else RequestState.DECLINED
        reason = form.text("reason")
        answered = workspace.events.requests.answer(
            event_id,
            other.id,
            own.id,
            state,
            reason=DeclineReason(reason) if what == "decline" and reason in tuple(DeclineReason) else None,
            words=words,
            who=acting(),
        )
        way = remembered(workspace, actor_id, Requested(event_id, answered, answered=True))
        said = "accepted" if what == "accept" else "request_declined"
        return go_to(address, done=said, undo=way, anchor="requests")
    if what == "reopen":
        workspace.events.requests.reopen(event_id, other.id, own.id, who=acting())
        return go_to(address, done="reopened", anchor="requests")
    if what == "cancel":
        workspace.events.requests.cancel(event_id, own.id, other.id, who=acting())
        return go_to(address, done="cancelled", anchor="requests")
    return go_to(address)


def _address(event: OwnEvent) -> str:
    return f"{ADDRESS}/{quote(event.event.id, safe='')}"


def _event(workspace: Workspace, actor_id: str, event_id: str) -> OwnEvent:
    try:
        return workspace.firms.event(actor_id, event_id)
    except EventNotFoundError:
        raise HTTPException(404, detail="There is no such event.") from None


def _waiting(event: OwnEvent) -> int:
    own = {each.id for each in event.own}
    return sum(each.state is RequestState.PENDING and each.recipient in own for each in event.requests)


def _event_page(
    request: Request,
    workspace: Workspace,
    snapshot: Published | None,
    actor_id: str,
    event_id: str,
    *,
    problems: Sequence[str] = (),
    typed: tuple[str, str, str] = ("", "", ""),
    done: str = "",
    undo: str = "",
    status: int = 200,
) -> Response:
    """``typed`` is what was sent and not kept: the own participant, the other, and the words."""
    event = _event(workspace, actor_id, event_id)
    names = {actor_id: actor.name for actor_id, actor in workspace.events.actors(event_id).items()}
    groups = {each: actor.group for each, actor in workspace.events.actors(event_id).items()}
    wording, zone = wording_of(request), ZoneInfo(event.event.zone)
    everybody = (*event.own, *event.others)
    called = {each.id: names.get(each.actor_id, each.id) for each in everybody}
    tokens = workspace.events.handouts.calendar_tokens(event_id)
    own_group = groups[actor_id]
    may_meet = [
        each
        for each in event.others
        if each.actor_id in groups and event.event.rules.allows(own_group, groups[each.actor_id])
    ]
    return my_page(
        request,
        "event.html",
        "meetings",
        snapshot=snapshot,
        done=done,
        undo=undo,
        status=status,
        event=event,
        address=_address(event),
        when=days(event.event, wording),
        local=lambda moment: moment.astimezone(zone),
        agendas=[
            (
                each,
                _by_day(event, each, zone),
                f"{request.url.scheme}://{request.url.netloc}/calendars/{tokens[each.id]}.ics"
                if each.id in tokens
                else "",
            )
            for each in event.own
        ],
        only_here=request.url.hostname in LOOPBACK,
        names=names,
        may_meet=sorted(may_meet, key=lambda each: (name_key(names[each.actor_id]), each.id)),
        wishes={(each.a, each.b): each for each in event.wishes if each.kind in OF_ONES_OWN},
        matches=_whys(snapshot, actor_id, event),
        by_id={each.id: each for each in everybody},
        reasons=tuple(DeclineReason),
        problems=[named(each, called, with_ids=False) for each in problems],
        typed=typed,
        longest=LONGEST_WORDS,
    )


def _by_day(event: OwnEvent, own: Attendee, zone: ZoneInfo) -> list[tuple[object, list[OwnMeeting]]]:
    mine = [each for each in event.meetings if each.own.id == own.id]
    return [
        (day, list(each))
        for day, each in groupby(mine, key=lambda meeting: meeting.span.starts.astimezone(zone).date())
    ]


def _whys(snapshot: Published | None, actor_id: str, event: OwnEvent) -> dict[str, Match]:
    """What speaks for the own meetings, by the other actor, with the two sentences of the strongest reason."""
    if snapshot is None:
        return {}
    partners = sorted({each.other.actor_id for each in event.meetings})
    found = snapshot.between([(actor_id, each) for each in partners])
    return {each.partner_id: replace(each, reasons=each.reasons[:1]) for each in found}
