"""Which actors and collaborations lie in which sub-cluster, as matrices: where gaps, brokers and the portfolio begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.corpus import Corpus
from matchmaker.landscape.findings import Landscape


@dataclass(frozen=True, slots=True, eq=False)
class Incidence:
    """The landscape over the rows of a corpus: *s* sub-clusters in its order, *n* actors, *c* collaborations."""

    ids: tuple[str, ...]
    """Ids of the sub-clusters, length s."""
    parents: NDArray[np.int64]
    """Shape (s,): place of the parent, -1 at the top."""
    confidence: sparse.csr_array
    """Shape (n, s), float64: an entry for every membership, at least 0.0001."""
    collaborations: sparse.csr_array
    """Shape (c, s), float64 ones: which collaboration lies in which sub-cluster."""

    @property
    def tops(self) -> NDArray[np.int64]:
        """Places of the sub-clusters that are specialisations of none, ascending."""
        return np.flatnonzero(self.parents < 0)

    def siblings(self, place: int) -> NDArray[np.int64]:
        """Places of the sub-clusters with the same parent, without itself, ascending."""
        alike = self.parents == self.parents[place]
        alike[place] = False
        return np.flatnonzero(alike)

    def members(self, place: int) -> NDArray[np.int64]:
        """Rows of the members, ascending."""
        return np.flatnonzero(self.confidence[:, [place]].toarray().ravel())

    def columns(self, place: int) -> NDArray[np.int64]:
        """Columns of the collaborations that lie in it, ascending."""
        return np.flatnonzero(self.collaborations[:, [place]].toarray().ravel())

    def home(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Shape (n,): the one of some sub-clusters in which each actor is most at home, -1 for none."""
        return _first_best(self.confidence, places)

    def collaboration_home(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Shape (c,): the one of some sub-clusters in which each collaboration lies, -1 for none."""
        return _first_best(self.collaborations, places)


def incidence(corpus: Corpus, landscape: Landscape) -> Incidence:
    """Lay a landscape over the rows of the corpus; actors and collaborations that the corpus lacks are left out."""
    found = landscape.sub_clusters
    place_of = {each.id: place for place, each in enumerate(found)}
    row_of = corpus.row_of
    column_of = {each: column for column, each in enumerate(corpus.collaboration_ids)}
    return Incidence(
        ids=tuple(place_of),
        parents=np.array([place_of.get(each.parent_id or "", -1) for each in found], dtype=np.int64),
        confidence=_matrix(
            [
                {
                    row_of[each.actor_id]: max(each.confidence, 1e-4)
                    for each in one.members
                    if each.actor_id in row_of
                }
                for one in found
            ],
            len(corpus.ids),
        ),
        collaborations=_matrix(
            [{column_of[each]: 1.0 for each in one.collaboration_ids if each in column_of} for one in found],
            len(corpus.collaboration_ids),
        ),
    )


def _matrix(entries: Sequence[dict[int, float]], rows: int) -> sparse.csr_array:
    places = np.repeat(np.arange(len(entries)), [len(each) for each in entries])
    held = np.array([row for each in entries for row in each], dtype=np.int64)
    values = np.array([value for each in entries for value in each.values()], dtype=np.float64)
    return sparse.csr_array((values, (held, places)), shape=(rows, len(entries)))


def _first_best(matrix: sparse.csr_array, places: NDArray[np.int64]) -> NDArray[np.int64]:
    if not len(places):
        return np.full(matrix.shape[0], -1, dtype=np.int64)
    values = matrix[:, places].toarray()
    return np.where(values.max(axis=1) > 0, places[values.argmax(axis=1)], -1)
