"""What is kept so that merges and imports can be taken back, and the forgetting of it when somebody is erased."""

from __future__ import annotations

from collections.abc import Collection

from matchmaker.erasures import plain
from matchmaker.store.connections import Connection


def forget_ways_back(connection: Connection, names: Collection[str]) -> int:
    """Forget how to take back what holds one of the names; returns in how many rows.

    A merge that is forgotten so stands for good; of an import, that one row does.
    """
    wanted = {text for each in names if (text := plain(each))}
    rows = connection.execute("SELECT number, document FROM merges WHERE document <> ''").fetchall()
    merges = [number for number, document in rows if _holds(document, wanted)]
    for number in merges:
        connection.execute("UPDATE merges SET document = '' WHERE number = ?", (number,))
    noted = connection.execute(
        "SELECT import, subject_kind, subject_id, before FROM import_changes"
    ).fetchall()
    changes = [
        tuple(key)
        for *key, before in noted
        if plain(str(key[2])) in wanted or (before and _holds(before, wanted))
    ]
    connection.executemany(
        "DELETE FROM import_changes WHERE import = ? AND subject_kind = ? AND subject_id = ?", changes
    )
    return len(merges) + len(changes)


def _holds(document: str, wanted: Collection[str]) -> bool:
    # A text inside a text has its quotation marks escaped; without the escapes, a name is found at any depth.
    text = plain(document.replace("\\", ""))
    return any(each.replace("\\", "") in text for each in wanted)
