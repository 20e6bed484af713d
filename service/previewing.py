"""What imports would do, for the handlers: worked out beside them, for a large list takes longer than a reader waits."""

from __future__ import annotations

import threading

from matchmaker.intake import Draft, Preview
from matchmaker.workspace import Workspace
from service.balancing import Kept

PREVIEWS_KEPT = 4
STEPS_KEPT = 64
PATIENCE = 3.0
"""Seconds that a reader waits before being told how far it is."""


class Previewing:
    """What the handlers ask; one import is looked at at a time. Nothing is changed by it, so a restart loses nothing."""

    def __init__(self) -> None:
        self._previews: Kept[Preview] = Kept("previews", kept=PREVIEWS_KEPT)
        self._steps: dict[str, str] = {}
        self._lock = threading.Lock()

    def preview(self, workspace: Workspace, draft: Draft, *, patience: float = PATIENCE) -> Preview | None:
        """What the files would do, or ``None`` while it is being worked out; raises as ``Intake.preview``."""

        def work() -> Preview:
            return workspace.intake.preview(draft, step=lambda name: self._step(draft.id, name))

        # Whatever is changed in the meantime changes what the files would do.
        key = (draft.id, draft.revision, workspace.content())
        return self._previews.get(key, work, patience=patience)

    def step(self, draft_id: str) -> str:
        """The step that is under way, ``""`` where none has begun."""
        with self._lock:
            return self._steps.get(draft_id, "")

    def close(self) -> None:
        """Begin nothing that waits."""
        self._previews.close()

    def _step(self, draft_id: str, name: str) -> None:
        with self._lock:
            if len(self._steps) > STEPS_KEPT:
                self._steps.clear()
            self._steps[draft_id] = name
