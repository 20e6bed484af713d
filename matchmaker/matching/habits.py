"""What actors are used to: which countries and actor groups they work with, and in which programmes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

COUNTRIES_ASSUMED, GROUPS_ASSUMED = 10.0, 5.0
"""Partners as everybody of the same country, or group, has them, that are added to an actor's own: few say little."""

_SEPARATORS: Final = re.compile(r"[;,|]")
_YEARS: Final = re.compile(r"-20\d\d\b")


def leanings(
    bound: sparse.csr_array, kinds: NDArray[np.intp], *, assumed: float, alike: bool
) -> NDArray[np.float32]:
    """How many times more of an actor's partners are of a kind than one would expect, shape (kinds, n).

    ``bound`` has shape (n, n), ones where two have worked together; ``kinds`` has shape (n,), -1 where unknown.
    An actor's own partners are taken together with ``assumed`` more, spread as those of all actors of its kind are
    (a Dirichlet prior). Expected is what actors of the same kind have when ``alike``, and what all have otherwise. 1 is
    as expected.
    """
    count = int(kinds.max(initial=-1)) + 1
    known = np.flatnonzero(kinds >= 0)
    ones = np.ones(len(known), dtype=np.float32)
    inside = sparse.csr_array((ones, (known, kinds[known])), shape=(len(kinds), count))
    partners = np.asarray((bound @ inside).toarray(), dtype=np.float32)
    together = np.asarray(inside.T @ partners, dtype=np.float32)
    all_have = _shares(together.sum(axis=0, keepdims=True), np.full(count, 1 / max(count, 1), np.float32))
    kind_has = _shares(together, all_have[0])
    prior = np.where((kinds >= 0)[:, None], kind_has[np.maximum(kinds, 0)], all_have) if count else partners
    has = (partners + assumed * prior) / (partners.sum(axis=1, keepdims=True) + assumed)
    expected = prior if alike else all_have
    # A kind that nobody works with is not a million times more than expected for the first who does.
    floor = np.float32(1e-3 if alike else 1e-4)
    return np.ascontiguousarray(((has + floor) / (expected + floor)).T, dtype=np.float32)


def _shares(counts: NDArray[np.float32], otherwise: NDArray[np.float32]) -> NDArray[np.float32]:
    totals = counts.sum(axis=1, keepdims=True)
    return np.asarray(np.where(totals > 0, counts / np.maximum(totals, 1), otherwise), dtype=np.float32)


def mutual(
    seekers: NDArray[np.float32],
    seeker_kinds: NDArray[np.intp],
    partners: NDArray[np.float32],
    partner_kinds: NDArray[np.intp],
) -> NDArray[np.float32]:
    """Geometric mean of how each side leans to the other's kind, less 1 and at least 0; shape (seekers, partners).

    ``seekers`` and ``partners`` are the ``leanings`` of either side, shape (kinds, side). 0 where a kind is unknown.
    """
    if not len(partners):
        return np.zeros((len(seeker_kinds), len(partner_kinds)), dtype=np.float32)
    result = partners[seeker_kinds]
    result *= np.take(seekers.T, partner_kinds, axis=1)
    np.sqrt(result, out=result)
    result -= 1
    np.maximum(result, 0, out=result)
    result[:, partner_kinds < 0] = 0
    result[seeker_kinds < 0] = 0
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Programmes:
    """Which programmes *n* actors take part in; *t* programmes, from whole funds to single calls."""

    names: list[str]
    """Length t, ascending."""
    share: sparse.csr_array
    """Shape (n, t): share of an actor's collaborations that each programme has, over all levels; rows add up to 1."""
    depth: sparse.csr_array
    """Shape (n, t): log(1 + the actor's collaborations in the programme), entry for entry with ``share``."""

    rarity: NDArray[np.float32]
    """Shape (t,): logarithm of how many times more actors there are than work in a programme."""

    def in_common(self, seeker: int, partner: int, *, most: int) -> tuple[str, ...]:
        """The programmes that two actors have most in common, narrow ones first; of a programme and its part just one."""
        ours, theirs = (
            slice(self.share.indptr[row], self.share.indptr[row + 1]) for row in (seeker, partner)
        )
        both, here, there = np.intersect1d(
            self.share.indices[ours], self.share.indices[theirs], assume_unique=True, return_indices=True
        )
        share, depth = self.share.data, self.depth.data
        worth = share[ours][here] * depth[theirs][there] + depth[ours][here] * share[theirs][there]
        chosen: list[str] = []
        for place in np.argsort(-worth * self.rarity[both], kind="stable"):
            name = self.names[both[place]]
            if not any(_one_holds_the_other(name, each) for each in chosen):
                chosen.append(name)
            if len(chosen) == most:
                break
        return tuple(chosen)


def _one_holds_the_other(left: str, right: str) -> bool:
    return f"{left}-".startswith(f"{right}-") or f"{right}-".startswith(f"{left}-")


def programmes(takes_part: sparse.csr_array, topics: list[str]) -> Programmes:
    """Programmes of collaborations of two and more, from their topics; ``takes_part`` has shape (n, c).

    A topic such as ``HORIZON-CL5-2022-D3-01-05`` is a path: it counts as ``HORIZON-CL5``, ``HORIZON-CL5-D3`` and so on,
    without its year, since who was in a call of last year is likely to be in one of this year's.
    """
    sizes = np.bincount(takes_part.indices, minlength=takes_part.shape[1])
    levels = [levels_of(topic) if size > 1 else [] for topic, size in zip(topics, sizes, strict=True)]
    names = sorted({level for each in levels for level in each})
    column = {name: place for place, name in enumerate(names)}
    rows = np.repeat(np.arange(len(levels)), [len(each) for each in levels])
    columns = np.array([column[level] for each in levels for level in each], dtype=np.intp)
    inside = sparse.csr_array(
        (np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(len(levels), len(names))
    )
    counts = sparse.csr_array(takes_part @ inside)
    counts.sort_indices()
    totals = np.maximum(np.asarray(counts.sum(axis=1)).ravel(), 1)
    share, depth = counts.copy(), counts.copy()
    share.data = np.asarray(share.data / np.repeat(totals, np.diff(counts.indptr)), dtype=np.float32)
    depth.data = np.log1p(depth.data)
    holders = np.bincount(counts.indices, minlength=len(names))
    rarity = np.log((1 + counts.shape[0]) / (1 + holders)).astype(np.float32)
    return Programmes(names, share, depth, rarity)


def levels_of(topic: str) -> list[str]:
    """The programme and its parts that a topic names, ascending; nothing for an empty one."""
    found: set[str] = set()
    for each in _SEPARATORS.split(topic):
        parts = _YEARS.sub("", each.strip()).split("-")
        # What all the calls of one fund begin with says nothing of any of them.
        found.update("-".join(parts[:end]) for end in range(min(2, len(parts)), len(parts) + 1))
    return sorted(found - {""})
