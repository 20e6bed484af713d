"""A stored event in, a version of its schedule out; the clock that limits the search is here."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from matchmaker.actors import ActorGroup
from matchmaker.errors import ScheduleError
from matchmaker.events import Attendee, Plan, PlanKind
from matchmaker.meetings import Schedule, solve
from matchmaker.meetings.asking import Asked, appointments, asked, left_out, value_of_locked
from matchmaker.meetings.attendance import nobody_can_meet
from matchmaker.meetings.stands import most_room, own_tables, too_many
from matchmaker.meetings.worth import Wishes
from matchmaker.store.events import Kept

FOR_THE_REST = 0.9
"""Share of the time that the search may take; seating and keeping take the rest."""

ROUNDS = 4
"""How often a schedule is sought with room at own tables before it is sought without."""


def scheduled(
    kept: Kept,
    attendees: Sequence[Attendee],
    groups: Mapping[str, ActorGroup],
    wishes: Wishes,
    before: Plan | None,
    now: datetime,
    *,
    time_limit: float,
    seed: int,
) -> Plan:
    """A new version: what is locked in the one ``before`` stays, and so do absences and lost tables."""
    ends = time.monotonic() + FOR_THE_REST * time_limit
    locked = tuple(each for each in before.appointments if each.locked) if before else ()
    absences, lost = (before.absences, before.lost_tables) if before else ((), ())

    def ask(more_room: Mapping[int, int]) -> Asked:
        return asked(
            kept.event, attendees, groups, wishes, now,
            locked=locked, absences=absences, lost_tables=lost, more_room=more_room,
        )  # fmt: skip

    question = ask({})
    if not question.slots:
        raise ScheduleError(
            ["The event has no slots. Add a session with a start, an end and a length of slots."]
        )
    if not kept.event.tables:
        raise ScheduleError(["The event has no tables. Say how many there are, or name them."])
    if nobody_can_meet(attendees, question.slots):
        raise ScheduleError(
            [
                "There is no slot for which two participants are there. Add participants, or change when they are there."
            ]
        )
    question, found = _solved(question, ask, attendees, seed, ends)
    of_locked = value_of_locked(question)
    return Plan(
        PlanKind.SCHEDULED,
        appointments(question, found, before.appointments if before else ()),
        found.value + of_locked,
        found.bound + of_locked,
        left_out(question, found),
        absences,
        lost,
        revision=kept.revision,
        stopped=found.stopped,
    )


def _solved(
    strict: Asked,
    ask: Callable[[Mapping[int, int]], Asked],
    attendees: Sequence[Attendee],
    seed: int,
    ends: float,
) -> tuple[Asked, Schedule]:
    """The best schedule that can be seated, own tables included; its bound is that of all the room that there may be."""
    owned = own_tables(strict.event, strict.slots, strict.locked, strict.lost)
    common = strict.instance.tables
    room = dict(enumerate(most_room(strict.instance, attendees, owned)))
    bound: float | None = None
    for last in (*(False,) * ROUNDS, True):
        question = ask({} if last else room)
        # Half of what is left, but for the last: less room may have to be tried.
        until = ends if last or not any(room.values()) else (time.monotonic() + ends) / 2
        found = solve(question.instance, seed=seed, seconds_left=lambda until=until: until - time.monotonic())  # type: ignore[misc]
        bound = found.bound if bound is None else bound
        excess = too_many(found.meetings, common, owned, question.actor_of)
        if not excess:
            break
        room = {slot: max(0, number - excess.get(slot, 0)) for slot, number in room.items()}
    return question, replace(found, bound=max(bound or 0.0, found.value))
