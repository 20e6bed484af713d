"""The best schedule where some tables are kept for an actor: sought with all the room there may be, then made to fit the tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from matchmaker.errors import ScheduleError
from matchmaker.events import Appointment, Attendee, Table
from matchmaker.meetings.asking import Asked, value_of_locked
from matchmaker.meetings.solver import Instance, Meeting, Schedule, solve
from matchmaker.meetings.stands import most_room, own_tables, seated_best

Ask = Callable[[Sequence[Appointment], Mapping[int, int]], Asked]
"""The instance with these meetings in it already, and with this much more room by slot."""

MUST = 1e6
"""What a must is worth beside wishes when a table is given to the better meeting."""


def roomy(ask: Ask, attendees: Sequence[Attendee]) -> Asked:
    """What is asked with all the room there may be, so that no schedule that can be seated is worth more than its bound."""
    strict = ask((), {})
    room = _own_room(strict, attendees)
    return ask((), room) if any(room.values()) else strict


def best_seated(
    ask: Ask, attendees: Sequence[Attendee], *, seed: int, seconds_left: Callable[[], float]
) -> tuple[Asked, Schedule, float]:
    """What was asked at last, its schedule, and the bound of the whole, which the value of meetings put in before is part of.

    Where every meeting of the first schedule has a table, that one is the answer. Otherwise the best meetings that can be seated
    are kept, own tables are filled and then the others; and the schedule without own tables is taken where it is better. The
    bound is that of the first.

    Raises:
        ScheduleError: demands that no schedule can meet.
    """
    strict = ask((), {})
    fairness = strict.event.rules.fairness
    owned = own_tables(strict.event, strict.slots, strict.locked, strict.lost)
    room = _own_room(strict, attendees)
    of_locked = value_of_locked(strict)
    if not any(room.values()):
        found = _solved(strict.instance, seed, seconds_left, 1.0, fairness)
        return strict, found, found.bound + of_locked
    whole = ask((), room)
    first = _solved(whole.instance, seed, seconds_left, 0.4, fairness)
    bound = first.bound + of_locked
    if len(_kept(whole, first, strict, owned)) == len(first.meetings):
        return whole, first, bound
    answers: list[tuple[Asked, Schedule]] = []
    refused: ScheduleError | None = None
    for own_too in (True, False):
        try:
            answers.append(
                _completed(ask, _kept(whole, first, strict, owned), attendees, seed, seconds_left)
                if own_too
                else (strict, _solved(strict.instance, seed, seconds_left, 1.0, fairness))
            )
        except ScheduleError as error:
            refused = error
    if not answers and refused is not None:
        raise refused
    question, found = max(
        answers, key=lambda each: (-_missing(each[1]), each[1].value + value_of_locked(each[0]))
    )
    return question, found, max(bound, found.value + value_of_locked(question))


def _own_room(strict: Asked, attendees: Sequence[Attendee]) -> dict[int, int]:
    """By slot, how many meetings can be at tables that are kept for an actor and not in use already, at most."""
    owned = own_tables(strict.event, strict.slots, strict.locked, strict.lost)
    return dict(enumerate(most_room(strict.instance, attendees, owned)))


def _completed(
    ask: Ask,
    kept: Sequence[Appointment],
    attendees: Sequence[Attendee],
    seed: int,
    seconds_left: Callable[[], float],
) -> tuple[Asked, Schedule]:
    """Further meetings beside those kept: at own tables first, then wherever there is room."""
    question = ask(kept, {})
    owned = own_tables(question.event, question.slots, question.locked, question.lost)
    left = most_room(question.instance, attendees, owned)
    holders = {table.actor_id for own in owned for table in own}
    at_stands = replace(
        question.instance,
        tables=left,
        participants=tuple(replace(each, min_meetings=0) for each in question.instance.participants),
        wishes=tuple(
            replace(wish, must=False)
            for wish in question.instance.wishes
            if {question.actor_of[wish.a], question.actor_of[wish.b]} & holders
        ),
    )
    more = _solved(at_stands, seed, seconds_left, 0.4)
    seated = seated_best(more.meetings, [0] * len(left), owned, question.actor_of, _rank(question))
    question = ask([*kept, *_appointments(question, seated)], {})
    return question, _solved(question.instance, seed, seconds_left, 0.6, question.event.rules.fairness)


def _kept(
    question: Asked, schedule: Schedule, strict: Asked, owned: Sequence[Sequence[Table]]
) -> list[Appointment]:
    seated = seated_best(schedule.meetings, strict.instance.tables, owned, question.actor_of, _rank(question))
    return _appointments(question, seated)


def _appointments(question: Asked, seated: Sequence[tuple[Meeting, str]]) -> list[Appointment]:
    return [Appointment(each.a, each.b, question.slots[each.slot].span, table) for each, table in seated]


def _rank(question: Asked) -> Callable[[Meeting], float]:
    def rank(meeting: Meeting) -> float:
        worth = question.worth[frozenset((meeting.a, meeting.b))]
        return worth.value + MUST * worth.must

    return rank


def _missing(found: Schedule) -> int:
    return sum(each.must for each in found.unplaced) + len(found.below_minimum)


def _solved(
    instance: Instance, seed: int, seconds_left: Callable[[], float], share: float, fairness: float = 0.0
) -> Schedule:
    """The schedule found within a share of the time that is left."""
    for_the_rest = (1 - share) * max(0.0, seconds_left())
    return solve(instance, seed=seed, fairness=fairness, seconds_left=lambda: seconds_left() - for_the_rest)
