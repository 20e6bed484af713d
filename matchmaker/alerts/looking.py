"""A round of looking: which actors that came or changed begin to fit which saved searches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from matchmaker.actors import ActorGroup
from matchmaker.errors import ActorNotFoundError, EncoderUnavailableError, SubClusterNotFoundError
from matchmaker.fitting import Filter, Fitting, Question, how_many
from matchmaker.published import Published
from matchmaker.saved_searches import SearchKind, Wanted, Watched
from matchmaker.store import Store
from matchmaker.store.saved_searches import ActorChange, Told

SUGGESTED = 10
"""The first partners of an actor that count as fitting it."""
SPARE = 200
"""Partners looked at where more narrows the list than the recommender knows of."""
_FILTERED = frozenset({"group", "country", "region", "member"})
"""Fields by which an actor passes a filter."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A list as it stands when it is saved."""

    floors: Mapping[str, float]
    """By question, what somebody new has to score at least."""
    known: frozenset[str]
    """Who is on it already."""


@dataclass(slots=True)
class _Round:
    """What a round has found so far."""

    told: list[Told] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An actor to judge."""

    actor_id: str
    change: int
    """The number of its latest change that tells."""
    added: bool
    fields: frozenset[str]


def baseline(published: Published, wanted: Wanted) -> Baseline:
    """How the list of a search stands now.

    Raises ``ActorNotFoundError`` and ``SubClusterNotFoundError`` for what the search names, ``EncoderUnavailableError``.
    """
    if wanted.actor_id:
        published.actor(wanted.actor_id)
    chosen = filter_of(published, wanted)
    if wanted.kind is SearchKind.FILTERS:
        return Baseline({}, frozenset())
    fitting = published.fitting()
    floors: dict[str, float] = {}
    known: set[str] = set()
    for name, question in questions(fitting, wanted).items():
        place = fitting.place(question, chosen)
        floors[name] = place.floor
        known.update(place.first)
    if wanted.kind is SearchKind.ACTOR:
        known.update(_suggested(published, [wanted], {wanted: chosen}).get(wanted, ()))
    return Baseline(floors, frozenset(known))


def filter_of(published: Published, wanted: Wanted) -> Filter:
    """The filters of a search; raises ``SubClusterNotFoundError``."""
    among = None
    if wanted.sub_cluster:
        among = frozenset(each.actor_id for each in published.sub_cluster(wanted.sub_cluster).members)
    own = None
    if wanted.kind is SearchKind.ACTOR and wanted.across and not wanted.groups:
        own = published.actor(wanted.actor_id).group
    return Filter(wanted.groups, wanted.region, wanted.member, among, own)


def questions(fitting: Fitting, wanted: Wanted) -> dict[str, Question]:
    """What a search asks, by a name that changes with the words; raises ``EncoderUnavailableError``."""
    if wanted.kind is SearchKind.TEXT:
        asked = [fitting.question(wanted.text, wanted.direction)]
    elif wanted.kind is SearchKind.ACTOR:
        asked = fitting.questions_of(wanted.actor_id)
    else:
        asked = []
    return {_name(each): each for each in asked}


class Looking:
    """One round over all saved searches of a store."""

    def __init__(self, store: Store, published: Published, built_until: int) -> None:
        """``built_until`` is the change up to which the published build holds everything, 0 where nobody knows."""
        self._saved = store.saved_searches
        self._published = published
        self._until = built_until
        self._fitting = published.fitting()

    def look(self, stop: Callable[[], bool] = lambda: False) -> int:
        """Judge whoever changed since each search was judged for good, and keep what is found; returns the new alerts.

        Nothing is kept once ``stop`` says so.
        """
        watched = self._saved.watched()
        if not watched:
            return 0
        changes = self._saved.changes(after=min(each.since for each in watched))
        candidates = {since: self._candidates(changes, since) for since in {each.since for each in watched}}
        everybody = sorted({each.actor_id for found in candidates.values() for each in found})
        known = self._saved.known(everybody)
        profiles = self._saved.profiles(everybody)
        found = _Round()
        suggested = self._all_suggested([each for each in watched if candidates[each.since]])
        unjudged = set[str]()
        for each in watched:
            if stop():
                return 0
            own = [one for one in candidates[each.since] if one.actor_id != each.search.wanted.actor_id]
            if not own:
                continue
            try:
                self._judge(each, own, known.get(each.search.id, frozenset()), suggested, profiles, found)
            except (ActorNotFoundError, SubClusterNotFoundError, EncoderUnavailableError):
                # What it names is not in this build, or texts cannot be compared now: another round will tell.
                unjudged.add(each.search.id)
        since = {
            each.search.id: self._until
            for each in watched
            if self._until > each.since and each.search.id not in unjudged
        }
        return self._saved.tell(found.told, found.left, since)

    def _candidates(self, changes: Sequence[ActorChange], since: int) -> list[Candidate]:
        """Who changed after a change in what tells, and can be read now; by id."""
        added: set[str] = set()
        fields: dict[str, set[str]] = defaultdict(set)
        latest: dict[str, int] = {}
        for each in changes:
            if each.number <= since or not (each.added or each.fields):
                continue
            latest[each.actor_id] = each.number
            fields[each.actor_id] |= each.fields
            if each.added:
                added.add(each.actor_id)
        there = self._fitting.known(sorted(latest))
        return [Candidate(each, latest[each], each in added, frozenset(fields[each])) for each in there]

    def _judge(
        self,
        watched: Watched,
        candidates: Sequence[Candidate],
        known: frozenset[str],
        suggested: Mapping[Wanted, list[str]],
        profiles: Mapping[str, bytes],
        found: _Round,
    ) -> None:
        search, wanted = watched.search, watched.search.wanted
        chosen = filter_of(self._published, wanted)
        fits = self._fitting_now(watched, candidates, known, chosen, suggested)
        for each in candidates:
            if each.actor_id in fits:
                if each.actor_id not in known and each.actor_id in profiles:
                    profile = profiles[each.actor_id]
                    found.told.append(Told(search.id, search.owner, each.actor_id, profile, each.added))
            elif each.actor_id in known:
                found.left.append((search.id, each.actor_id))

    def _fitting_now(
        self,
        watched: Watched,
        candidates: Sequence[Candidate],
        known: frozenset[str],
        chosen: Filter,
        suggested: Mapping[Wanted, list[str]],
    ) -> set[str]:
        wanted = watched.search.wanted
        ids = [each.actor_id for each in candidates]
        through = {
            actor_id
            for actor_id, passes in zip(ids, self._fitting.passes(chosen, ids), strict=True)
            if passes
        }
        if wanted.kind is SearchKind.FILTERS:
            begins = {each.actor_id for each in candidates if each.added or each.fields & _FILTERED}
            return through & begins
        if wanted.kind is SearchKind.TEXT:
            asked = questions(self._fitting, wanted)
            return self._among_the_first(asked, watched.floors, through, chosen)
        seeker = wanted.actor_id
        through = {each for each in through if not self._published.kept_apart(seeker, each)}
        # What the build has compared is judged as suggestions are; what is newer, by what the two say.
        built = {each.actor_id for each in candidates if each.change <= self._until}
        asked = questions(self._fitting, wanted) if through - built else {}
        fresh = self._among_the_first(asked, watched.floors, through - built, chosen)
        # Whoever fitted by its words is not taken off the list because a build compares by more than words.
        return ({*suggested.get(wanted, ())} | known) & built & through | fresh

    def _among_the_first(
        self,
        asked: Mapping[str, Question],
        floors: Mapping[str, float],
        through: set[str],
        chosen: Filter,
    ) -> set[str]:
        """Who of those let through is on the list of one of the questions, at no less than its floor."""
        ids, fits = sorted(through), set[str]()
        for name, question in asked.items() if ids else ():
            # A question that came since has no floor yet; who is among the first of its list decides.
            floor = floors.get(name, 0.0)
            likely = [
                actor_id
                for actor_id, most in zip(ids, self._fitting.at_most(question, ids), strict=True)
                if most >= floor and most > 0 and actor_id not in fits
            ]
            if not likely:
                continue
            first = self._fitting.place(question, chosen).first
            fits |= {each for each in likely if first.get(each, -1.0) >= floor}
        return fits

    def _all_suggested(self, watched: Iterable[Watched]) -> dict[Wanted, list[str]]:
        of_actors = []
        filters = {}
        for each in watched:
            wanted = each.search.wanted
            if wanted.kind is not SearchKind.ACTOR or wanted in filters or self._until <= each.since:
                continue
            try:
                filters[wanted] = filter_of(self._published, wanted)
            except (ActorNotFoundError, SubClusterNotFoundError):
                continue
            of_actors.append(wanted)
        return _suggested(self._published, of_actors, filters)


def _suggested(
    published: Published, wanted: Sequence[Wanted], filters: Mapping[Wanted, Filter]
) -> dict[Wanted, list[str]]:
    """The first partners of each search's actor, best first; what narrows alike is asked together."""
    alike: dict[tuple[tuple[ActorGroup, ...], str, bool, bool, bool], list[Wanted]] = defaultdict(list)
    for each in wanted:
        narrow = each.member is not None or bool(each.sub_cluster)
        alike[each.groups, each.region, each.new, each.across, narrow].append(each)
    found: dict[Wanted, list[str]] = {}
    fitting = published.fitting()
    for (_, _, _, _, narrow), group in alike.items():
        one = group[0]
        lists = published.firsts(
            sorted({each.actor_id for each in group}),
            top=SPARE if narrow else SUGGESTED,
            groups=one.groups,
            region=one.region,
            new=one.new,
            across=one.across,
        )
        for each in group:
            first = fitting.known([actor_id for actor_id, _ in lists.get(each.actor_id, ())])
            passes = fitting.passes(filters[each], first)
            left = [actor_id for actor_id, through in zip(first, passes, strict=True) if through]
            found[each] = left[: how_many(len(fitting), SUGGESTED)]
    return found


def _name(question: Question) -> str:
    told = f"{question.direction} {question.text}"
    return blake2b(told.encode("utf-8"), digest_size=8).hexdigest()
