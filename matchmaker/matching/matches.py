"""What matching answers: a pair, its reasons, and the sentences that meet; the score is the sum of the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from matchmaker.actors import ActorGroup, Quote


class ReasonKind(StrEnum):
    """What a reason rests on."""

    REQUEST_MEETS_OFFER = "request_meets_offer"
    """What the seeker looks for is what the partner offers."""
    OFFER_MEETS_REQUEST = "offer_meets_request"
    """What the seeker offers is what the partner looks for."""
    SIMILARITY = "similarity"
    """Both are about the same things."""
    CIRCLE = "circle"
    """The one has worked with actors that do what the other does."""
    SHARED_PARTNERS = "shared_partners"
    """They have worked with the same actors."""
    WORKED_TOGETHER = "worked_together"
    """They have worked with each other."""
    EXPERIENCE = "experience"
    """They are used to working with others, and with each other's kind."""
    PROGRAMMES = "programmes"
    """They work in the same programmes."""
    NEARBY = "nearby"
    """They are near each other, or their countries often work together."""
    NEW_GROUND = "new_ground"
    """What they do differs, so that either could learn; only where a seeker looks further afield."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence with its points, and the words of either side that it rests on."""

    kind: ReasonKind
    points: float
    seeker_quote: Quote | None = None
    partner_quote: Quote | None = None
    names: tuple[str, ...] = ()
    """Actors in between, collaborations, programmes, the region or the distance, by name."""


@dataclass(frozen=True, slots=True)
class Match:
    """A proposed pair; ``score`` is what the reasons add up to, the same from either side."""

    seeker_id: str
    partner_id: str
    partner_name: str
    partner_group: ActorGroup
    known: bool
    """They have worked together before, or one of them said that they know each other."""
    reasons: tuple[Reason, ...]
    competitor: bool = False
    """They are of one actor group and offer the same, and neither looks for what the other offers."""
    alike: tuple[str, ...] = ()
    """Ids of other actors with nearly the same text as the partner; they are not proposed beside it."""
    pinned: bool = False
    """A facilitator put the partner first."""

    @property
    def score(self) -> float:
        """The sum of the reasons' points."""
        return float(sum(reason.points for reason in self.reasons))
