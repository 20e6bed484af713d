"""The reader's language: which one, and words, numbers and dates written in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from service.pages.danish import MONTHS as DANISH_MONTHS
from service.pages.danish import TEXTS as DANISH_TEXTS
from service.pages.english import MONTHS as ENGLISH_MONTHS
from service.pages.english import TEXTS as ENGLISH_TEXTS

LANGUAGES = ("da", "en")
DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Wording:
    """One language's texts and its way of writing numbers and dates."""

    language: str
    """ISO 639-1 code, one of ``LANGUAGES``."""
    texts: Mapping[str, str]
    months: tuple[str, ...]
    thousands: str
    decimal: str
    day_pattern: str

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its values put in; raises ``KeyError`` for a key that does not exist."""
        return self.texts[key].format(**values)

    def count(self, key: str, number: int, **values: object) -> str:
        """The text ``key.one`` or ``key.many``, with ``{number}`` written in this language."""
        return self(f"{key}.{'one' if number == 1 else 'many'}", number=self.number(number), **values)

    def either(self, key: str, fallback: str) -> str:
        """The text of a key, or a readable form of a name that has none (``recent_share`` as "recent share")."""
        return self.texts.get(key, fallback.replace("_", " "))

    def number(self, value: float, decimals: int = 0) -> str:
        """A number with this language's separators: 1.234,5 or 1,234.5."""
        plain = f"{value:z,.{decimals}f}"
        return plain.translate({ord(","): self.thousands, ord("."): self.decimal})

    def points(self, value: float) -> str:
        """A reason's points or a score's, to one decimal, with the unit."""
        return self(
            f"suggest.points.{'one' if round(value, 1) == 1 else 'many'}", number=self.number(value, 1)
        )

    def percent(self, share: float) -> str:
        """A share from 0 to 1 as whole per cent."""
        return self("number.percent", number=self.number(100 * share))

    def day(self, day: date) -> str:
        """A date with the month in letters."""
        return self.day_pattern.format(day=day.day, month=self.months[day.month - 1], year=day.year)


WORDINGS: Mapping[str, Wording] = {
    "da": Wording(
        "da", DANISH_TEXTS, DANISH_MONTHS, thousands=".", decimal=",", day_pattern="{day}. {month} {year}"
    ),
    "en": Wording(
        "en", ENGLISH_TEXTS, ENGLISH_MONTHS, thousands=",", decimal=".", day_pattern="{day} {month} {year}"
    ),
}


def preferred_language(accept_language: str) -> str:
    """The language of an ``Accept-Language`` header that the pages speak, English where it names none of them."""
    best, best_weight = DEFAULT_LANGUAGE, 0.0
    for part in accept_language.split(","):
        tag, _, parameters = part.partition(";")
        language = tag.strip().lower().partition("-")[0]
        weight = _weight(parameters)
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0
