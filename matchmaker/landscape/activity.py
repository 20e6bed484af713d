"""Dated collaborations as rows, with the call each answers: what growth is counted from, and nothing of texts or labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.corpus import NO_DATE, Corpus
from matchmaker.landscape.documents import Documents

LARGEST = 40
"""Members of a collaboration that still says something about any two of them."""
FAR_OFF = 100
"""One in so many dated collaborations may lie beyond the oldest and beyond the newest day: a date far off moves neither."""

_NUMBER = re.compile(r"\d+")
_SEPARATORS = re.compile(r"[\s\-_/.:,;]+")


@dataclass(frozen=True, eq=False)
class Activity:
    """The *c* dated collaborations of a workspace in the order of their days, with its *n* actors."""

    columns: NDArray[np.int64]
    """Shape (c,): column in the corpus."""
    vectors: NDArray[np.float32]
    """Shape (c, d): unit rows; zeros where there is no text."""
    days: NDArray[np.int64]
    """Shape (c,), ascending: days since 1970-01-01."""
    series: NDArray[np.int64]
    """Shape (c,): which recurring call each answers; those without a topic are one series."""
    takes_part: sparse.csr_array
    """Shape (c, n), float32 ones."""
    funding: NDArray[np.float64]
    """Shape (c,): EUR; NaN where no participant's share is known."""
    groups: NDArray[np.int8]
    """Shape (n,): index into ``GROUPS``."""

    @cached_property
    def sizes(self) -> NDArray[np.int64]:
        """Shape (c,): known participants of each."""
        return np.diff(self.takes_part.indptr).astype(np.int64)

    @cached_property
    def participations(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Collaboration and actor of every participation, by day."""
        return np.repeat(np.arange(len(self.days)), self.sizes), self.takes_part.indices.astype(np.int64)

    @cached_property
    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Collaboration and pair of actors (as one number), by day; those of more than ``LARGEST`` members are left out."""
        rows, pairs = [], []
        count = self.takes_part.shape[1]
        for size in range(2, LARGEST + 1):
            some = np.flatnonzero(self.sizes == size)
            if not len(some):
                continue
            members = self.takes_part.indices[self.takes_part.indptr[some][:, None] + np.arange(size)]
            first, second = np.triu_indices(size, 1)
            members = np.sort(members.astype(np.int64), axis=1)
            rows.append(np.repeat(some, len(first)))
            pairs.append((members[:, first] * count + members[:, second]).ravel())
        if not rows:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        found, together = np.concatenate(rows), np.concatenate(pairs)
        order = np.argsort(found, kind="stable")
        return found[order], together[order]

    @property
    def span(self) -> tuple[int, int]:
        """The oldest and the newest day that count; the same twice where there is nothing."""
        if not len(self.days):
            return 0, 0
        beyond = len(self.days) // FAR_OFF
        return int(self.days[beyond]), int(self.days[len(self.days) - 1 - beyond])

    def until(self, day: int) -> int:
        """How many rows lie on or before a day."""
        return int(np.searchsorted(self.days, day, side="right"))


def activity(corpus: Corpus, documents: Documents) -> Activity:
    """Collaborations with a date and at least one known participant; ``documents`` are those of the same corpus."""
    rows = np.flatnonzero(documents.columns >= 0)
    columns = documents.columns[rows]
    takes_part = sparse.csr_array(corpus.takes_part.T)
    counts = np.diff(takes_part.indptr)
    days = corpus.collaboration_dates[columns].astype(np.int64)
    usable = (days != NO_DATE) & (counts[columns] > 0)
    order = np.lexsort((columns, days))
    order = order[usable[order]]
    columns = columns[order]
    return Activity(
        columns=columns,
        vectors=documents.vectors[rows[order]],
        days=days[order],
        series=_series([corpus.topics[column] for column in columns.tolist()]),
        takes_part=sparse.csr_array(takes_part[columns]),
        funding=_funding(corpus)[columns],
        groups=corpus.groups,
    )


def series_of(topic: str) -> str:
    """The recurring call behind a topic: its name without the parts that are numbers only (years, item numbers).

    ``HORIZON-CL5-2021-D2-01-11`` is ``HORIZON-CL5-D2``.
    """
    return "-".join(part for part in _SEPARATORS.split(topic) if part and not _NUMBER.fullmatch(part))


def _series(topics: Sequence[str]) -> NDArray[np.int64]:
    names = [series_of(topic) for topic in topics]
    place = {name: number for number, name in enumerate(sorted(set(names)))}
    return np.array([place[name] for name in names], dtype=np.int64)


def _funding(corpus: Corpus) -> NDArray[np.float64]:
    known = np.diff(sparse.csc_array(corpus.funding).indptr) > 0
    total = np.asarray(corpus.funding.sum(axis=0), dtype=np.float64).ravel()
    return np.where(known, total, np.nan)
