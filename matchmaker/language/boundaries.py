"""Where one sentence ends and the next begins, in Danish and English profiles and project texts."""

from __future__ import annotations

import re
from typing import Final


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEVER_LAST: Final = _set(
    """
    adr afd alm approx bl ca cf dr eks ekskl etabl evt excl fig figs fork fr gl hhv hr ifm ift iht incl ing inkl jf jr
    kap kl maks max mht min mr mrs ms nos nr oprind pga pkt prof pp resp sct sek sml st stk tlf tidl tilsv vedr vha
    vol vs
    """
)
"""Abbreviations that a sentence does not end with, without their last point."""

_SOMETIMES_LAST: Final = _set("al aps co corp dvs eg etc ie inc kr ltd mia mio mm mv no osv pct pt")
"""Abbreviations that may end a sentence: they do when a capital letter follows."""

_NEVER_LAST_DOTTED: Final = _set("f.eks bl.a e.g i.e d.v.s m.h.t p.g.a p.t s.k vs s.u i.a ph.d u.s a.k.a d.d")

_LINE_MARK: Final = re.compile(r"^\s*(?:[•●▪■◦‣∙·*–—-]|\(?(?:\d{1,2}|[ivx]{1,4}|[a-z])[.)])\s+")
_INLINE_BULLET: Final = re.compile(r"\s*[•●▪■◦‣∙]\s*|(?<=[.;:!?])\s+[–—-]\s+(?=\w)")
_ENUMERATION: Final = re.compile(
    r"(?<=[;,.])\s+(?=(?:and |og |or |eller )?\(?(?:[ivx]{1,4}|[a-h]|\d{1,2})\)\s)"
)
_END: Final = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+[\"'“‘«(\[¿]*[^\W_a-zæøåäöéèüß])")
_GLUED_END: Final = re.compile(r"(?<=[a-zæøå]{3})[.!?](?=[A-ZÆØÅ][a-zæøå]{1,})")
_LAST_TOKEN: Final = re.compile(r"[^\s(\[\"“«]+$")
_NUMBERING: Final = re.compile(r"^\(?(?:\d{1,2}|[ivxIVX]{1,4}|[a-zA-Z])[.)]$")


def sentences(text: str) -> list[str]:
    """The sentences of a text in order, white space collapsed, soft hyphens dropped; nothing else is lost.

    Bullets, enumerations such as ``(i) ...; (ii) ...`` and line breaks before a capital end a sentence;
    abbreviations (``ca.``, ``f.eks.``, ``e.g.``), decimals and ordinals do not.
    """
    found: list[str] = []
    for block in _blocks(text.replace("\xad", "")):
        for item in _split_at(_ENUMERATION, block):
            found.extend(_sentences_of(item))
    return found


def _blocks(text: str) -> list[str]:
    """Paragraphs and list items: wrapped lines joined, bullets apart."""
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        stripped = " ".join(line.split())
        if not stripped or _begins_block(stripped, blocks[-1]):
            blocks.append([])
        if stripped:
            blocks[-1].append(stripped)
    joined = (" ".join(lines) for lines in blocks if lines)
    return [part for block in joined for part in _split_at(_INLINE_BULLET, block)]


def _begins_block(line: str, before: list[str]) -> bool:
    if not before:
        return False
    if _LINE_MARK.match(line):
        return True
    # A wrapped line goes on in lower case; a new statement begins with a capital.
    return not line[0].islower() or before[-1][-1] in ".!?:;"


def _split_at(mark: re.Pattern[str], text: str) -> list[str]:
    pieces: list[str] = []
    start = 0
    for match in mark.finditer(text):
        if match.start() > start:
            pieces.append(text[start : match.start()])
            start = match.start()
    pieces.append(text[start:])
    return [stripped for piece in pieces if (stripped := piece.strip())]


def _sentences_of(block: str) -> list[str]:
    ends = {match.end() for match in _END.finditer(block) if _is_end(block, match)}
    ends.update(match.end() for match in _GLUED_END.finditer(block))
    found: list[str] = []
    start = 0
    for end in sorted(ends):
        piece = block[start:end].strip()
        if _NUMBERING.match(piece):
            continue
        found.append(piece)
        start = end
    if rest := block[start:].strip():
        if found and not any(map(str.isalnum, rest)):
            found[-1] += " " + rest
        else:
            found.append(rest)
    return found


def _is_end(block: str, match: re.Match[str]) -> bool:
    if match.group()[0] != ".":
        return True
    token = _LAST_TOKEN.search(block, max(0, match.start() - 40), match.start())
    if token is None:
        return True
    word = token.group().lower().strip(",;:")
    follower = block[match.end() :].lstrip(" \"'“‘«([")[:1]
    if word in _SOMETIMES_LAST or word.replace(".", "") in {"mm", "mv", "ol", "lign"}:
        return follower.isupper()
    if word in _NEVER_LAST_DOTTED or word in _NEVER_LAST or (len(word) == 1 and word.isalpha()):
        return False
    # "den 3. 4 2020", "1. 2." and other ordinals: a number ends a sentence only before a capital.
    return not word.isdigit() or (follower.isupper() and len(word) > 2)
