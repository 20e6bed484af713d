"""The kinds of actor that may be missing somewhere: actor groups, regions, and themes of other sub-clusters."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.corpus import GROUPS, Corpus
from matchmaker.landscape.incidence import Incidence

ENOUGH = 10.0
"""A region is large enough to be told about where a sub-cluster of the usual size would have so many of it."""
MOST_PEOPLE = 0.75
"""Share of the actors that are to live in such regions."""
CLEARLY_AT_HOME = 0.4
"""An actor stands for a theme where this share of its ties lies there; one that is everywhere stands for none."""
LEVELS = (5, 4, 3, 2)
"""Characters of a NUTS code: level 3, 2, 1, and the country."""
_NUTS = re.compile(r"[A-Z]{2}[A-Z0-9]{0,3}")


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """Which actors are of which kind: *n* actors, *k* kinds."""

    names: tuple[str, ...]
    """Actor group, region, or id of the theme; length k."""
    of: sparse.csr_array
    """Shape (n, k), float64 ones."""
    known: NDArray[np.bool_]
    """Shape (n,): actors of whom it is known; the others count nowhere."""
    level: int = 0
    """Characters of the regions' codes; 0 for what is no region."""


def group_kinds(corpus: Corpus) -> Kinds:
    """The actor groups that occur."""
    there = np.unique(corpus.groups)
    columns = np.searchsorted(there, corpus.groups)
    return Kinds(
        tuple(GROUPS[group].value for group in there.tolist()),
        _ones(np.arange(len(corpus.ids)), columns, (len(corpus.ids), len(there))),
        np.ones(len(corpus.ids), dtype=np.bool_),
    )


def region_kinds(corpus: Corpus, size: float) -> Kinds:
    """Regions at the finest NUTS level at which most actors live where a set of ``size`` actors can be judged.

    Judged means that so many actors drawn from all would have ``ENOUGH`` of the region. A region that is no NUTS code stands
    for itself; where none is given the country does, at the level of countries.
    """
    for level in LEVELS:
        names = [
            _at(region, country, level)
            for region, country in zip(corpus.regions, corpus.countries, strict=True)
        ]
        counts = Counter(filter(None, names))
        known = counts.total()
        large = sum(count for count in counts.values() if count * size / max(known, 1) >= ENOUGH)
        if known and large >= MOST_PEOPLE * known:
            break
    there = sorted(counts)
    column = {name: place for place, name in enumerate(there)}
    rows = np.array([row for row, name in enumerate(names) if name], dtype=np.int64)
    return Kinds(
        tuple(there),
        _ones(rows, np.array([column[names[row]] for row in rows], dtype=np.int64), (len(names), len(there))),
        np.array([bool(name) for name in names], dtype=np.bool_),
        level,
    )


def theme_kinds(places: Incidence) -> tuple[Kinds, NDArray[np.int64]]:
    """The specialisations, and the sub-clusters that have none, with those clearly at home there; and the place of each.

    A university that is a member of many would make each of its themes seem drawn on wherever it goes.
    """
    parents = set(places.parents.tolist())
    leaves = np.array([place for place in range(len(places.ids)) if place not in parents], dtype=np.int64)
    sure = (
        sparse.coo_array(places.confidence[:, leaves])
        if len(leaves)
        else sparse.coo_array((places.confidence.shape[0], 0))
    )
    rows, columns = sure.coords
    clear = sure.data >= CLEARLY_AT_HOME
    return (
        Kinds(
            tuple(places.ids[place] for place in leaves.tolist()),
            _ones(rows[clear].astype(np.int64), columns[clear].astype(np.int64), sure.shape),
            np.ones(sure.shape[0], dtype=np.bool_),
        ),
        leaves,
    )


def _at(region: str, country: str, level: int) -> str:
    if _NUTS.fullmatch(region):
        return region[:level] if len(region) >= level or len(region) == 2 else ""
    return region or (country if level == 2 else "")


def _ones(rows: NDArray[np.int64], columns: NDArray[np.int64], shape: tuple[int, int]) -> sparse.csr_array:
    return sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)
