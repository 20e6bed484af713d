"""What the addresses of webhooks give."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, Field

from matchmaker.webhooks import DeliveryState, Happening, MessageType, Webhook
from service.schemas.contract import Answer, FilterText, NextCursor, PageQuery


class WebhookAnswer(Answer):
    """Where messages go; the secret is shown by the command line alone, once."""

    id: str
    host: Annotated[
        str, Field(description="Of its address; the rest may hold what only the receiver should know.")
    ]
    topics: list[Happening]
    ended: Annotated[
        str, Field(description="When its receiver said that it is gone; empty while it is told.")
    ]
    waiting: Annotated[int, Field(description="Messages that are still to be delivered.")]
    given_up: Annotated[int, Field(description="Messages that never were.")]
    at: str

    @classmethod
    def of(cls, webhook: Webhook) -> WebhookAnswer:
        """A webhook without what is between the operator and the receiver."""
        return cls(
            id=webhook.id,
            host=urlsplit(webhook.url).netloc,
            topics=list(webhook.topics),
            ended=webhook.ended,
            waiting=webhook.waiting,
            given_up=webhook.given_up,
            at=webhook.at,
        )


class WebhookPage(BaseModel):
    """Webhooks, in the order in which they were added."""

    items: list[WebhookAnswer]
    next: NextCursor


class DeliveryQuery(PageQuery):
    """Which messages to list."""

    webhook: Annotated[FilterText, Field(description="Id of a webhook; only the messages to it.")] = ""
    state: Annotated[DeliveryState | None, Field(description="Only those that are so far.")] = None


class DeliveryAnswer(Answer):
    """One message to one webhook."""

    number: int
    webhook_id: str
    message_id: Annotated[str, Field(description="The header `webhook-id`, the same at every try.")]
    type: MessageType
    state: DeliveryState
    attempts: int
    due: Annotated[str, Field(description="When it is tried next, while it waits.")]
    tried: Annotated[str, Field(description="When it was tried last; empty where it never was.")]
    status: Annotated[int, Field(description="What the receiver answered last; 0 where it did not.")]
    problem: str
    at: Annotated[str, Field(description="When it happened.")]


class DeliveryPage(BaseModel):
    """Messages, the newest first."""

    items: list[DeliveryAnswer]
    next: NextCursor
