"""Changes of a schedule, each a further version: by hand, repairs, and the way back through them."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from matchmaker.actors import ActorGroup
from matchmaker.arranging.own_tables import roomy
from matchmaker.errors import EventChangedError, EventRejectedError
from matchmaker.events import (
    Absence,
    Add,
    Appointment,
    Attendee,
    Comparison,
    Conflict,
    Edit,
    Explanation,
    Gone,
    Lock,
    LostTable,
    Move,
    News,
    Plan,
    PlanKind,
    Remove,
    Repair,
    Span,
    Swap,
    Unlock,
)
from matchmaker.meetings.asking import Asked, asked
from matchmaker.meetings.changing.appraising import NOTHING, most_value, value_of
from matchmaker.meetings.changing.comparing import compared, without_gone
from matchmaker.meetings.changing.conditions import Conditions, conditions_of
from matchmaker.meetings.changing.editing import checks, made
from matchmaker.meetings.changing.explaining import Why
from matchmaker.meetings.changing.locks import kept_locks
from matchmaker.meetings.changing.repairing import repaired
from matchmaker.meetings.changing.wanted import MUST
from matchmaker.meetings.worth import Pair, Wishes, Worth, apart, worth
from matchmaker.store import Store
from matchmaker.store.events import Kept, Version
from matchmaker.telling import told

_Found = TypeVar("_Found", Absence, LostTable)

KINDS: dict[type, PlanKind] = {
    Move: PlanKind.MOVED,
    Swap: PlanKind.SWAPPED,
    Add: PlanKind.ADDED,
    Remove: PlanKind.REMOVED,
    Lock: PlanKind.LOCKED,
    Unlock: PlanKind.UNLOCKED,
}


class Changing:
    """Changes of one event's schedule. ``EventChangedError`` is raised where ``expected`` is not the latest version."""

    def __init__(self, store: Store, event_id: str, wishes: Callable[[str], Wishes], now: datetime) -> None:
        """``wishes`` tells everything that is known of an event's pairs; it is asked only where worth matters."""
        self._store, self._events, self._id = store, store.events, event_id
        self._wishes = wishes
        self._now = now
        self.kept: Kept = self._events.one(event_id)
        self.attendees: tuple[Attendee, ...] = self._events.attendees(event_id)

    def expect(self, expected: int | None) -> Version:
        """The latest version, where it is the one that the caller saw; looked at first, so that nobody is told anything else.

        Raises ``EventChangedError``; keeping a version looks again, for whoever comes in between.
        """
        latest = self._latest
        if expected is not None and expected != latest.number:
            raise EventChangedError(self._id, who=latest.who, at=latest.at)
        return latest

    def check(self, edit: Edit) -> tuple[Conflict, ...]:
        """All conflicts that an edit of the latest version would have."""
        return self.checks((edit,))[0]

    def checks(self, edits: Sequence[Edit]) -> tuple[tuple[Conflict, ...], ...]:
        """The conflicts of each of several edits, each as if it alone were made."""
        plan = self._latest.plan
        return checks(self._conditions(plan), plan.appointments, edits)

    def edit(self, edit: Edit, *, expected: int | None, who: str) -> Version:
        """Make an edit; raises ``EditRejectedError``."""
        latest = self.expect(expected)
        plan = latest.plan
        appointments = made(self._conditions(plan), plan.appointments, edit)
        changed = replace(plan, kind=KINDS[type(edit)], appointments=appointments)
        return self._add(self._appraised(changed, plan), latest, expected, who)

    def repair(
        self, news: News, *, moves: int, only_free: bool, seed: int, time_limit: float
    ) -> tuple[Repair, Plan]:
        """What a repair of the latest version would do, and the version that it would be."""
        plan = self._latest.plan
        self._check_news(news)
        plan = replace(
            plan,
            kind=PlanKind.REPAIRED,
            absences=(*_ended(plan.absences, news.back, self._now), *_further(news.absences, plan.absences)),
            lost_tables=(
                *_ended(plan.lost_tables, news.usable, self._now),
                *_further(news.lost_tables, plan.lost_tables),
            ),
        )
        ends = time.monotonic() + time_limit
        repair = repaired(
            self._conditions(plan),
            self._worth,
            plan.appointments,
            moves=moves,
            only_free=only_free,
            seed=seed,
            seconds_left=lambda: ends - time.monotonic(),
        )
        return repair, self._appraised(replace(plan, appointments=repair.appointments), self._latest.plan)

    def keep(self, plan: Plan, *, expected: int | None, who: str) -> Version:
        """Keep a version that was made from the latest one."""
        return self._add(plan, self._latest, expected, who)

    def holdable(self, plan: Plan) -> Plan:
        """A version with only those locks that a new schedule can keep: where the table is gone, the time is kept at another."""
        present = without_gone(plan, {each.id for each in self.attendees})[0]
        locks = kept_locks(self._conditions(present), present.appointments, self._rank)
        return replace(
            present,
            appointments=(*(each for each in present.appointments if not each.locked), *locks),
        )

    def _rank(self, pair: Pair) -> float:
        """What a locked meeting counts beside others where there are too few tables: a must first, then its worth."""
        own = self._worth.get(pair, NOTHING)
        return own.value + MUST * own.must

    def undo(self, *, expected: int | None, who: str) -> Version:
        """Go back to the version that the latest one was made from, and further back where that was undone to already."""
        latest = self.expect(expected)
        return self._go(latest, latest.plan.before, PlanKind.UNDONE, expected, who)

    def redo(self, *, expected: int | None, who: str) -> Version:
        """Take an undoing back; possible until something else is changed."""
        latest = self.expect(expected)
        return self._go(latest, latest.plan.after, PlanKind.REDONE, expected, who)

    def restore(self, number: int, *, expected: int | None, who: str) -> Version:
        """Make an earlier version the latest; undoing leads back to what there was before."""
        latest = self.expect(expected)
        earlier = self._as_it_is_now(number)
        restored = replace(earlier, kind=PlanKind.RESTORED)
        return self._add(restored, latest, expected, who)

    def explain(self, pairs: Sequence[tuple[str, str]] | None) -> tuple[Explanation, ...]:
        """Why each wish has no meeting, or each of the pairs; raises ``EventRejectedError`` for a pair that meets."""
        plan = self._latest.plan
        self._check_pairs(pairs or (), plan)
        why = Why(self._conditions(plan), self._worth, plan.appointments)
        return tuple(why.explanations(None if pairs is None else [frozenset(each) for each in pairs]))

    def compare(self, before: int, after: int) -> Comparison:
        """What changed from one version to another."""
        return compared(self._numbered(before).plan, self._numbered(after).plan)

    def history(self) -> tuple[tuple[Version, Comparison], ...]:
        """Every version with what changed from the one before it, the oldest first."""
        versions = [self._read(each)[0] for each in self._events.versions(self._id)]
        nothing = Plan(PlanKind.SCHEDULED, (), 0.0, 0.0)
        befores = [nothing, *(each.plan for each in versions)]
        return tuple(
            (each, compared(before, each.plan)) for before, each in zip(befores, versions, strict=False)
        )

    def read(self, version: Version) -> tuple[Version, Gone]:
        """A version without participants that attend no more and tables that are there no more, and what these are."""
        plan, gone = without_gone(
            version.plan,
            {each.id for each in self.attendees},
            {each.name for each in self.kept.event.tables},
        )
        return replace(version, plan=plan), gone

    def _read(self, version: Version) -> tuple[Version, Gone]:
        """As ``read``, but with meetings at tables that are gone: a repair finds them another one."""
        plan, gone = without_gone(version.plan, {each.id for each in self.attendees})
        return replace(version, plan=plan), gone

    @cached_property
    def _latest(self) -> Version:
        found = self._events.version(self._id)
        if found is None:
            raise EventRejectedError(
                [told("{id!r} has no schedule yet. `matchmaker event schedule {id}` makes one.", id=self._id)]
            )
        return self._read(found)[0]

    def _numbered(self, number: int) -> Version:
        found = self._events.version(self._id, number)
        if found is None:
            raise EventRejectedError(
                [
                    told(
                        "{id!r} has no version {number}. `matchmaker event versions {id}` lists them.",
                        id=self._id,
                        number=number,
                    )
                ]
            )
        return self._read(found)[0]

    def _conditions(self, plan: Plan) -> Conditions:
        # Only what was said of pairs is read here: a check must not wait for the scores of all of them.
        said = Wishes(self._events.preferences(self._id), self._events.requests(self._id))
        return conditions_of(
            self.kept.event,
            self.attendees,
            apart(self.attendees, said, self._now),
            self._now,
            absences=plan.absences,
            lost_tables=plan.lost_tables,
        )

    @cached_property
    def _groups(self) -> dict[str, ActorGroup]:
        return {each: self._store.actor(each).group for each in {one.actor_id for one in self.attendees}}

    @cached_property
    def _all_wishes(self) -> Wishes:
        return self._wishes(self._id)

    @cached_property
    def _worth(self) -> dict[Pair, Worth]:
        return worth(self.kept.event, self.attendees, self._groups, self._all_wishes, self._now)[1]

    def _as_it_is_now(self, number: int) -> Plan:
        """A version as it was made, where nothing changed since; else with what it is worth now."""
        plan = self._numbered(number).plan
        if plan.revision == self.kept.revision and not self._gone_from(number):
            return plan
        return self._appraised(plan, None)

    def _gone_from(self, number: int) -> bool:
        # Whoever was erased with their actor left no trace in the event's revision.
        found = self._events.version(self._id, number)
        return found is not None and bool(self._read(found)[1])

    def _appraised(self, plan: Plan, before: Plan | None) -> Plan:
        """With value, bound and what is left out as they are now; a bound that still holds is kept."""
        conditions = self._conditions(plan)
        value = value_of(plan.appointments, self._worth)
        if before is None or not self._bound_holds(before, plan):
            bound = self._most_value(conditions, plan)
        else:
            bound = before.bound
        return replace(
            plan,
            value=value,
            bound=max(value, bound),
            left_out=Why(conditions, self._worth, plan.appointments).left_out(),
            revision=self.kept.revision,
            stopped=False,
        )

    def _bound_holds(self, before: Plan, plan: Plan) -> bool:
        """Whether every schedule that ``plan`` could be under its conditions was possible under those of ``before``, too."""
        same = (before.revision, before.absences, before.lost_tables) == (
            self.kept.revision,
            plan.absences,
            plan.lost_tables,
        )
        now = {each.pair: each for each in plan.appointments}
        for each in before.appointments:
            still = now.get(each.pair)
            own = self._worth.get(each.pair)
            if still is None and own is not None and own.must:
                return False  # The bound counts on the musts that are kept.
            if each.locked and (still is None or not still.locked):
                return False
        return same

    def _most_value(self, conditions: Conditions, plan: Plan) -> float:
        slots = {slot.span for slot in conditions.slots}
        fixed = [
            each
            for each in plan.appointments
            if each.span in slots and (each.locked or conditions.is_over(each.span))
        ]

        def ask(kept_too: Sequence[Appointment], more_room: Mapping[int, int]) -> Asked:
            return asked(
                self.kept.event,
                self.attendees,
                self._groups,
                self._all_wishes,
                self._now,
                locked=(*fixed, *kept_too),
                absences=plan.absences,
                lost_tables=plan.lost_tables,
                more_room=more_room,
            )

        return most_value(roomy(ask, self.attendees), lambda: math.inf)

    def _go(
        self, latest: Version, number: int | None, kind: PlanKind, expected: int | None, who: str
    ) -> Version:
        if number is None:
            undone = kind is PlanKind.UNDONE
            raise EventRejectedError(
                [
                    told("Version {number} is the first one; there is nothing to undo.", number=latest.number)
                    if undone
                    else told(
                        "Version {number} was not undone; there is nothing to redo.", number=latest.number
                    )
                ]
            )
        target = self._as_it_is_now(number)
        after = latest.number if kind is PlanKind.UNDONE else target.after
        plan = replace(target, kind=kind, after=after)
        return self._events.add_version(
            self._id, plan, expected=latest.number if expected is None else expected, who=who
        )

    def _add(self, plan: Plan, latest: Version, expected: int | None, who: str) -> Version:
        plan = replace(plan, before=latest.number, after=None)
        return self._events.add_version(
            self._id, plan, expected=latest.number if expected is None else expected, who=who
        )

    def _check_news(self, news: News) -> None:
        here, tables = {each.id for each in self.attendees}, {each.name for each in self.kept.event.tables}
        named = [*(each.attendee for each in news.absences), *news.back]
        problems = [
            told(
                "No participant of {event!r} has the id {id!r}. Write the id as in the schedule.",
                event=self._id,
                id=each,
            )
            for each in dict.fromkeys(named)
            if each not in here
        ]
        problems += [
            told(
                "{event!r} has no table {table!r}. Write its name as in the schedule.",
                event=self._id,
                table=each,
            )
            for each in dict.fromkeys([*(each.table for each in news.lost_tables), *news.usable])
            if each not in tables
        ]
        if problems:
            raise EventRejectedError(problems)

    def _check_pairs(self, pairs: Sequence[tuple[str, str]], plan: Plan) -> None:
        here, meet = {each.id for each in self.attendees}, {each.pair for each in plan.appointments}
        problems = [
            told(
                "No participant of {event!r} has the id {id!r}. Write the id as in the schedule.",
                event=self._id,
                id=one,
            )
            for one in dict.fromkeys(one for pair in pairs for one in pair)
            if one not in here
        ]
        problems += [
            told("{a} is named as both sides. Name two participants.", a=a) for a, b in pairs if a == b
        ]
        problems += [
            told("{a} and {b} have a meeting. Name two who have none.", a=a, b=b)
            for a, b in pairs
            if frozenset((a, b)) in meet
        ]
        if problems:
            raise EventRejectedError(problems)


def _further(new: Sequence[_Found], there: Sequence[_Found]) -> Iterator[_Found]:
    """What is not known yet."""
    yield from (each for each in dict.fromkeys(new) if each not in there)


def _ended(there: Sequence[_Found], names: Sequence[str], now: datetime) -> Iterator[_Found]:
    """Absences or lost tables, those that are named only until now."""
    for each in there:
        name = each.attendee if isinstance(each, Absence) else each.table
        if name not in names or each.span.ends <= now:
            yield each
        elif each.span.starts < now:
            yield replace(each, span=Span(each.span.starts, now))
