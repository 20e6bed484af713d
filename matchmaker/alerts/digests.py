"""Letters with what is new: who is due, one letter each, noted before it goes."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from matchmaker.alerts.wordings import WORDINGS, place_of
from matchmaker.errors import MatchmakerError, NotBuiltError, SettingsError, UserNotFoundError
from matchmaker.mailing import Letter, Post
from matchmaker.saved_searches import AlertSettings, Every
from matchmaker.store import Store
from matchmaker.store.alerts import Due
from matchmaker.users import User
from matchmaker.wording import Wording

if TYPE_CHECKING:
    from matchmaker.alerts.alerts import Alerts, ShownAlert

log = logging.getLogger(__name__)

MOST_IN_A_LETTER = 20
GAPS = {Every.DAILY: timedelta(hours=23), Every.WEEKLY: timedelta(days=7, hours=-1)}
"""An hour less than their names say, so that a timer that runs a little early skips nobody."""
DAYS = {Every.DAILY: 1, Every.WEEKLY: 7}
"""By the calendar, so that letters come at the same hour every day and not a little earlier each time."""


@dataclass(frozen=True, slots=True)
class Hour:
    """From when on a day letters go by themselves."""

    hour: int
    """0 to 23, by the clock of ``zone``."""
    zone: ZoneInfo

    def is_due(self, due: Due, now: datetime) -> bool:
        """Whether it is late enough in the day, and the last letter of a day long enough ago."""
        local = now.astimezone(self.zone)
        if local.hour < self.hour:
            return False
        if not due.mailed_at:
            return True
        last = datetime.fromisoformat(due.mailed_at).astimezone(self.zone)
        return (local.date() - last.date()).days >= DAYS[due.every]


@dataclass(frozen=True, slots=True)
class Sent:
    """What a run of sending did."""

    letters: int
    alerts: int
    """That the letters tell of."""
    undelivered: tuple[str, ...]
    """The ids of users whose letter did not go; another run tries again."""


class Digests:
    """Writes to users of one workspace."""

    def __init__(self, alerts: Alerts, store: Store, post: Post, address: str) -> None:
        """``address`` is where others reach the service; a letter's links begin with it."""
        self._alerts = alerts
        self._store = store
        self._post = post
        self._address = address

    @property
    def possible(self) -> bool:
        """Whether letters can be sent: there is a server to give them to, and an address that links lead to."""
        return bool(self._post.is_configured and self._address)

    def check(self) -> None:
        """Raise ``SettingsError`` where letters cannot be sent, with what is missing."""
        if not self._post.is_configured:
            raise SettingsError(
                "No letter can be sent: no mail server is set. See docs/settings.md.",
                name="smtp_host",
                value="",
            )
        if not self._address:
            raise SettingsError(
                "No letter can be sent: its links would lead nowhere. Set address, for example: "
                'address = "https://matchmaker.example".',
                name="address",
                value="",
            )

    def send(self, now: datetime, hour: Hour | None = None) -> Sent:
        """Write to everybody who is due; a letter that cannot go is tried again by a later run.

        With ``hour`` at that hour of the day, else at once. Raises ``MailError`` where the mail server cannot be reached.
        """
        letters = told = 0
        undelivered: list[str] = []
        for due in self._store.alerts.due():
            if not _is_due(due, now, hour):
                continue
            try:
                number = self._write(due)
            except UserNotFoundError:
                # Removed since the list was made, and their alerts with them.
                continue
            if number is None:
                undelivered.append(due.user_id)
            elif number:
                letters, told = letters + 1, told + number
        return Sent(letters, told, tuple(undelivered))

    def _write(self, due: Due) -> int | None:
        """Write to one; the number of alerts told, 0 where there is nothing to tell, ``None`` where the letter did not go."""
        alerts = self._store.alerts.inbox(due.user_id, unread=True, after=due.mailed, limit=MOST_IN_A_LETTER)
        if not alerts:
            return 0
        try:
            shown = self._alerts.shown(alerts)
        except NotBuiltError:
            return 0
        upto = alerts[0].number
        if not shown:
            return 0
        user, settings = self._store.users.one(due.user_id), self._alerts.settings(due.user_id)
        more = self._alerts.unread(due.user_id) - len(shown)
        written = letter(user, settings, shown, more, self._address)
        if not self._store.alerts.claim(due, upto):
            return 0
        try:
            failed = self._post.send([written])
        except (MatchmakerError, OSError):
            # Nothing went: the server cannot be reached, or its password not be read.
            self._store.alerts.give_back(due, upto)
            raise
        if not failed:
            return len(shown)
        # Where the letter may have gone after all, it does not go again: what it told is in the inbox.
        if failed[0].certain:
            self._store.alerts.give_back(due, upto)
        log.warning("a letter to %s was not taken", due.user_id)
        return None


def _is_due(due: Due, now: datetime, hour: Hour | None) -> bool:
    if hour is not None:
        return hour.is_due(due, now)
    return not due.mailed_at or now - datetime.fromisoformat(due.mailed_at) >= GAPS[due.every]


def letter(
    user: User, settings: AlertSettings, shown: Sequence[ShownAlert], more: int, address: str
) -> Letter:
    """One letter with some alerts; ``more`` are unread beside them. Ends with one click, as RFC 8058 has it."""
    t: Wording = WORDINGS[settings.language or "en"]
    leave = f"{address}/alerts/unsubscribe/{settings.unsubscribe}"
    lines = [t("mail.greeting", name=user.name), "", t.count("mail.lead", len(shown)), ""]
    by_search: dict[str, list[ShownAlert]] = {}
    for each in shown:
        by_search.setdefault(each.search.id, []).append(each)
    for group in by_search.values():
        lines += [group[0].search.name, "-" * min(len(group[0].search.name), 60)]
        for each in group:
            about = ", ".join(part for part in (t(f"group.{each.actor.group}"), place_of(each.actor)) if part)
            new = t("mail.added" if each.alert.added else "mail.changed")
            lines.append(f"* {each.actor.name} ({about}) - {new}")
            if each.quote is not None:
                lines.append(f'  "{each.quote.text}"')
            lines.append(f"  {address}/alerts/{each.alert.number}")
        lines.append("")
    if more > 0:
        lines += [t.count("mail.more", more), ""]
    lines += [t("mail.all", address=f"{address}/alerts"), "", t("mail.why"), t("mail.leave", address=leave)]
    return Letter(
        user.email,
        t.count("mail.subject", len(shown)),
        "\n".join(lines) + "\n",
        headers={
            "List-Unsubscribe": f"<{leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
