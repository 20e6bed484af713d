"""Which actors are in the open directory, and who said so."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from matchmaker.errors import ActorNotFoundError
from matchmaker.store.audit import Stamp, record
from matchmaker.store.connections import Connection

Opened = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True, slots=True)
class Listing:
    """An actor that everybody may see."""

    actor_id: str
    who: str
    """Who said so last: the firm itself, or a facilitator on its behalf."""
    at: str


class Listings:
    """The listings of one store; methods raise ``StoreError`` as the store's own do."""

    def __init__(self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp]) -> None:
        """``reading`` and ``writing`` open a transaction, ``stamp`` says who changes something now."""
        self._reading = reading
        self._writing = writing
        self._stamp = stamp

    def all(self) -> tuple[Listing, ...]:
        """Every listing, by the id of the actor."""
        with self._reading() as connection:
            rows = connection.execute("SELECT actor_id, who, at FROM listings ORDER BY actor_id").fetchall()
        return tuple(Listing(*map(str, row)) for row in rows)

    def one(self, actor_id: str) -> Listing | None:
        """The listing of an actor, if it is listed."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT actor_id, who, at FROM listings WHERE actor_id = ?", (actor_id,)
            ).fetchone()
        return None if row is None else Listing(*map(str, row))

    def set(self, actor_id: str, listed: bool, *, who: str) -> bool:
        """List an actor, or take it off; whether that changed anything. Raises ``ActorNotFoundError``."""
        with self._writing() as connection:
            if not connection.execute("SELECT 1 FROM actors WHERE id = ?", (actor_id,)).fetchone():
                raise ActorNotFoundError(actor_id)
            stamp = self._stamp(who)
            if listed:
                changed = connection.execute(
                    "INSERT OR IGNORE INTO listings (actor_id, who, at) VALUES (?, ?, ?)",
                    (actor_id, who, stamp.at),
                ).rowcount
            else:
                changed = connection.execute("DELETE FROM listings WHERE actor_id = ?", (actor_id,)).rowcount
            if changed:
                action = "listed" if listed else "unlisted"
                record(connection, stamp, action, "listing", actor_id, {}, {})
            return bool(changed)
