"""Jobs beside the handlers: one worker for each lane, from the start of the service to its end."""

from __future__ import annotations

import logging

from matchmaker.jobs import Lane
from matchmaker.working import Runner
from matchmaker.workspace import Workspace

log = logging.getLogger(__name__)

STOP_SECONDS = 5.0
"""How long a job may take to come to a step where it can be interrupted; the process ends without waiting any longer."""


class JobRunning:
    """The workers of this process; another process over the same workspace has its own, and they never do one job twice."""

    def __init__(self) -> None:
        self._runners: list[Runner] = []

    def start(self, workspace: Workspace) -> None:
        """Begin to work, first on what another process left behind."""
        self._runners = [workspace.jobs.runner(lane) for lane in Lane]
        for each in self._runners:
            each.start()

    def close(self) -> None:
        """Interrupt what is under way, so that it is done after the next start."""
        for each in self._runners:
            each.interrupt()
        for each in self._runners:
            if not each.stop(wait=STOP_SECONDS):
                log.warning("a job of the lane %s goes on until the process ends", each.lane.value)
        self._runners = []
