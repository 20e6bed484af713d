"""Saved searches as they are kept, and which changes of actors a round of looking has to judge."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from pydantic import TypeAdapter

from matchmaker.alphabet import name_key
from matchmaker.errors import ActorNotFoundError, SavedSearchNotFoundError, SavedSearchRejectedError
from matchmaker.saved_searches import MOST_SEARCHES, SavedSearch, Wanted, Watched
from matchmaker.store.alerts import shut_out_owner
from matchmaker.store.audit import Stamp, record
from matchmaker.store.connections import Connection
from matchmaker.store.marks import latest_change
from matchmaker.store.rows import ACTORS

Opened = Callable[[], AbstractContextManager[Connection]]

_WANTED = TypeAdapter(Wanted)
_COLUMNS = "id, owner, name, document, paused, deleted, revision, at"
_AT_ONCE = 500

TELLING = frozenset(
    {
        "name",
        "group",
        "country",
        "region",
        "city",
        "tags",
        "member",
        "offers",
        "requests",
        "description",
    }
)
"""Fields of an actor by which it may begin to fit."""


@dataclass(frozen=True, slots=True)
class ActorChange:
    """A row of the audit trail about an actor, as far as fitting goes."""

    number: int
    actor_id: str
    added: bool
    fields: frozenset[str]
    """That it changed; empty for a new actor."""


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody new fits a search: what is to be kept as an alert."""

    search_id: str
    owner: str
    actor_id: str
    profile: bytes
    """The hash of the profile that fits."""
    added: bool


class SavedSearches:
    """The saved searches of one store; methods raise ``StoreError`` as the store's own do.

    What belongs to another owner is answered as what is not there: ``SavedSearchNotFoundError``. The audit trail holds ids
    alone: what somebody looks for is nobody else's.
    """

    def __init__(self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp]) -> None:
        """``reading`` and ``writing`` open a transaction, ``stamp`` says who changes something now."""
        self._reading = reading
        self._writing = writing
        self._stamp = stamp

    def add(
        self,
        owner: str,
        name: str,
        wanted: Wanted,
        *,
        floors: Mapping[str, float],
        known: Collection[str],
        since: int,
        who: str,
    ) -> SavedSearch:
        """Keep a search and who is on its list already; ``since`` is the last change that the list was made with.

        Raises ``ActorNotFoundError``, and ``SavedSearchRejectedError`` where the owner has too many.
        """
        with self._writing() as connection:
            if wanted.actor_id:
                _check_actor(connection, wanted.actor_id)
            number = connection.execute(
                "SELECT count(*) FROM saved_searches WHERE owner = ? AND deleted = ''", (owner,)
            ).fetchone()[0]
            if number >= MOST_SEARCHES:
                raise SavedSearchRejectedError(
                    f"There are {number} saved searches already, and no more can be kept. Delete one first."
                )
            search_id, stamp = f"search-{secrets.token_hex(6)}", self._stamp(who)
            record(connection, stamp, "added", "saved_search", search_id, {}, {})
            connection.execute(
                "INSERT INTO saved_searches (id, owner, user_id, name, document, actor_id, floors, since, who, at)"
                " VALUES (?, ?, (SELECT id FROM users WHERE id = ?2), ?, ?, ?, ?, ?, ?, ?)",
                (
                    search_id,
                    owner,
                    name,
                    _WANTED.dump_json(wanted).decode(),
                    wanted.actor_id or None,
                    json.dumps(dict(floors)),
                    since,
                    who,
                    stamp.at,
                ),
            )
            _know(connection, search_id, known)
            return _one(connection, owner, search_id)

    def of(self, owner: str) -> tuple[SavedSearch, ...]:
        """An owner's searches by name, without the deleted ones."""
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM saved_searches WHERE owner = ? AND deleted = ''", (owner,)
            )
            return tuple(sorted(map(_search, rows), key=lambda each: (name_key(each.name), each.id)))

    def one(self, owner: str, search_id: str) -> SavedSearch:
        """One search of an owner, a deleted one that can come back too."""
        with self._reading() as connection:
            return _one(connection, owner, search_id)

    def any(self, search_id: str) -> SavedSearch:
        """One search, whoever has it."""
        with self._reading() as connection:
            row = connection.execute(
                f"SELECT {_COLUMNS} FROM saved_searches WHERE id = ?", (search_id,)
            ).fetchone()
        if row is None:
            raise SavedSearchNotFoundError(search_id)
        return _search(row)

    def rename(self, owner: str, search_id: str, name: str, *, who: str) -> SavedSearch:
        """Give a search another name."""
        with self._writing() as connection:
            if _one(connection, owner, search_id).name != name:
                self._change(connection, search_id, "renamed", who)
                connection.execute("UPDATE saved_searches SET name = ? WHERE id = ?", (name, search_id))
            return _one(connection, owner, search_id)

    def pause(self, owner: str, search_id: str, *, who: str) -> SavedSearch:
        """Tell of nobody until the search goes on."""
        with self._writing() as connection:
            if not _one(connection, owner, search_id).paused:
                self._change(connection, search_id, "paused", who)
                connection.execute("UPDATE saved_searches SET paused = 1 WHERE id = ?", (search_id,))
            return _one(connection, owner, search_id)

    def go_on(
        self,
        owner: str,
        search_id: str,
        *,
        floors: Mapping[str, float],
        known: Collection[str],
        since: int,
        who: str,
    ) -> SavedSearch:
        """Tell again of whoever comes from now on; the list is the one of now, ``since`` as for ``add``."""
        with self._writing() as connection:
            if _one(connection, owner, search_id).paused:
                self._change(connection, search_id, "went_on", who)
                connection.execute(
                    "UPDATE saved_searches SET paused = 0, floors = ?, since = max(since, ?) WHERE id = ?",
                    (json.dumps(dict(floors)), since, search_id),
                )
                _know(connection, search_id, known)
            return _one(connection, owner, search_id)

    def delete(self, owner: str, search_id: str, *, who: str) -> SavedSearch:
        """Take a search out of everything; ``restore`` brings it back until ``forget_deleted``."""
        with self._writing() as connection:
            if not _one(connection, owner, search_id).deleted:
                self._change(connection, search_id, "deleted", who)
                connection.execute(
                    "UPDATE saved_searches SET deleted = ? WHERE id = ?", (self._stamp(who).at, search_id)
                )
            return _one(connection, owner, search_id)

    def restore(self, owner: str, search_id: str, *, who: str) -> SavedSearch:
        """Bring a deleted search back as it was."""
        with self._writing() as connection:
            if _one(connection, owner, search_id).deleted:
                self._change(connection, search_id, "restored", who)
                connection.execute("UPDATE saved_searches SET deleted = '' WHERE id = ?", (search_id,))
            return _one(connection, owner, search_id)

    def forget_deleted(self, before: str) -> int:
        """Take searches away for good that were deleted before a time; returns how many."""
        with self._reading() as connection:
            if not connection.execute(
                "SELECT 1 FROM saved_searches WHERE deleted <> '' AND deleted < ?", (before,)
            ).fetchone():
                return 0
        with self._writing() as connection:
            return connection.execute(
                "DELETE FROM saved_searches WHERE deleted <> '' AND deleted < ?", (before,)
            ).rowcount

    def watched(self) -> tuple[Watched, ...]:
        """Every search that somebody is to be told of, by id: none that is paused, deleted or of somebody who is shut out."""
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS}, since, floors FROM saved_searches WHERE paused = 0 AND deleted = ''"
                f" AND NOT {shut_out_owner('saved_searches.owner')} ORDER BY id",
                (self._stamp("").at,),
            )
            return tuple(Watched(_search(row[:-2]), row[-2], json.loads(row[-1])) for row in rows)

    def changes(self, *, after: int) -> tuple[ActorChange, ...]:
        """What happened to actors that are there, after a change, in the order in which it did."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT number, subject_id, action, before FROM audit WHERE number > ? AND subject_kind = ?"
                " AND action <> 'erased' AND subject_id IN (SELECT id FROM actors) ORDER BY number",
                (after, ACTORS.kind),
            )
            return tuple(_actor_change(*row) for row in rows)

    def latest_change(self) -> int:
        """The number of the latest change of anything."""
        with self._reading() as connection:
            return latest_change(connection)

    def known(self, actor_ids: Sequence[str]) -> dict[str, frozenset[str]]:
        """Which of the actors each search knows already, by search."""
        found: dict[str, set[str]] = {}
        with self._reading() as connection:
            for chunk in _chunks(actor_ids):
                for search_id, actor_id in connection.execute(
                    f"SELECT search_id, actor_id FROM saved_search_known WHERE actor_id IN ({_marks(chunk)})",
                    chunk,
                ):
                    found.setdefault(search_id, set()).add(actor_id)
        return {search_id: frozenset(ids) for search_id, ids in found.items()}

    def profiles(self, actor_ids: Sequence[str]) -> dict[str, bytes]:
        """The hash of each actor's profile; actors that are not there are left out."""
        with self._reading() as connection:
            return {
                actor_id: bytes(digest)
                for chunk in _chunks(actor_ids)
                for actor_id, digest in connection.execute(
                    f"SELECT id, content_hash FROM actors WHERE id IN ({_marks(chunk)})", chunk
                )
            }

    def tell(self, told: Iterable[Told], left: Iterable[tuple[str, str]], since: Mapping[str, int]) -> int:
        """Keep what a round found, whole or not at all; returns how many alerts are new.

        ``left`` are searches with actors that are on their lists no more, ``since`` is up to which change each search
        is judged for good. An alert that is kept already, of the same profile, is not kept again.
        """
        told, left = tuple(told), tuple(left)
        if not told and not left and not since:
            return 0
        with self._writing() as connection:
            connection.executemany(
                "DELETE FROM saved_search_known WHERE search_id = ? AND actor_id = ?", left
            )
            at, new = self._stamp("").at, 0
            for each in told:
                values = (each.search_id, each.actor_id, each.profile)
                added = connection.execute(
                    "INSERT OR IGNORE INTO alerts (search_id, owner, actor_id, profile, added, at)"
                    " SELECT saved_searches.id, owner, actors.id, ?3, ?4, ?5 FROM saved_searches, actors"
                    " WHERE saved_searches.id = ?1 AND actors.id = ?2",
                    (*values, int(each.added), at),
                ).rowcount
                new += max(added, 0)
                _know(connection, each.search_id, [each.actor_id])
            connection.executemany(
                "UPDATE saved_searches SET since = max(since, ?) WHERE id = ?",
                [(change, search_id) for search_id, change in since.items()],
            )
            return new

    def _change(self, connection: Connection, search_id: str, action: str, who: str) -> None:
        connection.execute("UPDATE saved_searches SET revision = revision + 1 WHERE id = ?", (search_id,))
        record(connection, self._stamp(who), action, "saved_search", search_id, {}, {})


def _one(connection: Connection, owner: str, search_id: str) -> SavedSearch:
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM saved_searches WHERE id = ? AND owner = ?", (search_id, owner)
    ).fetchone()
    if row is None:
        raise SavedSearchNotFoundError(search_id)
    return _search(row)


def _search(row: Sequence[object]) -> SavedSearch:
    search_id, owner, name, document, paused, deleted, revision, at = row
    return SavedSearch(
        str(search_id),
        str(owner),
        str(name),
        _WANTED.validate_json(str(document)),
        bool(paused),
        str(deleted),
        int(str(revision)),
        str(at),
    )


def _actor_change(number: int, actor_id: str, action: str, before: str) -> ActorChange:
    if action == "added":
        return ActorChange(number, actor_id, True, frozenset())
    return ActorChange(number, actor_id, False, frozenset(json.loads(before)) & TELLING)


def _know(connection: Connection, search_id: str, actor_ids: Collection[str]) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO saved_search_known (search_id, actor_id) SELECT ?, id FROM actors WHERE id = ?",
        [(search_id, each) for each in sorted(actor_ids)],
    )


def _check_actor(connection: Connection, actor_id: str) -> None:
    if not connection.execute("SELECT 1 FROM actors WHERE id = ?", (actor_id,)).fetchone():
        raise ActorNotFoundError(actor_id)


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
