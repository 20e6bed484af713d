"""Which of many candidates make the best team.

The worth of a team is the share of the idea's parts it covers (a part is covered by one minus the product of what each
member leaves open), plus how suited its members are, plus for each member its strongest tie within the team, less a
little for those whom everybody asks. Members are added greedily and then exchanged while that helps. For coverage
and suitability alone, which are monotone and submodular, greedy reaches at least 1 - 1/e of the best (Nemhauser, Wolsey
and Fisher, "An analysis of approximations for maximizing submodular set functions", Mathematical Programming 14, 1978);
ties and bounds on groups go beyond what that proves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.corpus import GROUPS, Corpus

LEAST_GAIN = 0.05
"""A team beyond its least size grows only by those who cover so much more of the idea."""
EXCHANGES = 50
LARGEST_COLLABORATION = 40
"""Larger ones say little about any two of their members."""

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TeamWeights:
    """What counts how much; chosen on the CORDIS consortia of January to June 2023 and of a year later."""

    coverage: float = 1.0
    """For covering the whole idea."""
    suited: float = 1.0
    """For each member as suited as can be."""
    ties: float = 0.1
    """For each member that has worked with another of the team and with nobody else."""
    asked: float = 0.1
    """Taken off for a member that has more collaborations than anybody; by the logarithm of their number."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """What a team is chosen from; *m* candidates, *k* parts."""

    rows: NDArray[np.intp]
    """Shape (m,): rows of the corpus, ascending."""
    covers: Floats
    """Shape (m, k), 0 to 1."""
    suited: Floats
    """Shape (m,), 0 to 1."""
    ties: Floats
    """Shape (m, m), 0 to 1, symmetric, no diagonal."""
    asked: Floats
    """Shape (m,), 0 to 1: how much everybody asks for them."""
    groups: NDArray[np.int8]
    """Shape (m,): index into ``GROUPS``."""
    fixed: tuple[int, ...]
    """Places of those who are in whatever happens."""
    apart: Bools | None = None
    """Shape (m, m), symmetric: who is never in a team with whom."""


def choose(table: Table, needed: NDArray[np.intp], least: int, most: int, weights: TeamWeights) -> list[int]:
    """Places of the members: those who are fixed, then greedily, then exchanged while that helps; ties by row."""
    chosen = list(table.fixed)
    while len(chosen) < most:
        gains = np.where(_fits(table, chosen, needed, most), _gains(table, chosen, weights), -np.inf)
        best = int(np.argmax(gains))
        missing = np.maximum(needed - _counts(table, chosen), 0).sum()
        if not np.isfinite(gains[best]) or (
            len(chosen) >= least and not missing and gains[best] < LEAST_GAIN
        ):
            break
        chosen.append(best)
    for _ in range(EXCHANGES):
        exchange = _best_exchange(table, chosen, needed, weights)
        if exchange is None:
            break
        chosen[exchange[0]] = exchange[1]
    return chosen


def _best_exchange(
    table: Table, chosen: Sequence[int], needed: NDArray[np.intp], weights: TeamWeights
) -> tuple[int, int] | None:
    best, found = 1e-6, None
    for position in range(len(table.fixed), len(chosen)):
        others = [*chosen[:position], *chosen[position + 1 :]]
        gains = _gains(table, others, weights)
        fits = _fits(table, others, needed, len(chosen))
        place = int(np.argmax(np.where(fits, gains, -np.inf)))
        if fits[place] and gains[place] - gains[chosen[position]] > best:
            best, found = float(gains[place] - gains[chosen[position]]), (position, place)
    return found


def _gains(table: Table, chosen: Sequence[int], weights: TeamWeights) -> NDArray[np.float64]:
    """What each candidate would add to the worth of a team, shape (m,)."""
    inside = list(chosen)
    left = np.prod(1 - table.covers[inside], axis=0) / max(table.covers.shape[1], 1)
    gains = (
        weights.coverage * (table.covers @ left) + weights.suited * table.suited - weights.asked * table.asked
    )
    if inside:
        towards = table.ties[:, inside]
        within = table.ties[np.ix_(inside, inside)].max(axis=1)
        gains = gains + weights.ties * (towards.max(axis=1) + np.maximum(towards - within, 0).sum(axis=1))
    # Rounded, so that a tie is one on every machine.
    return np.asarray(np.round(gains, 6), dtype=np.float64)


def _fits(table: Table, chosen: Sequence[int], needed: NDArray[np.intp], most: int) -> Bools:
    """Whom a team can take so that the groups it still needs find room, shape (m,)."""
    missing = np.maximum(needed - _counts(table, chosen), 0)
    room = most - len(chosen) - 1
    fits = missing.sum() - (missing[table.groups] > 0) <= room
    fits[list(chosen)] = False
    if table.apart is not None and chosen:
        fits &= ~table.apart[:, list(chosen)].any(axis=1)
    return np.asarray(fits, dtype=np.bool_)


def _counts(table: Table, chosen: Sequence[int]) -> NDArray[np.intp]:
    return np.bincount(table.groups[list(chosen)], minlength=len(GROUPS)).astype(np.intp)


def shared_work(corpus: Corpus) -> sparse.csr_array:
    """Share of two actors' work that they have done together, shape (n, n): a collaboration of k members counts
    1 / (k - 1), after Newman, "Scientific collaboration networks. II", Physical Review E 64, 2001."""
    sizes = np.bincount(corpus.takes_part.indices, minlength=corpus.takes_part.shape[1])
    small = np.flatnonzero((sizes > 1) & (sizes <= LARGEST_COLLABORATION))
    chosen = sparse.csr_array(sparse.csc_array(corpus.takes_part)[:, small])
    shares = sparse.diags_array(1 / np.maximum(sizes[small] - 1, 1), dtype=np.float32)
    work = np.maximum(np.diff(chosen.indptr), 1).astype(np.float32)
    each = sparse.diags_array(work**-0.5, dtype=np.float32)
    together = sparse.coo_array(each @ chosen @ shares @ chosen.T @ each)
    rows, columns = together.coords
    apart = rows != columns
    entries = (together.data[apart], (rows[apart], columns[apart]))
    return sparse.csr_array(entries, shape=together.shape)
