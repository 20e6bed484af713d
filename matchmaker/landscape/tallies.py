"""What each of several siblings has of every kind of actor, and how it compares with the others together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.corpus import Corpus
from matchmaker.landscape.caveats import Caveat, Unknown
from matchmaker.landscape.gap_signs import Comparison, Sign, SignId, compare
from matchmaker.landscape.incidence import Incidence
from matchmaker.landscape.kinds import Kinds, group_kinds, region_kinds, theme_kinds

FEWEST_MEMBERS = 10
"""With fewer members nothing is compared with the siblings."""
FEWEST_COLLABORATIONS = 10
"""With fewer collaborations of two or more, nothing is said of what they need."""


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """One sign for all siblings and kinds; arrays of shape (siblings, kinds)."""

    id: SignId
    count: NDArray[np.int64]
    of: NDArray[np.int64]
    elsewhere: NDArray[np.int64]
    of_elsewhere: NDArray[np.int64]
    found: Comparison

    def sign(self, row: int, column: int) -> Sign:
        """The comparison of one sibling with the others for one kind."""
        cell, q = (row, column), float(self.found.q[row, column])
        return Sign(
            id=self.id,
            count=int(self.count[cell]),
            of=int(self.of[cell]),
            elsewhere=int(self.elsewhere[cell]),
            of_elsewhere=int(self.of_elsewhere[cell]),
            ratio=float(self.found.ratio[cell]),
            low=float(self.found.low[cell]),
            high=float(self.found.high[cell]),
            q=None if np.isnan(q) else q,
            holds=bool(self.found.holds[cell]),
        )


class Siblings:
    """Sub-clusters under one parent and what they have of the groups, of the regions, and of each other's themes."""

    def __init__(self, corpus: Corpus, places: Incidence, siblings: NDArray[np.int64]) -> None:
        self._corpus, self._places = corpus, places
        self.places = np.sort(siblings)
        sizes = np.asarray(corpus.takes_part.sum(axis=0))
        columns = [places.columns(place) for place in self.places.tolist()]
        self._columns = [each[sizes[each] > 1] for each in columns]
        self._members = [places.members(place) for place in self.places.tolist()]
        regions = region_kinds(corpus, float(np.median([len(each) for each in self._members])))
        self.level = regions.level if len(regions.names) > 1 else 0
        """Characters of the regions' codes that are compared; 0 where there are no two regions."""
        self.groups = group_kinds(corpus)
        self.regions = regions if self.level else None
        self.themes, self._theme_places = theme_kinds(places)
        self.group_tallies = self._of_kinds(self.groups)
        self.region_tallies = self._of_kinds(self.regions) if self.regions else []
        self.theme_tallies = self._of_themes()

    def row(self, place: int) -> int:
        """The row of one of the siblings in the tallies."""
        return int(np.searchsorted(self.places, place))

    def kin(self, place: int, column: int) -> bool:
        """Whether a theme is the sub-cluster itself, its own specialisation, or what it is a specialisation of."""
        parents, theme = self._places.parents, int(self._theme_places[column])
        return bool(theme == place or parents[theme] == place or parents[place] == theme)

    def counts(self, chosen: Sequence[int]) -> tuple[int, int]:
        """How many groups and regions were looked at in some of the siblings, and of how many nothing can be told."""
        rows = np.searchsorted(self.places, np.array(chosen))
        compared = untold = 0
        for tallies in (self.group_tallies, self.region_tallies):
            if tallies:
                blind = np.all([np.isnan(each.found.q[rows]) for each in tallies], axis=0)
                compared += blind.size
                untold += int(blind.sum())
        return compared, untold

    def caveats(self, place: int) -> list[Caveat]:
        """Why one of the siblings is not compared."""
        found = []
        name, members, columns = (
            self._places.ids[place],
            self._members[self.row(place)],
            self._columns[self.row(place)],
        )
        if len(members) < FEWEST_MEMBERS:
            figures = {"actors": float(len(members)), "needed": float(FEWEST_MEMBERS)}
            found.append(Caveat(Unknown.FEW_ACTORS, figures, name))
        if len(columns) < FEWEST_COLLABORATIONS:
            figures = {"collaborations": float(len(columns)), "needed": float(FEWEST_COLLABORATIONS)}
            found.append(Caveat(Unknown.FEW_COLLABORATIONS, figures, name))
        return found

    def _of_kinds(self, kinds: Kinds) -> list[Tally]:
        members, sizes = self._members_of(kinds)
        held, brought, collaborations = self._collaborations_with(kinds)
        return [
            _tally(SignId.FEWER_MEMBERS, members, sizes, fewer=True),
            _tally(SignId.FEWER_COLLABORATIONS, held, collaborations, fewer=True),
            _tally(SignId.BROUGHT_IN, brought, held, fewer=False),
        ]

    def _of_themes(self) -> list[Tally]:
        """What is drawn on; the sub-cluster that has a theme is no measure of how much the others draw on it."""
        held, brought, collaborations = self._collaborations_with(self.themes)
        for row, place in enumerate(self.places.tolist()):
            own = [column for column in range(len(self.themes.names)) if self.kin(place, column)]
            for each in (held, brought, collaborations):
                each[row, own] = 0
        return [
            _tally(SignId.DRAWN_ON, brought, collaborations, fewer=False),
            _tally(SignId.BROUGHT_IN, brought, held, fewer=False),
        ]

    def _members_of(self, kinds: Kinds) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Members of each kind, and members of whom it is known."""
        members = np.zeros((len(self.places), len(kinds.names)), dtype=np.int64)
        sizes = np.zeros_like(members)
        for row, inside in enumerate(self._members):
            if len(inside) >= FEWEST_MEMBERS:
                members[row] = np.asarray(kinds.of[inside].sum(axis=0)).round()
                sizes[row] = int(kinds.known[inside].sum())
        return members, sizes

    def _collaborations_with(
        self, kinds: Kinds
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Collaborations with one of each kind in them, those with none such who is a member, and all."""
        held = np.zeros((len(self.places), len(kinds.names)), dtype=np.int64)
        brought, collaborations = np.zeros_like(held), np.zeros_like(held)
        for row, (inside, columns) in enumerate(zip(self._members, self._columns, strict=True)):
            if len(columns) >= FEWEST_COLLABORATIONS:
                part = sparse.csr_array(self._corpus.takes_part[:, columns])
                held[row] = _filled(sparse.csr_array(part.T @ kinds.of))
                by_members = sparse.csr_array(
                    sparse.csr_array(part[inside]).T @ sparse.csr_array(kinds.of[inside])
                )
                brought[row] = held[row] - _filled(by_members)
                collaborations[row] = len(columns)
        return held, brought, collaborations


def _tally(sign: SignId, count: NDArray[np.int64], of: NDArray[np.int64], *, fewer: bool) -> Tally:
    elsewhere, of_elsewhere = count.sum(axis=0) - count, of.sum(axis=0) - of
    return Tally(
        sign, count, of, elsewhere, of_elsewhere, compare(count, of, elsewhere, of_elsewhere, fewer=fewer)
    )


def _filled(counts: sparse.csr_array) -> NDArray[np.int64]:
    """In how many rows each column has an entry."""
    return np.bincount(counts.indices, minlength=counts.shape[1]).astype(np.int64)
