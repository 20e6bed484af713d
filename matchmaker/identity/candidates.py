"""From a list of actors to the pairs that may be one organisation, without comparing everybody with everybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from rapidfuzz import fuzz

from matchmaker.actors import Actor
from matchmaker.identity.keys import city_key, country_key, domain_key, number_key, words_of
from matchmaker.identity.names import Names
from matchmaker.identity.suspicions import Evidence, EvidenceKind, Suspicion

LEAST: Final = 0.62
"""Score from which a pair is shown to a person."""

MAX_ACTORS_A_DOMAIN: Final = 4
"""A domain that more actors have is a portal's or a large organisation's, and tells nobody apart."""

MAX_BLOCK: Final = 60
"""Names that share a word are compared as long as they are no more than this: a word of many tells little."""

_FAR: Final = 60
"""Likeness of the letters (0 to 100) below which names are not compared word by word."""

_RARE: Final = 3
"""Rare words of a name by which it is compared with others."""

_NUMBER, _DOMAIN = 0.93, 0.55
_NAMED_ALIKE: Final = 0.8
"""Likeness of names from which the names themselves are evidence."""

NO_IDS: Collection[str] = ()
EVERY_KIND: Final = frozenset(EvidenceKind)


@dataclass(frozen=True, slots=True)
class _Known:
    """What an actor is compared by."""

    actor: Actor
    number: str
    domains: frozenset[str]
    words: tuple[str, ...]
    spelt: str
    """The words in alphabetical order."""
    city: str
    country: str


def likely_same(
    actors: Iterable[Actor],
    *,
    domains: Mapping[str, Collection[str]] | None = None,
    of: Collection[str] = NO_IDS,
    apart: Collection[tuple[str, str]] = (),
    least: float = LEAST,
    by: Collection[EvidenceKind] = EVERY_KIND,
    rest: Callable[[], None] = lambda: None,
) -> list[Suspicion]:
    """The pairs that may be one organisation, the likeliest first, then by id.

    ``domains`` adds e-mail domains that are known of an actor's id. With ``of``, only pairs with one of these ids; pairs of
    ``apart`` (the smaller id first) are known to be two. ``by`` leaves kinds of evidence out, to measure the others.
    ``rest`` is called between small pieces of the work.
    """
    known = {each.id: _known(each, (domains or {}).get(each.id, ()), by) for each in actors}
    names = Names(each.words for each in known.values())
    wanted, two = set(of), set(apart)
    found = []
    # In no order: what is found has one of its own, and to sort hundreds of thousands stops every other thread.
    for a, b in _pairs(known, names, by, rest):
        rest()
        if (a, b) in two or (wanted and a not in wanted and b not in wanted):
            continue
        if not _worth_judging(known[a], known[b]):
            continue
        suspicion = _judged(known[a], known[b], names)
        if suspicion.score >= least:
            found.append(suspicion)
    return sorted(found, key=lambda each: (-each.score, each.a, each.b))


def _known(actor: Actor, more_domains: Collection[str], by: Collection[EvidenceKind]) -> _Known:
    found = {domain_key(each) for each in (actor.website, *more_domains)} - {""}
    country = country_key(actor.place.country)
    words = words_of(actor.name)
    return _Known(
        actor,
        number_key(actor.registration_number, country) if EvidenceKind.NUMBER in by else "",
        frozenset(found) if EvidenceKind.DOMAIN in by else frozenset(),
        words,
        " ".join(sorted(words)),
        city_key(actor),
        country,
    )


def _pairs(
    known: Mapping[str, _Known],
    names: Names,
    by: Collection[EvidenceKind],
    rest: Callable[[], None] = lambda: None,
) -> set[tuple[str, str]]:
    """Pairs worth a look: the same number or domain, or names that share a rare word or begin or end alike."""
    blocks: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for actor_id, each in known.items():
        rest()
        for key in set(_keys(each, names, by)):
            blocks[key].append(actor_id)
    pairs: set[tuple[str, str]] = set()
    for key, members in blocks.items():
        rest()
        most = MAX_ACTORS_A_DOMAIN if key[0] == "domain" else MAX_BLOCK
        if 1 < len(members) <= most:
            pairs.update(combinations(sorted(members), 2))
    return pairs


def _keys(each: _Known, names: Names, by: Collection[EvidenceKind]) -> Iterator[tuple[str, ...]]:
    if each.number:
        yield "number", each.number
    for domain in each.domains:
        yield "domain", domain
    if EvidenceKind.NAME not in by or not each.words:
        return
    glued = "".join(each.words)
    yield "name", glued
    rare = sorted(set(each.words), key=lambda word: (names.held_by(word), word))[:_RARE]
    for word in rare:
        yield "word", word
        # A common word is still worth something within a city, and a misspelt one often begins or ends right.
        yield "word", word, each.city or each.country
    yield "begins", glued[:6], each.city or each.country
    yield "ends", glued[-6:], each.city or each.country
    if len(rare) > 1:
        yield "two", *sorted(rare[:2])
    for word in rare[:2]:
        if len(word) > 6:
            yield "stem", word[:5], each.country
            yield "tail", word[-5:], each.country


def _worth_judging(a: _Known, b: _Known) -> bool:
    """Rules out, cheaply, nearly every pair of names that only share a word."""
    same = (a.number and a.number == b.number) or not a.domains.isdisjoint(b.domains)
    return bool(same) or fuzz.ratio(a.spelt, b.spelt, score_cutoff=_FAR) > 0


def _judged(a: _Known, b: _Known, names: Names) -> Suspicion:
    alike = names.alike(a.words, b.words)
    evidence = []
    if a.number and a.number == b.number:
        # A group and its daughter may share a number; a name with nothing in common makes that likelier.
        strength = _NUMBER if alike > 0.3 else _NUMBER - 0.15
        evidence.append(
            Evidence(EvidenceKind.NUMBER, strength, a.actor.registration_number, b.actor.registration_number)
        )
    if common := sorted(a.domains & b.domains):
        evidence.append(Evidence(EvidenceKind.DOMAIN, _DOMAIN * (0.4 + 0.6 * alike), common[0], common[0]))
    if alike >= _NAMED_ALIKE:
        evidence.append(Evidence(EvidenceKind.NAME, _of_names(alike), a.actor.name, b.actor.name))
    evidence += _of_place(a, b)
    if a.number and b.number and a.number != b.number:
        comparable = a.number[:2] == b.number[:2]
        evidence.append(
            Evidence(
                EvidenceKind.OTHER_NUMBER,
                -0.6 if comparable else -0.2,
                a.actor.registration_number,
                b.actor.registration_number,
            )
        )
    ordered = tuple(sorted(evidence, key=lambda each: (-abs(each.strength), each.kind)))
    return Suspicion(a.actor.id, b.actor.id, round(_together(evidence), 3), ordered)


def _of_names(alike: float) -> float:
    """0.55 for names that are just alike, 0.85 for the same name: another organisation may be called so elsewhere."""
    return 0.55 + 0.3 * (alike - _NAMED_ALIKE) / (1 - _NAMED_ALIKE)


def _of_place(a: _Known, b: _Known) -> list[Evidence]:
    if a.country and b.country and a.country != b.country:
        return [Evidence(EvidenceKind.OTHER_PLACE, -0.5, a.country, b.country)]
    if a.city and b.city:
        if a.city == b.city:
            return [Evidence(EvidenceKind.PLACE, 0.35, a.actor.place.city, b.actor.place.city)]
        return [Evidence(EvidenceKind.OTHER_PLACE, -0.25, a.actor.place.city, b.actor.place.city)]
    return []


def _together(evidence: Iterable[Evidence]) -> float:
    """Independent evidence adds up as a noisy-or; what speaks against takes its share of the result."""
    doubt, against, named = 1.0, 1.0, False
    for each in evidence:
        if each.kind is EvidenceKind.PLACE:
            continue
        named = named or each.strength > 0
        if each.strength >= 0:
            doubt *= 1 - each.strength
        else:
            against *= 1 + each.strength
    if named:
        # Where somebody is confirms who it is; it never suggests it.
        for each in evidence:
            doubt *= 1 - each.strength if each.kind is EvidenceKind.PLACE else 1.0
    return (1 - doubt) * against
