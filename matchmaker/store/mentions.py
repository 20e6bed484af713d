"""Where the store names somebody: lists of persons, who changed something, and texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pydantic import TypeAdapter

from matchmaker.erasures import FoundPerson, plain
from matchmaker.events import Attendee
from matchmaker.store.connections import Connection
from matchmaker.store.named import Named

_WITHOUT_WORDS = frozenset({"vectors", "encoders", "contents", "erasures", "_sqlite_migrations"})
"""Tables in which nobody is named."""

_ATTENDEE = TypeAdapter(Attendee)


def listed_persons(connection: Connection) -> Iterator[FoundPerson]:
    """Everybody on a list of participants or of contact persons, by event and participant."""
    rows = connection.execute("SELECT event_id, document FROM attendees ORDER BY event_id, id").fetchall()
    for event_id, document in rows:
        attendee = _ATTENDEE.validate_json(document)
        for person in attendee.persons:
            yield found_person(event_id, attendee, person.name, person.email, person.title)
    yield from contact_persons(connection)


def contact_persons(connection: Connection) -> Iterator[FoundPerson]:
    """Contact persons of actors, who are at no event and known by their own id."""
    rows = connection.execute("SELECT id, actor_id, name, email, title FROM contacts ORDER BY actor_id, id")
    for contact_id, actor_id, name, email, title in rows.fetchall():
        yield FoundPerson("", contact_id, actor_id, name, email, title)


def found_person(event_id: str, attendee: Attendee, name: str, email: str, title: str) -> FoundPerson:
    """Somebody on a participant's list."""
    return FoundPerson(event_id, attendee.id, attendee.actor_id, name, email, title)


def is_named(person: FoundPerson, wanted: str) -> bool:
    """Whether this is somebody's name or address."""
    return plain(wanted) in {plain(person.name), plain(person.email)} - {""}


def authorship(connection: Connection) -> list[tuple[str, str, int]]:
    """Who changed something: table, name, and in how many rows."""
    return [
        (table, author, number)
        for table in _tables(connection)
        if "who" in _columns(connection, table)
        for author, number in connection.execute(
            f'SELECT who, count(*) FROM "{table}" GROUP BY who'
        ).fetchall()
    ]


def mentions(connection: Connection, named: Named) -> dict[str, int]:
    """Texts that still may name somebody, by table and column; names of three letters are not looked for.

    A single word counts also where it is written small: whether it is meant has to be read.
    """
    found: Counter[str] = Counter()
    for table in _tables(connection):
        if table in _WITHOUT_WORDS:
            continue
        columns = _columns(connection, table)
        listed = ", ".join(f'"{each}"' for each in columns)
        for row in connection.execute(f'SELECT {listed} FROM "{table}"'):
            for column, value in zip(columns, row, strict=True):
                if isinstance(value, str) and named.mentioned(value):
                    found[f"{table}.{column}"] += 1
    return dict(sorted(found.items()))


def counts(connection: Connection) -> dict[str, int]:
    """Rows by table, of the tables in which somebody can be named."""
    return {
        table: int(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])
        for table in _tables(connection)
        if table not in _WITHOUT_WORDS
    }


def _tables(connection: Connection) -> list[str]:
    rows = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    return [name for (name,) in rows]


def _columns(connection: Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
