"""What firms and facilitators say of proposed matches, kept with who said it and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

from matchmaker.answers import (
    Answer,
    AnswerKind,
    DeclineReason,
    Judgement,
    Mutual,
    Side,
    Wanted,
    mutual,
)
from matchmaker.errors import ActorNotFoundError, AnswerNotFoundError
from matchmaker.store.audit import Stamp, record
from matchmaker.store.connections import Connection
from matchmaker.store.marks import erasures_edition, latest_change
from matchmaker.store.outbox import put_interest

_COLUMNS = "seeker_id, partner_id, kind, reason, words, on_behalf, told, who, at, change"

_Read = tuple[tuple[int, str], tuple[Answer, ...]]
"""All answers, after the latest change and the erasures with which they were read."""

_NOT_READ: _Read = ((-1, ""), ())

Opened = Callable[[], AbstractContextManager[Connection]]


class Answers:
    """The answers of one store; methods raise ``StoreError`` as the store's own do."""

    def __init__(self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp]) -> None:
        """``reading`` and ``writing`` open a transaction, ``stamp`` says who changes something now."""
        self._reading = reading
        self._writing = writing
        self._stamp = stamp
        self._every = _NOT_READ

    def forget_read(self) -> None:
        """Forget what is remembered of the answers; where a transaction in which they were read is rolled back."""
        self._every = _NOT_READ

    def give(self, seeker_id: str, partner_id: str, said: Judgement, *, who: str) -> Answer:
        """Keep what one side says of a pair in place of what it said before; the same again changes nothing.

        ``never`` holds in either direction, so it replaces a facilitator's answer about the pair turned round, and
        is replaced by one. Raises ``ActorNotFoundError``, and ``ValueError`` for an actor with itself.
        """
        if seeker_id == partner_id:
            raise ValueError(f"{seeker_id!r} cannot be its own partner. Name two actors.")
        with self._writing() as connection:
            _check_actors(connection, seeker_id, partner_id)
            same, turned = _answers_replaced(connection, seeker_id, partner_id, said)
            if same and same.said == said:
                return same
            stamp = self._stamp(who)
            if turned:
                _withdraw(connection, stamp, turned)
            if same:
                _delete(connection, same)
            before = _told(partner_id, same.said) if same else {}
            change = record(
                connection, stamp, "answered", "answer", seeker_id, before, _told(partner_id, said)
            )
            answer = Answer(seeker_id, partner_id, said, who, stamp.at, change)
            _insert(connection, answer)
            if said.kind is AnswerKind.INTERESTED:
                was_already = same is not None and same.said.kind is AnswerKind.INTERESTED
                put_interest(connection, stamp.at, seeker_id, partner_id, before=was_already)
            return answer

    def put(self, wanted: Sequence[Wanted], *, who: str) -> tuple[Wanted, ...]:
        """Let each side say of each pair what is wanted, all of it or nothing, and return what puts it back.

        ``None`` takes back what is said. Where a ``Wanted`` names a change, it holds only as long as that is still the latest of
        the pair and side, so that nobody's later word is undone. Raises as ``give``.
        """
        with self._writing() as connection:
            stamp, before = self._stamp(who), list[Wanted]()
            for each in wanted:
                before += _put(connection, stamp, each)
            return tuple(reversed(before))

    def take_back(self, seeker_id: str, partner_id: str, *, side: Side | None = None, who: str) -> Answer:
        """Take back the latest answer about a pair and return it; a facilitator's ``never`` in either direction.

        With a ``side`` that side's alone. Raises ``ActorNotFoundError``, and ``AnswerNotFoundError`` where nothing was said.
        """
        with self._writing() as connection:
            _check_actors(connection, seeker_id, partner_id)
            said = _of_pair(connection, seeker_id, partner_id)
            said += [
                each
                for each in _of_pair(connection, partner_id, seeker_id)
                if each.said.kind is AnswerKind.NEVER
            ]
            said = [each for each in said if side in (None, each.said.side)]
            if not said:
                raise AnswerNotFoundError(seeker_id, partner_id)
            latest = max(said, key=lambda each: each.change)
            _withdraw(connection, self._stamp(who), latest)
            return latest

    def all(self, actor_id: str = "") -> tuple[Answer, ...]:
        """All answers, or those about or by one actor; in the order in which they were given."""
        with self._reading() as connection:
            if actor_id:
                return tuple(
                    _read(connection, "WHERE seeker_id = ?1 OR partner_id = ?1 ORDER BY change", (actor_id,))
                )
            # Not the changes of the answers themselves: actors that become one take theirs along, under the same numbers.
            at = latest_change(connection), erasures_edition(connection)
            known = self._every
            if known[0] != at:
                every = tuple(_read(connection, "ORDER BY change", ()))
                # Whoever has the former ones sees without comparing each that nothing was said since.
                known = self._every = at, known[1] if every == known[1] else every
            return known[1]

    def mutual(self, actor_id: str = "") -> tuple[Mutual, ...]:
        """The pairs of whom both said interested, the latest first; of all actors or of one."""
        return mutual(self.all(actor_id))

    def is_mutual(self, one: str, other: str) -> bool:
        """Whether both actors said interested of each other, and no facilitator said never."""
        with self._reading() as connection:
            both = [*_of_pair(connection, one, other), *_of_pair(connection, other, one)]
        return bool(mutual(both))


def _put(connection: Connection, stamp: Stamp, wanted: Wanted) -> list[Wanted]:
    """Do one, and say what puts it back; nothing where it holds no longer or is there already."""
    seeker_id, partner_id, side, said = wanted.seeker_id, wanted.partner_id, wanted.side, wanted.said
    if seeker_id == partner_id:
        raise ValueError(f"{seeker_id!r} cannot be its own partner. Name two actors.")
    _check_actors(connection, seeker_id, partner_id)
    same = next(
        (each for each in _of_pair(connection, seeker_id, partner_id) if each.said.side is side), None
    )
    if wanted.after is not None and wanted.after != (same.change if same else 0):
        return []
    if (same.said if same else None) == said:
        return []
    undone = []
    if said is not None:
        _, turned = _answers_replaced(connection, seeker_id, partner_id, said)
        if turned:
            _withdraw(connection, stamp, turned)
            undone.append(Wanted(partner_id, seeker_id, side, turned.said, after=0))
    before = _told(partner_id, same.said) if same else {}
    if same:
        _delete(connection, same)
    if said is None:
        record(connection, stamp, "withdrawn", "answer", seeker_id, before, {})
        change = 0
    else:
        change = record(connection, stamp, "answered", "answer", seeker_id, before, _told(partner_id, said))
        _insert(connection, Answer(seeker_id, partner_id, said, stamp.who, stamp.at, change))
        if said.kind is AnswerKind.INTERESTED:
            was_already = same is not None and same.said.kind is AnswerKind.INTERESTED
            put_interest(connection, stamp.at, seeker_id, partner_id, before=was_already)
    return [*undone, Wanted(seeker_id, partner_id, side, same.said if same else None, after=change)]


def _answers_replaced(
    connection: Connection, seeker_id: str, partner_id: str, said: Judgement
) -> tuple[Answer | None, Answer | None]:
    """What does not stand any longer once this is said: the same side's answer, and ``never`` the other way round."""
    same, turned = (
        next((each for each in _of_pair(connection, *pair) if each.said.side is said.side), None)
        for pair in ((seeker_id, partner_id), (partner_id, seeker_id))
    )
    either_way = turned is not None and AnswerKind.NEVER in (turned.said.kind, said.kind)
    return same, turned if either_way else None


def _of_pair(connection: Connection, seeker_id: str, partner_id: str) -> list[Answer]:
    return list(_read(connection, "WHERE seeker_id = ? AND partner_id = ?", (seeker_id, partner_id)))


def _read(connection: Connection, which: str, values: tuple[str, ...]) -> Iterator[Answer]:
    for row in connection.execute(f"SELECT {_COLUMNS} FROM answers {which}", values):
        seeker_id, partner_id, kind, reason, words, on_behalf, told, who, at, change = row
        why = DeclineReason(reason) if reason else None
        said = Judgement(AnswerKind(kind), why, words, bool(on_behalf), bool(told))
        yield Answer(seeker_id, partner_id, said, who, at, change)


def _insert(connection: Connection, answer: Answer) -> None:
    said = answer.said
    connection.execute(
        f"INSERT INTO answers (side, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            said.side.value,
            answer.seeker_id,
            answer.partner_id,
            said.kind.value,
            said.reason.value if said.reason else "",
            said.words,
            int(said.on_behalf),
            int(said.told),
            answer.who,
            answer.at,
            answer.change,
        ),
    )


def _delete(connection: Connection, answer: Answer) -> None:
    connection.execute(
        "DELETE FROM answers WHERE seeker_id = ? AND partner_id = ? AND side = ?",
        (answer.seeker_id, answer.partner_id, answer.said.side.value),
    )


def _withdraw(connection: Connection, stamp: Stamp, answer: Answer) -> None:
    _delete(connection, answer)
    before = _told(answer.partner_id, answer.said)
    record(connection, stamp, "withdrawn", "answer", answer.seeker_id, before, {})


def _told(partner_id: str, said: Judgement) -> Mapping[str, object]:
    """An answer as the audit trail tells it: not in its own words, which go when either actor is erased."""
    told: dict[str, object] = {"partner": partner_id, "answer": said.kind.value}
    if said.reason:
        told["reason"] = said.reason.value
    if said.words:
        told["words"] = {"characters": len(said.words)}
    if said.side is Side.FIRM:
        told["on_behalf"] = said.on_behalf
    if said.told:
        told["told"] = True
    return told


def _check_actors(connection: Connection, *actor_ids: str) -> None:
    for actor_id in actor_ids:
        if not connection.execute("SELECT 1 FROM actors WHERE id = ?", (actor_id,)).fetchone():
            raise ActorNotFoundError(actor_id)
