"""Which tables say something of actors: found from the tables themselves, so that a new one is never forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from matchmaker.store.connections import Connection


@dataclass(frozen=True, slots=True)
class Table:
    """A table with columns that hold an actor's id."""

    name: str
    columns: tuple[str, ...]
    """Those that refer to actors."""
    key: tuple[str, ...]
    """What names a row: the primary key, or ``rowid``."""

    def rows(self, connection: Connection, actor_id: str) -> Iterator[dict[str, object]]:
        """The rows that say something of an actor, by key; a row without a key of its own carries its ``rowid``."""
        wanted = " OR ".join(f'"{column}" = ?' for column in self.columns)
        hidden = "rowid, " if self.key == ("rowid",) else ""
        found = connection.execute(
            f'SELECT {hidden}* FROM "{self.name}" WHERE {wanted} ORDER BY {", ".join(self.key)}',
            (actor_id,) * len(self.columns),
        )
        names = [each[0] for each in found.description]
        for row in found.fetchall():
            yield dict(zip(names, row, strict=True))

    def key_of(self, row: Mapping[str, object]) -> dict[str, object]:
        """The part of a row that names it."""
        return {column: row[column] for column in self.key}


def tables_of_actors(connection: Connection) -> list[Table]:
    """Every table with a reference to actors, by name."""
    rows = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall()
    found = []
    for (name,) in rows:
        columns = sorted(
            {
                row[3]
                for row in connection.execute(f'PRAGMA foreign_key_list("{name}")').fetchall()
                if row[2] == "actors"
            }
        )
        if columns:
            found.append(Table(name, tuple(columns), _key(connection, name)))
    return found


def columns_of(connection: Connection, table: str) -> list[str]:
    """The names of a table's columns."""
    return [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")').fetchall()]


def _key(connection: Connection, table: str) -> tuple[str, ...]:
    rows = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
    parts = sorted((row[5], row[1]) for row in rows if row[5])
    return tuple(name for _, name in parts) or ("rowid",)
