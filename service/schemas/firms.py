"""What the addresses of firms take and give: a profile's changes, drafts, contact persons, answers, own meetings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from matchmaker.actors import Actor, ActorGroup
from matchmaker.answers import Answer as Said
from matchmaker.answers import AnswerKind, DeclineReason, Mutual
from matchmaker.profiles import (
    LONGEST_DESCRIPTION,
    LONGEST_FIELD,
    LONGEST_TAG,
    LONGEST_WARE,
    MOST_TAGS,
    MOST_WARES,
    Contact,
    ContactFields,
    Draft,
    WareKind,
)
from matchmaker.workplace import OwnEvent, Profile
from service.schemas.actors import OfferAnswer, PlaceAnswer, RequestAnswer
from service.schemas.contract import MAX_ID, Answer, NextCursor, Text
from service.schemas.imports import LackAnswer

Line = Annotated[Text, Field(max_length=LONGEST_FIELD, pattern=r"^[^\r\n]*$")]
Ware = Annotated[Text, Field(min_length=1, max_length=LONGEST_WARE, pattern=r"^[^\r\n]*\S[^\r\n]*$")]
Tag = Annotated[Text, Field(min_length=1, max_length=LONGEST_TAG, pattern=r"^[^\r\n]*\S[^\r\n]*$")]


class Sent(BaseModel):
    """Something that is sent; a field that is not named here is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class PlacePatch(Sent):
    """Where an actor is; what is left out stays."""

    country: Line | None = None
    region: Line | None = None
    city: Line | None = None
    latitude: Annotated[FiniteFloat, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[FiniteFloat, Field(ge=-180, le=180)] | None = None


class ActorPatch(Sent):
    """What is changed of a profile; what is left out stays. `null` empties latitude and longitude only."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"requests": ["A buyer of 4,000 tonnes of straw a year"]}]},
    )

    description: Annotated[Text, Field(max_length=LONGEST_DESCRIPTION)] | None = None
    offers: Annotated[list[Ware], Field(max_length=MOST_WARES)] | None = None
    requests: Annotated[list[Ware], Field(max_length=MOST_WARES)] | None = None
    place: PlacePatch | None = None
    website: Line | None = None
    size: Line | None = None
    tags: Annotated[list[Tag], Field(max_length=MOST_TAGS)] | None = None
    name: Annotated[
        Annotated[Line, Field(min_length=1)] | None, Field(description="Changed by facilitators only.")
    ] = None
    group: Annotated[
        Annotated[ActorGroup, Field(strict=False)] | None,
        Field(description="Changed by facilitators only."),
    ] = None
    registration_number: Annotated[Line | None, Field(description="Changed by facilitators only.")] = None
    member: Annotated[bool | None, Field(description="Changed by facilitators only.")] = None

    def changes(self) -> dict[str, object]:
        """The fields that were sent, as the library takes them."""
        sent = self.model_dump(exclude_unset=True)
        place: dict[str, Any] = sent.pop("place", None) or {}
        changes = {name: value for name, value in sent.items() if value is not None}
        return changes | {
            name: value
            for name, value in place.items()
            if value is not None or name in ("latitude", "longitude")
        }


FACILITATORS_ONLY = ("name", "group", "registration_number", "member")


class DraftBody(Sent):
    """An offer or a request that is not published yet."""

    kind: Annotated[WareKind, Field(strict=False)]
    text: Ware


class DraftText(Sent):
    """A draft in other words."""

    text: Ware


class DraftAnswer(Answer):
    """An offer or a request that only its actor and facilitators see."""

    id: str
    kind: WareKind
    text: str
    at: Annotated[str, Field(description="When it was written, in UTC.")]

    @classmethod
    def of(cls, draft: Draft) -> DraftAnswer:
        """A draft."""
        return cls(id=draft.id, kind=draft.kind, text=draft.text, at=draft.at)


class DraftPage(Answer):
    """All drafts of an actor."""

    items: list[DraftAnswer]
    next: NextCursor


class ContactBody(Sent):
    """How somebody is reached who speaks for an actor."""

    name: Annotated[Line, Field(min_length=1)]
    title: Line = ""
    email: Line = ""
    phone: Line = ""
    language: Annotated[str, Field(pattern=r"^(da|en)?$", description="`da`, `en` or empty.")] = ""

    def value(self) -> ContactFields:
        """The same as the library takes it; raises ``ValueError`` with the name of a field that cannot be."""
        return ContactFields(self.name.strip(), self.title, self.email.strip(), self.phone, self.language)


class ContactAnswer(Answer):
    """Somebody who speaks for an actor: personal data."""

    id: str
    name: str
    title: str
    email: str
    phone: str
    language: str

    @classmethod
    def of(cls, contact: Contact) -> ContactAnswer:
        """A contact person."""
        fields = contact.fields
        return cls(
            id=contact.id,
            name=fields.name,
            title=fields.title,
            email=fields.email,
            phone=fields.phone,
            language=fields.language,
        )


class ContactPage(Answer):
    """All contact persons of an actor, by name."""

    items: list[ContactAnswer]
    next: NextCursor


class OwnProfileAnswer(Answer):
    """A profile as it is stored, with what it lacks."""

    id: str
    name: str
    group: ActorGroup
    description: str
    offers: list[OfferAnswer]
    requests: list[RequestAnswer]
    place: PlaceAnswer
    size: str
    registration_number: str
    website: str
    tags: list[str]
    member: bool
    readiness: Annotated[int, Field(description="How ready it is to be matched, 0 to 100.")]
    lacks: Annotated[
        list[LackAnswer],
        Field(description="What would give better matches, the most helpful first, then what helps people."),
    ]

    @classmethod
    def of(cls, profile: Profile) -> OwnProfileAnswer:
        """A profile."""
        actor: Actor = profile.actor
        return cls(
            id=actor.id,
            name=actor.name,
            group=actor.group,
            description=actor.description,
            offers=[OfferAnswer(text=each.text) for each in actor.offers],
            requests=[RequestAnswer(text=each.text) for each in actor.requests],
            place=PlaceAnswer.model_validate(actor.place),
            size=actor.size,
            registration_number=actor.registration_number,
            website=actor.website,
            tags=list(actor.tags),
            member=actor.member,
            readiness=profile.readiness,
            lacks=[LackAnswer.model_validate(each) for each in profile.lacks],
        )


class FirmAnswer(Answer):
    """What a firm said of another."""

    partner_id: str
    said: AnswerKind
    reason: DeclineReason | None
    words: str
    told: bool
    on_behalf: bool
    at: str
    mutual: Annotated[bool, Field(description="Both said interested, so contact persons are open.")]

    @classmethod
    def of(cls, answer: Said, *, mutual: bool) -> FirmAnswer:
        """An answer."""
        said = answer.said
        return cls(
            partner_id=answer.partner_id,
            said=said.kind,
            reason=said.reason,
            words=said.words,
            told=said.told,
            on_behalf=said.on_behalf,
            at=answer.at,
            mutual=mutual,
        )


class FirmAnswerPage(Answer):
    """What a firm said of others, the latest first."""

    items: list[FirmAnswer]
    next: NextCursor


class MutualAnswer(Answer):
    """A partner that is interested, too."""

    partner_id: str
    since: str

    @classmethod
    def of(cls, found: Mutual, actor_id: str) -> MutualAnswer:
        """A pair from one side."""
        return cls(partner_id=found.partner_of(actor_id), since=found.since)


class MutualPage(Answer):
    """The pairs in which both said that they are interested, the latest first."""

    items: list[MutualAnswer]
    next: NextCursor


class OwnMeetingAnswer(Answer):
    """A meeting as one of its sides sees it."""

    participant: Annotated[str, Field(description="One's own, by id within the event.")]
    partner: Annotated[str, Field(max_length=MAX_ID, description="Id of the other actor.")]
    starts: datetime
    ends: datetime
    table: str


class OwnEventAnswer(Answer):
    """An event that an actor attends, with its own meetings."""

    id: str
    name: str
    place: str
    zone: str
    scheduled: bool
    participants: Annotated[list[str], Field(description="One's own, by id within the event.")]
    meetings: list[OwnMeetingAnswer]

    @classmethod
    def of(cls, each: OwnEvent) -> OwnEventAnswer:
        """An event from one side."""
        return cls(
            id=each.event.id,
            name=each.event.name,
            place=each.event.place,
            zone=each.event.zone,
            scheduled=each.scheduled,
            participants=[own.id for own in each.own],
            meetings=[
                OwnMeetingAnswer(
                    participant=met.own.id,
                    partner=met.other.actor_id,
                    starts=met.span.starts,
                    ends=met.span.ends,
                    table=met.table,
                )
                for met in each.meetings
            ],
        )


class OwnEventPage(Answer):
    """The events that an actor attends, those that begin last first."""

    items: list[OwnEventAnswer]
    next: NextCursor
