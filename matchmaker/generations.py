"""The builds that are there, for whoever looks after them: what each holds, which is served, and going back to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from matchmaker.builds import Builds
from matchmaker.errors import BuildNotFoundError
from matchmaker.store import Store
from matchmaker.store.lock import WriterLock

LOCK_WAIT = 2.0
"""Seconds to wait for a build that is under way."""


@dataclass(frozen=True, slots=True)
class KeptBuild:
    """One build that is there."""

    name: str
    published: bool
    """It is the one that readers are sent to."""
    damaged: bool
    made: datetime | None
    """When it was sealed."""
    actors: int | None
    passages: int | None
    collaborations: int | None
    """``None`` where the build is damaged, as the two above."""
    encoder: str


class Generations:
    """The builds of one workspace."""

    def __init__(self, builds: Builds, store: Store, *, lock: Path) -> None:
        """``lock`` is the file that keeps builds apart."""
        self._builds = builds
        self._store = store
        self._lock = WriterLock(lock, wait=LOCK_WAIT)

    def all(self) -> tuple[KeptBuild, ...]:
        """The published build, then the one before it."""
        pointer = self._builds.pointer()
        names = () if pointer is None else (pointer.published, pointer.previous)
        return tuple(self._one(name, published=place == 0) for place, name in enumerate(names) if name)

    def roll_back(self, to: str = "", *, who: str) -> KeptBuild:
        """Publish the build before the present one again; doing so twice is as if nothing had been done.

        With ``to``, that very build: nothing happens where it is published already. Raises ``BuildNotFoundError``,
        ``DamagedBuildError`` for one that cannot be served, and ``StoreBusyError`` while another process builds.
        """
        with self._lock.held():
            pointer = self._builds.pointer()
            if pointer is not None and to and pointer.published == to:
                return self._one(to, published=True)
            wanted = to or (pointer.previous if pointer else None) or ""
            if pointer is None or pointer.previous is None or pointer.previous != wanted:
                raise BuildNotFoundError(to)
            self._store.history.carried_out(
                "rolled_back",
                "build",
                wanted,
                self._builds.roll_back,
                who=who,
                before={"published": pointer.published},
                after={"published": wanted},
            )
            return self._one(wanted, published=True)

    def _one(self, name: str, *, published: bool) -> KeptBuild:
        made = self._builds.made_at(name)
        moment = None if made is None else datetime.fromtimestamp(made, UTC)
        facts = self._builds.facts(name)
        damaged = facts is None
        if published and facts is not None:
            damaged = self._builds.checked().name != name
        said = facts or {}

        def figure(key: str) -> int | None:
            value = said.get(key)
            return value if isinstance(value, int) else None

        return KeptBuild(
            name,
            published,
            damaged,
            moment,
            figure("actors"),
            figure("passages"),
            figure("collaborations"),
            str(said.get("encoder", "")),
        )
