"""What the addresses about actors, their suggested partners and search take and give."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, FiniteFloat

from matchmaker.actors import Actor, ActorGroup, Commitment
from matchmaker.directions import Direction
from matchmaker.landscape.findings import SubCluster
from matchmaker.matching.matches import Match
from matchmaker.past_collaborations import PastCollaboration
from matchmaker.search import Hit
from service.schemas.contract import (
    MAX_PAGE,
    MAX_SEARCH_TEXT,
    Answer,
    FilterText,
    NextCursor,
    PageQuery,
    Query,
    Region,
    Sorted,
    Text,
    whole,
)
from service.schemas.values import ActorName, QuoteAnswer, ReasonAnswer, SubClusterName

Groups = Annotated[
    list[ActorGroup],
    Field(
        max_length=len(ActorGroup), description="Only partners of these actor groups; repeat it for several."
    ),
]
Alike = Annotated[
    list[str],
    Field(description="Ids of other actors with nearly the same text; none of them is an item of its own."),
]


class ActorSort(StrEnum):
    """What actors can be sorted by."""

    NAME = "name"
    GROUP = "group"
    COUNTRY = "country"
    REGION = "region"


class ActorQuery(PageQuery):
    """Which actors to list; filters are combined by *and*."""

    sort: Annotated[ActorSort, Field(description="Ties are by name.")] = ActorSort.NAME
    direction: Sorted = None

    group: Annotated[ActorGroup | None, Field(description="Only this actor group.")] = None
    country: Annotated[FilterText, Field(description="Country code as imported.", examples=["DK"])] = ""
    region: Region = ""
    sub_cluster: Annotated[FilterText, Field(description="Id of a sub-cluster; its members are listed.")] = ""
    member: Annotated[
        bool | None, Field(description="`true`: members of the organised cluster; `false`: the others.")
    ] = None
    q: Annotated[FilterText, Field(description="Part of the name, or the whole id.", examples=["straw"])] = ""


class SuggestionQuery(Query):
    """Which partners to suggest."""

    top: Annotated[int, Field(ge=1, le=MAX_PAGE, description="How many partners at most.")] = 10
    group: Groups = Field([])
    region: Region = ""
    new: Annotated[bool, Field(description="Leave out whoever the actor has worked with before.")] = False
    across: Annotated[
        bool, Field(description="Only other actor groups; `false` takes in the actor's own.")
    ] = True
    afield: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            allow_inf_nan=False,
            description="How far afield to look. 0: close. 1: bold, where likeness counts less and difference counts.",
        ),
    ] = 0.0


class SearchQuestion(BaseModel):
    """What is looked for, in a sentence of Danish or English, taken literally."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"text": "Who can turn straw into textile fibres?", "top": 5}]},
    )

    text: Annotated[
        Text,
        Field(
            max_length=MAX_SEARCH_TEXT, description="A sentence, a name, a number or a term; may be empty."
        ),
    ]
    top: Annotated[
        int, BeforeValidator(whole), Field(ge=1, le=MAX_PAGE, description="How many actors at most.")
    ] = 20
    groups: Annotated[
        # JSON has no enumerations: their values arrive as plain strings.
        list[Annotated[ActorGroup, Field(strict=False)]],
        Field(max_length=len(ActorGroup), description="Only actors of these actor groups; empty means all."),
    ] = []
    region: Region = ""
    direction: Annotated[
        Annotated[Direction, Field(strict=False)] | None,
        Field(
            alias="as",
            description="What the text does: it looks for something, offers something, or names a topic. Left out or"
            " `null`, the text is read; `read_as` of the answer says how.",
        ),
    ] = None


class PlaceAnswer(Answer):
    """Where an actor is; empty where unknown."""

    country: str
    region: str
    city: str
    latitude: FiniteFloat | None
    longitude: FiniteFloat | None


class ActorSummary(ActorName):
    """An actor in a list."""

    country: str
    region: str
    city: str
    tags: list[str]
    member: Annotated[bool, Field(description="Member of the organised cluster.")]

    @classmethod
    def of(cls, actor: Actor) -> ActorSummary:
        """The part of an actor that a list shows."""
        return cls(
            id=actor.id,
            name=actor.name,
            group=actor.group,
            country=actor.place.country,
            region=actor.place.region,
            city=actor.place.city,
            tags=list(actor.tags),
            member=actor.member,
        )


class OfferAnswer(Answer):
    """Something an actor brings to the market place."""

    text: str


class RequestAnswer(Answer):
    """Something an actor looks for."""

    text: str


class CollaborationAnswer(Answer):
    """A past collaboration of an actor."""

    id: str
    title: str
    date: Annotated[date | None, Field(description="The day it became known, if any date is given.")]
    commitment: Commitment
    partners: list[PartnerName]

    @classmethod
    def of(cls, past: PastCollaboration) -> CollaborationAnswer:
        """A past collaboration, its partners by name."""
        return cls(
            id=past.id,
            title=past.title,
            date=past.date,
            commitment=past.commitment,
            partners=[PartnerName(id=actor_id, name=name) for actor_id, name in past.partners],
        )


class PartnerName(Answer):
    """Another participant of a collaboration."""

    id: str
    name: str


class ActorProfile(ActorName):
    """Everything public about an actor."""

    description: str
    offers: list[OfferAnswer]
    requests: list[RequestAnswer]
    place: PlaceAnswer
    size: Annotated[str, Field(description="Employees or a class of size, as the source gives it.")]
    registration_number: str
    website: str
    tags: list[str]
    member: bool
    sub_clusters: list[SubClusterName]
    collaborations: Annotated[list[CollaborationAnswer], Field(description="Newest first.")]

    @classmethod
    def of(
        cls, actor: Actor, sub_clusters: Collection[SubCluster], past: Collection[PastCollaboration]
    ) -> ActorProfile:
        """An actor with what the build knows about it."""
        return cls(
            id=actor.id,
            name=actor.name,
            group=actor.group,
            description=actor.description,
            offers=[OfferAnswer(text=offer.text) for offer in actor.offers],
            requests=[RequestAnswer(text=request.text) for request in actor.requests],
            place=PlaceAnswer.model_validate(actor.place),
            size=actor.size,
            registration_number=actor.registration_number,
            website=actor.website,
            tags=list(actor.tags),
            member=actor.member,
            sub_clusters=[SubClusterName.model_validate(each) for each in sub_clusters],
            collaborations=[CollaborationAnswer.of(each) for each in past],
        )


class Suggestion(Answer):
    """A proposed partner; the score is the sum of the reasons' points."""

    partner: ActorName
    known: Annotated[
        bool, Field(description="The two have worked together before, or one said that they know each other.")
    ]
    competitor: Annotated[
        bool, Field(description="Of one actor group and alike, and neither looks for what the other offers.")
    ]
    pinned: Annotated[bool, Field(description="A facilitator put the partner first.")]
    score: FiniteFloat
    reasons: list[ReasonAnswer]
    alike: Alike

    @classmethod
    def of(cls, match: Match) -> Suggestion:
        """A match as its seeker sees it."""
        return cls(
            partner=ActorName(id=match.partner_id, name=match.partner_name, group=match.partner_group),
            known=match.known,
            competitor=match.competitor,
            pinned=match.pinned,
            score=match.score,
            reasons=[ReasonAnswer.model_validate(reason) for reason in match.reasons],
            alike=list(match.alike),
        )


class HitAnswer(Answer):
    """An actor that answers a search, with the sentences that do."""

    actor: ActorName
    score: FiniteFloat
    quotes: list[QuoteAnswer]
    alike: Alike

    @classmethod
    def of(cls, hit: Hit) -> HitAnswer:
        """A hit with its quotes."""
        return cls(
            actor=ActorName(id=hit.actor_id, name=hit.name, group=hit.group),
            score=hit.score,
            quotes=[QuoteAnswer.model_validate(quote) for quote in hit.quotes],
            alike=list(hit.alike),
        )


class ActorPage(Answer):
    """Actors by name."""

    items: list[ActorSummary]
    next: NextCursor


class SuggestionPage(Answer):
    """Suggested partners, best first; `top` says how many, so there is no next page."""

    items: list[Suggestion]
    next: NextCursor


class HitPage(Answer):
    """Actors that answer a search, best first; `top` says how many, so there is no next page."""

    items: list[HitAnswer]
    next: NextCursor
    read_as: Annotated[
        Direction,
        Field(description="How the text was read, or what `as` said; it decides whose words count."),
    ] = Direction.TOPIC
