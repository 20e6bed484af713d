"""Two versions of a schedule beside each other, and one without what the event has no more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from matchmaker.events import Comparison, Gone, Moved, Plan


def compared(before: Plan, after: Plan) -> Comparison:
    """What became of the meetings of one version in another; pairs name them."""
    was = {each.pair: each for each in before.appointments}
    now = {each.pair: each for each in after.appointments}
    both = [(was[pair], each) for pair, each in now.items() if pair in was]
    moved = tuple(Moved(one, each) for one, each in both if (one.span, one.table) != (each.span, each.table))
    dropped = tuple(each for pair, each in was.items() if pair not in now)
    added = tuple(each for pair, each in now.items() if pair not in was)
    changed = [*dropped, *added, *(each.after for each in moved)]
    return Comparison(
        tuple(each for one, each in both if (one.span, one.table) == (each.span, each.table)),
        moved,
        dropped,
        added,
        tuple(each for one, each in both if each.locked and not one.locked),
        tuple(each for one, each in both if one.locked and not each.locked),
        tuple(sorted({one for each in changed for one in each.pair})),
        tuple(each for each in after.absences if each not in before.absences),
        tuple(each for each in before.absences if each not in after.absences),
        tuple(each for each in after.lost_tables if each not in before.lost_tables),
        tuple(each for each in before.lost_tables if each not in after.lost_tables),
    )


def without_gone(
    plan: Plan, attendees: Collection[str], tables: Collection[str] | None = None
) -> tuple[Plan, Gone]:
    """A version without the participants that attend no more and, where tables are given, without tables that are not there.

    Its value and bound are left as they were when it was made.
    """
    appointments = [
        each
        for each in plan.appointments
        if each.a in attendees and each.b in attendees and (tables is None or each.table in tables)
    ]
    named = [one for each in plan.appointments for one in (each.a, each.b)]
    named += [each.attendee for each in plan.absences]
    named += [one for each in plan.left_out for one in (each.a, each.b)]
    gone = Gone(
        tuple(sorted(set(named) - set(attendees))),
        () if tables is None else tuple(sorted({each.table for each in plan.appointments} - set(tables))),
        len(plan.appointments) - len(appointments),
    )
    return replace(
        plan,
        appointments=tuple(appointments),
        left_out=tuple(each for each in plan.left_out if each.a in attendees and each.b in attendees),
        absences=tuple(each for each in plan.absences if each.attendee in attendees),
        lost_tables=tuple(each for each in plan.lost_tables if tables is None or each.table in tables),
    ), gone
