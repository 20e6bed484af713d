"""What is wanted, placed around the present meetings of an event that is too large for an integer program."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from matchmaker.meetings.changing.appraising import most_of
from matchmaker.meetings.changing.board import Board
from matchmaker.meetings.changing.wanted import PRESENT, Refilled, Wanted
from matchmaker.meetings.solver.grid import each_bit
from matchmaker.meetings.solver.instance import Instance, Participant, Schedule, Wish
from matchmaker.meetings.solver.solving import solve
from matchmaker.meetings.worth import Pair

NEARLY = 1e-6


def around(board: Board, wanted: Sequence[Wanted], seed: int, seconds_left: Callable[[], float]) -> Refilled:
    """Place what is wanted around the present meetings, as ``solve`` does with a new schedule.

    What has to change is put back at its time first, at any table that is free then. Only where fewer present meetings or musts
    would be held by that is everything sought together.
    """
    start = len(board.log)
    sure = _put_back(board, [each for each in wanted if each.stays])
    rest = [each for each in wanted if not each.stays]
    mark = len(board.log)
    _put_back(board, rest)
    back = len(board.log) > mark
    sought_once = not back or _held(rest, board.slot) == _held(rest)
    found = _filled(board, rest, seed, seconds_left if sought_once else _half(seconds_left))
    board.undo(mark)
    most = math.inf if back else found.most
    if back and _held(rest, found.slots) < _held(rest):
        together = _filled(board, rest, seed, seconds_left)
        most = together.most
        if _held(rest, together.slots) > _held(rest, found.slots):
            found = together
    # ``solve`` knows nothing of the little more for those that keep their time.
    sure &= all(each.was is None or found.slots.get(each.pair) == each.was for each in rest)
    if sure and math.isinf(most) and found.most - found.value <= NEARLY:
        most = most_of(_instance(board, rest, own_too=True), seconds_left)
    board.undo(start)
    return Refilled(found.slots, sure and most - found.value <= NEARLY)


def _put_back(board: Board, wanted: Sequence[Wanted]) -> bool:
    """Put meetings at the time where they were, those that count most first; says whether all are that could be one by one."""
    could = [
        (each.pair, each.was)
        for each in _by_gain(wanted)
        if each.was is not None and _fits(board, each.pair, each.was)
    ]
    for pair, slot in could:
        if _fits(board, pair, slot):
            board.put(pair, slot)
    return all(pair in board.slot for pair, _ in could)


def _by_gain(wanted: Sequence[Wanted]) -> list[Wanted]:
    return sorted(wanted, key=lambda each: (-each.gain, sorted(each.pair)))


def _fits(board: Board, pair: Pair, slot: int) -> bool:
    """Whether a pair without a meeting could have one in a slot as things are."""
    both_free = all(board.free(one) >> slot & 1 and board.left[one] > 0 for one in pair)
    return both_free and pair not in board.slot and board.has_table(pair, slot)


def _held(wanted: Sequence[Wanted], slots: Collection[Pair] | None = None) -> float:
    """How much of what is wanted is locked, a must or a present meeting, and in one of the slots: what comes before all worth."""
    return sum(each.gain // PRESENT for each in wanted if slots is None or each.pair in slots)


@dataclass(frozen=True, slots=True, eq=False)
class _Filled:
    """What the search made of a board."""

    slots: Mapping[Pair, int]
    value: float
    """What the meetings wanted count that were found a place."""
    most: float
    """What they could count at most, with what was on the board staying there."""


def _filled(board: Board, wanted: Sequence[Wanted], seed: int, seconds_left: Callable[[], float]) -> _Filled:
    """Place what is wanted and has no meeting on a board, which is as it was afterwards.

    Tables kept for an actor are room that not every meeting can use. So it is sought with all of it; and where not every meeting
    that was found has a table, those that count most keep theirs and the rest is sought anew, or all of it without own tables,
    whichever counts more; own tables that are free then are filled one by one.
    """
    mark = len(board.log)
    own_too = any(board.most_at_stands(slot) for slot in range(len(board.room)))
    time = _half(seconds_left) if own_too else seconds_left
    first = solve(_instance(board, wanted, own_too=own_too), seed=seed, seconds_left=time)
    most = _value(board, wanted) + first.bound
    _put_found(board, wanted, first)
    if len(board.log) - mark == len(first.meetings):
        return _taken_off(board, wanted, mark, most)
    time = _half(seconds_left)
    _put_found(board, wanted, solve(_instance(board, wanted), seed=seed, seconds_left=time))
    _fill_stands(board, wanted)
    best = _taken_off(board, wanted, mark, most)
    _put_found(board, wanted, solve(_instance(board, wanted), seed=seed, seconds_left=seconds_left))
    _fill_stands(board, wanted)
    return max(best, _taken_off(board, wanted, mark, most), key=lambda each: each.value)


def _taken_off(board: Board, wanted: Sequence[Wanted], mark: int, most: float) -> _Filled:
    """What is on a board, which then is as it was when its log had this length."""
    found = _Filled(dict(board.slot), _value(board, wanted), most)
    board.undo(mark)
    return found


def _instance(board: Board, wanted: Sequence[Wanted], *, own_too: bool = False) -> Instance:
    """What is free on a board and what of the wanted has no meeting; with room for as many at own tables as there can be."""
    people = [
        Participant(one, tuple(each_bit(board.free(one))), max(0, board.left[one])) for one in board.there
    ]
    wishes = [
        Wish(min(each.pair), max(each.pair), each.gain) for each in wanted if each.pair not in board.slot
    ]
    room = (max(0, room) + own_too * board.most_at_stands(slot) for slot, room in enumerate(board.room))
    return Instance(tuple(room), tuple(people), tuple(wishes))


def _put_found(board: Board, wanted: Sequence[Wanted], found: Schedule) -> None:
    """Put the meetings of a schedule that can have a table, those that count most first."""
    slots = {frozenset((meeting.a, meeting.b)): meeting.slot for meeting in found.meetings}
    for each in _by_gain([each for each in wanted if each.pair in slots]):
        if _fits(board, each.pair, slots[each.pair]):
            board.put(each.pair, slots[each.pair])


def _fill_stands(board: Board, wanted: Sequence[Wanted]) -> None:
    """Put what can be held at a table that is free still, those that count most first."""
    for each in _by_gain(wanted):
        a, b = each.pair
        for slot in each_bit(board.free(a) & board.free(b)):
            if _fits(board, each.pair, slot):
                board.put(each.pair, slot)
                break


def _value(board: Board, wanted: Sequence[Wanted]) -> float:
    return math.fsum(each.gain for each in wanted if each.pair in board.slot)


def _half(seconds_left: Callable[[], float]) -> Callable[[], float]:
    """Half of the time that is left now."""
    left = seconds_left()
    return seconds_left if math.isinf(left) else lambda: seconds_left() - max(0.0, left) / 2
