"""A firm's own work as facilitators see it: what it drafted, who speaks for it, what it answered and where both said yes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from matchmaker.actors import Actor
from matchmaker.answers import Answer, AnswerKind, Mutual, Side, mutual
from matchmaker.profiles import Contact, Draft, KeptOf
from matchmaker.store import Store


@dataclass(frozen=True, slots=True)
class SeenAnswer:
    """What one firm said of another."""

    answer: Answer
    other: Actor
    """Of whom it was said; where it is said of the firm that is looked at, who said it."""
    mutual: bool
    """Both said that they are interested."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one actor keeps and says beside its public profile; for facilitators, and contact persons are personal data."""

    actor: Actor
    drafts: tuple[Draft, ...]
    contacts: tuple[Contact, ...]
    answers: tuple[SeenAnswer, ...]
    """What it said of others itself, the latest first."""
    mutual: tuple[tuple[Mutual, Actor], ...]
    """Pairs in which both are interested, with the other of the two; the latest first."""
    waiting: tuple[SeenAnswer, ...]
    """Others that are interested in it and of whom it has said nothing, the latest first."""
    leaving: str
    """When it asked to be erased; empty where it did not."""


@dataclass(frozen=True, slots=True)
class Activity:
    """How much an actor keeps and says, in numbers."""

    actor_id: str
    drafts: int
    contacts: int
    answers: Mapping[AnswerKind, int]
    """How many of each kind it gave itself; kinds that it never gave are left out."""
    mutual: int
    latest: str
    """When the latest of it was written or said; UTC, ISO 8601."""


def seen_of(store: Store, actor_id: str) -> Seen:
    """One actor as facilitators see it; raises ``ActorNotFoundError``."""
    actor = store.actor(actor_id)
    every = sorted(store.answers.all(actor_id), key=lambda each: -each.change)
    both = mutual(every)
    partners = {each.partner_of(actor_id) for each in both}
    own = [each for each in every if each.seeker_id == actor_id and each.said.side is Side.FIRM]
    answered = {each.partner_id for each in own}
    waiting = [
        each
        for each in every
        if each.partner_id == actor_id
        and each.said.kind is AnswerKind.INTERESTED
        and each.seeker_id not in answered
    ]
    named = answered | partners | {each.seeker_id for each in waiting}
    # Whoever was erased since the answers were read is left out.
    others = {each: found for each in sorted(named) if (found := store.find_actor(each)) is not None}
    return Seen(
        actor,
        store.firms.drafts(actor_id),
        store.firms.contacts(actor_id),
        tuple(
            SeenAnswer(each, others[each.partner_id], each.partner_id in partners)
            for each in own
            if each.partner_id in others
        ),
        tuple(
            (each, others[each.partner_of(actor_id)]) for each in both if each.partner_of(actor_id) in others
        ),
        tuple(
            SeenAnswer(each, others[each.seeker_id], mutual=False)
            for each in waiting
            if each.seeker_id in others
        ),
        next((each.at for each in store.firms.leaving() if each.actor_id == actor_id), ""),
    )


def activities_of(store: Store) -> tuple[Activity, ...]:
    """Every actor that keeps or says something, the latest first, then by id."""
    kept, said = store.firms.kept(), store.answers.all()
    own = [each for each in said if each.said.side is Side.FIRM]
    kinds: defaultdict[str, Counter[AnswerKind]] = defaultdict(Counter)
    latest = {actor_id: each.latest for actor_id, each in kept.items()}
    for each in own:
        kinds[each.seeker_id][each.said.kind] += 1
        latest[each.seeker_id] = max(latest.get(each.seeker_id, ""), each.at)
    both = Counter(actor_id for each in mutual(said) for actor_id in each.actor_ids)
    nothing = KeptOf()
    found = [
        Activity(
            actor_id,
            kept.get(actor_id, nothing).drafts,
            kept.get(actor_id, nothing).contacts,
            kinds.get(actor_id, Counter()),
            both[actor_id],
            at,
        )
        for actor_id, at in sorted(latest.items())
    ]
    return tuple(sorted(found, key=lambda each: each.latest, reverse=True))
