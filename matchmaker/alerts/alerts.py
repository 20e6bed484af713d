"""What somebody does with saved searches and alerts: the store, the rounds of looking and the letters put together."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from matchmaker.actors import Actor, Quote
from matchmaker.alerts.asked import Asked
from matchmaker.alerts.digests import Digests, Hour, Sent
from matchmaker.alerts.looking import Looking, baseline
from matchmaker.alerts.wishes import questions
from matchmaker.encoding import Encoding
from matchmaker.errors import ActorNotFoundError, NotBuiltError, SavedSearchRejectedError
from matchmaker.mailing import Post
from matchmaker.published import Published
from matchmaker.saved_searches import (
    Alert,
    AlertSettings,
    Every,
    SavedSearch,
    Wanted,
    checked_search_name,
)
from matchmaker.store import Store

log = logging.getLogger(__name__)

UNDO_DAYS = 30
"""For so long a deleted search can come back."""


@dataclass(frozen=True, slots=True)
class ShownAlert:
    """An alert with what there is to read of it now."""

    alert: Alert
    search: SavedSearch
    actor: Actor
    asked: str
    """The words that the actor comes nearest to; empty where the search asks no words."""
    quote: Quote | None
    """The actor's own sentence."""


class Alerts:
    """The alerts of one workspace; methods raise ``StoreError`` as the store's do, and ``SavedSearchNotFoundError``.

    An ``owner`` is the id of a user or a key, or ``HERE``; nobody reaches what another owner has.
    """

    def __init__(
        self,
        store: Store,
        published: Callable[[], Published],
        encoding: Encoding,
        built: Callable[[], tuple[str, int]],
        post: Post,
        address: str,
        hour: Hour,
    ) -> None:
        """``built`` gives the published generation and the change up to which it holds everything."""
        self._store = store
        self._saved = store.saved_searches
        self._alerts = store.alerts
        self._published = published
        self._built = built
        self._asked = Asked(encoding, store.asked)
        self._digests = Digests(self, store, post, address)
        self._hour = hour
        self._lock = threading.Lock()
        self._looked: tuple[str, int] | None = None

    def save(self, owner: str, name: str, wanted: Wanted, *, who: str) -> SavedSearch:
        """Save a search; whoever is on its list now is no news.

        Raises ``SavedSearchRejectedError``, ``NotBuiltError``, and what ``wanted`` names and is not there.
        """
        try:
            name = checked_search_name(name)
        except ValueError as error:
            raise SavedSearchRejectedError(str(error)) from error
        stands = baseline(self._published(), wanted)
        return self._saved.add(
            owner, name, wanted, floors=stands.floors, known=stands.known, since=stands.since, who=who
        )

    def searches(self, owner: str) -> tuple[SavedSearch, ...]:
        """An owner's searches, by name."""
        return self._saved.of(owner)

    def search(self, owner: str, search_id: str) -> SavedSearch:
        """One search of an owner."""
        return self._saved.one(owner, search_id)

    def rename(self, owner: str, search_id: str, name: str, *, who: str) -> SavedSearch:
        """Give a search another name; raises ``SavedSearchRejectedError``."""
        try:
            name = checked_search_name(name)
        except ValueError as error:
            raise SavedSearchRejectedError(str(error)) from error
        return self._saved.rename(owner, search_id, name, who=who)

    def pause(self, owner: str, search_id: str, *, who: str) -> SavedSearch:
        """Tell of nobody until the search goes on."""
        return self._saved.pause(owner, search_id, who=who)

    def go_on(self, owner: str, search_id: str, *, who: str) -> SavedSearch:
        """Tell again of whoever comes from now on; raises as ``save``."""
        found = self._saved.one(owner, search_id)
        if not found.paused:
            return found
        stands = baseline(self._published(), found.wanted)
        return self._saved.go_on(
            owner, search_id, floors=stands.floors, known=stands.known, since=stands.since, who=who
        )

    def delete(self, owner: str, search_id: str, *, who: str) -> SavedSearch:
        """Delete a search with its alerts; for ``UNDO_DAYS`` it can come back."""
        return self._saved.delete(owner, search_id, who=who)

    def restore(self, owner: str, search_id: str, *, who: str) -> SavedSearch:
        """Bring a deleted search back with its alerts."""
        return self._saved.restore(owner, search_id, who=who)

    def inbox(
        self,
        owner: str,
        *,
        unread: bool = False,
        search_id: str = "",
        before: int | None = None,
        after: int = 0,
        limit: int = 50,
    ) -> tuple[Alert, ...]:
        """An owner's alerts, the newest first; ``before`` and ``after`` are numbers of alerts."""
        return self._alerts.inbox(
            owner, unread=unread, search_id=search_id, before=before, after=after, limit=limit
        )

    def unread(self, owner: str) -> int:
        """How many alerts an owner has not read; cheap enough for every page."""
        return self._alerts.unread(owner)

    def mark(
        self,
        owner: str,
        numbers: Sequence[int] | None,
        *,
        read: bool,
        search_id: str = "",
        read_at: str = "",
    ) -> tuple[int, ...]:
        """Mark alerts of an owner, as the store's ``mark`` does; returns those that were otherwise."""
        return self._alerts.mark(owner, numbers, read=read, search_id=search_id, read_at=read_at)

    def shown(self, alerts: Sequence[Alert]) -> list[ShownAlert]:
        """Alerts with what there is to read of them now; one whose actor is not in the published build is left out.

        Raises ``NotBuiltError``.
        """
        published, found = self._published(), []
        fitting = published.fitting()
        searches: dict[str, SavedSearch] = {}
        asked = {}
        for each in alerts:
            if each.search_id not in searches:
                searches[each.search_id] = self._saved.any(each.search_id)
                asked[each.search_id] = list(questions(fitting, searches[each.search_id].wanted).values())
            try:
                actor = published.actor(each.actor_id)
            except ActorNotFoundError:
                continue
            answer = fitting.answer(asked[each.search_id], each.actor_id)
            words, quote = (answer[0].text, answer[1]) if answer else ("", None)
            found.append(ShownAlert(each, searches[each.search_id], actor, words, quote))
        return found

    def settings(self, owner: str) -> AlertSettings:
        """How an owner is told."""
        return self._alerts.settings(owner)

    def set_every(self, owner: str, every: Every, language: str, *, who: str) -> AlertSettings:
        """Say how often an owner is written to, in ``da`` or ``en``."""
        return self._alerts.set_every(owner, every, language, who=who)

    def renew_feed(self, owner: str, *, who: str) -> AlertSettings:
        """Give an owner's feed another address; the old one is void at once."""
        return self._alerts.renew(owner, who=who)

    def of_feed(self, token: str) -> str:
        """Whose feed an address is; empty for a wrong one."""
        return self._alerts.of_feed(token)

    def unsubscribe(self, token: str, *, trial: bool = False) -> bool:
        """End the letters of whoever was given this address; false for a wrong one. A ``trial`` only asks."""
        owner = self._alerts.of_unsubscribe(token)
        if owner and not trial:
            settings = self._alerts.settings(owner)
            self._alerts.set_every(owner, Every.OFF, settings.language, who=owner)
        return bool(owner)

    @property
    def can_write(self) -> bool:
        """Whether letters can be sent at all."""
        return self._digests.possible

    def look(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Look for whoever begins to fit since the last time; returns the new alerts, 0 where nothing is built.

        Asked again while nothing changed, it costs next to nothing.
        """
        with self._lock:
            try:
                latest = self._saved.latest_change()
                published = self._published()
                name, until = self._built()
            except NotBuiltError:
                return 0
            state = (published.edition, latest)
            if state == self._looked:
                return 0
            until = until if name == published.generation else 0
            found = Looking(self._store, published, until, self._asked).look(stop)
            if stop():
                return found
            self._looked = state
            if found:
                log.info("%d new alerts", found)
            return found

    def send(self, now: datetime, *, by_hour: bool = False) -> Sent:
        """Look, then write to everybody who is due and has something new to read; nobody is ever written of the same twice.

        With ``by_hour`` only from the hour of the day on that is set for letters. Raises ``SettingsError`` where letters
        cannot be sent, and ``MailError`` where the mail server cannot be reached.
        """
        self._digests.check()
        self.look()
        return self._digests.send(now, self._hour if by_hour else None)

    def tidy(self, now: datetime) -> int:
        """Forget searches that were deleted long ago; returns how many."""
        return self._saved.forget_deleted(
            (now - timedelta(days=UNDO_DAYS)).isoformat(timespec="milliseconds")
        )
