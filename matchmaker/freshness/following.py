"""Follows the store away from one build: looks for changes, and lays them over the build when there are some."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Protocol

from matchmaker.actors import Actor
from matchmaker.corpus import Corpus
from matchmaker.freshness.changed import Changed
from matchmaker.freshness.overlay import Encode, Overlay, lay_over
from matchmaker.generation import Generation
from matchmaker.language import Glossary

log = logging.getLogger(__name__)


class ChangeSource(Protocol):
    """Tells what changed and when, by ascending numbers."""

    def latest_change(self) -> int:
        """The number of the latest change."""

    def fingerprint(self) -> str:
        """What the content is now."""

    def change_of(self, fingerprint: str) -> int:
        """The change after which the content was this, 0 where that was not noted."""

    def actors_changed(self, *, after: int) -> tuple[int, dict[str, Actor | None]]:
        """The latest change, and the actors changed after one, the latest first; ``None`` for a gone one."""


class Following:
    """One build and what lies over it; for one thread at a time."""

    def __init__(
        self,
        made: Generation,
        fingerprint: str,
        changes: ChangeSource,
        encode: Encode,
        glossary: Glossary | None = None,
    ) -> None:
        """``fingerprint`` is that of the content the build was made from."""
        self._made = made
        self._fingerprint = fingerprint
        self._changes = changes
        self._encode = encode
        self._glossary = glossary
        self._row_of = made.corpus.row_of
        self._profile = profiles(made.corpus, self._row_of)
        self._changed: Changed | None = None
        self._overlay: Overlay | None = None

    def overlay(self) -> Overlay | None:
        """What lies over the build now, ``None`` for nothing; the same object until something changes."""
        before, changed = self._looked()
        if changed.digest != before.digest:
            self._overlay = self._laid(changed) if changed.actors else None
        self._changed = changed
        return self._overlay

    @property
    def until(self) -> int:
        """The number of the last change that ``overlay`` looked at; 0 before it was asked."""
        return self._changed.until if self._changed else 0

    def changed(self) -> Changed:
        """Which actors differ from the build now, laid over it already or not."""
        return self._looked()[1]

    def _looked(self) -> tuple[Changed, Changed]:
        before = self._changed or unchanged(self._changes, self._fingerprint)
        return before, look(before, self._changes, self._profile)

    def _laid(self, changed: Changed) -> Overlay:
        begun = time.perf_counter()
        overlay = lay_over(self._made, self._row_of, changed, self._encode, self._glossary)
        log.info(
            "%d changed profiles laid over the build, %d waiting, in %.1f s",
            len(changed.searchable),
            len(changed.waiting),
            time.perf_counter() - begun,
        )
        return overlay


def unchanged(changes: ChangeSource, fingerprint: str) -> Changed:
    """Where a build of the content with this fingerprint starts from."""
    latest = changes.latest_change()
    noted = changes.change_of(fingerprint)
    # A build from before changes were noted: every actor is compared once, unless the content says there is no need.
    return Changed(noted or (latest if changes.fingerprint() == fingerprint else 0))


def look(changed: Changed, changes: ChangeSource, built: Callable[[str], str | None]) -> Changed:
    """What is changed now; the same object when nothing happened since. ``built`` is as in ``followed_by``."""
    if changes.latest_change() == changed.until:
        return changed
    until, recent = changes.actors_changed(after=changed.until)
    return changed.followed_by(until, recent, built)


def profiles(built: Corpus, row_of: dict[str, int]) -> Callable[[str], str | None]:
    """A build's profiles as JSON by actor id, ``None`` for an actor it has not."""

    def profile(actor_id: str) -> str | None:
        row = row_of.get(actor_id)
        return None if row is None else built.profiles[row]

    return profile
