"""The smallest change to an event by which a wish without a meeting would have one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from matchmaker.meetings.solver.columns import columns
from matchmaker.meetings.solver.grid import NONE, Grid, each_bit
from matchmaker.meetings.solver.instance import Instance, Schedule

ORDER = ("meeting", "table", "slot")
"""Kinds of change, the smallest first."""


@dataclass(frozen=True, slots=True)
class Change:
    """What there must be more of, for a wish to get a meeting while every meeting there is stays, perhaps in another slot."""

    kind: str
    """``table``, ``meeting`` or ``slot``."""
    participant: str | None
    """Who has one more meeting or slot."""
    slot: int | None
    """Where one more table is, or the slot that is new to the participant."""
    also: tuple[Change, ...] = ()
    """What else is needed together with it, where one thing alone does not help."""

    def __str__(self) -> str:
        return " and ".join([self._alone(), *map(str, self.also)])

    def _alone(self) -> str:
        if self.kind == "table":
            return f"one more table in slot {self.slot}"
        if self.kind == "meeting":
            return f"one more meeting for {self.participant}"
        return f"{self.participant} there for slot {self.slot} too"


class Changes:
    """Looks for changes to an event with a schedule; each is tried on the schedule itself, by finding the meeting a slot."""

    def __init__(self, instance: Instance, schedule: Schedule) -> None:
        self.instance = instance
        self.data = columns(instance, hopeless=True)
        self.grid = Grid(self.data)
        self.caps = [each.max_meetings for each in instance.participants]
        self.ids = [each.id for each in instance.participants]
        self.rows = {name: row for row, name in enumerate(self.ids)}
        self.pairs = {
            frozenset((instance.wishes[row].a, instance.wishes[row].b)): pair
            for pair, row in enumerate(self.data.rows.tolist())
        }
        # What the instance asks for counts here, not what its slots allow: a slot may be added.
        there = [slots.bit_count() for slots in self.grid.available]
        self.short = [cap > number for cap, number in zip(self.caps, there, strict=True)]
        for meeting in schedule.meetings:
            self.grid.put(self.pairs[frozenset((meeting.a, meeting.b))], meeting.slot)

    def smallest(self, a: str, b: str) -> Change | None:
        """The change that works with the fewest things more; ``None`` where none does, since the two are never to meet.

        One thing is tried first: a meeting more for one of the two, a table more, then a slot more, where others may move to
        other slots. Where none of these is enough, it is the fewest of: a meeting more for both, one with a table more, or
        what the two lack to meet in some slot while nobody moves. ``None`` also where they meet others in every slot with a
        table.

        Raises:
            ValueError: the two are not a wish that the schedule leaves out.
        """
        pair = self.pairs.get(frozenset((a, b)), NONE)
        if pair == NONE and frozenset((a, b)) in {frozenset(each) for each in self.instance.never}:
            return None
        if pair == NONE or self.grid.slot[pair] != NONE:
            raise ValueError(f"{a!r} and {b!r} are not a wish without a meeting.")
        for change, make in self._possible(pair):
            if self._works(pair, make):
                return change
        needs = [self._needs(pair, slot) for slot in self.grid.slots if self.instance.tables[slot]]
        possible = [*self._together(pair), *(each for each in needs if each)]
        if not possible:
            return None
        first, *others = min(possible, key=lambda each: (len(each), [ORDER.index(one.kind) for one in each]))
        return replace(first, also=tuple(others))

    def _together(self, pair: int) -> Iterator[list[Change]]:
        """A meeting more for each who is at the cap, alone or with a table more, where others may move to other slots."""
        grid = self.grid
        capped = [person for person in (grid.a[pair], grid.b[pair]) if grid.left[person] <= 0]
        changes = [Change("meeting", self.ids[person], None) for person in capped]
        makes: list[Callable[[int], None]] = [_Meeting(grid, person) for person in capped]
        if len(capped) == 2 and self._works(pair, *makes):
            yield changes
        elif capped:
            for slot in each_bit(grid.free[grid.a[pair]] & grid.free[grid.b[pair]] & ~grid.open):
                if self._works(pair, *makes, _Table(grid, slot)):
                    yield [*changes, Change("table", None, slot)]
                    return

    def changed(self, change: Change) -> Instance:
        """The event with the change made, to be solved again."""
        tables, people = list(self.instance.tables), list(self.instance.participants)
        for each in (change, *change.also):
            if each.participant is None or each.kind == "table":
                tables[each.slot or 0] += 1
                continue
            row = self.rows[each.participant]
            if each.kind == "meeting":
                people[row] = replace(people[row], max_meetings=people[row].max_meetings + 1)
            elif each.slot is not None:
                there = tuple(sorted({*people[row].available, each.slot}))
                people[row] = replace(people[row], available=there)
        return replace(self.instance, tables=tuple(tables), participants=tuple(people))

    def _needs(self, pair: int, slot: int) -> list[Change]:
        """What must be more for a pair to meet in a slot while nobody moves; nothing where one of the two meets another then."""
        grid = self.grid
        found = []
        for person in (grid.a[pair], grid.b[pair]):
            if grid.at[person][slot] != NONE:
                return []
            there = (grid.available[person] >> slot) & 1
            if grid.left[person] + (not there and self.short[person]) <= 0:
                found.append(Change("meeting", self.ids[person], None))
            if not there:
                found.append(Change("slot", self.ids[person], slot))
        if grid.room[slot] <= 0:
            found.append(Change("table", None, slot))
        return sorted(found, key=lambda each: ORDER.index(each.kind))

    def _possible(self, pair: int) -> Iterator[tuple[Change, Callable[[int], None]]]:
        grid = self.grid
        people = grid.a[pair], grid.b[pair]
        for person in people:
            if grid.left[person] <= 0 and grid.free[person]:
                yield Change("meeting", self.ids[person], None), _Meeting(grid, person)
        for slot in each_bit(grid.free[people[0]] & grid.free[people[1]] & ~grid.open):
            yield Change("table", None, slot), _Table(grid, slot)
        for person, other in (people, people[::-1]):
            for slot in each_bit(grid.free[other] & ~grid.available[person]):
                if grid.room[slot] > 0:
                    yield (
                        Change("slot", self.ids[person], slot),
                        _Slot(grid, person, slot, self.short[person]),
                    )

    def _works(self, pair: int, *makes: Callable[[int], None]) -> bool:
        mark = len(self.grid.log)
        for make in makes:
            make(1)
        placed = self.grid.place(pair)
        self.grid.undo(mark)
        for make in makes:
            make(-1)
        return placed


@dataclass(frozen=True, slots=True)
class _Meeting:
    grid: Grid
    person: int

    def __call__(self, sign: int) -> None:
        self.grid.left[self.person] += sign


@dataclass(frozen=True, slots=True)
class _Table:
    grid: Grid
    slot: int

    def __call__(self, sign: int) -> None:
        self.grid.widen(self.slot, sign)


@dataclass(frozen=True, slots=True)
class _Slot:
    grid: Grid
    person: int
    slot: int
    raises: bool

    def __call__(self, sign: int) -> None:
        bit = 1 << self.slot
        self.grid.available[self.person] ^= bit
        self.grid.free[self.person] ^= bit
        self.grid.left[self.person] += sign if self.raises else 0
