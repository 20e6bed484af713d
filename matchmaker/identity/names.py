"""How alike names are: word by word, a rare word counting for more than one that half the cluster has."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

ALIKE: Final = 0.84
"""Likeness (0 to 1) from which two words count as one word spelt twice."""

_GLUED: Final = 6
"""Letters that a name written in one word must have to be compared with one written in several."""


class Names:
    """Compares names by how much of their information they share.

    The likeness is a soft Dice coefficient weighted by inverse document frequency (after the soft TF-IDF of Cohen,
    Ravikumar and Fienberg, 2003): words of two names are paired, each pair counts by its likeness and the words' weight.
    """

    def __init__(self, names: Iterable[Sequence[str]]) -> None:
        """``names`` are all names of the cluster as words; how often a word occurs in them decides what it tells."""
        self._number: Counter[str] = Counter()
        self._of = 0
        # Goes with the comparison: a whole cluster's words are tens of megabytes.
        self._likeness = lru_cache(maxsize=1_000_000)(_likeness)
        for words in names:
            self._number.update(set(words))
            self._of += 1

    def weight(self, word: str) -> float:
        """What a word tells: 0 for one that everybody has; a number by itself tells as much as any rare word."""
        return math.log((1 + self._of) / (0.5 + self._number[word])) if self._of else 1.0

    def held_by(self, word: str) -> int:
        """How many names hold a word."""
        return self._number[word]

    def alike(self, a: Sequence[str], b: Sequence[str]) -> float:
        """0 (nothing in common) to 1 (the same words in any order)."""
        if not a or not b:
            return 0.0
        if a == b:
            return 1.0
        whole = self._shared(a, b)
        glued_a, glued_b = "".join(a), "".join(b)
        if min(len(glued_a), len(glued_b)) >= _GLUED and len(a) != len(b):
            # "Grøn Proteinfabrik" and "Grønprotein Fabrik".
            together = fuzz.ratio(glued_a, glued_b) / 100
            whole = max(whole, together) if together > 0.93 else whole
        return min(1.0, whole)

    def _shared(self, a: Sequence[str], b: Sequence[str]) -> float:
        total = sum(map(self.weight, a)) + sum(map(self.weight, b))
        same = Counter(a) & Counter(b)
        shared = 2 * sum(self.weight(word) * number for word, number in same.items())
        left, right = [*(Counter(a) - same).elements()], [*(Counter(b) - same).elements()]
        pairs = [
            (likeness, i, j)
            for i, x in enumerate(left)
            for j, y in enumerate(right)
            if (likeness := self._likeness(x, y)) >= ALIKE
        ]
        for likeness, i, j in sorted(pairs, key=lambda each: (-each[0], each[1], each[2])):
            if left[i] and right[j]:
                shared += likeness * (self.weight(left[i]) + self.weight(right[j]))
                left[i] = right[j] = ""
        return shared / total if total else 0.0


def _likeness(a: str, b: str) -> float:
    if a == b:
        return 1.0
    # One letter makes another short word of it, and another number is another thing.
    if min(len(a), len(b)) < 4 or a.isdigit() or b.isdigit():
        return 0.0
    return fuzz.ratio(a, b, score_cutoff=100 * ALIKE) / 100
