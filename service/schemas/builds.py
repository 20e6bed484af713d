"""What the addresses about builds take and give."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath
from typing import Annotated

from pydantic import Field

from matchmaker.generations import KeptBuild
from service.schemas.contract import Answer, NextCursor, Query, Text


class BuildAnswer(Answer):
    """One build that is there."""

    id: Annotated[str, Field(description="As `generation` in the status.")]
    published: Annotated[bool, Field(description="It is the one that answers are made from.")]
    damaged: Annotated[bool, Field(description="Its files are not as they were written; it is not served.")]
    made: datetime | None
    actors: Annotated[int | None, Field(description="Null where the build is damaged.")]
    passages: int | None
    collaborations: int | None
    encoder: Annotated[str, Field(description="The language model.")]

    @classmethod
    def of(cls, build: KeptBuild) -> BuildAnswer:
        """A build; a model from a folder is named without its folder, which is nobody's business."""
        encoder = PurePath(build.encoder)
        return cls(
            id=build.name,
            published=build.published,
            damaged=build.damaged,
            made=build.made,
            actors=build.actors,
            passages=build.passages,
            collaborations=build.collaborations,
            encoder=encoder.name if encoder.is_absolute() else build.encoder,
        )


class BuildPage(Answer):
    """The published build, then the one before it."""

    items: list[BuildAnswer]
    next: NextCursor


class RollBackQuery(Query):
    """Which build to go back to."""

    to: Annotated[
        Text,
        Field(
            max_length=100,
            description="Id of the build; nothing happens where it is published already. Left out, the one before.",
        ),
    ] = ""
