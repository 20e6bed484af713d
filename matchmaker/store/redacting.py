"""Puts a token in place of the erased in what else tells of them: the audit trail, jobs, notes, who changed something."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from matchmaker.erasures import plain
from matchmaker.store.connections import Connection
from matchmaker.store.mentions import SHORTEST, authorship


def redact_audit(connection: Connection, names: Iterable[str], token: str) -> int:
    """Put ``token`` in place of ids, names and texts that hold a name; the row of the erasure itself keeps its id."""
    wanted = {plain(each) for each in names if each.strip()}
    changed = 0
    rows = connection.execute(
        "SELECT number, subject_id, before, after FROM audit WHERE before <> '{}' OR after <> '{}' OR subject_id <> ''"
    ).fetchall()
    for number, subject_id, before, after in rows:
        own = plain(subject_id) in wanted
        # All that the trail knows of the erased itself goes, whatever it says.
        values = ["{}", "{}"] if own else [_redacted(each, wanted, token) for each in (before, after)]
        if values != [before, after]:
            connection.execute("UPDATE audit SET before = ?, after = ? WHERE number = ?", (*values, number))
            changed += 1
    return changed


def redact_jobs(connection: Connection, names: Iterable[str], token: str) -> int:
    """The same in what jobs were told and in what came of them."""
    wanted = {plain(each) for each in names if each.strip()}
    changed = 0
    for number, *values in connection.execute(
        "SELECT number, arguments, answer, problem FROM jobs"
    ).fetchall():
        arguments, answer, problem = values
        without = [
            _redacted(arguments, wanted, token),
            _redacted(answer, wanted, token),
            str(replaced(problem, wanted, token)),
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


def redact_notes(connection: Connection, names: Iterable[str], token: str) -> int:
    """Put ``token`` in place of a person that a facilitator's note names; the rest of the note stays."""
    wanted, changed = [each for each in names if len(plain(each)) >= SHORTEST], 0
    rows = connection.execute("SELECT a, b, words FROM pair_notes").fetchall()
    for a, b, words in rows:
        without = words
        for name in wanted:
            without = re.sub(re.escape(name), token, without, flags=re.IGNORECASE)
        if any(plain(each) in plain(without) for each in wanted):
            # Written otherwise, so that the place cannot be told: then all of it goes.
            without = token
        if without != words:
            connection.execute("UPDATE pair_notes SET words = ? WHERE a = ? AND b = ?", (without, a, b))
            changed += 1
    return changed


def rename_subject(connection: Connection, subject_id: str, token: str) -> None:
    """Put ``token`` in place of the id that changes of the trail are of."""
    connection.execute("UPDATE audit SET subject_id = ? WHERE subject_id = ?", (token, subject_id))


def _redacted(document: str, wanted: set[str], token: str) -> str:
    if document == "{}":
        return document
    value = json.loads(document)
    without = replaced(value, wanted, token)
    return document if without == value else json.dumps(without, ensure_ascii=False)


def replaced(value: object, wanted: set[str], token: str) -> object:
    """The value with ``token`` in place of every text that holds one of the plain names."""
    if isinstance(value, str):
        text = plain(value)
        held = text in wanted or any(len(each) >= SHORTEST and each in text for each in wanted)
        return token if held else value
    if isinstance(value, list):
        return [replaced(each, wanted, token) for each in value]
    if isinstance(value, dict):
        return {name: replaced(each, wanted, token) for name, each in value.items()}
    return value
