"""Small events with a schedule, drawn for properties of what is changed in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import strategies as st

from matchmaker.events import (
    Absence,
    AbsenceKind,
    Appointment,
    Attendee,
    Event,
    LostTable,
    Session,
    Slot,
    Span,
    Table,
)
from matchmaker.meetings.changing.conditions import Conditions, conditions_of
from matchmaker.meetings.programme import slots_of
from matchmaker.meetings.worth import Pair, Worth

BEFORE = datetime(2027, 3, 1, tzinfo=UTC)
START = datetime(2027, 3, 4, 9)


@dataclass(frozen=True, slots=True)
class Programme:
    """An event, what its pairs are worth, and a schedule that holds."""

    event: Event
    attendees: tuple[Attendee, ...]
    worth: dict[Pair, Worth]
    apart: frozenset[Pair]
    appointments: tuple[Appointment, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        return slots_of(self.event)

    def conditions(
        self,
        absences: tuple[Absence, ...] = (),
        lost: tuple[LostTable, ...] = (),
        now: datetime = BEFORE,
    ) -> Conditions:
        return conditions_of(self.event, self.attendees, self.apart, now, absences=absences, lost_tables=lost)


def event(slots: int, tables: int, *, stands: Sequence[str] = ()) -> Event:
    """With ``T0``, ``T1``, ... for all, and ``Stand``, ``Stand 1``, ... for these actors."""
    session = Session("Morning", START, START + timedelta(minutes=20 * slots), 20)
    named = tuple(Table(f"T{number}") for number in range(tables))
    kept = tuple(
        Table(f"Stand {number}" if number else "Stand", (), actor) for number, actor in enumerate(stands)
    )
    return Event("e", "E", "", "Europe/Copenhagen", (session,), (*named, *kept))


@st.composite
def programmes(draw: st.DrawFn, people: int = 6, most_slots: int = 3) -> Programme:
    """Up to ``people`` participants; the schedule is filled in a drawn order and may leave room."""
    slots = draw(st.integers(1, most_slots))
    stands = draw(st.lists(st.sampled_from(["a0", "a0", "a1", "a2"]), max_size=2))
    made = event(slots, draw(st.integers(0 if stands else 1, 3)), stands=stands)
    spans, two_agendas = [slot.span for slot in slots_of(made)], draw(st.booleans())
    attendees = tuple(
        Attendee(
            f"p{number}",
            f"a{0 if number == 3 and two_agendas else number}",
            there=tuple(draw(st.lists(st.sampled_from(spans), min_size=1, unique=True)))
            if draw(st.booleans())
            else (),
            most_meetings=draw(st.none() | st.integers(1, slots)),
        )
        for number in range(draw(st.integers(2, people)))
    )
    pairs = [frozenset(pair) for pair in combinations([each.id for each in attendees], 2)]
    worth = {
        pair: Worth(draw(st.integers(1, 20)) / 20, draw(st.integers(0, 9)) == 0, draw(st.booleans()))
        for pair in pairs
        if draw(st.booleans())
    }
    apart = frozenset(pair for pair in pairs if pair not in worth and draw(st.integers(0, 4)) == 0)
    found = Programme(made, attendees, worth, apart, ())
    conditions = found.conditions()
    placed: list[Appointment] = []
    for pair in draw(st.permutations(pairs)):
        span = draw(st.sampled_from(spans))
        one = _placed(conditions, placed, pair, span)
        if one and draw(st.integers(0, 3)):
            placed.append(replace(one, locked=draw(st.integers(0, 4)) == 0))
    return replace(found, appointments=conditions.ordered(placed))


def _placed(conditions: Conditions, placed: list[Appointment], pair: Pair, span: Span) -> Appointment | None:
    here = [each for each in placed if each.span == span]
    busy = {one for each in here for one in each.pair}
    counts = [sum(one in each.pair for each in placed) for one in sorted(pair)]
    full = any(count >= conditions.most(one) for count, one in zip(counts, sorted(pair), strict=True))
    free = [name for name in conditions.usable(span, pair) if name not in {each.table for each in here}]
    if pair & busy or full or not free or pair in conditions.apart:
        return None
    if not all(conditions.is_there(one, span) for one in pair):
        return None
    return Appointment(min(pair), max(pair), span, free[0])


@st.composite
def troubles(draw: st.DrawFn, programme: Programme) -> tuple[tuple[Absence, ...], tuple[LostTable, ...]]:
    """Absences from a slot on, and tables lost for a slot."""
    spans = [slot.span for slot in programme.slots]
    absences = [
        Absence(each.id, AbsenceKind.NO_SHOW, Span(draw(st.sampled_from(spans)).starts, spans[-1].ends))
        for each in programme.attendees
        if draw(st.integers(0, 4)) == 0
    ]
    lost = [
        LostTable(each.name, draw(st.sampled_from(spans)))
        for each in programme.event.tables
        if draw(st.integers(0, 3)) == 0
    ]
    return tuple(absences), tuple(lost)


def broken_rules(conditions: Conditions, appointments: tuple[Appointment, ...]) -> list[str]:
    """Everything in a schedule that cannot be, apart from what is over."""
    found: list[str] = []
    for one, other in combinations(appointments, 2):
        if one.span.meets(other.span):
            found += [f"{one} {other}"] * bool(one.pair & other.pair or one.table == other.table)
        found += [f"twice {one}"] * (one.pair == other.pair)
    found += [
        f"{trouble} {each}"
        for each in appointments
        if not conditions.is_over(each.span) and (trouble := conditions.trouble(each))
    ]
    found += [
        f"above the cap {one}"
        for one in conditions.attendees
        if sum(one in each.pair for each in appointments) > conditions.most(one)
    ]
    return found
