"""What an operator does with webhooks, and what delivers what waits."""

from __future__ import annotations

import base64
import logging
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from matchmaker.endpoints import Delivery, DeliveryState, Happening, Outgoing, Webhook
from matchmaker.errors import WebhookNotFoundError, WebhookRejectedError
from matchmaker.store import Store
from matchmaker.telling import told
from matchmaker.webhooks.delivering import GONE, IN_ORDER, Tried, retry_after, signed
from matchmaker.webhooks.sending import Sending

log = logging.getLogger(__name__)

SECRET_BYTES = 32
OLD_SECRET_HOURS = 24
"""For so long after a renewal messages are signed with both secrets."""
AT_ONCE = 50
"""Messages to one webhook that one round of delivering looks at."""
KEPT_DAYS = 30
"""For so long what is over can be read and sent again."""


def _now() -> datetime:
    return datetime.now(UTC)


class Webhooks:
    """The webhooks of one workspace; methods raise ``StoreError`` as the store's do, and ``WebhookNotFoundError``."""

    def __init__(self, store: Store, sending: Sending, clock: Callable[[], datetime] = _now) -> None:
        """``clock`` gives the time, with its time zone."""
        self._webhooks = store.webhooks
        self._sending = sending
        self._clock = clock

    def all(self) -> tuple[Webhook, ...]:
        """All webhooks, in the order in which they were added."""
        return self._webhooks.all()

    def add(self, url: str, topics: Iterable[Happening], *, who: str) -> tuple[Webhook, str]:
        """Tell an address of these topics from now on; the webhook and its secret, which is not shown again.

        Raises ``WebhookRejectedError`` for an address that nothing is sent to.
        """
        topics = tuple(topics)
        if not topics:
            raise WebhookRejectedError("A webhook is told of something. Name at least one topic.")
        secret = _secret()
        return self._webhooks.add(self._sending.check(url.strip()), topics, secret, who=who), secret

    def remove(self, webhook_id: str, *, who: str) -> Webhook:
        """Take a webhook away with every message to it."""
        return self._webhooks.remove(webhook_id, who=who)

    def renew(self, webhook_id: str, *, who: str) -> tuple[Webhook, str]:
        """Give a webhook another secret, the old one being good for ``OLD_SECRET_HOURS`` more; one that ended goes on."""
        secret = _secret()
        until = _text(self._clock() + timedelta(hours=OLD_SECRET_HOURS))
        return self._webhooks.renew(webhook_id, secret, before_until=until, who=who), secret

    def test(self, webhook_id: str) -> Tried:
        """Send a test message now and say how it went; it is not tried again. Raises ``WebhookRejectedError`` for an ended one."""
        if self._webhooks.one(webhook_id).ended:
            raise WebhookRejectedError(
                f"The receiver of {webhook_id} said that it is gone. `matchmaker webhook renew {webhook_id}` begins again."
            )
        number = self._webhooks.test(webhook_id).number
        for each in self._webhooks.waiting(webhook_id, limit=100_000):
            if each.delivery.number == number:
                return self._try(each, once=True)
        # A service that runs beside this was faster.
        found = self._webhooks.delivery(number)
        return Tried(found, found.status, found.problem)

    def deliveries(
        self,
        *,
        webhook_id: str = "",
        state: DeliveryState | None = None,
        before: int | None = None,
        limit: int = 50,
    ) -> tuple[Delivery, ...]:
        """Messages, the newest first; ``before`` is the number of one."""
        return self._webhooks.deliveries(webhook_id=webhook_id, state=state, before=before, limit=limit)

    def again(self, number: int, *, who: str) -> Delivery:
        """Send a message once more, with the id that it had."""
        return self._webhooks.again(number, who=who)

    def with_waiting(self) -> tuple[str, ...]:
        """The ids of webhooks for which anything waits, due or not."""
        return self._webhooks.with_waiting()

    def deliver(self, webhook_id: str, stop: Callable[[], bool] = lambda: False) -> int:
        """Try what is due for one webhook, in the order in which it happened; returns how many were taken.

        A message that fails holds up the later ones for its first ``IN_ORDER`` tries. For one thread for each webhook.
        """
        taken = 0
        for each in self._webhooks.waiting(webhook_id, limit=AT_ONCE):
            if stop():
                break
            holds_up = each.delivery.attempts < IN_ORDER
            if each.delivery.due > _text(self._clock()):
                if holds_up and each.delivery.attempts:
                    break
                continue
            tried = self._try(each)
            taken += tried.delivered
            if tried.status == GONE or (not tried.delivered and each.delivery.attempts + 1 < IN_ORDER):
                break
        return taken

    def tidy(self) -> int:
        """Forget messages that are over for ``KEPT_DAYS``; returns how many."""
        return self._webhooks.forget_delivered(_text(self._clock() - timedelta(days=KEPT_DAYS)))

    def _try(self, outgoing: Outgoing, *, once: bool = False) -> Tried:
        delivery, now = outgoing.delivery, self._clock()
        headers = signed(delivery.message_id, outgoing.body, outgoing.secrets, now)
        answered = self._sending.send(outgoing.url, outgoing.body.encode("utf-8"), headers)
        if 200 <= answered.status < 300:
            return self._note(outgoing, DeliveryState.DELIVERED, 0, answered.status, "")
        problem = answered.problem or told("The receiver answered {status}.", status=answered.status)
        wait = None if once else retry_after(delivery.message_id, delivery.attempts + 1, answered.retry_after)
        if answered.status == GONE:
            log.warning("the receiver of %s is gone; it is told nothing more", delivery.webhook_id)
            tried = self._note(outgoing, DeliveryState.GIVEN_UP, 0, GONE, problem)
            self._webhooks.end(delivery.webhook_id)
            return tried
        if wait is None:
            if not once:
                log.warning(
                    "message %s to %s is given up after %d tries: %s",
                    delivery.message_id,
                    delivery.webhook_id,
                    delivery.attempts + 1,
                    problem,
                )
            return self._note(outgoing, DeliveryState.GIVEN_UP, 0, answered.status, problem)
        return self._note(outgoing, DeliveryState.WAITING, wait, answered.status, problem)

    def _note(
        self, outgoing: Outgoing, state: DeliveryState, wait: float, status: int, problem: str
    ) -> Tried:
        number = outgoing.delivery.number
        due = _text(self._clock() + timedelta(seconds=wait))
        self._webhooks.tried(number, state=state, due=due, status=status, problem=problem)
        try:
            delivery = self._webhooks.delivery(number)
        except WebhookNotFoundError:
            # It was taken away while it was sent.
            delivery = outgoing.delivery
        return Tried(delivery, status, problem)


def _secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")
