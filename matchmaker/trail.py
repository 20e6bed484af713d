"""Which changes of the audit trail somebody wants to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Which changes are wanted; what is left as it is narrows nothing."""

    subject: str = ""
    """Id of what was changed."""
    kind: str = ""
    """Of what was changed."""
    who: tuple[str, ...] | None = None
    """As the trail has it: ids of users and keys, or names; any of them, so that none of them is nobody."""
    action: str = ""
    since: date | None = None
    """First day, UTC."""
    until: date | None = None
    """Last day, UTC."""
    own: tuple[str, str] | None = None
    """An actor's id and a user's: only changes of that actor's profile, or made by that user."""
