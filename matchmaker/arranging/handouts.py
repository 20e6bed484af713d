"""The door to what is handed out for the events of one workspace."""

from __future__ import annotations

from collections.abc import Callable

from matchmaker.arranging.agendas import agendas_of, calendar_entries_of
from matchmaker.meetings.agendas import Agendas
from matchmaker.meetings.feeds import CalendarEntry
from matchmaker.published import Published
from matchmaker.store import Store


class Handouts:
    """Agendas and calendars. Every method may raise ``EventNotFoundError`` and ``StoreError``."""

    def __init__(self, store: Store, published: Callable[[], Published]) -> None:
        """``published`` gives the newest build and raises ``NotBuiltError`` where there is none."""
        self._store, self._published = store, published

    def agendas(
        self, event_id: str, number: int | None = None, *, language: str = "en", with_addresses: bool = False
    ) -> Agendas:
        """What is handed out for a version of the schedule, or the latest: by participant, table and slot.

        ``language`` is that of participants who have none of their own. Addresses of persons are in it only where they are
        asked for, and are for the organiser. Raises ``EventRejectedError`` where there is no such version.
        """
        return agendas_of(
            self._store,
            self._published,
            event_id,
            number=number,
            language=language,
            with_addresses=with_addresses,
        )

    def calendar_entries(self, event_id: str, number: int | None = None) -> tuple[CalendarEntry, ...]:
        """What calendars have to hear of the meetings up to a version, or the latest; raises as ``agendas``."""
        return calendar_entries_of(self._store, event_id, number=number)

    def calendar_tokens(self, event_id: str) -> dict[str, str]:
        """What ends the address of each participant's calendar, by id; it cannot be guessed from another."""
        return self._store.calendars.tokens(event_id)

    def calendar_of(self, token: str) -> tuple[str, str] | None:
        """The event and the participant of a calendar's address; ``None`` for one that is wrong or void."""
        return self._store.calendars.found(token)

    def renew_calendar(self, event_id: str, participant: str, *, who: str) -> str:
        """Make the address of a participant's calendar void and return the next; raises ``EventRejectedError``."""
        return self._store.calendars.renew(event_id, participant, who=who)
