"""What facilitators write down about pairs, kept with who wrote it and when."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager

from matchmaker.answers import Note, checked_note
from matchmaker.errors import ActorNotFoundError, NoteChangedError, NoteNotFoundError
from matchmaker.store.audit import Stamp, record
from matchmaker.store.connections import Connection
from matchmaker.store.marks import erasures_edition

_COLUMNS = "a, b, words, who, at, change"

Opened = Callable[[], AbstractContextManager[Connection]]


class PairNotes:
    """The notes of one store; methods raise ``StoreError`` as the store's own do."""

    def __init__(self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp]) -> None:
        """``reading`` and ``writing`` open a transaction, ``stamp`` says who changes something now."""
        self._reading = reading
        self._writing = writing
        self._stamp = stamp

    def write(
        self, pairs: Collection[tuple[str, str]], words: str, *, expected: int | None = None, who: str
    ) -> tuple[Note, ...]:
        """Keep the words as the note of each pair in place of an earlier one, of all or of none.

        The same again changes nothing. ``expected`` is the change that the writer saw, 0 for no note. Raises ``NoteChangedError``, ``ActorNotFoundError``, and ``ValueError`` for words that are no note and for
        an actor with itself.
        """
        words = checked_note(words)
        with self._writing() as connection:
            for pair in pairs if expected is not None else ():
                kept = _of(connection, *_sorted(*pair))
                if (kept.change if kept else 0) != expected:
                    raise NoteChangedError(who=kept.who if kept else "", at=kept.at if kept else "")
            stamp = self._stamp(who)
            return tuple(_write(connection, stamp, *_sorted(*pair), words) for pair in pairs)

    def erase(self, one: str, other: str, *, who: str) -> Note:
        """Take the note of a pair away and return it; raises ``NoteNotFoundError`` where there is none."""
        with self._writing() as connection:
            kept = _of(connection, *_sorted(one, other))
            if kept is None:
                raise NoteNotFoundError(one, other)
            told = {"partner": kept.b, "characters": len(kept.words)}
            record(connection, self._stamp(who), "erased", "note", kept.a, told, {})
            connection.execute("DELETE FROM pair_notes WHERE a = ? AND b = ?", (kept.a, kept.b))
            return kept

    def of(self, one: str, other: str) -> Note | None:
        """The note of a pair, if there is one."""
        with self._reading() as connection:
            return _of(connection, *sorted((one, other)))

    def all(self, actor_id: str = "") -> tuple[Note, ...]:
        """All notes, or those about pairs of one actor, in the order in which they were written."""
        where = "WHERE a = ?1 OR b = ?1" if actor_id else ""
        with self._reading() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM pair_notes {where} ORDER BY change", (actor_id,) if actor_id else ()
            )
            return tuple(Note(*row) for row in rows)

    def edition(self) -> str:
        """Names what the notes say now; another one after each change of them."""
        with self._reading() as connection:
            count, latest = connection.execute(
                "SELECT count(*), coalesce(max(change), 0) FROM pair_notes"
            ).fetchone()
            # An erasure takes a name out of a note, which keeps its number.
            return f"{count}.{latest}.{erasures_edition(connection)}"


def _sorted(one: str, other: str) -> tuple[str, str]:
    if one == other:
        raise ValueError(f"{one!r} and itself are no pair. Name two actors.")
    return min(one, other), max(one, other)


def _write(connection: Connection, stamp: Stamp, a: str, b: str, words: str) -> Note:
    for actor_id in (a, b):
        if not connection.execute("SELECT 1 FROM actors WHERE id = ?", (actor_id,)).fetchone():
            raise ActorNotFoundError(actor_id)
    kept = _of(connection, a, b)
    if kept is not None and kept.words == words:
        return kept
    before = {"partner": b, "characters": len(kept.words)} if kept else {}
    after = {"partner": b, "characters": len(words)}
    change = record(connection, stamp, "noted", "note", a, before, after)
    note = Note(a, b, words, stamp.who, stamp.at, change)
    connection.execute(
        f"INSERT OR REPLACE INTO pair_notes ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
        (a, b, words, note.who, note.at, change),
    )
    return note


def _of(connection: Connection, a: str, b: str) -> Note | None:
    row = connection.execute(f"SELECT {_COLUMNS} FROM pair_notes WHERE a = ? AND b = ?", (a, b)).fetchone()
    return None if row is None else Note(*row)
