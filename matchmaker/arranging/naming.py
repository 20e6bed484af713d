"""Ids that a person can type, made from names."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

LONGEST = 60
RESERVED = frozenset({"new", "report"})
"""What no event is called by itself: pages about all events have these addresses."""
_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ß": "ss"})


def event_id_of(name: str, taken: Collection[str]) -> str:
    """An id of small letters, digits and hyphens; one with a number where it is taken."""
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    words = "".join(
        each if each.isascii() and each.isalnum() else " "
        for each in folded
        if not unicodedata.combining(each)
    ).split()
    plain = "-".join(words)[:LONGEST].strip("-") or "event"
    number = 1
    found = plain
    while found in taken:
        number += 1
        found = f"{plain}-{number}"
    return found
