"""What a facilitator does next, in the order in which one thing waits for the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from matchmaker.arranging import Kept
from matchmaker.errors import EventRejectedError
from matchmaker.events import RequestState
from matchmaker.published import Published
from matchmaker.working.imports import DRAFT
from matchmaker.workspace import Workspace
from service.arranged import acting
from service.pages.rendering import event_address

LOOKED_BACK = 3
"""Past events that are asked whether something of them is still to be said."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; ``name`` ends the keys ``step.…`` of its words."""

    name: str
    address: str = ""
    """Where it is done in the browser; empty where a command does it."""
    command: str = ""
    event: str = ""
    """The name of the event that it is about."""
    number: int = 0
    """How many it is about."""


def next_steps(
    workspace: Workspace, snapshot: Published, behind: str, may: Callable[[str], bool], now: datetime
) -> list[Step]:
    """Everything there is to do, the first thing first; ``behind`` is ``damaged``, ``stale`` or empty, as the build is."""
    return [*_under_way(workspace), *_of_data(snapshot, behind, may), *_of_events(workspace, now)]


def _under_way(workspace: Workspace) -> Iterator[Step]:
    """Own imports that are not over."""
    for job in workspace.imports.under_way(who=acting()):
        yield Step("importing", f"/import/{job.arguments[DRAFT]}/taking")


def _of_data(snapshot: Published, behind: str, may: Callable[[str], bool]) -> Iterator[Step]:
    if behind:
        yield Step(behind, *_building(may))
    silent = snapshot.silent()
    if silent:
        address = next((each for each in ("/profiles", "/actors") if may(each)), "")
        yield Step("silent", address, number=silent)


def _building(may: Callable[[str], bool]) -> tuple[str, str]:
    return ("/builds", "") if may("/builds") else ("", "matchmaker build")


def _of_events(workspace: Workspace, now: datetime) -> Iterator[Step]:
    begun: list[tuple[datetime, Kept]] = []
    coming: list[tuple[datetime, Kept]] = []
    for kept in workspace.events.all():
        ends = _ends(kept)
        if ends is not None and ends < now:
            begun.append((ends, kept))
        else:
            # What has no day yet comes after what has one.
            coming.append((ends or datetime.max.replace(tzinfo=UTC), kept))
    coming.sort(key=lambda each: (each[0], each[1].event.id))
    begun.sort(key=lambda each: (each[0], each[1].event.id), reverse=True)
    for _, kept in coming:
        yield from _before(workspace, kept, now)
    for _, kept in begun[:LOOKED_BACK]:
        yield from _afterwards(workspace, kept)
    if not coming:
        yield Step("plan", "/events/new")


def _before(workspace: Workspace, kept: Kept, now: datetime) -> Iterator[Step]:
    """What an event that comes lacks first, and whose answer it waits for."""
    event, events = kept.event, workspace.events

    def step(name: str, part: str = "", number: int = 0) -> Step:
        return Step(name, event_address(event.id, part), event=event.name, number=number)

    version = events.version(event.id)
    attendees = len(events.attendees(event.id))
    wishes = len(events.preferences(event.id))
    if version is not None:
        if any(_days(kept, now)):
            yield step("desk", "desk")
        elif version.plan.revision and version.plan.revision != kept.revision:
            yield step("renew", "schedule")
        else:
            yield step("agendas", "agendas")
    elif not event.tables or not _has_slots(workspace, kept):
        yield step("set_up")
    elif attendees < 2:
        yield step("invite", "participants")
    elif not wishes:
        yield step("wishes", "wishes")
    else:
        yield step("schedule", "schedule", attendees)
    waiting = sum(each.state_at(now) is RequestState.PENDING for each in events.requests.all(event.id))
    if waiting:
        yield step("answers", "requests", waiting)


def _afterwards(workspace: Workspace, kept: Kept) -> Iterator[Step]:
    """Meetings of a past event of which nobody said yet whether they were held."""
    version = workspace.events.version(kept.event.id)
    if version is None:
        return
    said = {frozenset((each.a, each.b)) for each in workspace.events.follow_up.outcomes(kept.event.id)}
    open_ones = sum(each.pair not in said for each in version.plan.appointments)
    if open_ones:
        address = event_address(kept.event.id, "follow-up")
        yield Step("follow_up", address, event=kept.event.name, number=open_ones)


def _has_slots(workspace: Workspace, kept: Kept) -> bool:
    try:
        return bool(workspace.events.slots(kept.event))
    except EventRejectedError:
        return False


def _ends(kept: Kept) -> datetime | None:
    zone = ZoneInfo(kept.event.zone)
    return max((each.ends.replace(tzinfo=zone) for each in kept.event.sessions), default=None)


def _days(kept: Kept, now: datetime) -> Iterator[bool]:
    """For each session: whether it is held today, where the event is."""
    today = now.astimezone(ZoneInfo(kept.event.zone)).date()
    return (each.starts.date() == today for each in kept.event.sessions)
