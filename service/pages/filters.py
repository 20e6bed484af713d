"""Query parameters as the pages read them: an empty choice means no filter, an unknown one is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

from fastapi import Query
from pydantic import BeforeValidator

from matchmaker.actors import ActorGroup
from matchmaker.directions import Direction
from matchmaker.matching.matches import Match
from matchmaker.published import Published
from matchmaker.search import Hit


def _made_choices(values: Sequence[str]) -> list[str]:
    return [value for value in values if value]


def _made_choice(value: str | None) -> str | None:
    return value or None


GroupFilter = Annotated[Sequence[ActorGroup], BeforeValidator(_made_choices), Query(max_length=20)]
OneGroupFilter = Annotated[ActorGroup | None, BeforeValidator(_made_choice), Query()]
DirectionChoice = Annotated[Direction | None, BeforeValidator(_made_choice), Query(alias="as")]
RegionFilter = Annotated[str, Query(max_length=100)]
TextFilter = Annotated[str, Query(max_length=200)]
PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]


def pages_of(count: int, a_page: int) -> int:
    """How many pages a list has with so many on each: one where it is empty."""
    return max(1, -(-count // a_page))


def chosen(groups: Sequence[ActorGroup]) -> tuple[ActorGroup, ...]:
    """The distinct groups of a filter in the groups' own order."""
    return tuple(group for group in ActorGroup if group in groups)


def readable(text: str) -> str:
    """A typed text on one line: control characters become spaces, the ends are trimmed."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def near(suggestions: Sequence[str]) -> list[tuple[str, str]]:
    """The close names of an error, ``Name (id)``, as id and name."""
    pairs = [suggestion.removesuffix(")").rpartition(" (") for suggestion in suggestions]
    return [(actor_id, name) for name, _, actor_id in pairs]


def names_alike(snapshot: Published, listed: Iterable[Hit | Match]) -> dict[str, str]:
    """The names, by id, of those whose text is nearly that of somebody in a list."""
    ids = {actor_id for each in listed for actor_id in each.alike}
    return {actor_id: snapshot.actor(actor_id).name for actor_id in sorted(ids)}
