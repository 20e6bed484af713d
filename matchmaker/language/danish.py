"""Danish word forms: from an inflected or compound word back to words that a word list knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Final

import snowballstemmer

Known = Callable[[str], bool]

LONGEST_WORD: Final = 48
"""Longer tokens are not words; they are left alone."""

SHORTEST_PART: Final = 3
"""Letters that a part of a compound has at least; shorter ones (``by``, ``el``) only where listed as parts."""

_ENDINGS: Final = (
    # From the shortest to the longest where both could fit: "haven" is the garden (have + n), not the sea (hav + en);
    # "et" before "t", because "havet" is the sea.
    "n", "r", "e", "en", "er", "et", "t", "s", "ne", "rne", "ene", "erne", "ens", "ets", "ers", "es", "ernes", "enes",
    "rnes", "nes", "ns", "rs", "ts", "te", "ede", "ende", "ere", "est", "este", "ste", "des", "edes",
)  # fmt: skip
_VERB_ENDINGS: Final = frozenset({"te", "ede", "ende", "des", "edes"})
_VOWELS: Final = "aeiouyæøå"
_SYNCOPE: Final = re.compile(r"([^aeiouyæøå])([lnr])$")
_SHORTEST_STEM: Final = 4
_DERIVED: Final = (
    # ending, what the base ends in instead: "tilgængelighed" from "tilgængelig", "måling" from "måle".
    ("hed", ""), ("else", "e"), ("ning", "e"), ("ering", "ere"), ("ing", "e"), ("bar", "e"), ("eri", "e"), ("vis", ""), ("mæssig", ""), ("ere", ""),
    ("ering", ""), ("isere", ""), ("isering", ""), ("itet", ""), ("el", ""), ("lig", ""), ("ig", ""), ("sk", ""),
)  # fmt: skip


def inflected(word: str, known: Known) -> str | None:
    """The known base form that ``word`` is a form of, or ``None``; a known word is its own base."""
    if known(word):
        return word
    return next((base for base in _bases(word) if known(base)), None)


def derived(word: str, known: Known) -> str | None:
    """The known word that ``word`` is derived from by an ending such as ``-hed``, ``-else`` or ``-ning``."""
    for form in (word, *_bases(word)):
        for ending, instead in _DERIVED:
            stem = form.removesuffix(ending)
            if stem == form or len(stem) < _SHORTEST_STEM:
                continue
            if base := next(filter(known, (stem + instead, stem, stem + "e")), None):
                return base
    return None


def _bases(word: str) -> Iterator[str]:
    for ending in _ENDINGS:
        if not word.endswith(ending) or len(word) - len(ending) < 2 or len(word) < 4:
            continue
        stem = word[: -len(ending)]
        if ending in _VERB_ENDINGS:
            yield stem + "e"
        yield stem
        if ending[0] in "ers" and stem[-1] == stem[-2:-1] and stem[-1] not in _VOWELS:
            # "fabrikken" from "fabrik".
            yield stem[:-1]
        if ending[0] == "e" or ending in {"t", "te", "ts"}:
            yield stem + "e"
        if ending[0] == "e" and _SYNCOPE.search(stem):
            # "midler" from "middel", "sikre" from "sikker", "fleksible" from "fleksibel".
            yield stem[:-1] + "e" + stem[-1]
            yield stem[:-1] + stem[-2] + "e" + stem[-1]


def compound(word: str, known: Known, *, first: Known, last: Known) -> tuple[str, ...] | None:
    """The parts that ``word`` is put together from, as known base forms, or ``None``.

    The whole word is covered: every part is known, or known without a linking ``s``, ``e``, ``er``; the last part may
    be inflected. Of several readings the one with the fewest parts wins, then the one whose base forms are longest,
    then the one with the longest first part. ``first`` and ``last`` tell parts that stand only at the beginning
    (``mikro-``) or the end (``-fri``).
    """
    if not 2 * SHORTEST_PART <= len(word) <= LONGEST_WORD:
        return None

    @cache
    def rest(start: int) -> tuple[str, ...] | None:
        tail = word[start:]
        if start and (base := _main_word(tail, known, last)) is not None:
            return (base,)
        best: tuple[str, ...] | None = None
        for end in range(len(word) - 2, start + 1, -1):
            part = _modifier(word[start:end], known, first)
            after = None if part is None else rest(end)
            if part is not None and after is not None:
                found = (part, *after)
                if best is None or _better(found, best):
                    best = found
        return best

    return rest(0)


def _better(found: tuple[str, ...], than: tuple[str, ...]) -> bool:
    # "serviceskole" is service + skole rather than service + s + kol: longer parts leave less to chance.
    return (-len(found), sum(map(len, found))) > (-len(than), sum(map(len, than)))


def compound_part(word: str, known: Known) -> str | None:
    """The longest known last part of ``word``, else the longest known first part, beside an unknown rest; or ``None``.

    Danish puts the main word last, so ``crestwinganlægget`` is still some ``anlæg``. The known part has five letters
    at least, seven where it ends in ``e`` (short verbs would be found everywhere: ``nytte`` in ``tilknytte``); the
    rest has three or more, one of them a vowel.
    """
    for start in range(3, len(word) - 4):
        if _sounds(word[:start]) and _counts(base := inflected(word[start:], known)):
            return base
    for end in range(len(word) - 3, 4, -1):
        if _sounds(word[end:]) and _counts(base := _modifier(word[:end], known, known)):
            return base
    return None


def _sounds(piece: str) -> bool:
    return any(letter in _VOWELS for letter in piece)


def _counts(base: str | None) -> bool:
    return base is not None and len(base) >= (7 if base[-1] == "e" else 5)


def _main_word(piece: str, known: Known, last: Known) -> str | None:
    """The base form that ``piece`` stands for at the end of a compound."""
    if len(piece) < SHORTEST_PART:
        return piece if last(piece) else None
    base = inflected(piece, known) or inflected(piece, last) or derived(piece, known)
    return base if base is not None and len(base) >= SHORTEST_PART else None


def _modifier(piece: str, known: Known, first: Known) -> str | None:
    """The base form that ``piece`` stands for in front of another part of a compound."""
    if first(piece):
        return piece
    if len(piece) < SHORTEST_PART:
        return None
    if known(piece):
        return piece
    for linking in ("s", "e", "er", "n"):
        if (
            piece.endswith(linking)
            and len(piece) - len(linking) >= SHORTEST_PART
            and known(piece[: -len(linking)])
        ):
            return piece[: -len(linking)]
    if len(piece) > SHORTEST_PART and piece[-1] == "s" and known(piece[:-1] + "e"):
        return piece[:-1] + "e"
    # "arbejdsmarked" from "arbejde", "jordbærmark": the base's own last e may go.
    return piece + "e" if len(piece) > SHORTEST_PART and known(piece + "e") else None


@lru_cache(maxsize=1 << 17)
def danish_stem(word: str) -> str:
    """A Danish word without its inflection."""
    return str(_snowball().stemWord(word))


@lru_cache(maxsize=1)
def _snowball() -> snowballstemmer.danish_stemmer.DanishStemmer:
    return snowballstemmer.stemmer("danish")
