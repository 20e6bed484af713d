"""What an import does to the store, and what the audit trail says about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Difference:
    """How one kind of subject differs from the store; each list holds ids in the order they arrived."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is new or changed."""
        return bool(self.new or self.changed)


@dataclass(frozen=True, slots=True)
class KeptField:
    """A field whose imported value was not taken because a person edited it."""

    actor_id: str
    field: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What an import changed, or would change; true when there is anything to change."""

    actors: Difference = field(default_factory=Difference)
    collaborations: Difference = field(default_factory=Difference)
    kept: tuple[KeptField, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is new or changed."""
        return bool(self.actors or self.collaborations)


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
