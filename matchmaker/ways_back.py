"""Ways back from changes as values: what a change was of, what was there before, and what must still be there to take it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matchmaker.answers import Wanted
from matchmaker.events import MeetingRequest, Preference, Was
from matchmaker.profiles import ContactFields, WareKind


@dataclass(frozen=True, slots=True)
class Edited:
    """A profile was edited."""

    actor_id: str
    number: int
    """Of the edit in the audit trail, which holds what was there before and after."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft was written, put in other words, or taken away."""

    actor_id: str
    draft_id: str
    kind: WareKind
    before: str
    """Its words; empty where there was none."""
    after: str


@dataclass(frozen=True, slots=True)
class Published:
    """A draft went to the market place."""

    actor_id: str
    kind: WareKind
    text: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An offer or a request became a draft."""

    actor_id: str
    draft_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Contacted:
    """A contact person was added, changed, or taken away."""

    actor_id: str
    contact_id: str
    before: ContactFields | None
    after: ContactFields | None


@dataclass(frozen=True, slots=True)
class Answered:
    """Something was said of pairs."""

    before: tuple[Wanted, ...]
    """Each with the change that must still be the latest."""


@dataclass(frozen=True, slots=True)
class NoteBefore:
    """The note of a pair before it was written or erased."""

    a: str
    b: str
    words: str
    """Empty for none."""
    change: int
    """That must still be the latest, 0 for no note."""


@dataclass(frozen=True, slots=True)
class Noted:
    """Notes of pairs were written or erased."""

    notes: tuple[NoteBefore, ...]


@dataclass(frozen=True, slots=True)
class Preferred:
    """What is wanted of pairs at an event was changed."""

    event_id: str
    before: tuple[Preference, ...]
    after: tuple[Preference, ...]
    """Of the same pairs and sides, where anything is wanted."""


@dataclass(frozen=True, slots=True)
class Requested:
    """A meeting was asked for, or a request was answered."""

    event_id: str
    after: MeetingRequest
    answered: bool


@dataclass(frozen=True, slots=True)
class Attended:
    """Participants were added to an event, changed, or taken away."""

    event_id: str
    were: tuple[Was, ...]


WayBack = (
    Edited | Drafted | Published | Withdrawn | Contacted | Answered | Noted | Preferred | Requested | Attended
)

KINDS: Mapping[str, type[WayBack]] = {
    "edited": Edited,
    "drafted": Drafted,
    "published": Published,
    "withdrawn": Withdrawn,
    "contacted": Contacted,
    "answered": Answered,
    "noted": Noted,
    "preferred": Preferred,
    "requested": Requested,
    "attended": Attended,
}
"""What they are called where they are kept; nothing else is ever made of what is read there."""


@dataclass(frozen=True, slots=True)
class KeptWayBack:
    """A way back as it is kept, without what it holds."""

    kind: str
    who: str
    """Whose change it was; nobody else can take it back."""
    about: str
    """The actor or the event that it is of; empty for pairs of the whole cluster."""
    at: str
    """UTC, ISO 8601."""
