"""What is wanted of pairs: a list of wishes set against those kept, and pairs that the data says should be kept apart."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, product
from pathlib import Path
from urllib.parse import urlsplit

from matchmaker.actors import Actor, Rejection
from matchmaker.arranging.recognising import plain_number
from matchmaker.errors import EventRejectedError
from matchmaker.events import FACILITATOR, Attendee, Event, Preference, PreferenceKind
from matchmaker.matching.matches import Match
from matchmaker.sources.headers import Column
from matchmaker.sources.participants import read_wishes
from matchmaker.telling import told

OWN = (PreferenceKind.MEET, PreferenceKind.NO_THANKS)
"""Kinds that a participant may say for themselves; the others are the facilitator's."""
_SETTLED = (PreferenceKind.MUST_MEET, PreferenceKind.APART, PreferenceKind.NO_THANKS)
MOST_WISHES = 200_000
LONGEST_WORDS = 500
FEWEST_DIGITS = 8
"""Of a registration number that another one may go on from: branches are numbered so."""
SHARED_SITES = frozenset(
    {"facebook.com", "instagram.com", "linkedin.com", "youtube.com", "x.com", "twitter.com", "github.io", "github.com",
     "google.com", "wordpress.com", "wixsite.com", "webnode.dk", "blogspot.com", "squarespace.com", "mystrikingly.com",
     "business.site", "weebly.com", "azurewebsites.net", "netlify.app", "vercel.app", "simplesite.com", "one.com",
     "123hjemmeside.dk"}
)  # fmt: skip
"""Addresses under which strangers have their pages."""
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})
"""Parts before the country under which others are registered, as in ``firm.co.uk``."""


@dataclass(frozen=True, slots=True)
class WishList:
    """What a list of wishes did to an event, or would do."""

    given: tuple[Preference, ...]
    """New ones, and those that say something else than before."""
    unchanged: int
    rejections: tuple[Rejection, ...]
    columns: tuple[Column, ...]
    notes: tuple[str, ...]
    applied: bool = False


class ApartReason(StrEnum):
    """Why two actors might be kept apart."""

    COMPETITORS = "competitors"
    """They are of one actor group and offer the same, and neither looks for what the other offers."""
    SAME_OWNER = "same_owner"
    """Their registration numbers are one, or one goes on from the other; or they have one website."""
    SAME_ACTOR = "same_actor"
    """Their own words are nearly the same: perhaps one organisation that is registered twice."""


@dataclass(frozen=True, slots=True)
class SuggestedApart:
    """Two participants that the data says might be kept apart, for a facilitator to confirm."""

    a: str
    b: str
    reason: ApartReason
    detail: str
    """What it rests on: the number, the website."""


def preference(
    a: str, b: str, kind: PreferenceKind, *, of_facilitator: bool = False, words: str = ""
) -> Preference:
    """A preference in the form in which it is kept: the facilitator's is of a pair, whichever of the two comes first.

    ``meet`` and ``no_thanks`` are those of ``a`` unless ``of_facilitator``. Raises ``EventRejectedError`` for words that
    cannot be kept and for a pair of one.
    """
    if a == b:
        raise EventRejectedError([told("{a} cannot meet themselves. Name two participants.", a=a)])
    if len(words) > LONGEST_WORDS or not words.isprintable():
        raise EventRejectedError(
            [
                told(
                    "The words are longer than {longest} characters or not on one line. Shorten them.",
                    longest=LONGEST_WORDS,
                )
            ]
        )
    if kind in OWN and not of_facilitator:
        return Preference(a, b, kind, a, words)
    return Preference(min(a, b), max(a, b), kind, FACILITATOR, words)


def differing(given: Iterable[Preference], kept: Iterable[Preference]) -> tuple[Preference, ...]:
    """Those of ``given`` that are not kept word for word."""
    known = frozenset(kept)
    return tuple(each for each in given if each not in known)


def read_list(
    path: Path,
    kept: Collection[Preference],
    participant: Callable[[str], str],
    *,
    mapping: Mapping[str, str],
) -> WishList:
    """Read a list of wishes; the same participant's second word about a pair is rejected unless it is the same.

    Raises ``SourceError`` for a file that cannot be read.
    """
    rows, reading = read_wishes(path, mapping=mapping, participant=participant, most_rows=MOST_WISHES)
    said: dict[tuple[str, str, str], tuple[int, Preference]] = {}
    for row in rows:
        try:
            made = preference(row.a, row.b, row.kind, words=row.words)
        except EventRejectedError as error:
            reading.reject(row.row, "words", row.words, error.problems[0])
            continue
        first, before = said.setdefault((made.a, made.b, made.of), (row.row, made))
        if before.kind is not made.kind:
            reason = told(
                "Row {first} says {kind} of the same two. Keep one of the rows.",
                first=first,
                kind=before.kind,
            )
            reading.reject(row.row, "kind", row.kind.value, reason)
    every = [each for _, each in said.values()]
    given = differing(every, kept)
    return WishList(given, len(every) - len(given), reading.rejections, reading.columns, (reading.noticed,))


def suggested_apart(
    event: Event,
    attendees: Sequence[Attendee],
    actors: Mapping[str, Actor],
    matches: Iterable[Match],
    copies: Iterable[frozenset[str]],
    preferences: Iterable[Preference],
) -> tuple[SuggestedApart, ...]:
    """Pairs of participants of different actors that the data says might be kept apart, by their ids.

    ``matches`` are those of the actors' pairs, for who competes; ``copies`` are pairs of actors whose words are nearly the same.
    Named are only pairs that might meet otherwise, by the rules or by a wish, and that nobody has said must meet or must not.
    """
    found: dict[frozenset[str], tuple[ApartReason, str]] = {}
    for match in matches:
        if match.competitor:
            pair = frozenset((match.seeker_id, match.partner_id))
            found[pair] = ApartReason.COMPETITORS, "both offer the same, and neither looks for it"
    for pair in copies:
        found[pair] = ApartReason.SAME_ACTOR, "their own words are nearly the same"
    for pair, shared in _same_owner(actors.values()):
        found[pair] = ApartReason.SAME_OWNER, shared
    said = {frozenset((each.a, each.b)): each.kind for each in preferences}
    agendas: dict[str, list[str]] = {}
    for each in attendees:
        agendas.setdefault(each.actor_id, []).append(each.id)
    place = {each.id: place for place, each in enumerate(attendees)}
    suggested = []
    for pair, why in found.items():
        one, other = sorted(pair)
        allowed = event.rules.allows(actors[one].group, actors[other].group)
        for a, b in product(agendas[one], agendas[other]):
            kind = said.get(frozenset((a, b)))
            if kind is PreferenceKind.MEET or (allowed and kind not in _SETTLED):
                suggested.append(_suggested(a, b, place, *why))
    return tuple(sorted(suggested, key=lambda each: (place[each.a], place[each.b])))


def _suggested(a: str, b: str, place: Mapping[str, int], reason: ApartReason, detail: str) -> SuggestedApart:
    first, second = sorted((a, b), key=place.__getitem__)
    return SuggestedApart(first, second, reason, detail)


def _same_owner(actors: Iterable[Actor]) -> Iterator[tuple[frozenset[str], str]]:
    """Pairs of actors that have one owner, with what says so; where a number does, it is told last."""
    by_sign: dict[tuple[str, str], list[Actor]] = {}
    for actor in actors:
        number, site = plain_number(actor.registration_number), site_of(actor.website)
        if site:
            by_sign.setdefault(("website", site), []).append(actor)
        if len(number) >= FEWEST_DIGITS:
            by_sign.setdefault(("number", number[:FEWEST_DIGITS]), []).append(actor)
    for (sign, text), found in sorted(by_sign.items(), key=lambda entry: entry[0], reverse=True):
        for one, other in combinations(found, 2):
            if sign == "website":
                yield frozenset((one.id, other.id)), told("website {site}", site=text)
                continue
            numbers = (plain_number(each.registration_number) for each in (one, other))
            short, long = sorted(numbers, key=len)
            if long.startswith(short):
                yield frozenset((one.id, other.id)), told("registration number {number}", number=short)


def site_of(website: str) -> str:
    """The address that a website's owner registered (``firma.dk``), nothing for one that strangers share."""
    text = website.strip().casefold()
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:  # brackets that hold no address
        return ""
    parts = host.strip(".").split(".")
    if len(parts) < 2 or not all(parts):
        return ""
    length = 3 if len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _SECOND_LEVEL else 2
    site = ".".join(parts[-length:])
    return "" if site in SHARED_SITES else site
