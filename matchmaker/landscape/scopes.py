"""What a question is about, the whole cluster or one of its sub-clusters, as rows and columns of the corpus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.corpus import Corpus
from matchmaker.errors import SubClusterNotFoundError
from matchmaker.landscape.findings import Landscape, SubCluster


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """The actors and collaborations in question, of the *n* and *c* in the corpus."""

    sub_cluster_id: str | None
    """``None`` for the whole cluster."""
    label: str
    """Empty for the whole cluster."""
    parent_id: str | None
    rows: NDArray[np.int64]
    """Its members, ascending."""
    columns: NDArray[np.int64]
    """Its collaborations, ascending."""
    parts: tuple[SubCluster, ...]
    """What it is divided into: sub-clusters of the whole, or specialisations of a sub-cluster."""


def scopes(corpus: Corpus, landscape: Landscape) -> list[Scope]:
    """The whole cluster first, then every sub-cluster in the landscape's order."""
    row_of, column_of = corpus.row_of, {each: column for column, each in enumerate(corpus.collaboration_ids)}
    parts: dict[str | None, list[SubCluster]] = {}
    for each in landscape.sub_clusters:
        parts.setdefault(each.parent_id, []).append(each)
    whole = Scope(
        sub_cluster_id=None,
        label="",
        parent_id=None,
        rows=np.arange(len(corpus.ids)),
        columns=np.arange(len(corpus.collaboration_ids)),
        parts=tuple(parts.get(None, ())),
    )
    return [whole] + [
        Scope(
            sub_cluster_id=each.id,
            label=each.label,
            parent_id=each.parent_id,
            rows=_places([member.actor_id for member in each.members], row_of),
            columns=_places(each.collaboration_ids, column_of),
            parts=tuple(parts.get(each.id, ())),
        )
        for each in landscape.sub_clusters
    ]


def scope(corpus: Corpus, landscape: Landscape, sub_cluster_id: str | None = None) -> Scope:
    """One of them; raises ``SubClusterNotFoundError`` for an id that the landscape does not hold."""
    found = next((each for each in scopes(corpus, landscape) if each.sub_cluster_id == sub_cluster_id), None)
    if found is None:
        raise SubClusterNotFoundError(str(sub_cluster_id))
    return found


def _places(ids: list[str] | tuple[str, ...], place_of: dict[str, int]) -> NDArray[np.int64]:
    return np.array(sorted(place_of[each] for each in ids if each in place_of), dtype=np.int64)
