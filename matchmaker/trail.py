"""What the audit trail says of a change, and which changes somebody wants to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

SHOWN = 20
"""Changes of one entry that are told one by one."""


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


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One change of one subject."""

    number: int
    """Ascending in the order of the changes, without gaps that mean anything."""
    at: str
    """UTC, ISO 8601."""
    who: str
    action: str
    """``added`` or ``changed`` by an import, ``edited`` by a person, ``erased`` by whoever deleted the row, ``removed``
    with the outcome it was made of; of a match, ``answered`` or ``withdrawn``; of a sub-cluster, ``named`` or
    ``unnamed``; of an outcome, ``said`` or ``withdrawn``; of a target, ``set`` or ``removed``."""
    subject_kind: str
    """``actor``, ``collaboration``, ``answer``, ``sub_cluster``, ``event``, ``outcome`` or ``target``."""
    subject_id: str
    """Of an answer, the seeker's; of an outcome, the event's."""
    source: str
    """The file or place the values came from; ``""`` for an edit."""
    before: Mapping[str, object]
    """The former value of every field that changed; empty for what was added.

    An import's long values stand here as ``{"sha256": …, "characters": …}``; an edit's stand in full.
    """
    after: Mapping[str, object]
    """The new value of every field that changed; for what was added, ``{"content": hash}``."""


AuditLine = tuple[int, str, str, str, str, str, str, str, str]
"""The fields of an ``AuditRow`` in their order, ``before`` and ``after`` as JSON; for who reads all of them and looks into none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Changes that were made together and are told together, such as all that one import added."""

    rows: tuple[AuditRow, ...]
    """The latest of them, newest first, ``SHOWN`` at most."""
    count: int
    """How many there are."""
    last: int
    """Number of the oldest of them; what is older comes after."""
