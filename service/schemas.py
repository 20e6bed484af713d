"""What the API takes and gives, as types: every text capped, every number bounded, every unknown field refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, FiniteFloat

from matchmaker.actors import Actor, ActorGroup, Commitment, PassageKind
from matchmaker.directions import Direction
from matchmaker.landscape.findings import SpinOff, SubCluster
from matchmaker.matching.matches import Match, ReasonKind
from matchmaker.published import PastCollaboration
from matchmaker.search import Hit

MAX_SEARCH_TEXT = 10_000
MAX_ID = 500
MAX_FILTER = 200
MAX_PAGE = 200
MAX_POINTS = 100_000


def _writable(text: str) -> str:
    """Refuse what no file, database or answer can hold as text."""
    if "\x00" in text:
        raise ValueError("must not contain the character NUL")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("must not contain half of a surrogate pair")
    return text


def whole(number: object) -> object:
    """JSON knows one kind of number: 5.0 is an integer there."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


Text = Annotated[str, AfterValidator(_writable)]
FilterText = Annotated[Text, Field(max_length=MAX_FILTER)]
Id = Annotated[Text, Field(min_length=1, max_length=MAX_ID)]
CursorText = Annotated[
    Text,
    Field(max_length=2000, description="`next` of the page before; leave it out for the first page."),
]
Region = Annotated[
    FilterText,
    Field(description="Region by name or code; a NUTS code takes in everything below it.", examples=["DK04"]),
]
Groups = Annotated[
    list[ActorGroup],
    Field(
        max_length=len(ActorGroup), description="Only partners of these actor groups; repeat it for several."
    ),
]


class Query(BaseModel):
    """Parameters of an address; one that is not named here is refused."""

    model_config = ConfigDict(extra="forbid")


class NoQuery(Query):
    """An address that takes no parameters."""


class PageQuery(Query):
    """A page of a collection."""

    limit: Annotated[int, Field(ge=1, le=MAX_PAGE, description="How many items at most.")] = 50
    cursor: CursorText = ""


class MapQuery(Query):
    """A page of the map, by default the whole of it."""

    limit: Annotated[int, Field(ge=1, le=MAX_POINTS, description="How many points at most.")] = MAX_POINTS
    cursor: CursorText = ""


class ActorQuery(PageQuery):
    """Which actors to list; filters are combined by *and*."""

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
    group: Groups = []
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


class Position(BaseModel):
    """What a cursor holds."""

    model_config = ConfigDict(extra="forbid", strict=True)

    edition: Annotated[Text, Field(max_length=200)]
    after: Id


class Answer(BaseModel):
    """Something that is given; made from the library's values by their attributes."""

    model_config = ConfigDict(from_attributes=True)


class Problem(Answer):
    """An error as RFC 9457 writes it."""

    type: Annotated[str, Field(examples=["urn:matchmaker:problem:invalid-request", "about:blank"])]
    title: str
    status: int
    detail: str
    request_id: Annotated[
        str, Field(description="Also in the header `X-Request-ID`; names the line in the log.")
    ]
    field: Annotated[str, Field(description="The field that was refused, where there is one.")] = ""
    errors: Annotated[list[RefusedField], Field(description="Every field that was refused.")] = []


class RefusedField(Answer):
    """A field that was refused, and why."""

    field: str
    message: str


class PlaceAnswer(Answer):
    """Where an actor is; empty where unknown."""

    country: str
    region: str
    city: str
    latitude: FiniteFloat | None
    longitude: FiniteFloat | None


class SubClusterName(Answer):
    """A sub-cluster by id and label."""

    id: str
    label: str


class ActorName(Answer):
    """An actor by id, name and group."""

    id: Annotated[str, Field(examples=["cordis:999984059"])]
    name: str
    group: ActorGroup


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


class QuoteAnswer(Answer):
    """One sentence of an actor's own words."""

    text: str
    kind: PassageKind
    source_id: Annotated[str, Field(description="Id of the actor or collaboration the sentence comes from.")]
    language: Annotated[str, Field(description="ISO 639-1 code; empty where unknown.")]


class ReasonAnswer(Answer):
    """One piece of evidence with its points."""

    kind: ReasonKind
    points: FiniteFloat
    seeker_quote: QuoteAnswer | None
    partner_quote: QuoteAnswer | None
    names: Annotated[
        list[str],
        Field(description="Actors in between, collaborations, the region or the distance, by name."),
    ]


Alike = Annotated[
    list[str],
    Field(description="Ids of other actors with nearly the same text; none of them is an item of its own."),
]


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


class SubClusterSummary(SubClusterName):
    """A group of similar actors found in the data."""

    parent_id: Annotated[str | None, Field(description="What it is a specialisation of; null at the top.")]
    keywords: list[str]
    size: Annotated[int, Field(description="Number of members.")]
    composition: Annotated[dict[ActorGroup, int], Field(description="Members by actor group.")]
    growth: Annotated[
        dict[int, int],
        Field(description="Year to the members that took up their first collaboration in it by then."),
    ]
    collaborations: Annotated[
        dict[int, int],
        Field(description="Year to the collaborations that began in it with two or more members."),
    ]

    @classmethod
    def of(cls, sub_cluster: SubCluster) -> SubClusterSummary:
        """A sub-cluster without its members."""
        return cls.model_validate(_figures(sub_cluster))


class MemberAnswer(ActorName):
    """A member of a sub-cluster."""

    confidence: Annotated[FiniteFloat, Field(ge=0, le=1, description="Share of its ties that stay inside.")]


class SubClusterProfile(SubClusterSummary):
    """A sub-cluster with its members."""

    parts: Annotated[list[SubClusterName], Field(description="The specialisations inside it.")]
    members: Annotated[list[MemberAnswer], Field(description="By falling confidence.")]

    @classmethod
    def with_members(
        cls,
        sub_cluster: SubCluster,
        parts: Collection[SubCluster],
        names: Mapping[str, str],
        groups: Mapping[str, ActorGroup],
    ) -> SubClusterProfile:
        """A sub-cluster with its members by name."""
        members = [
            MemberAnswer(
                id=member.actor_id,
                name=names[member.actor_id],
                group=groups[member.actor_id],
                confidence=member.confidence,
            )
            for member in sub_cluster.members
        ]
        return cls.model_validate(_figures(sub_cluster) | {"parts": list(parts), "members": members})


def _figures(sub_cluster: SubCluster) -> dict[str, object]:
    return {
        "id": sub_cluster.id,
        "label": sub_cluster.label,
        "parent_id": sub_cluster.parent_id,
        "keywords": list(sub_cluster.keywords),
        "size": len(sub_cluster.members),
        "composition": sub_cluster.composition,
        "growth": sub_cluster.growth,
        "collaborations": sub_cluster.collaborations,
    }


class SpinOffAnswer(Answer):
    """A specialisation that could become a cluster of its own; the score is the measures' geometric mean."""

    sub_cluster_id: str
    parent_id: str
    label: str
    score: FiniteFloat
    critical_mass: FiniteFloat
    coherence: FiniteFloat
    distinctness: FiniteFloat
    growth: FiniteFloat
    group_spread: FiniteFloat
    figures: Annotated[dict[str, FiniteFloat], Field(description="What the measures rest on, by name.")]

    @classmethod
    def of(cls, spin_off: SpinOff) -> SpinOffAnswer:
        """A candidate with every figure."""
        return cls.model_validate(spin_off)


class PointAnswer(Answer):
    """An actor on the map."""

    actor: ActorName
    sub_cluster_ids: Annotated[list[str], Field(description="The sub-clusters it is in, the widest first.")]
    x: FiniteFloat
    y: FiniteFloat


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
    sub_clusters: int
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


NextCursor = Annotated[
    str | None, Field(description="Pass it as `cursor` for the next page; null on the last.")
]


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


class SubClusterPage(Answer):
    """Sub-clusters, parents before their specialisations."""

    items: list[SubClusterSummary]
    next: NextCursor


class SpinOffPage(Answer):
    """Spin-off candidates, best first."""

    items: list[SpinOffAnswer]
    next: NextCursor


class PointPage(Answer):
    """Points of the map."""

    items: list[PointAnswer]
    next: NextCursor
