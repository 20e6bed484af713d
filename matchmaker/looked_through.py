"""What is found by looking through every stored profile: who lacks something, who may be one. Kept, and followed by what changes."""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from matchmaker.actors import Actor
from matchmaker.completeness import Incomplete, incomplete, incomplete_order
from matchmaker.identifying import Duplicate
from matchmaker.identity import Suspicion, likely_same
from matchmaker.store import Store

T = TypeVar("T")

MOST_FOLLOWED = 500
"""Changed actors that are looked at one by one; with more, everybody is looked at again."""

Rest = Callable[[], None]
"""Called between small pieces of the work; may take its time, so that others come first."""


def no_rest() -> None:
    """Go on at once."""


class LookedThrough:
    """Holds the stored actors and what was found of them; many threads may ask, one works."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._until = -1
        """The change up to which ``_actors`` is right; -1 before they were read."""
        self._erasures = ""
        """The edition of the erasures that it is right with."""
        self._actors: dict[str, Actor] = {}
        self._incomplete: list[Incomplete] | None = None
        self._suspicions: list[Suspicion] | None = None

    def incomplete(self, rest: Rest = no_rest) -> Sequence[Incomplete]:
        """The actors whose profiles lack something as they are now, as ``completeness.incomplete``; not to be changed.

        After an edit only the edited actors are looked at.
        """
        with self._lock:
            self._follow(rest)
            actors, found = self._actors, self._incomplete
        if found is None:
            found = incomplete(_resting(actors.values(), rest))
            with self._lock:
                if self._actors is actors:
                    self._incomplete = found
        return found

    def suspected(self, rest: Rest = no_rest) -> list[Duplicate]:
        """The pairs that may be one organisation as they are now, those that a person told apart as well.

        After an edit that leaves everybody's name, number, website and place alone, nobody is compared again; otherwise
        everybody is, since what a word of a name tells depends on all names.
        """
        with self._lock:
            self._follow(rest)
            actors, found = self._actors, self._suspicions
        if found is None:
            found = likely_same(_resting(actors.values(), rest), rest=rest)
            with self._lock:
                if self._actors is actors:
                    self._suspicions = found
        return [Duplicate(each, actors[each.a], actors[each.b]) for each in found]

    def _follow(self, rest: Rest) -> None:
        """Take in what changed in the store; what no longer follows from it is dropped."""
        self._store.stand_alone()
        if self._until >= 0:
            if self._store.latest_change() == self._until:
                return
            until, changed = self._store.actors_changed(after=self._until)
            # Asked after the changes: once an erasure is finished, the trail no longer tells by their ids who is gone.
            erased = self._store.erasing.edition() != self._erasures
            if len(changed) <= MOST_FOLLOWED and not erased:
                self._take_in(changed)
                self._until = until
                return
        # Read before the actors: what happens in between is then taken in again.
        until, erasures = self._store.latest_change(), self._store.erasing.edition()
        self._actors = {each.id: each for each in _resting(self._store.actors(), rest)}
        self._incomplete = self._suspicions = None
        self._until, self._erasures = until, erasures

    def _take_in(self, changed: Mapping[str, Actor | None]) -> None:
        """Put changed actors in place of what they were; whoever has the old actors or the old list keeps them."""
        differing = {each: now for each, now in changed.items() if now != self._actors.get(each)}
        if not differing:
            return
        actors, found = dict(self._actors), self._incomplete
        for actor_id, now in differing.items():
            before = actors.pop(actor_id, None) if now is None else actors.get(actor_id)
            if now is not None:
                actors[actor_id] = now
            if before is None or now is None or _compared(before) != _compared(now):
                self._suspicions = None
            if found is not None:
                found = _with(found, before, now)
        # By ascending id, as they are read: it decides which of equals comes first.
        new = any(each not in self._actors for each in actors)
        self._actors = dict(sorted(actors.items())) if new else actors
        self._incomplete = found


def _compared(actor: Actor) -> tuple[object, ...]:
    """All that organisations are compared by, and that is shown of it."""
    return actor.name, actor.registration_number, actor.website, actor.place


def _with(found: Sequence[Incomplete], before: Actor | None, now: Actor | None) -> list[Incomplete]:
    """A new list with one actor as it is now in place of what it was."""
    changed = list(found)
    for old in incomplete([before] if before else []):
        place = bisect_left(changed, incomplete_order(old), key=incomplete_order)
        if place < len(changed) and changed[place].actor.id == old.actor.id:
            del changed[place]
    for new in incomplete([now] if now else []):
        insort(changed, new, key=incomplete_order)
    return changed


def _resting(each: Iterable[T], rest: Rest) -> Iterator[T]:
    for one in each:
        rest()
        yield one
