"""The rule that reads a phase from signs: borders of each sign, conditions in order, and a majority of votes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from matchmaker.landscape.signs import Sign


class Phase(StrEnum):
    """How far a cluster or sub-cluster has come."""

    CLUTTER = "clutter"
    """No activity yet."""
    POTENTIAL = "potential"
    EMERGING = "emerging"
    MATURE = "mature"


PHASES = tuple(Phase)
"""In order."""

BORDERS: Mapping[Sign, tuple[float, float, float]] = {
    # From how much on a sign supports potential, emerging and mature; below the first it supports clutter only.
    Sign.CRITICAL_MASS: (3, 8, 15),
    Sign.DENSITY: (0, 0.2, 0.4),
    Sign.GROWTH: (0, 0.4, 0.75),
    Sign.COMMITMENT: (0, 1 / 3, 1 / 2),
    Sign.COMMITTED: (0, 0, 0.2),
    Sign.CROSS_GROUP: (0, 0.25, 0.5),
    Sign.GROUPS: (1, 2, 3),
    Sign.SPECIALISATION: (0, 1, 2),
    Sign.AGE: (1, 2, 5),
    Sign.HETEROGENEITY: (0, 1.5, 3),
}

CONDITIONS: Mapping[Phase, tuple[Sign, ...]] = {
    # Signs that must support a phase, whatever the others say.
    Phase.CLUTTER: (),
    Phase.POTENTIAL: (Sign.CRITICAL_MASS,),
    Phase.EMERGING: (Sign.CRITICAL_MASS, Sign.COMMITMENT),
    Phase.MATURE: (Sign.CRITICAL_MASS, Sign.COMMITTED, Sign.CROSS_GROUP),
}

Support = Mapping[Sign, Phase | None]
"""The latest phase that each sign supports; ``None`` where it is not known and does not vote."""


def supported(sign: Sign, value: float) -> Phase:
    """The latest phase whose border a figure reaches."""
    reached = sum(value >= border - 1e-9 for border in BORDERS[sign])
    return PHASES[reached]


def votes(support: Support, phase: Phase) -> int:
    """How many signs support a phase or a later one."""
    return sum(each is not None and PHASES.index(each) >= PHASES.index(phase) for each in support.values())


def voters(support: Support) -> int:
    """How many signs are known."""
    return sum(each is not None for each in support.values())


def unmet(support: Support, phase: Phase) -> tuple[Sign, ...]:
    """The conditions of a phase that are not met, unknown ones included."""
    return tuple(sign for sign in CONDITIONS[phase] if not _reaches(support.get(sign), phase))


def _reaches(each: Phase | None, phase: Phase) -> bool:
    return each is not None and PHASES.index(each) >= PHASES.index(phase)


def reached(support: Support, phase: Phase) -> bool:
    """Whether a phase's conditions are met and more than half of the known signs support it."""
    return not unmet(support, phase) and 2 * votes(support, phase) > voters(support)


def phase_of(support: Support) -> Phase:
    """The phase: from clutter upwards as long as the next one is reached."""
    found = Phase.CLUTTER
    for phase in PHASES[1:]:
        if not reached(support, phase):
            break
        found = phase
    return found
