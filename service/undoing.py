"""What the last changes of events took away, kept in memory for a while so that they can be taken back."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from matchmaker.events import Attendee, Preference

REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class Taken:
    """What puts an event back to what it was: what was taken away, and what came in its place."""

    event_id: str
    attendees: tuple[Attendee, ...] = ()
    """To add again."""
    preferences: tuple[Preference, ...] = ()
    """To give again."""
    given: tuple[Preference, ...] = ()
    """To take away, as they are new."""


class Undoing:
    """Changes by a name that nobody can guess; the oldest are forgotten, all of them when the service stops.

    Participants hold persons, so nothing of this is written to a disk or an address, and every erasure, in this process or in
    another, lets all of it be forgotten: whoever was erased must not come back by an undoing.
    """

    def __init__(self, erasures: Callable[[], str]) -> None:
        """``erasures`` gives what changes with every erasure."""
        self._erasures = erasures
        self._edition = ""
        self._taken: OrderedDict[str, Taken] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, taken: Taken) -> str:
        """Keep how to take a change back; the name to ask for it by."""
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._heed_erasures()
            self._taken[name] = taken
            while len(self._taken) > REMEMBERED:
                self._taken.popitem(last=False)
        return name

    def holds(self, name: str) -> bool:
        """Whether the change can still be taken back."""
        with self._lock:
            self._heed_erasures()
            return name in self._taken

    def take(self, name: str, event_id: str) -> Taken | None:
        """How to take a change of this event back, once; ``None`` where it is forgotten."""
        with self._lock:
            self._heed_erasures()
            found = self._taken.get(name)
            if found is None or found.event_id != event_id:
                return None
            return self._taken.pop(name)

    def forget(self, event_id: str) -> None:
        """Keep nothing of an event, since it is erased."""
        with self._lock:
            for name in [name for name, each in self._taken.items() if each.event_id == event_id]:
                del self._taken[name]

    def _heed_erasures(self) -> None:
        edition = self._erasures()
        if edition != self._edition:
            self._edition = edition
            self._taken.clear()
