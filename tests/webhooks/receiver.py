"""A real receiver on loopback: verifies every message with the reference library, and answers as it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


@dataclass
class Receiver:
    """What came, message by message; ``answers`` are given in their order, then 200."""

    port: int = 0
    secret: str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    """Of every answer."""
    tries: list[dict[str, Any]] = field(default_factory=list)
    """Every message that came and was signed rightly, also those that were refused."""
    ids: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    """Ids of messages that were answered with 2xx."""
    unsigned: int = 0
    at_first: Callable[[], None] | None = None
    """Called when the first message has come and is not answered yet."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?of=tests"


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    told = Receiver()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with told.lock:
                called, told.at_first = told.at_first, None
            if called is not None:
                told.ids.append(self.headers["webhook-id"])
                called()
                return
            with told.lock:
                status = told.answers.pop(0) if told.answers else 200
                try:
                    message = Webhook(told.secret).verify(body, dict(self.headers))
                except (WebhookVerificationError, ValueError):
                    told.unsigned += 1
                    status = 400
                else:
                    told.tries.append(message)
                    told.ids.append(self.headers["webhook-id"])
                    if 200 <= status < 300:
                        told.taken.append(self.headers["webhook-id"])
            self.send_response(status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", port), Answering)
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
