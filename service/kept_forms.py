"""Forms that were sent without a session, kept in memory while their owner signs in elsewhere and comes back."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict

MOST_KEPT = 50


class KeptForms:
    """Packed forms by a name that nobody can guess; the oldest are forgotten, all of them when the service stops."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, form: str) -> str:
        """Keep a packed form; the name to ask for it by, ``""`` for none."""
        if not form:
            return ""
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._kept[name] = form
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return name

    def take(self, name: str) -> str:
        """The form that goes by this name, once; ``""`` where it is forgotten."""
        with self._lock:
            return self._kept.pop(name, "")
