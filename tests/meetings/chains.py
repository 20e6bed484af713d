"""A small made event whose chain can be counted by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

from matchmaker.actors import ActorGroup, Commitment
from matchmaker.events import (
    Appointment,
    Attendance,
    Attendee,
    CameOf,
    Committed,
    Event,
    FollowUp,
    NewCompany,
    Outcome,
    Preference,
    PreferenceKind,
    Rating,
    Session,
    Span,
)
from matchmaker.meetings.following.chain import EventRecord

GROUPS = {
    "c1": ActorGroup.COMPANY,
    "c2": ActorGroup.COMPANY,
    "s1": ActorGroup.SUPPLIER,
    "s2": ActorGroup.SUPPLIER,
    "k1": ActorGroup.KNOWLEDGE_INSTITUTION,
    "new": ActorGroup.COMPANY,
}
NAMES = {actor: actor.upper() for actor in GROUPS}
DAY = date(2027, 3, 4)
LATER = date(2027, 9, 1)
SPAN = Span(datetime(2027, 3, 4, 8, tzinfo=UTC), datetime(2027, 3, 4, 8, 20, tzinfo=UTC))


def record() -> EventRecord:
    """Eight pairs of actors: see the comments for how far each came."""
    attendees = tuple(Attendee(f"p-{actor}", actor) for actor in ("c1", "c2", "k1", "s1", "s2"))
    return EventRecord(
        Event("e", "Made event", "", "Europe/Copenhagen", (Session("S", *_session(), 20),)),
        (*attendees, Attendee("p-c1b", "c1")),
        proposed={
            ("c1", "s1"): 9.0,  # wished, scheduled, held, valued months later, committed
            ("c1", "s2"): 8.0,  # wished, scheduled, held, rated well at once: valued
            ("c2", "s1"): 7.0,  # scheduled without a wish, held, not valued
            ("c2", "s2"): 6.0,  # scheduled, no-show
            ("c1", "k1"): 5.0,  # wished, not scheduled
            ("k1", "s1"): 4.0,  # proposed
            ("k1", "s2"): 0.0,  # a score of nothing
            ("c1", "c2"): 3.0,  # the same group: the rules do not let them
        },
        preferences=(
            Preference("p-c1", "p-s1", PreferenceKind.MEET, "p-c1"),
            Preference("p-c1b", "p-s1", PreferenceKind.MEET, "p-c1b"),
            Preference("p-s2", "p-c1", PreferenceKind.MUST_MEET),
            Preference("p-c1", "p-k1", PreferenceKind.MEET, "p-c1"),
            Preference("p-k1", "p-s2", PreferenceKind.NO_THANKS, "p-k1"),
        ),
        appointments=(
            Appointment("p-c1", "p-s1", SPAN, "1"),
            Appointment("p-c1b", "p-s1", SPAN, "2"),
            Appointment("p-c1", "p-s2", SPAN, "3"),
            Appointment("p-c2", "p-s1", SPAN, "4"),
            Appointment("p-c2", "p-s2", SPAN, "5"),
            Appointment("p-gone", "p-s2", SPAN, "6"),
        ),
        outcomes=(
            Outcome(
                "p-c1",
                "p-s1",
                ("c1", "s1"),
                Attendance(),
                {"p-c1": Rating(2)},
                {"p-c1": FollowUp(CameOf.VALUABLE_CONTACT, LATER)},
                committed=Committed(Commitment.COMMITTED, date(2027, 10, 1), "Juice"),
                new_company=NewCompany("new", date(2027, 11, 1)),
            ),
            Outcome("p-c1", "p-s2", ("c1", "s2"), None, {"p-c1": Rating(4), "p-s2": Rating(5)}),
            Outcome(
                "p-c2",
                "p-s1",
                ("c2", "s1"),
                Attendance(),
                {"p-c2": Rating(5)},
                {"p-s1": FollowUp(CameOf.KNOWLEDGE_GAINED, LATER)},
            ),
            Outcome("p-c2", "p-s2", ("c2", "s2"), Attendance(("p-s2",))),
            # Of one group, met unplanned and unwished, and agreed on something without a rating.
            Outcome(
                "p-s1",
                "p-s2",
                ("s1", "s2"),
                Attendance(),
                committed=Committed(Commitment.PROJECT, date(2027, 12, 1)),
                spontaneous=True,
            ),
        ),
    )


def _session() -> tuple[datetime, datetime]:
    return datetime(2027, 3, 4, 9), datetime(2027, 3, 4, 12)
