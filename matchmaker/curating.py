"""A facilitator's working list: judgements of many pairs at once, each to be taken back, and notes about them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from matchmaker.answers import Answer, AnswerKind, Judgement, Note, Side, Wanted
from matchmaker.store import Store

Pair = tuple[str, str]


class Curating:
    """What a facilitator says of pairs of one workspace. Every method may raise ``StoreError``."""

    def __init__(self, store: Store) -> None:
        self._answers = store.answers
        self._notes = store.pair_notes

    def judge(self, pairs: Sequence[Pair], kind: AnswerKind | None, *, who: str) -> tuple[Wanted, ...]:
        """Pin, hide or keep apart these pairs of seeker and partner, or take that back with ``None``: all or none.

        Returns what ``put_back`` needs. Raises ``ActorNotFoundError``, and ``ValueError`` for another kind and for an actor
        with itself.
        """
        said = None if kind is None else Judgement(kind)
        if said is not None and said.side is not Side.FACILITATOR:
            raise ValueError(f"{kind!r} is a firm's answer. A facilitator says pinned, hidden or never.")
        return self._answers.put([Wanted(*pair, Side.FACILITATOR, said) for pair in pairs], who=who)

    def put_back(self, before: Sequence[Wanted], *, who: str) -> tuple[Wanted, ...]:
        """Make pairs what they were, where nobody said something else since; returns what was changed, as ``judge`` does."""
        return self._answers.put(before, who=who)

    def take_back(self, seeker_id: str, partner_id: str, *, side: Side, who: str) -> Answer:
        """Take back what one side said of a pair; raises ``ActorNotFoundError`` and ``AnswerNotFoundError``."""
        return self._answers.take_back(seeker_id, partner_id, side=side, who=who)

    def note(
        self, pairs: Collection[Pair], words: str, *, expected: int | None = None, who: str
    ) -> tuple[Note, ...]:
        """Keep a note of each pair in place of an earlier one; raises as ``PairNotes.write``."""
        return self._notes.write(pairs, words, expected=expected, who=who)

    def erase_note(self, one: str, other: str, *, who: str) -> Note:
        """Take the note of a pair away; raises ``NoteNotFoundError``."""
        return self._notes.erase(one, other, who=who)

    def note_of(self, one: str, other: str) -> Note | None:
        """The note of a pair, if there is one."""
        return self._notes.of(one, other)

    def notes(self, actor_id: str = "") -> tuple[Note, ...]:
        """All notes, or those of one actor's pairs, in the order in which they were written."""
        return self._notes.all(actor_id)

    def notes_edition(self) -> str:
        """Names what the notes say now."""
        return self._notes.edition()
