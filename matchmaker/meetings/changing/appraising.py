"""What a schedule that was changed is worth, and what any schedule under the same conditions can be worth at most."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from matchmaker.events import Appointment
from matchmaker.meetings.asking import Asked, value_of_locked
from matchmaker.meetings.solver.bounds import SecondsLeft, bound, first_prices, slot_prices
from matchmaker.meetings.solver.columns import columns
from matchmaker.meetings.worth import Pair, Worth


def value_of(appointments: Iterable[Appointment], worth: Mapping[Pair, Worth]) -> float:
    """The worth of all meetings together; one that nobody wishes and nothing proposes counts nothing."""
    return math.fsum(worth[each.pair].value for each in appointments if each.pair in worth)


def most_value(question: Asked, seconds_left: SecondsLeft) -> float:
    """No schedule with the locked meetings of the question is worth more, whichever musts it keeps (``bounds``)."""
    data = columns(question.instance)
    if not len(data.values):
        return value_of_locked(question)
    none = np.zeros(len(data.values), np.bool_)
    prices = first_prices(data, seconds_left)
    first = bound(data, prices, none)
    second = bound(data, slot_prices(data, prices, none, seconds_left), none)
    return min(first, second) + value_of_locked(question)
