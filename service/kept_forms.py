"""Forms that were sent without a session, kept in memory while their owner signs in elsewhere and comes back."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

MOST_KEPT = 50


@dataclass(frozen=True, slots=True)
class _Kept:
    form: str
    browser_hash: bytes


class KeptForms:
    """Packed forms by a name that nobody can guess; the oldest are forgotten, all of them when the service stops.

    The name stands in an address, to which anybody can lead somebody else. So each is given back only to the browser that sent
    it: what a stranger wrote would otherwise be offered for sending to whoever signs in.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, form: str, browser: str) -> str:
        """Keep a packed form for a browser, told by its token; the name to ask for it by, ``""`` for none."""
        if not form:
            return ""
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._kept[name] = _Kept(form, _hash(browser))
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return name

    def take(self, name: str, browser: str) -> str:
        """The form that goes by this name, once; ``""`` where it is forgotten, or was sent by another browser."""
        with self._lock:
            kept = self._kept.get(name)
            if kept is None or not secrets.compare_digest(kept.browser_hash, _hash(browser)):
                return ""
            del self._kept[name]
            return kept.form


def _hash(browser: str) -> bytes:
    return hashlib.sha256(browser.encode()).digest()
