"""What is to be scheduled, as plain values: participants, slots, tables and wishes; the first step of the room."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who takes part, with the slots they are there for."""

    id: str
    available: tuple[int, ...]
    """Slots, ascending, each once."""
    max_meetings: int
    min_meetings: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """Two participants who should meet, and what their meeting is worth."""

    a: str
    b: str
    value: float
    """Not negative."""
    must: bool = False


@dataclass(frozen=True, slots=True)
class Instance:
    """An event to schedule. ``reading.read_instance`` makes one that is sound, or says all that is wrong."""

    tables: tuple[int, ...]
    """How many meetings each slot has room for; its length is the number of slots."""
    participants: tuple[Participant, ...]
    wishes: tuple[Wish, ...]
    """Each pair at most once."""
    never: tuple[tuple[str, str], ...] = ()

    @property
    def slots(self) -> int:
        """Number of slots."""
        return len(self.tables)


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two participants at a table in a slot; slots and tables are numbered from 0."""

    a: str
    b: str
    slot: int
    table: int


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A wish that has no meeting, and why."""

    a: str
    b: str
    reason: str
    """One of the codes in ``unplaced.REASONS``."""
    detail: str
    """The same in words."""
    must: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """Who meets whom when and where, and how far from the best that can be at most."""

    meetings: tuple[Meeting, ...]
    """By slot, then by table."""
    value: float
    """Sum of the values of the wishes placed."""
    bound: float
    """No schedule that keeps the same musts and minima is worth more; never below ``value``."""
    unplaced: tuple[Unplaced, ...]
    """In the order of the wishes."""
    below_minimum: tuple[str, ...] = ()
    """Participants with fewer meetings than their minimum."""
    stopped: bool = False
    """Whether the time ran out before the work was done; only then does the answer depend on the machine."""

    @property
    def gap(self) -> float:
        """Optimality gap: the share of the bound by which the value can be too low at most."""
        return (self.bound - self.value) / self.bound if self.bound > 0 else 0.0
