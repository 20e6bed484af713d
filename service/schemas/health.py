"""What the addresses about the process and the workspace give."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from matchmaker.actors import ActorGroup
from service.schemas.contract import Answer


class StatusAnswer(Answer):
    """What is in the workspace, what is published, and what is stale and why."""

    generation: Annotated[str | None, Field(description="The published build; null when nothing is built.")]
    stale: Annotated[list[str], Field(description="Why a new build would differ; empty when it would not.")]
    fresh: Annotated[
        int,
        Field(description="Profiles changed after the build that are shown and searched as they are now."),
    ]
    damaged_builds: Annotated[int, Field(description="Builds that were found damaged and are not served.")]
    actors: Annotated[int, Field(description="Actors in the workspace, built or not.")]
    collaborations: int
    encoder: Annotated[str, Field(description="The language model.")]
    published: PublishedCounts | None
    notes: Annotated[list[str], Field(description="What the build could not find, and why.")]


class PublishedCounts(Answer):
    """How much the published build holds."""

    actors: int
    passages: int
    collaborations: int
    sub_clusters: Annotated[int, Field(description="At the top; those inside them are specialisations.")]
    specialisations: int
    spin_offs: int
    by_group: dict[ActorGroup, int]


class Health(Answer):
    """The process runs."""

    status: Annotated[str, Field(examples=["ok"])]


class Readiness(Answer):
    """The service can answer from a published build."""

    status: Annotated[
        str,
        Field(
            description="`ready`, or `degraded` when the newest build is damaged and the previous one served."
        ),
    ]
    generation: str
    detail: str
