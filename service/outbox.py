"""Letters with new links, made and sent beside the requests, so that the time of an answer tells nothing."""

from __future__ import annotations

import logging
import queue
import threading

from matchmaker.errors import MatchmakerError
from matchmaker.signing_in import recovery_letter
from matchmaker.workspace import Workspace

log = logging.getLogger(__name__)

MOST_WAITING = 200


class Outbox:
    """Looks up who asks for a link and mails it, one after the other, in a thread that begins with the first."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._asked: queue.Queue[str | None] = queue.Queue(MOST_WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def can_send(self) -> bool:
        """Whether links can be mailed: there is a mail server, and an address that links can begin with.

        The address comes from the settings alone: the name in a request is whoever's who sent it.
        """
        return self._workspace.post.is_configured and bool(self._workspace.address)

    def ask(self, email: str) -> None:
        """Have a link mailed to whoever this is; where too many wait already it is left out."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="outbox", daemon=True)
                self._thread.start()
        try:
            self._asked.put_nowait(email)
        except queue.Full:
            log.warning("too many letters wait, one was left out")

    def wait(self) -> None:
        """Wait until all that was asked for is done."""
        self._asked.join()

    def close(self) -> None:
        """Let what is being sent come to its end, and nothing more."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is None:
            return
        while True:
            try:
                self._asked.get_nowait()
                self._asked.task_done()
            except queue.Empty:
                break
        self._asked.put_nowait(None)
        thread.join(timeout=5)

    def _work(self) -> None:
        while (email := self._asked.get()) is not None:
            try:
                self._send(email)
            except MatchmakerError as error:
                log.warning("a letter could not be sent: %s", type(error).__name__)
            except Exception:
                log.exception("a letter could not be sent")
            finally:
                self._asked.task_done()

    def _send(self, email: str) -> None:
        made = self._workspace.users.recover(email)
        if made is None:
            return
        if self._workspace.post.send([recovery_letter(made, self._workspace.address)]):
            log.warning("the mail server did not take a letter")
