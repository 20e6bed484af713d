"""Which meetings a repaired schedule has in which slots: what cannot stay is placed anew, and what is free is filled.

What counts, added up over the meetings that are held: 1000 for a locked one that lost its table, 100 for a must, 10 for a
meeting of the present schedule, and what the meeting is worth as a share of the pair that is worth most (0 to 1); less 0.1
for each meeting that is moved though it could have stayed. So a present meeting comes before new ones, and a move has to let a
meeting be held that is worth a tenth of the best.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from matchmaker.meetings.changing.board import MOST_MOVES, Board
from matchmaker.meetings.solver.grid import each_bit
from matchmaker.meetings.solver.instance import Instance, Participant, Wish
from matchmaker.meetings.solver.solving import solve
from matchmaker.meetings.worth import Pair

LOCKED, MUST, PRESENT, MOVING = 1000.0, 100.0, 10.0, 0.1
SAME_TIME = 0.001
"""For a meeting that has to change and keeps at least its time; of equal ones it is taken."""
TIE = 1e-5
"""More for a move, so that of two choices that count the same the one with fewer moves is taken."""
LARGEST = 3_000
"""Variables of the integer program; above, a search does it."""
NODES = 500
"""Nodes of the search tree; a count and not a time, so that the answer does not depend on the machine."""
SHORTEST = 0.1
"""Seconds that the program has at least."""
TRIED = 400
"""Meetings without a slot that the search tries to fit with moves of others."""
WHOLE = 0.5
NEARLY = 1e-6


@dataclass(frozen=True, slots=True)
class Wanted:
    """A meeting that could be placed."""

    pair: Pair
    gain: float
    """What it counts, see above."""
    was: int | None = None
    """The slot it was in, where it has to change."""
    stays: bool = False
    """Whether it can only be in the slot it was in: it is locked."""


@dataclass(frozen=True, slots=True)
class Refilled:
    """The slots that were found."""

    slots: Mapping[Pair, int]
    """Of every meeting that is still to come."""
    best: bool
    """Whether no other choice counts more."""


def refilled(
    board: Board,
    wanted: Sequence[Wanted],
    moves: int,
    *,
    seed: int = 0,
    seconds_left: Callable[[], float] = lambda: math.inf,
) -> Refilled:
    """Place what is wanted around the meetings on the board, of which at most ``moves`` may go to another slot.

    The board is as it was afterwards. Small cases are solved by an integer program; large ones by the search of ``solve`` with
    all present meetings held fast, and then meeting by meeting with moves of others.
    """
    movable = sorted(board.slot.keys() - board.fast, key=sorted)
    moves = min(moves, len(movable))
    if moves and (found := _Program(board, wanted, movable).solved(moves, seconds_left)):
        return found
    around = _Program(board, wanted, ()).solved(0, seconds_left) or _around(board, wanted, seed, seconds_left)
    return _with_moves(board, wanted, moves, around, seconds_left) if moves else around


class _Program:
    """A variable for each slot that a wanted meeting, or one that may move, could be in."""

    def __init__(self, board: Board, wanted: Sequence[Wanted], movable: Sequence[Pair]) -> None:
        self.board, self.wanted, self.movable = board, wanted, movable
        loose = set(movable)
        self.cells: list[tuple[Pair, int]] = []
        gains: list[float] = []
        blocked = {cell for cell, pair in board.at.items() if pair not in loose}
        self.stays = len(board.slot) - len(loose)
        room = dict(enumerate(board.room))
        left = dict(board.left)
        for pair in movable:
            room[board.slot[pair]] += not board.sits_apart(pair)
            for one in pair:
                left[one] += 1
        self.room, self.left = room, left
        for each in wanted:
            for slot in self._slots(each.pair, blocked):
                if each.stays and slot != each.was:
                    continue
                if all(left[one] > 0 for one in each.pair):
                    self.cells.append((each.pair, slot))
                    gains.append(each.gain + SAME_TIME * (slot == each.was))
        for pair in movable:
            for slot in sorted({*self._slots(pair, blocked), board.slot[pair]}):
                self.cells.append((pair, slot))
                gains.append(0.0 if slot == board.slot[pair] else -MOVING - TIE)
        self.gains = np.array(gains, np.float64)

    def _slots(self, pair: Pair, blocked: set[tuple[str, int]]) -> list[int]:
        a, b = sorted(pair)
        both = each_bit(self.board.there.get(a, 0) & self.board.there.get(b, 0))
        return [slot for slot in both if (a, slot) not in blocked and (b, slot) not in blocked]

    def _most(self, kind: str, what: object, moves: int) -> int:
        if kind == "cap":
            return self.left[str(what)]
        if kind == "room":
            return self.room[what]  # type: ignore[index]
        return moves if kind == "moves" else 1

    def solved(self, moves: int, seconds_left: Callable[[], float]) -> Refilled | None:
        """The best choice; ``None`` where the program is too large or gives none."""
        board = self.board
        if len(self.gains) > LARGEST:
            return None
        if not self.cells:
            return Refilled(dict(board.slot), True)
        rows: dict[tuple[str, object], list[int]] = {}
        for column, (pair, slot) in enumerate(self.cells):
            own = board.sits_apart(pair) and board.slot.get(pair) == slot
            keys: list[tuple[str, object]] = [
                ("pair", pair),
                *(("once", (one, slot)) for one in sorted(pair)),
            ]
            keys += [("cap", one) for one in sorted(pair)]
            keys += [] if own else [("room", slot)]
            if pair in board.slot and board.slot[pair] != slot:
                keys.append(("moves", ""))
            for key in keys:
                rows.setdefault(key, []).append(column)
        loose = set(self.movable)
        upper = np.array([self._most(kind, what, moves) for kind, what in rows], np.float64)
        lower = np.array([1.0 if kind == "pair" and what in loose else -np.inf for kind, what in rows])
        columns = np.concatenate([np.array(each, np.intp) for each in rows.values()])
        row = np.repeat(np.arange(len(rows)), [len(each) for each in rows.values()])
        matrix = sparse.csr_matrix((np.ones(len(columns)), (row, columns)), (len(rows), len(self.cells)))
        found = milp(
            -self.gains,
            constraints=LinearConstraint(matrix, lower, upper),
            bounds=Bounds(0, 1),
            integrality=np.ones(len(self.cells), np.intp),
            options={
                "time_limit": max(SHORTEST, min(1e6, seconds_left())),
                "node_limit": NODES,
                "mip_rel_gap": 0.0,
            },
        )
        if found.x is None:
            return None
        slots = {pair: slot for pair, slot in board.slot.items() if pair not in loose}
        slots |= {self.cells[column][0]: self.cells[column][1] for column in np.flatnonzero(found.x > WHOLE)}
        return Refilled(slots, found.status == 0)


def _with_moves(
    board: Board,
    wanted: Sequence[Wanted],
    moves: int,
    around: Refilled,
    seconds_left: Callable[[], float],
) -> Refilled:
    """What could not be placed around the present meetings, those that count most first, with moves of these."""
    mark = len(board.log)
    for pair, slot in around.slots.items():
        if pair not in board.slot:
            board.put(pair, slot)
    fast = board.fast
    board.fast = fast | {each.pair for each in wanted if each.stays}
    missing = [
        each
        for each in wanted
        if each.pair not in board.slot and not each.stays and all(board.left[one] > 0 for one in each.pair)
    ]
    missing.sort(key=lambda each: (-each.gain, sorted(each.pair)))
    # What is placed now may move on at no cost, but counts as a move here: the limit is kept with something to spare.
    for each in missing[:TRIED]:
        if not moves or seconds_left() <= 0:
            break
        before = len(board.log)
        if board.fit(each.pair, min(moves, MOST_MOVES, int(each.gain / MOVING))):
            moves -= len(board.moved_since(before))
    slots = dict(board.slot)
    board.undo(mark)
    board.fast = fast
    return Refilled(slots, False)


def _around(board: Board, wanted: Sequence[Wanted], seed: int, seconds_left: Callable[[], float]) -> Refilled:
    """Place what is wanted around the present meetings, as ``solve`` does with a new schedule."""
    mark, fast = len(board.log), board.fast
    _put_locked(board, wanted)
    rest = [each for each in wanted if not each.stays]
    people = [
        Participant(one, tuple(each_bit(board.free(one))), max(0, board.left[one])) for one in board.there
    ]
    wishes = [Wish(min(each.pair), max(each.pair), each.gain) for each in rest]
    instance = Instance(tuple(max(0, room) for room in board.room), tuple(people), tuple(wishes))
    found = solve(instance, seed=seed, seconds_left=seconds_left)
    placed = {frozenset((meeting.a, meeting.b)): meeting.slot for meeting in found.meetings}
    slots = board.slot | placed
    board.undo(mark)
    board.fast = fast
    # ``solve`` knows nothing of the little more for those that keep their time.
    in_time = all(each.was is None or placed.get(each.pair) == each.was for each in rest)
    return Refilled(slots, in_time and found.bound - found.value <= NEARLY)


def _put_locked(board: Board, wanted: Sequence[Wanted]) -> None:
    """Put what is locked back into its slots, as far as the tables go, those that count most first."""
    locked = [each for each in wanted if each.stays and each.was is not None]
    for each in sorted(locked, key=lambda each: (-each.gain, sorted(each.pair))):
        slot = each.was
        if slot is None or board.room[slot] <= 0:
            continue
        if all(board.free(one) >> slot & 1 and board.left[one] > 0 for one in each.pair):
            board.put(each.pair, slot)
            board.fast = board.fast | {each.pair}
