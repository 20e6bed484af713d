"""Who was taken off the list of participants and who came back, and when in the course of an event's schedule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CameOrWent:
    """A participant was taken off the list, or attends again after that."""

    attendee_id: str
    there: bool
    """Whether they attend from then on."""
    at: datetime
    """UTC."""
    version: int
    """Number of the newest version of the schedule then, 0 where there was none."""
