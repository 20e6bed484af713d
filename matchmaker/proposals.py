"""A whole cluster's balanced proposals as a table: narrowed, sorted, and explained only where somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matchmaker.actors import ActorGroup
from matchmaker.alphabet import name_key
from matchmaker.answers import Answer, AnswerKind, Note
from matchmaker.corpus import Corpus
from matchmaker.matching.matches import Match
from matchmaker.matching.proposing import Balanced
from matchmaker.search import allowed

Places = NDArray[np.intp]
"""Places in the columns of ``Balanced``."""
Pair = tuple[str, str]
Order = Literal["score", "seeker", "partner", "groups", "sub_cluster", "new", "exposure"]
Explain = Callable[[Sequence[int], Sequence[NDArray[np.intp]]], Sequence[Sequence[Match]]]
"""The matches of some rows of the build, each with rows of its own, as they read now; some may no longer stand."""


class Marked(StrEnum):
    """What people have said of a pair, for a filter."""

    PINNED = "pinned"
    NOTED = "noted"
    UNANSWERED = "unanswered"
    """Nobody said anything of it."""
    ANSWERED = "answered"
    """A firm said something of it, or a facilitator for a firm."""
    MUST_MEET = "must_meet"
    """At an event."""
    HIDDEN = "hidden"
    """Put aside by a facilitator or declined by a firm; it is in no list."""


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
    sub_cluster: Collection[str] | None = None
    """Ids of the members of a sub-cluster: either is one."""
    member: bool | None = None
    """Both are members of the organised cluster, or at least one is not."""
    known: bool | None = None
    """They know each other, or they do not."""
    marked: Marked | None = None


@dataclass(frozen=True, slots=True)
class Sayings:
    """What people say of pairs, to be shown beside the proposals."""

    answers: Mapping[Pair, tuple[Answer, ...]] = field(default_factory=dict)
    """By seeker and partner."""
    notes: Mapping[Pair, Note] = field(default_factory=dict)
    """By the ids of the two, the smaller first."""
    must_meet: frozenset[Pair] = frozenset()
    """At an event, the smaller id first."""

    @classmethod
    def of(
        cls, answers: Sequence[Answer], notes: Sequence[Note] = (), must_meet: Collection[Pair] = ()
    ) -> Sayings:
        """What is said, by pair."""
        by_pair: dict[Pair, tuple[Answer, ...]] = {}
        for each in answers:
            pair = each.seeker_id, each.partner_id
            by_pair[pair] = (*by_pair.get(pair, ()), each)
        return cls(by_pair, {(each.a, each.b): each for each in notes}, frozenset(must_meet))

    def about(self, one: str, other: str) -> tuple[Answer, ...]:
        """Every answer about a pair, either way round."""
        return (*self.answers.get((one, other), ()), *self.answers.get((other, one), ()))

    def pairs(self, marked: Marked) -> frozenset[Pair]:
        """The pairs that a mark is about, as they are kept; of ``UNANSWERED`` those that it leaves out."""
        if marked is Marked.NOTED:
            return frozenset(self.notes)
        if marked is Marked.MUST_MEET:
            return self.must_meet
        if marked is Marked.UNANSWERED:
            return frozenset(self.answers) | self.must_meet
        if marked is Marked.ANSWERED:
            return frozenset(
                pair for pair, said in self.answers.items() if any(each.said.side == "firm" for each in said)
            )
        kinds = {AnswerKind.PINNED} if marked is Marked.PINNED else PUT_ASIDE
        return frozenset(
            pair for pair, said in self.answers.items() if any(each.said.kind in kinds for each in said)
        )


PUT_ASIDE = frozenset({AnswerKind.HIDDEN, AnswerKind.NEVER, AnswerKind.DECLINED})
"""Answers after which a pair is in no list."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A match in its seeker's list."""

    seeker_name: str
    seeker_group: ActorGroup
    match: Match
    rank: int
    """From 1, in the seeker's list as it was built; 0 for a pair that is in no list."""
    mutual: bool
    """Each is in the other's list."""
    exposure: int = 0
    """Lists that the partner is in."""
    answers: tuple[Answer, ...] = ()
    """What is said of the pair, either way round."""
    note: Note | None = None
    must_meet: bool = False
    """A facilitator wants the two to meet at the event."""
    sub_clusters: tuple[str, str] = ("", "")
    """Ids of the foremost sub-cluster of the seeker and of the partner."""


class ProposalTable:
    """The proposals between actors that are still there; immutable."""

    def __init__(
        self,
        balanced: Balanced,
        rows: NDArray[np.intp],
        now: Corpus,
        row_of: Mapping[str, int],
        explain: Explain,
        *,
        apart: Collection[Pair] = (),
        sayings: Sayings | None = None,
        sub_clusters: Mapping[str, str] | None = None,
    ) -> None:
        """``rows``, shape (actors of the build,), are their rows in ``now``, -1 for who is gone. ``row_of`` leads there from an
        actor's id, ``sub_clusters`` to the id of its foremost one.

        ``apart`` are pairs of seeker and partner that are not shown, whatever the lists hold: they may be of before that was
        said.
        """
        self.measures = balanced.measures
        self._balanced = balanced
        self._now = now
        self._row_of = row_of
        self._explain = explain
        self._sayings = sayings or Sayings()
        self._sub_clusters = sub_clusters or {}
        self._seekers, self._partners = rows[balanced.seekers], rows[balanced.partners]
        self._there = (self._seekers >= 0) & (self._partners >= 0)
        self._mutual = balanced.mutual
        if apart:
            gone = self._keys_of(apart)
            self._there &= ~np.isin(self._pair_keys(), gone)
            self._mutual = self._mutual & ~np.isin(self._pair_keys(turned=True), gone)

    def of(self, actor_id: str) -> Places:
        """One actor's list, best first; empty for an actor that the build does not have."""
        row = self._row_of.get(actor_id, -1)
        return np.flatnonzero(self._there & (self._seekers == row))

    def places(
        self, chosen: ProposalFilter | None = None, *, order: Order | None = None, falling: bool = False
    ) -> Places:
        """Where the proposals are that a filter leaves, by seeker's id and rank, or in an order of their own.

        By ``score``, by the name of the ``seeker`` or the ``partner``, by the ``groups`` of the two, by the partner's
        ``sub_cluster``, by whether they are ``new`` to each other, or by the ``exposure`` of the partner; ``falling`` turns that
        around, and ties are in the lists' order. The order is that of the scores as they were built.
        """
        chosen = chosen or ProposalFilter()
        places = np.flatnonzero(self._there & self._left(chosen))
        if chosen.once:
            places = self._once(places)
        if order is None:
            return places
        keys = self._keys(order)[places]
        if order in BY_SCORE_THEN:
            # Of thousands that are alike the best are wanted first, whichever way the whole is turned.
            scores = -self._balanced.scores[places]
            return places[np.lexsort((scores, -keys if falling else keys))]
        return places[np.argsort(-keys if falling else keys, kind="stable")]

    def among(self, places: Places, actor_ids: Collection[str]) -> Places:
        """Those of some places whose two actors are both among these."""
        there = set(actor_ids)
        inside = np.array([actor_id in there for actor_id in self._now.ids], dtype=np.bool_)
        return places[inside[self._seekers[places]] & inside[self._partners[places]]]

    def _keys(self, order: Order) -> NDArray[np.float32] | NDArray[np.intp]:
        """What each proposal is sorted by, shape (m,)."""
        if order == "score":
            return self._balanced.scores
        if order == "exposure":
            return self._exposure()[self._partners]
        if order == "new":
            return np.asarray(~self._balanced.known, dtype=np.intp)
        if order == "groups":
            groups = self._now.groups.astype(np.intp)
            one, other = groups[self._seekers], groups[self._partners]
            return np.asarray(np.minimum(one, other) * 100 + np.maximum(one, other), dtype=np.intp)
        if order == "sub_cluster":
            numbers = {name: number for number, name in enumerate(dict.fromkeys(self._sub_clusters.values()))}
            last = len(numbers)
            of_row = [numbers.get(self._sub_clusters.get(each, ""), last) for each in self._now.ids]
            return np.array(of_row, dtype=np.intp)[self._partners]
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
        exposure = self._exposure()
        shown = []
        for place in places:
            seeker, partner = self._now.ids[self._seekers[place]], self._now.ids[self._partners[place]]
            if (match := found.get((seeker, partner))) is not None:
                shown.append(self._proposal(int(place), match, int(exposure[self._partners[place]])))
        return shown

    def _proposal(self, place: int, match: Match, exposure: int) -> Proposal:
        row = int(self._seekers[place])
        one, other = match.seeker_id, match.partner_id
        pair = min(one, other), max(one, other)
        return Proposal(
            seeker_name=self._now.names[row],
            seeker_group=self._now.group(row),
            match=match,
            rank=int(self._balanced.ranks[place]),
            mutual=bool(self._mutual[place]),
            exposure=exposure,
            answers=self._sayings.about(one, other),
            note=self._sayings.notes.get(pair),
            must_meet=pair in self._sayings.must_meet,
            sub_clusters=(self._sub_clusters.get(one, ""), self._sub_clusters.get(other, "")),
        )

    def _exposure(self) -> NDArray[np.intp]:
        """Lists that each actor is in, by row, shape (n,)."""
        return np.bincount(self._partners[self._there], minlength=len(self._now.ids))

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
        if chosen.sub_cluster is not None:
            among = set(chosen.sub_cluster)
            inside = np.array([actor_id in among for actor_id in now.ids], dtype=np.bool_)
            left &= inside[self._seekers] | inside[self._partners]
        if chosen.member is not None:
            both = now.members[self._seekers] & now.members[self._partners]
            left &= both if chosen.member else ~both
        if chosen.known is not None:
            left &= self._balanced.known == chosen.known
        if chosen.group or chosen.other_group:
            one, other = (
                allowed(now, [group] if group else [], "") for group in (chosen.group, chosen.other_group)
            )
            left &= (one[self._seekers] & other[self._partners]) | (
                other[self._seekers] & one[self._partners]
            )
        if chosen.marked is not None and chosen.marked is not Marked.HIDDEN:
            wanted_keys = self._keys_of(self._sayings.pairs(chosen.marked), both_ways=True)
            marked = np.isin(self._pair_keys(), wanted_keys)
            left &= ~marked if chosen.marked is Marked.UNANSWERED else marked
        return left

    def _pair_keys(self, *, turned: bool = False) -> NDArray[np.int64]:
        """A number of its own for each pair of seeker and partner, shape (m,)."""
        one, other = (self._partners, self._seekers) if turned else (self._seekers, self._partners)
        return np.asarray(one.astype(np.int64) * len(self._now.ids) + other, dtype=np.int64)

    def _keys_of(self, pairs: Collection[Pair], *, both_ways: bool = False) -> NDArray[np.int64]:
        """The same numbers of pairs by their ids; those of actors that are not there are left out."""
        rows, count = self._row_of, len(self._now.ids)
        found = [(rows[one], rows[other]) for one, other in pairs if one in rows and other in rows]
        if both_ways:
            found += [(other, one) for one, other in found]
        return np.array([one * count + other for one, other in found], dtype=np.int64)

    def _once(self, places: Places) -> Places:
        """Of a pair in both lists the one whose seeker comes first by id; the filters leave both or neither."""
        turned = self._mutual[places] & (self._seekers[places] > self._partners[places])
        return places[~turned]

    def _alphabet(self) -> NDArray[np.intp]:
        """Each row's place among the names, alike for equal names, shape (n,)."""
        folded = list(map(name_key, self._now.names))
        place = {name: number for number, name in enumerate(sorted(set(folded)))}
        return np.array([place[name] for name in folded], dtype=np.intp)


BY_SCORE_THEN = frozenset({"groups", "sub_cluster", "new", "exposure"})
"""Orders in which very many proposals are alike."""
