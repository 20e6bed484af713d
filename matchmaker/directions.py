"""Which way a sentence points: it looks for something, it offers something, or it names a topic. Search reads it so.

What is looked for and what is offered is the thing itself, whoever speaks of it: "who can use spent grain?" offers
spent grain, and "we take spent grain from breweries" looks for it. The rules are one table of phrases, in Danish and
English at once, as a profile mixes the two.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from operator import itemgetter
from typing import Final

from matchmaker.actors import PassageKind

LONGEST_READ: Final = 600
"""Characters that are read: who seeks or offers says so early, and nothing is gained from the end of a long text."""
GAP: Final = 2
"""Words that ``…`` stands for at most."""


class Direction(StrEnum):
    """Which way a text points."""

    SEEK = "seek"
    """It looks for something."""
    OFFER = "offer"
    """It has something to give."""
    TOPIC = "topic"
    """Neither, or both."""


_TAKES_DA = "(bruge|aftage|udnytte|anvende|modtage|købe|afsætte|genanvende|få (gavn|glæde) af)"
_TAKES_EN = "(use|take|buy|make use|benefit from|do something with|reuse)"
_TAKER_DA = "(aftager|aftagere|afsætning|køber|købere|~kunde|~kunder|bruger|brugere)"
_TAKER_EN = "(buyer|buyers|taker|takers|offtaker|offtakers|outlet|outlets|customer|customers|user|users)"

TABLE: Final = (
    # First: somebody is asked to take what we have, or we take what others have. However it is put, this decides.
    (
        (
            Direction.OFFER,
            f"""
            hvem (kan|kunne|vil|ville) … {_TAKES_DA}
            hvem (vil|ville|kunne) … have
            hvem (aftager|køber|modtager|bruger|mangler|behøver|ønsker|efterspørger|står og mangler)
            (der|som) … (kan|kunne|vil) … {_TAKES_DA}
            (kan|vil|kunne|ville) (nogen|andre|i) {_TAKES_DA}
            hvad kan (vi|man) (gøre|bruge|stille op)
            hvad kan … bruges til
            (søger|søges|mangler|ønsker|ønskes|efterlyser|efterlyses|finde) … {_TAKER_DA}
            {_TAKER_DA} … (søges|ønskes|efterlyses|mangler)
            (aftager|aftagere|køber|købere|afsætning|brugere|~kunder) (til|af|for|på)
            . ~kunder
            (vil|gerne|skal|komme|slippe) … af med
            skille os af med
            who (can|could|would|will|might) … {_TAKES_EN}
            who (would|might|will) … (want|like|need)
            who (needs|wants|lacks|uses|takes|buys|is short of|has use for)
            (somebody|someone|anybody|anyone|others|companies|partner|neighbour) … (can|could|to|who) … {_TAKES_EN}
            (can|could|would) (somebody|someone|anybody|anyone|you) … {_TAKES_EN} (our|the|this|it|them|these|of)
            (anyone|anybody|somebody|someone|who) … interested in (our|taking|buying|using)
            (look|looking|search|searching) for … {_TAKER_EN}
            (seek|seeking|need|want|wanted|find) … {_TAKER_EN}
            {_TAKER_EN} (for|of|wanted|sought|needed)
            (a|any|.) use for
            get rid of
            """,
        ),
        (
            Direction.SEEK,
            """
            (vi|jeg) (aftager|køber|opkøber|modtager|henter)
            (vi|jeg) … (kan|vil) … (aftage|modtage|købe|opkøbe)
            (køb|opkøb|modtagelse|indkøb) af
            (we|i) … (buy|purchase|take in|accept|receive|collect)
            (we|i) take (all|any|in|your|over|care of all)
            (we|i) could use
            """,
        ),
    ),
    # Then: the verb that governs the whole, which may stand last.
    (
        (Direction.OFFER, "(sælges|udlejes|bortgives|tilbydes|udbydes)"),
        (
            Direction.SEEK,
            """
            (søges|efterlyses|ønskes|efterspørges)
            (købes|lejes|wanted|sought|required|needed) .
            . (wanted|sought|required|needed)
            (is|are) (wanted|sought|required|needed)
            """,
        ),
    ),
    # Last: what is said first counts.
    (
        (
            Direction.SEEK,
            """
            (vi|jeg|og|der) … (søger|efterlyser|efterspørger|mangler|savner|behøver)
            . (søger|efterlyser|mangler)
            (leder|ledes|udkig|jagt) efter
            (har|får) brug for
            behov for
            hjælp (til|med)
            (vi|jeg) skal bruge
            skal (vi|jeg) bruge
            skal have (nogen|en|et) til
            (vil|ville|ønsker) … (købe|leje|låne|have|finde|få)
            leje os ind
            har … ikke selv
            . (hvem|hvor|hvilke|hvilken|hvilket)
            (findes|er) der … (nogen|en|et|nogle|andre)
            kan (nogen|man|en)
            kender (i|du|nogen)
            (look|looking|search|searching|hunting|lookout) for
            in search of
            (seek|seeks|seeking)
            (we|i) … (need|require|lack|miss|want|are after|are short)
            (would|d) like (to (get|buy|rent|hire|find|have|meet|borrow)|a|an|some)
            short of
            need of
            . (who|where|which|what)
            is there … (a|an|any|anyone|anybody|someone|somebody)
            are there … (any|companies|others)
            (can|could|does|do|has|have) (anybody|anyone|somebody|someone|you)
            """,
        ),
        (
            Direction.OFFER,
            """
            (vi|vores) … (tilbyder|sælger|leverer|udlejer|udfører|hjælper|bistår|rådgiver|producerer|fremstiller|laver)
            (tilbyder|sælger|leverer|udlejer|udfører|hjælper|bistår|rådgiver|producerer|fremstiller) (vi|jeg)
            (vi|vores) … kan (levere|tilbyde|hjælpe|udføre|lave|sælge|udleje|lejes|bruges|bookes)
            stiller … til rådighed
            . (tilbyder|sælger|udlejer|leverer)
            til (overs|salg|leje|rådighed|afhentning)
            i overskud
            har … overskud
            smidt ud
            (ledig|ledigt|ledige|overskydende)
            (we|our) … (offer|offers|sell|sells|supply|supplies|provide|provides|produce|produces|make|makes|help|helps)
            (we|our) … (carry|carries|rent|rents|hire|hires) out
            (we|our) … (deliver|delivers|advise|advises|build|builds|do|does|assist|assists|manufacture|manufactures)
            . (offering|selling|offered|providing|supplying)
            for (sale|rent|hire)
            (giving|given|give) away
            (can|may) be (hired|rented|bought|collected|booked|had)
            (are|is) welcome
            (surplus|free|spare|idle) … (available|capacity)
            thrown away
            left over
            """,
        ),
    ),
)
"""The rules, section by section; within one the phrase that begins first decides, of equals the one further up.

``…`` stands for up to two words, ``~`` for any letters, ``(a|b)`` for either, and ``.`` for where a sentence begins or
ends, or a colon or semicolon stands.
"""

_Section = tuple[tuple[Direction, re.Pattern[str]], ...]

_MARK: Final = "·"
_TOKEN: Final = re.compile(r"\d+(?:[.,]\d+)*|\w+|[.?!:;]")


def _pattern(phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(_phrase(line.strip()) for line in phrases.strip().splitlines()))


def _phrase(line: str) -> str:
    """One line of the table as a regular expression over what ``_said`` makes of a text."""
    line = re.sub(r"(?<=[(|])~|(?<= )~|^~", f"[^ {_MARK}]*", line)
    line = re.sub(r"(?<!\S)\.(?!\S)", _MARK, line.replace("(", "(?:"))
    return " " + line.replace(" … ", f" (?:[^ {_MARK}]+ ){{0,{GAP}}}") + "(?= )"


_SECTIONS: Final[tuple[_Section, ...]] = tuple(
    tuple((direction, _pattern(phrases)) for direction, phrases in section) for section in TABLE
)


def read_direction(text: str) -> Direction:
    """Which way a query or another free text points; a text in which no phrase of the table stands is a topic."""
    said = _said(text)
    for section in _SECTIONS:
        found = _first(said, section)
        if found is not Direction.TOPIC:
            return found
    return Direction.TOPIC


def passage_direction(kind: PassageKind, text: str) -> Direction:
    """Which way a passage points: an offer and a request as their kind says, unless what is said is plainly the reverse.

    "Buyer for brown juice" stands among the requests and has juice to give. Descriptions and project texts are topics.
    """
    if kind not in _OF_KIND:
        return Direction.TOPIC
    return _reversed(text) or _OF_KIND[kind]


_OF_KIND: Final = {PassageKind.OFFER: Direction.OFFER, PassageKind.REQUEST: Direction.SEEK}


@lru_cache(maxsize=1 << 16)
def _reversed(text: str) -> Direction | None:
    found = _first(_said(text), _SECTIONS[0])
    return None if found is Direction.TOPIC else found


def _said(text: str) -> str:
    """The words in lower case with one space around each, and a mark where a sentence begins or ends."""
    tokens = _TOKEN.findall(text[:LONGEST_READ].lower())
    marked = [token if token[0].isalnum() or token[0] == "_" else _MARK for token in tokens]
    return f" {' '.join([_MARK, *marked, _MARK])} "


def _first(said: str, section: _Section) -> Direction:
    begun = [(match.start(), direction) for direction, pattern in section if (match := pattern.search(said))]
    return min(begun, key=itemgetter(0))[1] if begun else Direction.TOPIC
