"""Webhooks: other systems are told over HTTP of what happens here, signed as Standard Webhooks has it."""

from matchmaker.endpoints import Delivery, DeliveryState, Happening, MessageType, Webhook
from matchmaker.webhooks.delivering import Tried, retry_after, signed
from matchmaker.webhooks.sending import Sending
from matchmaker.webhooks.webhooks import Webhooks

__all__ = [
    "Delivery",
    "DeliveryState",
    "Happening",
    "MessageType",
    "Sending",
    "Tried",
    "Webhook",
    "Webhooks",
    "retry_after",
    "signed",
]
