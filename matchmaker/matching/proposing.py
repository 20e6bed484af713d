"""Proposals for a whole cluster at once: everybody's candidates, what a wish leaves of them, and exposure balanced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.copies import Copies
from matchmaker.corpus import Corpus
from matchmaker.matching.exposure import Market, Measures, Proposals, Terms, measure
from matchmaker.matching.ranking import Wish
from matchmaker.search import allowed

FLOOR = 2
"""Lists that everybody should be in once exposure is balanced, as far as candidates allow."""


@dataclass(frozen=True, slots=True, eq=False)
class Balanced:
    """Everybody's lists at one balance as columns, by seeker and rank; *m* proposals, each column of shape (m,)."""

    measures: Measures
    """What the lists are like; holds the balance."""
    seekers: NDArray[np.int32]
    """Rows of the corpus that was built."""
    partners: NDArray[np.int32]
    ranks: NDArray[np.int32]
    """From 1, in the seeker's list."""
    scores: NDArray[np.float32]
    """Shared score, in points."""
    mutual: NDArray[np.bool_]
    """The seeker is in the partner's list, too."""
    known: NDArray[np.bool_]
    """The two have worked together."""


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

    def balanced(self, wish: Wish, balance: float) -> Balanced:
        """As ``lists``, measured and laid out as columns."""
        lists = self.lists(wish, balance)
        seekers = np.repeat(np.arange(len(lists.starts) - 1, dtype=np.int32), np.diff(lists.starts))
        ranks = np.arange(len(seekers)) - lists.starts[seekers] + 1
        pairs, turned = self._keys(seekers, lists.partners), self._keys(lists.partners, seekers)
        return Balanced(
            measures=measure(lists),
            seekers=seekers,
            partners=lists.partners,
            ranks=ranks.astype(np.int32),
            scores=lists.scores,
            mutual=np.isin(turned, pairs),
            known=np.isin(pairs, self._known()),
        )

    def curve(self, wish: Wish, balances: Sequence[float]) -> list[Measures]:
        """What the lists are like at each balance."""
        return self._market(wish).curve(balances, Terms(top=wish.top, floor=FLOOR))

    def _market(self, wish: Wish) -> Market:
        entries = self._candidates.tocoo()
        kept = allowed(self._corpus, wish.groups, wish.region)[entries.col]
        if wish.new:
            kept &= ~np.isin(self._keys(entries.row, entries.col), self._known())
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

    def _keys(self, rows: NDArray[np.integer], columns: NDArray[np.integer]) -> NDArray[np.int64]:
        """A number of its own for each pair of rows."""
        return np.asarray(rows.astype(np.int64) * self._candidates.shape[0] + columns, dtype=np.int64)

    def _known(self) -> NDArray[np.int64]:
        """The pairs that have worked together."""
        known = self._together.tocoo()
        return self._keys(known.row, known.col)


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
