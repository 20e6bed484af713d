"""What a facilitator changes in a schedule by hand, and what stands in the way of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matchmaker.events.setup import Span


@dataclass(frozen=True, slots=True)
class Move:
    """The meeting of two participants at another time, at another table, or both."""

    a: str
    b: str
    starts: datetime | None = None
    """UTC, the start of a slot; ``None`` for the time that it has."""
    table: str = ""
    """Empty for the table it has where that is free then, and else for the first one that is."""


@dataclass(frozen=True, slots=True)
class Swap:
    """Two meetings, each at the time and the table of the other."""

    a: str
    b: str
    """The one pair."""
    c: str
    d: str
    """The other pair."""


@dataclass(frozen=True, slots=True)
class Add:
    """A meeting of two participants who have none."""

    a: str
    b: str
    starts: datetime
    """UTC, the start of a slot."""
    table: str = ""
    """Empty for one that is kept for either of the two, and else for the first one that is free then."""


@dataclass(frozen=True, slots=True)
class Remove:
    """No meeting of two participants any more."""

    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Lock:
    """Meetings that stay where they are whatever is scheduled or repaired."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Unlock:
    """Meetings that need not stay where they are any more."""

    pairs: tuple[tuple[str, str], ...]


Edit = Move | Swap | Add | Remove | Lock | Unlock


class ConflictKind(StrEnum):
    """What stands in the way."""

    UNKNOWN_PARTICIPANT = "unknown_participant"
    """``participant`` does not attend."""
    WITH_ONESELF = "with_oneself"
    """``participant`` is named as both sides."""
    NO_MEETING = "no_meeting"
    """``participant`` and ``other`` have no meeting that could be changed."""
    HAS_MEETING = "has_meeting"
    """``participant`` and ``other`` meet already, at ``span``."""
    LOCKED = "locked"
    """The meeting of ``participant`` and ``other`` is locked."""
    OVER = "over"
    """The time ``span`` is over."""
    NO_SUCH_SLOT = "no_such_slot"
    """No slot begins at the start of ``span``."""
    EXCLUDED = "excluded"
    """``participant`` and ``other`` are not to meet."""
    CAP_REACHED = "cap_reached"
    """``participant`` has ``limit`` meetings, which is their most."""
    NOT_THERE = "not_there"
    """``participant`` is not there at ``span``."""
    DOUBLE_BOOKED = "double_booked"
    """``participant`` meets ``other`` at ``span``."""
    TABLE_UNKNOWN = "table_unknown"
    """The event has no ``table``."""
    TABLE_CLOSED = "table_closed"
    """``table`` is not open for all of ``span``."""
    TABLE_LOST = "table_lost"
    """``table`` was lost for a time within ``span``."""
    TABLE_KEPT = "table_kept"
    """``table`` is kept for an actor that is neither of the two."""
    TABLE_TAKEN = "table_taken"
    """``participant`` and ``other`` sit at ``table`` at ``span``."""
    TABLES_FULL = "tables_full"
    """No table that the two could use is free at ``span``."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that stands in the way of an edit; which fields say something depends on the kind."""

    kind: ConflictKind
    participant: str = ""
    other: str = ""
    span: Span | None = None
    table: str = ""
    limit: int | None = None

    def __str__(self) -> str:
        """In English, with ids and times in UTC; the texts for readers are made where their language is known."""
        when = f"{self.span.starts:%H:%M} UTC" if self.span else ""
        parts = (self.kind.replace("_", " "), self.participant, self.other, self.table, when)
        most = f" (at most {self.limit})" if self.limit is not None else ""
        return f"{', '.join(part for part in parts if part)}{most}."
