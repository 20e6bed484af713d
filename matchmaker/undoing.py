"""The way back from the last changes of a page: kept for whoever made them, and gone where something was changed since."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from functools import singledispatchmethod

from matchmaker.arranging import Arranging
from matchmaker.curating import Curating
from matchmaker.errors import (
    ActorChangedError,
    ActorNotFoundError,
    ContactNotFoundError,
    DraftNotFoundError,
    EventChangedError,
    EventNotFoundError,
    EventRejectedError,
    NoteChangedError,
    NoteNotFoundError,
    ProfileRejectedError,
)
from matchmaker.events import Preference
from matchmaker.store import Store
from matchmaker.ways_back import (
    Answered,
    Attended,
    Contacted,
    Drafted,
    Edited,
    Noted,
    Preferred,
    Published,
    Requested,
    WayBack,
    Withdrawn,
)
from matchmaker.workplace import Workplace

_CHANGED = (
    ActorChangedError,
    ActorNotFoundError,
    ContactNotFoundError,
    DraftNotFoundError,
    EventChangedError,
    EventNotFoundError,
    EventRejectedError,
    NoteChangedError,
    NoteNotFoundError,
    ProfileRejectedError,
)
"""Raised where what a change was about is gone, full, or something else by now."""


class Came(StrEnum):
    """What came of undoing a change."""

    UNDONE = "undone"
    PARTLY = "undone_partly"
    """Some of it was changed since, and stays."""
    CHANGED = "changed_since"
    """All of it was changed since; nothing was undone."""
    TOO_LATE = "too_late"
    """It is not known any more how, or it was somebody else's change."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing a change came to."""

    came: Came
    count: int = 0
    """Of how many pairs or participants, where the change was of several."""


class Undoing:
    """Ways back from changes of one workspace's pages; every method may raise ``StoreError``."""

    def __init__(self, store: Store, events: Arranging, firms: Workplace, curating: Curating) -> None:
        self._store = store
        self._events = events
        self._firms = firms
        self._curating = curating

    def together(self) -> AbstractContextManager[None]:
        """One transaction for a change and its way back: what is read for it, the change itself, and ``remember``.

        Killed in between, neither is kept; and nobody can be erased between a change and the keeping of what it took away.
        Everybody else waits to write meanwhile.
        """
        return self._store.together()

    def remember(self, way: WayBack, *, about: str, who: str) -> str:
        """Keep how ``who`` can take a change back for a day; the name to ask for it by. Said within ``together``, with the change.

        ``about`` is the actor or the event that the change was of, empty for pairs of the whole cluster.
        """
        return self._store.ways_back.keep(way, about=about, who=who)

    def holds(self, name: str, *, about: str, who: str) -> bool:
        """Whether this person can still take the change back."""
        return bool(name) and self._store.ways_back.holds(name, about=about, who=who)

    def undo(self, name: str, *, about: str, who: str) -> Undone:
        """Take a change back, once, where nobody changed since what it left; nothing is done otherwise.

        Asking for the way back and going it are one transaction. Whatever is erased before it took all ways back with it, and
        whatever is erased after it finds in its place what was put back.
        """
        with self._store.together():
            way = self._store.ways_back.take(name, about=about, who=who)
            if way is None:
                return Undone(Came.TOO_LATE)
            try:
                with self._store.together():
                    done, left = self._back(way, who)
            except _CHANGED:
                return Undone(Came.CHANGED)
            if not done:
                return Undone(Came.CHANGED)
            return Undone(Came.PARTLY if left else Came.UNDONE, done)

    @singledispatchmethod
    def _back(self, way: WayBack, who: str) -> tuple[int, int]:
        """How much went back, and how much of it was changed since and stays."""
        raise TypeError(f"no way back from {way!r}")

    @_back.register
    def _(self, way: Edited, who: str) -> tuple[int, int]:
        return int(self._firms.take_back_edit(way.actor_id, way.number, who=who)), 0

    @_back.register
    def _(self, way: Drafted, who: str) -> tuple[int, int]:
        kept = self._firms.kept
        if not way.before:
            kept.remove_draft(way.actor_id, way.draft_id, expected=way.after, who=who)
        elif not way.after:
            kept.add_draft(way.actor_id, way.kind, way.before, draft_id=way.draft_id, who=who)
        else:
            kept.change_draft(way.actor_id, way.draft_id, way.before, expected=way.after, who=who)
        return 1, 0

    @_back.register
    def _(self, way: Published, who: str) -> tuple[int, int]:
        self._firms.kept.withdraw(way.actor_id, way.kind, way.text, who=who)
        return 1, 0

    @_back.register
    def _(self, way: Withdrawn, who: str) -> tuple[int, int]:
        self._firms.kept.publish(way.actor_id, way.draft_id, expected=way.text, who=who)
        return 1, 0

    @_back.register
    def _(self, way: Contacted, who: str) -> tuple[int, int]:
        kept = self._firms.kept
        if way.before is None:
            kept.remove_contact(way.actor_id, way.contact_id, expected=way.after, who=who)
        elif way.after is None:
            kept.add_contact(way.actor_id, way.before, contact_id=way.contact_id, who=who)
        else:
            kept.change_contact(way.actor_id, way.contact_id, way.before, expected=way.after, who=who)
        return 1, 0

    @_back.register
    def _(self, way: Answered, who: str) -> tuple[int, int]:
        back = self._curating.put_back(way.before, who=who)
        # A pair counts once, whichever of the two is the seeker.
        pairs = {frozenset((each.seeker_id, each.partner_id)) for each in back}
        return len(pairs), max(0, len(way.before) - len(back))

    @_back.register
    def _(self, way: Noted, who: str) -> tuple[int, int]:
        done = 0
        for each in way.notes:
            kept = self._curating.note_of(each.a, each.b)
            if (kept.change if kept else 0) != each.change:
                continue
            if each.words:
                self._curating.note([(each.a, each.b)], each.words, expected=each.change, who=who)
            else:
                self._curating.erase_note(each.a, each.b, who=who)
            done += 1
        return done, len(way.notes) - done

    @_back.register
    def _(self, way: Preferred, who: str) -> tuple[int, int]:
        revision = self._events.one(way.event_id).revision
        before, after = _by_pair(way.before), _by_pair(way.after)
        now = _by_pair(self._events.preferences(way.event_id))
        still = [key for key in {**before, **after} if now.get(key) == after.get(key)]
        given = [before[key] for key in still if key in before]
        gone = [after[key] for key in still if key in after and key not in before]
        if still:
            self._events.prefer(way.event_id, given, gone, expected=revision, who=who)
        return len(still), len({**before, **after}) - len(still)

    @_back.register
    def _(self, way: Requested, who: str) -> tuple[int, int]:
        requests, one = self._events.requests, way.after
        back = requests.reopen if way.answered else requests.cancel
        back(way.event_id, one.sender, one.recipient, expected=one, who=who)
        return 1, 0

    @_back.register
    def _(self, way: Attended, who: str) -> tuple[int, int]:
        returned = self._events.put_back(way.event_id, way.were, who=who)
        done = len(returned.removed) + len(returned.restored) + len(returned.back)
        return done, len(returned.left)


def _by_pair(preferences: tuple[Preference, ...]) -> dict[tuple[str, str, str], Preference]:
    return {(each.a, each.b, each.of): each for each in preferences}
