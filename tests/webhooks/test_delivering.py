"""Messages are signed as the specification has it, tried again as it says, in order, and sent nowhere they should not be."""

from __future__ import annotations

import base64
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook as Reference
from standardwebhooks.webhooks import WebhookVerificationError

from matchmaker.actors import Actor, ActorGroup
from matchmaker.answers import AnswerKind, Judgement
from matchmaker.errors import WebhookRejectedError
from matchmaker.store import Store
from matchmaker.webhooks import DeliveryState, Happening, Sending, Webhooks, retry_after, signed
from matchmaker.webhooks.delivering import GAPS, JITTER
from matchmaker.webhooks.sending import is_public
from tests.webhooks.receiver import Receiver, receiving

YES, NO = Judgement(AnswerKind.INTERESTED), Judgement(AnswerKind.DECLINED)


class Clock:
    """The machine's time, and what a test adds to it."""

    def __init__(self) -> None:
        self.later = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.later


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Store.open(tmp_path / "m.sqlite", clock=clock) as opened:
        actors = [Actor(name, name, ActorGroup.COMPANY) for name in "abcdefg"]
        opened.apply(actors, [], source="list.csv", who="tests")
        yield opened


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


@pytest.fixture
def webhooks(store: Store, clock: Clock) -> Webhooks:
    # The reference library judges the time of a message by the machine's.
    return Webhooks(store, Sending(private=True, plain=True, timeout=2), clock)


def happen(store: Store, pairs: str) -> None:
    """Mutual interest of each two letters."""
    for pair in pairs.split():
        store.answers.give(pair[0], pair[1], YES, who="tests")
        store.answers.give(pair[1], pair[0], YES, who="tests")


def add(webhooks: Webhooks, receiver: Receiver) -> str:
    made, receiver.secret = webhooks.add(receiver.url, tuple(Happening), who="tests")
    return made.id


def test_the_specifications_own_example_is_signed_as_it_says() -> None:
    # From the specification's reference implementations.
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}', ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], at
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_a_message_is_taken_with_its_signature_and_a_changed_one_is_not() -> None:
    secret = "whsec_" + base64.b64encode(b"x" * 32).decode()
    body = '{"type": "test", "data": {"name": "Ø"}}'
    headers = signed("msg_1", body, [secret], datetime.now(UTC))
    assert Reference(secret).verify(body.encode(), headers)["type"] == "test"
    for changed in ({"webhook-id": "msg_2"}, {"webhook-timestamp": str(int(time.time()) + 1)}):
        with pytest.raises(WebhookVerificationError):
            Reference(secret).verify(body.encode(), {**headers, **changed})
    with pytest.raises(WebhookVerificationError):
        Reference(secret).verify(body.encode() + b" ", headers)


def test_after_a_renewal_both_secrets_are_good_for_a_day(
    store: Store, webhooks: Webhooks, receiver: Receiver, clock: Clock
) -> None:
    webhook = add(webhooks, receiver)
    happen(store, "ab")
    _, new = webhooks.renew(webhook, who="tests")
    assert webhooks.deliver(webhook) == 1, "the old one is still good"
    clock.later = timedelta(hours=25)
    happen(store, "cd")
    receiver.unsigned = 0
    (waiting,) = store.webhooks.waiting(webhook, limit=10)
    assert waiting.secrets == (new,)


def test_what_fails_first_comes_later_under_the_same_id_and_in_order(
    store: Store, webhooks: Webhooks, receiver: Receiver, clock: Clock
) -> None:
    webhook = add(webhooks, receiver)
    receiver.answers = [500, 503]
    happen(store, "ab cd ef")
    assert webhooks.deliver(webhook) == 0
    assert webhooks.deliver(webhook) == 0, "it is not due yet, and the later ones wait for it"
    assert len(receiver.ids) == 1
    assert tried(webhooks, webhook)[0] == (DeliveryState.WAITING, 1, 500)


def tried(webhooks: Webhooks, webhook: str) -> list[tuple[DeliveryState, int, int]]:
    found = webhooks.deliveries(webhook_id=webhook)[::-1]
    return [(each.state, each.attempts, each.status) for each in found]


def test_a_failure_is_tried_again_when_it_is_due_and_the_rest_follows(
    store: Store, webhooks: Webhooks, receiver: Receiver, clock: Clock
) -> None:
    webhook = add(webhooks, receiver)
    receiver.answers = [500]
    happen(store, "ab cd ef")
    webhooks.deliver(webhook)
    due(store, webhook)
    assert webhooks.deliver(webhook) == 3
    assert receiver.taken == receiver.ids[1:]
    assert receiver.ids[0] == receiver.ids[1]
    assert [each["data"]["actors"] for each in receiver.tries[1:]] == [["a", "b"], ["c", "d"], ["e", "f"]]
    assert webhooks.deliver(webhook) == 0, "nothing is sent twice that was taken"


def due(store: Store, webhook: str) -> None:
    """Let the time come at which the first message is tried again."""
    with store._writing() as connection:
        connection.execute(
            "UPDATE deliveries SET due = at WHERE webhook_id = ? AND state = 'waiting'", (webhook,)
        )


def test_one_message_that_is_never_taken_holds_the_others_up_only_at_first(
    store: Store, webhooks: Webhooks, receiver: Receiver
) -> None:
    webhook = add(webhooks, receiver)
    receiver.answers = [500, 500, 500]
    happen(store, "ab cd")
    for _ in range(2):
        assert webhooks.deliver(webhook) == 0
        due(store, webhook)
    assert webhooks.deliver(webhook) == 1, "after the third failure the next one overtakes"
    assert tried(webhooks, webhook) == [(DeliveryState.WAITING, 3, 500), (DeliveryState.DELIVERED, 1, 200)]


def test_the_gaps_are_the_specifications_with_a_little_more_that_is_always_the_same() -> None:
    gaps = [retry_after("msg_1", failures) for failures in range(1, 11)]
    assert gaps[-1] is None
    for gap, least in zip(gaps, GAPS, strict=False):
        assert gap is not None
        assert least <= gap <= least * (1 + JITTER)
    assert gaps == [retry_after("msg_1", failures) for failures in range(1, 11)]
    assert gaps != [retry_after("msg_2", failures) for failures in range(1, 11)]
    assert sum(GAPS) > 3 * 86400
    assert retry_after("msg_1", 1, asked=120) == 120
    assert retry_after("msg_1", 1, asked=10**9) == 86400


def test_after_the_last_try_it_is_given_up_and_can_be_sent_again(
    store: Store, webhooks: Webhooks, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    webhook = add(webhooks, receiver)
    receiver.answers = [500] * (len(GAPS) + 1)
    happen(store, "ab")
    for _ in range(len(GAPS) + 1):
        webhooks.deliver(webhook)
        due(store, webhook)
    (delivery,) = webhooks.deliveries()
    assert (delivery.state, delivery.attempts) == (DeliveryState.GIVEN_UP, len(GAPS) + 1)
    assert "given up after 10 tries" in caplog.text
    assert webhooks.all()[0].given_up == 1
    assert webhooks.deliver(webhook) == 0
    webhooks.again(delivery.number, who="tests")
    assert webhooks.deliver(webhook) == 1
    assert receiver.taken == [delivery.message_id]


def test_a_receiver_that_is_gone_is_told_nothing_more(
    store: Store, webhooks: Webhooks, receiver: Receiver
) -> None:
    webhook = add(webhooks, receiver)
    receiver.answers = [410]
    happen(store, "ab cd")
    webhooks.deliver(webhook)
    assert webhooks.all()[0].ended
    assert {each.state for each in webhooks.deliveries()} == {DeliveryState.GIVEN_UP}
    happen(store, "ef")
    assert len(webhooks.deliveries()) == 2
    assert webhooks.with_waiting() == ()
    with pytest.raises(WebhookRejectedError, match="renew"):
        webhooks.test(webhook)
    _, receiver.secret = webhooks.renew(webhook, who="tests")
    assert webhooks.test(webhook).delivered


def test_a_receiver_can_ask_to_be_left_alone(store: Store, webhooks: Webhooks, receiver: Receiver) -> None:
    webhook = add(webhooks, receiver)
    receiver.answers, receiver.headers = [429], {"Retry-After": "3600"}
    happen(store, "ab")
    webhooks.deliver(webhook)
    (delivery,) = webhooks.deliveries()
    assert datetime.fromisoformat(delivery.due) - datetime.now(UTC) > timedelta(minutes=55)


def test_a_redirect_is_a_failure_and_is_not_followed(
    store: Store, webhooks: Webhooks, receiver: Receiver
) -> None:
    webhook = add(webhooks, receiver)
    with receiving() as elsewhere:
        elsewhere.secret = receiver.secret
        receiver.answers, receiver.headers = [307], {"Location": elsewhere.url}
        happen(store, "ab")
        assert webhooks.deliver(webhook) == 0
        assert (elsewhere.tries, elsewhere.unsigned) == ([], 0)


def test_a_test_says_how_it_went(webhooks: Webhooks, receiver: Receiver) -> None:
    webhook = add(webhooks, receiver)
    assert webhooks.test(webhook).delivered
    assert receiver.tries[0]["type"] == "test"
    receiver.answers = [404]
    told = webhooks.test(webhook)
    assert (told.delivered, told.status) == (False, 404)
    assert webhooks.with_waiting() == (), "it is not tried again"


def test_the_time_of_a_slow_receiver_is_limited_also_where_it_answers_bit_by_bit() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        stop = threading.Event()

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                for each in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 10_000:
                    if stop.wait(0.1):
                        return
                    try:
                        connection.send(bytes([each]))
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        sending = Sending(private=True, plain=True, timeout=0.6)
        answered = sending.send(f"http://127.0.0.1:{listener.getsockname()[1]}/", b"{}", {})
        stop.set()
        thread.join(timeout=5)
    assert answered.status == 0
    assert "No answer within" in answered.problem


PRIVATE = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
    "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "192.0.2.1",
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_of_the_open_internet_is_recognised(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"]
)
def test_an_address_of_the_open_internet_is_recognised(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example/hooks",
        "ftp://crm.example/",
        "https://user:secret@crm.example/",
        "https:///hooks",
        "https://crm.example/#part",
        "https://crm.example:99999/",
        "https://127.0.0.1/hooks",
        "https://[::1]/hooks",
        "https://169.254.169.254/latest/meta-data",
        "https://crm.example/a b",
        "https://crm.example/\r\nX: y",
        "https://" + "x" * 2100,
        "crm.example",
    ],
)
def test_an_address_that_nothing_is_sent_to_is_refused_at_once(store: Store, url: str) -> None:
    with pytest.raises(WebhookRejectedError):
        Webhooks(store, Sending()).add(url, [Happening.MEETING], who="tests")
    assert store.webhooks.all() == ()


def test_a_name_that_leads_to_a_private_address_is_not_connected_to(receiver: Receiver) -> None:
    for found in (["127.0.0.1"], ["::ffff:127.0.0.1"]):
        sending = Sending(plain=True, resolve=lambda host, port, found=found: found)  # type: ignore[misc]
        answered = sending.send(f"http://crm.example:{receiver.port}/", b"{}", {})
        assert answered.status == 0
        assert "webhook_private" in answered.problem
    assert (receiver.tries, receiver.unsigned) == ([], 0)


def test_a_name_is_looked_up_once_so_that_it_cannot_change_in_between(receiver: Receiver) -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["93.184.216.34"] if len(asked) > 1 else ["127.0.0.1"]

    sending = Sending(private=True, plain=True, resolve=resolve, timeout=2)
    assert sending.send(f"http://crm.example:{receiver.port}/", b"{}", {}).status == 400
    assert asked == ["crm.example"]
    assert receiver.unsigned == 1


def test_a_certificate_that_cannot_be_trusted_is_told(tmp_path: Path) -> None:
    import ssl

    from tests.post_office import self_made_certificate

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*self_made_certificate(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            try:
                context.wrap_socket(connection, server_side=True).close()
            except (ssl.SSLError, OSError):
                connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        port = listener.getsockname()[1]
        answered = Sending(private=True, timeout=3).send(f"https://127.0.0.1:{port}/", b"{}", {})
        thread.join(timeout=5)
    assert "cannot be trusted" in answered.problem
