"""How often a password may be guessed: after some tries each further one has to wait, longer every time."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FREE_PER_ACCOUNT = 5
FREE_PER_ADDRESS = 20
LONGEST_WAIT = 300.0
"""Seconds; longer would let anybody keep an owner out, shorter would help to guess."""
FREE_LETTERS = 3
LONGEST_LETTER_WAIT = 1024.0
"""Seconds between the letters with new links that anybody can have sent to one address."""
FORGOTTEN_AFTER = 3600.0
MOST_KEPT = 20_000


@dataclass(slots=True)
class _Tried:
    failures: int
    not_before: float
    last: float


class Tries:
    """Failures by account and by address of the network, kept in memory; may be shared by threads.

    A try counts as failed from its beginning, so that many at once are not more than one after the other.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        free_per_account: int = FREE_PER_ACCOUNT,
        longest_wait: float = LONGEST_WAIT,
    ) -> None:
        self._clock = clock
        self._free_per_account = free_per_account
        self._longest_wait = longest_wait
        self._tried: OrderedDict[tuple[str, str], _Tried] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, account: str, address: str) -> float:
        """Count a try and return 0, or the seconds to wait before the next; then nothing is counted."""
        keys = (
            (("account", account), self._free_per_account),
            (("address", network_of(address)), FREE_PER_ADDRESS),
        )
        with self._lock:
            now = self._clock()
            self._forget(now)
            wait = max(
                (self._tried[key].not_before - now for key, _ in keys if key in self._tried), default=0.0
            )
            if wait > 0:
                return wait
            for key, free in keys:
                failures = (self._tried[key].failures if key in self._tried else 0) + 1
                pause = min(2.0 ** min(failures - free, 20), self._longest_wait) if failures >= free else 0.0
                self._tried[key] = _Tried(failures, now + pause, now)
                self._tried.move_to_end(key)
            return 0.0

    def succeeded(self, account: str, address: str) -> None:
        """Forget the failures of an account; of the address only this try, since its next one may be for another account."""
        with self._lock:
            self._tried.pop(("account", account), None)
            tried = self._tried.get(("address", network_of(address)))
            if tried is not None:
                tried.failures -= 1
                tried.not_before = 0.0 if tried.failures < FREE_PER_ADDRESS else tried.not_before

    def _forget(self, now: float) -> None:
        while self._tried:
            oldest = next(iter(self._tried.values()))
            if now - oldest.last < FORGOTTEN_AFTER and len(self._tried) < MOST_KEPT:
                return
            self._tried.popitem(last=False)


def network_of(address: str) -> str:
    """What one caller can hold: an IPv4 address, or the 64 bits that name a network in IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((int(parsed), 64), strict=False))
    return str(parsed)
