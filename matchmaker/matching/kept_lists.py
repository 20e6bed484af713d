"""The first partners of an actor out of the lists that a build keeps, where those lists alone can tell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.copies import Copies
from matchmaker.corpus import GROUPS, Corpus
from matchmaker.matching.answered import AnsweredRows
from matchmaker.matching.ranking import Wish
from matchmaker.search import allowed


class KeptLists:
    """Everybody's best partners of other groups, as a build keeps them; immutable."""

    def __init__(
        self,
        corpus: Corpus,
        candidates: sparse.csr_array,
        together: sparse.csr_array,
        copies: Copies | None,
        kept: int,
    ) -> None:
        """``candidates`` has shape (n, n): of each row the ``kept`` best partners with their scores, or all there are."""
        self._corpus = corpus
        self._candidates = candidates
        self._together = together
        self._copied = np.zeros(len(corpus.ids), dtype=np.bool_)
        if copies is not None:
            self._copied = np.bincount(copies.groups, minlength=len(corpus.ids))[copies.groups] > 1
        self._kept = kept

    def firsts(
        self, rows: Sequence[int], wish: Wish, answered: AnsweredRows | None
    ) -> dict[int, tuple[NDArray[np.intp], NDArray[np.float32]]]:
        """The first ``wish.top`` partners of these rows with their scores, as ``Recommender.rank`` has them.

        A row is left out where what is kept does not tell: the wish is for what was not kept, or it leaves too few.
        """
        if wish.afield or not (wish.across or wish.groups):
            return {}
        fits = allowed(self._corpus, wish.groups, wish.region)
        named = [GROUPS.index(each) for each in wish.groups]
        found = {}
        for row in rows:
            if int(self._corpus.groups[row]) not in named:
                first = self._first(row, wish, fits, answered)
                if first is not None:
                    found[row] = first
        return found

    def bar(self, length: int, share: float) -> float:
        """What a partner has to score beyond ``share`` of the seeker's ``length``-th, for lists to be so long on average.

        Read off everybody's lists, less those who have worked together; minus infinity where lists are shorter.
        """
        strangers = self._candidates.multiply(self._together.astype(np.bool_).astype(np.float32))
        strangers = sparse.csr_array(self._candidates - strangers)
        strangers.eliminate_zeros()
        sizes = np.diff(strangers.indptr)
        if not len(strangers.data):
            return -np.inf
        padded = np.full((len(sizes), max(int(sizes.max()), length)), -np.inf, dtype=np.float32)
        places = np.arange(len(strangers.data)) - np.repeat(strangers.indptr[:-1], sizes)
        padded[np.repeat(np.arange(len(sizes)), sizes), places] = strangers.data
        last = -np.partition(-padded, length - 1, axis=1)[:, length - 1]
        beyond = padded - np.float32(share) * np.where(np.isfinite(last), last, 0)[:, None]
        wanted = length * int((sizes > 0).sum())
        found = beyond[np.isfinite(beyond)]
        return -np.inf if len(found) < wanted else float(np.partition(-found, wanted - 1)[wanted - 1] * -1)

    def _first(
        self, row: int, wish: Wish, fits: NDArray[np.bool_], answered: AnsweredRows | None
    ) -> tuple[NDArray[np.intp], NDArray[np.float32]] | None:
        starts = self._candidates.indptr
        partners = self._candidates.indices[starts[row] : starts[row + 1]].astype(np.intp)
        scores = self._candidates.data[starts[row] : starts[row + 1]]
        gone = ~fits[partners]
        if wish.new:
            gone |= np.isin(partners, self._together[[row]].indices)
        if answered is not None:
            gone |= np.isin(partners, answered.apart[[row]].indices)
            if wish.new:
                gone |= np.isin(partners, answered.acquainted[[row]].indices)
        # Whoever says nearly the same as somebody who is left out here would come in instead.
        if (gone & self._copied[partners]).any():
            return None
        whole, partners, scores = len(partners) < self._kept, partners[~gone], scores[~gone]
        if len(partners) < wish.top and not whole:
            return None
        order = np.lexsort((partners, -scores))[: wish.top]
        return partners[order], scores[order]
