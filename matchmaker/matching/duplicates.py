"""Actors whose own words are nearly the same: one organisation registered many times, or departments with one text.

Lists show at most one of them (``copies``). Compared are pairs of neighbouring words, by Jaccard's share of
those that two actors have in common (Broder, "On the resemblance and containment of documents", 1997). The answer is
exact: two sets that are alike enough have one of their rarest members in common (Chaudhuri, Ganti and Kaushik, "A
primitive operator for similarity joins in data cleaning", 2006), so that only actors who share one are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from matchmaker.actors import PassageKind
from matchmaker.copies import Copies
from matchmaker.corpus import KINDS, Corpus

ALIKE = 0.4
"""Share of two actors' pairs of words, of all that either has, from which their texts are copies.

A copy in which one word of five was exchanged reaches it. Of the 22,366 pairs of actors in the sample cluster the one
firm that is registered twice has .42; all others, many of one trade in one region, have .053 at most.
"""
FEWEST_WORDS = 12
"""A shorter text is no more than the name of a trade, which honest actors share."""
ROWS_AT_ONCE, PAIRS_AT_ONCE = 1024, 1 << 16

_PROJECT = KINDS.index(PassageKind.PROJECT)
_DESCRIPTION = KINDS.index(PassageKind.DESCRIPTION)
_WORD = re.compile(r"\w+")

Rows = NDArray[np.intp]


def near_copies(corpus: Corpus) -> Copies:
    """Who says nearly the same as whom.

    Only an actor's own profile is read, as far as it is matched: project texts are shared by nature. Actors without a
    description, an offer or a request, or with fewer than ``FEWEST_WORDS`` words of them, are like nobody. Who is like
    somebody in a group is of the group.
    """
    said = _incidence(*_word_pairs(corpus), len(corpus.ids))
    first = _first_of_same(said)
    distinct, place = np.unique(first, return_inverse=True)
    # Rows ascend, so the lowest of some distinct sets is the lowest of all who hold one of them.
    return Copies(distinct[_gathered(said[distinct])][place].astype(np.int32))


def _word_pairs(corpus: Corpus) -> tuple[Rows, NDArray[np.int64]]:
    """Rows of actors and, entry for entry, the pairs of neighbouring words that their profiles hold.

    A passage begins and ends with a mark that counts as a word.
    """
    holders, passages = _own_passages(corpus)
    words = [_WORD.findall(corpus.texts[passage].lower()) for passage in passages]
    number: dict[str, int] = {}
    flat = np.fromiter(
        chain.from_iterable(_numbered(each, number) for each in words),
        dtype=np.int64,
        count=sum(len(each) + 2 for each in words),
    )
    of_passage = np.repeat(np.arange(len(words)), [len(each) + 2 for each in words])
    inside = np.flatnonzero(np.diff(of_passage) == 0)
    lengths = np.bincount(holders, [len(each) for each in words], minlength=len(corpus.ids))
    owner = holders[of_passage[inside]]
    enough = lengths[owner] >= FEWEST_WORDS
    pairs = flat[inside] * (len(number) + 1) + flat[inside + 1]
    return owner[enough], pairs[enough]


def _numbered(words: Iterable[str], number: dict[str, int]) -> Iterable[int]:
    """The words of one passage by number, between two marks; 0 is the mark."""
    yield 0
    for word in words:
        yield number.setdefault(word, len(number) + 1)
    yield 0


def _own_passages(corpus: Corpus) -> tuple[Rows, Rows]:
    """Rows of actors and, entry for entry, their own passages; a line of tags is none."""
    entries = sparse.coo_array(corpus.holds)
    own = corpus.kinds[entries.col] != _PROJECT
    rows, passages = entries.row[own].astype(np.intp), entries.col[own].astype(np.intp)
    alone = np.bincount(rows, minlength=len(corpus.ids))[rows] == 1
    for place in np.flatnonzero(alone & (corpus.kinds[passages] == _DESCRIPTION)):
        alone[place] = not corpus.actor(int(rows[place])).description.strip()
    tags = alone & (corpus.kinds[passages] == _DESCRIPTION)
    order = np.lexsort((passages[~tags], rows[~tags]))
    return rows[~tags][order], passages[~tags][order]


def _incidence(rows: Rows, pairs: NDArray[np.int64], count: int) -> sparse.csr_array:
    """Which actor holds which pair, shape (n, pairs), the rarest pairs first."""
    distinct, column, holders = np.unique(pairs, return_inverse=True, return_counts=True)
    entries = np.unique(rows.astype(np.int64) * max(len(distinct), 1) + column)
    rows, column = np.divmod(entries, max(len(distinct), 1))
    holders = np.bincount(column, minlength=len(distinct))
    rank = np.empty(len(distinct), dtype=np.int64)
    rank[np.argsort(holders, kind="stable")] = np.arange(len(distinct))
    said = sparse.csr_array(
        (np.ones(len(rows), dtype=np.float32), (rows, rank[column])), shape=(count, len(distinct))
    )
    said.sort_indices()
    return said


def _first_of_same(said: sparse.csr_array) -> Rows:
    """The first row that holds exactly the same as each row, shape (n,); an empty row is only like itself."""
    first: dict[bytes, int] = {}
    found = np.arange(said.shape[0])
    for row in np.flatnonzero(np.diff(said.indptr)):
        held = said.indices[said.indptr[row] : said.indptr[row + 1]].tobytes()
        found[row] = first.setdefault(held, int(row))
    return found


def _gathered(said: sparse.csr_array) -> Rows:
    """The lowest row of those that are alike, directly or by others in between, shape (rows,)."""
    count = said.shape[0]
    rarest = _rarest(said)
    by_pair = sparse.csr_array(rarest.T)
    lowest = np.arange(count)
    for start in range(0, count, ROWS_AT_ONCE):
        near = sparse.coo_array(rarest[start : start + ROWS_AT_ONCE] @ by_pair)
        pairs = np.stack([near.row.astype(np.intp) + start, near.col.astype(np.intp)])
        while (pairs := pairs[:, lowest[pairs[0]] != lowest[pairs[1]]]).size:
            # A few at a time: whoever is joined already need not be compared.
            lowest = _joined(lowest, pairs[:, :PAIRS_AT_ONCE][:, _alike(said, pairs[:, :PAIRS_AT_ONCE])])
            pairs = pairs[:, PAIRS_AT_ONCE:]
    return lowest


def _rarest(said: sparse.csr_array) -> sparse.csr_array:
    """Of each set its rarest members, so many that any two sets that are alike have one of them in common."""
    sizes = np.diff(said.indptr)
    leading = np.where(sizes > 0, sizes - np.ceil(ALIKE * sizes) + 1, 0)
    kept = np.arange(said.nnz) - np.repeat(said.indptr[:-1], sizes) < np.repeat(leading, sizes)
    rows = np.repeat(np.arange(len(sizes)), sizes)[kept]
    return sparse.csr_array((said.data[kept], (rows, said.indices[kept])), shape=said.shape)


def _alike(said: sparse.csr_array, pairs: Rows) -> NDArray[np.bool_]:
    """Which pairs of rows, shape (2, pairs), are alike."""
    one, other = pairs
    sizes = np.diff(said.indptr)
    shared = np.asarray(said[one].multiply(said[other]).sum(axis=1)).ravel()
    return np.asarray(shared >= ALIKE * (sizes[one] + sizes[other] - shared))


def _joined(lowest: Rows, pairs: Rows) -> Rows:
    """The lowest rows once the two of each pair, shape (2, pairs), are of one group."""
    count = len(lowest)
    ends = lowest[pairs]
    links = sparse.csr_array(
        (np.ones(ends.shape[1], dtype=np.bool_), (ends[0], ends[1])), shape=(count, count)
    )
    _, named = connected_components(links, directed=False)
    first = np.full(int(named.max(initial=-1)) + 1, count, dtype=np.intp)
    np.minimum.at(first, named, np.arange(count))
    return np.asarray(first[named[lowest]], dtype=np.intp)
