"""Cells into values: text as it is, and groups, yes or no, coordinates, dates and lists in the ways people write them.

Every function raises ``ValueError`` with a reason fit for a person where a cell cannot be understood.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum
from typing import TypeVar

from rapidfuzz import process

from matchmaker.actors import ActorGroup, Commitment
from matchmaker.sources.formulas import undefuse
from matchmaker.sources.rows import CELL_LIMIT
from matchmaker.telling import told

SHORT_LIMIT = 2_000
"""Longest cell of everything but running text, in characters."""

RUNNING_TEXT = frozenset({"description", "text", "offers", "requests"})
"""Fields that may have ``CELL_LIMIT`` characters."""

_SOFT_HYPHEN = "\u00ad"
_SEPARATORS = re.compile(r"\r\n|\r|\n|;| \| ")
_TAG_SEPARATORS = re.compile(r"\r\n|\r|\n|[;,|]")

_GROUPS: dict[ActorGroup, str] = {
    ActorGroup.COMPANY: """company; companies; business; firm; enterprise; sme; manufacturer; producer; start up;
        startup; prc; virksomhed; virksomheder; firma; smv; privat virksomhed; privat; producent; fabrikant;
        iværksætter; landbrug; landmand""",
    ActorGroup.SUPPLIER: "supplier; suppliers; vendor; leverandør; leverandører; underleverandør; forhandler",
    ActorGroup.SERVICE_PROVIDER: """service provider; service providers; service; consultant; consultancy; consulting;
        adviser; advisor; rådgiver; rådgivere; rådgivning; rådgivningsvirksomhed; konsulent; konsulenter;
        konsulentfirma; serviceudbyder; serviceudbydere; servicevirksomhed; tjenesteudbyder; serviceleverandør""",
    ActorGroup.KNOWLEDGE_INSTITUTION: """knowledge institution; knowledge institutions; university; universities;
        research; research organisation; research organization; research institution; research institute;
        higher education; college; school; education; gts; hes; rec; know; universitet; universiteter;
        videninstitution; videninstitutioner; vidensinstitution; vidensinstitutioner; forskning;
        forskningsinstitution; uddannelsesinstitution; uddannelse; professionshøjskole; gts institut; skole""",
    ActorGroup.PUBLIC_BODY: """public body; public bodies; public; public authority; authority; municipality; region;
        government; agency; pub; pub int; kommune; kommuner; offentlig; offentlig myndighed; offentlige myndigheder;
        myndighed; offentlig organisation; offentlig virksomhed; styrelse; stat; staten; forsyning;
        forsyningsselskab""",
    ActorGroup.OTHER: """other; others; association; ngo; investor; cluster organisation; cluster organization;
        cluster; network; foundation; fund; oth; andet; anden; andre; øvrige; forening; foreninger; brancheforening;
        interesseorganisation; erhvervsorganisation; organisation; klyngeorganisation; klynge; netværk; fond;
        kapitalfond""",
}
_COMMITMENTS: dict[Commitment, str] = {
    Commitment.NON_COMMITTAL: """non committal; noncommittal; uforpligtende; løs; løst; network; netværk; dialog;
        dialogue; informal; uformel; uformelt""",
    Commitment.PROJECT: "project; projekt; projektsamarbejde; samarbejdsprojekt; udviklingsprojekt",
    Commitment.COMMITTED: """committed; forpligtende; forpligtet; bindende; binding; agreement; aftale;
        samarbejdsaftale; cooperation agreement; kontrakt; contract; partnerskab; partnership; joint venture""",
}
_YES = frozenset({"ja", "j", "yes", "y", "true", "sand", "sandt", "1", "x", "medlem", "member"})
_NO = frozenset({"nej", "n", "no", "false", "falsk", "0", "ikkemedlem", "nonmember", "notmember"})


def key(text: str) -> str:
    """A text without case, punctuation and surplus spaces, by which values and names are compared."""
    return " ".join(re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", text).casefold()).split())


def _word(text: str) -> str:
    """Danish writes a compound in one word, or with a hyphen, or, wrongly, in two: all mean the same."""
    return key(text).replace(" ", "")


_Value = TypeVar("_Value", bound=StrEnum)


def _by_key(table: dict[_Value, str]) -> dict[str, _Value]:
    return {_word(name): value for value, names in table.items() for name in (*names.split(";"), str(value))}


_GROUP_BY_KEY = _by_key(_GROUPS)
_COMMITMENT_BY_KEY = _by_key(_COMMITMENTS)


def text_of(cell: str, field: str) -> str:
    """The text of a cell: the apostrophe that ``defuse`` puts in front and soft hyphens taken out, in form NFC.

    Spaces around it are taken off too, but for running text, of which nothing else is changed. Characters that
    no text has (control characters but tab and line breaks, lone surrogates) and over-long cells are refused.
    """
    limit = CELL_LIMIT if field in RUNNING_TEXT else SHORT_LIMIT
    if len(cell) > limit:
        raise ValueError(
            told("The cell has more than {limit:,} characters, the most for this field.", limit=limit)
        )
    if not cell.isprintable():
        _refuse_unprintable(cell)
    text = unicodedata.normalize("NFC", undefuse(cell).replace(_SOFT_HYPHEN, ""))
    bare = text.strip()
    return text if bare and field in RUNNING_TEXT else bare


def _refuse_unprintable(cell: str) -> None:
    for character in cell:
        code = ord(character)
        if (code < 0x20 and character not in "\t\n\r") or 0x7F <= code < 0xA0:
            raise ValueError(told("The cell holds the control character U+{code:04X}; delete it.", code=code))
        if 0xD800 <= code < 0xE000:
            raise ValueError(
                told("The cell holds a damaged character (bytes that mean nothing); write it anew.")
            )


def items(text: str) -> tuple[str, ...]:
    """The parts of a cell that holds several: divided by line breaks, ``;`` or `` | ``; repeated ones once."""
    return _parts(_SEPARATORS, text)


def tags(text: str) -> tuple[str, ...]:
    """The tags of a cell: divided by line breaks, ``,``, ``;`` or ``|``; repeated ones once."""
    return _parts(_TAG_SEPARATORS, text)


def _parts(separators: re.Pattern[str], text: str) -> tuple[str, ...]:
    parts = (part.strip() for part in separators.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def group(text: str) -> ActorGroup:
    """The actor group that a Danish or English word means."""
    found = _GROUP_BY_KEY.get(_word(text))
    if found is None:
        words = {name: _word(name) for names in _GROUPS.values() for name in names.split("; ")}
        near = process.extractOne(_word(text), words, score_cutoff=75)
        groups = ", ".join(ActorGroup)
        if near:
            raise ValueError(
                told(
                    'Unknown actor group. Did you mean "{near}"? Groups are: {groups}.',
                    near=near[2].strip(),
                    groups=groups,
                )
            )
        raise ValueError(told("Unknown actor group. Groups are: {groups}.", groups=groups))
    return found


def commitment(text: str) -> Commitment:
    """The commitment level that a Danish or English word means."""
    found = _COMMITMENT_BY_KEY.get(_word(text))
    if found is None:
        raise ValueError(told("Unknown commitment level. Levels are: {named}.", named=", ".join(Commitment)))
    return found


def yes_or_no(text: str) -> bool:
    """Yes or no in Danish or English."""
    word = _word(text)
    if word not in _YES | _NO:
        raise ValueError(told("Neither yes nor no. Write ja or nej, yes or no."))
    return word in _YES


def degrees(text: str, limit: int) -> float:
    """A coordinate in decimal degrees, with point or comma, from ``-limit`` to ``limit``."""
    if not re.fullmatch(r"[+-]?[0-9]{1,3}([.,][0-9]{1,20})?\s?°?", text):
        raise ValueError(told("Not a coordinate in decimal degrees (56.4604 or 56,4604)."))
    number = float(text.rstrip("° \u00a0").replace(",", "."))
    if abs(number) > limit:
        raise ValueError(told("Outside {least} to {most} degrees.", least=-limit, most=limit))
    return number


_MONEY = re.compile(
    r"[0-9]{1,15}([.,][0-9]{1,15})?"
    r"|[1-9][0-9]{0,2}(?P<group>[., \u00a0\u202f'])[0-9]{3}((?P=group)[0-9]{3}){0,3}([.,][0-9]{1,15})?"
)


def euros(text: str) -> float:
    """An amount in EUR: ``250000``, ``250.000,50``, ``250,000.50``, ``250 000``, with ``EUR`` or ``€`` at either end.

    Nobody writes money with three decimals: a single point or comma before the last three of four to six digits divides
    thousands (``250.000`` and ``250,000``).
    """
    bare = re.sub(r"^(EUR|€)\s?|\s?(EUR|€)$", "", text.strip(), flags=re.IGNORECASE)
    match = _MONEY.fullmatch(bare)
    if match is None:
        raise ValueError(
            told("Not an amount in EUR. Write 250000 or 250.000,50; other currencies must be converted.")
        )
    thousands = re.fullmatch(r"[1-9][0-9]{0,2}([.,])[0-9]{3}", bare)
    group = thousands[1] if thousands else match["group"]
    return float((bare.replace(group, "") if group else bare).replace(",", "."))


_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[T ][0-9:.]+Z?)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([-./])\s?([0-9]{1,2})\2\s?([0-9]{4})")


def day(text: str) -> date:
    """A date: ``2024-05-31``, or the day first: ``31-05-2024``, ``31.05.2024``, ``31/05/2024``; years 1900 to 2100."""
    if match := _ISO.fullmatch(text):
        year, month, number = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.fullmatch(text):
        number, month, year = int(match[1]), int(match[3]), int(match[4])
    else:
        raise ValueError(told("Not a date. Write 2024-05-31 or, the day first, 31-05-2024."))
    if not 1900 <= year <= 2100:
        raise ValueError(told("The year is outside 1900 to 2100."))
    try:
        return date(year, month, number)
    except ValueError:
        raise ValueError(
            told("There is no such day. Write 2024-05-31 or, the day first, 31-05-2024.")
        ) from None
