"""Why a wish has no meeting, and the smallest change to the event by which it would have one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from matchmaker.meetings.columns import Columns, columns
from matchmaker.meetings.grid import NONE, Grid, each_bit
from matchmaker.meetings.instance import Instance, Meeting, Schedule, Unplaced, Wish

REASONS = ("excluded", "no_common_slot", "cap_reached", "tables_full", "worth_less")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing more, by which a wish gets a meeting while every meeting there is stays, perhaps in another slot."""

    kind: str
    """``table``, ``meeting`` or ``slot``."""
    participant: str | None
    """Who has one more meeting or slot."""
    slot: int | None
    """Where one more table is, or the slot that is new to the participant."""

    def __str__(self) -> str:
        if self.kind == "table":
            return f"one more table in slot {self.slot}"
        if self.kind == "meeting":
            return f"one more meeting for {self.participant}"
        return f"{self.participant} there for slot {self.slot} too"


def reasons(instance: Instance, data: Columns, grid: Grid) -> tuple[Unplaced, ...]:
    """Each wish without a meeting, with why, in the order of the wishes."""
    apart = {frozenset(pair) for pair in instance.never}
    caps = {each.id: each.max_meetings for each in instance.participants}
    pairs = {row: pair for pair, row in enumerate(data.rows.tolist())}
    found = []
    for row, wish in enumerate(instance.wishes):
        pair = pairs.get(row, NONE)
        if pair != NONE and grid.slot[pair] != NONE:
            continue
        if frozenset((wish.a, wish.b)) in apart:
            why = "excluded", "the two are never to meet"
        elif pair == NONE:
            zero = [name for name in (wish.a, wish.b) if not caps[name]]
            why = ("cap_reached", f"{zero[0]} takes no meetings") if zero else (
                "no_common_slot", "there is no slot with a table that both are there for"
            )  # fmt: skip
        else:
            why = _why(wish, pair, caps, grid)
        found.append(Unplaced(wish.a, wish.b, *why, must=wish.must))
    return tuple(found)


def _why(wish: Wish, pair: int, caps: dict[str, int], grid: Grid) -> tuple[str, str]:
    a, b = grid.a[pair], grid.b[pair]
    both = grid.free[a] & grid.free[b]
    for name, person in ((wish.a, a), (wish.b, b)):
        if grid.left[person] <= 0 and grid.free[person]:
            return "cap_reached", f"{name} has {caps[name]} meetings, which is their maximum"
    if both:
        return "tables_full", f"all tables are taken in slot {_listed(each_bit(both))}, where both are free"
    for name, person in ((wish.a, a), (wish.b, b)):
        if not grid.free[person]:
            return (
                "worth_less",
                f"{name} meets somebody in every slot, and the exchange would not be worth more",
            )
    return (
        "worth_less",
        "in each slot that both are there for one of them meets somebody, and the exchange would not be worth more",
    )


def _listed(slots: Iterable[int]) -> str:
    return ", ".join(map(str, slots))


class Changes:
    """Looks for changes to an event with a schedule; each is tried on the schedule itself, by finding the meeting a slot."""

    def __init__(self, instance: Instance, schedule: Schedule) -> None:
        self.instance = instance
        self.data = columns(instance, hopeless=True)
        self.grid = Grid(self.data)
        self.caps = [each.max_meetings for each in instance.participants]
        self.ids = [each.id for each in instance.participants]
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
        """The first single change that works: a meeting more, a table more, then a slot more; ``None`` where none does.

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
        return None

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

    def _works(self, pair: int, make: Callable[[int], None]) -> bool:
        mark = len(self.grid.log)
        make(1)
        placed = self.grid.place(pair)
        self.grid.undo(mark)
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


def meetings(instance: Instance, data: Columns, grid: Grid, seats: dict[int, int]) -> tuple[Meeting, ...]:
    """The meetings of a grid, by slot and table."""
    found = [
        Meeting(instance.wishes[row].a, instance.wishes[row].b, grid.slot[pair], seats[pair])
        for pair, row in enumerate(data.rows.tolist())
        if grid.slot[pair] != NONE
    ]
    return tuple(sorted(found, key=lambda each: (each.slot, each.table)))
