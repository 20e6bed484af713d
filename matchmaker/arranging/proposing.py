"""What the recommender proposes to those who attend, with what each pair is worth and its reasons."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from matchmaker.actors import ActorGroup
from matchmaker.events import Attendee, Event
from matchmaker.matching.matches import Match
from matchmaker.meetings.worth import Wishes, recommended, worth


@dataclass(frozen=True, slots=True)
class Proposed:
    """One pair as it stands in a participant's list."""

    participant: str
    partner: str
    rank: int
    score: float
    """The recommender's shared score as a share of the highest at the event, with less for those that met before."""
    value: float
    """What a meeting of the two is worth in the schedule."""
    wished: bool
    """Whether a person wants it, and not the recommender alone."""
    match: Match | None
    """The reasons, from the participant's side; ``None`` where the build does not have both."""


def proposed_lists(
    event: Event,
    attendees: Sequence[Attendee],
    groups: Mapping[str, ActorGroup],
    wishes: Wishes,
    now: datetime,
    *,
    top: int,
    among: Collection[str] = (),
) -> dict[str, list[Proposed]]:
    """The best ``top`` proposals of each participant, or of those ``among``, the highest score first, without reasons.

    Pairs that never meet are left out, and so are pairs that only a wish links.
    """
    apart, values = worth(event, attendees, groups, wishes, now)
    partners: dict[str, list[tuple[float, str]]] = {each.id: [] for each in attendees}
    for pair, score in recommended(event, attendees, groups, wishes).items():
        if pair in apart or not score:
            continue
        one, other = sorted(pair)
        partners[one].append((score, other))
        partners[other].append((score, one))
    lists = {}
    for each in attendees:
        if among and each.id not in among:
            continue
        best = sorted(partners[each.id], key=lambda entry: (-entry[0], entry[1]))[:top]
        found = []
        for rank, (score, partner) in enumerate(best, 1):
            of_pair = values.get(frozenset((each.id, partner)))
            value, wished = (of_pair.value, of_pair.wished) if of_pair else (0.0, False)
            found.append(Proposed(each.id, partner, rank, score, value, wished, None))
        lists[each.id] = found
    return lists


def pairs_of(
    lists: Mapping[str, Sequence[Proposed]], actor_of: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """The pairs of actors that the lists are about, each once from each side that is shown."""
    pairs = {
        (actor_of[each.participant], actor_of[each.partner]) for found in lists.values() for each in found
    }
    return iter(sorted(pairs))
