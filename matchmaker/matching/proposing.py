"""Proposals for a whole cluster at once: everybody's candidates, what a wish leaves of them, and exposure balanced."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from matchmaker.copies import Copies
from matchmaker.corpus import Corpus
from matchmaker.matching.exposure import Market, Measures, Proposals, Terms
from matchmaker.matching.ranking import Wish
from matchmaker.search import allowed

FLOOR = 2
"""Lists that everybody should be in once exposure is balanced, as far as candidates allow."""


class Proposing:
    """Proposes over one set of candidates; immutable, so that many threads may ask at once."""

    def __init__(
        self,
        corpus: Corpus,
        candidates: sparse.csr_array,
        together: sparse.csr_array,
        copies: Copies | None = None,
    ) -> None:
        """``candidates`` has shape (n, n): shared scores of everybody's best partners of other actor groups.

        Of actors that say nearly the same (``copies``) only the best-scored one is proposed to somebody.
        """
        self._corpus = corpus
        self._copies = copies
        self._candidates = candidates
        self._together = together

    def lists(self, wish: Wish, balance: float) -> Proposals:
        """Everybody's list of ``wish.top`` partners; raises ``ValueError`` for a balance outside 0 to 1."""
        return self._market(wish).propose(Terms(balance, wish.top, floor=FLOOR))

    def curve(self, wish: Wish, balances: Sequence[float]) -> list[Measures]:
        """What the lists are like at each balance."""
        return self._market(wish).curve(balances, Terms(top=wish.top, floor=FLOOR))

    def _market(self, wish: Wish) -> Market:
        entries = self._candidates.tocoo()
        kept = allowed(self._corpus, wish.groups, wish.region)[entries.col]
        if wish.new:
            keys = entries.row.astype(np.int64) * self._candidates.shape[0] + entries.col
            known = self._together.tocoo()
            kept &= ~np.isin(keys, known.row.astype(np.int64) * self._candidates.shape[0] + known.col)
        left = sparse.csr_array(
            (entries.data[kept], (entries.row[kept], entries.col[kept])), shape=self._candidates.shape
        )
        both_ways = not (wish.groups or wish.region)
        if self._copies is None:
            return Market(left, both_ways=both_ways)
        # A copy that asks is a candidate of all it asks for: pairs count both ways before copies are left out.
        return Market(
            without_copies(left.maximum(left.T) if both_ways else left, self._copies), both_ways=False
        )


def without_copies(candidates: sparse.csr_array, copies: Copies) -> sparse.csr_array:
    """The candidates, shape (n, n), of each row the best alone of actors that say nearly the same; ties by row."""
    entries = sparse.coo_array(candidates)
    group = copies.groups[entries.col]
    order = np.lexsort((entries.col, -entries.data, group, entries.row))
    row, of = entries.row[order], group[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (row[1:] != row[:-1]) | (of[1:] != of[:-1])
    kept = order[first]
    return sparse.csr_array(
        (entries.data[kept], (entries.row[kept], entries.col[kept])), shape=candidates.shape
    )
