"""Serves a workspace on this machine until it is told to stop."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from urllib.parse import urlsplit

import click
import h11
import uvicorn
from starlette.datastructures import MutableHeaders
from uvicorn.protocols.http.h11_impl import H11Protocol

from matchmaker.errors import SettingsError, StoreError
from matchmaker.workspace import Workspace
from service.app import create_app
from service.guards import LOOPBACK_NAMES
from service.headers import mark
from service.heaps import tended_heaps
from service.limits import REQUEST_SECONDS
from service.problems import MEDIA_TYPE

STOP_SECONDS = 5
"""How long requests under way may take to end after a stop signal."""

LINGER_SECONDS = 1.0
"""How long a refused client may go on sending, so that it reads why before its connection is gone (RFC 9112, 9.6)."""
MAX_HEAD_BYTES = 32 * 1024

STEADY_BYTES = 256 * 1024
"""So much of a body buys as much time again as a whole request has."""


def serve(
    workspace: Workspace,
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    announce: Callable[[str], None] = click.echo,
    request_seconds: int = REQUEST_SECONDS,
) -> None:
    """Serve until SIGINT or SIGTERM; ``announce`` gets one line with the address once requests are accepted.

    Port 0 takes a free one. A request must have arrived after ``request_seconds``. Raises ``SettingsError`` for an address
    that others could reach where nobody can sign in or no name is known to reach it by, and for a port that is taken or not
    allowed.
    """
    public = urlsplit(workspace.address)
    names = [*LOOPBACK_NAMES, *([public.hostname] if public.hostname else [])]
    here_alone = _is_loopback(host)
    if not here_alone:
        names += _check_open_to_others(workspace, host)
    with tended_heaps(partial(_size, workspace)), listening(host, port) as listener:
        address = _address(host, listener.getsockname()[1])
        config = uvicorn.Config(
            # A workspace with an address for others is behind a proxy, from which everybody would seem to be here.
            create_app(workspace, hosts=names, open_here=here_alone and not public.hostname, alone=True),
            http=_PunctualProtocol,
            ws="none",
            lifespan="on",
            access_log=False,
            log_config=None,
            log_level="warning",
            server_header=False,
            # Heeded from this machine alone: then the tries of different people behind the proxy are told apart.
            proxy_headers=bool(here_alone and public.hostname),
            forwarded_allow_ips=["127.0.0.1", "::1"],
            h11_max_incomplete_event_size=MAX_HEAD_BYTES,
            timeout_keep_alive=request_seconds,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        server = _Server(config, lambda: announce(f"Matchmaker is ready: {address}"))
        # The server passes a stop signal on to whoever handled it before, once it has stopped.
        with _ending_quietly(), suppress(KeyboardInterrupt):
            server.run(sockets=[listener])


def _size(workspace: Workspace) -> int:
    with suppress(StoreError):
        return workspace.size()
    return 0


def _check_open_to_others(workspace: Workspace, host: str) -> list[str]:
    """The names by which others reach an address; raises ``SettingsError`` where it must not be opened."""
    if not workspace.users.possible():
        raise SettingsError(
            f"The service cannot be opened to others on {host!r} while nobody can sign in. Add somebody first, for example: "
            "matchmaker user add you@example.org --name You --role facilitator. Or use --host 127.0.0.1.",
            name="host",
            value=host,
        )
    try:
        anywhere = ipaddress.ip_address(host).is_unspecified
    except ValueError:
        anywhere = not host
    if anywhere and not workspace.address:
        raise SettingsError(
            f"The service cannot be opened on {host!r} without knowing by which name others reach it. "
            'Set address in settings.toml, for example: address = "https://matchmaker.example".',
            name="address",
            value=workspace.address,
        )
    return [] if anywhere else [f"[{host}]" if ":" in host else host]


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def listening(host: str, port: int) -> socket.socket:
    """A socket that takes connections, the reader's answers unheld; raises ``SettingsError`` for a port that cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=512)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SettingsError(
            f"Port {port} on {host} cannot be used: {reason}. Choose another one with --port, "
            f"or stop what is listening there.",
            name="port",
            value=port,
        ) from error
    # Inherited by each connection. Without it the second part of an answer, its body, is held until the other side has confirmed the
    # first, which it puts off for 40 ms; the loop of asyncio sees to it for sockets that it made itself alone.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


@contextmanager
def _ending_quietly() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _Server(uvicorn.Server):
    """Says when requests are accepted."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to accept, then say so."""
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()


class _PunctualProtocol(H11Protocol):
    """Cuts off a client that takes longer to send a request than an idle connection may be kept, and one that sends none.

    uvicorn itself waits for ever for the rest of a head or a body.
    """

    _deadline: asyncio.TimerHandle | None = None
    _received = 0
    _refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._set_deadline()

    def data_received(self, data: bytes) -> None:
        """Take in what came; the wait ends with the request's last byte."""
        if self._refused:
            return
        super().data_received(data)
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self._received += len(data)
            if self._received >= STEADY_BYTES:
                # A large file over a slow line is no slow client as long as it keeps coming.
                self._drop_deadline()
                self._received = 0
            self._set_deadline()
        else:
            self._drop_deadline()

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be read as a request the way every other fault is answered."""
        del msg
        request_id = secrets.token_hex(8)
        told = {
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "detail": f"This is no HTTP request, or its address and headers are longer than {MAX_HEAD_BYTES:,} bytes.",
            "request_id": request_id,
        }
        body = json.dumps(told).encode()
        head = MutableHeaders(
            {"content-type": MEDIA_TYPE, "content-length": str(len(body)), "connection": "close"}
        )
        mark(head, request_id)
        answer = h11.Response(status_code=400, headers=head.raw, reason=b"Bad Request")
        for part in (answer, h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(part) or b"")
        self.transport.write_eof()
        self._refused = True
        self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the wait."""
        self._drop_deadline()
        super().connection_lost(exc)

    def _set_deadline(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.timeout_keep_alive, self.transport.close)

    def _drop_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
