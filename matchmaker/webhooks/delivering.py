"""What a message looks like on the wire, and when it is tried again: https://www.standardwebhooks.com, version 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from standardwebhooks.webhooks import Webhook as Signer

from matchmaker.endpoints import Delivery, DeliveryState

GAPS = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
"""Seconds after the first, second, … failure: the specification's own example, three days and three hours in all."""
JITTER = 0.2
"""A gap is longer by at most this share, so that receivers that fail together are not tried together."""
IN_ORDER = 3
"""Failures of one message for which later ones to the same webhook wait; then they may overtake it."""
LONGEST_ASKED = 86400.0
"""Seconds that a receiver may ask to be left alone."""
GONE = 410


@dataclass(frozen=True, slots=True)
class Tried:
    """How a delivery stands after a try."""

    delivery: Delivery
    status: int
    problem: str

    @property
    def delivered(self) -> bool:
        """Whether the receiver took it."""
        return self.delivery.state is DeliveryState.DELIVERED


def signed(message_id: str, body: str, secrets: Sequence[str], now: datetime) -> dict[str, str]:
    """The headers of a message: its id, the time, and a signature for each secret that is good."""
    # The library takes the time as if it were UTC.
    at = now.astimezone(UTC)
    signatures = [Signer(each).sign(message_id, at, body) for each in secrets]
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Matchmaker",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def retry_after(message_id: str, failures: int, asked: float = 0.0) -> float | None:
    """Seconds until the next try after so many failures; ``None`` where it is given up.

    The jitter follows from the message and the try, so the same message is always tried at the same times.
    """
    if failures > len(GAPS):
        return None
    drawn = int.from_bytes(sha256(f"{message_id} {failures}".encode()).digest()[:4], "big") / 2**32
    return max(GAPS[failures - 1] * (1 + JITTER * drawn), min(asked, LONGEST_ASKED))
