"""Duplicates and thin profiles for the handlers: found beside them, once for each state of the actors, and kept."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import nullcontext

from matchmaker.completeness import Incomplete
from matchmaker.identifying import Duplicate
from matchmaker.workspace import Workspace
from service.asking_ahead import Resting
from service.balancing import Kept

PATIENCE = 3.0


class Recognising:
    """What the handlers ask; while a changed cluster is looked through anew, the last list goes on without what is gone."""

    def __init__(self, resting: Resting | None = None) -> None:
        """``resting`` lets readers go first for as long as none of them waits for what is found here."""
        self._resting = resting or Resting({}, threading.Event())
        # With the pairs that are told apart: those are left out when it is answered, by what is said of them then.
        self._suspected: Kept[list[Duplicate]] = Kept("duplicates", kept=1)
        self._incomplete: Kept[Sequence[Incomplete]] = Kept("profiles", kept=1)
        self._last: list[Duplicate] = []
        self._lock = threading.Lock()

    def duplicates(
        self, workspace: Workspace, *, patience: float = PATIENCE, waits: bool = True
    ) -> tuple[list[Duplicate], bool] | None:
        """The pairs that may be one, and whether that is of now; ``None`` where they are being looked for the first time.

        ``waits`` says that a reader waits, so that the work does not.
        """
        with self._resting.hurry() if waits else nullcontext():
            found = self._suspected.get(
                workspace.content(),
                lambda: workspace.looked_through.suspected(self._resting),
                patience=min(patience, 0.5) if waits and self._last else patience,
            )
        with self._lock:
            if found is not None:
                self._last = found
            last = self._last
        apart = workspace.identity.told_apart()
        left = [each for each in last if each.suspicion.pair not in apart]
        if found is not None:
            return left, True
        if not last:
            return None
        # Whoever was merged or erased in the meantime is not shown again.
        there = workspace.identity.there({actor_id for each in left for actor_id in each.suspicion.pair})
        return [each for each in left if there.issuperset(each.suspicion.pair)], False

    def incomplete(
        self, workspace: Workspace, *, patience: float = PATIENCE, waits: bool = True
    ) -> Sequence[Incomplete] | None:
        """The profiles that lack something, or ``None`` while they are being looked through; ``waits`` as for duplicates."""
        with self._resting.hurry() if waits else nullcontext():
            return self._incomplete.get(
                workspace.content(),
                lambda: workspace.looked_through.incomplete(self._resting),
                patience=patience,
            )

    def close(self) -> None:
        """Begin nothing that waits."""
        self._suspected.close()
        self._incomplete.close()
