"""How far the cluster and its sub-clusters have come: what is asked and answered."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from matchmaker.landscape.activities import Activity, Seen
from matchmaker.landscape.phase_rule import Phase
from matchmaker.landscape.signs import Sign, Unknown
from service.schemas.contract import Answer, FilterText, NextCursor, PageQuery
from service.schemas.studies.figures import LastYear, Number


class PhaseQuery(PageQuery):
    """Which phases: of the whole cluster (id null) and of every sub-cluster."""

    sub_cluster: Annotated[FilterText, Field(description="Only this sub-cluster.")] = ""
    phase: Phase | None = None
    last: LastYear = None
    sort: Annotated[
        Literal["build", "label", "phase", "-phase", "-standing"],
        Field(description="`build`: the whole first, then the order of the build."),
    ] = "build"


class SignAnswer(Answer):
    """One sign with its figure and borders."""

    sign: Sign
    value: Number
    unknown: Annotated[Unknown | None, Field(description="Why there is no figure; it does not vote.")]
    borders: Annotated[
        tuple[FiniteFloat, FiniteFloat, FiniteFloat],
        Field(description="From how much on it supports potential, emerging and mature."),
    ]
    supports: Phase | None
    at_least: bool
    near: Annotated[bool, Field(description="Near a border.")]
    standing: Annotated[Number, Field(description="Share of siblings with less.")]


class ActivityAnswer(Answer):
    """An activity that fits the phase."""

    activity: Activity
    seen: Seen
    count: int | None


class PhaseAnswer(Answer):
    """How far the cluster or a sub-cluster has come."""

    sub_cluster_id: Annotated[str | None, Field(description="Null for the whole cluster.")]
    label: str
    year: Annotated[int | None, Field(description="The last year that counts.")]
    phase: Phase
    earliest: Annotated[Phase, Field(description="If all that is unknown spoke against.")]
    latest: Annotated[Phase, Field(description="If all that is unknown spoke for it.")]
    voters: int
    support: Annotated[
        dict[Phase, int], Field(description="Phase to the signs that support it or a later one.")
    ]
    unmet: Annotated[list[Sign], Field(description="Conditions of the next phase that are not met.")]
    votes_missing: int
    stability: Annotated[
        dict[Phase, FiniteFloat],
        Field(description="Phase to the share of selections without a fifth of the collaborations."),
    ]
    movement: Annotated[dict[int, Phase], Field(description="Year to the phase at its end.")]
    signs: list[SignAnswer]
    steps: list[ActivityAnswer]
    standing: Number


class PhasePage(Answer):
    """Phases."""

    items: list[PhaseAnswer]
    next: NextCursor
