"""How often a password may be guessed: after some tries each further one has to wait, longer every time."""

from __future__ import annotations

import ipaddress
import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from matchmaker.errors import StoreError
from matchmaker.tried import FORGOTTEN_AFTER, MOST_KEPT, SIGN_IN, Failures, account_name, network_name

log = logging.getLogger(__name__)

FREE_PER_ACCOUNT = 5
FREE_PER_ADDRESS = 20
LONGEST_WAIT = 300.0
"""Seconds; longer would let anybody keep an owner out, shorter would help to guess."""
FREE_LETTERS = 3
LONGEST_LETTER_WAIT = 1024.0
"""Seconds between the letters with new links that anybody can have sent to one address."""
AGAIN_SECONDS = 1.0
"""How soon a failure is written down that could not be before."""


class Kept(Protocol):
    """Where failures are kept for other processes and for after a restart; may raise ``StoreError`` at any time."""

    def of(self, names: Collection[str], *, now: float) -> dict[str, Failures]:
        """What is kept under these names."""

    def count(self, pauses: Mapping[str, Callable[[int], float]], *, now: float) -> None:
        """Count a failure under each name, or raise at once where somebody else writes."""

    def forget(self, name: str, *, now: float) -> None:
        """Forget what is kept under a name, or raise at once."""

    def any_old(self, *, now: float) -> bool:
        """Whether something is to be forgotten."""

    def forget_old(self, *, now: float) -> None:
        """Forget it, or raise at once."""


@dataclass(slots=True)
class _Tried:
    failures: int
    not_before: float
    last: float


class Tries:
    """Failures by account and by address of the network; may be shared by threads.

    A try counts as failed from its beginning, so that many at once are not more than one after the other: here until it is known
    how it ended, then where failures are kept. What cannot be written down there counts here until it can.
    """

    def __init__(
        self,
        kept: Kept | None = None,
        *,
        purpose: str = SIGN_IN,
        clock: Callable[[], float] = time.time,
        free_per_account: int = FREE_PER_ACCOUNT,
        longest_wait: float = LONGEST_WAIT,
    ) -> None:
        """``kept`` is where failures are kept, ``None`` for here alone; ``purpose`` is what is tried."""
        self._kept = kept
        self._purpose = purpose
        self._clock = clock
        self._free_per_account = free_per_account
        self._longest_wait = longest_wait
        self._tried: OrderedDict[str, _Tried] = OrderedDict()
        self._lock = threading.Lock()
        self._unwritten: deque[tuple[bool, tuple[str, ...], float]] = deque(maxlen=MOST_KEPT)
        self._writer: threading.Thread | None = None
        self._closing = threading.Event()

    def begin(self, account: str, address: str) -> float:
        """Count a try and return 0, or the seconds to wait before the next; then nothing is counted."""
        names = self._names(account, address)
        with self._lock:
            now = self._clock()
            self._forget(now)
            kept = self._of(names, now)
            wait = max(
                max(
                    self._tried[name].not_before if name in self._tried else 0.0,
                    kept[name].not_before if name in kept else 0.0,
                )
                - now
                for name in names
            )
            if wait > 0:
                # A clock that was set back keeps nobody out for longer than a wait can be.
                return min(wait, self._longest_wait)
            for name in names:
                here = self._tried[name].failures if name in self._tried else 0
                total = here + (kept[name].count if name in kept else 0) + 1
                self._tried[name] = _Tried(here + 1, now + self._pause(name, total), now)
                self._tried.move_to_end(name)
            return 0.0

    def failed(self, account: str, address: str) -> None:
        """A try that was begun has failed: it is kept, and counts in other processes and after a restart."""
        if self._kept is None:
            return
        names = self._names(account, address)
        if not self._write(True, names, self._clock()):
            self._later(True, names)

    def succeeded(self, account: str, address: str) -> None:
        """Forget the failures of an account; of the address only this try, since its next one may be for another account."""
        of_account, of_network = self._names(account, address)
        with self._lock:
            now = self._clock()
            kept = self._of((of_account, of_network), now)
            self._tried.pop(of_account, None)
            tried = self._tried.get(of_network)
            if tried is not None:
                tried.failures -= 1
                total = tried.failures + (kept[of_network].count if of_network in kept else 0)
                tried.not_before = 0.0 if total < FREE_PER_ADDRESS else tried.not_before
        # Whoever never failed leaves nothing to write.
        if of_account in kept and not self._write(False, (of_account,), now):
            self._later(False, (of_account,))

    def close(self) -> None:
        """Write down what could not be before, once more."""
        self._closing.set()
        with self._lock:
            writer, self._writer = self._writer, None
        if writer is not None:
            writer.join(timeout=5)

    def _names(self, account: str, address: str) -> tuple[str, str]:
        return account_name(self._purpose, account), network_name(self._purpose, network_of(address))

    def _pause(self, name: str, failures: int) -> float:
        free = (
            FREE_PER_ADDRESS if name.startswith(network_name(self._purpose, "")) else self._free_per_account
        )
        return min(2.0 ** min(failures - free, 20), self._longest_wait) if failures >= free else 0.0

    def _of(self, names: Collection[str], now: float) -> dict[str, Failures]:
        if self._kept is None:
            return {}
        try:
            if self._kept.any_old(now=now):
                self._kept.forget_old(now=now)
        except StoreError as error:
            log.debug("old tries are forgotten later: %s", type(error).__name__)
        try:
            return self._kept.of(names, now=now)
        except StoreError as error:
            # What is counted here still holds, and nobody is kept out because a file cannot be read.
            log.warning("tries cannot be read: %s", type(error).__name__)
            return {}

    def _write(self, failure: bool, names: tuple[str, ...], at: float) -> bool:
        """Keep a failure under each name, or forget them; false where that cannot be now."""
        assert self._kept is not None
        try:
            if failure:
                self._kept.count(
                    {name: lambda total, name=name: self._pause(name, total) for name in names},  # type: ignore[misc]
                    now=at,
                )
            else:
                for name in names:
                    self._kept.forget(name, now=at)
        except StoreError as error:
            log.debug("a try is written down later: %s", type(error).__name__)
            return False
        if failure:
            with self._lock:
                for name in names:
                    self._settle(name)
        return True

    def _settle(self, name: str) -> None:
        """One failure counts where it is kept, and no longer here."""
        tried = self._tried.get(name)
        if tried is None:
            return
        tried.failures -= 1
        if tried.failures <= 0:
            del self._tried[name]

    def _later(self, failure: bool, names: tuple[str, ...]) -> None:
        with self._lock:
            self._unwritten.append((failure, names, self._clock()))
            if self._writer is None and not self._closing.is_set():
                self._writer = threading.Thread(target=self._write_later, name="tries", daemon=True)
                self._writer.start()

    def _write_later(self) -> None:
        while True:
            ending = self._closing.wait(AGAIN_SECONDS)
            while self._unwritten and self._write(*self._unwritten[0]):
                self._unwritten.popleft()
            with self._lock:
                if ending or not self._unwritten:
                    self._writer = None
                    return

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
