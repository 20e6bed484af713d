"""Proposals for a whole cluster at once: everybody's candidates, what a wish leaves of them, and exposure balanced."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.copies import Copies
from matchmaker.corpus import Corpus
from matchmaker.matching.answered import AnsweredRows
from matchmaker.matching.exposure import Market, Measures, Proposals, Terms, measure
from matchmaker.matching.ranking import Wish
from matchmaker.search import allowed

FLOOR = 2
"""Lists that everybody should be in once exposure is balanced, as far as candidates allow."""

PINNED_SCORE = 10_000.0
"""Points that put a pinned pair above any evidence and any price."""


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
    """The two have worked together, or say that they know each other."""


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

    def balanced(self, wish: Wish, balance: float, pinned: Sequence[tuple[int, int]] = ()) -> Balanced:
        """As ``lists``, measured and laid out as columns."""
        return self._columns(self.lists(wish, balance, pinned))

    def pairs(self, pairs: Sequence[tuple[int, int]], measures: Measures) -> Balanced:
        """Pairs of seekers' and partners' rows as columns, in no list, with the scores that they have as candidates; mutual are those given both ways round."""
        seekers, partners = np.array(pairs, dtype=np.int32).reshape(-1, 2).T
        scores = np.zeros(len(pairs), dtype=np.float32)
        if len(pairs):
            scores = np.maximum(
                np.asarray(self._candidates[seekers, partners], dtype=np.float32),
                np.asarray(self._candidates[partners, seekers], dtype=np.float32),
            )
        return Balanced(
            measures=measures,
            seekers=seekers,
            partners=partners,
            ranks=np.zeros(len(pairs), dtype=np.int32),
            scores=scores,
            mutual=np.isin(self._keys(partners, seekers), self._keys(seekers, partners)),
            known=self._known(seekers, partners),
        )

    def among(
        self,
        rows: NDArray[np.intp],
        scores: sparse.csr_array,
        terms: Terms,
        pinned: Sequence[tuple[int, int]] = (),
    ) -> Balanced:
        """Lists of some actors alone, by their rows, ascending, and their scores for each other, shape (k, k)."""
        places = {int(row): place for place, row in enumerate(rows)}
        first = [(places[one], places[other]) for one, other in pinned if one in places and other in places]
        market = Market(_raised(scores, first) if first else scores, both_ways=False)
        return self._columns(market.propose(terms), rows.astype(np.int32))

    def _columns(self, lists: Proposals, rows: NDArray[np.int32] | None = None) -> Balanced:
        """Lists as columns; ``rows`` are those of the corpus where the lists are of some actors alone."""
        seekers = np.repeat(np.arange(len(lists.starts) - 1, dtype=np.int32), np.diff(lists.starts))
        ranks = np.arange(len(seekers)) - lists.starts[seekers] + 1
        partners = lists.partners
        if rows is not None:
            seekers, partners = rows[seekers], rows[partners]
        pairs, turned = self._keys(seekers, partners), self._keys(partners, seekers)
        return Balanced(
            measures=measure(lists),
            seekers=seekers,
            partners=partners,
            ranks=ranks.astype(np.int32),
            scores=np.where(lists.scores < PINNED_SCORE, lists.scores, lists.scores - PINNED_SCORE),
            mutual=np.isin(turned, pairs),
            known=self._known(seekers, partners),
        )

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
        if self._copies is not None:
            left = without_copies(left, self._copies)
        return Market(_raised(left, pinned) if pinned else left, both_ways=False)

    def _left(self, wish: Wish, candidates: sparse.csr_array) -> sparse.csr_array:
        if wish.new:
            known = candidates.multiply(self._together.astype(np.bool_))
            candidates = sparse.csr_array(candidates - known)
            candidates.eliminate_zeros()
        if not (wish.groups or wish.region):
            return candidates
        entries = candidates.tocoo()
        kept = allowed(self._corpus, wish.groups, wish.region)[entries.col]
        return sparse.csr_array(
            (entries.data[kept], (entries.row[kept], entries.col[kept])), shape=self._candidates.shape
        )

    def _keys(self, rows: NDArray[np.integer], columns: NDArray[np.integer]) -> NDArray[np.int64]:
        """A number of its own for each pair of rows."""
        return np.asarray(rows.astype(np.int64) * self._candidates.shape[0] + columns, dtype=np.int64)

    def _known(self, seekers: NDArray[np.int32], partners: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which pairs have worked together, or say that they know each other."""
        if not len(seekers):  # SciPy would give a sparse array.
            return np.zeros(0, dtype=np.bool_)
        known = np.asarray(self._together[seekers, partners] > 0)
        if self._answered is not None:
            known |= self._answered.acquainted[seekers, partners]
        return known


def without_copies(candidates: sparse.csr_array, copies: Copies) -> sparse.csr_array:
    """The candidates, shape (n, n), of each row the best alone of actors that say nearly the same; ties by row."""
    entries = sparse.coo_array(candidates)
    several = np.bincount(copies.groups, minlength=len(copies.groups)) > 1
    among = np.flatnonzero(several[copies.groups[entries.col]])
    row, of = entries.row[among], copies.groups[entries.col[among]]
    order = np.lexsort((entries.col[among], -entries.data[among], of, row))
    row, of = row[order], of[order]
    again = np.zeros(len(order), dtype=np.bool_)
    again[1:] = (row[1:] == row[:-1]) & (of[1:] == of[:-1])
    if not again.any():
        return candidates
    kept = np.ones(len(entries.data), dtype=np.bool_)
    kept[among[order[again]]] = False
    return sparse.csr_array(
        (entries.data[kept], (entries.row[kept], entries.col[kept])), shape=candidates.shape
    )


def _raised(scores: sparse.csr_array, pinned: Sequence[tuple[int, int]]) -> sparse.csr_array:
    """The scores with the pinned pairs above all others."""
    rows, columns = np.array(pinned, dtype=np.intp).reshape(-1, 2).T
    above = np.full(len(rows), PINNED_SCORE, dtype=np.float32)
    return sparse.csr_array(scores + sparse.csr_array((above, (rows, columns)), shape=scores.shape))
