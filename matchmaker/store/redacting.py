"""Puts a token in place of the erased in what else tells of them: the audit trail, jobs, notes, who changed something.

What names them is told in ``Named``. A text of others that surely names them goes as a whole, since it is about them;
of one with a single word that may be their name, and of a note, everything else stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from matchmaker.erasures import plain
from matchmaker.store.connections import Connection
from matchmaker.store.mentions import authorship
from matchmaker.store.named import Named

OF_NO_ACTOR = frozenset(
    {
        "alerts",
        "build",
        "calendar",
        "collaboration",
        "delivery",
        "event",
        "feed",
        "job",
        "key",
        "outcome",
        "saved_search",
        "sub_cluster",
        "target",
        "user",
        "webhook",
    }
)
"""Kinds of subjects of the trail with ids of their own, which may read as an actor's does."""


def redact_audit(connection: Connection, named: Named, token: str) -> int:
    """Put ``token`` in place of ids, names and texts that hold a name; the row of the erasure itself keeps its id."""
    changed = 0
    rows = connection.execute(
        "SELECT number, subject_kind, subject_id, before, after FROM audit WHERE before <> '{}' OR after <> '{}'"
    ).fetchall()
    for number, kind, subject_id, before, after in rows:
        own = kind not in OF_NO_ACTOR and named.is_id(subject_id)
        # All that the trail knows of the erased itself goes, whatever it says.
        values = ["{}", "{}"] if own else [_redacted(each, named, token) for each in (before, after)]
        if values != [before, after]:
            connection.execute("UPDATE audit SET before = ?, after = ? WHERE number = ?", (*values, number))
            changed += 1
    return changed


def redact_jobs(connection: Connection, named: Named, token: str) -> int:
    """The same in what jobs were told and in what came of them."""
    changed = 0
    for number, *values in connection.execute(
        "SELECT number, arguments, answer, problem FROM jobs"
    ).fetchall():
        arguments, answer, problem = values
        without = [
            _redacted(arguments, named, token),
            _redacted(answer, named, token),
            str(named.redacted(problem, token)),
        ]
        if without != values:
            connection.execute(
                "UPDATE jobs SET arguments = ?, answer = ?, problem = ? WHERE number = ?", (*without, number)
            )
            changed += 1
    return changed


def redact_who(connection: Connection, names: Iterable[str], token: str) -> int:
    """Put ``token`` in place of a person who changed something under a name or address of theirs."""
    wanted, changed = {plain(each) for each in names}, 0
    for table, author, number in authorship(connection):
        if plain(author) in wanted:
            connection.execute(f'UPDATE "{table}" SET who = ? WHERE who = ?', (token, author))
            changed += number
    return changed


def redact_notes(connection: Connection, named: Named, token: str) -> int:
    """Put ``token`` in place of a person that a facilitator's note names; the rest of the note stays."""
    changed = 0
    for a, b, words in connection.execute("SELECT a, b, words FROM pair_notes").fetchall():
        without = named.taken_out(words, token)
        if without != words:
            connection.execute("UPDATE pair_notes SET words = ? WHERE a = ? AND b = ?", (without, a, b))
            changed += 1
    return changed


def rename_subject(connection: Connection, actor_id: str, token: str) -> None:
    """Put ``token`` in place of the id of an actor that changes of the trail are of."""
    connection.execute(
        "UPDATE audit SET subject_id = ? WHERE subject_id = ?"
        " AND subject_kind NOT IN (SELECT value FROM json_each(?))",
        (token, actor_id, json.dumps(sorted(OF_NO_ACTOR))),
    )


def _redacted(document: str, named: Named, token: str) -> str:
    if document == "{}":
        return document
    value = json.loads(document)
    without = named.redacted(value, token)
    return document if without == value else json.dumps(without, ensure_ascii=False)
