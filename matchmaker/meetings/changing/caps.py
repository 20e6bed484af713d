"""Which meetings go where participants have more of them than they can have: as few as can be, and those of least worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from matchmaker.events import Appointment
from matchmaker.meetings.changing.appraising import NOTHING
from matchmaker.meetings.changing.conditions import Conditions
from matchmaker.meetings.changing.wanted import MUST
from matchmaker.meetings.worth import Pair, Worth

LARGEST = 3_000
"""Meetings of those above their most that an integer program chooses among; of more they are chosen one by one."""
NODES = 500
"""Nodes of the search tree; a count and not a time, so that the answer does not depend on the machine."""
WHOLE = 0.5


def above_caps(
    conditions: Conditions,
    worth: Mapping[Pair, Worth],
    over: Iterable[Appointment],
    sound: Sequence[Appointment],
) -> list[Appointment]:
    """Meetings of ``sound`` to give up so that nobody is above their most; locked ones and those that are ``over`` stay.

    They are as few as can be, unless there are more than ``LARGEST`` to choose among or the program ends before it is sure; of as few
    the musts stay, and then those that are worth more.
    """
    count = Counter(one for each in (*over, *sound) for one in each.pair)
    above = {one: count[one] - conditions.most(one) for one in count if one in conditions.attendees}
    loose = sorted((each for each in sound if not each.locked), key=lambda each: sorted(each.pair))
    helping = [each for each in loose if any(above.get(one, 0) > 0 for one in each.pair)]
    if not helping:
        return []
    top = max((own.value for own in worth.values()), default=0.0) or 1.0

    def loss(each: Appointment) -> float:
        own = worth.get(each.pair, NOTHING)
        return own.value / top + MUST * own.must

    found = _fewest(helping, above, loss) if len(helping) <= LARGEST else None
    return _one_by_one(helping, above, loss) if found is None else found


def _fewest(
    helping: Sequence[Appointment], above: Mapping[str, int], loss: Callable[[Appointment], float]
) -> list[Appointment] | None:
    """As few as can be, and of these what is least lost; ``None`` where that is not proven."""
    needy = sorted({one for each in helping for one in each.pair if above.get(one, 0) > 0})
    row = {one: place for place, one in enumerate(needy)}
    entries = [
        (row[one], column) for column, each in enumerate(helping) for one in sorted(each.pair) if one in row
    ]
    rows, columns = np.array(entries, np.intp).T
    matrix = sparse.csr_matrix((np.ones(len(entries)), (rows, columns)), (len(needy), len(helping)))
    # Whoever has too many that are locked or over gives up all others.
    needs = np.minimum([above[one] for one in needy], np.bincount(rows, minlength=len(needy)))
    enough = LinearConstraint(matrix, needs, np.inf)
    ones = np.ones(len(helping))
    fewest = _solved(ones, [enough])
    if fewest is None:
        return None
    number = np.count_nonzero(fewest)
    least = _solved(
        np.array([loss(each) for each in helping]), [enough, LinearConstraint(ones[None], 0, number)]
    )
    return [helping[column] for column in np.flatnonzero(fewest if least is None else least).tolist()]


def _solved(losses: NDArray[np.float64], limits: Sequence[LinearConstraint]) -> NDArray[np.bool_] | None:
    found = milp(
        losses,
        constraints=limits,
        bounds=Bounds(0, 1),
        integrality=np.ones(len(losses), np.intp),
        options={"node_limit": NODES, "mip_rel_gap": 0.0},
    )
    return found.x > WHOLE if found.status == 0 else None


def _one_by_one(
    helping: Sequence[Appointment], above: Mapping[str, int], loss: Callable[[Appointment], float]
) -> list[Appointment]:
    """Those that help two first, then those of least loss; and each is put back that the later ones made needless."""
    over, given_up = dict(above), list[Appointment]()

    def rank(each: Appointment) -> tuple[int, float, list[str]]:
        return -sum(over.get(one, 0) > 0 for one in each.pair), loss(each), sorted(each.pair)

    waiting = [(rank(each), place) for place, each in enumerate(helping)]
    heapify(waiting)
    while waiting:
        was, place = heappop(waiting)
        now = rank(helping[place])
        if now != was and now[0] < 0:
            heappush(waiting, (now, place))
        elif now[0] < 0:
            given_up.append(helping[place])
            for one in helping[place].pair & over.keys():
                over[one] -= 1
    kept = set[Pair]()
    for each in reversed(given_up):
        if all(over.get(one, -1) < 0 for one in each.pair):
            kept.add(each.pair)
            for one in each.pair & over.keys():
                over[one] += 1
    return [each for each in given_up if each.pair not in kept]
