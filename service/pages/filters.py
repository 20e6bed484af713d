"""Query parameters as the pages read them: an empty choice means no filter, an unknown one is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import Query

from matchmaker.actors import ActorGroup

GroupFilter = Annotated[Sequence[ActorGroup | Literal[""]], Query(max_length=20)]
RegionFilter = Annotated[str, Query(max_length=100)]
TextFilter = Annotated[str, Query(max_length=200)]
PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]


def chosen(groups: Sequence[ActorGroup | Literal[""]]) -> tuple[ActorGroup, ...]:
    """The distinct groups of a filter in the groups' own order, without the empty choice."""
    return tuple(group for group in ActorGroup if group in groups)


def readable(text: str) -> str:
    """A typed text on one line: control characters become spaces, the ends are trimmed."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
