"""When participants are there, read again by the clocks of another zone, within a transaction of the events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from matchmaker.errors import EventRejectedError
from matchmaker.events import Attendee, Was, at_same_hours
from matchmaker.store import attending, participant_lists, ways_back
from matchmaker.store.connections import Connection
from matchmaker.telling import told

NAMED = 5
"""Participants named in a sentence."""


def read_again(connection: Connection, event_id: str, before: str, after: str) -> None:
    """Let participants be there at the hours that the clocks of ``after`` show as those of ``before`` did; IANA names of zones.

    How they were before a list or a change of a page goes along, so that it still can be taken back. Raises
    ``EventRejectedError`` where the clocks of ``after`` leave out an hour at which somebody is there.
    """
    there = attending.attendees(connection, event_id)
    moved = {each.id: _moved(each, before, after) for each in there}
    _refuse_left_out([name for name, each in moved.items() if each is None], after)
    marks = {attending.mark(each): attending.mark(moved[each.id] or each) for each in there}
    attending.write(connection, event_id, [each for each in moved.values() if each and each not in there], ())

    def as_now(was: Was) -> Was:
        # Nobody can correct the hours of somebody who is away: where the clocks leave them out, they stay.
        earlier = was.before and (_moved(was.before, before, after) or was.before)
        return replace(was, before=earlier, after=marks.get(was.after, was.after))

    participant_lists.rewrite(connection, event_id, None, as_now)
    ways_back.rewrite_attended(connection, event_id, as_now)


def _moved(attendee: Attendee, before: str, after: str) -> Attendee | None:
    spans = at_same_hours(attendee.there, before, after)
    return None if spans is None else replace(attendee, there=spans)


def _refuse_left_out(ids: Iterable[str], zone: str) -> None:
    named = list(ids)
    if named:
        raise EventRejectedError(
            [
                told(
                    "{number} participants are there at hours that the clocks of {zone} leave out: {named}. Change when they are there first.",
                    number=len(named),
                    zone=zone,
                    named=", ".join(named[:NAMED]) + (", ..." if len(named) > NAMED else ""),
                )
            ]
        )
