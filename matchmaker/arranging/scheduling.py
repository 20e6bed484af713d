"""A stored event in, a version of its schedule out; the clock that limits the search is here."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from matchmaker.actors import ActorGroup
from matchmaker.arranging.own_tables import best_seated
from matchmaker.errors import ScheduleError
from matchmaker.events import Appointment, Attendee, Plan, PlanKind
from matchmaker.meetings.asking import Asked, appointments, asked, left_out, value_of_locked
from matchmaker.meetings.attendance import nobody_can_meet
from matchmaker.meetings.worth import Wishes
from matchmaker.store.events import Kept
from matchmaker.telling import told

FOR_THE_REST = 0.9
"""Share of the time that the search may take; seating and keeping take the rest."""


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
    stop: Callable[[], bool],
) -> Plan:
    """A new version: what is locked in the one ``before`` stays, and so do absences and lost tables."""
    ends = time.monotonic() + FOR_THE_REST * time_limit
    locked = tuple(each for each in before.appointments if each.locked) if before else ()
    absences, lost = (before.absences, before.lost_tables) if before else ((), ())

    def ask(kept_too: Sequence[Appointment], more_room: Mapping[int, int]) -> Asked:
        return asked(
            kept.event,
            attendees,
            groups,
            wishes,
            now,
            locked=(*locked, *kept_too),
            absences=absences,
            lost_tables=lost,
            more_room=more_room,
        )

    question = ask((), {})
    if not question.slots:
        raise ScheduleError(
            [told("The event has no slots. Add a session with a start, an end and a length of slots.")]
        )
    if not kept.event.tables:
        raise ScheduleError([told("The event has no tables. Say how many there are, or name them.")])
    if nobody_can_meet(attendees, question.slots):
        raise ScheduleError(
            [
                told(
                    "There is no slot for which two participants are there. Add participants, or change when they are there."
                )
            ]
        )
    question, found, bound = best_seated(
        ask, attendees, seed=seed, seconds_left=lambda: 0.0 if stop() else ends - time.monotonic()
    )
    return Plan(
        PlanKind.SCHEDULED,
        appointments(question, found, before.appointments if before else ()),
        found.value + value_of_locked(question),
        bound,
        left_out(question, found),
        absences,
        lost,
        revision=kept.revision,
        stopped=found.stopped,
    )
