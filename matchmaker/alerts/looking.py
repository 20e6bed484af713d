"""A round of looking: which actors that came or changed begin to fit which saved searches."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from matchmaker.alerts.asked import Asked, Vectors
from matchmaker.alerts.judging import Candidate, Flags, Judging
from matchmaker.alerts.suggested import Suggested
from matchmaker.alerts.wishes import filter_of, questions
from matchmaker.errors import EncoderUnavailableError
from matchmaker.fitting import Fitting
from matchmaker.published import Published
from matchmaker.saved_searches import SearchKind, Wanted, Watched
from matchmaker.store import Store
from matchmaker.store.saved_searches import ActorChange, Told


@dataclass(frozen=True, slots=True)
class Baseline:
    """A list as it stands when it is saved."""

    floors: Mapping[str, float]
    """By question, what somebody new has to score at least."""
    known: frozenset[str]
    """Who is on it already."""
    since: int
    """The last change that the list was made with: whoever changes later may be news."""


@dataclass(slots=True)
class _Round:
    """What a round has found so far."""

    told: list[Told] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    unjudged: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Cohort:
    """Searches for which the same actors are to be judged."""

    candidates: Sequence[Candidate]
    watched: Sequence[Watched]


def baseline(published: Published, wanted: Wanted) -> Baseline:
    """How the list of a search stands now.

    Raises ``ActorNotFoundError`` and ``SubClusterNotFoundError`` for what the search names, ``EncoderUnavailableError``.
    """
    if wanted.actor_id:
        published.actor(wanted.actor_id)
    chosen = filter_of(published, wanted)
    if wanted.kind is SearchKind.FILTERS:
        return Baseline({}, frozenset(), published.until)
    fitting = published.fitting()
    floors: dict[str, float] = {}
    known: set[str] = set()
    for name, question in questions(fitting, wanted).items():
        place = fitting.place(question, chosen)
        floors[name] = place.floor
        known.update(place.first)
    if wanted.kind is SearchKind.ACTOR:
        known.update(Suggested(published, [wanted]).of(wanted))
    return Baseline(floors, frozenset(known), published.until)


class Looking:
    """One round over all saved searches of a store."""

    def __init__(self, store: Store, published: Published, built_until: int, asked: Asked) -> None:
        """``built_until`` is the change up to which the published build holds everything, 0 where nobody knows."""
        self._saved = store.saved_searches
        self._published = published
        self._until = built_until
        self._asked = asked
        self._there = published.fitting()

    def look(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Judge whoever changed since each search was judged for good, and keep what is found; returns the new alerts.

        Nothing is kept once ``stop`` says so.
        """
        watched = self._saved.watched()
        if not watched:
            return 0
        cohorts = self._cohorts(watched)
        fitting = self._fitting(cohorts, stop)
        everybody = sorted({each.actor_id for cohort in cohorts for each in cohort.candidates})
        known, profiles = self._saved.known(everybody), self._saved.profiles(everybody)
        suggested = self._suggested(cohorts)
        found = _Round()
        for cohort in cohorts:
            judging = Judging(
                self._published, fitting, cohort.candidates, built_until=self._until, suggested=suggested
            )
            for each, fits in judging.fits(cohort.watched, known):
                if stop():
                    return 0
                self._note(
                    each, cohort.candidates, fits, known.get(each.search.id, frozenset()), profiles, found
                )
        since = {
            each.search.id: self._until
            for each in watched
            if self._until > each.since and each.search.id not in found.unjudged
        }
        return self._saved.tell(found.told, found.left, since)

    def _cohorts(self, watched: Sequence[Watched]) -> list[_Cohort]:
        """Searches by what changed since they were judged for good; those with nobody to judge are left out."""
        all_changes = self._saved.changes(after=min(each.since for each in watched))
        changes = [each for each in all_changes if each.added or each.fields]
        numbers = [each.number for each in changes]
        by_start: dict[int, list[Watched]] = defaultdict(list)
        for each in watched:
            by_start[bisect_right(numbers, each.since)].append(each)
        return [
            _Cohort(candidates, alike)
            for start, alike in sorted(by_start.items())
            if (candidates := self._candidates(changes[start:]))
        ]

    def _candidates(self, changes: Sequence[ActorChange]) -> list[Candidate]:
        """Who changed in what tells, and can be read now; by id."""
        added: set[str] = set()
        fields: dict[str, set[str]] = defaultdict(set)
        latest: dict[str, int] = {}
        for each in changes:
            latest[each.actor_id] = each.number
            fields[each.actor_id] |= each.fields
            if each.added:
                added.add(each.actor_id)
        there = self._there.known(sorted(latest))
        return [Candidate(each, latest[each], each in added, frozenset(fields[each])) for each in there]

    def _fitting(self, cohorts: Sequence[_Cohort], stop: Callable[[], bool]) -> Fitting:
        vectors: Vectors = {}
        # Without an encoder searches for sentences find it out for themselves, and wait; the others go on.
        with suppress(EncoderUnavailableError):
            vectors = self._asked.vectors(
                (each.search for cohort in cohorts for each in cohort.watched), stop
            )
        return self._published.fitting(vectors)

    def _suggested(self, cohorts: Sequence[_Cohort]) -> Suggested:
        return Suggested(
            self._published,
            [
                each.search.wanted
                for cohort in cohorts
                for each in cohort.watched
                if each.search.wanted.kind is SearchKind.ACTOR and self._until > each.since
            ],
        )

    def _note(
        self,
        watched: Watched,
        candidates: Sequence[Candidate],
        fits: Flags | None,
        known: frozenset[str],
        profiles: Mapping[str, bytes],
        found: _Round,
    ) -> None:
        search = watched.search
        if fits is None:
            found.unjudged.add(search.id)
            return
        for each, fitting in zip(candidates, fits, strict=True):
            if each.actor_id == search.wanted.actor_id:
                continue
            if fitting and each.actor_id not in known and each.actor_id in profiles:
                told = Told(search.id, search.owner, each.actor_id, profiles[each.actor_id], each.added)
                found.told.append(told)
            elif not fitting and each.actor_id in known:
                found.left.append((search.id, each.actor_id))
