"""Why a wish has no meeting in a schedule as it is, and the cheapest change with which it would have one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

from matchmaker.events import (
    THERE_IS_ROOM,
    Appointment,
    Explanation,
    Fix,
    FixKind,
    LeftOut,
    Shift,
)
from matchmaker.meetings.changing.board import Board
from matchmaker.meetings.changing.conditions import Conditions
from matchmaker.meetings.solver.grid import each_bit
from matchmaker.meetings.worth import Pair, Worth

MOVES = 2
"""Other meetings that a change moves at most."""


class Why:
    """Says of each wish without a meeting why, for one schedule under its conditions."""

    def __init__(
        self,
        conditions: Conditions,
        worth: Mapping[Pair, Worth],
        appointments: Sequence[Appointment],
    ) -> None:
        self.conditions, self.worth = conditions, worth
        self.appointments = {each.pair: each for each in appointments}
        self.board = Board(conditions, appointments, {each.pair for each in appointments if each.locked})

    def left_out(self) -> tuple[LeftOut, ...]:
        """What people wished and has no meeting, with the reason; musts that are excluded too."""
        return tuple(
            LeftOut(min(pair), max(pair), self._reason(pair), self.worth[pair].must)
            for pair in self._missing()
        )

    def explanations(self, pairs: Iterable[Pair] | None = None) -> Iterator[Explanation]:
        """Each wish without a meeting explained, or each of the pairs named; musts first, then by worth.

        A pair that nobody wishes is explained, too, where it is named. Each change is made on the schedule before it is told.
        """
        chosen = (
            self._missing() if pairs is None else [pair for pair in pairs if pair not in self.appointments]
        )
        for pair in chosen:
            yield self._explained(pair)

    def _missing(self) -> list[Pair]:
        missing = [
            pair
            for pair, own in self.worth.items()
            if (own.wished or own.must) and pair not in self.appointments
        ]
        return sorted(
            missing, key=lambda pair: (not self.worth[pair].must, -self.worth[pair].value, sorted(pair))
        )

    def _reason(self, pair: Pair) -> str:
        board, (a, b) = self.board, sorted(pair)
        if pair in self.conditions.apart:
            return "excluded"
        if not self._both_there(pair):
            return "no_common_slot"
        if self._full(pair):
            return "cap_reached"
        both = board.free(a) & board.free(b)
        if any(board.has_table(pair, slot) for slot in each_bit(both)):
            return THERE_IS_ROOM
        return "tables_full" if both else "worth_less"

    def _both_there(self, pair: Pair) -> int:
        """The slots to come that both are there for and in which there is a table, taken or not."""
        board, (a, b) = self.board, pair
        there = board.there.get(a, 0) & board.there.get(b, 0)
        return sum(1 << slot for slot in each_bit(there) if board.held[slot] or board.has_table(pair, slot))

    def _full(self, pair: Pair) -> tuple[str, ...]:
        """Who has a free slot and may not have one more meeting; somebody with a meeting in every slot is not held back by a cap."""
        return tuple(one for one in sorted(pair) if self.board.left.get(one, 0) <= 0 and self.board.free(one))

    def _explained(self, pair: Pair) -> Explanation:
        board, (a, b) = self.board, sorted(pair)
        own, reason = self.worth.get(pair, Worth(0.0, False, False)), self._reason(pair)
        instead = {"worth_less": self._in_one_slot, "cap_reached": self._least}.get(reason, _nothing)(pair)
        return Explanation(
            a,
            b,
            own.must,
            own.value,
            reason,
            self._full(pair),
            tuple(self.conditions.slots[slot].span for slot in each_bit(board.free(a) & board.free(b))),
            instead,
            math.fsum(self._value(each.pair) for each in instead),
            None if reason == "excluded" else self._fix(pair),
        )

    def _value(self, pair: Pair) -> float:
        return self.worth[pair].value if pair in self.worth else 0.0

    def _least(self, pair: Pair) -> tuple[Appointment, ...]:
        """Of each of the two whose cap is reached the meeting of least worth that could go."""
        board, found = self.board, dict[Pair, Appointment]()
        for one in self._full(pair):
            own = [each for each in board.slot if one in each and each not in board.fast]
            if own:
                least = min(own, key=lambda each: (self._value(each), sorted(each)))
                found[least] = self.appointments[least]
        return tuple(found.values())

    def _in_one_slot(self, pair: Pair) -> tuple[Appointment, ...]:
        """The meetings of the two in the slot where they are worth least together; locked ones never go."""
        board, (a, b) = self.board, sorted(pair)
        choices = []
        for slot in each_bit(board.there[a] & board.there[b]):
            out = {board.at[one, slot] for one in (a, b) if (one, slot) in board.at}
            if out and not out & board.fast:
                choices.append((math.fsum(map(self._value, out)), slot, out))
        if not choices:
            return ()
        _, _, out = min(choices, key=lambda choice: choice[:2])
        return tuple(self.appointments[each] for each in sorted(out, key=sorted))

    def _fix(self, pair: Pair) -> Fix | None:
        """The first that works: nothing, moves of others, one more meeting, one more table, one more slot."""
        full = self._full(pair)
        with ExitStack() as raised:
            for one in full:
                raised.enter_context(self._one_more(self.board.left, one))
            kind = FixKind.MEETING if full else FixKind.NOTHING
            found = self._tried(pair, kind, MOVES, full) or self._with_a_table(pair, full)
            return found or (None if full else self._with_a_slot(pair))

    def _with_a_table(self, pair: Pair, full: tuple[str, ...]) -> Fix | None:
        board, (a, b) = self.board, sorted(pair)
        for slot in each_bit(board.free(a) & board.free(b)):
            with self._one_more(board.room, slot):
                found = self._tried(pair, FixKind.TABLE, 0, full, slot)
            if found:
                return found
        return None

    def _with_a_slot(self, pair: Pair) -> Fix | None:
        board = self.board
        coming = sum(
            1 << slot.number for slot in self.conditions.slots if not self.conditions.has_begun(slot.span)
        )
        for one, other in (sorted(pair), sorted(pair, reverse=True)):
            for slot in each_bit(board.free(other) & coming & ~board.there.get(one, 0)):
                if not board.has_table(pair, slot):
                    continue
                was = board.there[one]
                board.there[one] |= 1 << slot
                found = self._tried(pair, FixKind.SLOT, 0, (one,), slot)
                board.there[one] = was
                if found:
                    return found
        return None

    def _tried(
        self,
        pair: Pair,
        kind: FixKind,
        moves: int,
        participants: tuple[str, ...] = (),
        slot: int | None = None,
    ) -> Fix | None:
        """Make the change on the schedule, tell what became of it, and take it back."""
        board, slots = self.board, self.conditions.slots
        mark = len(board.log)
        if not board.fit(pair, moves):
            return None
        at = board.slot[pair]
        shifts = tuple(
            Shift(self.appointments[each].a, self.appointments[each].b, slots[was].span, slots[now].span)
            for each, (was, now) in sorted(
                board.moved_since(mark).items(), key=lambda entry: sorted(entry[0])
            )
        )
        board.undo(mark)
        return Fix(
            FixKind.MOVES if kind is FixKind.NOTHING and shifts else kind,
            slots[at].span,
            participants,
            None if slot is None else slots[slot].span,
            shifts,
        )

    @contextmanager
    def _one_more(self, of: dict[str, int] | list[int], which: str | int) -> Iterator[None]:
        of[which] += 1  # type: ignore[index]
        try:
            yield
        finally:
            of[which] -= 1  # type: ignore[index]


def _nothing(_: Pair) -> tuple[Appointment, ...]:
    return ()
