"""Rows of what is wanted and proposed of pairs at an event, read and written within a transaction of the events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import TypeAdapter

from matchmaker.events import MeetingRequest, Preference, PreferenceKind
from matchmaker.store.connections import Connection

_REQUEST = TypeAdapter(MeetingRequest)


def preferences(connection: Connection, event_id: str) -> tuple[Preference, ...]:
    """What is wanted of pairs, by the two participants and by whose it is."""
    rows = connection.execute(
        'SELECT a, b, kind, "of", words FROM preferences WHERE event_id = ? ORDER BY a, b, "of"', (event_id,)
    )
    return tuple(Preference(a, b, PreferenceKind(kind), of, words) for a, b, kind, of, words in rows)


def write_preferences(
    connection: Connection, event_id: str, given: tuple[Preference, ...], taken_back: tuple[Preference, ...]
) -> None:
    """Keep preferences, each in place of what the same one wanted of the pair before, and take others away."""
    connection.executemany(
        'DELETE FROM preferences WHERE event_id = ? AND a = ? AND b = ? AND "of" = ?',
        [(event_id, each.a, each.b, each.of) for each in (*taken_back, *given)],
    )
    connection.executemany(
        'INSERT INTO preferences (event_id, a, b, "of", kind, words) VALUES (?, ?, ?, ?, ?, ?)',
        [(event_id, each.a, each.b, each.of, each.kind.value, each.words) for each in given],
    )


def requests(connection: Connection, event_id: str) -> tuple[MeetingRequest, ...]:
    """The requests for meetings, by sender and recipient, as they were last written."""
    rows = connection.execute(
        "SELECT document FROM meeting_requests WHERE event_id = ? ORDER BY sender, recipient", (event_id,)
    )
    return tuple(_REQUEST.validate_json(document) for (document,) in rows)


def write_requests(connection: Connection, event_id: str, made: Iterable[MeetingRequest]) -> None:
    """Keep requests, each in place of the one from the same sender to the same recipient."""
    connection.executemany(
        "INSERT OR REPLACE INTO meeting_requests (event_id, sender, recipient, document) VALUES (?, ?, ?, ?)",
        [(event_id, each.sender, each.recipient, _REQUEST.dump_json(each).decode()) for each in made],
    )


def proposed(connection: Connection, event_id: str) -> dict[tuple[str, str], float]:
    """The scores of the pairs of actors that were proposed, by ids, the smaller first."""
    rows = connection.execute(
        "SELECT a, b, score FROM event_proposals WHERE event_id = ? ORDER BY a, b", (event_id,)
    )
    return {(a, b): score for a, b, score in rows}


def write_proposed(connection: Connection, event_id: str, scores: Mapping[tuple[str, str], float]) -> None:
    """Keep what the recommender proposes, in place of what it did before."""
    connection.execute("DELETE FROM event_proposals WHERE event_id = ?", (event_id,))
    connection.executemany(
        "INSERT INTO event_proposals (event_id, a, b, score) VALUES (?, ?, ?, ?)",
        [(event_id, a, b, score) for (a, b), score in sorted(scores.items())],
    )
