"""What became of one version of a schedule in another, what a repair did, and why a wish has no meeting."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matchmaker.events.edits import ConflictKind
from matchmaker.events.plans import Absence, Appointment, LostTable
from matchmaker.events.setup import Span

THERE_IS_ROOM = "there_is_room"
"""In ``LeftOut.reason`` beside those of ``unplaced.REASONS``: both are free and a table is; nobody has put the meeting there."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A meeting that has another time or another table."""

    before: Appointment
    after: Appointment
    needed: bool = False
    """It could not be held where it was."""

    @property
    def in_time(self) -> bool:
        """Whether it has another time, and not only another table."""
        return self.before.span != self.after.span


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one version to another."""

    kept: tuple[Appointment, ...] = ()
    """At the same time and table; as they are in the later version."""
    moved: tuple[Moved, ...] = ()
    dropped: tuple[Appointment, ...] = ()
    added: tuple[Appointment, ...] = ()
    locked: tuple[Appointment, ...] = ()
    unlocked: tuple[Appointment, ...] = ()
    affected: tuple[str, ...] = ()
    """Participants with a meeting that is moved, dropped or added."""
    absences: tuple[Absence, ...] = ()
    """Found in the later version only."""
    back: tuple[Absence, ...] = ()
    """Found in the earlier version only."""
    lost_tables: tuple[LostTable, ...] = ()
    """In the later version only."""
    found_tables: tuple[LostTable, ...] = ()
    """In the earlier version only."""


@dataclass(frozen=True, slots=True)
class News:
    """What was found after a schedule was made."""

    absences: tuple[Absence, ...] = ()
    lost_tables: tuple[LostTable, ...] = ()
    back: tuple[str, ...] = ()
    """Participants who are there after all, from now on."""
    usable: tuple[str, ...] = ()
    """Lost tables that can be used again, from now on."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A meeting that a repair could not keep, and why it could not be held where it was."""

    appointment: Appointment
    reason: ConflictKind


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair does to a schedule."""

    appointments: tuple[Appointment, ...]
    kept: int
    """Meetings that stay as they are."""
    moved: tuple[Moved, ...]
    dropped: tuple[Dropped, ...]
    added: tuple[Appointment, ...]
    broken: int
    """Meetings that could not stay as they were. No repair changes fewer, unless more than ``caps.LARGEST`` meetings are of
    participants with more than their most."""
    best: bool
    """Whether it is proven that no other repair with the same limits does better; else a search found it."""

    @property
    def others_moved(self) -> int:
        """Meetings that were moved though they could have stayed."""
        return sum(not each.needed for each in self.moved)


@dataclass(frozen=True, slots=True)
class Gone:
    """What a version names and the event has no more."""

    participants: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    appointments: int = 0
    """How many of its meetings are left out for that."""

    def __bool__(self) -> bool:
        """Whether anything is gone."""
        return bool(self.participants or self.tables)


class FixKind(StrEnum):
    """What would make room for a wish."""

    NOTHING = "nothing"
    """There is room as it is."""
    MOVES = "moves"
    """Other meetings at another time."""
    MEETING = "meeting"
    """One more meeting for each of ``participants``."""
    TABLE = "table"
    """One more table at ``span``; and one more meeting for each of ``participants``, where there are any."""
    SLOT = "slot"
    """The one of ``participants`` there at ``span`` too."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A meeting that would be at another time."""

    a: str
    b: str
    before: Span
    after: Span


@dataclass(frozen=True, slots=True)
class Fix:
    """The cheapest change with which two participants meet and everybody else keeps their meetings."""

    kind: FixKind
    at: Span
    """When the two would meet."""
    participants: tuple[str, ...] = ()
    span: Span | None = None
    shifts: tuple[Shift, ...] = ()
    """What else would be at another time."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why two participants who want to meet do not."""

    a: str
    b: str
    must: bool
    value: float
    reason: str
    """One of ``unplaced.REASONS``, or ``THERE_IS_ROOM``."""
    full: tuple[str, ...] = ()
    """Whose cap is reached."""
    spans: tuple[Span, ...] = ()
    """When both are free; where tables are full, it is then."""
    instead: tuple[Appointment, ...] = ()
    """The meetings that would have to go where nothing else changed, of least worth together: those of one slot, or where a
    cap is reached one of each whose it is."""
    instead_value: float = 0.0
    fix: Fix | None = None
    """``None`` where no single change was found."""
