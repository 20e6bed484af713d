"""What members of a sub-cluster look for and nobody inside offers: links of the value chain in the actors' own words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage

from matchmaker.actors import PassageKind
from matchmaker.corpus import KINDS, Corpus

FEWEST_REQUESTS = 10
"""With fewer requests in the whole cluster nobody can say how near an offer usually is to what it answers."""
MOST = 4000
"""Requests of one sub-cluster that are put together by what they ask for; the rest stand alone."""
_BLOCK = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """All requests and offers of a corpus, and how near an answer usually is."""

    requests: NDArray[np.int64]
    """Rows of the passages that ask, ascending; length r."""
    seekers: NDArray[np.int64]
    """Shape (r,): row of the actor that asks."""
    offers: NDArray[np.int64]
    """Rows of the passages that offer, ascending."""
    holders: NDArray[np.int64]
    """Shape of ``offers``: row of the actor that offers."""
    usual: float | None
    """Median over all requests of the cosine of the nearest offer of somebody else; ``None`` where they are too few."""


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """Requests of several members that ask for nearly the same."""

    requests: NDArray[np.int64]
    """Places in ``Market.requests``, the one nearest to the middle first."""
    seekers: NDArray[np.int64]
    """Rows of the actors that ask, ascending, each once."""
    centre: NDArray[np.float32]
    """Shape (d,): the middle of the requests as a unit row."""
    unanswered: int
    """Of the requests, those without an offer inside that is at least as near as is usual."""


def market(corpus: Corpus, vectors: NDArray[np.float32]) -> Market:
    """Requests, offers and how near they come; ``vectors``, shape (p, d): the passages' unit rows."""
    first = _first_holder(corpus)
    requests = _of_kind(corpus, first, PassageKind.REQUEST)
    offers = _of_kind(corpus, first, PassageKind.OFFER)
    best = _best_offer(vectors, requests, first[requests], offers, first[offers])
    usual = float(np.median(best)) if len(requests) >= FEWEST_REQUESTS and len(offers) else None
    return Market(requests, first[requests], offers, first[offers], usual)


def unanswered(found: Market, vectors: NDArray[np.float32], inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Shape (r,): for the requests of actors ``inside``, shape (n,), whether no offer of others inside is as near as usual.

    False for the requests of others. Raises ``ValueError`` where nobody knows what is usual.
    """
    if found.usual is None:
        raise ValueError("How near an answer usually is cannot be told from so few requests and offers.")
    mine = np.flatnonzero(inside[found.seekers])
    theirs = np.flatnonzero(inside[found.holders])
    best = _best_offer(
        vectors, found.requests[mine], found.seekers[mine], found.offers[theirs], found.holders[theirs]
    )
    open_requests = np.zeros(len(found.requests), dtype=np.bool_)
    open_requests[mine[best < found.usual]] = True
    return open_requests


def wanted(
    found: Market, vectors: NDArray[np.float32], inside: NDArray[np.bool_], open_requests: NDArray[np.bool_]
) -> list[Wanted]:
    """What two or more members ask for and most of them find no offer for inside, most seekers first.

    Requests are put together while the mean cosine between them is at least that of a usual answer to its request
    (average linkage).
    """
    if found.usual is None:
        return []
    mine = np.flatnonzero(inside[found.seekers])[:MOST]
    if len(mine) < 2:
        return []
    rows = vectors[found.requests[mine]].astype(np.float64)
    parts = fcluster(linkage(rows, "average", metric="cosine"), 1 - found.usual, "distance")
    groups = []
    for part in np.unique(parts):
        some = mine[parts == part]
        seekers = np.unique(found.seekers[some])
        left = int(open_requests[some].sum())
        if len(seekers) < 2 or left * 2 <= len(some):
            continue
        centre = vectors[found.requests[some]].sum(axis=0, dtype=np.float64)
        centre /= max(float(np.linalg.norm(centre)), 1e-9)
        nearness = vectors[found.requests[some]] @ centre
        groups.append(Wanted(some[np.lexsort((some, -nearness))], seekers, centre.astype(np.float32), left))
    return sorted(groups, key=lambda each: (-len(each.seekers), int(each.requests[0])))


def _first_holder(corpus: Corpus) -> NDArray[np.int64]:
    """Shape (p,): row of the first actor that holds each passage, -1 for none."""
    held = sparse.csc_array(corpus.holds)
    there = np.diff(held.indptr) > 0
    first = np.full(held.shape[1], -1, dtype=np.int64)
    first[there] = held.indices[held.indptr[:-1][there]]
    return first


def _of_kind(corpus: Corpus, holder: NDArray[np.int64], kind: PassageKind) -> NDArray[np.int64]:
    return np.flatnonzero((corpus.kinds == KINDS.index(kind)) & (holder >= 0))


def _best_offer(
    vectors: NDArray[np.float32],
    requests: NDArray[np.int64],
    seekers: NDArray[np.int64],
    offers: NDArray[np.int64],
    holders: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Cosine of the nearest offer of another actor to each request, -1 without any."""
    best = np.full(len(requests), -1.0)
    for start in range(0, len(requests) if len(offers) else 0, _BLOCK):
        block = slice(start, start + _BLOCK)
        cosines = vectors[requests[block]] @ vectors[offers].T
        cosines[seekers[block][:, None] == holders[None, :]] = -1
        best[block] = cosines.max(axis=1)
    return best
