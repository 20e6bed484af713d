"""English words without their endings: light, so that ``organic`` and ``organisation`` stay apart."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from matchmaker.language.kept_words import WORDS_KEPT

_SAME: Final = {
    "aluminum": "aluminium",
    "centre": "center",
    "fibre": "fiber",
    "fulfil": "fulfill",
    "grey": "gray",
    "litre": "liter",
    "metre": "meter",
    "mould": "mold",
    "plough": "plow",
    "programme": "program",
    "soya": "soy",
    "sulphur": "sulfur",
    "theatre": "theater",
    "tyre": "tire",
    "men": "man",
    "women": "woman",
    "children": "child",
    "people": "person",
    "feet": "foot",
    "mice": "mouse",
    "leaves": "leaf",
    "wolves": "wolf",
    "shelves": "shelf",
    "made": "make",
    "sought": "seek",
    "grown": "grow",
    "sold": "sell",
    "built": "build",
    "bought": "buy",
}
"""Spellings and irregular forms with the word they are found under."""

_VOWEL: Final = re.compile(r"[aeiouy]")
# Not in raise and pour, so that raised and pouring keep the beginning they share with them.
_ISE: Final = re.compile(r"(?<=\w{3})is(e|ed|es|er|ers|ing|ation|ations)$")
_OUR: Final = re.compile(r"(?<=\w\w)our(s|ed|ing|ings|less|ful)?$")
_DOUBLE: Final = re.compile(r"([bcdfghjklmnpqrstvwxz])\1$")


@lru_cache(maxsize=WORDS_KEPT)
def english_stem(word: str) -> str:
    """The form that a word's plural, -ed and -ing forms, British and American, share: not always a word itself."""
    if len(word) <= 3 or not word.isascii():
        return word
    word = _SAME.get(word, word)
    word = _SAME.get(stem := _without_plural(word), stem)
    word = _OUR.sub(r"or\1", _ISE.sub(r"iz\1", word))
    word = _without_ed_or_ing(word)
    if len(word) >= 4 and word[-1] == "e":
        word = word[:-1]
    return _DOUBLE.sub(r"\1", word) if len(word) >= 4 else word


def _without_plural(word: str) -> str:
    if word.endswith("sis") and len(word) >= 7:
        return word[:-2]
    if word[-1] != "s" or word.endswith(("ss", "us", "is", "gas", "news", "lens")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zzes", "oes")) and len(word) > 5:
        return word[:-2]
    return word[:-1]


def _without_ed_or_ing(word: str) -> str:
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        stem = word[: -len(ending)]
        if word.endswith(ending) and len(stem) >= 3 and _VOWEL.search(stem) and not word.endswith("eed"):
            return stem
    return word
