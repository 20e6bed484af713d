"""Whether actors that came or changed begin to fit saved searches: many searches at once, ranking only where it is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.alerts.suggested import Suggested
from matchmaker.alerts.wishes import filter_of, questions
from matchmaker.errors import ActorNotFoundError, EncoderUnavailableError, SubClusterNotFoundError
from matchmaker.fitting import Doubt, Filter, Fitting, Question
from matchmaker.published import Published
from matchmaker.saved_searches import SearchKind, Watched

SEARCHES_AT_ONCE = 128
"""Searches whose questions are in memory together; up to eight each."""
SLACK = 1e-4
"""What an actor scores at most may be this much too low by rounding."""

Flags = NDArray[np.bool_]
"""Shape (candidates,)."""
UNJUDGED = (ActorNotFoundError, SubClusterNotFoundError, EncoderUnavailableError)
"""What a search names is not in this build, or texts cannot be compared now: another round will tell."""

_FILTERED = frozenset({"group", "country", "region", "member"})
"""Fields by which an actor passes a filter."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An actor to judge."""

    actor_id: str
    change: int
    """The number of its latest change that tells."""
    added: bool
    fields: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class _Open:
    """A search as far as it is decided without ranking anybody."""

    watched: Watched
    chosen: Filter
    fits: Flags
    """Who fits so far; more are added."""
    fresh: Flags
    """Who fits if it is on the list of one of the questions."""
    asked: Mapping[str, Question]


class Judging:
    """Judges the same candidates for many searches, by one publication."""

    def __init__(
        self,
        published: Published,
        fitting: Fitting,
        candidates: Sequence[Candidate],
        *,
        built_until: int,
        suggested: Suggested,
    ) -> None:
        """``candidates`` are there; changes up to ``built_until`` are in the build."""
        self._published = published
        self._fitting = fitting
        self._suggested = suggested
        self._ids = [each.actor_id for each in candidates]
        self._rows = fitting.rows(self._ids)
        self._place_of = {actor_id: place for place, actor_id in enumerate(self._ids)}
        self._built = np.array([each.change <= built_until for each in candidates], dtype=np.bool_)
        self._begins = np.array(
            [each.added or bool(each.fields & _FILTERED) for each in candidates], dtype=np.bool_
        )
        self._reach = fitting.reach(self._rows)
        self._apart: dict[str, list[int]] = defaultdict(list)
        for seeker, partner in published.apart():
            if partner in self._place_of:
                self._apart[seeker].append(self._place_of[partner])

    def fits(
        self, watched: Sequence[Watched], known: Mapping[str, frozenset[str]]
    ) -> Iterator[tuple[Watched, Flags | None]]:
        """Each search with who of the candidates fits it, or ``None`` where that cannot be told now.

        ``known`` are those on each search's list already, by the search's id.
        """
        for start in range(0, len(watched), SEARCHES_AT_ONCE):
            yield from self._of_block(watched[start : start + SEARCHES_AT_ONCE], known)

    def _of_block(
        self, watched: Sequence[Watched], known: Mapping[str, frozenset[str]]
    ) -> Iterator[tuple[Watched, Flags | None]]:
        begun: list[tuple[Watched, _Open | None]] = []
        for each in watched:
            try:
                begun.append((each, self._begun(each, known.get(each.search.id, frozenset()))))
            except UNJUDGED:
                begun.append((each, None))
        self._rank([each for _, each in begun if each is not None])
        for each, judged in begun:
            yield each, None if judged is None else judged.fits

    def _begun(self, watched: Watched, known: frozenset[str]) -> _Open:
        wanted = watched.search.wanted
        chosen = filter_of(self._published, wanted)
        through = self._fitting.passes(chosen, self._ids)
        nobody = np.zeros(len(self._ids), dtype=np.bool_)
        if wanted.kind is SearchKind.FILTERS:
            return _Open(watched, chosen, through & self._begins, nobody, {})
        if wanted.kind is SearchKind.TEXT:
            asked = questions(self._fitting, wanted)
            return _Open(watched, chosen, nobody, through, asked)
        through &= ~self._flags([wanted.actor_id])
        through[self._apart.get(wanted.actor_id, [])] = False
        # What the build has compared is judged as suggestions are; what is newer, by what the two say. Whoever fitted by
        # its words is not taken off the list because a build compares by more than words.
        suggested = self._flags({*self._suggested.of(wanted), *known})
        fresh = through & ~self._built
        asked = questions(self._fitting, wanted) if fresh.any() else {}
        return _Open(watched, chosen, suggested & self._built & through, fresh, asked)

    def _flags(self, actor_ids: Iterable[str]) -> Flags:
        found = np.zeros(len(self._ids), dtype=np.bool_)
        found[[self._place_of[each] for each in actor_ids if each in self._place_of]] = True
        return found

    def _rank(self, opened: Sequence[_Open]) -> None:
        """Decide whom the questions leave open."""
        asked = [
            # A question that came since has no floor yet; who is among the first of its list decides.
            (each, question, each.watched.floors.get(name, 0.0))
            for each in opened
            if each.fresh.any()
            for name, question in each.asked.items()
        ]
        doubts: list[Doubt] = []
        places: list[tuple[_Open, NDArray[np.intp]]] = []
        for (each, question, floor), most in zip(
            asked, self._reach.most([question for _, question, _ in asked]), strict=True
        ):
            likely = np.flatnonzero(each.fresh & (most >= floor - SLACK) & (most > 0))
            if len(likely):
                doubts.append(Doubt(question, each.chosen, floor, self._rows[likely]))
                places.append((each, likely))
        for (each, likely), listed in zip(places, self._fitting.on_the_list(doubts), strict=True):
            each.fits[likely[listed]] = True
