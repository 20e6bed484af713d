"""A spin-off candidate read aloud: its measures, and which of them speak for it or against it."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.landscape.findings import SpinOff, SubCluster
from matchmaker.published import Published

MEASURES = ("critical_mass", "coherence", "distinctness", "growth", "group_spread")
STRONG, WEAK = 0.6, 0.4
"""From here up a measure is a reason for; from here down a reason against."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One candidate with its surroundings and its measures sorted into for and against."""

    candidate: SpinOff
    parent: SubCluster
    measures: tuple[tuple[str, float], ...]
    """Name and value from 0 to 1, in the order of ``MEASURES``."""
    strong: tuple[str, ...]
    """Names of the measures that speak for it, strongest first."""
    weak: tuple[str, ...]
    """Names of the measures that speak against it, weakest first."""


def readings(snapshot: Published) -> list[Reading]:
    """Every candidate of a build, best first."""
    return [_reading(candidate, snapshot.sub_cluster(candidate.parent_id)) for candidate in snapshot.spin_offs()]


def _reading(candidate: SpinOff, parent: SubCluster) -> Reading:
    measures = tuple((name, float(getattr(candidate, name))) for name in MEASURES)
    rising = sorted(measures, key=lambda measure: (measure[1], measure[0]))
    return Reading(
        candidate=candidate,
        parent=parent,
        measures=measures,
        strong=tuple(name for name, value in reversed(rising) if value >= STRONG),
        weak=tuple(name for name, value in rising if value <= WEAK),
    )
