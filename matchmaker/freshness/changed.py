"""Which actors are no longer as a build has them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from matchmaker.actors import Actor
from matchmaker.corpus import actor_from_json, actor_json

MOST_SEARCHABLE = 200
"""Changed profiles that are searched before a build: a few seconds of encoding. With more, a build is due."""


@dataclass(frozen=True)
class Changed:
    """The actors that differ from a build, as they are after change number ``until``."""

    until: int
    actors: Mapping[str, Actor | None] = field(default_factory=dict)
    """By id, the latest change first; ``None`` for an actor that is gone."""

    def followed_by(
        self, until: int, recent: Mapping[str, Actor | None], built: Callable[[str], str | None]
    ) -> Changed:
        """The same with the changes up to ``until``; ``recent`` are the actors they touched, the latest first.

        ``built`` gives an actor's profile in the build as JSON, ``None`` for one it has not. An actor that is
        again as it was built no longer differs.
        """
        actors: dict[str, Actor | None] = {}
        for actor_id, actor in recent.items():
            if _differs(actor, built(actor_id)):
                actors[actor_id] = actor
        for actor_id, actor in self.actors.items():
            if actor_id not in recent:
                actors[actor_id] = actor
        return Changed(until, actors)

    @cached_property
    def gone(self) -> frozenset[str]:
        """Ids of the actors that are in the build and no longer stored."""
        return frozenset(actor_id for actor_id, actor in self.actors.items() if actor is None)

    @cached_property
    def searchable(self) -> tuple[Actor, ...]:
        """The ``MOST_SEARCHABLE`` that changed last, by id."""
        stored = [actor for actor in self.actors.values() if actor is not None]
        return tuple(sorted(stored[:MOST_SEARCHABLE], key=lambda actor: actor.id))

    @cached_property
    def waiting(self) -> tuple[Actor, ...]:
        """The others, by id: their new text waits for the next build."""
        stored = [actor for actor in self.actors.values() if actor is not None]
        return tuple(sorted(stored[MOST_SEARCHABLE:], key=lambda actor: actor.id))

    @cached_property
    def digest(self) -> str:
        """16 hexadecimal characters that stand for the content, whatever the order and number of changes."""
        found = hashlib.sha256()
        for part in (self.searchable, self.waiting):
            for actor in part:
                found.update(actor_json(actor).encode("utf-8") + b"\0")
            found.update(b"\1")
        found.update("\0".join(sorted(self.gone)).encode("utf-8"))
        return found.hexdigest()[:16]


def _differs(actor: Actor | None, built: str | None) -> bool:
    if actor is None or built is None:
        return (actor is None) != (built is None)
    # Another version of the program may have written the same actor in other words.
    return actor_json(actor) != built and actor != actor_from_json(built)
