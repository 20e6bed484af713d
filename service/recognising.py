"""Duplicates and thin profiles for the handlers: found beside them, once for each state of the actors, and kept."""

from __future__ import annotations

import threading

from matchmaker.completeness import Incomplete
from matchmaker.identifying import Duplicate
from matchmaker.workspace import Workspace
from service.balancing import Kept

PATIENCE = 3.0


class Recognising:
    """What the handlers ask; while a changed cluster is looked through anew, the last list goes on without what is gone."""

    def __init__(self) -> None:
        self._duplicates: Kept[list[Duplicate]] = Kept("duplicates", kept=2)
        self._incomplete: Kept[list[Incomplete]] = Kept("profiles", kept=2)
        self._last: list[Duplicate] = []
        self._lock = threading.Lock()

    def duplicates(
        self, workspace: Workspace, *, patience: float = PATIENCE
    ) -> tuple[list[Duplicate], bool] | None:
        """The pairs that may be one, and whether that is of now; ``None`` where they are being looked for the first time."""
        found = self._duplicates.get(
            (workspace.content(), len(workspace.identity.apart())),
            workspace.identity.duplicates,
            patience=patience if not self._last else min(patience, 0.5),
        )
        with self._lock:
            if found is not None:
                self._last = found
                return found, True
            last = self._last
        if not last:
            return None
        apart = {(each.a, each.b) for each in workspace.identity.apart()}
        # Whoever was merged or erased in the meantime is not shown again.
        there = workspace.identity.there({actor_id for each in last for actor_id in each.suspicion.pair})
        left = [
            each
            for each in last
            if each.suspicion.pair not in apart and there.issuperset(each.suspicion.pair)
        ]
        return left, False

    def incomplete(self, workspace: Workspace, *, patience: float = PATIENCE) -> list[Incomplete] | None:
        """The profiles that lack something, or ``None`` while they are being looked through."""
        return self._incomplete.get(workspace.content(), workspace.incomplete, patience=patience)

    def close(self) -> None:
        """Begin nothing that waits."""
        self._duplicates.close()
        self._incomplete.close()
