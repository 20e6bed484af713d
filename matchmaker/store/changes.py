"""What an import does to the store."""

from __future__ import annotations

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
