"""The store itself: what is kept of a workspace, topic by topic, in one SQLite file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from matchmaker.actors import Actor, ActorGroup, Collaboration, Participation
from matchmaker.errors import ActorNotFoundError
from matchmaker.store import vectors as vector_rows
from matchmaker.store.alerts import Alerts
from matchmaker.store.answers import Answers
from matchmaker.store.asked import AskedVectors
from matchmaker.store.audit import Stamp, audit_rows
from matchmaker.store.calendars import Calendars
from matchmaker.store.changes import Changes
from matchmaker.store.connections import (
    Connection,
    check_version,
    connect,
    plain_errors,
)
from matchmaker.store.differences import ChangedActor, differences
from matchmaker.store.editing import edit
from matchmaker.store.erasing import Erasing
from matchmaker.store.events import Events
from matchmaker.store.firms import Firms
from matchmaker.store.glances import collaborations_of, names_and_groups
from matchmaker.store.history import History
from matchmaker.store.identities import Identities
from matchmaker.store.imports import Import, stored_rows
from matchmaker.store.jobs import JobRows
from matchmaker.store.keys import Keys
from matchmaker.store.listings import Listings
from matchmaker.store.marks import actors_changed, change_of, latest_change, mark_content
from matchmaker.store.merging import Merges
from matchmaker.store.names import SubClusterNames
from matchmaker.store.outcomes import Outcomes
from matchmaker.store.pair_notes import PairNotes
from matchmaker.store.presence import Presence
from matchmaker.store.repeated import RepeatedRequests
from matchmaker.store.returning import Returning
from matchmaker.store.rows import ACTORS, COLLABORATIONS, actor_of, collaboration_of
from matchmaker.store.saved_searches import SavedSearches
from matchmaker.store.schema import check_origin
from matchmaker.store.taking_back import Imports
from matchmaker.store.transactions import Transactions, check_path
from matchmaker.store.tries import TriedRows
from matchmaker.store.users import Users
from matchmaker.store.ways_back import WaysBack
from matchmaker.store.webhooks import Webhooks
from matchmaker.trail import AuditRow

_TABLES = ("actors", "collaborations", "participations", "edits", "answers", "audit", "vectors")
_JOT_SECONDS = 0.05
"""How long a note that may be left out waits for another writer."""
_KEY_SECONDS = 8.0
"""How long a request with a key waits for another writer; as long as it would wait at the gates of the service."""


def utc_now() -> datetime:
    """The time of the machine, in UTC."""
    return datetime.now(UTC)


class Store(Transactions):
    """Actors, collaborations, edits, answers, audit trail and vectors of one workspace.

    May be shared by threads. Every reader sees one committed state from its first row to its last, also while an import
    runs. Writers wait for each other, in this process and among processes, and each write is kept whole or not at all;
    when a method returns, its change is on the disk. Every method may raise ``StoreError``; those that write also
    ``StoreBusyError`` and ``StoreFullError``.
    """

    def __init__(
        self,
        path: Path,
        *,
        connection: Connection,
        read_only: bool,
        clock: Callable[[], datetime],
        wait: float,
    ) -> None:
        super().__init__(path, connection=connection, read_only=read_only, wait=wait)
        self._clock = clock
        self._known_content = (-1, "")
        """The latest change when the content was last read as a whole, and its fingerprint."""
        self.answers = Answers(self._reading, self._writing, partial(self._stamp, source=""))
        """What is said of proposed matches."""
        self.pair_notes = PairNotes(self._reading, self._writing, partial(self._stamp, source=""))
        """What facilitators write down about pairs."""
        self.sub_cluster_names = SubClusterNames(
            self._reading, self._writing, partial(self._stamp, source="")
        )
        """What analysts call sub-clusters."""
        self.events = Events(self._reading, self._writing, partial(self._stamp, source=""))
        """Matchmaking meetings: who attends, what is wanted, every version of the schedule."""
        self.returning = Returning(self._reading, self._writing, partial(self._stamp, source=""))
        """Participants put back to what they were."""
        self.outcomes = Outcomes(self._reading, self._writing, partial(self._stamp, source=""))
        """What came of meetings, and what is aimed at."""
        self.users = Users(
            self._reading,
            self._writing,
            partial(self._stamp, source=""),
            jotting=partial(self._writing, wait=_JOT_SECONDS),
        )
        """Who may sign in, with their sessions and invitations."""
        self.keys = Keys(
            self._reading,
            self._writing,
            partial(self._stamp, source=""),
            jotting=partial(self._writing, wait=_JOT_SECONDS),
        )
        """What programs sign in with."""
        self.identities = Identities(self._reading, self._writing, partial(self._stamp, source=""))
        """By whom a provider knows a user."""
        self.listings = Listings(self._reading, self._writing, partial(self._stamp, source=""))
        """Which actors are in the open directory."""
        self.calendars = Calendars(self._reading, self._writing, partial(self._stamp, source=""))
        """Addresses of participants' calendars."""
        self.imports = Imports(self._reading, self._writing, partial(self._stamp, source=""))
        """What imports did, and the way back."""
        self.merges = Merges(self._reading, self._writing, partial(self._stamp, source=""))
        """Actors that turned out to be one, and pairs that did not."""
        self.firms = Firms(self._reading, self._writing, partial(self._stamp, source=""))
        """What firms keep of themselves: drafts, contact persons."""
        self.saved_searches = SavedSearches(self._reading, self._writing, partial(self._stamp, source=""))
        """What users want to hear of."""
        self.asked = AskedVectors(self._reading, self._writing)
        """What the sentences of saved searches became."""
        self.alerts = Alerts(self._reading, self._writing, partial(self._stamp, source=""))
        """What they were told."""
        self.webhooks = Webhooks(self._reading, self._writing, partial(self._stamp, source=""))
        """Who is told over HTTP of what happens, and what is still to be delivered."""
        self.erasing = Erasing(self._reading, self._writing, partial(self._stamp, source=""))
        """Takes actors and persons out, and knows who was."""
        self.jobs = JobRows(
            self._reading,
            self._writing,
            partial(self._stamp, source=""),
            jotting=partial(self._writing, wait=_JOT_SECONDS),
        )
        """Long work, asked for, under way and done."""
        self.tries = TriedRows(self._reading, partial(self._writing, wait=_JOT_SECONDS))
        """Failed tries to sign in."""
        self.ways_back = WaysBack(self._reading, self._writing, partial(self._stamp, source=""))
        """How to take the last changes of pages back."""
        self._presence = Presence(path.with_name(path.name + ".open"))
        self.repeated = RepeatedRequests(
            partial(self._writing, wait=_KEY_SECONDS), partial(self._stamp, source=""), self._presence
        )
        """Requests that carry a key, with their answers."""
        self.history = History(self._reading, self._writing, partial(self._stamp, source=""))
        """The audit trail by who, what, whose and when."""

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        read_only: bool = False,
        clock: Callable[[], datetime] = utc_now,
        wait: float = 30.0,
    ) -> Self:
        """Open the file, or make it; bring an older layout up to date.

        ``clock`` gives the time of the audit rows, with its time zone. ``wait`` is how many seconds a write waits for
        another writer. Raises ``StoreError`` for a SQLite release that is not safe, a missing folder, a missing file
        when ``read_only``, a file that is not ours, damaged, or from a newer version.
        """
        check_version(path)
        check_path(path, read_only=read_only)
        with plain_errors(path, writing=not read_only):
            connection = connect(path, read_only=read_only)
            try:
                check_origin(connection, path)
                store = cls(path, connection=connection, read_only=read_only, clock=clock, wait=wait)
                store._bring_up_to_date()
            except BaseException:
                connection.close()
                raise
        return store

    def close(self) -> None:
        """Close the file; may be called again. Iterators that are still open may be read to their end."""
        if not self._closed:
            self._presence.close()
        super().close()

    def preview(
        self,
        actors: Iterable[Actor],
        collaborations: Iterable[Collaboration],
        *,
        unsaid: Collection[str] = (),
    ) -> Changes:
        """What ``apply`` would do with the same values; nothing is written. Raises as ``apply`` does."""
        with self._reading() as connection:
            return Import(connection, stamp=None, unsaid=unsaid).take_in(actors, collaborations)

    def apply(
        self,
        actors: Iterable[Actor],
        collaborations: Iterable[Collaboration],
        *,
        unsaid: Collection[str] = (),
        source: str,
        who: str,
    ) -> Changes:
        """Add what is new and replace what has changed, all in one transaction, with an audit row for each.

        Values are taken from the iterables in chunks. What the store has and the import has not is left alone. A field
        that a person edited keeps the person's value and is named in ``Changes.kept`` when the import has another one.
        The participations of a changed collaboration are replaced. ``unsaid`` names fields of actors that the import says
        nothing of: an actor that is stored keeps them as they are within this transaction, whenever the values were read.

        Raises ``ImportRejectedError`` when a participation is of an actor that is neither stored nor imported, and
        ``ValueError`` for an id that comes twice, a value that cannot be stored (NUL, lone surrogates, NaN) or a field that
        does not exist. Nothing is changed then.
        """
        with self._writing() as connection:
            stamp = self._stamp(who, source)
            return Import(connection, stamp=stamp, unsaid=unsaid).take_in(actors, collaborations)

    def differences(self, actors: Iterable[Actor], *, unsaid: Collection[str] = ()) -> list[ChangedActor]:
        """What importing these actors would change, field by field; new and unchanged ones are left out."""
        with self._reading() as connection:
            return differences(connection, actors, unsaid=unsaid)

    def edit_actor(
        self, actor_id: str, changes: Mapping[str, object], *, expected: str | None = None, who: str
    ) -> Actor:
        """Change fields of an actor on behalf of a person; later imports leave the changed ones alone.

        ``changes`` maps field names of ``Actor`` or ``Place`` to values; offers, requests and tags may be strings. A value
        that is already there is no change. ``expected`` is the revision that the change was made from. Returns the actor as
        it is afterwards. Raises ``ActorNotFoundError``, ``ActorChangedError`` where it has another revision, and
        ``ValueError`` or ``TypeError`` for what cannot be a field's value.
        """
        with self._writing() as connection:
            return edit(connection, actor_id, changes, self._stamp(who, ""), expected=expected)

    def forget_old_ways_back(self) -> None:
        """Forget how changes of pages and lists of participants are taken back, where that is too old."""
        self.ways_back.forget_old()
        self.returning.forget_old()

    def actor(self, actor_id: str) -> Actor:
        """The actor with this id; raises ``ActorNotFoundError``."""
        found = self.find_actor(actor_id)
        if found is None:
            raise ActorNotFoundError(actor_id)
        return found

    def find_actor(self, actor_id: str) -> Actor | None:
        """The actor with this id, if there is one."""
        with self._reading() as connection:
            row = stored_rows(connection, ACTORS, [actor_id]).get(actor_id)
        return None if row is None else actor_of(row)

    def actors(self) -> Iterator[Actor]:
        """All actors, by ascending id, as they are when the first is asked for."""
        with self._reading() as connection:
            rows = connection.execute(f"SELECT {ACTORS.column_list} FROM actors ORDER BY id").fetchall()
        # Whoever takes long over them holds no transaction, which would keep the write-ahead log from being emptied.
        for row in rows:
            yield actor_of(row)

    def collaborations(self) -> Iterator[Collaboration]:
        """All collaborations with their participations, by ascending id."""
        with self._reading() as connection:
            parts = groupby(
                connection.execute(
                    "SELECT collaboration_id, actor_id, role, funding FROM participations"
                    " ORDER BY collaboration_id, position"
                ),
                key=itemgetter(0),
            )
            having, group = next(parts, ("", iter(())))
            for row in connection.execute(
                f"SELECT {COLLABORATIONS.column_list} FROM collaborations ORDER BY id"
            ):
                if having != row[0]:
                    yield collaboration_of(row, ())
                    continue
                yield collaboration_of(row, (Participation(*values) for _, *values in group))
                having, group = next(parts, ("", iter(())))

    def collaborations_of(self, actor_id: str) -> Iterator[Collaboration]:
        """Those that an actor takes part in, as ``collaborations`` has them."""
        with self._reading() as connection:
            yield from collaborations_of(connection, actor_id)

    def names_and_groups(self, actor_ids: Iterable[str]) -> dict[str, tuple[str, ActorGroup]]:
        """The name and the group of these actors by id, ascending; unknown ids are left out."""
        with self._reading() as connection:
            return names_and_groups(connection, actor_ids)

    def size(self) -> int:
        """How many actors there are."""
        with self._reading() as connection:
            return int(connection.execute("SELECT count(*) FROM actors").fetchone()[0])

    def counts(self) -> dict[str, int]:
        """Rows by table: actors, collaborations, participations, edits, answers, audit, vectors."""
        with self._reading() as connection:
            return {
                table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _TABLES
            }

    def fingerprint(self) -> str:
        """32 hexadecimal characters that change with the content of actors and collaborations and with nothing else."""
        with self._reading() as connection:
            # The content changes with a change on record alone, and reading all of it is too much for every page.
            change, known = latest_change(connection), self._known_content
            if known[0] != change:
                known = self._known_content = (change, _fingerprint(connection))
            return known[1]

    def mark_content(self) -> str:
        """The fingerprint, noted together with the latest change, so that ``change_of`` knows it again."""
        with self._writing() as connection:
            fingerprint = _fingerprint(connection)
            mark_content(connection, fingerprint)
            return fingerprint

    def change_of(self, fingerprint: str) -> int:
        """The number of the change after which the content had this fingerprint; 0 where it was not noted."""
        with self._reading() as connection:
            return change_of(connection, fingerprint)

    def latest_change(self) -> int:
        """The number of the latest change of anything; cheap enough to ask at every request."""
        with self._reading() as connection:
            return latest_change(connection)

    def actors_changed(self, *, after: int) -> tuple[int, dict[str, Actor | None]]:
        """The latest change, and the actors changed after change ``after``, the latest first; ``None`` for a gone one.

        An actor that was changed and changed back is among them.
        """
        with self._reading() as connection:
            return latest_change(connection), actors_changed(connection, after)

    def audit(self, *, subject: str = "", limit: int = 100) -> list[AuditRow]:
        """The latest changes, newest first; of one actor or collaboration when ``subject`` is its id."""
        with self._reading() as connection:
            return list(audit_rows(connection, subject, limit))

    def load_vectors(self, encoder: str, keys: Sequence[str]) -> dict[str, NDArray[np.float16]]:
        """The vectors that are kept for these keys, each of shape (dimensions,) and read-only; others are left out."""
        with self._reading() as connection:
            return vector_rows.load(connection, encoder, keys)

    def save_vectors(self, encoder: str, keys: Sequence[str], vectors: NDArray[np.float16]) -> None:
        """Keep vectors of shape (len(keys), dimensions), replacing those of the same keys.

        They are on the disk when this returns, so an interrupted encoding goes on from its last batch.
        """
        with self._writing() as connection:
            vector_rows.save(connection, encoder, keys, vectors)

    def keep_vectors(self, keys: Collection[str]) -> int:
        """Forget the vectors of all other keys, whatever their encoder; returns how many."""
        with self._writing() as connection:
            return vector_rows.keep(connection, keys)

    def _forget_read(self) -> None:
        self._known_content = (-1, "")
        self.answers.forget_read()

    def _stamp(self, who: str, source: str) -> Stamp:
        return Stamp(self._clock().astimezone(UTC).isoformat(timespec="milliseconds"), who, source)


def _fingerprint(connection: Connection) -> str:
    digest = blake2b(digest_size=16)
    for table in ("actors", "collaborations"):
        rows = connection.execute(f"SELECT content_hash FROM {table} ORDER BY id").fetchall()
        digest.update(f"{table} {len(rows)}\n".encode())
        digest.update(b"".join(content for (content,) in rows))
    return digest.hexdigest()
