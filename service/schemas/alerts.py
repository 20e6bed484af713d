"""What the addresses of saved searches and alerts take and give."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from matchmaker.actors import ActorGroup
from matchmaker.alerts import AlertSettings, Every, SavedSearch, SearchKind, ShownAlert, Wanted
from matchmaker.directions import Direction
from matchmaker.saved_searches import LONGEST_NAME, LONGEST_TEXT
from service.schemas.contract import Answer, FilterText, NextCursor, PageQuery, Text
from service.schemas.values import ActorName, QuoteAnswer

SearchName = Annotated[
    Text, Field(min_length=1, max_length=LONGEST_NAME, description="What the search is called, on one line.")
]
AlertNumber = Annotated[int, Field(ge=1, le=2**62)]


class WantedBody(BaseModel):
    """What is searched for. `text` for a search in a sentence, `actor_id` for who fits an actor, neither for filters alone."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: Annotated[Text, Field(max_length=LONGEST_TEXT)] = ""
    direction: Annotated[
        Annotated[Direction, Field(strict=False)] | None,
        Field(alias="as", description="Which way the text points; left out, it is read."),
    ] = None
    actor_id: FilterText = ""
    groups: Annotated[
        list[Annotated[ActorGroup, Field(strict=False)]], Field(max_length=len(ActorGroup))
    ] = []
    region: FilterText = ""
    sub_cluster: FilterText = ""
    member: Annotated[
        bool | None, Field(description="`true`: members of the organised cluster; `false`: the others.")
    ] = None
    new: Annotated[bool, Field(description="Of an actor: only those it has not worked with.")] = False
    across: Annotated[bool, Field(description="Of an actor: only other actor groups than its own.")] = True

    def value(self) -> Wanted:
        """The same as the library has it; raises ``ValueError`` for what cannot be."""
        text, actor_id = " ".join(self.text.split()), self.actor_id
        if text and actor_id:
            raise ValueError("a search is for a text or for an actor, not for both")
        kind = SearchKind.TEXT if text else SearchKind.ACTOR if actor_id else SearchKind.FILTERS
        groups = tuple(each for each in ActorGroup if each in self.groups)
        return Wanted(
            kind,
            text,
            self.direction if text else None,
            actor_id,
            groups,
            self.region.strip(),
            self.sub_cluster,
            self.member,
            self.new and bool(actor_id),
            self.across,
        )

    @model_validator(mode="after")
    def _can_be(self) -> WantedBody:
        self.value()
        return self


class SavedSearchBody(BaseModel):
    """A search to save."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [{"name": "Straw", "wanted": {"text": "Who can use straw?", "groups": ["company"]}}]
        },
    )

    name: SearchName
    wanted: WantedBody


class SavedSearchChange(BaseModel):
    """What to change of a saved search; what is left out stays."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"examples": [{"paused": True}]})

    name: Annotated[SearchName | None, Field()] = None
    paused: Annotated[bool | None, Field(description="Whether to tell of nobody.")] = None


class WantedAnswer(Answer):
    """What is searched for."""

    kind: SearchKind
    text: str
    direction: Annotated[Direction | None, Field(serialization_alias="as")]
    actor_id: str
    groups: list[ActorGroup]
    region: str
    sub_cluster: str
    member: bool | None
    new: bool
    across: bool


class SavedSearchAnswer(Answer):
    """A search that its owner is told of."""

    id: str
    name: str
    wanted: WantedAnswer
    paused: bool
    at: Annotated[str, Field(description="When it was saved.")]

    @classmethod
    def of(cls, search: SavedSearch) -> SavedSearchAnswer:
        """The search without what is the service's own."""
        return cls.model_validate(search)


class SavedSearchPage(BaseModel):
    """Saved searches by name."""

    items: list[SavedSearchAnswer]
    next: NextCursor


class AlertQuery(PageQuery):
    """Which alerts to list."""

    unread: Annotated[bool, Field(description="Only those that are not marked as read.")] = False
    search: Annotated[FilterText, Field(description="Id of a saved search; only its alerts.")] = ""


class AlertAnswer(BaseModel):
    """Somebody new fits a saved search."""

    number: AlertNumber
    search_id: str
    search_name: str
    actor: ActorName
    added: Annotated[bool, Field(description="A new actor; otherwise one whose profile changed.")]
    at: str
    read: bool
    quote: Annotated[
        QuoteAnswer | None, Field(description="The actor's own sentence that comes nearest to the search.")
    ]

    @classmethod
    def of(cls, shown: ShownAlert) -> AlertAnswer:
        """The alert with the actor as it is now."""
        return cls(
            number=shown.alert.number,
            search_id=shown.search.id,
            search_name=shown.search.name,
            actor=ActorName.model_validate(shown.actor),
            added=shown.alert.added,
            at=shown.alert.at,
            read=bool(shown.alert.read),
            quote=QuoteAnswer.model_validate(shown.quote) if shown.quote else None,
        )


class AlertPage(BaseModel):
    """Alerts, the newest first."""

    items: list[AlertAnswer]
    next: NextCursor


class ReadBody(BaseModel):
    """Which alerts to mark."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"numbers": [1, 2], "read": True}]}
    )

    numbers: Annotated[
        list[AlertNumber] | None,
        Field(max_length=1000, description="Numbers of alerts; `null` for all of them."),
    ]
    read: bool = True


class ReadAnswer(BaseModel):
    """What was marked."""

    changed: Annotated[list[int], Field(description="The alerts that were otherwise before.")]
    unread: Annotated[int, Field(description="How many are unread now.")]


class AlertSettingsBody(BaseModel):
    """How to be told."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"every": "weekly", "language": "da"}]}
    )

    every: Annotated[Every, Field(strict=False, description="How often a letter is sent.")]
    language: Annotated[str, Field(pattern="^(da|en)$", description="Of letters and of the feed.")] = "en"


class AlertSettingsAnswer(BaseModel):
    """How somebody is told."""

    every: Every
    language: str
    feed: Annotated[str, Field(description="Path of the feed; whoever has it reads the alerts.")]

    @classmethod
    def of(cls, settings: AlertSettings) -> AlertSettingsAnswer:
        """The settings, the secret as an address."""
        return cls(
            every=settings.every, language=settings.language, feed=f"/alerts/feed/{settings.feed}.atom"
        )
