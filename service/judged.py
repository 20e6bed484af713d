"""What the last judgements of pairs took the place of, kept in memory for a while so that they can be taken back."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

from matchmaker.answers import Wanted
from matchmaker.events import Preference

REMEMBERED = 500


@dataclass(frozen=True, slots=True)
class Before:
    """What makes pairs what they were."""

    answers: tuple[Wanted, ...] = ()
    notes: tuple[tuple[str, str, str, int], ...] = ()
    """Ids of two actors, the words before, empty for none, and the change that must still be the latest, 0 for no note."""
    event_id: str = ""
    given: tuple[Preference, ...] = ()
    """To give again."""
    taken_back: tuple[Preference, ...] = ()
    """To take away, as they are new."""


class Judged:
    """Judgements by a name that nobody can guess; the oldest are forgotten, all of them when the service stops."""

    def __init__(self) -> None:
        self._before: OrderedDict[str, Before] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, before: Before) -> str:
        """Keep how to take a judgement back; the name to ask for it by."""
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._before[name] = before
            while len(self._before) > REMEMBERED:
                self._before.popitem(last=False)
        return name

    def holds(self, name: str) -> bool:
        """Whether the judgement can still be taken back."""
        with self._lock:
            return name in self._before

    def take(self, name: str) -> Before | None:
        """How to take a judgement back, once; ``None`` where it is forgotten."""
        with self._lock:
            return self._before.pop(name, None)
