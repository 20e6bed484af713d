"""A schedule in the making: who meets whom in which slot, with what is free, and every change so that it can be undone.

Slots of a participant are kept as the bits of a whole number. A meeting finds a slot by alternating paths (Kempe chains):
where one participant is free in a slot and the other in another one, the meetings of these two slots are exchanged along the
path that begins at the other one, as in Kőnig's and Vizing's theorems on the colouring of edges; a path can be exchanged
where the participant at its end is there for the slot that is new to them and the tables suffice.
"""

from __future__ import annotations

from collections.abc import Iterator

from matchmaker.meetings.solver.columns import Columns

NONE = -1


class Grid:
    """Meetings by pair and by participant; pairs, participants and slots are rows of ``Columns``."""

    def __init__(self, data: Columns) -> None:
        bits = [1 << slot for slot in range(data.slots)]
        self.slots = range(data.slots)
        self.a: list[int] = data.a.tolist()
        self.b: list[int] = data.b.tolist()
        self.available = [
            sum(bit for bit, here in zip(bits, row, strict=True) if here) for row in data.available.tolist()
        ]
        self.at = [[NONE] * data.slots for _ in range(data.participants)]
        """Pair that a participant meets in a slot."""
        self.slot = [NONE] * len(self.a)
        """Slot of a pair."""
        self.free = list(self.available)
        """Slots in which a participant is there and meets nobody."""
        self.left: list[int] = data.most.tolist()
        """Meetings a participant can still have."""
        self.room: list[int] = data.tables.tolist()
        """Meetings a slot can still hold."""
        self.open = sum(bit for bit, room in zip(bits, self.room, strict=True) if room > 0)
        """Slots with room."""
        self.held: list[set[int]] = [set() for _ in self.slots]
        """Pairs of a slot."""
        self.log: list[tuple[int, int]] = []
        """Changes: a pair and the slot it was in before."""

    def put(self, pair: int, slot: int) -> None:
        """Give a pair without a meeting one in a slot where both are free and there is room."""
        self.log.append((pair, NONE))
        self._put(pair, slot)

    def take(self, pair: int) -> None:
        """Take a pair's meeting away."""
        self.log.append((pair, self.slot[pair]))
        self._take(pair)

    def undo(self, mark: int) -> None:
        """Take back all changes after the log had this length."""
        while len(self.log) > mark:
            pair, slot = self.log.pop()
            if slot == NONE:
                self._take(pair)
            else:
                self._put(pair, slot)

    def _put(self, pair: int, slot: int) -> None:
        bit = 1 << slot
        for person in (self.a[pair], self.b[pair]):
            self.at[person][slot] = pair
            self.free[person] ^= bit
            self.left[person] -= 1
        self.slot[pair] = slot
        self.held[slot].add(pair)
        self.room[slot] -= 1
        if self.room[slot] <= 0:
            self.open &= ~bit

    def _take(self, pair: int) -> None:
        slot = self.slot[pair]
        bit = 1 << slot
        for person in (self.a[pair], self.b[pair]):
            self.at[person][slot] = NONE
            self.free[person] ^= bit
            self.left[person] += 1
        self.slot[pair] = NONE
        self.held[slot].discard(pair)
        self.room[slot] += 1
        if self.room[slot] > 0:
            self.open |= bit

    def widen(self, slot: int, tables: int) -> None:
        """Give a slot so many tables more, or fewer."""
        self.room[slot] += tables
        bit = 1 << slot
        self.open = self.open | bit if self.room[slot] > 0 else self.open & ~bit

    def other(self, pair: int, person: int) -> int:
        """The other participant of a pair."""
        return self.a[pair] + self.b[pair] - person

    def meetings(self) -> list[int]:
        """How many each participant has."""
        return [
            there.bit_count() - free.bit_count()
            for there, free in zip(self.available, self.free, strict=True)
        ]

    def roomiest(self, slots: int) -> int:
        """Of slots given as bits the one with most room, the first of equals; ``NONE`` where there is none."""
        best, most = NONE, 0
        for slot in each_bit(slots & self.open):
            if self.room[slot] > most:
                best, most = slot, self.room[slot]
        return best

    def place(self, pair: int) -> bool:
        """Give a pair a meeting if others need at most move to another slot; says whether it could."""
        if self.place_free(pair):
            return True
        a, b = self.a[pair], self.b[pair]
        if self.left[a] <= 0 or self.left[b] <= 0:
            return False
        return self._by_exchange(pair, a, b) or self._by_exchange(pair, b, a) or self._by_making_room(pair)

    def place_free(self, pair: int) -> bool:
        """Give a pair a meeting if nobody need move for it; says whether it could."""
        a, b = self.a[pair], self.b[pair]
        slot = self.roomiest(self.free[a] & self.free[b]) if self.left[a] > 0 and self.left[b] > 0 else NONE
        if slot == NONE:
            return False
        self.put(pair, slot)
        return True

    def _by_exchange(self, pair: int, a: int, b: int) -> bool:
        """Make b free in a slot where a is, by exchanging it with one where b is."""
        too_full = None
        for one in each_bit(self.free[a] & self.available[b] & ~self.free[b]):
            for other in each_bit(self.free[b]):
                path = self.path(b, one, other, a)
                if path is None:
                    continue
                fuller = one if len(path) % 2 == 0 else other
                if self.room[fuller] > 0:
                    self.exchange(path, one, other)
                    self.put(pair, one)
                    return True
                too_full = too_full or (path, one, other, fuller)
        if too_full is None or not self.open:
            return False
        path, one, other, fuller = too_full
        mark = len(self.log)
        self.exchange(path, one, other)
        self.put(pair, one)
        if self.make_room(fuller):
            return True
        self.undo(mark)
        return False

    def _by_making_room(self, pair: int) -> bool:
        for slot in each_bit(self.free[self.a[pair]] & self.free[self.b[pair]] & ~self.open):
            mark = len(self.log)
            if self.make_room(slot) and self.fits(pair, slot):
                self.put(pair, slot)
                return True
            self.undo(mark)
        return False

    def fits(self, pair: int, slot: int) -> bool:
        """Whether a pair without a meeting could have one in a slot as things are."""
        a, b = self.a[pair], self.b[pair]
        both = self.free[a] & self.free[b] & self.open & (1 << slot)
        return bool(both) and self.slot[pair] == NONE and self.left[a] > 0 and self.left[b] > 0

    def make_room(self, slot: int) -> bool:
        """Move a meeting, or one more of a path's meetings, out of a full slot into one with room."""
        if not self.open:
            return False
        held = sorted(self.held[slot])
        for pair in held:
            target = self.roomiest(self.free[self.a[pair]] & self.free[self.b[pair]])
            if target != NONE:
                self.take(pair)
                self.put(pair, target)
                return True
        for pair in held:
            for person in (self.a[pair], self.b[pair]):
                for other in each_bit(self.free[person] & self.open):
                    path = self.path(person, slot, other, NONE)
                    if path and len(path) % 2:
                        self.exchange(path, slot, other)
                        return True
        return False

    def path(self, person: int, one: int, other: int, avoid: int) -> list[int] | None:
        """The pairs from a person on, alternately in the one and the other slot; ``None`` where the last cannot change or it ends at ``avoid``."""
        pairs = []
        now, then = one, other
        while True:
            pair = self.at[person][now]
            if pair == NONE:
                break
            pairs.append(pair)
            person = self.a[pair] + self.b[pair] - person
            now, then = then, now
        if person == avoid or (pairs and not (self.free[person] >> now) & 1):
            return None
        return pairs

    def exchange(self, path: list[int], one: int, other: int) -> None:
        """Put the meetings of a path that are in one slot into the other and the other way round."""
        was = [self.slot[pair] for pair in path]
        for pair in path:
            self.take(pair)
        for pair, slot in zip(path, was, strict=True):
            self.put(pair, other if slot == one else one)


def each_bit(bits: int) -> Iterator[int]:
    """The places of the bits that are set, ascending."""
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low
