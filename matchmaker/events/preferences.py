"""What participants and facilitators want of a pair, as plain values: preferences, and requests with their states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from matchmaker.answers import DeclineReason

FACILITATOR = ""
"""In ``Preference.of`` in place of a participant's id."""


class PreferenceKind(StrEnum):
    """What is wanted of a pair."""

    MUST_MEET = "must_meet"
    """They meet if it is possible at all."""
    MEET = "meet"
    """Whoever says so would like to meet the other."""
    NO_THANKS = "no_thanks"
    """Whoever says so does not want to; they never meet."""
    MET_BEFORE = "met_before"
    """They have met; ``Rules.met_before`` says what becomes of it."""
    APART = "apart"
    """They are kept apart: competitors, the same owner."""


@dataclass(frozen=True, slots=True)
class Preference:
    """What one participant, or the facilitator, wants of a pair."""

    a: str
    """Participant. Of a preference of a participant's own it is theirs."""
    b: str
    kind: PreferenceKind
    of: str = FACILITATOR
    """The participant whose preference it is, which is ``a``; empty for the facilitator's."""
    words: str = ""
    """Why, in one's own words."""


class RequestState(StrEnum):
    """How far a request for a meeting has come."""

    PENDING = "pending"
    """Not answered; it is worth a wish of one side and holds no slot."""
    ACCEPTED = "accepted"
    """Both want to meet."""
    DECLINED = "declined"
    """The other does not want to; they never meet."""
    CANCELLED = "cancelled"
    """Taken back by whoever made it."""
    EXPIRED = "expired"
    """Not answered in time."""


@dataclass(frozen=True, slots=True)
class MeetingRequest:
    """One participant asks another for a meeting."""

    sender: str
    recipient: str
    state: RequestState
    asked: datetime
    """UTC."""
    expires: datetime | None = None
    """UTC; a request that is pending then has expired."""
    reason: DeclineReason | None = None
    """Why it was declined."""
    words: str = ""
    """What for, in the sender's words."""
    reply: str = ""
    """What the recipient said with the answer; of a refusal the sender is not shown it."""

    def state_at(self, now: datetime) -> RequestState:
        """The state at a time: a pending request expires by itself."""
        late = self.expires is not None and now >= self.expires
        return RequestState.EXPIRED if late and self.state is RequestState.PENDING else self.state
