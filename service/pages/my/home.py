"""A firm's first page: what to do next, in the order in which it helps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from matchmaker.completeness import MATCHING, LackKind
from matchmaker.errors import ActorNotFoundError
from matchmaker.events import RequestState
from matchmaker.published import Published
from matchmaker.workplace import next_meeting
from matchmaker.workspace import Workspace
from service.dependencies import OpenWorkspace
from service.pages.events.frame import moment
from service.pages.my.frame import DoneNow, OwnActorId, UndoName, my_page
from service.pages.rendering import wording_of
from service.pages.snapshot import MaybeSnapshot

router = APIRouter()

LOOKED_AT = 10
"""Unanswered suggestions that are counted at most."""
OWN_STEPS = MATCHING - {LackKind.GROUP} | {LackKind.CONTACT}
"""What the first page asks for; the actor group is the facilitators' to say."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; ``my.step.…`` says it, with a heading, why, and what the link does."""

    name: str
    address: str
    values: dict[str, object] = field(default_factory=dict)
    urgent: bool = False


@router.get("/my")
def home(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    actor_id: OwnActorId,
    done: DoneNow = "",
    undo: UndoName = "",
) -> Response:
    """What to do next, and the ways to everything else."""
    profile = workspace.firms.profile(actor_id)
    return my_page(
        request,
        "home.html",
        "home",
        snapshot=snapshot,
        done=done,
        undo=undo,
        steps=_steps(request, workspace, snapshot, actor_id),
        complete=profile.readiness / 100,
        leaving=any(each.actor_id == actor_id for each in workspace.firms.kept.leaving()),
    )


def _steps(request: Request, workspace: Workspace, snapshot: Published | None, actor_id: str) -> list[Step]:
    firms, steps = workspace.firms, []
    if told := firms.interested_in(actor_id):
        steps.append(Step("interested", "/my/suggestions", {"number": len(told)}, urgent=True))
    events = firms.events(actor_id)
    own = {each.id for event in events for each in event.own}
    waiting = [
        (event, request_)
        for event in events
        for request_ in event.requests
        if request_.state is RequestState.PENDING and request_.recipient in own
    ]
    if waiting:
        address = _meetings_at(waiting[0][0].event.id)
        steps.append(Step("requests", address, {"number": len(waiting)}, urgent=True))
    if both := firms.mutual(actor_id):
        steps.append(Step("mutual", "/my/contacts", {"number": len(both)}))
    found = next_meeting(events, datetime.now(UTC))
    if found:
        event, meeting = found
        when = moment(meeting.span.starts.isoformat(), event.event, wording_of(request))
        steps.append(
            Step(
                "meeting",
                _meetings_at(event.event.id),
                {
                    "when": when,
                    "event": event.event.name,
                    "table": meeting.table,
                    "name": workspace.actor(meeting.other.actor_id).name,
                    "zone": ZoneInfo(event.event.zone).key,
                },
            )
        )
    steps += [
        Step(f"lacks.{each.kind}", _address_of(each.kind), urgent=each.kind in MATCHING)
        for each in firms.profile(actor_id).lacks
        if each.kind in OWN_STEPS
    ][:3]
    if (number := _unanswered(workspace, snapshot, actor_id)) > 0:
        steps.append(Step("suggestions", "/my/suggestions", {"number": number}))
    return steps


def _meetings_at(event_id: str) -> str:
    return f"/my/meetings/{quote(event_id, safe='')}"


def _address_of(lack: LackKind) -> str:
    if lack is LackKind.CONTACT:
        return "/my/contact-persons"
    if lack in (LackKind.OFFERS, LackKind.THIN_OFFERS):
        return "/my/profile#offers"
    if lack in (LackKind.REQUESTS, LackKind.THIN_REQUESTS):
        return "/my/profile#requests"
    return "/my/profile?edit=about"


def _unanswered(workspace: Workspace, snapshot: Published | None, actor_id: str) -> int:
    if snapshot is None:
        return 0
    said = {each.partner_id for each in workspace.firms.answers(actor_id)}
    try:
        return snapshot.suggestions_waiting(actor_id, lambda each: each not in said, top=LOOKED_AT)
    except ActorNotFoundError:
        # Added a moment ago; the next look knows it.
        return 0
