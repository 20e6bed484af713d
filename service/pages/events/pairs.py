"""What is wanted and proposed of each pair of an event's participants, as one state with a score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from matchmaker.events import Event, MeetingRequest, Preference, PreferenceKind, RequestState
from matchmaker.workspace import Workspace
from service.arranged import Attending

Pair = frozenset[str]

LEVELS = 4
"""Shades of a score."""


class PairState(StrEnum):
    """What counts most of a pair; the strongest first."""

    MUST = "must"
    APART = "apart"
    NO = "no"
    BOTH = "both"
    ONE = "one"
    MET = "met"
    NONE = "none"


RANKS = {
    PairState.MUST: 0,
    PairState.BOTH: 1,
    PairState.ONE: 2,
    PairState.MET: 3,
    PairState.NONE: 3,
    PairState.NO: 4,
    PairState.APART: 5,
}


@dataclass(slots=True)
class PairView:
    """One pair as the pages show it."""

    preferences: list[Preference] = field(default_factory=list)
    requests: list[MeetingRequest] = field(default_factory=list)
    score: float | None = None
    """Share of the highest score at this event, ``None`` where the recommender has none."""
    allowed: bool = True
    """Whether the rules let the two groups meet."""
    met: bool = False
    """Whether their actors met or work together, as far as is known."""

    @property
    def state(self) -> PairState:
        """What counts most."""
        kinds = {each.kind for each in self.preferences}
        states = {each.state for each in self.requests}
        if PreferenceKind.MUST_MEET in kinds:
            return PairState.MUST
        if PreferenceKind.APART in kinds:
            return PairState.APART
        if PreferenceKind.NO_THANKS in kinds or RequestState.DECLINED in states:
            return PairState.NO
        wishing = {
            side
            for each in self.preferences
            if each.kind is PreferenceKind.MEET
            for side in ((each.of,) if each.of else (each.a, each.b))
        }
        for request in self.requests:
            if request.state is RequestState.ACCEPTED:
                wishing |= {request.sender, request.recipient}
            elif request.state is RequestState.PENDING:
                wishing.add(request.sender)
        if wishing:
            return PairState.BOTH if len(wishing) > 1 else PairState.ONE
        return PairState.MET if self.met else PairState.NONE

    @property
    def level(self) -> int:
        """The shade of the score from 1 to ``LEVELS``, 0 where there is none."""
        return 0 if self.score is None else min(LEVELS, 1 + int(self.score * LEVELS))

    @property
    def rank(self) -> tuple[int, float]:
        """For sorting: wanted pairs first, unwanted ones last, then by score."""
        return RANKS[self.state], -(self.score or 0.0)


class Pairs:
    """The pairs of one event."""

    def __init__(self, workspace: Workspace, event: Event, everybody: Sequence[Attending]) -> None:
        self._views: dict[Pair, PairView] = {}
        known = workspace.events.wishes(event.id)
        self.scored = len(known.scores)
        """Pairs of actors that have a score."""
        self._group = {each.attendee.id: each.actor.group for each in everybody}
        self._actor = {each.attendee.id: each.actor.id for each in everybody}
        self._event = event
        groups = {each.actor.id: each.actor.group for each in everybody}
        allowed = {
            frozenset(pair): score
            for pair, score in known.scores.items()
            if all(one in groups for one in pair) and event.rules.allows(groups[pair[0]], groups[pair[1]])
        }
        highest = max(allowed.values(), default=1.0) or 1.0
        self._scores: Mapping[Pair, float] = {
            pair: max(0.0, score / highest) for pair, score in allowed.items()
        }
        self._known = known.known
        for preference in known.preferences:
            view = self.view(preference.a, preference.b)
            view.preferences.append(preference)
            view.met |= preference.kind is PreferenceKind.MET_BEFORE
        for request in known.requests:
            self.view(request.sender, request.recipient).requests.append(request)

    def view(self, a: str, b: str) -> PairView:
        """One pair; both must attend."""
        pair = frozenset((a, b))
        if pair not in self._views:
            actors = frozenset(self._actor.get(each, each) for each in pair)
            allowed = (
                len(actors) == 2
                and a in self._group
                and b in self._group
                and self._event.rules.allows(self._group[a], self._group[b])
            )
            self._views[pair] = PairView(
                score=self._scores.get(actors), allowed=allowed, met=actors in self._known
            )
        return self._views[pair]
