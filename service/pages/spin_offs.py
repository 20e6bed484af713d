"""A spin-off candidate read aloud: its measures, and which of them speak for it or against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matchmaker.landscape.findings import Need, Outlook, SpinOff, SubCluster
from matchmaker.published import Published
from service.pages.wording import Wording

MEASURES = ("critical_mass", "coherence", "distinctness", "growth", "group_spread")
TIES = ("ties_inside", "ties_to_the_rest_of_the_parent", "ties_elsewhere")
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
    return [
        _reading(candidate, snapshot.sub_cluster(candidate.parent_id)) for candidate in snapshot.spin_offs()
    ]


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


def evidence(wording: Wording, measure: str, figures: Mapping[str, float]) -> str:
    """The sentence with the figures that a measure rests on, or ``""`` where the build gives none."""
    number, percent = wording.number, wording.percent
    try:
        values = {
            "critical_mass": lambda: {
                "members": number(figures["members"]),
                "usual": number(figures["members_of_the_median_specialisation"]),
            },
            "coherence": lambda: {
                "inside": percent(figures["ties_inside"] / max(sum(figures[name] for name in TIES), 1e-9))
            },
            "distinctness": lambda: {
                "rest": percent(figures[TIES[1]] / max(figures[TIES[0]] + figures[TIES[1]], 1e-9)),
                "expected": percent(figures["expected_share_to_the_rest"]),
            },
            "growth": lambda: _growth_figures(wording, figures),
            "group_spread": lambda: {
                "groups": number(figures["groups"]),
                "all": number(figures["groups_of_all"]),
                "largest": percent(figures["largest_group_share"]),
            },
        }[measure]()
    except KeyError:
        return ""
    return wording(f"measure.{measure}.evidence", **values)


def outlook_words(wording: Wording, outlook: Outlook) -> str:
    """The probability with what it rests on, or why there is none."""
    if outlook.probability is None:
        return wording("spin_off.outlook_none")
    given = wording.percent(outlook.probability)
    if not outlook.alike or outlook.base_rate is None:
        return wording("spin_off.outlook_alone", probability=given)
    return wording(
        "spin_off.outlook_given",
        probability=given,
        alike=wording.number(outlook.alike),
        kept=wording.number(outlook.alike_kept_growing),
        share=wording.percent(outlook.alike_kept_growing / outlook.alike),
        base=wording.percent(outlook.base_rate),
    )


def need_words(wording: Wording, need: Need, names: Mapping[str, str]) -> str:
    """One thing that is missing, as a sentence; ``names`` are the actors' by id."""
    said = [
        wording.either(f"group.{name}", name) if need.kind == "actor_group" else names.get(name, name)
        for name in need.names
    ]
    figures = {name: figure_words(wording, name, value) for name, value in need.figures.items()}
    return wording(f"need.{need.kind}", names=", ".join(said), **figures)


def _growth_figures(wording: Wording, figures: Mapping[str, float]) -> dict[str, str]:
    recent, earlier = figures["recent_collaborations"], figures["earlier_collaborations"]
    first, last = int(figures["first_recent_year"]), int(figures["last_recent_year"])
    return {
        "recent": wording.number(recent),
        "total": wording.number(recent + earlier),
        "since": str(2 * first - last - 1),
        "years": str(first) if first == last else f"{first}–{last}",
        "share": wording.percent(figures["recent_share"]),
        "all": wording.percent(figures["recent_share_of_all"]),
    }


def figure_words(wording: Wording, name: str, value: float) -> str:
    """A figure as a reader expects it: years plain, shares in per cent, counts whole."""
    if name.endswith("_year"):
        return str(int(value))
    if "share" in name:
        return wording.percent(value)
    return wording.number(value, 0 if value == int(value) else 1)
