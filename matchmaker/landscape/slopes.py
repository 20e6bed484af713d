"""How the share of each item moves from year to year, against chance: an exact test, calls as one draw, damped rates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special, stats

FEWEST_UNITS = 5
"""Collaborations with an item, and without it, below which nothing is tested: no small p can come out."""
EXACT_UP_TO = 40
"""Up to so many collaborations with (or without) an item the test is exact; beyond it is normal."""
LEAST_SPREAD = 0.2
"""The yearly log odds of items are never taken to vary less than this, so that damping alone makes nothing certain."""


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """One row for each of *i* items."""

    counts: NDArray[np.int64]
    """Shape (i, years)."""
    calls: NDArray[np.int64]
    """Shape (i,): in how many different calls an item was seen."""
    tested: NDArray[np.bool_]
    """Shape (i,): whether there is enough to test; where not, ``p`` and ``q`` are 1."""
    rate: NDArray[np.float64]
    """Shape (i,): factor by which the odds of an item change in a year, damped; 1 is no change."""
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    """Shape (i,): the rate's 95 % interval."""
    p: NDArray[np.float64]
    """Shape (i,): two-sided."""
    q: NDArray[np.float64]
    """Shape (i,): the same after Benjamini and Hochberg over all items tested."""


def slopes(has: sparse.csc_array, years: NDArray[np.int64], calls: NDArray[np.int64], *, span: int) -> Slopes:
    """Test for each item whether the units that have it lie earlier or later than all units do.

    ``has``, shape (u, i), ones, says which unit has which item; ``years``, shape (u,), from 0 to ``span`` - 1; ``calls``,
    shape (u,), numbers the call of each unit.

    The statistic is *U*, the years of the units that have the item, summed, less what is expected if they were drawn from
    all units alike (Cochran 1954, Armitage 1955). Since the number of units in each year is given, programmes that grow
    or pause move nothing. Units of one call are one draw: the variance of *U* is also taken over the calls of each year
    (a sandwich, with Student's *t* on the number of calls), and the larger *p* counts. Rates are Peto's one-step log odds ratios, *U*/*V*,
    shrunk towards 0 by a normal prior whose variance is fitted to all items by moments (DerSimonian and Laird 1986).
    """
    sizes = np.bincount(years, minlength=span).astype(np.int64)
    total = np.asarray(has.sum(axis=0)).astype(np.int64)
    counts = np.zeros((has.shape[1], span), dtype=np.int64)
    for year in range(span):
        counts[:, year] = np.asarray(has[years == year].sum(axis=0)).astype(np.int64)
    centred = years - (years.mean() if len(years) else 0.0)
    units = len(years)
    share = total / max(units, 1)
    moved = np.asarray(counts @ np.arange(span, dtype=np.float64)) - total * (years.mean() if units else 0.0)
    variance = share * (1 - share) * float((centred**2).sum()) * units / max(units - 1, 1)
    tested = (np.minimum(total, units - total) >= FEWEST_UNITS) & (np.count_nonzero(sizes) >= 2)
    by_call, called = _by_call(has, years, calls, counts, centred)
    p = np.ones(len(total))
    p[tested] = _chance(counts[tested], sizes, moved[tested], variance[tested])
    if len(np.unique(calls)) < units:
        p[tested] = np.maximum(p[tested], _chance_of_calls(moved[tested], by_call[tested], called[tested]))
    q = np.ones(len(total))
    if tested.any():
        q[tested] = stats.false_discovery_control(p[tested], method="bh")
    middle, spread = _damped(moved, variance, np.maximum(variance, by_call), tested)
    return Slopes(
        counts=counts,
        calls=called,
        tested=tested,
        rate=np.exp(middle),
        low=np.exp(middle - 1.96 * spread),
        high=np.exp(middle + 1.96 * spread),
        p=p,
        q=q,
    )


def _by_call(
    has: sparse.csc_array,
    years: NDArray[np.int64],
    calls: NDArray[np.int64],
    counts: NDArray[np.int64],
    centred: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The variance of *U* with calls as draws, and the number of calls that hold each item.

    A call of a year strays from what its size and the year's share let expect; of a year with a single call only the
    share of all years can be expected.
    """
    number = np.unique(np.stack([calls, years]), axis=1, return_inverse=True)[1].ravel()
    size = int(number.max()) + 1 if len(number) else 0
    belongs = sparse.csr_array(
        (np.ones(len(number)), (number, np.arange(len(number)))), shape=(size, len(number))
    )
    held = sparse.csr_array(belongs @ has)
    units = np.bincount(number, minlength=size).astype(np.float64)
    year_of = np.zeros(size, dtype=np.int64)
    year_of[number] = years
    shift = np.zeros(size)
    shift[number] = centred
    overall = counts.sum(axis=1) / max(len(years), 1)
    variance = np.zeros(has.shape[1])
    for year in np.unique(year_of).tolist():
        mine = np.flatnonzero(year_of == year)
        here, sizes = held[mine], units[mine]
        share = counts[:, year] / sizes.sum() if len(mine) > 1 else overall
        strays = (
            np.asarray(here.multiply(here).sum(axis=0))
            - 2 * share * np.asarray(here.T @ sizes)
            + share**2 * float((sizes**2).sum())
        )
        variance += shift[mine[0]] ** 2 * np.maximum(strays, 0.0) * len(mine) / max(len(mine) - 1, 1)
    called = np.unique(calls, return_inverse=True)[1]
    whole = sparse.csr_array(
        (np.ones(len(called)), (called, np.arange(len(called)))), shape=(size, len(called))
    )
    return variance, np.asarray(((whole @ has) > 0).sum(axis=0)).astype(np.int64)


def _chance(
    counts: NDArray[np.int64],
    sizes: NDArray[np.int64],
    moved: NDArray[np.float64],
    variance: NDArray[np.float64],
) -> NDArray[np.float64]:
    total = counts.sum(axis=1)
    # Those without the item are as good as those with it; the fewer make the smaller table.
    fewer = np.where((2 * total <= sizes.sum())[:, None], counts, sizes - counts)
    drawn = fewer.sum(axis=1)
    p = 2 * stats.norm.sf(np.abs(moved) / np.sqrt(np.maximum(variance, 1e-12)))
    small = drawn <= EXACT_UP_TO
    if small.any():
        tails = _tails(sizes, int(drawn[small].max()))
        place = fewer[small] @ np.arange(len(sizes))
        p[small] = [tails[n][t] for n, t in zip(drawn[small].tolist(), place.tolist(), strict=True)]
    return np.minimum(p, 1.0)


def _tails(sizes: NDArray[np.int64], most: int) -> list[NDArray[np.float64]]:
    """For each number drawn from all units: the two-sided probability of each sum of years, exactly."""
    width = most * max(len(sizes) - 1, 0) + 1
    ways = np.zeros((most + 1, width))
    ways[0, 0] = 1.0
    for year, size in enumerate(sizes.tolist()):
        more = ways.copy()
        for drawn in range(1, min(most, size) + 1):
            shift = drawn * year
            more[drawn:, shift:] += special.comb(size, drawn) * ways[: most + 1 - drawn, : width - shift]
        ways = more
    found = []
    for row in ways:
        chance = row / max(row.sum(), 1e-300)
        below, above = np.cumsum(chance), np.cumsum(chance[::-1])[::-1]
        found.append(np.minimum(1.0, 2 * np.minimum(below, above)))
    return found


def _chance_of_calls(
    moved: NDArray[np.float64], variance: NDArray[np.float64], called: NDArray[np.int64]
) -> NDArray[np.float64]:
    p = 2 * stats.t.sf(np.abs(moved) / np.sqrt(np.maximum(variance, 1e-12)), np.maximum(called - 1, 1))
    return np.where(called < 2, 1.0, p)


def _damped(
    moved: NDArray[np.float64],
    information: NDArray[np.float64],
    variance: NDArray[np.float64],
    tested: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The yearly log odds, shrunk, and their standard deviation; what tells nothing is 0 with the prior's spread."""
    known = information > 1e-9
    raw = np.where(known, moved / np.maximum(information, 1e-9), 0.0)
    precision = np.where(known, information**2 / np.maximum(variance, 1e-9), 0.0)
    used = precision[tested]
    prior = LEAST_SPREAD**2
    if used.sum() > 0:
        prior = max(prior, float((raw[tested] ** 2 * used - 1).sum() / used.sum()))
    return raw * precision / (precision + 1 / prior), 1 / np.sqrt(precision + 1 / prior)
