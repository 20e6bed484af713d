"""Makes pages and data smaller on their way out, where the browser can read that and where the length gives nothing away.

A compressed length tells something about the text: whoever can have a word put into a page beside a secret, and can see how
long the answer is, learns the secret letter by letter (BREACH). So an answer that holds a secret is never compressed: each says
``no-store``, which such an answer should say anyway, or sets a cookie. The others have a random number of bytes added, as
Django adds them, so that a single length tells nothing; and the session's cookie is not sent with what another site embeds.
"""

from __future__ import annotations

import gzip
import random
import secrets
import struct
import zlib
from functools import lru_cache

from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST_BYTES = 1024
"""Shorter answers fit into one packet as they are."""
MOST_BYTES = 16 * 1024 * 1024
"""Longer answers are sent as they come, so that they need no memory."""
BESIDE_BYTES = 64 * 1024
"""From here on a thread compresses, so that nobody else waits."""
MOST_ADDED = 100
LEVEL = 5

SECRET = ("/account", "/sign-in", "/invitation/", "/api/v1/keys", "/api/v1/webhooks")
"""Beginnings of addresses whose answers may hold a password's form, a key or a token, whatever else they say."""

COMPRESSIBLE = frozenset(
    {
        "application/geo+json",
        "application/javascript",
        "application/json",
        "application/problem+json",
        "image/svg+xml",
        "text/calendar",
        "text/css",
        "text/csv",
        "text/html",
        "text/javascript",
        "text/plain",
    }
)


class Compress:
    """Sends answers with gzip; what streams, what is small and what holds a secret goes out as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith(SECRET):
            await self.app(scope, receive, send)
            return
        wanted = _takes_gzip(Headers(scope=scope))
        lasting = scope["path"].startswith("/static/")
        held: Message | None = None
        parts: list[bytes] = []

        async def send_compressed(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if _is_text(headers):
                    headers.add_vary_header("Accept-Encoding")
                # A strong tag goes back as If-Match with a change and must not be weakened, but for files of the program.
                as_it_is = _is_strong(headers) and not lasting
                if not wanted or as_it_is or not _may_compress(message["status"], headers):
                    await send(message)
                    return
                held = message
            elif held is None:
                await send(message)
            else:
                parts.append(message.get("body", b""))
                if not message.get("more_body", False):
                    await _send_whole(held, b"".join(parts), lasting, send)

        await self.app(scope, receive, send_compressed)


async def _send_whole(start: Message, body: bytes, lasting: bool, send: Send) -> None:
    if lasting:
        packed = _packed_once(body)
    elif len(body) < BESIDE_BYTES:
        packed = _packed(body)
    else:
        packed = await run_in_threadpool(_packed, body)
    headers = MutableHeaders(scope=start)
    headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(packed))
    if _is_strong(headers):
        # The same content in other bytes.
        headers["ETag"] = "W/" + headers["etag"]
    await send(start)
    await send({"type": "http.response.body", "body": packed})


def _packed(body: bytes) -> bytes:
    """The body in gzip with a file name of a random length, which every reader skips."""
    name = bytes(
        random.SystemRandom().choices(b"abcdefghijklmnopqrstuvwxyz", k=secrets.randbelow(MOST_ADDED))
    )
    squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    flag_name = 8
    head = struct.pack("<BBBBLBB", 0x1F, 0x8B, 8, flag_name, 0, 0, 255) + name + b"\x00"
    foot = struct.pack("<LL", zlib.crc32(body), len(body) & 0xFFFFFFFF)
    return head + squeeze.compress(body) + squeeze.flush() + foot


@lru_cache(maxsize=64)
def _packed_once(body: bytes) -> bytes:
    """A file of the program, which is the same for everybody and holds no secret."""
    return gzip.compress(body, compresslevel=9, mtime=0)


def _takes_gzip(headers: Headers) -> bool:
    for part in headers.get("accept-encoding", "").split(","):
        name, _, parameters = part.partition(";")
        if name.strip().lower() == "gzip":
            return parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _is_strong(headers: Headers) -> bool:
    """Whether the answer has a tag that stands for its very bytes."""
    return headers.get("etag", "").startswith('"')


def _is_text(headers: Headers) -> bool:
    return headers.get("content-type", "").partition(";")[0].strip().lower() in COMPRESSIBLE


def _may_compress(status: int, headers: Headers) -> bool:
    if status in (204, 206, 304) or "content-encoding" in headers or not _is_text(headers):
        return False
    caching = headers.get("cache-control", "")
    if "set-cookie" in headers or "no-store" in caching or "no-transform" in caching:
        return False
    declared = headers.get("content-length", "")
    # Without a length it streams.
    return declared.isdigit() and LEAST_BYTES <= int(declared) <= MOST_BYTES
