"""A corpus without some of its actors, as if they had never come; and which actors came last."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.corpus import NO_DATE, Corpus


def with_actors(
    whole: Corpus, vectors: NDArray[np.float32], rows: NDArray[np.int64]
) -> tuple[Corpus, NDArray[np.float32]]:
    """Only these actors, with what they say and the collaborations that one of them at least takes part in."""
    rows = np.sort(rows)
    holds = sparse.csr_array(whole.holds[rows])
    takes_part = sparse.csr_array(whole.takes_part[rows])
    kept_passages = np.flatnonzero(np.asarray(holds.sum(axis=0)) > 0)
    kept = np.flatnonzero(np.asarray(takes_part.sum(axis=0)) > 0)
    part = replace(
        whole,
        ids=[whole.ids[row] for row in rows],
        names=[whole.names[row] for row in rows],
        groups=whole.groups[rows],
        countries=[whole.countries[row] for row in rows],
        regions=[whole.regions[row] for row in rows],
        members=whole.members[rows],
        registration_numbers=[whole.registration_numbers[row] for row in rows],
        profiles=[whole.profiles[row] for row in rows],
        texts=[whole.texts[each] for each in kept_passages],
        kinds=whole.kinds[kept_passages],
        languages=[whole.languages[each] for each in kept_passages],
        sources=[whole.sources[each] for each in kept_passages],
        dates=whole.dates[kept_passages],
        holds=sparse.csr_array(holds[:, kept_passages]),
        collaboration_ids=[whole.collaboration_ids[each] for each in kept],
        titles=[whole.titles[each] for each in kept],
        collaboration_dates=whole.collaboration_dates[kept],
        collaboration_ends=whole.collaboration_ends[kept],
        commitments=whole.commitments[kept],
        topics=[whole.topics[each] for each in kept],
        fields=[whole.fields[each] for each in kept],
        takes_part=sparse.csr_array(takes_part[:, kept]),
        funding=sparse.csr_array(whole.funding[rows][:, kept]),
    )
    return part, np.ascontiguousarray(vectors[kept_passages])


def by_arrival(whole: Corpus) -> NDArray[np.int64]:
    """Rows of the actors by the day of their first collaboration, those without any first."""
    part = whole.takes_part.tocoo()
    days = whole.collaboration_dates[part.col].astype(np.int64)
    dated = days != NO_DATE
    first = np.full(len(whole.ids), np.iinfo(np.int64).max)
    np.minimum.at(first, part.row[dated], days[dated])
    first[first == np.iinfo(np.int64).max] = NO_DATE
    return np.argsort(first, kind="stable")
