"""Beside the handlers: looks for who begins to fit saved searches, and sends letters once they are due."""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, datetime

from matchmaker.errors import MatchmakerError, StoreClosedError
from matchmaker.workspace import Workspace

log = logging.getLogger(__name__)

LOOK_SECONDS = 15.0
"""Between two looks; one at which nothing has changed costs a millisecond."""
SEND_SECONDS = 600.0
"""Between two looks for letters that are due."""


class Alerting:
    """One thread, from ``start`` to ``close``."""

    def __init__(self, look_seconds: float = LOOK_SECONDS) -> None:
        self._every = look_seconds
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, workspace: Workspace) -> None:
        """Begin to look; may be called again after ``close``."""
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._work, args=(workspace, self._stop), name="alerts", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """End; what a look has found and not kept yet is found again."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _work(self, workspace: Workspace, stop: threading.Event) -> None:
        sent = 0.0
        while not stop.wait(self._every):
            try:
                workspace.alerts.look(stop.is_set)
                if time.monotonic() - sent >= SEND_SECONDS or not sent:
                    sent = time.monotonic()
                    now = datetime.now(UTC)
                    workspace.alerts.tidy(now)
                    workspace.webhooks.tidy()
                    if workspace.alerts.can_write and not stop.is_set():
                        workspace.alerts.send(now, by_hour=True)
            except StoreClosedError:
                return
            except MatchmakerError as error:
                log.warning("alerts: %s", error)
            except Exception:
                # Nobody waits for this thread; the next look tries again.
                log.exception("looking for alerts failed")
