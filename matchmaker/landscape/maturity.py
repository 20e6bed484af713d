"""Whether a sub-cluster stands long and broadly enough for something to spin off from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FEWEST_MEMBERS = 15
FEWEST_COLLABORATIONS = 10
FEWEST_YEARS = 2
"""Calendar years in which collaborations began."""


def is_mature(members: int, years: NDArray[np.int64]) -> bool:
    """At least 15 members and 10 dated collaborations that began in two years or more.

    ``years`` has one entry per collaboration, 0 where there is no date.
    """
    dated = years[years > 0]
    return (
        members >= FEWEST_MEMBERS
        and len(dated) >= FEWEST_COLLABORATIONS
        and len(np.unique(dated)) >= FEWEST_YEARS
    )
