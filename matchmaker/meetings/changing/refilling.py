"""Which meetings a repaired schedule has in which slots: what cannot stay is placed anew, and what is free is filled."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from matchmaker.meetings.changing.around import around
from matchmaker.meetings.changing.board import MOST_MOVES, Board
from matchmaker.meetings.changing.wanted import MOVING, SAME_TIME, TIE, Refilled, Wanted
from matchmaker.meetings.solver.grid import each_bit
from matchmaker.meetings.worth import Pair

LARGEST = 3_000
"""Variables of the integer program; above, a search does it."""
NODES = 500
"""Nodes of the search tree; a count and not a time, so that the answer does not depend on the machine."""
SHORTEST = 0.1
"""Seconds that the program has at least."""
TRIED = 400
"""Meetings without a slot that the search tries to fit with moves of others."""
WHOLE = 0.5


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
    found = _Program(board, wanted, ()).solved(0, seconds_left) or around(board, wanted, seed, seconds_left)
    return _with_moves(board, wanted, moves, found, seconds_left) if moves else found


@dataclass(slots=True, eq=False)
class _Row:
    """The variables of which no more than ``most`` can be."""

    most: float
    entries: list[tuple[int, float]] = field(default_factory=list)
    """Column, and how often it counts."""


class _Program:
    """A variable for each slot that a wanted meeting, or one that may move, could be in.

    A meeting that would be in a slot anew has a further one for each actor of the two with a table of its own there: whether it
    is at that one. Who is where they were keeps the table, too.
    """

    def __init__(self, board: Board, wanted: Sequence[Wanted], movable: Sequence[Pair]) -> None:
        self.board, self.wanted, self.movable = board, wanted, movable
        loose = set(movable)
        self.cells: list[tuple[Pair, int]] = []
        gains: list[float] = []
        blocked = {cell for cell, pair in board.at.items() if pair not in loose}
        self.room, self.left = list(board.room), dict(board.left)
        self.stands = [stands.free() for stands in board.stands]
        for pair in movable:
            slot, holder = board.slot[pair], self._holder(pair)
            if holder:
                self.stands[slot][holder] += 1
            else:
                self.room[slot] += 1
            for one in pair:
                self.left[one] += 1
        for each in wanted:
            for slot in self._slots(each.pair, blocked):
                if each.stays and slot != each.was:
                    continue
                if all(self.left[one] > 0 for one in each.pair):
                    self.cells.append((each.pair, slot))
                    gains.append(each.gain + SAME_TIME * (slot == each.was))
        for pair in movable:
            for slot in sorted({*self._slots(pair, blocked), board.slot[pair]}):
                self.cells.append((pair, slot))
                gains.append(0.0 if slot == board.slot[pair] else -MOVING - TIE)
        self.gains = np.array(gains, np.float64)

    def _holder(self, pair: Pair) -> str:
        """For whom the table is kept that a pair's meeting is at; ``""`` where anybody may use it."""
        table = self.board.own_table(pair)
        return self.board.conditions.tables[table].actor_id if table else ""

    def _slots(self, pair: Pair, blocked: set[tuple[str, int]]) -> list[int]:
        a, b = sorted(pair)
        both = each_bit(self.board.there.get(a, 0) & self.board.there.get(b, 0))
        return [slot for slot in both if (a, slot) not in blocked and (b, slot) not in blocked]

    def _rows(self, moves: int) -> dict[tuple[str, object], _Row]:
        """What limits the variables."""
        board, further = self.board, len(self.cells)
        rows: dict[tuple[str, object], _Row] = {}

        def count(kind: str, what: object, most: float, column: int, much: float = 1.0) -> None:
            rows.setdefault((kind, what), _Row(most)).entries.append((column, much))

        for column, (pair, slot) in enumerate(self.cells):
            count("pair", pair, 1, column)
            for one in sorted(pair):
                count("once", (one, slot), 1, column)
                count("cap", one, self.left[one], column)
            stays, holder = board.slot.get(pair) == slot, self._holder(pair)
            if pair in board.slot and not stays:
                count("moves", "", moves, column)
            if stays and holder:
                count("own", (slot, holder), self.stands[slot][holder], column)
                continue
            count("room", slot, self.room[slot], column)
            if stays:
                continue
            for actor in sorted(board.conditions.actors(pair) & (+self.stands[slot]).keys()):
                count("own", (slot, actor), self.stands[slot][actor], further)
                count("room", slot, self.room[slot], further, -1.0)
                count("seat", (pair, slot), 0, further)
                further += 1
            if ("seat", (pair, slot)) in rows:
                # Whoever does not meet then needs no table either.
                count("seat", (pair, slot), 0, column, -1.0)
        return rows

    def solved(self, moves: int, seconds_left: Callable[[], float]) -> Refilled | None:
        """The best choice; ``None`` where the program is too large or gives none."""
        board = self.board
        if len(self.gains) > LARGEST:
            return None
        if not self.cells:
            return Refilled(dict(board.slot), True)
        loose, rows = set(self.movable), self._rows(moves)
        upper = np.array([each.most for each in rows.values()], np.float64)
        lower = np.array([1.0 if kind == "pair" and what in loose else -np.inf for kind, what in rows])
        entries = [entry for each in rows.values() for entry in each.entries]
        columns = np.array([column for column, _ in entries], np.intp)
        row = np.repeat(np.arange(len(rows)), [len(each.entries) for each in rows.values()])
        width = int(columns.max()) + 1
        matrix = sparse.csr_matrix(
            (np.array([much for _, much in entries]), (row, columns)), (len(rows), width)
        )
        # Whoever meets where is whole; who of these sits at own tables is then a flow, and whole of itself.
        whole = np.arange(width) < len(self.cells)
        found = milp(
            np.concatenate([-self.gains, np.zeros(width - len(self.cells))]),
            constraints=LinearConstraint(matrix, lower, upper),
            bounds=Bounds(0, 1),
            integrality=whole.astype(np.intp),
            options={
                "time_limit": max(SHORTEST, min(1e6, seconds_left())),
                "node_limit": NODES,
                "mip_rel_gap": 0.0,
            },
        )
        if found.x is None:
            return None
        slots = {pair: slot for pair, slot in board.slot.items() if pair not in loose}
        held = np.flatnonzero(found.x[: len(self.cells)] > WHOLE)
        slots |= {self.cells[column][0]: self.cells[column][1] for column in held}
        return Refilled(slots, found.status == 0)


def _with_moves(
    board: Board,
    wanted: Sequence[Wanted],
    moves: int,
    found: Refilled,
    seconds_left: Callable[[], float],
) -> Refilled:
    """What could not be placed around the present meetings, those that count most first, with moves of these."""
    mark = len(board.log)
    for pair, slot in found.slots.items():
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
