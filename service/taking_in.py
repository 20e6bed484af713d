"""Imports for the handlers: looked at and taken in beside them, for a large list takes longer than a reader waits."""

from __future__ import annotations

import threading

from matchmaker.importing import ImportReport
from matchmaker.intake import Draft, Preview
from matchmaker.workspace import Workspace
from service.balancing import Kept

PREVIEWS_KEPT = 4
TAKEN_KEPT = 64
PATIENCE = 3.0
"""Seconds that a reader waits before being told how far it is."""


class TakingIn:
    """What the handlers ask; one import is looked at or taken in at a time, as there is one writer."""

    def __init__(self) -> None:
        self._previews: Kept[Preview] = Kept("previews", kept=PREVIEWS_KEPT)
        self._taken: Kept[tuple[ImportReport, int]] = Kept("imports", kept=TAKEN_KEPT)
        self._steps: dict[str, str] = {}
        self._asked: dict[str, bool] = {}
        self._made: dict[str, int] = {}
        self._lock = threading.Lock()

    def preview(self, workspace: Workspace, draft: Draft, *, patience: float = PATIENCE) -> Preview | None:
        """What the files would do, or ``None`` while it is being worked out; raises as ``Intake.preview``."""

        def work() -> Preview:
            return workspace.intake.preview(draft, step=lambda name: self._step(draft.id, name))

        # Whatever is changed in the meantime changes what the files would do.
        key = (draft.id, draft.revision, workspace.content())
        return self._previews.get(key, work, patience=patience)

    def take_in(
        self, workspace: Workspace, draft: Draft, *, partial: bool, who: str, patience: float = PATIENCE
    ) -> tuple[ImportReport, int] | None:
        """The report and the number of the import (0 where nothing changed), or ``None`` while it is under way.

        Asked for again, it is not done again. Raises as ``Intake.take_in``.
        """

        def work() -> tuple[ImportReport, int]:
            self._step(draft.id, "storing")
            report = workspace.intake.take_in(draft, partial=partial, who=who)
            made = workspace.intake.made(limit=1)
            number = made[0].number if report.changes and made else 0
            with self._lock:
                self._made[draft.id] = number
            return report, number

        with self._lock:
            self._asked[draft.id] = partial
        return self._taken.get((draft.id, draft.revision), work, patience=patience)

    def asked(self, draft_id: str) -> bool | None:
        """Whether the good rows alone were asked to be taken in; ``None`` where nothing was asked."""
        with self._lock:
            return self._asked.get(draft_id)

    def finished(self, draft_id: str) -> int | None:
        """The number of the import that these files became, 0 where they changed nothing; ``None`` where it is not known."""
        with self._lock:
            return self._made.get(draft_id)

    def step(self, draft_id: str) -> str:
        """The step that is under way, ``""`` where none has begun."""
        with self._lock:
            return self._steps.get(draft_id, "")

    def close(self) -> None:
        """Begin nothing that waits."""
        self._previews.close()
        self._taken.close()

    def _step(self, draft_id: str, name: str) -> None:
        with self._lock:
            if len(self._steps) > TAKEN_KEPT:
                self._steps.clear()
            self._steps[draft_id] = name
