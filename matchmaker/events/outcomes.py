"""What came of meetings, and what is aimed at, as plain values: statements, the outcome that they add up to, targets."""

from __future__ import annotations

import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from matchmaker.actors import Commitment
from matchmaker.answers import LONGEST_WORDS, DeclineReason
from matchmaker.telling import told

RATINGS = range(1, 6)
"""What a meeting can be rated at once; 5 is best."""
LONGEST_TITLE = 300
"""Characters of a commitment's title."""


class CameOf(StrEnum):
    """What a side says months later, on the five-step scale; in ascending order."""

    NO_FURTHER_CONTACT = "no_further_contact"
    KNOWLEDGE_GAINED = "knowledge_gained"
    VALUABLE_CONTACT = "valuable_contact"
    NEGOTIATION_STARTED = "negotiation_started"
    COOPERATION_AGREEMENT = "cooperation_agreement"

    @property
    def step(self) -> int:
        """From 0 to 4."""
        return list(CameOf).index(self)


class Topic(StrEnum):
    """What a statement is about; a later one on the same topic by the same side replaces the earlier."""

    ATTENDANCE = "attendance"
    RATING = "rating"
    FOLLOW_UP = "follow_up"
    NO_GOOD = "no_good"
    COMMITMENT = "commitment"
    NEW_COMPANY = "new_company"


@dataclass(frozen=True, slots=True)
class Attendance:
    """Whether the meeting was held."""

    missing: tuple[str, ...] = ()
    """The participants who did not show up, ascending; empty for a meeting that was held."""


@dataclass(frozen=True, slots=True)
class Rating:
    """What a side thinks of the meeting at once; raises ``ValueError`` outside 1 to 5."""

    value: int

    def __post_init__(self) -> None:
        if self.value not in RATINGS:
            raise ValueError(told("A rating goes from 1 to 5; {value} does not.", value=self.value))


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a side says months later."""

    came_of: CameOf
    on: date
    """The day that it is true of."""


@dataclass(frozen=True, slots=True)
class NoGood:
    """Why a side found the meeting no good; raises ``ValueError`` for words that cannot be kept."""

    reason: DeclineReason
    words: str = ""
    """Why, in one's own words; at most ``LONGEST_WORDS`` characters, on one line."""

    def __post_init__(self) -> None:
        _check_line("The words", self.words, LONGEST_WORDS)


@dataclass(frozen=True, slots=True)
class Committed:
    """The commitment that was reached; it is kept as a collaboration of the two actors, too."""

    level: Commitment
    on: date
    """The day it was agreed."""
    title: str = ""
    """What they do together; empty where nobody said."""

    def __post_init__(self) -> None:
        _check_line("The title", self.title, LONGEST_TITLE)


@dataclass(frozen=True, slots=True)
class NewCompany:
    """A new actor that came out of the meeting."""

    actor_id: str
    on: date
    """The day it was founded."""


Statement = Attendance | Rating | FollowUp | NoGood | Committed | NewCompany

TOPIC_OF: Mapping[type, Topic] = {
    Attendance: Topic.ATTENDANCE,
    Rating: Topic.RATING,
    FollowUp: Topic.FOLLOW_UP,
    NoGood: Topic.NO_GOOD,
    Committed: Topic.COMMITMENT,
    NewCompany: Topic.NEW_COMPANY,
}
BY_A_SIDE = frozenset({Topic.RATING, Topic.FOLLOW_UP, Topic.NO_GOOD})
"""Topics on which each of the two has a say of its own; on the others there is one statement a meeting."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A statement about the meeting of two participants, before it is kept."""

    a: str
    """Participants, the smaller id first."""
    b: str
    said: Statement
    by: str = ""
    """The participant whose judgement it is, for the topics in ``BY_A_SIDE``; else empty."""

    @property
    def topic(self) -> Topic:
        """What it is about."""
        return TOPIC_OF[type(self.said)]


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as it is kept."""

    remark: Remark
    actors: tuple[str, str]
    """The ids of the actors of ``remark.a`` and ``remark.b`` when it was said."""
    who: str
    """The person who entered it."""
    at: str
    """UTC, ISO 8601."""
    change: int
    """Its number in the audit trail: later statements have higher ones."""

    @property
    def meeting(self) -> tuple[str, str, str, str]:
        """What names the meeting that it is about: both participants and both actors."""
        return (self.remark.a, self.remark.b, *self.actors)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What stands of everything that is said about the meeting of two participants."""

    a: str
    """Participants, the smaller id first."""
    b: str
    actors: tuple[str, str]
    """The ids of their actors, in the same order."""
    attendance: Attendance | None = None
    """``None`` where nobody said whether it was held."""
    ratings: Mapping[str, Rating] = field(default_factory=dict)
    """By the participant whose judgement it is."""
    follow_ups: Mapping[str, FollowUp] = field(default_factory=dict)
    no_good: Mapping[str, NoGood] = field(default_factory=dict)
    committed: Committed | None = None
    new_company: NewCompany | None = None
    spontaneous: bool = False
    """They met without being in the latest version of the schedule."""

    @property
    def held(self) -> bool:
        """Whether they met: it is said, or it is rated or followed up and nobody says that it was not held."""
        if self.attendance is not None:
            return not self.attendance.missing
        return bool(self.ratings or self.follow_ups)


def standing(said: Iterable[Said]) -> dict[tuple[object, ...], Said]:
    """The latest statement of each meeting, topic and side, by these three, in the order in which it was said."""
    latest: dict[tuple[object, ...], Said] = {}
    for each in sorted(said, key=lambda one: one.change):
        key = (*each.meeting, each.remark.topic, each.remark.by)
        latest.pop(key, None)
        latest[key] = each
    return latest


def outcomes(said: Iterable[Said], scheduled: Iterable[frozenset[str]]) -> tuple[Outcome, ...]:
    """What stands, meeting by meeting, by the two participants; ``scheduled`` are the pairs of the latest version."""
    planned = set(scheduled)
    of_meeting: dict[tuple[str, str, str, str], list[Said]] = {}
    for each in standing(said).values():
        of_meeting.setdefault(each.meeting, []).append(each)
    return tuple(_outcome(meeting, of_meeting[meeting], planned) for meeting in sorted(of_meeting))


def _outcome(
    meeting: tuple[str, str, str, str], said: Iterable[Said], planned: set[frozenset[str]]
) -> Outcome:
    a, b, *actors = meeting
    one: dict[Topic, Statement] = {}
    by_side: dict[Topic, dict[str, Statement]] = {topic: {} for topic in BY_A_SIDE}
    for each in said:
        remark = each.remark
        if remark.topic in BY_A_SIDE:
            by_side[remark.topic][remark.by] = remark.said
        else:
            one[remark.topic] = remark.said
    return Outcome(
        a,
        b,
        (actors[0], actors[1]),
        attendance=one.get(Topic.ATTENDANCE),  # type: ignore[arg-type]
        ratings=by_side[Topic.RATING],  # type: ignore[arg-type]
        follow_ups=by_side[Topic.FOLLOW_UP],  # type: ignore[arg-type]
        no_good=by_side[Topic.NO_GOOD],  # type: ignore[arg-type]
        committed=one.get(Topic.COMMITMENT),  # type: ignore[arg-type]
        new_company=one.get(Topic.NEW_COMPANY),  # type: ignore[arg-type]
        spontaneous=frozenset((a, b)) not in planned,
    )


class Measure(StrEnum):
    """What a target counts."""

    HELD = "held"
    """Pairs of actors that met, by the day of the event."""
    VALUED = "valued"
    """Pairs of actors whose meeting was valued, by the day of the event."""
    COLLABORATIONS = "collaborations"
    """Pairs of actors that agreed on a project or more, by the day they did."""
    COMMITTED = "committed"
    """Pairs of actors that agreed on a committed collaboration, by the day they did."""
    NEW_COMPANIES = "new_companies"
    """New actors that came out of meetings, by the day they were founded."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a facilitator has promised those who pay; raises ``ValueError`` for one that cannot be."""

    id: str
    measure: Measure
    goal: int
    starts: date
    months: int
    """How long it runs."""
    across_groups: bool = False
    """Only what two actors of different groups came to counts."""

    def __post_init__(self) -> None:
        if not 1 <= self.goal <= 1_000_000:
            raise ValueError(told("A goal is a number from 1 to 1,000,000; {goal} is not.", goal=self.goal))
        if not 1 <= self.months <= 600:
            raise ValueError(
                told("A target runs for 1 to 600 months; {months} is outside.", months=self.months)
            )
        if not 1900 <= self.starts.year <= 2100:
            raise ValueError(
                told("A target begins between 1900 and 2100; {starts} is outside.", starts=self.starts)
            )

    @property
    def ends(self) -> date:
        """The day after its last one."""
        years, month = divmod(self.starts.month - 1 + self.months, 12)
        year = self.starts.year + years
        return date(year, month + 1, min(self.starts.day, monthrange(year, month + 1)[1]))


def _check_line(what: str, words: str, longest: int) -> None:
    if len(words) > longest:
        raise ValueError(
            told(
                "{what} has {number} characters; {longest} are the most.",
                what=what,
                number=len(words),
                longest=longest,
            )
        )
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in words):
        raise ValueError(
            told("{what} has a line break, another control character or half a character.", what=what)
        )
