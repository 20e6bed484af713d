"""How the last changes of firms are taken back, kept in memory for a while, so that a page offers undo and asks nothing."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from matchmaker.workspace import Workspace

REMEMBERED = 500

Back = Callable[[Workspace, str], bool]
"""Given the workspace and who acts; false where it is too late."""


@dataclass(frozen=True, slots=True)
class _Kept:
    actor_id: str
    back: Back


class TakingBack:
    """Ways back by a name that nobody can guess; the oldest are forgotten, all of them when the service stops.

    They may hold contact persons, so nothing of this is written to a disk or an address.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, actor_id: str, back: Back) -> str:
        """Keep the way back of a change to what is an actor's; the name to ask for it by."""
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._kept[name] = _Kept(actor_id, back)
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        return name

    def holds(self, name: str, actor_id: str) -> bool:
        """Whether a change of this actor's can still be taken back."""
        with self._lock:
            found = self._kept.get(name)
            return found is not None and found.actor_id == actor_id

    def take(self, name: str, actor_id: str) -> Back | None:
        """The way back, once; ``None`` where it is forgotten or another's."""
        with self._lock:
            found = self._kept.get(name)
            if found is None or found.actor_id != actor_id:
                return None
            return self._kept.pop(name).back
