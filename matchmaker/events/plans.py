"""A schedule of an event as it is kept: appointments with time and table, what is locked, and what got in the way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matchmaker.events.setup import Span


@dataclass(frozen=True, slots=True)
class Appointment:
    """Two participants at a table for a time. The pair names it: two participants meet once at an event."""

    a: str
    b: str
    span: Span
    table: str
    locked: bool = False
    """It stays where it is whatever is scheduled or repaired."""

    @property
    def pair(self) -> frozenset[str]:
        """The two, which is the identity of the meeting from version to version."""
        return frozenset((self.a, self.b))


class AbsenceKind(StrEnum):
    """Why somebody is not there."""

    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Absence:
    """A participant who is not there for a part of the event, found after the schedule was made."""

    attendee: str
    kind: AbsenceKind
    span: Span


@dataclass(frozen=True, slots=True)
class LostTable:
    """A table that cannot be used for a part of the event, found after the schedule was made."""

    table: str
    span: Span


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A wish that has no appointment, and why."""

    a: str
    b: str
    reason: str
    """One of ``unplaced.REASONS``."""
    must: bool = False


class PlanKind(StrEnum):
    """What made a version of the schedule."""

    SCHEDULED = "scheduled"
    REPAIRED = "repaired"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    MOVED = "moved"
    SWAPPED = "swapped"
    ADDED = "added"
    REMOVED = "removed"
    UNDONE = "undone"
    REDONE = "redone"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of an event's schedule; versions are added and never changed."""

    kind: PlanKind
    appointments: tuple[Appointment, ...]
    """By time, then by table in the event's order."""
    value: float
    bound: float
    """No schedule under the same conditions is worth more."""
    left_out: tuple[LeftOut, ...] = ()
    absences: tuple[Absence, ...] = ()
    lost_tables: tuple[LostTable, ...] = ()
    before: int | None = None
    """The number of the version that undoing leads back to."""
    after: int | None = None
    """The number of the version that redoing leads to, where this one was undone."""
    revision: int = 0
    """Of the event and its wishes when the version was made."""
    stopped: bool = False
    """Whether the time ran out before the search was done."""

    @property
    def gap(self) -> float:
        """Share of the bound by which the value can be too low at most."""
        return (self.bound - self.value) / self.bound if self.bound > 0 else 0.0
