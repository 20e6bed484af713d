"""Whether the forecast of growth holds on a workspace's own past, as far as that reaches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matchmaker.landscape.activity import FAR_OFF, Activity
from matchmaker.landscape.findings import Outlook
from matchmaker.landscape.growth_signs import signs
from matchmaker.landscape.outlook import FEWEST_KNOWN_DAYS, Model, outlooks, without
from matchmaker.landscape.panels import Panel, months_after, of_texts, outcome

LOOKS_BACK = 3
"""Years back at most, one day in each."""
FEWEST_GROUPS = 30
"""Groups, over all days, from which the own past says something."""

FEWEST_COLLABORATIONS = 3
"""Collaborations in a group, with a date and a text, from which it is forecast."""


@dataclass(frozen=True, slots=True)
class OwnPast:
    """How the forecast did on groups of like texts in this workspace, one and more years ago."""

    groups: int
    days: int
    gain: float
    """By how much the forecast's mean squared error is below that of giving every group the base rate."""
    error: float
    """Standard error of the gain."""

    @property
    def speaks_against(self) -> bool:
        """The forecast was worse than the base rate by more than chance explains."""
        return self.groups >= FEWEST_GROUPS and self.gain < -self.error

    @property
    def sentence(self) -> str:
        """What was found, in plain English."""
        if self.groups < FEWEST_GROUPS:
            return f"It could not be checked on this workspace's own past: {self.groups} past groups, {FEWEST_GROUPS} are needed."
        better = (
            "better"
            if self.gain > self.error
            else "worse"
            if self.speaks_against
            else "neither better nor worse"
        )
        return f"On {self.groups} groups from this workspace's own past it did {better} than the base rate."


def own_past(activity: Activity, model: Model) -> OwnPast:
    """Forecasts for groups found one, two and three years before the newest day, against what came within a year."""
    gains = []
    days = 0
    newest = activity.span[1]
    for back in range(1, LOOKS_BACK + 1):
        day = months_after(newest, -12 * back)
        if _days_known(activity, day) < FEWEST_KNOWN_DAYS:
            break
        found = of_texts(activity, day)
        if not len(found):
            break
        came = outcome(activity, found, "actors", day, months_after(day, 12)).faster
        given = model.probability(signs(activity, found, day))
        gains.append((came.mean() - came) ** 2 - (given - came) ** 2)
        days += 1
    if not gains:
        return OwnPast(0, 0, 0.0, 0.0)
    all_gains = np.concatenate(gains)
    error = float(all_gains.std() / np.sqrt(len(all_gains)))
    return OwnPast(len(all_gains), days, float(all_gains.mean()), error)


def outlooks_here(activity: Activity, found: Panel, day: int, model: Model) -> list[Outlook]:
    """The outlook of each group of a panel, or why there is none."""
    known = _days_known(activity, day)
    if known < FEWEST_KNOWN_DAYS:
        reason = f"Collaborations are dated over {known} days; a year is needed to tell what is usual."
        return [without(reason)] * len(found)
    past = own_past(activity, model)
    if past.speaks_against:
        reason = f"{past.sentence} So no probability is given here."
        return [without(reason)] * len(found)
    held = found.belongs[: activity.until(day)]
    counts = np.bincount(held[held >= 0], minlength=len(found)).tolist()
    return [
        _with(each, past.sentence)
        if count >= FEWEST_COLLABORATIONS
        else without(
            f"{count} collaborations with a date and a text are nearest to it; {FEWEST_COLLABORATIONS} are needed."
        )
        for each, count in zip(outlooks(model, signs(activity, found, day)), counts, strict=True)
    ]


def _with(each: Outlook, sentence: str) -> Outlook:
    return Outlook(
        each.probability,
        f"{each.reason} {sentence}",
        each.alike,
        each.alike_kept_growing,
        each.base_rate,
        each.signs,
    )


def _days_known(activity: Activity, day: int) -> int:
    known = activity.until(day)
    return max(0, day - int(activity.days[known // FAR_OFF])) if known else 0
