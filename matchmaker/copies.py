"""Which actors say nearly the same, as lists read it: of each group of copies the best-scored one is shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]


class Copies:
    """Groups of actors with nearly the same text; immutable. ``matching.duplicates`` finds them."""

    def __init__(self, groups: NDArray[np.int32]) -> None:
        """``groups``, shape (n,): the lowest row of each actor's group, an actor's own row where nobody is like it."""
        self.groups = groups
        sizes = np.bincount(groups, minlength=len(groups))
        members = np.flatnonzero(sizes[groups] > 1)
        self._members = members[np.argsort(groups[members], kind="stable")]
        self._sizes = sizes[sizes > 1]
        self._starts = np.cumsum(self._sizes) - self._sizes

    def others(self, row: int) -> Rows:
        """The rows of those whose text is like an actor's, ascending, without its own."""
        group = int(self.groups[row])
        start = int(np.searchsorted(self.groups[self._members], group))
        end = int(np.searchsorted(self.groups[self._members], group, side="right"))
        same = self._members[start:end]
        return np.asarray(same[same != row], dtype=np.intp)

    def are_several(self, rows: Rows) -> NDArray[np.bool_]:
        """Which rows are of a group of more than one, shape (rows,)."""
        return np.isin(rows, self._members)

    def hidden(self, scores: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Which scores of shape (lists, n) belong to a copy of somebody with a better one, or an equal one further up."""
        hidden = np.zeros(scores.shape, dtype=np.bool_)
        if not len(self._members):
            return hidden
        theirs = scores[:, self._members]
        best = np.repeat(np.maximum.reduceat(theirs, self._starts, axis=1), self._sizes, axis=1)
        is_best = theirs == best
        seen = np.cumsum(is_best, axis=1)
        before = np.repeat(
            seen[:, self._starts] - is_best[:, self._starts], self._sizes, axis=1
        )  # within the groups further left
        hidden[:, self._members] = ~(is_best & (seen - before == 1))
        return hidden
