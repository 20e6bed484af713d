"""An event as a facilitator sets it up, as plain values: its programme, its tables, its rules, and who attends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from matchmaker.actors import ActorGroup

LONGEST_NAME = 200
"""Characters of an event's, a session's, a table's or a person's name."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, both ends in UTC; the end is not part of it."""

    starts: datetime
    ends: datetime

    def covers(self, other: Span) -> bool:
        """Whether all of the other lies within."""
        return self.starts <= other.starts and other.ends <= self.ends

    def meets(self, other: Span) -> bool:
        """Whether the two share any time."""
        return self.starts < other.ends and other.starts < self.ends


@dataclass(frozen=True, slots=True)
class Session:
    """A part of the programme that is cut into slots."""

    name: str
    starts: datetime
    """Wall-clock time at the place of the event, without a time zone."""
    ends: datetime
    """As ``starts``; the last slot ends here or before."""
    slot_minutes: int
    break_minutes: int = 0
    """Between two slots."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time for one meeting at each table."""

    number: int
    """From 0, by time."""
    span: Span
    session: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table, a room or a stand where two participants meet."""

    name: str
    open: tuple[Span, ...] = ()
    """When it can be used; empty means always."""
    actor_id: str = ""
    """The actor it is kept for: only its meetings are held there. Empty for a table that anybody may use."""


class MetBefore(StrEnum):
    """What becomes of pairs that met at an earlier event or work together."""

    ALLOW = "allow"
    """They are proposed and placed as any other."""
    LATER = "later"
    """What they are worth is a quarter of what it would be; a wish of either counts in full."""
    EXCLUDE = "exclude"
    """They do not meet unless they must, or either wishes it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a schedule of the event has to respect, and what it goes by."""

    may_meet: tuple[tuple[ActorGroup, ActorGroup], ...] = ()
    """Pairs of actor groups, either way round; empty means any two different groups."""
    most_meetings: int | None = None
    """Of a participant who has no number of their own; ``None`` means one a slot."""
    least_meetings: int = 0
    """Of a participant who has no number of their own."""
    wishes_weigh: float = 0.7
    """From 0 (only the recommender's score counts) to 1 (only what people wished)."""
    met_before: MetBefore = MetBefore.LATER
    fairness: float = 0.0
    """Share of the value that may be given up so that nobody has nothing while others are full."""

    def allows(self, one: ActorGroup, other: ActorGroup) -> bool:
        """Whether actors of the two groups may meet."""
        if not self.may_meet:
            return one is not other
        return (one, other) in self.may_meet or (other, one) in self.may_meet


@dataclass(frozen=True, slots=True)
class Event:
    """A matchmaking meeting: where, when, at which tables, by which rules."""

    id: str
    name: str
    place: str
    zone: str
    """IANA name of the time zone, such as ``Europe/Copenhagen``."""
    sessions: tuple[Session, ...] = ()
    tables: tuple[Table, ...] = ()
    rules: Rules = Rules()

    @property
    def first_day(self) -> date | None:
        """The day on which it begins, where it is; ``None`` without sessions."""
        return min((each.starts.date() for each in self.sessions), default=None)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who comes; personal data, shown only where the event needs it."""

    name: str
    email: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Attendee:
    """One agenda at an event: the person, or the persons together, who go from meeting to meeting for an actor."""

    id: str
    """Within the event, such as ``p12``."""
    actor_id: str
    persons: tuple[Person, ...] = ()
    there: tuple[Span, ...] = ()
    """When they can meet; empty means the whole programme."""
    most_meetings: int | None = None
    """``None`` means what the rules say."""
    least_meetings: int | None = None
    language: str = ""
    """``da`` or ``en``, for what is printed and sent; empty where it is not known."""
    agenda: str = ""
    """What tells several agendas of one actor apart in a list of participants; empty where each person has one of their own."""

    def is_there(self, span: Span) -> bool:
        """Whether they can meet for all of this time."""
        return not self.there or any(each.covers(span) for each in self.there)
