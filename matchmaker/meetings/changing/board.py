"""A schedule in which a few meetings are moved so that one more fits, with as few moves as can be.

Unlike ``grid``, which moves whatever it likes, it counts every meeting that leaves its slot and holds some of them fast.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from matchmaker.events import Appointment
from matchmaker.meetings.changing.conditions import Conditions
from matchmaker.meetings.changing.stands_taken import StandsTaken
from matchmaker.meetings.solver.grid import each_bit
from matchmaker.meetings.worth import Pair

MOST_MOVES = 3
"""Of one search; each further one multiplies the ways to try by the number of slots."""
LOOKS = 4_000
"""Ways that are tried for one meeting; a count and not a time, so that the answer does not depend on the machine."""


class Board:
    """Who meets whom in which slot that is still to come; slots of a participant are the bits of a whole number."""

    def __init__(
        self, conditions: Conditions, appointments: Iterable[Appointment], fast: AbstractSet[Pair]
    ) -> None:
        """Meetings that are ``fast``, over or running never move."""
        self.conditions = conditions
        self.fast = fast
        coming = [slot for slot in conditions.slots if not conditions.has_begun(slot.span)]
        self.there = {
            one: sum(1 << slot.number for slot in coming if conditions.is_there(one, slot.span))
            for one in conditions.attendees
        }
        self.left = {one: conditions.most(one) for one in conditions.attendees}
        self.room = [conditions.seats(slot.span) for slot in conditions.slots]
        """By slot, the tables that anybody may use and nobody needs."""
        self.stands = [StandsTaken(conditions.own_tables(slot.span)) for slot in conditions.slots]
        self.at: dict[tuple[str, int], Pair] = {}
        self.slot: dict[Pair, int] = {}
        self.held: list[set[Pair]] = [set() for _ in conditions.slots]
        self.log: list[tuple[Pair, int | None]] = []
        """Changes: a pair and the slot it was in before."""
        self._home: dict[Pair, tuple[int, str]] = {}
        """Slot and table of each meeting when the board was made, ``""`` for a table that anybody may use."""
        self._looks = 0
        numbers = {slot.span: slot.number for slot in coming}
        for each in appointments:
            number = numbers.get(each.span)
            if number is None:
                for one in each.pair & self.left.keys():
                    self.left[one] -= 1
                continue
            table = conditions.tables.get(each.table)
            self._home[each.pair] = number, each.table if table is not None and table.actor_id else ""
            self._put(each.pair, number)

    def free(self, one: str) -> int:
        """The slots that a participant is there for and meets nobody in."""
        there = self.there.get(one, 0)
        return sum(1 << slot for slot in each_bit(there) if (one, slot) not in self.at)

    def own_table(self, pair: Pair) -> str:
        """The table kept for an actor that a pair's meeting was at when the board was made; ``""`` where it was at none."""
        return self._home[pair][1] if pair in self._home else ""

    def has_table(self, pair: Pair, slot: int) -> bool:
        """Whether one more meeting can have a table in a slot: one kept for one of the two, or one that anybody may use.

        Where it was in that slot when the board was made it has the same table.
        """
        if self.room[slot] > 0:
            return True
        if self._is_home(pair, slot):
            own = self.own_table(pair)
            return bool(own) and self.stands[slot].is_free(own)
        return self.stands[slot].has_room(self.conditions.actors(pair))

    def most_at_stands(self, slot: int) -> int:
        """How many more meetings of a slot can be at tables kept for an actor, at most."""
        stands = self.stands[slot]
        if not stands.free():
            return 0
        there = Counter[str]()
        for one, slots in self.there.items():
            pair = self.at.get((one, slot))
            if slots >> slot & 1 and (self.left[one] > 0 if pair is None else not self._is_home(pair, slot)):
                there[self.conditions.attendees[one].actor_id] += 1
        return stands.most_more(there)

    def put(self, pair: Pair, slot: int) -> None:
        """Give a pair without a meeting one."""
        self.log.append((pair, None))
        self._put(pair, slot)

    def take(self, pair: Pair) -> None:
        """Take a pair's meeting away."""
        self.log.append((pair, self.slot[pair]))
        self._take(pair)

    def undo(self, mark: int = 0) -> None:
        """Take back all changes after the log had this length."""
        while len(self.log) > mark:
            pair, slot = self.log.pop()
            if slot is None:
                self._take(pair)
            else:
                self._put(pair, slot)

    def moved_since(self, mark: int) -> dict[Pair, tuple[int, int]]:
        """The meetings that were there when the log had this length and are in another slot now: from which to which."""
        first: dict[Pair, int | None] = {}
        for pair, slot in self.log[mark:]:
            first.setdefault(pair, slot)
        return {
            pair: (was, self.slot[pair])
            for pair, was in first.items()
            if was is not None and pair in self.slot and self.slot[pair] != was
        }

    def fit(self, pair: Pair, moves: int) -> bool:
        """Give a pair a meeting with as few moves of others as can be, at most ``moves``; says whether it could.

        What is found has the fewest moves unless ``LOOKS`` ways did not suffice. Caps of the two are respected.
        """
        if any(self.left.get(one, 0) <= 0 for one in pair):
            return False
        mark = len(self.log)
        for most in range(min(moves, MOST_MOVES) + 1):
            self._looks = 0
            if self._settle((pair,), most, frozenset((pair,))):
                return True
            self.undo(mark)
        return False

    def _settle(self, todo: tuple[Pair, ...], moves: int, touched: frozenset[Pair]) -> bool:
        """Put each pair of ``todo`` somewhere, where at most ``moves`` others leave their slots."""
        if not todo:
            return True
        pair, rest = todo[0], todo[1:]
        a, b = sorted(pair)
        for slot in each_bit(self.there[a] & self.there[b]):
            self._looks += 1
            if self._looks > LOOKS:
                return False
            out = {self.at[one, slot] for one in (a, b) if (one, slot) in self.at}
            if len(out) > moves or out & touched or out & self.fast:
                continue
            for taken in self._with_room(pair, slot, out, moves, touched):
                mark = len(self.log)
                for each in sorted(taken, key=sorted):
                    self.take(each)
                if self.has_table(pair, slot):
                    self.put(pair, slot)
                    further = (*rest, *sorted(taken, key=sorted))
                    if self._settle(further, moves - len(taken), touched | taken):
                        return True
                self.undo(mark)
        return False

    def _with_room(
        self, pair: Pair, slot: int, out: set[Pair], moves: int, touched: frozenset[Pair]
    ) -> list[frozenset[Pair]]:
        """What can leave a slot so that there is a table: what has to, and where that is too little one more."""
        if self._has_table_without(out, pair, slot):
            return [frozenset(out)]
        if len(out) >= moves:
            return []
        return [
            frozenset(out | {each})
            for each in sorted(self.held[slot] - out - touched - self.fast, key=sorted)
        ]

    def _has_table_without(self, out: set[Pair], pair: Pair, slot: int) -> bool:
        if self.room[slot] > 0 or not self.stands[slot]:
            return self.room[slot] + len(out) > 0
        mark = len(self.log)
        for each in sorted(out, key=sorted):
            self.take(each)
        found = self.has_table(pair, slot)
        self.undo(mark)
        return found

    def _is_home(self, pair: Pair, slot: int) -> bool:
        return pair in self._home and self._home[pair][0] == slot

    def _put(self, pair: Pair, slot: int) -> None:
        for one in pair:
            self.at[one, slot] = pair
            self.left[one] -= 1
        self.slot[pair] = slot
        self.held[slot].add(pair)
        if not self._is_home(pair, slot):
            self.room[slot] -= self.stands[slot].sit(pair, self.conditions.actors(pair))
        elif own := self.own_table(pair):
            self.room[slot] -= self.stands[slot].keep(pair, own)
        else:
            self.room[slot] -= 1

    def _take(self, pair: Pair) -> None:
        slot = self.slot.pop(pair)
        for one in pair:
            del self.at[one, slot]
            self.left[one] += 1
        self.held[slot].discard(pair)
        self.room[slot] += self.stands[slot].leave(pair)
