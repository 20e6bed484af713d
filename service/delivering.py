"""Beside the handlers: delivers what waits for webhooks, a thread for each webhook at most, so that a slow one holds up no other."""

from __future__ import annotations

import logging
import threading

from matchmaker.errors import MatchmakerError, StoreClosedError
from matchmaker.workspace import Workspace

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
AT_ONCE = 4
"""Webhooks that are delivered to at the same time."""
STOP_SECONDS = 2.0
"""How long an end waits for messages that are under way."""


class Delivering:
    """Threads from ``start`` to ``close``; what waits is in the database, so nothing is lost in between."""

    def __init__(self, every_seconds: float = EVERY_SECONDS) -> None:
        self._every = every_seconds
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._busy: set[str] = set()
        self._changed = threading.Condition()

    def start(self, workspace: Workspace) -> None:
        """Begin to deliver; may be called again after ``close``."""
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._work, args=(workspace, self._stop), name="webhooks", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Begin no further message; one that is under way comes to its end, or is sent again after the next start."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
        with self._changed:
            self._changed.wait_for(lambda: not self._busy, timeout=STOP_SECONDS)

    def _work(self, workspace: Workspace, stop: threading.Event) -> None:
        while not stop.wait(self._every):
            try:
                for webhook_id in workspace.webhooks.with_waiting():
                    with self._changed:
                        if webhook_id in self._busy or len(self._busy) >= AT_ONCE:
                            continue
                        self._busy.add(webhook_id)
                    # A daemon, so that no receiver, and no name server that does not answer, holds up the end of the service.
                    threading.Thread(
                        target=self._deliver, args=(workspace, webhook_id, stop), name="webhook", daemon=True
                    ).start()
            except StoreClosedError:
                return
            except MatchmakerError as error:
                log.warning("webhooks: %s", error)
            except Exception:
                # Nobody waits for this thread; the next round tries again.
                log.exception("looking for what webhooks wait for failed")

    def _deliver(self, workspace: Workspace, webhook_id: str, stop: threading.Event) -> None:
        try:
            workspace.webhooks.deliver(webhook_id, stop.is_set)
        except StoreClosedError:
            # What was sent last is sent again after the next start.
            return
        except MatchmakerError as error:
            if not stop.is_set():
                log.warning("webhooks: %s", error)
        except Exception:
            log.exception("delivering to a webhook failed")
        finally:
            with self._changed:
                self._busy.discard(webhook_id)
                self._changed.notify_all()
