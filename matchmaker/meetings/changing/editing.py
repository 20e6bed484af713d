"""Changes of a schedule by hand: everything that stands in the way of one, and the schedule with it made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from matchmaker.errors import EditRejectedError
from matchmaker.events import (
    Add,
    Appointment,
    Conflict,
    ConflictKind,
    Edit,
    Lock,
    Move,
    Remove,
    Span,
    Swap,
    Unlock,
)
from matchmaker.meetings.changing.conditions import Conditions
from matchmaker.meetings.worth import Pair


def check(conditions: Conditions, appointments: Sequence[Appointment], edit: Edit) -> tuple[Conflict, ...]:
    """All conflicts that an edit would have, before anything is made; none means that it can be made."""
    return checks(conditions, appointments, (edit,))[0]


def checks(
    conditions: Conditions, appointments: Sequence[Appointment], edits: Sequence[Edit]
) -> tuple[tuple[Conflict, ...], ...]:
    """The conflicts of each of several edits, as ``check`` gives them."""
    meetings = _Meetings(appointments)
    return tuple(tuple(_attempt(conditions, meetings, edit).conflicts) for edit in edits)


def made(conditions: Conditions, appointments: Sequence[Appointment], edit: Edit) -> tuple[Appointment, ...]:
    """The schedule with an edit made, by time and table; raises ``EditRejectedError`` with all conflicts."""
    attempt = _attempt(conditions, _Meetings(appointments), edit)
    if attempt.conflicts:
        raise EditRejectedError(attempt.conflicts)
    return conditions.ordered([*attempt.rest.values(), *attempt.placed])


class _Meetings:
    """The meetings of a schedule as edits ask for them; many edits of one schedule share what is found."""

    def __init__(self, appointments: Sequence[Appointment]) -> None:
        self.by_pair: Mapping[Pair, Appointment] = {each.pair: each for each in appointments}
        self._at: dict[Span, Sequence[Appointment]] = {}

    def at(self, span: Span) -> Sequence[Appointment]:
        """Those that share any time with a slot."""
        if span not in self._at:
            self._at[span] = [each for each in self.by_pair.values() if each.span.meets(span)]
        return self._at[span]


@dataclass(slots=True, eq=False)
class _Attempt:
    """An edit as far as it has been looked at."""

    conditions: Conditions
    meetings: _Meetings
    rest: dict[Pair, Appointment]
    """The meetings that are not touched."""
    placed: list[Appointment] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)

    def take(self, a: str, b: str, *, locked_too: bool = False) -> Appointment | None:
        """Take a meeting out of the rest, where it is there and may be changed."""
        found = self.rest.get(frozenset((a, b)))
        if found is None:
            self.conflicts.append(Conflict(ConflictKind.NO_MEETING, a, b))
            return None
        if found.locked and not locked_too:
            self.conflicts.append(Conflict(ConflictKind.LOCKED, a, b, found.span, found.table))
        if self.conditions.is_over(found.span) and not locked_too:
            self.conflicts.append(Conflict(ConflictKind.OVER, span=found.span))
        del self.rest[found.pair]
        return found

    def place(
        self, a: str, b: str, starts: datetime, table: str, *, was: str = "", locked: bool = False
    ) -> None:
        """Put a meeting at a time; without a table at the one where it was, or else the first that is free."""
        slot = self.conditions.slot_at(starts)
        if slot is None:
            self.conflicts.append(Conflict(ConflictKind.NO_SUCH_SLOT, span=Span(starts, starts)))
            return
        others = [each for each in self.meetings.at(slot.span) if each.pair in self.rest]
        others += [each for each in self.placed if each.span.meets(slot.span)]
        if self.conditions.is_over(slot.span):
            self.conflicts.append(Conflict(ConflictKind.OVER, span=slot.span))
        self.conflicts += _of_people(self.conditions, (a, b), slot.span, others)
        taken = {each.table: each for each in others}
        table = table or self._table(frozenset((a, b)), slot.span, taken, was)
        self.conflicts += _of_table(self.conditions, (a, b), table, slot.span, taken)
        self.placed.append(Appointment(a, b, slot.span, table, locked))

    def _table(self, pair: Pair, span: Span, taken: Iterable[str], was: str) -> str:
        free = [name for name in self.conditions.usable(span, pair) if name not in set(taken)]
        return was if was in free else next(iter(free), "")


def _attempt(conditions: Conditions, meetings: _Meetings, edit: Edit) -> _Attempt:
    attempt = _Attempt(conditions, meetings, dict(meetings.by_pair))
    match edit:
        case Move():
            _move(attempt, edit)
        case Swap():
            _swap(attempt, edit)
        case Add():
            _add(attempt, edit)
        case Remove():
            attempt.take(edit.a, edit.b)
        case Lock() | Unlock():
            for pair in dict.fromkeys(frozenset(pair) for pair in edit.pairs):
                found = attempt.take(min(pair), max(pair), locked_too=True)
                if found:
                    attempt.placed.append(replace(found, locked=isinstance(edit, Lock)))
    return attempt


def _move(attempt: _Attempt, edit: Move) -> None:
    found = attempt.take(edit.a, edit.b)
    if found:
        same = edit.starts is None or edit.starts == found.span.starts
        _excluded(attempt, found.a, found.b)
        attempt.place(
            found.a,
            found.b,
            found.span.starts if edit.starts is None else edit.starts,
            edit.table,
            was="" if same and edit.table else found.table,
        )


def _swap(attempt: _Attempt, edit: Swap) -> None:
    if {edit.a, edit.b} == {edit.c, edit.d}:
        attempt.conflicts.append(Conflict(ConflictKind.HAS_MEETING, edit.a, edit.b))
        return
    one, other = attempt.take(edit.a, edit.b), attempt.take(edit.c, edit.d)
    if one and other:
        for each in (one, other):
            _excluded(attempt, each.a, each.b)
        attempt.place(one.a, one.b, other.span.starts, other.table)
        attempt.place(other.a, other.b, one.span.starts, one.table)


def _add(attempt: _Attempt, edit: Add) -> None:
    conditions = attempt.conditions
    if edit.a == edit.b:
        attempt.conflicts.append(Conflict(ConflictKind.WITH_ONESELF, edit.a))
        return
    unknown = [one for one in (edit.a, edit.b) if one not in conditions.attendees]
    if unknown:
        attempt.conflicts += [Conflict(ConflictKind.UNKNOWN_PARTICIPANT, one) for one in unknown]
        return
    there = attempt.rest.get(frozenset((edit.a, edit.b)))
    if there:
        attempt.conflicts.append(Conflict(ConflictKind.HAS_MEETING, edit.a, edit.b, there.span, there.table))
        return
    _excluded(attempt, edit.a, edit.b)
    for one in (edit.a, edit.b):
        if sum(one in each.pair for each in attempt.rest.values()) >= conditions.most(one):
            attempt.conflicts.append(Conflict(ConflictKind.CAP_REACHED, one, limit=conditions.most(one)))
    attempt.place(edit.a, edit.b, edit.starts, edit.table)


def _excluded(attempt: _Attempt, a: str, b: str) -> None:
    if frozenset((a, b)) in attempt.conditions.apart:
        attempt.conflicts.append(Conflict(ConflictKind.EXCLUDED, a, b))


def _of_people(
    conditions: Conditions, pair: tuple[str, str], span: Span, others: Sequence[Appointment]
) -> Iterator[Conflict]:
    for one in pair:
        if not conditions.is_there(one, span):
            yield Conflict(ConflictKind.NOT_THERE, one, span=span)
        for each in others:
            if one in each.pair:
                yield Conflict(ConflictKind.DOUBLE_BOOKED, one, _partner(each, one), each.span, each.table)


def _of_table(
    conditions: Conditions, pair: tuple[str, str], table: str, span: Span, taken: dict[str, Appointment]
) -> Iterator[Conflict]:
    if not table:
        yield Conflict(ConflictKind.TABLES_FULL, span=span)
        return
    trouble = conditions.table_trouble(table, span, pair)
    if trouble:
        yield Conflict(trouble, span=span, table=table)
    elif table in taken:
        yield Conflict(ConflictKind.TABLE_TAKEN, taken[table].a, taken[table].b, span, table)


def _partner(each: Appointment, one: str) -> str:
    return each.b if each.a == one else each.a
