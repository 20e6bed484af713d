"""A schedule that no longer holds, made to hold again: what cannot be held goes, and as few others as can be move."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from matchmaker.events import Appointment, ConflictKind, Dropped, Moved, Repair
from matchmaker.meetings.changing.appraising import NOTHING
from matchmaker.meetings.changing.board import Board
from matchmaker.meetings.changing.caps import above_caps
from matchmaker.meetings.changing.conditions import Conditions
from matchmaker.meetings.changing.refilling import refilled
from matchmaker.meetings.changing.wanted import LOCKED, MUST, PRESENT, Wanted
from matchmaker.meetings.seating import seated
from matchmaker.meetings.worth import Pair, Worth


def repaired(
    conditions: Conditions,
    worth: Mapping[Pair, Worth],
    appointments: Sequence[Appointment],
    *,
    moves: int = 0,
    only_free: bool = False,
    seed: int = 0,
    seconds_left: Callable[[], float] = lambda: math.inf,
) -> Repair:
    """The repair that counts most (see ``wanted``), with at most ``moves`` meetings moved that could have stayed.

    Meetings that are over do not change, whatever is wrong with them; a meeting that is running stays or goes. A locked meeting
    never changes its time; where only its table is gone it gets another one. With ``only_free`` no present meeting is placed
    anew: what cannot be held goes, what can stays as it is, and free slots are filled.
    """
    sorted_out = _sort_out(conditions, worth, appointments)
    fast = {each.pair for each in sorted_out.sound if each.locked}
    board = Board(conditions, [*sorted_out.over, *sorted_out.sound], fast)
    wanted = list[Wanted]()
    if not only_free:
        wanted += _again(conditions, worth, board, sorted_out)
    wanted += _new(conditions, worth, board, appointments)
    found = refilled(board, wanted, 0 if only_free else max(0, moves), seed=seed, seconds_left=seconds_left)
    after = _seated(conditions, sorted_out, found.slots, appointments)
    return _answer(sorted_out, appointments, after, best=found.best and not sorted_out.above_caps)


@dataclass(frozen=True, slots=True, eq=False)
class _SortedOut:
    """The meetings of a schedule by what can become of them."""

    over: tuple[Appointment, ...]
    """They are over, or running and can go on."""
    sound: tuple[Appointment, ...]
    """They could stay as they are."""
    broken: Mapping[Pair, tuple[Appointment, ConflictKind]]
    above_caps: bool
    """Whether some are broken because a participant has more than their most."""


def _sort_out(
    conditions: Conditions, worth: Mapping[Pair, Worth], appointments: Sequence[Appointment]
) -> _SortedOut:
    over, sound, broken = (
        list[Appointment](),
        list[Appointment](),
        dict[Pair, tuple[Appointment, ConflictKind]](),
    )
    for each in appointments:
        trouble = None if conditions.is_over(each.span) else conditions.trouble(each)
        if trouble:
            broken[each.pair] = each, trouble
        elif conditions.has_begun(each.span):
            over.append(each)
        else:
            sound.append(each)
    surplus = above_caps(conditions, worth, over, sound)
    broken |= {each.pair: (each, ConflictKind.CAP_REACHED) for each in surplus}
    return _SortedOut(
        tuple(over), tuple(each for each in sound if each.pair not in broken), broken, bool(surplus)
    )


def _again(
    conditions: Conditions,
    worth: Mapping[Pair, Worth],
    board: Board,
    sorted_out: _SortedOut,
) -> list[Wanted]:
    """What cannot stay where it is and could be held at another time or table."""
    numbers = {slot.span: slot.number for slot in conditions.slots}
    found, top = [], _top(worth)
    for pair, (each, reason) in sorted(sorted_out.broken.items(), key=lambda entry: sorted(entry[0])):
        was = numbers.get(each.span)
        if reason is ConflictKind.CAP_REACHED or not _possible(conditions, board, pair):
            continue
        if each.locked and was is None:
            continue
        own = worth.get(pair, NOTHING)
        gain = own.value / top + PRESENT + MUST * own.must + LOCKED * each.locked
        found.append(Wanted(pair, gain, was, stays=each.locked))
    return found


def _new(
    conditions: Conditions, worth: Mapping[Pair, Worth], board: Board, appointments: Iterable[Appointment]
) -> list[Wanted]:
    """What is wished or proposed and has no meeting."""
    present, top = {each.pair for each in appointments}, _top(worth)
    return [
        Wanted(pair, own.value / top + MUST * own.must)
        for pair, own in sorted(worth.items(), key=lambda entry: sorted(entry[0]))
        if pair not in present and (own.value > 0 or own.must) and _possible(conditions, board, pair)
    ]


def _top(worth: Mapping[Pair, Worth]) -> float:
    """What the pair is worth that is worth most."""
    return max((own.value for own in worth.values()), default=0.0) or 1.0


def _possible(conditions: Conditions, board: Board, pair: Pair) -> bool:
    a, b = sorted(pair)
    if pair in conditions.apart or not board.there.get(a, 0) & board.there.get(b, 0):
        return False
    return board.left[a] > 0 and board.left[b] > 0


def _seated(
    conditions: Conditions,
    sorted_out: _SortedOut,
    slots: Mapping[Pair, int],
    before: Sequence[Appointment],
) -> tuple[Appointment, ...]:
    """The meetings with their tables: whoever stays in a slot stays at the table, too."""
    sound = {each.pair: each for each in sorted_out.sound}
    was = {each.pair: each for each in before}
    stay, changed = list[Appointment](), list[Appointment]()
    for pair, number in slots.items():
        span, own = conditions.slots[number].span, sound.get(pair)
        if own is not None and own.span == span:
            stay.append(own)
            continue
        # The order of the two sides says nothing; a meeting that was there keeps its own.
        old = was.get(pair)
        a, b = (old.a, old.b) if old else sorted(pair)
        changed.append(Appointment(a, b, span, "", old.locked if old else False))
    coming = seated(
        conditions.event,
        conditions.slots,
        [
            *(each for each in sorted_out.over if each.span in {slot.span for slot in conditions.slots}),
            *stay,
            *changed,
        ],
        conditions.lost_tables,
        before,
        {each.id: each.actor_id for each in conditions.attendees.values()},
    )
    kept = {each.pair for each in sorted_out.over}
    return conditions.ordered([*sorted_out.over, *(each for each in coming if each.pair not in kept)])


def _answer(
    sorted_out: _SortedOut,
    before: Sequence[Appointment],
    after: tuple[Appointment, ...],
    *,
    best: bool,
) -> Repair:
    was, now = {each.pair: each for each in before}, {each.pair: each for each in after}
    both = [(was[pair], each) for pair, each in now.items() if pair in was]
    return Repair(
        after,
        sum(one == each for one, each in both),
        tuple(Moved(one, each, one.pair in sorted_out.broken) for one, each in both if one != each),
        tuple(Dropped(each, sorted_out.broken[each.pair][1]) for each in before if each.pair not in now),
        tuple(each for each in after if each.pair not in was),
        len(sorted_out.broken),
        best,
    )
