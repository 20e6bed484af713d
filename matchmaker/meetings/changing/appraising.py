"""What a schedule that was changed is worth, and what any schedule under the same conditions can be worth at most."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from matchmaker.events import Appointment
from matchmaker.meetings.asking import Asked, value_of_locked
from matchmaker.meetings.solver.bounds import SecondsLeft, bound, first_prices, slot_prices
from matchmaker.meetings.solver.columns import columns
from matchmaker.meetings.solver.instance import Instance
from matchmaker.meetings.worth import Pair, Worth

NOTHING = Worth(0.0, False, False)
"""What a pair is worth that nobody wishes and nothing proposes."""


def value_of(appointments: Iterable[Appointment], worth: Mapping[Pair, Worth]) -> float:
    """The worth of all meetings together; one that nobody wishes and nothing proposes counts nothing."""
    return math.fsum(worth[each.pair].value for each in appointments if each.pair in worth)


def most_value(question: Asked, seconds_left: SecondsLeft) -> float:
    """No schedule with the locked meetings of the question is worth more, whichever musts it keeps."""
    return most_of(question.instance, seconds_left) + value_of_locked(question)


def most_of(instance: Instance, seconds_left: SecondsLeft) -> float:
    """No schedule of an instance is worth more, whichever musts it keeps (``bounds``)."""
    data = columns(instance)
    if not len(data.values):
        return 0.0
    none = np.zeros(len(data.values), np.bool_)
    prices = first_prices(data, seconds_left)
    return min(bound(data, prices, none), bound(data, slot_prices(data, prices, none, seconds_left), none))
