"""One HTTP request to an address that somebody else chose: to the open internet alone, once, and not for long."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from matchmaker.errors import WebhookRejectedError
from matchmaker.telling import told

LONGEST_URL = 2000
TIMEOUT = 20.0
"""Seconds for all of a request, from looking the name up to the answer's head."""

Resolve = Callable[[str, int], list[str]]

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Answered:
    """How a request ended."""

    status: int
    """0 where there was no answer."""
    problem: str = ""
    """Why there was none."""
    retry_after: float = 0.0
    """Seconds that the receiver asks to wait."""


class Sending:
    """Sends signed messages; never follows a redirect, and talks to no private address unless it is allowed to.

    The address is looked up once and connected to as it was judged, so a name that changes in between leads nowhere else.
    """

    def __init__(
        self,
        *,
        private: bool = False,
        plain: bool = False,
        timeout: float = TIMEOUT,
        resolve: Resolve | None = None,
    ) -> None:
        """``private`` allows addresses of this machine and of local networks, ``plain`` http without encryption."""
        self._private = private
        self._plain = plain
        self._timeout = timeout
        self._resolve = resolve or _resolved

    def check(self, url: str) -> str:
        """The address, as it is kept; raises ``WebhookRejectedError`` for one that nothing would be sent to."""
        parts = self._parts(url)
        try:
            literal = ipaddress.ip_address(parts.hostname or "")
        except ValueError:
            return url
        if not self._allowed(str(literal)):
            raise WebhookRejectedError(_refusal(str(literal)))
        return url

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        """Send one message; whatever goes wrong is told, not raised."""
        try:
            parts = self._parts(url)
        except WebhookRejectedError as error:
            return Answered(0, str(error))
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        connection = _Connection(
            host, port, timeout=self._timeout, encrypted=parts.scheme == "https", choose=self._chosen
        )
        # A receiver that sends its answer byte by byte would otherwise hold a thread for as long as it likes.
        ending = threading.Timer(self._timeout, connection.cut)
        ending.daemon = True
        ending.start()
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body, {**headers, "Connection": "close"})
            answer = connection.getresponse()
            return Answered(answer.status, "", _seconds(answer.headers.get("Retry-After", "")))
        except WebhookRejectedError as error:
            return Answered(0, str(error))
        except TimeoutError:
            return Answered(0, _no_answer(self._timeout))
        except ssl.SSLCertVerificationError as error:
            return Answered(0, told("The certificate cannot be trusted: {why}", why=error.verify_message))
        except (OSError, http.client.HTTPException, ValueError) as error:
            if connection.was_cut:
                return Answered(0, _no_answer(self._timeout))
            return Answered(
                0, told("The connection failed: {why}", why=f"{type(error).__name__}: {error}"[:200])
            )
        finally:
            ending.cancel()
            connection.close()

    def _parts(self, url: str) -> SplitResult:
        shown = url[:200]
        none = WebhookRejectedError(
            told(
                "{url!r} is no address that can be called. Write an address such as https://example.org/hooks.",
                url=shown,
            )
        )
        if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
            raise none
        try:
            parts = urlsplit(url)
            _port = parts.port
        except ValueError:
            raise none from None
        if not parts.hostname or parts.scheme not in ("https", "http"):
            raise none
        if parts.username is not None or parts.password is not None:
            raise WebhookRejectedError(
                told(
                    "{url!r} holds a user or a password, which would be kept in plain sight. Write an address such as "
                    "https://example.org/hooks.",
                    url=shown,
                )
            )
        if parts.fragment:
            raise WebhookRejectedError(
                told(
                    "{url!r} has a part after #, which is never sent. Write an address such as https://example.org/hooks.",
                    url=shown,
                )
            )
        if parts.scheme == "http" and not self._plain:
            raise WebhookRejectedError(
                told(
                    "{url!r} is not encrypted. Use https, or set webhook_http = true for a network that you trust.",
                    url=shown,
                )
            )
        return parts

    def _chosen(self, host: str, port: int) -> str:
        """The address to connect to; raises ``WebhookRejectedError`` where there is none that is allowed."""
        found = self._resolve(host, port)
        allowed = [each for each in found if self._allowed(each)]
        if not allowed:
            raise WebhookRejectedError(_refusal(", ".join(found) or host))
        return allowed[0]

    def _allowed(self, address: str) -> bool:
        return self._private or is_public(address)


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet, also of what an IPv6 address stands for."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
        if inner is not None and not is_public(str(inner)):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def _no_answer(seconds: float) -> str:
    return told("No answer within {seconds} seconds.", seconds=f"{seconds:g}")


def _refusal(address: str) -> str:
    return told(
        "{address} is an address of this machine or of a local network, to which nothing is sent. Choose another, or set "
        "webhook_private = true.",
        address=address,
    )


def _resolved(host: str, port: int) -> list[str]:
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


def _seconds(text: str) -> float:
    text = text.strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0.0


class _Connection(http.client.HTTPConnection):
    """Connects to the address that was judged, under the name that was asked for."""

    def __init__(
        self, host: str, port: int, *, timeout: float, encrypted: bool, choose: Callable[[str, int], str]
    ) -> None:
        super().__init__(host, port, timeout=timeout)
        self._encrypted = encrypted
        self._choose = choose
        self.default_port = 443 if encrypted else 80
        self.was_cut = False

    def connect(self) -> None:
        """Look up, judge, connect, and begin to encrypt."""
        address = self._choose(self.host, self.port)
        self.sock = socket.create_connection((address, self.port), self.timeout)
        if self._encrypted:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)

    def cut(self) -> None:
        """End whatever is under way, from another thread."""
        self.was_cut = True
        sock = self.sock
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return
