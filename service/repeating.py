"""Requests that carry an ``Idempotency-Key``: carried out once, whoever repeats them gets the same answer again.

Plain ASGI around the whole app, so that no route of the API can be without it. What was sent before is told by a hash of the
caller, the method, the address and the key; what is sent now by a hash of the body.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from typing import IO, TypeVar

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matchmaker.errors import MatchmakerError, StoreError
from matchmaker.repeated import Claim, KeptAnswer, Standing
from matchmaker.workspace import Workspace
from service.addresses import work_at
from service.callers import caller_of, is_open_here
from service.limits import Gate
from service.permissions import Work
from service.problems import answer_error, problem
from service.rates import count

log = logging.getLogger(__name__)

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
MOST_CHARACTERS = 200
KEY = rf"^[!-~]{{1,{MOST_CHARACTERS}}}$"
MOST_ANSWER_BYTES = 256 * 1024
"""Of a longer answer only is kept that the request was carried out."""
CLAIMS_AT_ONCE = 3
CLAIMS_WAITING = 64
CLAIM_PATIENCE = 8
"""Seconds, as at the gate of changes."""

_PREFIX = "/api/v1/"
_METHODS = frozenset({"POST", "PATCH"})
_ONLY_ASKING = frozenset({"/api/v1/search", "/api/v1/team"})
"""Addresses that take a body and change nothing."""
_KEPT_HEADERS = (
    "content-type",
    "location",
    "etag",
    "cache-control",
    "retry-after",
    "link",
    "preference-applied",
)
_IN_MEMORY = 1024 * 1024
_CHUNK = 64 * 1024

_T = TypeVar("_T")


def takes_key(method: str, path: str) -> bool:
    """Whether a request with this method and address, or a route that writes its path so, heeds the header."""
    return method.upper() in _METHODS and path.startswith(_PREFIX) and path not in _ONLY_ASKING


class Repeated:
    """Lets a request with a key through once, and answers the next ones from what is kept.

    Kept are answers of success, since nothing was changed by the others: those requests are carried out again. An answer that
    says ``Cache-Control: no-store`` holds a secret; of it, too, only is kept that the request was carried out.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._to_release: set[bytes] = set()
        """Of requests that changed nothing, while the store could not be told so."""
        self._desks: RunVar[_Desk] = RunVar("desk")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not takes_key(scope["method"], scope["path"]):
            await self.app(scope, receive, send)
            return
        keys = Headers(scope=scope).getlist(HEADER)
        if not keys:
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            # What is answered from here comes by no route that would count it.
            await count(request, _work(scope))
        except HTTPException as error:
            await _turned_away(request, error)(scope, receive, send)
            return
        if len(keys) > 1 or not re.fullmatch(KEY, keys[0]):
            message = f"must be 1 to {MOST_CHARACTERS} visible ASCII characters, sent once"
            await _refusal(request, 422, f"{HEADER}: {message}.", "bad-key")(scope, receive, send)
            return
        caller = await run_in_threadpool(_caller, request)
        if not caller:
            # Whoever has to sign in first is told so by the app.
            await self.app(scope, receive, send)
            return
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            try:
                body_hash = await _read(receive, body)
            except HTTPException as error:
                await _turned_away(request, error)(scope, receive, send)
                return
            if body_hash is None:
                return
            key_hash = _hash(caller, scope["method"], _address(scope), keys[0])
            await self._answered(request, key_hash, body_hash, body, receive, send)

    async def _answered(
        self,
        request: Request,
        key_hash: bytes,
        body_hash: bytes,
        body: IO[bytes],
        receive: Receive,
        send: Send,
    ) -> None:
        desk = self._desk()
        try:
            claim = await desk.ask(partial(self._claim, request, key_hash, body_hash))
        except HTTPException as error:
            await _turned_away(request, error)(request.scope, receive, send)
            return
        except MatchmakerError as error:
            await answer_error(request, error)(request.scope, receive, send)
            return
        if claim.standing is not Standing.NEW:
            await _told(request, claim)(request.scope, receive, send)
            return
        answer = _Answer(send)
        try:
            await self.app(request.scope, _again(body, receive), answer.take)
        except Exception:
            await desk.tell(partial(self._let_go, request, key_hash))
            raise
        if answer.says_no:
            await desk.tell(partial(self._let_go, request, key_hash))
        else:
            await desk.tell(partial(_keep, request, key_hash, answer))
        await answer.give()

    def _desk(self) -> _Desk:
        """The one of this event loop, in which alone it can be used."""
        desk = self._desks.get(None)
        if desk is None:
            desk = _Desk()
            self._desks.set(desk)
        return desk

    def _claim(self, request: Request, key_hash: bytes, body_hash: bytes) -> Claim:
        """What is known of a request, taken on where nothing is; raises ``StoreError``."""
        # Of several at once, one alone lets go: it may be taken on anew by the time the next one looks.
        try:
            self._to_release.remove(key_hash)
        except KeyError:
            pass
        else:
            self._release(request, key_hash)
        return _workspace(request).repeated.claim(key_hash, body_hash)

    def _let_go(self, request: Request, key_hash: bytes) -> None:
        """Forget a request that changed nothing, now or before it is asked for again; what came of it is told either way."""
        try:
            self._release(request, key_hash)
        except StoreError as error:
            log.warning("the key of a failed request is let go of later: %s", type(error).__name__)

    def _release(self, request: Request, key_hash: bytes) -> None:
        try:
            _workspace(request).repeated.release(key_hash)
        except StoreError:
            self._to_release.add(key_hash)
            raise


class _Desk:
    """Where keys are asked for and told of, by few at once and in threads of their own.

    Each may wait there for whoever writes. In the threads of the handlers, forty that wait would keep every page from being
    answered. Whoever asks passes a gate as a change does, since what is answered from here never comes to that one.
    """

    def __init__(self) -> None:
        # One more than may ask: an answer that is there already must not wait behind those who want one.
        self._threads = CapacityLimiter(CLAIMS_AT_ONCE + 1)
        self._gate = Gate(at_once=CLAIMS_AT_ONCE, queue=CLAIMS_WAITING, patience=CLAIM_PATIENCE)

    async def ask(self, looked_up: Callable[[], _T]) -> _T:
        """What a look at the store comes to; raises ``TooManyError`` too."""
        async with self._gate.admitted():
            return await self.tell(looked_up)

    async def tell(self, written: Callable[[], _T]) -> _T:
        """Do something with a key that is in hand."""
        return await to_thread.run_sync(written, limiter=self._threads)


class _Answer:
    """An answer held back until it is kept, as long as it is short enough for that."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._messages: list[Message] = []
        self.size = 0
        self.too_long = False

    async def take(self, message: Message) -> None:
        """Hold a part of the answer back, or pass it on where there is too much of it."""
        self._messages.append(message)
        self.size += len(message.get("body", b""))
        if self.size > MOST_ANSWER_BYTES:
            self.too_long = True
            await self.give()

    async def give(self) -> None:
        """Send what is held back."""
        while self._messages:
            await self._send(self._messages.pop(0))
        self._messages = []

    @property
    def status(self) -> int:
        """Of the answer; 0 where it is on its way already or there is none."""
        return int(self._messages[0]["status"]) if self._messages else 0

    @property
    def says_no(self) -> bool:
        """Whether nothing was changed, as far as can be told of an answer that is still here."""
        return not self.too_long and not 200 <= self.status < 300

    @property
    def headers(self) -> Mapping[str, str]:
        """Those that are worth keeping."""
        found = Headers(raw=self._messages[0]["headers"])
        return {name: found[name] for name in _KEPT_HEADERS if name in found}

    @property
    def body(self) -> bytes:
        """All of it."""
        return b"".join(message.get("body", b"") for message in self._messages)


def _keep(request: Request, key_hash: bytes, answer: _Answer) -> None:
    repeated = _workspace(request).repeated
    try:
        if answer.too_long or "no-store" in answer.headers.get("cache-control", ""):
            repeated.keep_that_it_was(key_hash)
        else:
            repeated.keep(key_hash, KeptAnswer(answer.status, answer.headers, answer.body))
    except StoreError as error:
        # It is not known to be over, so nobody can carry it out a second time while this process lives.
        log.warning("an answer to a request with a key is not kept: %s", type(error).__name__)


def _told(request: Request, claim: Claim) -> Response:
    if claim.standing is Standing.OTHER:
        return _refusal(
            request,
            422,
            f"This {HEADER} was sent with another body before. Take a new one for another request.",
            "key-used",
        )
    if claim.standing is Standing.RUNNING:
        response = _refusal(
            request,
            409,
            f"The request with this {HEADER} is still being carried out. Ask again in a moment.",
            "still-running",
        )
        response.headers["Retry-After"] = "1"
        return response
    if claim.answer is None:
        response = _refusal(
            request,
            409,
            "The request was carried out, but its answer is not kept: it was a secret, too long, or removed because "
            "somebody was erased.",
            "answer-not-kept",
        )
    else:
        response = Response(claim.answer.body, claim.answer.status)
        MutableHeaders(raw=response.raw_headers).update(claim.answer.headers)
    response.headers[REPLAYED] = "true"
    return response


def _turned_away(request: Request, error: HTTPException) -> Response:
    return problem(request, error.status_code, detail=error.detail, headers=error.headers)


def _refusal(request: Request, status: int, detail: str, kind: str) -> Response:
    titles = {409: "The request cannot be repeated now", 422: "The key cannot be used"}
    return problem(request, status, detail=detail, title=titles[status], type_=kind)


async def _read(receive: Receive, body: IO[bytes]) -> bytes | None:
    """Read a body into a file; its hash, ``None`` where the client is gone. Raises ``HTTPException`` 413."""
    digest = hashlib.sha256()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk = message.get("body", b"")
        digest.update(chunk)
        body.write(chunk)
        if not message.get("more_body"):
            body.seek(0)
            return digest.digest()


def _again(body: IO[bytes], receive: Receive) -> Receive:
    """The body that was read, for the app to read."""
    over = False

    async def again() -> Message:
        nonlocal over
        if over:
            return await receive()
        chunk = body.read(_CHUNK)
        over = len(chunk) < _CHUNK
        return {"type": "http.request", "body": chunk, "more_body": not over}

    return again


def _work(scope: Scope) -> Work:
    """The class of work that is counted; at an address that is nowhere a key is looked up all the same."""
    return work_at(scope["method"], scope["path"]) or Work.WRITE


def _caller(request: Request) -> str:
    """Who asks and in which part, so that nobody is answered what somebody else was; empty for nobody."""
    caller = caller_of(request)
    if caller is not None:
        return f"{caller.who} {caller.role.value} {caller.actor_id}"
    return "open" if is_open_here(request) else ""


def _address(scope: Scope) -> str:
    path = scope.get("raw_path") or scope["path"].encode()
    return f"{path.decode('latin-1')}?{scope['query_string'].decode('latin-1')}"


def _hash(*parts: str) -> bytes:
    return hashlib.sha256(json.dumps(parts).encode()).digest()


def _workspace(request: Request) -> Workspace:
    workspace: Workspace = request.app.state.workspace
    return workspace
