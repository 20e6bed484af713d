"""What is said of proposed matches: plain values that the store keeps, matching respects and learning reads."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from matchmaker.telling import told

LONGEST_WORDS = 500
"""Characters that an answer's own words may have."""


class AnswerKind(StrEnum):
    """What is said of a pair: the first three by the firm itself, the others by a facilitator."""

    INTERESTED = "interested"
    """The firm would like to meet the partner."""
    DECLINED = "declined"
    """The firm would not; neither side is proposed to the other."""
    KNOWN = "known"
    """The firm knows the partner already."""
    PINNED = "pinned"
    """The partner comes first in the firm's list."""
    HIDDEN = "hidden"
    """The partner is not proposed to the firm; the firm may be to the partner."""
    NEVER = "never"
    """Neither is ever proposed to the other."""


class DeclineReason(StrEnum):
    """Why a firm declines."""

    NOT_RELEVANT = "not_relevant"
    COMPETITOR = "competitor"
    TOO_FAR = "too_far"
    NO_CAPACITY = "no_capacity"
    OTHER = "other"


class Side(StrEnum):
    """Whose judgement an answer is; each side has one about a pair."""

    FIRM = "firm"
    FACILITATOR = "facilitator"


SIDE_OF = {
    AnswerKind.INTERESTED: Side.FIRM,
    AnswerKind.DECLINED: Side.FIRM,
    AnswerKind.KNOWN: Side.FIRM,
    AnswerKind.PINNED: Side.FACILITATOR,
    AnswerKind.HIDDEN: Side.FACILITATOR,
    AnswerKind.NEVER: Side.FACILITATOR,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said, before it is kept; raises ``ValueError`` for what cannot be said."""

    kind: AnswerKind
    reason: DeclineReason | None = None
    """Why, for ``declined`` alone."""
    words: str = ""
    """Why, in one's own words; at most ``LONGEST_WORDS`` characters, on one line."""
    on_behalf: bool = False
    """A facilitator said it for the firm."""
    told: bool = False
    """The partner is told of it before it has answered itself; for ``interested`` alone."""

    def __post_init__(self) -> None:
        if self.reason is not None and self.kind is not AnswerKind.DECLINED:
            raise ValueError(told("A reason goes with 'declined', not with '{kind}'.", kind=self.kind))
        if self.told and self.kind is not AnswerKind.INTERESTED:
            raise ValueError(told("Only 'interested' is told to the partner, not '{kind}'.", kind=self.kind))
        if self.on_behalf and self.side is Side.FACILITATOR:
            raise ValueError(
                told(
                    "'{kind}' is a facilitator's own judgement and is not given on a firm's behalf; interested, declined and known are.",
                    kind=self.kind,
                )
            )
        if len(self.words) > LONGEST_WORDS:
            raise ValueError(
                told(
                    "The words are {number} characters long; {most} are kept at most.",
                    number=len(self.words),
                    most=LONGEST_WORDS,
                )
            )
        if any(unicodedata.category(each) in ("Cc", "Cs") for each in self.words):
            raise ValueError(
                told("The words hold a line break, another control character or half a character.")
            )

    @property
    def side(self) -> Side:
        """Whose judgement it is."""
        return SIDE_OF[self.kind]


LONGEST_NOTE = 1_000
"""Characters that a note may have."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a facilitator wrote down about a pair, for facilitators alone; whoever is the seeker makes no difference."""

    a: str
    """Id of the actor that comes first."""
    b: str
    words: str
    """One to ``LONGEST_NOTE`` characters; may have several lines."""
    who: str
    """The person who wrote it last."""
    at: str
    """UTC, ISO 8601."""
    change: int


def checked_note(words: str) -> str:
    """The words of a note without space around them; raises ``ValueError`` for what cannot be one."""
    words = "\n".join(line.rstrip() for line in words.strip().splitlines())
    if not words:
        raise ValueError("A note needs words. To take one away, erase it.")
    if len(words) > LONGEST_NOTE:
        raise ValueError(f"The note is {len(words)} characters long; {LONGEST_NOTE} are kept at most.")
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in words if each != "\n"):
        raise ValueError("The note holds a control character or half a character.")
    return words


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one side shall be kept to say of a pair."""

    seeker_id: str
    partner_id: str
    side: Side
    said: Judgement | None
    """``None``: nothing."""
    after: int | None = None
    """The change that must be the latest of it, 0 for nothing said; ``None`` whatever is said now."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one side says of a pair: a partner proposed to a seeker."""

    seeker_id: str
    partner_id: str
    said: Judgement
    who: str
    """The person who entered it."""
    at: str
    """UTC, ISO 8601."""
    change: int
    """Its number in the audit trail: later answers have higher ones."""


@dataclass(frozen=True, slots=True)
class Mutual:
    """Two firms that both said interested: from then on each sees the other's contact persons."""

    actor_ids: tuple[str, str]
    """Both actors, in the order of ids."""
    said_at: tuple[str, str]
    """When each of them said so, in the same order; UTC, ISO 8601."""

    @property
    def since(self) -> str:
        """When the second of them said so."""
        return max(self.said_at)

    def partner_of(self, actor_id: str) -> str:
        """The other of the two."""
        return self.actor_ids[1] if actor_id == self.actor_ids[0] else self.actor_ids[0]


def mutual(answers: Iterable[Answer]) -> tuple[Mutual, ...]:
    """The pairs of whom both said interested, the latest first, then by ids.

    A firm that says something else afterwards, or takes its answer back, ends it; so does a facilitator's ``never``.
    """
    said: dict[tuple[str, str], str] = {}
    apart: set[frozenset[str]] = set()
    for each in answers:
        if each.said.kind is AnswerKind.INTERESTED:
            said[each.seeker_id, each.partner_id] = each.at
        elif each.said.kind is AnswerKind.NEVER:
            apart.add(frozenset((each.seeker_id, each.partner_id)))
    found = [
        Mutual((one, other), (at, said[other, one]))
        for (one, other), at in said.items()
        if one < other and (other, one) in said and frozenset((one, other)) not in apart
    ]
    # By ids first: the later sort keeps their order among those of one time.
    found.sort(key=lambda each: each.actor_ids)
    return tuple(sorted(found, key=lambda each: each.since, reverse=True))
