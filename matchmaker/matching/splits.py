"""What was known on a day, and what came of it: the honest ground for measuring and for learning.

Everything that a recommender may know (profiles, graph, term statistics, fitted weights) is cut at the day; what its
proposals are judged by comes from after it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.actors import PassageKind
from matchmaker.corpus import KINDS, NO_DATE, Corpus, day_number

LARGEST = 40
"""Members of a collaboration that still says something about any two of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """A workspace as it was on a day: the same *n* actors in the same rows, fewer passages and collaborations."""

    day: date
    corpus: Corpus
    vectors: NDArray[np.float32]
    """Shape (passages kept, d): as the encoder gave them, row for row with ``corpus.texts``."""
    known: NDArray[np.bool_]
    """Shape (n,): had a collaboration or a passage by then."""
    history: NDArray[np.int32]
    """Shape (n,): collaborations by then."""
    partners: sparse.csr_array
    """Shape (n, n), bool, symmetric, no diagonal: had worked together by then, in however large a collaboration."""
    undated_collaborations: int
    """Left out, since nobody can say whether they were known."""
    undated_passages: int
    """Project texts without a date, left out likewise; an undated profile stays."""


@dataclass(frozen=True, slots=True, eq=False)
class Questions:
    """Seekers of new partners and whom they then found; *q* questions over *n* actors."""

    seekers: NDArray[np.intp]
    """Shape (q,), ascending."""
    relevant: sparse.csr_array
    """Shape (q, n), bool: at least one in each row."""
    history: NDArray[np.int32]
    """Shape (q,): collaborations that each seeker had had; 0 is somebody about whom nothing was known."""

    def __len__(self) -> int:
        return len(self.seekers)

    def chosen(self, places: NDArray[np.intp]) -> Questions:
        """Some of the questions, by their places."""
        return Questions(self.seekers[places], self.relevant[places], self.history[places])


@dataclass(frozen=True, slots=True, eq=False)
class Project:
    """A collaboration of the future as a text that asks for its participants."""

    id: str
    texts: tuple[str, ...]
    """Its passages, the title first, at least one."""
    languages: tuple[str, ...]
    vectors: NDArray[np.float32]
    """Shape (passages, d): as the encoder gave them."""
    participants: NDArray[np.intp]
    """Rows of those participants that were known before, ascending, at least one."""

    @property
    def text(self) -> str:
        """All of it as one text."""
        return " ".join(self.texts)


def as_of(corpus: Corpus, vectors: NDArray[np.float32], day: date) -> Past:
    """What was known at the end of a day; ``vectors`` belong to the corpus row for row."""
    if len(vectors) != len(corpus.texts):
        raise ValueError(f"{len(vectors)} vectors do not fit {len(corpus.texts)} passages")
    number = day_number(day)
    by_then = corpus.collaboration_dates <= number
    dated = corpus.collaboration_dates != NO_DATE
    told = corpus.dates <= number
    undated = corpus.dates == NO_DATE
    project = corpus.kinds == KINDS.index(PassageKind.PROJECT)
    then = _cut(corpus, np.flatnonzero(told & ~(undated & project)), np.flatnonzero(by_then & dated))
    history = np.diff(then.takes_part.indptr).astype(np.int32)
    return Past(
        day=day,
        corpus=then,
        vectors=np.asarray(vectors[told & ~(undated & project)]),
        known=(history > 0) | (np.diff(then.holds.indptr) > 0),
        history=history,
        partners=_together(then.takes_part),
        undated_collaborations=int((~dated).sum()),
        undated_passages=int((undated & project).sum()),
    )


def new_partners(corpus: Corpus, past: Past, end: date, *, largest: int = LARGEST) -> Questions:
    """Whom each actor first worked with after the past's day and up to ``end``: known then, and of another group.

    Collaborations of one or of more than ``largest`` members ask nothing. Seekers without history are among them, so
    that they can be reported apart.
    """
    takes_part = _columns(corpus.takes_part, signed_between(corpus, past.day, end, largest=largest))
    met = sparse.coo_array(_together(takes_part))
    rows, columns = met.coords
    new = past.known[columns] & (corpus.groups[rows] != corpus.groups[columns])
    rows, columns = rows[new], columns[new]
    new = ~worked_together(past, rows, columns)
    rows, columns = rows[new], columns[new]
    relevant = sparse.csr_array((np.ones(len(rows), dtype=np.bool_), (rows, columns)), shape=met.shape)
    seekers = np.flatnonzero(np.diff(relevant.indptr)).astype(np.intp)
    return Questions(seekers, relevant[seekers], past.history[seekers])


def projects(
    corpus: Corpus, vectors: NDArray[np.float32], past: Past, end: date, *, largest: int = LARGEST
) -> list[Project]:
    """The collaborations signed after the past's day and up to ``end`` that have a text and known participants.

    In the order of the corpus; those of one or of more than ``largest`` members are left out.
    """
    passages_of: dict[str, list[int]] = {}
    for row in np.flatnonzero(corpus.kinds == KINDS.index(PassageKind.PROJECT)):
        passages_of.setdefault(corpus.sources[row], []).append(int(row))
    takes_part = sparse.csc_array(corpus.takes_part)
    found = []
    for column in signed_between(corpus, past.day, end, largest=largest):
        identity = corpus.collaboration_ids[column]
        members = takes_part.indices[takes_part.indptr[column] : takes_part.indptr[column + 1]]
        known_members = np.sort(members[past.known[members]]).astype(np.intp)
        rows = passages_of.get(identity, [])
        if rows and len(known_members):
            texts = tuple(corpus.texts[row] for row in rows)
            languages = tuple(corpus.languages[row] for row in rows)
            found.append(Project(identity, texts, languages, np.asarray(vectors[rows]), known_members))
    return found


def signed_between(corpus: Corpus, day: date, end: date, *, largest: int = LARGEST) -> NDArray[np.intp]:
    """Columns of the collaborations of 2 to ``largest`` members dated after ``day`` and up to ``end``, ascending."""
    sizes = np.bincount(corpus.takes_part.indices, minlength=corpus.takes_part.shape[1])
    dates = corpus.collaboration_dates
    # An undated one has the least number there is, so it is never after a day.
    within = (dates > day_number(day)) & (dates <= day_number(end))
    return np.flatnonzero(within & (sizes > 1) & (sizes <= largest)).astype(np.intp)


def worked_together(past: Past, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether each pair of actors had worked together; same shape as ``rows``."""
    width = past.partners.shape[1]
    before = np.repeat(np.arange(width, dtype=np.int64), np.diff(past.partners.indptr)) * width
    return np.isin(rows.astype(np.int64) * width + columns, before + past.partners.indices)


def _cut(corpus: Corpus, passages: NDArray[np.intp], collaborations: NDArray[np.intp]) -> Corpus:
    return replace(
        corpus,
        texts=[corpus.texts[row] for row in passages],
        kinds=corpus.kinds[passages],
        languages=[corpus.languages[row] for row in passages],
        sources=[corpus.sources[row] for row in passages],
        dates=corpus.dates[passages],
        holds=_columns(corpus.holds, passages),
        collaboration_ids=[corpus.collaboration_ids[column] for column in collaborations],
        titles=[corpus.titles[column] for column in collaborations],
        collaboration_dates=corpus.collaboration_dates[collaborations],
        collaboration_ends=corpus.collaboration_ends[collaborations],
        commitments=corpus.commitments[collaborations],
        topics=[corpus.topics[column] for column in collaborations],
        fields=[corpus.fields[column] for column in collaborations],
        takes_part=_columns(corpus.takes_part, collaborations),
        funding=_columns(corpus.funding, collaborations),
    )


def _columns(matrix: sparse.csr_array, columns: NDArray[np.intp]) -> sparse.csr_array:
    return sparse.csr_array(sparse.csc_array(matrix)[:, columns])


def _together(takes_part: sparse.csr_array) -> sparse.csr_array:
    pairs = sparse.coo_array(takes_part @ takes_part.T)
    rows, columns = pairs.coords
    apart = rows != columns
    ones = np.ones(int(apart.sum()), dtype=np.bool_)
    return sparse.csr_array((ones, (rows[apart], columns[apart])), shape=pairs.shape)
