"""Webhooks as plain values: who is told of what, and how far each message is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Happening(StrEnum):
    """What somebody can be told of."""

    MUTUAL_INTEREST = "mutual_interest"
    """Two actors are interested in each other."""
    MEETING = "meeting"
    """A meeting of an event was scheduled, moved or cancelled."""
    COMMITMENT = "commitment"
    """A meeting came to a commitment."""


class MessageType(StrEnum):
    """What a message tells."""

    MUTUAL_INTEREST_REACHED = "mutual_interest.reached"
    MEETING_SCHEDULED = "meeting.scheduled"
    MEETING_CHANGED = "meeting.changed"
    MEETING_CANCELLED = "meeting.cancelled"
    COMMITMENT_REACHED = "commitment.reached"
    TEST = "test"

    @property
    def topic(self) -> str:
        """The topic that it belongs to; a test belongs to none."""
        return self.value.partition(".")[0]


class DeliveryState(StrEnum):
    """How far a message to one webhook is."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where messages go, without its secret."""

    id: str
    url: str
    topics: tuple[Happening, ...]
    ended: str
    """When its receiver said that it is gone for good; empty while it is told."""
    who: str
    at: str
    waiting: int = 0
    """Messages that are still to be delivered."""
    given_up: int = 0
    """Messages that never were."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one webhook."""

    number: int
    webhook_id: str
    message_id: str
    """The same at every try, so that a receiver knows what it has already."""
    type: MessageType
    state: DeliveryState
    attempts: int
    due: str
    """When it is tried next; the time of the last try where it is over."""
    tried: str
    """When it was tried last; empty where it never was."""
    status: int
    """What the receiver answered last; 0 where it did not."""
    problem: str
    """Why the last try failed; empty where it did not."""
    at: str
    """When it happened."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message with all that sending it takes."""

    delivery: Delivery
    url: str
    body: str
    secrets: tuple[str, ...]
    """The one that counts, and the one before for as long as it is still good."""
