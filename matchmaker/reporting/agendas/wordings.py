"""The words of agendas in either language, with the times and names that are written the same way in all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from matchmaker.events import Event, Person, Span
from matchmaker.meetings.agendas import Agendas, Why
from matchmaker.reporting.agendas.danish import TEXTS as DANISH_TEXTS
from matchmaker.reporting.agendas.danish import WEEKDAYS as DANISH_WEEKDAYS
from matchmaker.reporting.agendas.english import TEXTS as ENGLISH_TEXTS
from matchmaker.reporting.agendas.english import WEEKDAYS as ENGLISH_WEEKDAYS
from matchmaker.reporting.danish import MONTHS as DANISH_MONTHS
from matchmaker.reporting.english import MONTHS as ENGLISH_MONTHS
from matchmaker.wording import Wording, danish, english

WORDINGS: Mapping[str, Wording] = {
    "da": danish(DANISH_TEXTS, DANISH_MONTHS),
    "en": english(ENGLISH_TEXTS, ENGLISH_MONTHS),
}
"""The languages that agendas can be written in."""
WEEKDAYS = {"da": DANISH_WEEKDAYS, "en": ENGLISH_WEEKDAYS}


class Written:
    """One event's times and names in one language, at the place of the event."""

    def __init__(self, event: Event, language: str) -> None:
        """Raises ``ValueError`` for a language that agendas are not written in."""
        if language not in WORDINGS:
            raise ValueError(f"Agendas are written in {', '.join(WORDINGS)}, not in {language!r}.")
        self.words = WORDINGS[language]
        self._zone = ZoneInfo(event.zone)

    def local(self, moment: datetime) -> datetime:
        """A moment as the clocks show it at the place of the event."""
        return moment.astimezone(self._zone)

    def clock(self, moment: datetime) -> str:
        """Hours and minutes."""
        return f"{self.local(moment):%H:%M}"

    def times(self, span: Span) -> str:
        """From when to when."""
        return f"{self.clock(span.starts)}–{self.clock(span.ends)}"

    def day(self, moment: datetime) -> str:
        """The date with the day of the week."""
        local = self.local(moment)
        return self.words(
            "agenda.day",
            weekday=WEEKDAYS[self.words.language][local.weekday()],
            day=self.words.day(local.date()),
        )

    def days(self, spans: Iterable[Span]) -> str:
        """The date, or the first and the last; empty where there is no time at all."""
        starts = sorted(each.starts for each in spans)
        if not starts:
            return ""
        first, last = self.day(starts[0]), self.day(starts[-1])
        return first if first == last else self.words("agenda.days", first=first, last=last)

    def version(self, agendas: Agendas) -> str:
        """Which version of the schedule this is, and when it was made."""
        made = self.local(agendas.made)
        return self.words(
            "agenda.version",
            version=agendas.version,
            day=self.words.day(made.date()),
            time=f"{made:%H:%M}",
        )

    def persons(self, persons: Iterable[Person]) -> str:
        """Names, each with its title."""
        return ", ".join(f"{each.name} ({each.title})" if each.title else each.name for each in persons)

    def why(self, why: Why) -> str:
        """What kind of reason it is."""
        return self.words.either(f"agenda.why.{why.kind}", why.kind)

    def quotes(self, why: Why) -> list[tuple[str, str]]:
        """Who says what: the others first; a sentence that both have is said once."""
        if why.ours == why.theirs:
            said = [("agenda.both", why.ours)]
        else:
            said = [("agenda.they", why.theirs), ("agenda.you", why.ours)]
        return [(self.words(key), text) for key, text in said if text]

    def why_line(self, why: Why) -> str:
        """A reason in one line with the sentences of both sides, or the names that it rests on."""
        said = " ".join(f"{who}: “{text}”" for who, text in self.quotes(why))
        if said:
            return f"{self.why(why)}. {said}"
        return f"{self.why(why)}: {', '.join(why.names)}" if why.names else self.why(why)
