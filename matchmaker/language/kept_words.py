"""How many words this room keeps what it made of them: for every cache of words."""

from __future__ import annotations

from typing import Final

WORDS_KEPT: Final = 1 << 15
"""In each cache. Text repeats its words, so four times as many make a build of 101,000 passages half a second faster; but whoever searches
can send words that nobody has, and each cache then fills for good."""
