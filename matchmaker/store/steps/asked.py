"""The step for the vectors of saved searches' sentences."""

from __future__ import annotations

from sqlite_utils import Database

from matchmaker.store.steps.migrations import MIGRATIONS


@MIGRATIONS(name="0030_saved_search_vectors")
def _saved_search_vectors(db: Database) -> None:
    """What a search's sentence became, by what made it, so that no sentence is encoded anew night after night.

    It goes with its search, and so with its user: a vector tells nearly as much as the sentence.
    """
    db.execute(
        """
        CREATE TABLE saved_search_vectors (
          search_id TEXT NOT NULL PRIMARY KEY REFERENCES saved_searches (id) ON DELETE CASCADE,
          encoder TEXT NOT NULL,
          key TEXT NOT NULL,
          vector BLOB NOT NULL
        ) STRICT, WITHOUT ROWID
        """
    )
