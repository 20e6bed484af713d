"""One language's words, numbers and dates: what pages and reports are written with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from matchmaker.actors import Place
from matchmaker.places import country_name, region_name

LANGUAGES = ("da", "en")


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

    def percent(self, share: float, decimals: int = 0) -> str:
        """A share from 0 to 1 in per cent, with so many decimals."""
        return self("number.percent", number=self.number(100 * share, decimals))

    def place(self, place: Place) -> str:
        """City, region and country by their names, as far as they are known; ``""`` where nothing is."""
        named = (
            place.city,
            region_name(place.region, self.language),
            country_name(place.country, self.language),
        )
        return ", ".join(dict.fromkeys(each for each in named if each))

    def region(self, code: str) -> str:
        """A region or a country by its name with the code behind it, or what stands there where it is no known code."""
        name = region_name(code, self.language)
        return name if name == code else f"{name} ({code})"

    def day(self, day: date) -> str:
        """A date with the month in letters."""
        return self.day_pattern.format(day=day.day, month=self.months[day.month - 1], year=day.year)


def danish(texts: Mapping[str, str], months: tuple[str, ...]) -> Wording:
    """Danish: 1.234,5 and 3. maj 2024."""
    return Wording("da", texts, months, thousands=".", decimal=",", day_pattern="{day}. {month} {year}")


def english(texts: Mapping[str, str], months: tuple[str, ...]) -> Wording:
    """English: 1,234.5 and 3 May 2024."""
    return Wording("en", texts, months, thousands=",", decimal=".", day_pattern="{day} {month} {year}")
