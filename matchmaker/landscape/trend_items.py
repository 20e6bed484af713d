"""What can rise or fall: for each kind of item, which collaborations have it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.corpus import COMMITMENTS, GROUPS, Corpus
from matchmaker.landscape.documents import Documents, documents
from matchmaker.landscape.scopes import Scope
from matchmaker.landscape.terms import NameWords, name_words, terms

TELLING = 3.0
"""A term is of a subject where a part says it so many times as often as the rest."""
DAMPING = 2.0
"""Collaborations that say it as often as the rest does, added to each part's own."""


class Kind(StrEnum):
    """What a trend is about."""

    PART = "part"
    """A sub-cluster of the whole, or a specialisation of a sub-cluster."""
    ACROSS = "across"
    """Collaborations that join actor groups at all."""
    GROUP_PAIR = "group_pair"
    """Collaborations that join two actor groups."""
    COMMITMENT = "commitment"
    FIELD = "field"
    TERM = "term"
    VOLUME = "volume"
    """All collaborations of a sub-cluster, among those of the whole."""
    NEW_ACTORS = "new_actors"
    """Actors first seen in a sub-cluster, among the new actors of the whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """Things of one kind to test."""

    kind: Kind
    columns: NDArray[np.int64]
    """Shape (u,): the collaborations that they are a share of."""
    name: Callable[[int], str]
    has: sparse.csc_array
    """Shape (u, items), float64 ones: which of those collaborations have which item."""


class Texts:
    """What the texts of a corpus hold whichever part of it is asked about; read once for all parts."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus

    @cached_property
    def named(self) -> NameWords:
        """The words of the actors' names."""
        return name_words(self.corpus.names)

    @cached_property
    def _documents(self) -> Documents:
        return documents(self.corpus, np.zeros((len(self.corpus.texts), 0), dtype=np.float32))

    @cached_property
    def _holders(self) -> sparse.csc_array:
        return sparse.csc_array(self._documents.holds)

    def of(self, columns: NDArray[np.int64]) -> Documents:
        """The documents of some collaborations; their vectors are not needed here and empty."""
        every = self._documents
        rows = np.flatnonzero(np.isin(every.columns, columns))
        return Documents(
            keys=[every.keys[row] for row in rows],
            holds=sparse.csr_array(self._holders[:, rows]),
            passages=sparse.csr_array(every.passages[rows]),
            vectors=every.vectors[rows],
            columns=every.columns[rows],
            years=every.years[rows],
        )


def items(texts: Texts, scope: Scope, columns: NDArray[np.int64]) -> list[Items]:
    """All kinds of items of some of a scope's collaborations; a kind without data holds none."""
    corpus = texts.corpus
    groups = _groups(corpus, columns)
    joint = np.asarray(corpus.takes_part[:, columns].sum(axis=0)) >= 2
    described = columns[[bool(corpus.fields[column]) for column in columns.tolist()]]
    return [
        _parts(corpus, scope, columns),
        _across(columns[joint], groups[:, joint]),
        _group_pairs(columns[joint], groups[:, joint]),
        _commitments(corpus, columns),
        _fields(corpus, described),
        _terms(texts, scope, columns),
    ]


def _groups(corpus: Corpus, columns: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Shape (groups, collaborations): which actor groups take part."""
    size = len(corpus.ids)
    of_group = sparse.csr_array((np.ones(size), (corpus.groups, np.arange(size))), shape=(len(GROUPS), size))
    return np.asarray((of_group @ corpus.takes_part[:, columns]).toarray() > 0)


def _parts(corpus: Corpus, scope: Scope, columns: NDArray[np.int64]) -> Items:
    place_of = {corpus.collaboration_ids[column]: place for place, column in enumerate(columns.tolist())}
    holds = [[place_of[each] for each in part.collaboration_ids if each in place_of] for part in scope.parts]
    return _listed(Kind.PART, columns, [part.id for part in scope.parts], holds)


def _across(columns: NDArray[np.int64], groups: NDArray[np.bool_]) -> Items:
    return _listed(Kind.ACROSS, columns, ["across"], [np.flatnonzero(groups.sum(axis=0) >= 2).tolist()])


def _group_pairs(columns: NDArray[np.int64], groups: NDArray[np.bool_]) -> Items:
    names, holds = [], []
    for one, other in combinations(range(len(GROUPS)), 2):
        both = np.flatnonzero(groups[one] & groups[other]).tolist()
        if both:
            names.append(f"{GROUPS[one]}+{GROUPS[other]}")
            holds.append(both)
    return _listed(Kind.GROUP_PAIR, columns, names, holds)


def _commitments(corpus: Corpus, columns: NDArray[np.int64]) -> Items:
    levels = corpus.commitments[columns]
    present = np.unique(levels).tolist()
    holds = [np.flatnonzero(levels == level).tolist() for level in present]
    return _listed(Kind.COMMITMENT, columns, [str(COMMITMENTS[level]) for level in present], holds)


def _fields(corpus: Corpus, columns: NDArray[np.int64]) -> Items:
    """Fields at every level of their paths; one that holds the same collaborations as one below it is left out."""
    holds: dict[str, list[int]] = {}
    for place, column in enumerate(columns.tolist()):
        for path in sorted({each for field in corpus.fields[column] for each in _levels(field)}):
            holds.setdefault(path, []).append(place)
    below: dict[str, set[tuple[int, ...]]] = {}
    for path, places in holds.items():
        below.setdefault(path.rpartition("/")[0], set()).add(tuple(places))
    names = sorted(path for path, places in holds.items() if tuple(places) not in below.get(path, ()))
    return _listed(Kind.FIELD, columns, names, [holds[path] for path in names])


def _levels(field: str) -> list[str]:
    """A path and all above it: ``/a/b`` gives ``/a`` and ``/a/b``."""
    steps = [step.strip() for step in field.split("/") if step.strip()]
    return ["/" + "/".join(steps[:depth]) for depth in range(1, len(steps) + 1)]


def _terms(texts: Texts, scope: Scope, columns: NDArray[np.int64]) -> Items:
    """Terms of one or two words that hold nobody's name and that some part says more often than the rest.

    What all parts say alike is how people write in a year, and not what they work on. The choice looks at no year, so the
    tests stay as they are (Bourgon, Gentleman and Huber 2010).
    """
    found = texts.of(columns)
    counted = terms(texts.corpus, found, texts.named)
    parts = _parts(texts.corpus, scope, found.columns).has
    usable = np.flatnonzero(~counted.names & _particular(sparse.csc_array(counted.present), parts))
    has = sparse.csc_array(counted.present)[:, usable].astype(np.float64)
    return Items(
        Kind.TERM, found.columns, lambda place: counted.form(int(usable[place])), sparse.csc_array(has)
    )


def _particular(present: sparse.csc_array, parts: sparse.csc_array) -> NDArray[np.bool_]:
    """Shape (t,): whether some part says a term three times as often as the rest, damped; all terms where there are no parts."""
    if parts.shape[1] < 2:
        return np.ones(present.shape[1], dtype=np.bool_)
    said = np.asarray((parts.T @ present).toarray())
    share = (np.asarray(parts.sum(axis=0)) / max(present.shape[0], 1))[:, None]
    rest = np.asarray(present.sum(axis=0))[None, :] - said
    expected = rest * share / np.maximum(1 - share, 1e-12)
    return np.asarray(np.any(said + DAMPING >= TELLING * (expected + DAMPING), axis=0))


def _listed(
    kind: Kind, columns: NDArray[np.int64], names: Sequence[str], holds: Sequence[Sequence[int]]
) -> Items:
    rows = np.array([row for each in holds for row in each], dtype=np.int64)
    item = np.repeat(np.arange(len(holds)), [len(each) for each in holds])
    has = sparse.csc_array((np.ones(len(rows)), (rows, item)), shape=(len(columns), len(holds)))
    return Items(kind, columns, names.__getitem__, has)
