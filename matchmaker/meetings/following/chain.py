"""From what was proposed to what was agreed: how far each pair of actors came at each event, and how many came how far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from matchmaker.actors import ActorGroup, Commitment
from matchmaker.events.outcomes import CameOf, Committed, NewCompany, Outcome
from matchmaker.events.plans import Appointment
from matchmaker.events.preferences import MeetingRequest, Preference, PreferenceKind, RequestState
from matchmaker.events.setup import Attendee, Event
from matchmaker.meetings.following.intervals import Share

RATED_WELL = 4
"""A rating from which on a side thinks well of a meeting."""
BINDING = (Commitment.PROJECT, Commitment.COMMITTED)
"""Commitments that count as committed in the chain."""

ActorPair = tuple[str, str]
"""The ids of two actors, the smaller first."""


class Step(StrEnum):
    """How far a pair has come; in ascending order."""

    PROPOSED = "proposed"
    """The recommender gave the two a score above 0 when the event asked it, and the rules let their groups meet."""
    WISHED = "wished"
    """A side wished or asked for the meeting and did not take it back, or the facilitator wanted it."""
    SCHEDULED = "scheduled"
    """They have a meeting in the latest version of the schedule."""
    HELD = "held"
    """They met, planned or not."""
    VALUED = "valued"
    """Months later a side says that it was at least a valuable contact; or, as long as neither says anything then, all
    who rated it gave 4 or 5; or the two agreed on anything, or a new company came out of it."""
    COMMITTED = "committed"
    """They agreed on a project or a committed collaboration."""


STEPS = tuple(Step)


@dataclass(frozen=True, slots=True)
class EventRecord:
    """Everything of one event that the chain is made of."""

    event: Event
    attendees: tuple[Attendee, ...] = ()
    proposed: Mapping[ActorPair, float] = field(default_factory=dict)
    """The recommender's scores as they were kept when the event asked for them."""
    preferences: tuple[Preference, ...] = ()
    requests: tuple[MeetingRequest, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    """Of the latest version of the schedule."""
    outcomes: tuple[Outcome, ...] = ()

    def actors(self) -> set[str]:
        """The ids of all that it speaks of; who has left the event since may still be proposed, or have met somebody."""
        here = {each.actor_id for each in self.attendees}
        return here.union(*self.proposed, *(each.actors for each in self.outcomes))


@dataclass(frozen=True, slots=True)
class Link:
    """Two actors at one event, with the steps that they took."""

    event_id: str
    actors: ActorPair
    steps: frozenset[Step]
    score: float | None
    """What the recommender said when the event asked; ``None`` where it said nothing."""
    rating: float | None = None
    """The mean of all ratings of their meetings at the event."""
    well_rated: bool = False
    """Everybody who rated gave 4 or 5, and somebody rated."""
    committed: tuple[Committed, ...] = ()
    """Commitments of any level that were reached by the day that is asked for."""
    companies: tuple[NewCompany, ...] = ()
    agreement_said: bool = False
    """A side says that they have a cooperation agreement, and no commitment is entered."""

    @property
    def furthest(self) -> Step:
        """The furthest step."""
        return max(self.steps, key=STEPS.index)


def links(record: EventRecord, groups: Mapping[str, ActorGroup], until: date | None = None) -> list[Link]:
    """The pairs of actors that took any step at an event, by ids; what came after ``until`` is left out.

    A pair that has several participants at the event is one pair. ``groups`` gives the group of every actor; pairs with
    an actor that it lacks are left out.
    """
    steps: dict[ActorPair, set[Step]] = {}
    for step, actors in [*_wished_and_scheduled(record), *_after(record, until)]:
        if actors[0] != actors[1] and actors[0] in groups and actors[1] in groups:
            steps.setdefault(_ordered(actors), set()).add(step)
    of_pair: dict[ActorPair, list[Outcome]] = {}
    for outcome in record.outcomes:
        of_pair.setdefault(_ordered(outcome.actors), []).append(outcome)
    # Most pairs are proposed and no more: of half a million, each costs as little as can be.
    proposed, scores = frozenset({Step.PROPOSED}), record.proposed
    offered = _proposed(record, groups)
    found = [Link(record.event.id, pair, proposed, scores[pair]) for pair in offered - steps.keys()]
    for pair, taken in steps.items():
        all_taken = frozenset(taken) | proposed if pair in offered else frozenset(taken)
        found.append(_link(record, pair, all_taken, of_pair.get(pair, []), until))
    return sorted(found, key=lambda link: link.actors)


def _proposed(record: EventRecord, groups: Mapping[str, ActorGroup]) -> set[ActorPair]:
    """Pairs with a score that the rules let meet."""
    allowed = {
        (one, other) for one in ActorGroup for other in ActorGroup if record.event.rules.allows(one, other)
    }
    return {
        pair
        for pair, score in record.proposed.items()
        if score > 0 and (groups.get(pair[0]), groups.get(pair[1])) in allowed
    }


def _wished_and_scheduled(record: EventRecord) -> Iterator[tuple[Step, Sequence[str]]]:
    """Steps between the proposal and the meeting, with the two actors that took them."""
    taken = [
        (Step.WISHED, each.a, each.b)
        for each in record.preferences
        if each.kind in (PreferenceKind.MEET, PreferenceKind.MUST_MEET)
    ]
    taken += [
        (Step.WISHED, each.sender, each.recipient)
        for each in record.requests
        if each.state is not RequestState.CANCELLED
    ]
    taken += [(Step.SCHEDULED, each.a, each.b) for each in record.appointments]
    actor_of = {each.id: each.actor_id for each in record.attendees}
    for step, a, b in taken:
        if a in actor_of and b in actor_of:
            yield step, (actor_of[a], actor_of[b])


def _after(record: EventRecord, until: date | None) -> Iterator[tuple[Step, Sequence[str]]]:
    """Steps from the meeting on."""
    for outcome in record.outcomes:
        for step in steps_of(outcome, until):
            yield step, outcome.actors


def steps_of(outcome: Outcome, until: date | None = None) -> set[Step]:
    """The steps that an outcome speaks of, as far as they were taken by a day."""
    taken = set()
    if outcome.held:
        taken.add(Step.HELD)
    later = [each.came_of for each in outcome.follow_ups.values() if until is None or each.on <= until]
    if later:
        if max(each.step for each in later) >= CameOf.VALUABLE_CONTACT.step:
            taken.add(Step.VALUED)
    elif outcome.held and _well_rated([outcome]):
        taken.add(Step.VALUED)
    for made in (outcome.committed, outcome.new_company):
        if made is not None and (until is None or made.on <= until):
            taken.add(Step.VALUED)
            if isinstance(made, Committed) and made.level in BINDING:
                taken.add(Step.COMMITTED)
    return taken


def _well_rated(outcomes: Iterable[Outcome]) -> bool:
    given = [rating.value for each in outcomes for rating in each.ratings.values()]
    return bool(given) and min(given) >= RATED_WELL


def _link(
    record: EventRecord,
    pair: ActorPair,
    taken: frozenset[Step],
    outcomes: Sequence[Outcome],
    until: date | None,
) -> Link:
    ratings = [rating.value for each in outcomes for rating in each.ratings.values()]
    said = any(
        later.came_of is CameOf.COOPERATION_AGREEMENT and (until is None or later.on <= until)
        for each in outcomes
        for later in each.follow_ups.values()
    )
    committed = tuple(
        each.committed
        for each in outcomes
        if each.committed and (until is None or each.committed.on <= until)
    )
    companies = (each.new_company for each in outcomes)
    return Link(
        record.event.id,
        pair,
        taken,
        record.proposed.get(pair),
        sum(ratings) / len(ratings) if ratings else None,
        _well_rated(outcomes),
        committed,
        tuple(each for each in companies if each and (until is None or each.on <= until)),
        agreement_said=said and not committed,
    )


def _ordered(actors: Sequence[str]) -> ActorPair:
    return (min(actors), max(actors))


@dataclass(frozen=True, slots=True)
class Tally:
    """Pairs counted once each, at the furthest step that they came to, and the steps that they took on the way."""

    furthest: Mapping[Step, int] = field(default_factory=dict)
    """Pairs by the furthest step."""
    taken: Mapping[Step, int] = field(default_factory=dict)
    """Pairs that took a step, wherever they came to; a pair may skip one, as those who meet unplanned do."""
    went_on: Mapping[Step, int] = field(default_factory=dict)
    """Pairs that took a step and came further."""
    companies: int = 0
    """New companies."""

    @property
    def pairs(self) -> int:
        """All of them."""
        return sum(self.furthest.values())

    def reached(self, step: Step) -> int:
        """Pairs that came at least so far, with the step or past it."""
        return sum(self.furthest.get(each, 0) for each in STEPS[STEPS.index(step) :])

    def took(self, step: Step) -> int:
        """Pairs that took this very step."""
        return self.taken.get(step, 0)

    @property
    def skips(self) -> bool:
        """Whether any pair came further without a step."""
        return any(self.reached(step) != self.took(step) for step in STEPS)

    def conversion(self, step: Step) -> Share:
        """Of the pairs that took the step before this one, how many came further; of none for the first step."""
        place = STEPS.index(step)
        before = STEPS[place - 1] if place else None
        return Share(self.went_on.get(before, 0), self.taken.get(before, 0)) if before else Share(0, 0)


def tally(found: Iterable[Link]) -> Tally:
    """Count pairs by the furthest step, by every step, and by whether they went on from it."""
    counts: Counter[frozenset[Step]] = Counter()
    companies = set()
    for each in found:
        counts[each.steps] += 1
        if each.companies:
            companies |= {company.actor_id for company in each.companies}
    furthest: Counter[Step] = Counter()
    taken: Counter[Step] = Counter()
    went_on: Counter[Step] = Counter()
    for steps, number in counts.items():
        last = max(steps, key=STEPS.index)
        furthest[last] += number
        for step in steps:
            taken[step] += number
            went_on[step] += number * (step is not last)
    return Tally(dict(furthest), dict(taken), dict(went_on), len(companies))


GroupPair = tuple[ActorGroup, ActorGroup]
_ORDER = {group: place for place, group in enumerate(ActorGroup)}


@dataclass(frozen=True, slots=True)
class Chain:
    """The same pairs counted as a whole and by what they are of."""

    whole: Tally
    across_groups: Tally
    """Pairs of actors of different groups."""
    by_groups: Mapping[GroupPair, Tally]
    """By the groups of the two, in the order of ``ActorGroup``."""
    by_sub_cluster: Mapping[str, Tally]
    """By the id of a sub-cluster; a pair of two counts in both, and one whose sub-cluster nobody knows under ``""``."""
    by_event: Mapping[str, Tally]


def chain(
    found: Sequence[Link],
    groups: Mapping[str, ActorGroup],
    sub_clusters: Mapping[str, str],
    event_ids: Iterable[str] = (),
) -> Chain:
    """Count links; ``sub_clusters`` gives an actor's main one. Events without a pair are told, with nothing."""
    of_groups: dict[GroupPair, list[Link]] = {}
    of_part: dict[str, list[Link]] = {}
    of_event: dict[str, list[Link]] = {each: [] for each in event_ids}
    for each in found:
        of_groups.setdefault(group_pair(each.actors, groups), []).append(each)
        one, other = (sub_clusters.get(actor, "") for actor in each.actors)
        of_part.setdefault(one, []).append(each)
        if other != one:
            of_part.setdefault(other, []).append(each)
        of_event.setdefault(each.event_id, []).append(each)
    across = [each for pair, members in of_groups.items() if pair[0] is not pair[1] for each in members]
    return Chain(
        tally(found),
        tally(across),
        {
            one: tally(of_groups[one])
            for one in sorted(of_groups, key=lambda pair: (_ORDER[pair[0]], _ORDER[pair[1]]))
        },
        {one: tally(of_part[one]) for one in sorted(of_part)},
        {one: tally(members) for one, members in of_event.items()},
    )


def group_pair(actors: ActorPair, groups: Mapping[str, ActorGroup]) -> GroupPair:
    """The groups of two actors, in the order of ``ActorGroup``."""
    one, other = (groups[each] for each in actors)
    return (one, other) if _ORDER[one] <= _ORDER[other] else (other, one)
