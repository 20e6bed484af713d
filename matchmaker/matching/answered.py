"""What answers leave of proposals: who is kept apart, who knows whom, and who comes first, before anything is ranked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.answers import Answer, AnswerKind

BOTH_APART = (AnswerKind.DECLINED, AnswerKind.NEVER)
"""A match belongs to both sides, so these keep either from being proposed to the other."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Answered:
    """What answers say of pairs of actors, by their ids; a firm's no outranks a pin."""

    apart: frozenset[Pair]
    """The first is not shown the second."""
    never: frozenset[Pair]
    """They are not put together in anything; both ways round."""
    acquainted: frozenset[Pair]
    """They know each other; both ways round."""
    pinned: Mapping[str, tuple[str, ...]]
    """By seeker, the partners that come first, in the order in which they were pinned."""


@dataclass(frozen=True, slots=True, eq=False)
class AnsweredRows:
    """The same for the rows of one corpus of *n* actors; immutable."""

    apart: sparse.csr_array
    """Shape (n, n): the row is not shown the column."""
    acquainted: sparse.csr_array
    """Shape (n, n), symmetric: they know each other."""

    def leave_out(self, allowed: NDArray[np.bool_], seekers: NDArray[np.intp], *, new: bool) -> None:
        """Take out of ``allowed``, shape (seekers, n), whom the seekers are not shown; with ``new``, whom they know."""
        for pairs in (self.apart, self.acquainted) if new else (self.apart,):
            rows, columns = pairs[seekers].nonzero()
            allowed[rows, columns] = False

    def without(self, scores: sparse.csr_array, *, new: bool) -> sparse.csr_array:
        """Scores of shape (n, n) without the pairs that are not shown."""
        left = scores.tocoo()
        keys = left.row.astype(np.int64) * scores.shape[0] + left.col
        kept = np.ones(len(keys), dtype=np.bool_)
        for pairs in (self.apart, self.acquainted) if new else (self.apart,):
            gone = pairs.tocoo()
            kept &= ~np.isin(keys, gone.row.astype(np.int64) * scores.shape[0] + gone.col)
        return sparse.csr_array((left.data[kept], (left.row[kept], left.col[kept])), shape=scores.shape)


def answered(answers: Iterable[Answer]) -> Answered:
    """What the answers come to, in whatever order they are read."""
    given = sorted(answers, key=lambda each: each.change)
    apart: set[Pair] = set()
    never: set[Pair] = set()
    acquainted: set[Pair] = set()
    for each in given:
        pair, turned = (each.seeker_id, each.partner_id), (each.partner_id, each.seeker_id)
        if each.said.kind in BOTH_APART:
            apart |= {pair, turned}
            if each.said.kind is AnswerKind.NEVER:
                never |= {pair, turned}
        elif each.said.kind is AnswerKind.HIDDEN:
            apart.add(pair)
        elif each.said.kind is AnswerKind.KNOWN:
            acquainted |= {pair, turned}
    pinned: dict[str, tuple[str, ...]] = {}
    for each in given:
        if each.said.kind is AnswerKind.PINNED and (each.seeker_id, each.partner_id) not in apart:
            pinned[each.seeker_id] = (*pinned.get(each.seeker_id, ()), each.partner_id)
    return Answered(frozenset(apart), frozenset(never), frozenset(acquainted), pinned)


def rows_of(said: Answered, row_of: Mapping[str, int]) -> AnsweredRows:
    """The same for the rows of a corpus; actors that it has not are left out."""
    return AnsweredRows(_matrix(sorted(said.apart), row_of), _matrix(sorted(said.acquainted), row_of))


def _matrix(pairs: Sequence[Pair], row_of: Mapping[str, int]) -> sparse.csr_array:
    inside = [(row_of[one], row_of[other]) for one, other in pairs if one in row_of and other in row_of]
    rows, columns = np.array(inside, dtype=np.intp).reshape(-1, 2).T
    shape = (len(row_of), len(row_of))
    return sparse.csr_array((np.ones(len(inside), dtype=np.bool_), (rows, columns)), shape=shape)
