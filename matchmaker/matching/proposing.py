"""Proposals for a whole cluster at once: everybody's candidates, what a wish leaves of them, and exposure balanced."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from matchmaker.corpus import Corpus
from matchmaker.matching.answered import AnsweredRows
from matchmaker.matching.exposure import Market, Measures, Proposals, Terms
from matchmaker.matching.ranking import Wish
from matchmaker.search import allowed

FLOOR = 2
"""Lists that everybody should be in once exposure is balanced, as far as candidates allow."""

PINNED_SCORE = 10_000.0
"""Points that put a pinned pair above any evidence and any price."""


class Proposing:
    """Proposes over one set of candidates; immutable, so that many threads may ask at once."""

    def __init__(self, corpus: Corpus, candidates: sparse.csr_array, together: sparse.csr_array) -> None:
        """``candidates`` has shape (n, n): shared scores of everybody's best partners of other actor groups."""
        self._corpus = corpus
        self._candidates = candidates
        self._together = together
        self._answered: AnsweredRows | None = None

    def heeding(self, answered: AnsweredRows) -> Proposing:
        """The same over the same candidates, that heeds what was answered; this object stays as it is."""
        other = copy.copy(self)
        other._answered = answered
        return other

    def lists(self, wish: Wish, balance: float, pinned: Sequence[tuple[int, int]] = ()) -> Proposals:
        """Everybody's list of ``wish.top`` partners; raises ``ValueError`` for a balance outside 0 to 1.

        ``pinned`` are rows of seekers and partners that come first in the seeker's list, whatever their price.
        """
        return self._market(wish, pinned).propose(Terms(balance, wish.top, floor=FLOOR))

    def curve(self, wish: Wish, balances: Sequence[float]) -> list[Measures]:
        """What the lists are like at each balance."""
        return self._market(wish).curve(balances, Terms(top=wish.top, floor=FLOOR))

    def _market(self, wish: Wish, pinned: Sequence[tuple[int, int]] = ()) -> Market:
        candidates = self._candidates
        if not (wish.groups or wish.region):
            # Turned round before answers are heeded: what is answered may hold for one side alone.
            candidates = sparse.csr_array(candidates.maximum(candidates.T))
        left = self._left(wish, candidates)
        if self._answered is not None:
            left = self._answered.without(left, new=wish.new)
        return Market(_raised(left, pinned) if pinned else left, both_ways=False)

    def _left(self, wish: Wish, candidates: sparse.csr_array) -> sparse.csr_array:
        entries = candidates.tocoo()
        kept = allowed(self._corpus, wish.groups, wish.region)[entries.col]
        if wish.new:
            keys = entries.row.astype(np.int64) * self._candidates.shape[0] + entries.col
            known = self._together.tocoo()
            kept &= ~np.isin(keys, known.row.astype(np.int64) * self._candidates.shape[0] + known.col)
        return sparse.csr_array(
            (entries.data[kept], (entries.row[kept], entries.col[kept])), shape=self._candidates.shape
        )


def _raised(scores: sparse.csr_array, pinned: Sequence[tuple[int, int]]) -> sparse.csr_array:
    """The scores with the pinned pairs above all others."""
    rows, columns = np.array(pinned, dtype=np.intp).reshape(-1, 2).T
    above = np.full(len(rows), PINNED_SCORE, dtype=np.float32)
    return sparse.csr_array(scores + sparse.csr_array((above, (rows, columns)), shape=scores.shape))
