"""A team for an idea: who covers which of its parts, in whose words, and what nobody covers."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from matchmaker.actors import ActorGroup, Passage, Quote
from matchmaker.corpus import GROUPS
from matchmaker.matching.idea_parts import IdeaPart, parts
from matchmaker.matching.ideas import Answer, Ideas
from matchmaker.matching.team_choice import Table, TeamWeights, choose, shared_work
from matchmaker.matching.team_wishes import (
    Conflict,
    ConflictKind,
    ImpossibleTeamError,
    TeamWish,
    contradictions,
)
from matchmaker.search import in_region

CANDIDATES, CANDIDATES_BY_PART, CANDIDATES_BY_GROUP = 150, 25, 25
REFERENCE_RANK = 10
"""An actor as good as the tenth best covers half of a part."""
NOTHING = 0.02
"""A score that covers half of a part where hardly anybody has anything to say to it."""
COVERS = 1 / 3
"""A member is named for what it covers at least to this degree."""
COVERED = 0.5
"""A part that the team covers less than this stays uncovered."""

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cover:
    """What a member covers, and the words that show it."""

    part: int
    """Place in ``Team.parts``."""
    degree: float
    """0 to 1."""
    quote: Quote


@dataclass(frozen=True, slots=True)
class Member:
    """One of a team, with the reasons."""

    actor_id: str
    name: str
    group: ActorGroup
    suited: float
    """To the idea as a whole, 0 to 1."""
    covers: tuple[Cover, ...]
    """Most first; empty where the member is in for its group, its ties or because it was included."""
    worked_with: tuple[str, ...]
    """Names of the members it has worked with."""
    included: bool
    """The wish names it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the idea and how far the team covers it."""

    label: str
    statements: tuple[str, ...]
    covered: float
    """0 to 1."""

    @property
    def uncovered(self) -> bool:
        """Whether somebody is still missing for it."""
        return self.covered < COVERED


@dataclass(frozen=True, slots=True)
class Team:
    """Members in the order in which the idea gains most by them, those who are included first."""

    parts: tuple[Part, ...]
    members: tuple[Member, ...]


class Teams:
    """Finds teams; immutable, so that many threads may ask at once."""

    def __init__(self, ideas: Ideas, *, weights: TeamWeights | None = None) -> None:
        self._ideas = ideas
        self._weights = weights or TeamWeights()
        corpus = ideas.corpus
        self._row_of = corpus.row_of
        history = np.diff(corpus.takes_part.indptr).astype(np.float32)
        self._asked = np.log1p(history) / max(float(np.log1p(history.max(initial=0))), 1.0)
        self._ties = shared_work(corpus)
        self._apart: frozenset[tuple[str, str]] = frozenset()

    def heeding(self, apart: frozenset[tuple[str, str]]) -> Teams:
        """The same, with ids of actors that are never in one team, both ways round; this object stays as it is."""
        other = copy.copy(self)
        other._apart = apart
        return other

    def team(
        self,
        texts: Sequence[Passage],
        vectors: Floats,
        wish: TeamWish | None = None,
        *,
        gone: Collection[str] = (),
    ) -> Team:
        """The best team for an idea's ``statements`` and their centred vectors, shape (statements, d).

        ``gone`` are ids of actors that are there no more.

        Raises ``ImpossibleTeamError`` with everything in the wish that cannot be.
        """
        wish = wish or TeamWish()
        allowed = self._allowed(wish, gone)
        self._check(texts, wish, allowed, gone)
        found = parts(texts, vectors)
        table, answers = self.table(texts, vectors, found, allowed, wish)
        chosen = choose(table, needs(wish), wish.least, wish.most, self._weights)
        return self._told(table, chosen, found, answers, wish)

    def table(
        self,
        texts: Sequence[Passage],
        vectors: Floats,
        found: Sequence[IdeaPart],
        allowed: Bools,
        wish: TeamWish,
    ) -> tuple[Table, list[Answer]]:
        """Candidates for a team, and what the cluster answers to each part."""
        whole = self._ideas.answer(texts, vectors).scores
        answers = [self._ideas.answer(part.statements, part.vectors) for part in found]
        fixed = np.array([self._row_of[actor_id] for actor_id in wish.include], dtype=np.intp)
        rows = self._candidates(whole, [each.scores for each in answers], allowed, wish, fixed)
        near = self._ties[rows]
        ties = np.asarray((near[:, rows] + near @ near.T).toarray(), dtype=np.float32)
        np.fill_diagonal(ties, 0)
        covers = [_saturated(each.scores)[rows] for each in answers]
        table = Table(
            rows=rows,
            covers=np.array(covers, dtype=np.float32).reshape(len(found), len(rows)).T,
            suited=_saturated(whole)[rows],
            ties=np.minimum(ties, 1),
            asked=self._asked[rows].astype(np.float32),
            groups=self._ideas.corpus.groups[rows],
            fixed=tuple(dict.fromkeys(int(place) for place in np.searchsorted(rows, fixed))),
            apart=self._apart_among(rows),
        )
        return table, answers

    def _apart_among(self, rows: NDArray[np.intp]) -> Bools | None:
        place_of = {self._ideas.corpus.ids[row]: place for place, row in enumerate(rows)}
        inside = [
            (place_of[one], place_of[other])
            for one, other in self._apart
            if one in place_of and other in place_of
        ]
        if not inside:
            return None
        apart = np.zeros((len(rows), len(rows)), dtype=np.bool_)
        apart[tuple(np.array(inside).T)] = True
        return apart

    def _candidates(
        self,
        whole: Floats,
        by_part: Iterable[Floats],
        allowed: Bools,
        wish: TeamWish,
        fixed: NDArray[np.intp],
    ) -> NDArray[np.intp]:
        groups = self._ideas.corpus.groups
        found = [fixed, _highest(whole, allowed, CANDIDATES + wish.most)]
        found += [_highest(scores, allowed, CANDIDATES_BY_PART) for scores in by_part]
        for group, least in wish.groups.items():
            inside = allowed & (groups == GROUPS.index(group))
            found.append(_highest(whole, inside, CANDIDATES_BY_GROUP + least))
        return np.unique(np.concatenate(found)).astype(np.intp)

    def _allowed(self, wish: TeamWish, gone: Collection[str]) -> Bools:
        corpus = self._ideas.corpus
        allowed = np.ones(len(corpus.ids), dtype=np.bool_)
        if wish.regions:
            allowed = np.logical_or.reduce([in_region(corpus, region) for region in wish.regions])
        excluded = [self._row_of[actor_id] for actor_id in (*wish.exclude, *gone) if actor_id in self._row_of]
        allowed[excluded] = False
        return np.asarray(allowed, dtype=np.bool_)

    def _check(self, texts: Sequence[Passage], wish: TeamWish, allowed: Bools, gone: Collection[str]) -> None:
        conflicts = [] if texts else [Conflict(ConflictKind.NO_TEXT)]
        conflicts += contradictions(wish)
        conflicts += [
            Conflict(ConflictKind.UNKNOWN_ACTOR, {"actor": actor_id})
            for actor_id in dict.fromkeys((*wish.include, *wish.exclude))
            if actor_id not in self._row_of or actor_id in gone
        ]
        conflicts += [
            Conflict(ConflictKind.NEVER_TOGETHER, {"one": one, "other": other})
            for one, other in combinations(dict.fromkeys(wish.include), 2)
            if (one, other) in self._apart
        ]
        conflicts += self._shortages(wish, allowed)
        if conflicts:
            raise ImpossibleTeamError(conflicts)

    def _shortages(self, wish: TeamWish, allowed: Bools) -> Iterator[Conflict]:
        """What the cluster has too few for."""
        groups = self._ideas.corpus.groups
        included = {self._row_of[actor_id] for actor_id in wish.include if actor_id in self._row_of}
        fixed = np.array(sorted(included), dtype=np.intp)
        there = allowed.copy()
        there[fixed] = True
        count = np.bincount(groups[there], minlength=len(GROUPS))
        for group, least in wish.groups.items():
            if (had := int(count[GROUPS.index(group)])) < least:
                facts = {"wanted": least, "group": group.value, "there": had}
                yield Conflict(ConflictKind.TOO_FEW_OF_GROUP, facts, wish.regions)
        if (had := int(there.sum())) < wish.least:
            yield Conflict(ConflictKind.TOO_FEW_ACTORS, {"least": wish.least, "there": had}, wish.regions)
        wanted = needs(wish)
        missing = int(np.maximum(wanted - np.bincount(groups[fixed], minlength=len(GROUPS)), 0).sum())
        if missing + len(fixed) > wish.most >= max(int(wanted.sum()), len(fixed)):
            facts = {"included": len(fixed), "wanted": missing, "most": wish.most}
            yield Conflict(ConflictKind.NO_ROOM_FOR_GROUPS, facts)

    def _told(
        self,
        table: Table,
        chosen: Sequence[int],
        found: Sequence[IdeaPart],
        answers: Sequence[Answer],
        wish: TeamWish,
    ) -> Team:
        left = np.prod(1 - table.covers[list(chosen)], axis=0)
        told = tuple(
            Part(part.label, tuple(each.text for each in part.statements), 1 - float(open_))
            for part, open_ in zip(found, left, strict=True)
        )
        members = tuple(self._member(table, place, chosen, found, answers, wish) for place in chosen)
        return Team(told, members)

    def _member(
        self,
        table: Table,
        place: int,
        chosen: Sequence[int],
        found: Sequence[IdeaPart],
        answers: Sequence[Answer],
        wish: TeamWish,
    ) -> Member:
        corpus, row = self._ideas.corpus, int(table.rows[place])
        covered = [number for number in range(len(found)) if table.covers[place, number] >= COVERS]
        covered.sort(key=lambda number: (-float(table.covers[place, number]), number))
        covers = []
        for number in covered:
            part = found[number]
            grounds = self._ideas.grounds(row, answers[number], part.statements, part.vectors, 1)
            covers += [Cover(number, float(table.covers[place, number]), each.quote) for each in grounds]
        direct = self._ties[[row], :].indices
        names = (corpus.names[int(table.rows[other])] for other in chosen if table.rows[other] in direct)
        return Member(
            actor_id=corpus.ids[row],
            name=corpus.names[row],
            group=corpus.group(row),
            suited=float(table.suited[place]),
            covers=tuple(covers),
            worked_with=tuple(names),
            included=corpus.ids[row] in wish.include,
        )


def needs(wish: TeamWish) -> NDArray[np.intp]:
    """How many of each group a team must have, shape (groups,)."""
    return np.array([wish.groups.get(group, 0) for group in GROUPS], dtype=np.intp)


def _highest(scores: Floats, allowed: Bools, count: int) -> NDArray[np.intp]:
    """Rows of the highest scores among those allowed; ties by row."""
    order = np.argsort(-np.where(allowed, scores, -1), kind="stable")[:count]
    return order[allowed[order]]


def _saturated(scores: Floats) -> Floats:
    """From scores to degrees from 0 to 1."""
    rank = min(REFERENCE_RANK, len(scores))
    reference = float(np.partition(scores, len(scores) - rank)[len(scores) - rank]) if rank else 0.0
    return np.asarray(scores / (scores + max(reference, NOTHING)), dtype=np.float32)
