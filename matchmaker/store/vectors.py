"""Vectors kept by encoder and text key, so that the same words are encoded once."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from matchmaker.store.connections import Connection

_CHUNK = 5000
_STORED = np.dtype("<f2")


def load(connection: Connection, encoder: str, keys: Sequence[str]) -> dict[str, NDArray[np.float16]]:
    """The vectors that are there, by key; each has shape (dimensions,) and cannot be written to."""
    number = _encoder_number(connection, encoder)
    found: dict[str, NDArray[np.float16]] = {}
    if number is None:
        return found
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        rows = connection.execute(
            f"SELECT key, vector FROM vectors WHERE encoder = ? AND key IN ({', '.join('?' * len(chunk))})",
            (number, *chunk),
        )
        found.update((key, np.frombuffer(vector, dtype=_STORED)) for key, vector in rows)
    return found


def save(connection: Connection, encoder: str, keys: Sequence[str], vectors: NDArray[np.float16]) -> None:
    """Add or replace vectors; raises ``ValueError`` unless there is one row for each key."""
    if vectors.ndim != 2 or len(vectors) != len(keys):
        raise ValueError(
            f"{len(keys)} keys need as many rows of vectors, not an array of shape {vectors.shape}."
        )
    connection.execute("INSERT INTO encoders (name) VALUES (?) ON CONFLICT (name) DO NOTHING", (encoder,))
    number = _encoder_number(connection, encoder)
    rows = np.ascontiguousarray(vectors, dtype=_STORED)
    connection.executemany(
        "INSERT INTO vectors (encoder, key, vector) VALUES (?, ?, ?)"
        " ON CONFLICT (encoder, key) DO UPDATE SET vector = excluded.vector",
        ((number, key, row.tobytes()) for key, row in zip(keys, rows, strict=True)),
    )


def keep(connection: Connection, keys: Collection[str]) -> int:
    """Remove the vectors of all other keys and return how many."""
    connection.execute("CREATE TEMP TABLE kept (key TEXT PRIMARY KEY) WITHOUT ROWID")
    try:
        connection.executemany("INSERT OR IGNORE INTO kept (key) VALUES (?)", ((key,) for key in keys))
        return int(connection.execute("DELETE FROM vectors WHERE key NOT IN (SELECT key FROM kept)").rowcount)
    finally:
        connection.execute("DROP TABLE kept")


def _encoder_number(connection: Connection, encoder: str) -> int | None:
    row = connection.execute("SELECT number FROM encoders WHERE name = ?", (encoder,)).fetchone()
    return None if row is None else int(row[0])
