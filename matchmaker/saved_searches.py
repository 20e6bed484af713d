"""What somebody wants to hear of, and what they were told: plain values between the store, the alerts and whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matchmaker.actors import ActorGroup
from matchmaker.directions import Direction

LONGEST_NAME = 100
LONGEST_TEXT = 500
"""Characters of a search; a sentence or two."""
MOST_SEARCHES = 200
"""That one user may keep."""

HERE = "here"
"""Whose the searches are in a workspace without users."""


class SearchKind(StrEnum):
    """What a saved search asks."""

    TEXT = "text"
    """Who answers a sentence?"""
    ACTOR = "actor"
    """Who fits this actor?"""
    FILTERS = "filters"
    """Who is of this group, region, sub-cluster?"""


class Every(StrEnum):
    """How often somebody is written to."""

    OFF = "off"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for; raises ``ValueError`` for what cannot be."""

    kind: SearchKind
    text: str = ""
    direction: Direction | None = None
    """Which way the text points; ``None`` where it is read."""
    actor_id: str = ""
    groups: tuple[ActorGroup, ...] = ()
    region: str = ""
    sub_cluster: str = ""
    member: bool | None = None
    new: bool = False
    """For an actor: only those it has not worked with."""
    across: bool = True
    """For an actor: only other groups than its own, unless groups are named."""

    def __post_init__(self) -> None:
        if (self.kind is SearchKind.TEXT) != bool(self.text.strip()):
            raise ValueError("A search for a text has one, and no other does.")
        if (self.kind is SearchKind.ACTOR) != bool(self.actor_id):
            raise ValueError("A search for an actor names it, and no other does.")
        if len(self.text) > LONGEST_TEXT:
            raise ValueError(f"The text has {len(self.text)} characters; {LONGEST_TEXT} can be saved.")
        if not self.text.replace("\n", " ").isprintable():
            raise ValueError("The text holds a control character. Leave it out.")
        if self.kind is SearchKind.FILTERS and not self.filtered:
            raise ValueError("A search without a text needs a group, a region, a sub-cluster or members.")

    @property
    def filtered(self) -> bool:
        """Whether anything but the question narrows it."""
        return bool(self.groups or self.region or self.sub_cluster or self.member is not None)


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search that its owner wants to hear of."""

    id: str
    owner: str
    """The id of the user or the key; ``HERE`` in a workspace without users."""
    name: str
    wanted: Wanted
    paused: bool
    deleted: str
    """When it was deleted, for as long as that can be undone; empty where it was not."""
    revision: int
    at: str
    """When it was saved, in UTC, ISO 8601."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A search as a round of looking needs it."""

    search: SavedSearch
    since: int
    """Changes up to this number were judged with a build that holds them."""
    floors: dict[str, float]
    """What somebody new has to score at least, by the name of the question."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Somebody new fits a search."""

    number: int
    search_id: str
    actor_id: str
    added: bool
    """A new actor; otherwise one whose profile changed."""
    at: str
    read: str
    """When it was marked as read; empty where it was not."""


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """How somebody is told."""

    owner: str
    every: Every
    language: str
    """``da`` or ``en``; empty where nobody chose."""
    feed: str
    """The secret part of the feed's address."""
    unsubscribe: str
    """The secret part of the address that ends the letters."""


def checked_search_name(name: str) -> str:
    """A name without space around it; raises ``ValueError`` for one that is empty, of several lines or too long."""
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise ValueError("Give the search a name that can be read.")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"The name has {len(name)} characters; at most {LONGEST_NAME} fit. Shorten it.")
    return name
