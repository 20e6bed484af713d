"""Webhooks over HTTP: who is told, how the messages went, and sending one again. They are added on the command line."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from service.api.contract import PREFIX, Nothing, errors, readable_address
from service.arranged import acting
from service.cursors import newest_of, page_of
from service.dependencies import OpenWorkspace
from service.schemas.contract import PageQuery
from service.schemas.webhooks import DeliveryAnswer, DeliveryPage, DeliveryQuery, WebhookAnswer, WebhookPage

router = APIRouter(prefix=PREFIX, tags=["webhooks"], dependencies=[Depends(readable_address)])

DeliveryNumber = Annotated[int, Path(ge=1, le=2**62, description="Number of the delivery.")]


@router.get("/webhooks", operation_id="listWebhooks", summary="List webhooks", responses=errors())
def list_webhooks(workspace: OpenWorkspace, query: Annotated[PageQuery, Query()]) -> WebhookPage:
    """In the order in which they were added."""
    page, following = page_of(
        workspace.webhooks.all(),
        id_of=lambda each: each.id,
        limit=query.limit,
        cursor=query.cursor,
        edition="webhooks",
    )
    return WebhookPage(items=[WebhookAnswer.of(each) for each in page], next=following)


@router.get(
    "/webhook-deliveries",
    operation_id="listDeliveries",
    summary="List messages to webhooks",
    responses=errors(),
)
def list_deliveries(workspace: OpenWorkspace, query: Annotated[DeliveryQuery, Query()]) -> DeliveryPage:
    """The newest first; what is over is kept for 30 days."""
    page, following = newest_of(
        lambda before, limit: workspace.webhooks.deliveries(
            webhook_id=query.webhook, state=query.state, before=before, limit=limit
        ),
        limit=query.limit,
        cursor=query.cursor,
        edition="deliveries",
    )
    return DeliveryPage(items=[DeliveryAnswer.model_validate(each) for each in page], next=following)


@router.post(
    "/webhook-deliveries/{number}/send-again",
    operation_id="sendDeliveryAgain",
    summary="Send a message again",
    status_code=202,
    responses=errors(404),
)
def send_again(workspace: OpenWorkspace, number: DeliveryNumber, _query: Nothing) -> DeliveryAnswer:
    """With the id that it had, so that a receiver that has it already knows; it goes within seconds."""
    return DeliveryAnswer.model_validate(workspace.webhooks.again(number, who=acting()))
