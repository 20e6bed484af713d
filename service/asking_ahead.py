"""Beside the handlers: asks what readers will ask first of a build, and of what changed after it, before they do."""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from matchmaker.errors import MatchmakerError, NotBuiltError, StoreClosedError
from matchmaker.published import Published
from matchmaker.trail import TrailFilter
from matchmaker.workspace import Workspace
from service.limits import Gate
from service.permissions import Work

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""Between two looks for something new; one that finds nothing costs less than a millisecond."""
QUIET_SECONDS = 2.0
"""Nothing is asked while somebody changes one thing after the other: whoever changes something looks at it first."""

TROUBLED_SECONDS = 60.0
"""After something that went wrong, which will most likely go wrong again."""

PIECE_SECONDS = 0.01
"""So long is worked between two rests."""
SWITCH_SECONDS = 0.001
"""After so long a thread that works gives way to one that wants to, while something is asked ahead; 0.005 otherwise."""
READER_SECONDS = 0.25
"""So long at most a piece waits for readers: where somebody is always there, it still gets on."""


class StoppedError(Exception):
    """The service stops; what was under way is asked for again after the next start."""


class Resting:
    """Called between small pieces of work that nobody waits for: lets readers go first."""

    def __init__(
        self, gates: Mapping[Work, Gate], stop: threading.Event, *, reader_seconds: float = READER_SECONDS
    ) -> None:
        """``gates`` tell whether readers are there, and ``reader_seconds`` is how long at most a piece waits for them."""
        self._gates = gates
        self._stop = stop
        self._reader_seconds = reader_seconds
        self._begun = time.monotonic()
        self._hurried = 0
        self._lock = threading.Lock()

    def __call__(self) -> None:
        """Go on at once, or after a rest; raises ``StoppedError``."""
        now = time.monotonic()
        if now - self._begun < PIECE_SECONDS:
            return
        self.now()

    def now(self) -> None:
        """Rest, and as long as readers are there, for a while; raises ``StoppedError``."""
        until = time.monotonic() + self._reader_seconds
        # As long as it worked, in any case, so that half of a processor at most is taken.
        while not self._hurried:
            if self._stop.wait(PIECE_SECONDS) or time.monotonic() >= until or not self._busy():
                break
        if self._stop.is_set():
            raise StoppedError
        self._begun = time.monotonic()

    @contextmanager
    def hurry(self) -> Iterator[None]:
        """Nothing rests while the block runs: somebody waits for what is under way."""
        with self._lock:
            self._hurried += 1
        try:
            yield
        finally:
            with self._lock:
                self._hurried -= 1

    def _busy(self) -> bool:
        return any(each.inside or each.waiting for each in self._gates.values())


Asked = Callable[[Published], object]
"""Asks as a reader would; what it finds is kept by whom it asks."""


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked, in this order: what readers open most comes first."""

    of_a_build: Sequence[tuple[str, Asked]]
    """Once for each generation that is served."""
    of_now: Sequence[tuple[str, Asked]]
    """Again after every change of what is stored."""


@dataclass(slots=True)
class _Looking:
    """What the looks so far have come to."""

    asked_of: str = ""
    """The generation that was asked all of a build."""
    done: tuple[str, int] = ("", -1)
    """The generation and the change that everything was asked of."""
    change: int = -1
    """The latest change at the last look, and, below, when it was first seen; 0 where it was there from the beginning."""
    since: float = 0.0


class AskingAhead:
    """One thread, from ``start`` to ``close``; asks one thing after the other."""

    def __init__(self, gates: Mapping[Work, Gate]) -> None:
        self._stop = threading.Event()
        self.resting = Resting(gates, self._stop)
        self._thread: threading.Thread | None = None
        self._through: Hashable = None

    def start(self, workspace: Workspace, questions: Questions) -> None:
        """Begin to ask; may be called again after ``close``."""
        self._stop.clear()
        self._thread = threading.Thread(
            target=self._work, args=(workspace, questions), name="asking", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """End at the next rest."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def is_through(self, workspace: Workspace) -> bool:
        """Whether everything is asked of what is published and stored now."""
        try:
            return self._through == _state(workspace, workspace.published())
        except NotBuiltError:
            return True

    def _work(self, workspace: Workspace, questions: Questions) -> None:
        looking = _Looking()
        while not self._stop.wait(LOOK_SECONDS):
            try:
                self._look(workspace, questions, looking)
            except (StoppedError, StoreClosedError):
                return
            except NotBuiltError:
                continue
            except Exception:
                # Nobody waits for this thread; whoever asks is told what is wrong.
                log.exception("asking ahead of readers failed")
                self._stop.wait(TROUBLED_SECONDS)

    def _look(self, workspace: Workspace, questions: Questions, looking: _Looking) -> None:
        """Ask what there is to ask now. Between two looks no build is held, so that an earlier one can go."""
        change = _latest_change(workspace)
        if change != looking.change:
            # The first look is at what nobody is changing yet.
            looking.since = time.monotonic() if looking.change >= 0 else 0.0
            looking.change = change
        if looking.since and time.monotonic() - looking.since < QUIET_SECONDS:
            return
        snapshot = workspace.published()
        if looking.done == (snapshot.generation, change):
            return
        state = _state(workspace, snapshot)
        if snapshot.generation != looking.asked_of:
            self._ask(questions.of_a_build, snapshot)
            looking.asked_of = snapshot.generation
        if state != self._through:
            self._ask(questions.of_now, snapshot)
        self._through, looking.done = state, (snapshot.generation, change)

    def _ask(self, questions: Sequence[tuple[str, Asked]], snapshot: Published) -> None:
        usual = sys.getswitchinterval()
        # Work that cannot be cut into pieces hands the interpreter over sooner to a reader who comes.
        sys.setswitchinterval(SWITCH_SECONDS)
        try:
            for name, ask in questions:
                self.resting.now()
                try:
                    ask(snapshot)
                except MatchmakerError as error:
                    log.info("%s could not be asked ahead: %s", name, error)
        finally:
            sys.setswitchinterval(usual)


def _state(workspace: Workspace, snapshot: Published) -> Hashable:
    """What the answers follow from: the build, the actors, and who attends what."""
    events = tuple((each.event.id, each.revision) for each in workspace.events.all())
    return snapshot.generation, workspace.content(), events


def _latest_change(workspace: Workspace) -> int:
    newest = workspace.trail.page(TrailFilter(), before=0, limit=1)
    return newest[0].number if newest else 0
