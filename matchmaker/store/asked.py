"""The vectors of saved searches' sentences: encoded once for each encoder, and gone with the search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

import numpy as np
from numpy.typing import NDArray

from matchmaker.store.connections import Connection

Opened = Callable[[], AbstractContextManager[Connection]]

_STORED = np.dtype("<f4")


class AskedVectors:
    """What the sentences of one store's saved searches became; methods raise ``StoreError`` as the store's own do."""

    def __init__(self, reading: Opened, writing: Opened) -> None:
        """``reading`` and ``writing`` open a transaction."""
        self._reading = reading
        self._writing = writing

    def load(self, encoder: str) -> dict[str, tuple[str, NDArray[np.float32]]]:
        """By search, the key of what was encoded and its vector, shape (d,), to the last bit as it was made."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT search_id, key, vector FROM saved_search_vectors WHERE encoder = ?", (encoder,)
            ).fetchall()
        return {search: (key, np.frombuffer(vector, dtype=_STORED)) for search, key, vector in rows}

    def save(self, encoder: str, made: Mapping[str, tuple[str, NDArray[np.float32]]]) -> None:
        """Keep what ``load`` gives, in place of what was kept of these searches; of one that is gone nothing is kept."""
        with self._writing() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO saved_search_vectors (search_id, encoder, key, vector)"
                " SELECT id, ?, ?, ? FROM saved_searches WHERE id = ?",
                [
                    (encoder, key, np.ascontiguousarray(vector, dtype=_STORED).tobytes(), search)
                    for search, (key, vector) in sorted(made.items())
                ],
            )
