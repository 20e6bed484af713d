"""What a cluster does in each phase, and which of it the data show to be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matchmaker.actors import ActorGroup, Commitment
from matchmaker.corpus import COMMITMENTS, GROUPS
from matchmaker.landscape.phase_rule import Phase
from matchmaker.landscape.signs import History, Sign


class Activity(StrEnum):
    """Something that fits a phase."""

    IDENTIFY_SPECIALISATION = "identify_specialisation"
    NETWORK = "network"
    """Non-committal collaboration."""
    FIND_MEMBERS = "find_members"
    """Learn who could become members."""

    SHARE_KNOWLEDGE = "share_knowledge"
    STUDY_TRIPS_SEMINARS_WORKSHOPS = "study_trips_seminars_workshops"
    COMPANY_VISITS = "company_visits"
    CLUSTER_STRATEGY = "cluster_strategy"
    BRANDING = "branding"
    TRAINING = "training"
    COLLABORATION_PROJECTS = "collaboration_projects"
    SPECIALISE_EXPORTS = "specialise_exports"

    MARKET_INTELLIGENCE = "market_intelligence"
    SEGMENTATION = "segmentation"
    """Industry analysis, segmentation into value chains and sub-clusters."""
    INNOVATION_COLLABORATION = "innovation_collaboration"
    RESEARCH_AND_OPEN_INNOVATION = "research_and_open_innovation"
    NEW_COMPANIES = "new_companies"
    """Within and with other clusters."""
    PROJECT_AND_PORTFOLIO_MANAGEMENT = "project_and_portfolio_management"
    ENTREPRENEURSHIP = "entrepreneurship"
    DOCUMENTATION_AND_EVALUATION = "documentation_and_evaluation"


ACTIVITIES: Mapping[Phase, tuple[Activity, ...]] = {
    Phase.CLUTTER: (),
    Phase.POTENTIAL: (Activity.IDENTIFY_SPECIALISATION, Activity.NETWORK, Activity.FIND_MEMBERS),
    Phase.EMERGING: (
        Activity.SHARE_KNOWLEDGE,
        Activity.STUDY_TRIPS_SEMINARS_WORKSHOPS,
        Activity.COMPANY_VISITS,
        Activity.CLUSTER_STRATEGY,
        Activity.BRANDING,
        Activity.TRAINING,
        Activity.COLLABORATION_PROJECTS,
        Activity.SPECIALISE_EXPORTS,
    ),
    Phase.MATURE: (
        Activity.MARKET_INTELLIGENCE,
        Activity.SEGMENTATION,
        Activity.INNOVATION_COLLABORATION,
        Activity.RESEARCH_AND_OPEN_INNOVATION,
        Activity.NEW_COMPANIES,
        Activity.PROJECT_AND_PORTFOLIO_MANAGEMENT,
        Activity.ENTREPRENEURSHIP,
        Activity.DOCUMENTATION_AND_EVALUATION,
    ),
}


class Seen(StrEnum):
    """What the data say of an activity."""

    SEEN = "seen"
    NOT_SEEN = "not_seen"
    """The data would show it and do not."""
    NOT_KNOWN = "not_known"
    """The data hold nothing that would show it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the checklist."""

    activity: Activity
    seen: Seen
    count: int | None
    """What was counted: collaborations of the last three years, parts, or actors that are not members; ``None`` where the
    data hold nothing to count."""


def checklist(
    phase: Phase,
    found: History,
    window: NDArray[np.bool_],
    figures: Mapping[Sign, float | None],
    members: NDArray[np.bool_],
) -> tuple[Step, ...]:
    """The activities of a phase in their order; those of the first phase where there is no activity yet.

    ``window``, shape (k,), says which collaborations of ``found`` are of the last years; ``members`` which of the
    scope's actors are members of the organised cluster.
    """
    counted = _counts(found, window, figures, members)
    fitting = ACTIVITIES[Phase.POTENTIAL if phase is Phase.CLUTTER else phase]
    return tuple(Step(each, _seen(counted.get(each)), counted.get(each)) for each in fitting)


def _seen(count: int | None) -> Seen:
    if count is None:
        return Seen.NOT_KNOWN
    return Seen.SEEN if count else Seen.NOT_SEEN


def _counts(
    found: History,
    window: NDArray[np.bool_],
    figures: Mapping[Sign, float | None],
    members: NDArray[np.bool_],
) -> dict[Activity, int | None]:
    levels = found.levels[window]
    working = found.levels >= COMMITMENTS.index(Commitment.PROJECT)
    firms = found.joins[[GROUPS.index(each) for each in _FIRMS]].any(axis=0)
    research = found.joins[GROUPS.index(ActorGroup.KNOWLEDGE_INSTITUTION)]
    networks = int(np.count_nonzero(levels == COMMITMENTS.index(Commitment.NON_COMMITTAL)))
    quotient = figures.get(Sign.SPECIALISATION)
    parts = found.parts.shape[0]
    return {
        Activity.IDENTIFY_SPECIALISATION: parts or (None if quotient is None else int(quotient > 1)),
        Activity.NETWORK: networks if found.ladder else None,
        # Where all are members, or none, nobody has told the two apart.
        Activity.FIND_MEMBERS: int((~members).sum()) if members.any() and not members.all() else None,
        Activity.COLLABORATION_PROJECTS: int(np.count_nonzero(working & window)),
        Activity.SEGMENTATION: parts if parts > 1 else 0,
        Activity.INNOVATION_COLLABORATION: int(np.count_nonzero(working & window & found.across)),
        Activity.RESEARCH_AND_OPEN_INNOVATION: int(np.count_nonzero(working & window & firms & research)),
    }


_FIRMS = (ActorGroup.COMPANY, ActorGroup.SUPPLIER, ActorGroup.SERVICE_PROVIDER)
