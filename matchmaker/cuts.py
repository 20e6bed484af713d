"""What was known on a day: the columns of a workspace without what came later, for matching's and the landscape's measuring."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.actors import PassageKind
from matchmaker.corpus import KINDS, NO_DATE, Corpus, day_number


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """The columns as they were at the end of a day: the same actors in the same rows, fewer passages and collaborations."""

    day: date
    corpus: Corpus
    passages: NDArray[np.intp]
    """Rows of the passages kept, ascending: an array with a row per passage is cut by it."""
    collaborations: NDArray[np.intp]
    """Columns of the collaborations kept, ascending."""
    undated_collaborations: int
    """Left out, since nobody can say whether they were known."""
    undated_passages: int
    """Project texts without a date, left out likewise; an undated profile stays."""


def cut(corpus: Corpus, day: date) -> Cut:
    """What was known at the end of a day."""
    number = day_number(day)
    undated = corpus.dates == NO_DATE
    of_a_project = corpus.kinds == KINDS.index(PassageKind.PROJECT)
    # NO_DATE is the least number there is, so whatever has no date passes the first comparison.
    passages = np.flatnonzero((corpus.dates <= number) & ~(undated & of_a_project))
    dated = corpus.collaboration_dates != NO_DATE
    collaborations = np.flatnonzero((corpus.collaboration_dates <= number) & dated)
    return Cut(
        day=day,
        corpus=_kept(corpus, passages, collaborations),
        passages=passages,
        collaborations=collaborations,
        undated_collaborations=int((~dated).sum()),
        undated_passages=int((undated & of_a_project).sum()),
    )


def columns_of(matrix: sparse.csr_array, columns: NDArray[np.intp]) -> sparse.csr_array:
    """Some columns of a sparse matrix, in the order given."""
    return sparse.csr_array(sparse.csc_array(matrix)[:, columns])


def _kept(corpus: Corpus, passages: NDArray[np.intp], collaborations: NDArray[np.intp]) -> Corpus:
    return replace(
        corpus,
        texts=[corpus.texts[row] for row in passages],
        kinds=corpus.kinds[passages],
        languages=[corpus.languages[row] for row in passages],
        sources=[corpus.sources[row] for row in passages],
        dates=corpus.dates[passages],
        holds=columns_of(corpus.holds, passages),
        collaboration_ids=[corpus.collaboration_ids[column] for column in collaborations],
        titles=[corpus.titles[column] for column in collaborations],
        collaboration_dates=corpus.collaboration_dates[collaborations],
        collaboration_ends=corpus.collaboration_ends[collaborations],
        commitments=corpus.commitments[collaborations],
        topics=[corpus.topics[column] for column in collaborations],
        fields=[corpus.fields[column] for column in collaborations],
        takes_part=columns_of(corpus.takes_part, collaborations),
        funding=columns_of(corpus.funding, collaborations),
    )
