"""From profiles and project texts to passages: the few sentences that are matched, encoded and quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Final

from matchmaker.actors import Actor, Collaboration, Passage, PassageKind
from matchmaker.language import Glossary, detect, in_english, sentences, words

LONGEST: Final = 450
"""Characters of a passage, unless a short remainder (``SHORTEST_TAIL``) is taken along."""

LONGEST_OFFER: Final = 600
"""An offer or a request up to this length stays whole."""

SHORTEST_TAIL: Final = 90
"""A remainder shorter than this joins the passage before it, which may then grow beyond ``LONGEST``."""

MOST_PASSAGES: Final = 60
"""Passages of one actor or one collaboration at most, so that a stuffed profile cannot flood the index."""

MOST_TAGS: Final = 20
MOST_TAG_CHARACTERS: Final = 300

LONGEST_QUOTE: Final = 240

_CLAUSE_END: Final = re.compile(r"[;:,–—)](?=\s)")
_KEYWORDS: Final = re.compile(r"^(?:keywords|nøgleord|emneord)\s*:", re.IGNORECASE)


def passages(actors: Iterable[Actor], collaborations: Iterable[Collaboration]) -> list[Passage]:
    """All passages, actors first and then collaborations, each by id; the same input gives the same list.

    An actor gives its description, then its offers, then its requests; where there are none of these, its tags; one
    with only a name gives none. A
    collaboration gives its title and text, held by all its participants. Within one source the same text of the same
    kind is kept once, and at most ``MOST_PASSAGES`` are kept.
    """
    found: list[Passage] = []
    for actor in sorted(actors, key=lambda each: each.id):
        found.extend(_first_distinct(_of_actor(actor)))
    for collaboration in sorted(collaborations, key=lambda each: each.id):
        found.extend(_first_distinct(_of_collaboration(collaboration)))
    return found


def encoder_text(passage_text: str, language: str, *, glossary: Glossary | None = None) -> str:
    """What an English encoder reads for a passage or a query: Danish, Norwegian and Swedish words in English.

    Words that the glossary does not know stay in their places, and a text in another language stays as it is. A
    multilingual encoder reads the passage itself.
    """
    return in_english(passage_text, language, glossary=glossary) or passage_text


def is_keywords(passage_text: str) -> bool:
    """Whether a passage is a line of keywords: good to be found by, poor to be quoted."""
    return _KEYWORDS.match(passage_text) is not None


def best_sentence(text: str, against: str) -> str:
    """The sentence of ``text`` that shares the most informative words with ``against``, in either language.

    The first sentence where none shares any; at most ``LONGEST_QUOTE`` characters, cut between words with an ellipsis.
    """
    wanted = _term_set(against)
    best, most = "", -1.0
    for sentence, terms in _sentence_terms(text):
        shared = sum(min(len(term), 12) for term in terms & wanted)
        # A long sentence shares something with everything: damped, not divided, by its number of words.
        score = shared / (4 + len(terms)) ** 0.5
        if score > most:
            best, most = sentence, score
    return shortened(best, LONGEST_QUOTE)


def shortened(text: str, longest: int) -> str:
    """``text`` itself, or its beginning up to a word's end and an ellipsis, ``longest`` characters in all at most."""
    if len(text) <= longest:
        return text
    cut = text[:longest]
    space = cut.rfind(" ")
    return (cut[:space] if space > longest // 2 else cut[:-1]).rstrip(" ,;:–-") + "…"


@lru_cache(maxsize=4096)
def _sentence_terms(text: str) -> tuple[tuple[str, frozenset[str]], ...]:
    language = detect(text)
    return tuple((sentence, frozenset(words(sentence, language))) for sentence in sentences(text))


@lru_cache(maxsize=4096)
def _term_set(text: str) -> frozenset[str]:
    return frozenset(words(text, detect(text)))


def _first_distinct(passages_of_source: Iterator[Passage]) -> list[Passage]:
    kept: dict[tuple[PassageKind, str], Passage] = {}
    for passage in passages_of_source:
        kept.setdefault((passage.kind, passage.text), passage)
        if len(kept) == MOST_PASSAGES:
            break
    return list(kept.values())


def _of_actor(actor: Actor) -> Iterator[Passage]:
    holders = (actor.id,)
    language = detect(actor.description)
    for text in _pieces(actor.description):
        yield Passage(actor.id, holders, PassageKind.DESCRIPTION, text, language)
    # A list of words is no sentence to quote: it speaks for an actor only where nothing else does.
    silent = not (actor.description.strip() or actor.offers or actor.requests)
    if silent and (tags := _tag_line(actor.tags)):
        yield Passage(actor.id, holders, PassageKind.DESCRIPTION, tags, detect(tags))
    for kind, statements in ((PassageKind.OFFER, actor.offers), (PassageKind.REQUEST, actor.requests)):
        for statement in statements:
            spoken = detect(statement.text) or language
            for text in _pieces(statement.text, whole=LONGEST_OFFER):
                yield Passage(actor.id, holders, kind, text, spoken)


def _of_collaboration(collaboration: Collaboration) -> Iterator[Passage]:
    holders = tuple(sorted({part.actor_id for part in collaboration.participations}))
    title = " ".join(collaboration.title.split())
    if title and title[-1] not in ".!?…":
        title += "."
    day: date | None = collaboration.known_from
    language = detect(f"{title} {collaboration.text}")
    for text in _pieces(collaboration.text, title=title):
        yield Passage(collaboration.id, holders, PassageKind.PROJECT, text, language, day)


def _tag_line(tags: tuple[str, ...]) -> str:
    """The tags as one short text, capped: a long list of tags must not outweigh what an actor says."""
    distinct = dict.fromkeys(" ".join(tag.split()) for tag in tags if tag.strip())
    return shortened(", ".join(list(distinct)[:MOST_TAGS]), MOST_TAG_CHARACTERS)


def _pieces(text: str, *, title: str = "", whole: int = 0) -> list[str]:
    """Whole sentences put together up to ``LONGEST`` characters; a line of keywords stands by itself."""
    statements = sentences(text)
    if whole and sum(map(len, statements)) + len(statements) - 1 <= whole:
        return [" ".join(statements)] if statements else []
    pieces: list[str] = [title] if title else []
    keywords: list[str] = []
    for sentence in statements:
        if _KEYWORDS.match(sentence):
            keywords.append(sentence)
            continue
        for part in _within_limit(sentence):
            if pieces and len(pieces[-1]) + 1 + len(part) <= LONGEST:
                pieces[-1] += " " + part
            else:
                pieces.append(part)
    if len(pieces) > 1 and len(pieces[-1]) < SHORTEST_TAIL:
        tail = pieces.pop()
        pieces[-1] += " " + tail
    return pieces + [shortened(line, LONGEST) for line in keywords]


def _within_limit(sentence: str) -> Iterator[str]:
    """The sentence, or its parts of ``LONGEST`` characters at most, cut behind clauses, else between words."""
    while len(sentence) > LONGEST:
        ends = [match.end() for match in _CLAUSE_END.finditer(sentence, LONGEST // 3, LONGEST + 1)]
        cut = ends[-1] if ends and ends[-1] <= LONGEST else sentence.rfind(" ", 1, LONGEST + 1)
        cut = cut if cut > 0 else LONGEST
        yield sentence[:cut].rstrip()
        sentence = sentence[cut:].lstrip()
    if sentence:
        yield sentence
