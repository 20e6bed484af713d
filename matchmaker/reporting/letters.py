"""Letters that the typesetter's own fonts have: whatever else a name holds is left out before it is set."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

FONTS = ("Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern")
"""They come with the typesetter; where the first has no letter, the next is asked."""
LONG_WORD, PART = 24, 6
"""Letters from which on a word may be broken after each part of so many, since no dictionary knows it."""
SOFT_HYPHEN = "\u00ad"
BOX = "□"
"""In place of a letter that none of the fonts has."""


def settable(value: Any) -> Any:
    """The same value with every text in it fit to be set: lists, tuples and mappings as they are, inside as well.

    Letters and digits that no font has become ``BOX``; pictures, control characters and marks that turn the direction of
    writing are left out. A tagged PDF may hold no text that cannot be shown, and the typesetter refuses to make one.
    """
    if isinstance(value, str):
        return _settable(value)
    if isinstance(value, Mapping):
        return {key: settable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [settable(each) for each in value]
    return value


@lru_cache(maxsize=65_536)
def _settable(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    kept = "".join(_one(each) for each in unicodedata.normalize("NFC", text))
    return kept if kept.strip() or not text.strip() else BOX


def _one(letter: str) -> str:
    if letter in _letters():
        return letter
    if letter.isspace():
        return " "
    return BOX if unicodedata.category(letter)[0] in "LN" else ""


def breakable(value: Any) -> Any:
    """The same value with soft hyphens in the longest words of its texts, so that they fit into any column."""
    if isinstance(value, str):
        return _LONG.sub(_parted, value) if len(value) >= LONG_WORD else value
    if isinstance(value, Mapping):
        return {key: breakable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [breakable(each) for each in value]
    return value


_LONG = re.compile(rf"\S{{{LONG_WORD},}}")


def _parted(word: re.Match[str]) -> str:
    letters = word[0]
    return SOFT_HYPHEN.join(letters[place : place + PART] for place in range(0, len(letters), PART))


@lru_cache(maxsize=1)
def _letters() -> frozenset[str]:
    ranges = Path(__file__).with_name("letters.txt").read_text("ascii").split()
    ends = (each.partition("-") for each in ranges)
    return frozenset(
        chr(code)
        for first, _, last in ends
        for code in range(int(first, 16), int(last or first, 16) + 1)
        if unicodedata.category(chr(code))[0] != "C"
    )
