"""What the addresses of the open directory take and give."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from matchmaker.actors import Actor, ActorGroup
from service.schemas.actors import OfferAnswer, RequestAnswer
from service.schemas.contract import Answer, FilterText, NextCursor, PageQuery, Region
from service.schemas.values import ActorName


class DirectoryQuery(PageQuery):
    """Which listed actors; filters are combined by *and*."""

    group: Annotated[ActorGroup | None, Field(description="Only this actor group.")] = None
    region: Region = ""
    q: Annotated[FilterText, Field(description="Part of the name, or the whole id.", examples=["straw"])] = ""


class DirectoryName(ActorName):
    """A listed actor in a list."""

    country: str
    region: str
    city: str

    @classmethod
    def of(cls, actor: Actor) -> DirectoryName:
        """The part of an entry that the list shows."""
        return cls.model_validate(_short(actor))


class DirectoryEntry(DirectoryName):
    """What everybody may see of an actor that is listed."""

    description: str
    offers: list[OfferAnswer]
    requests: list[RequestAnswer]
    size: str
    website: str
    tags: list[str]

    @classmethod
    def of(cls, actor: Actor) -> DirectoryEntry:
        """The entry of an actor."""
        return cls.model_validate(
            {
                **_short(actor),
                "description": actor.description,
                "offers": actor.offers,
                "requests": actor.requests,
                "size": actor.size,
                "website": actor.website,
                "tags": list(actor.tags),
            }
        )


class DirectoryPage(Answer):
    """Listed actors by name."""

    items: list[DirectoryName]
    next: NextCursor


def _short(actor: Actor) -> dict[str, object]:
    return {
        "id": actor.id,
        "name": actor.name,
        "group": actor.group,
        "country": actor.place.country,
        "region": actor.place.region,
        "city": actor.place.city,
    }
