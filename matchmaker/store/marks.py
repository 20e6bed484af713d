"""Which actors changed since the store held a given content: what a reader of an older build must not overlook."""

from __future__ import annotations

from matchmaker.actors import Actor
from matchmaker.store.connections import Connection
from matchmaker.store.imports import stored_rows
from matchmaker.store.rows import ACTORS, actor_of


def latest_change(connection: Connection) -> int:
    """The number of the newest row of the audit trail, 0 when there is none."""
    return int(connection.execute("SELECT coalesce(max(number), 0) FROM audit").fetchone()[0])


def erasures_edition(connection: Connection) -> str:
    """Another text after every erasure; one of a person may rewrite rows of which the audit trail tells nothing new."""
    # Somebody erased once more is listed with a later change.
    number, changes = connection.execute("SELECT count(*), coalesce(sum(change), 0) FROM erasures").fetchone()
    return f"{number}.{changes}"


def mark_content(connection: Connection, fingerprint: str) -> None:
    """Note that the content with this fingerprint is the one after the latest change."""
    connection.execute(
        "INSERT OR REPLACE INTO contents (fingerprint, change) VALUES (?, ?)",
        (fingerprint, latest_change(connection)),
    )


def change_of(connection: Connection, fingerprint: str) -> int:
    """The change after which the store held this content; 0 where nobody noted it, which is before every change."""
    row = connection.execute("SELECT change FROM contents WHERE fingerprint = ?", (fingerprint,)).fetchone()
    return 0 if row is None else int(row[0])


def actors_changed(connection: Connection, after: int) -> dict[str, Actor | None]:
    """The actors with a change after that number, latest change first; ``None`` for one that is gone."""
    found = connection.execute(
        "SELECT subject_id FROM audit WHERE number > ? AND subject_kind = ? "
        "GROUP BY subject_id ORDER BY max(number) DESC",
        (after, ACTORS.kind),
    ).fetchall()
    rows = stored_rows(connection, ACTORS, [actor_id for (actor_id,) in found])
    return {actor_id: actor_of(rows[actor_id]) if actor_id in rows else None for (actor_id,) in found}
