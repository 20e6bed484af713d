"""Takes an actor or a person out of the store, everything that belongs to them included, and remembers whom by a hash."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from pydantic import TypeAdapter

from matchmaker.erasures import (
    Erased,
    Erasure,
    FoundPerson,
    actor_key,
    author_key,
    email_key,
    latest,
    person_keys,
    plain,
    pseudonym,
    user_key,
)
from matchmaker.errors import ActorNotFoundError, MergeChangedError
from matchmaker.events import Attendee
from matchmaker.store.audit import Stamp, record
from matchmaker.store.connections import Connection
from matchmaker.store.imports import stored_rows, update_row
from matchmaker.store.marks import erasures_edition
from matchmaker.store.mentions import (
    authorship,
    contact_persons,
    counts,
    found_person,
    is_named,
    listed_persons,
    mentions,
)
from matchmaker.store.merge_moves import renamed
from matchmaker.store.merging import Merges, called, called_before, former_ids, former_names
from matchmaker.store.named import Named
from matchmaker.store.redacting import (
    redact_audit,
    redact_jobs,
    redact_notes,
    redact_who,
    rename_subject,
)
from matchmaker.store.repeated import forget_answers
from matchmaker.store.rows import (
    ACTORS,
    COLLABORATIONS,
    PARTICIPATIONS,
    Row,
    actor_of,
    column_value,
)
from matchmaker.store.rows import (
    plain as plain_value,
)
from matchmaker.store.tries import forget_tries
from matchmaker.store.users import forget_user
from matchmaker.store.ways_back import forget_all_ways_back, forget_ways_back
from matchmaker.users import comparable_email

Opened = Callable[[], AbstractContextManager[Connection]]

_ATTENDEE = TypeAdapter(Attendee)


class _Taken(Exception):  # noqa: N818 - it ends a trial, nothing failed
    """Carries the outcome of a trial out of the transaction that it rolls back."""

    def __init__(self, erased: Erased) -> None:
        super().__init__()
        self.erased = erased


class Erasing:
    """Erasures from one store; methods raise ``StoreError`` as the store's own do.

    The bytes are gone from the file after ``Store.compact`` only.
    """

    def __init__(self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp]) -> None:
        """``reading`` and ``writing`` open a transaction, ``stamp`` says who changes something now."""
        self._reading = reading
        self._writing = writing
        self._stamp = stamp

    def all(self) -> tuple[Erasure, ...]:
        """The list of erasures, by key."""
        with self._reading() as connection:
            return _listed(connection)

    def edition(self) -> str:
        """What changes with every erasure; cheap enough to ask at every request."""
        with self._reading() as connection:
            return erasures_edition(connection)

    def latest_change(self) -> int:
        """The number of the change with the latest erasure of an actor, 0 where there is none: builds before it hold more."""
        with self._reading() as connection:
            return int(
                connection.execute(
                    "SELECT coalesce(max(change), 0) FROM erasures WHERE key LIKE 'actor:%'"
                ).fetchone()[0]
            )

    def actor(self, actor_id: str, *, who: str, trial: bool = False) -> Erased:
        """Erase an actor with everything that belongs to it; a ``trial`` says what would go and changes nothing.

        Its part in collaborations goes, and a collaboration that nobody else is in. Raises ``ActorNotFoundError``.
        """
        return self._tried(lambda connection: _erase_actor(connection, actor_id, self._stamp(who)), trial)

    def find(self, wanted: str) -> tuple[FoundPerson, ...]:
        """Everybody on a list of participants or of contact persons with this name or address, by event and participant."""
        with self._reading() as connection:
            return tuple(each for each in listed_persons(connection) if is_named(each, wanted))

    def authored(self, wanted: str) -> int:
        """How many rows say that somebody with this name or address made them."""
        with self._reading() as connection:
            return sum(
                number for _, author, number in authorship(connection) if plain(author) == plain(wanted)
            )

    def persons(
        self,
        persons: Sequence[FoundPerson],
        *,
        authors: Collection[str] = (),
        users: Collection[str] = (),
        who: str,
        trial: bool = False,
    ) -> Erased:
        """Erase persons from every list of participants and of contact persons, found again by address or by name within the actor.

        Users with these ids go with their sessions, keys and links. Whoever is named and on no list is remembered all the
        same, so that no older backup and no undoing brings them back.

        What was agreed and said stays without their names, since it is the actor's; so does the participant's place. What
        they changed stays under a pseudonym; ``authors`` are further names and addresses that changes were made under.
        """
        keys = {key for each in persons for key in person_keys(each)}
        names = {text for each in persons for text in (each.name, each.email) if text.strip()} | set(authors)

        def erase(connection: Connection) -> Erased:
            # Whoever came back to a list since they were looked for goes with the names that they have there.
            there = [each for each in listed_persons(connection) if keys & set(person_keys(each))]
            every = keys | {key for each in there for key in person_keys(each)}
            called = {text for each in there for text in (each.name, each.email) if text.strip()}
            return _erase_persons(connection, every, names | called, self._stamp(who), users)

        return self._tried(erase, trial)

    def replay(self, erasures: Iterable[Erasure], *, who: str) -> int:
        """Erase again whoever of the list is here, and take the list over; returns how many were found.

        What this store was told before is left out: whoever came back since then came by somebody's will. An erasure later
        than the one it knows is not.
        """
        with self._writing() as connection:
            known = {each.key: each.at for each in _listed(connection)}
            wanted = latest(each for each in erasures if each.at > known.get(each.key, ""))
            stamp, found = self._stamp(who), 0
            for actor_id in _wanted_ids(connection, "SELECT id FROM actors", wanted):
                _erase_actor(connection, actor_id, stamp)
                found += 1
            # Those that this store holds as a part of another were taken apart from it before they were erased.
            found += sum(
                _erase_merged(connection, alias, stamp) for alias in _wanted_ids(connection, _ALIASES, wanted)
            )
            persons = [each for each in listed_persons(connection) if set(person_keys(each)) & wanted.keys()]
            authors = {author for _, author, _ in authorship(connection) if author_key(author) in wanted}
            users = [
                user_id
                for user_id, email in connection.execute("SELECT id, email FROM users ORDER BY id").fetchall()
                if {user_key(email), email_key(email)} & wanted.keys()
            ]
            if wanted:
                # A backup may know how to bring back whoever was on a list before.
                forget_all_ways_back(connection)
            if persons or authors or users:
                names = {
                    text for each in persons for text in (each.name, each.email) if text.strip()
                } | authors
                _erase_persons(
                    connection, {key for each in persons for key in person_keys(each)}, names, stamp, users
                )
                found += len(persons) + len(users)
            _remember(connection, wanted.values(), _latest(connection))
            return found

    def forget_ids(self) -> None:
        """Take the ids of erased actors out of the audit trail, once no build is left that must be told of them."""
        with self._writing() as connection:
            rows = connection.execute(
                "SELECT DISTINCT subject_id FROM audit WHERE action = 'erased' AND subject_kind = 'actor'"
            ).fetchall()
            listed = {each.key for each in _listed(connection)}
            for (actor_id,) in rows:
                key = actor_key(actor_id)
                gone = not connection.execute("SELECT 1 FROM actors WHERE id = ?", (actor_id,)).fetchone()
                if key in listed and gone:
                    rename_subject(connection, actor_id, pseudonym(key))

    def _tried(self, erase: Callable[[Connection], Erased], trial: bool) -> Erased:
        try:
            with self._writing() as connection:
                erased = erase(connection)
                # The truest account of what would go is to let it go and take that back.
                _end(erased, trial=trial)
                return erased
        except _Taken as taken:
            return taken.erased


def _end(erased: Erased, *, trial: bool) -> None:
    if trial:
        raise _Taken(erased)


def _erase_actor(connection: Connection, actor_id: str, stamp: Stamp) -> Erased:
    row = stored_rows(connection, ACTORS, [actor_id]).get(actor_id)
    if row is None:
        raise ActorNotFoundError(actor_id)
    before = counts(connection)
    actor, former = actor_of(row), former_ids(connection, actor_id)
    names = called(actor) | former_names(connection, actor_id) | _forget_merges(connection, actor_id)
    named = Named(names, {actor_id, *former})
    key = actor_key(actor_id)
    changed = Counter({"collaborations": _leave_collaborations(connection, actor_id)})
    changed["events"] = _unreserve(connection, actor_id)
    connection.execute("DELETE FROM actors WHERE id = ?", (actor_id,))
    changed += _forget_named(connection, named, pseudonym(key))
    # Whoever reads an older build is told of those that had become one with it, too.
    _tell_erased(connection, former)
    connection.execute(
        "UPDATE audit SET who = ?, at = ? WHERE number = (SELECT max(number) FROM audit WHERE action = 'erased'"
        " AND subject_kind = 'actor' AND subject_id = ?)",
        (stamp.who, stamp.at, actor_id),
    )
    keys = {key, *map(actor_key, former)}
    _remember(connection, [Erasure(each, stamp.at) for each in sorted(keys)], _latest(connection))
    return _told(connection, before, changed, named)


_ALIASES = (
    "SELECT alias FROM aliases ORDER BY (SELECT max(number) FROM merges WHERE away_id = alias) DESC, alias"
)
"""Those that went last first: only they can be taken apart with what had gone into them before."""


def _erase_merged(connection: Connection, alias: str, stamp: Stamp) -> bool:
    """Erase an actor that is a part of another here: taken apart from it, with all that was said of it.

    Where the merge can no longer be undone, what went over stays with the other, without the id, the name and what the
    merge keeps of it. Returns whether it was still there.
    """
    if not connection.execute("SELECT 1 FROM aliases WHERE alias = ?", (alias,)).fetchone():
        return False
    if _taken_apart(connection, alias, stamp):
        _erase_actor(connection, alias, stamp)
        return True
    named = Named(_forget_merges(connection, alias), {alias})
    _forget_named(connection, named, pseudonym(actor_key(alias)))
    _tell_erased(connection, {alias})
    return True


def _taken_apart(connection: Connection, alias: str, stamp: Stamp) -> bool:
    merge = connection.execute(
        "SELECT max(number) FROM merges WHERE away_id = ? AND undone = '' AND document <> ''", (alias,)
    ).fetchone()[0]
    if merge is None:
        return False

    def within() -> AbstractContextManager[Connection]:
        return nullcontext(connection)

    try:
        Merges(within, within, lambda _: stamp).undo(merge, who=stamp.who)
    except MergeChangedError:
        return False
    return True


def _forget_merges(connection: Connection, away_id: str) -> set[str]:
    """Forget that an actor ever went into another, and return the names and numbers that it went under.

    What the trail tells of the other at that time goes as well, for its values may be of the one that went.
    """
    names: set[str] = set()
    for keep_id, name, document, *times in connection.execute(
        "SELECT keep_id, away_name, document, at, undone FROM merges WHERE away_id = ?", (away_id,)
    ).fetchall():
        names |= called_before(name, document)
        connection.execute(
            "UPDATE audit SET before = '{}', after = '{}' WHERE at IN (?, ?) AND action = 'edited'"
            " AND subject_kind = 'actor' AND (subject_id = ?3 OR subject_id IN (SELECT alias FROM aliases"
            " WHERE actor_id = ?3))",
            (*times, keep_id),
        )
    for (name,) in connection.execute("SELECT name FROM aliases WHERE alias = ?", (away_id,)).fetchall():
        names.add(name)
    connection.execute("DELETE FROM merges WHERE away_id = ?", (away_id,))
    connection.execute("DELETE FROM aliases WHERE alias = ?", (away_id,))
    return names


def _forget_named(connection: Connection, named: Named, token: str) -> Counter[str]:
    """Take an actor out of what else tells of it; returns in how many rows."""
    changed = Counter(
        undo=forget_ways_back(connection, named),
        audit=redact_audit(connection, named, token),
        jobs=redact_jobs(connection, named, token),
    )
    forget_answers(connection)
    return changed


def _tell_erased(connection: Connection, former: Collection[str]) -> None:
    """Let the trail tell of actors that went into others as of erased ones."""
    connection.execute(
        "UPDATE audit SET action = 'erased' WHERE action = 'merged' AND subject_kind = 'actor'"
        " AND subject_id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(former)),),
    )


def _erase_persons(
    connection: Connection, keys: set[str], names: set[str], stamp: Stamp, users: Collection[str] = ()
) -> Erased:
    before, changed = counts(connection), Counter[str]()
    for user_id in sorted(users):
        row = connection.execute("SELECT name, email FROM users WHERE id = ?", (user_id,)).fetchone()
        if row is not None:
            names = names | set(row)
            keys = keys | {user_key(row[1]), email_key(row[1])}
            forget_user(connection, user_id, stamp)
    events: dict[str, list[str]] = {}
    for event_id, document in connection.execute("SELECT event_id, document FROM attendees").fetchall():
        attendee = _ATTENDEE.validate_json(document)
        kept = tuple(
            person
            for person in attendee.persons
            if not keys
            & set(person_keys(found_person(event_id, attendee, person.name, person.email, person.title)))
        )
        if kept == attendee.persons:
            continue
        changed["persons"] += len(attendee.persons) - len(kept)
        # What tells agendas of one actor apart may be the person's name.
        left = replace(
            attendee, persons=kept, agenda="" if _names_one(attendee.agenda, names) else attendee.agenda
        )
        connection.execute(
            "UPDATE attendees SET document = ? WHERE event_id = ? AND id = ?",
            (_ATTENDEE.dump_json(left).decode(), event_id, attendee.id),
        )
        events.setdefault(event_id, []).append(attendee.id)
    for event_id, participants in sorted(events.items()):
        record(connection, stamp, "attendees", "event", event_id, {}, {"erased": participants})
        # Whoever has the list open must not write the names back.
        connection.execute("UPDATE events SET revision = revision + 1 WHERE id = ?", (event_id,))
    for contact in contact_persons(connection):
        if keys & set(person_keys(contact)):
            connection.execute("DELETE FROM contacts WHERE id = ?", (contact.participant_id,))
            record(connection, stamp, "removed", "contact", contact.actor_id, {}, {})
            changed["contact_persons"] += 1
    if names:
        keys |= {author_key(each) for each in names}
        token, named = pseudonym(min(keys)), Named(names)
        changed["audit"] = redact_audit(connection, named, token)
        changed["jobs"] = redact_jobs(connection, named, token)
        changed["who"] = redact_who(connection, names, token)
        changed["undo"] = forget_ways_back(connection, named)
        changed["pair_notes"] = redact_notes(connection, named, token)
        changed["tried"] = forget_tries(connection, {comparable_email(each) for each in names if "@" in each})
    forget_answers(connection)
    _remember(connection, [Erasure(key, stamp.at) for key in keys], _latest(connection))
    return _told(connection, before, changed, Named(names))


def _names_one(text: str, names: set[str]) -> bool:
    return plain(text) in {plain(each) for each in names}


def _leave_collaborations(connection: Connection, actor_id: str) -> int:
    """Take the actor's parts away; a collaboration without anybody goes. Returns how many go on without it."""
    ids = [
        each
        for (each,) in connection.execute(
            "SELECT DISTINCT collaboration_id FROM participations WHERE actor_id = ? ORDER BY 1", (actor_id,)
        )
    ]
    staying = 0
    for collaboration_id, row in stored_rows(connection, COLLABORATIONS, ids).items():
        parts = [each for each in _parts(row) if each[0] != actor_id]
        if parts:
            update_row(connection, COLLABORATIONS, (*row[:-1], column_value(PARTICIPATIONS, parts)))
            staying += 1
        else:
            connection.execute("DELETE FROM collaborations WHERE id = ?", (collaboration_id,))
    return staying


def _parts(row: Row) -> list[list[object]]:
    parts = plain_value(PARTICIPATIONS, row[-1])
    assert isinstance(parts, list)
    return parts


def _unreserve(connection: Connection, actor_id: str) -> int:
    """Free the tables that events keep for the actor."""
    changed = 0
    for event_id, document in connection.execute("SELECT id, document FROM events").fetchall():
        # By the field: an id may read as a word of a name or as a year.
        without = renamed(document, actor_id, "")
        if without != document:
            connection.execute(
                "UPDATE events SET document = ?, revision = revision + 1 WHERE id = ?", (without, event_id)
            )
            changed += 1
    return changed


def _remember(connection: Connection, erasures: Iterable[Erasure], change: int) -> None:
    connection.executemany(
        "INSERT INTO erasures (key, at, change) VALUES (?, ?, ?)"
        " ON CONFLICT (key) DO UPDATE SET at = excluded.at, change = excluded.change",
        [(each.key, each.at, change) for each in sorted(erasures)],
    )


def _listed(connection: Connection) -> tuple[Erasure, ...]:
    return tuple(Erasure(*row) for row in connection.execute("SELECT key, at FROM erasures ORDER BY key"))


def _wanted_ids(connection: Connection, query: str, wanted: Collection[str]) -> list[str]:
    return [each for (each,) in connection.execute(query).fetchall() if actor_key(each) in wanted]


def _latest(connection: Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM audit").fetchone()[0])


def _told(connection: Connection, before: Mapping[str, int], changed: Counter[str], named: Named) -> Erased:
    after = counts(connection)
    gone = {table: before[table] - after[table] for table in before if before[table] > after[table]}
    return Erased(
        gone, {name: number for name, number in changed.items() if number}, mentions(connection, named)
    )
