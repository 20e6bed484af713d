"""Participants as they were before a change, and what taking it back comes to."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.events.preferences import MeetingRequest, Preference
from matchmaker.events.setup import Attendee


@dataclass(frozen=True, slots=True)
class Was:
    """One participant before a change, and a mark of what the change made of it."""

    id: str
    before: Attendee | None
    """``None`` for one that was added."""
    after: str
    """16 hexadecimal characters that say what it was made; empty for one that was taken away."""
    wishes: tuple[Preference, ...] = ()
    """What was wanted of it, where it was taken away."""
    requests: tuple[MeetingRequest, ...] = ()
    position: int = 0
    """Where it stood among those who attend."""


@dataclass(frozen=True, slots=True)
class NotReturned:
    """A participant that stays as it is now, and why."""

    id: str
    reason: str
    """``changed`` since, ``gone``, ``in_use`` by a wish, a request, a schedule or an outcome, ``there`` again as another
    participant, ``no_actor`` any more."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What taking a change of participants back did, or would do; ids of participants."""

    removed: tuple[str, ...] = ()
    """Who was added, and went."""
    restored: tuple[str, ...] = ()
    """Who has the former values again."""
    back: tuple[str, ...] = ()
    """Who was taken away, and attends again."""
    left: tuple[NotReturned, ...] = ()

    @property
    def any(self) -> bool:
        """Whether anything went back to what it was."""
        return bool(self.removed or self.restored or self.back)
