"""A whole cluster's balanced proposals as a table: narrowed, sorted, and explained only where somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matchmaker.actors import ActorGroup
from matchmaker.corpus import Corpus
from matchmaker.matching.matches import Match
from matchmaker.matching.proposing import Balanced
from matchmaker.search import allowed

Places = NDArray[np.intp]
"""Places in the columns of ``Balanced``."""
Order = Literal["score", "seeker", "partner"]
Explain = Callable[[Sequence[int], Sequence[NDArray[np.intp]]], Sequence[Sequence[Match]]]
"""The matches of some rows of the build, each with rows of its own, as they read now; some may no longer stand."""


@dataclass(frozen=True, slots=True)
class ProposalFilter:
    """Which proposals to show; filters are combined by *and*, and none asks which of a pair is the seeker."""

    text: str = ""
    """Part of the name of either."""
    group: ActorGroup | None = None
    """Of either."""
    other_group: ActorGroup | None = None
    """Of the other one."""
    region: str = ""
    """Country code, or beginning of a region: of either."""
    once: bool = False
    """Show a pair that is in both lists once."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A match in its seeker's list."""

    seeker_name: str
    seeker_group: ActorGroup
    match: Match
    rank: int
    """From 1, in the seeker's list as it was built."""
    mutual: bool
    """Each is in the other's list."""


class ProposalTable:
    """The proposals between actors that are still there; immutable."""

    def __init__(
        self, balanced: Balanced, built: Corpus, now: Corpus, row_of: Mapping[str, int], explain: Explain
    ) -> None:
        """``row_of`` leads from an actor's id to its row in ``now``."""
        self.measures = balanced.measures
        self._balanced = balanced
        self._built = built
        self._now = now
        self._row_of = row_of
        self._explain = explain
        rows = np.array([row_of.get(actor_id, -1) for actor_id in built.ids], dtype=np.intp)
        self._seekers, self._partners = rows[balanced.seekers], rows[balanced.partners]
        self._there = (self._seekers >= 0) & (self._partners >= 0)

    def of(self, actor_id: str) -> Places:
        """One actor's list, best first; empty for an actor that the build does not have."""
        row = self._row_of.get(actor_id, -1)
        return np.flatnonzero(self._there & (self._seekers == row))

    def places(
        self, chosen: ProposalFilter | None = None, *, order: Order | None = None, falling: bool = False
    ) -> Places:
        """Where the proposals are that a filter leaves, by seeker's id and rank, or in an order of their own.

        By ``score`` or by the name of the ``seeker`` or the ``partner``; ``falling`` turns that around, and ties are in
        the lists' order. The order is that of the scores as they were built.
        """
        chosen = chosen or ProposalFilter()
        places = np.flatnonzero(self._there & self._left(chosen))
        if chosen.once:
            places = self._once(places)
        if order is None:
            return places
        keys = self._keys(order)[places]
        return places[np.argsort(-keys if falling else keys, kind="stable")]

    def _keys(self, order: Order) -> NDArray[np.float32] | NDArray[np.intp]:
        """What each proposal is sorted by, shape (m,)."""
        if order == "score":
            return self._balanced.scores
        return self._alphabet()[self._seekers if order == "seeker" else self._partners]

    def shown(self, places: Places) -> list[Proposal]:
        """The proposals at some places, in their order; those that no longer stand after a change are left out."""
        seekers, groups = np.unique(self._balanced.seekers[places], return_inverse=True)
        partners = [
            self._balanced.partners[places[groups == group]].astype(np.intp) for group in range(len(seekers))
        ]
        found = {
            (match.seeker_id, match.partner_id): match
            for matches in self._explain([int(row) for row in seekers], partners)
            for match in matches
        }
        shown = []
        for place in places:
            seeker, partner = self._now.ids[self._seekers[place]], self._now.ids[self._partners[place]]
            if (match := found.get((seeker, partner))) is not None:
                shown.append(self._proposal(int(place), match))
        return shown

    def _proposal(self, place: int, match: Match) -> Proposal:
        row = int(self._seekers[place])
        return Proposal(
            seeker_name=self._now.names[row],
            seeker_group=self._now.group(row),
            match=match,
            rank=int(self._balanced.ranks[place]),
            mutual=bool(self._balanced.mutual[place]),
        )

    def _left(self, chosen: ProposalFilter) -> NDArray[np.bool_]:
        now = self._now
        left = np.ones(len(self._seekers), dtype=np.bool_)
        if chosen.text:
            wanted = chosen.text.casefold()
            named = np.array([wanted in name.casefold() for name in now.names], dtype=np.bool_)
            left &= named[self._seekers] | named[self._partners]
        if chosen.region:
            inside = allowed(now, (), chosen.region)
            left &= inside[self._seekers] | inside[self._partners]
        if chosen.group or chosen.other_group:
            one, other = (
                allowed(now, [group] if group else [], "") for group in (chosen.group, chosen.other_group)
            )
            left &= (one[self._seekers] & other[self._partners]) | (
                other[self._seekers] & one[self._partners]
            )
        return left

    def _once(self, places: Places) -> Places:
        """Of a pair in both lists the one whose seeker comes first by id; the filters leave both or neither."""
        turned = self._balanced.mutual[places] & (self._seekers[places] > self._partners[places])
        return places[~turned]

    def _alphabet(self) -> NDArray[np.intp]:
        """Each row's place among the names, alike for equal names, shape (n,)."""
        folded = [name.casefold() for name in self._now.names]
        place = {name: number for number, name in enumerate(sorted(set(folded)))}
        return np.array([place[name] for name in folded], dtype=np.intp)
