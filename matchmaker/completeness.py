"""What a profile lacks to be matched well: a gate over single actors, before anything is built from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from matchmaker.actors import Actor, ActorGroup
from matchmaker.alphabet import name_key
from matchmaker.language import detect
from matchmaker.language.detection import NORDIC

ENOUGH_WORDS: Final = 20
"""Words from which a description says what somebody does: two or three sentences."""

SHORT_WARE: Final = 20
"""Characters from which an offer or a request says enough to meet more than the same word."""

THIN: Final = 50
"""Readiness below which a profile is too thin to be matched well."""

_READABLE: Final = NORDIC | {"en", ""}
"""Languages that are understood; of a text too short to tell it is not said that it is not."""

_TOLD_FROM: Final = 8
"""Words from which a description's language is told with certainty enough to complain about it."""


_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f]")


class LackKind(StrEnum):
    """What can be missing from a profile."""

    DESCRIPTION = "description"
    """There is none."""
    SHORT_DESCRIPTION = "short_description"
    """It has fewer than ``ENOUGH_WORDS`` words."""
    LANGUAGE = "language"
    """It is in a language that is not understood."""
    OFFERS = "offers"
    REQUESTS = "requests"
    THIN_OFFERS = "thin_offers"
    """All of them are shorter than ``SHORT_WARE``."""
    THIN_REQUESTS = "thin_requests"
    PLACE = "place"
    """Neither city nor region nor coordinates."""
    GROUP = "group"
    """``other``, which is where actors land whose group nobody knew."""
    CONTACT = "contact"
    """Nobody is named whom a partner could write to."""
    SIZE = "size"
    WEBSITE = "website"


POINTS: Final = {
    LackKind.DESCRIPTION: 40,
    LackKind.SHORT_DESCRIPTION: 20,
    LackKind.LANGUAGE: 25,
    LackKind.REQUESTS: 25,
    LackKind.OFFERS: 20,
    LackKind.THIN_REQUESTS: 12,
    LackKind.THIN_OFFERS: 10,
    LackKind.PLACE: 10,
    LackKind.GROUP: 5,
    LackKind.CONTACT: 0,
    LackKind.SIZE: 0,
    LackKind.WEBSITE: 0,
}
"""What each would add to readiness; what helps people alone adds nothing. A rule, not a measurement: text decides most, for partners are found by what passages
say; a request that meets an offer is the strongest single reason; place and group only order and filter. What is there but
thin counts as half missing."""

MATCHING: Final = frozenset(kind for kind, points in POINTS.items() if points)
"""What is matched by; the others help people."""


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that a profile lacks."""

    kind: LackKind
    points: int
    """What readiness would gain, of 100: the expected benefit."""
    found: str = ""
    """What is there instead: the number of words, or the code of the language."""


@dataclass(frozen=True, slots=True)
class Incomplete:
    """An actor whose profile lacks something."""

    actor: Actor
    lacks: tuple[Lack, ...]

    @property
    def readiness(self) -> int:
        """0 (nothing to match) to 100 (nothing is missing)."""
        return readiness(self.lacks)

    @property
    def benefit(self) -> int:
        """What completing everything would add, 0 to 100."""
        return 100 - self.readiness

    @property
    def unmatchable(self) -> bool:
        """Whether there is no text at all, so that no partner can be found from the profile itself."""
        return unmatchable(self.actor)


def readiness(missing: Iterable[Lack]) -> int:
    """How ready a profile is to be matched: 0 (nothing to match) to 100 (nothing is missing)."""
    return 100 - sum(each.points for each in missing)


def lacks(actor: Actor) -> tuple[Lack, ...]:
    """What a profile lacks to be matched by, the most helpful first; empty where nothing is missing."""
    found = _of_wares([each.text for each in actor.offers], LackKind.OFFERS, LackKind.THIN_OFFERS)
    found += _of_wares([each.text for each in actor.requests], LackKind.REQUESTS, LackKind.THIN_REQUESTS)
    found += _of_description(actor.description)
    place = actor.place
    if not (place.city.strip() or place.region.strip() or place.latitude is not None):
        found.append(_lack(LackKind.PLACE))
    if actor.group is ActorGroup.OTHER:
        found.append(_lack(LackKind.GROUP))
    return tuple(sorted(found, key=lambda each: (-each.points, each.kind)))


def lacks_for_people(actor: Actor, *, contacts: int) -> tuple[Lack, ...]:
    """What helps whoever reads the profile and is not matched by; ``contacts`` is how many contact persons it names."""
    missing = {
        LackKind.CONTACT: contacts == 0,
        LackKind.SIZE: not actor.size.strip(),
        LackKind.WEBSITE: not actor.website.strip(),
    }
    return tuple(_lack(kind) for kind, is_missing in missing.items() if is_missing)


def unmatchable(actor: Actor) -> bool:
    """Whether a profile has no text: no description, offer, request or tag."""
    wares = [each.text for each in actor.offers] + [each.text for each in actor.requests]
    texts = (actor.description, *wares, *actor.tags)
    return not any(text.strip() for text in texts)


def incomplete(actors: Iterable[Actor]) -> list[Incomplete]:
    """The actors whose profile lacks something: who would gain most first, members before others, then by name and id."""
    found = [Incomplete(actor, missing) for actor in actors if (missing := lacks(actor))]
    return sorted(found, key=incomplete_order)


def incomplete_order(each: Incomplete) -> tuple[int, bool, str, str]:
    """Where an actor stands in the order of ``incomplete``; no two are alike."""
    return -each.benefit, not each.actor.member, name_key(each.actor.name), each.actor.id


def _of_wares(texts: Iterable[str], none: LackKind, thin: LackKind) -> list[Lack]:
    said = [text.strip() for text in texts if text.strip()]
    if not said:
        return [_lack(none)]
    return [_lack(thin)] if all(len(text) < SHORT_WARE for text in said) else []


def _of_description(description: str) -> list[Lack]:
    if not description.strip():
        return [_lack(LackKind.DESCRIPTION)]
    count = len(description.split())
    found = [_lack(LackKind.SHORT_DESCRIPTION, str(count))] if count < ENOUGH_WORDS else []
    language = detect(description) if count >= _TOLD_FROM else ""
    if language not in _READABLE or 2 * len(_LATIN.findall(description)) < len("".join(description.split())):
        found.append(_lack(LackKind.LANGUAGE, language))
    # Together they are worth no more than a description that is not there.
    return found if len(found) < 2 else [_lack(LackKind.LANGUAGE, language)]


def _lack(kind: LackKind, found: str = "") -> Lack:
    return Lack(kind, POINTS[kind], found)


SHEET_HEADERS = {
    "da": ("Id", "Navn", "Type", "CVR", "Beskrivelse", "Tilbud", "Søger", "Land", "Region", "By", "Breddegrad", "Længdegrad", "Størrelse", "Hjemmeside", "Emneord", "Medlem", "Mangler (udfyldes ikke)"),
    "en": ("Id", "Name", "Group", "Registration number", "Description", "Offers", "Requests", "Country", "Region", "City", "Latitude", "Longitude", "Size", "Website", "Tags", "Member", "Lacks (leave as it is)"),
}  # fmt: skip
"""As the import understands them, so that the sheet can come back; the last one it leaves out."""


def sheet_row(
    each: Incomplete, *, said: Callable[[LackKind], str] = lambda kind: kind.replace("_", " ")
) -> tuple[str | float | None, ...]:
    """A profile as a row below ``SHEET_HEADERS``; ``said`` words what it lacks."""
    actor, place = each.actor, each.actor.place
    return (
        actor.id,
        actor.name,
        actor.group.value,
        actor.registration_number,
        actor.description,
        "\n".join(offer.text for offer in actor.offers),
        "\n".join(request.text for request in actor.requests),
        place.country,
        place.region,
        place.city,
        place.latitude,
        place.longitude,
        actor.size,
        actor.website,
        "; ".join(actor.tags),
        "yes" if actor.member else "no",
        "; ".join(said(lack.kind) for lack in each.lacks),
    )
