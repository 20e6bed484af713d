"""What the addresses about what came of meetings take: statements, each about the meeting of two participants."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from matchmaker.actors import Commitment
from matchmaker.answers import LONGEST_WORDS, DeclineReason
from matchmaker.events import (
    Attendance,
    CameOf,
    Committed,
    FollowUp,
    NewCompany,
    NoGood,
    Rating,
    Remark,
)
from matchmaker.events.outcomes import LONGEST_TITLE
from service.schemas.contract import MAX_ID, Day, Id, Text
from service.schemas.events import FIRST_YEAR, LAST_YEAR, Body, Number

MOST_STATEMENTS = 1000


def _of_our_days(value: date) -> date:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"must be of a year from {FIRST_YEAR} to {LAST_YEAR}")
    return value


class AttendanceBody(Body):
    """Whether the meeting was held."""

    topic: Literal["attendance"]
    missing: Annotated[
        list[Id],
        Field(default_factory=list, max_length=2, description="Who did not come; empty: it was held."),
    ]

    def value(self) -> Attendance:
        """The same as the library has it."""
        return Attendance(tuple(sorted(set(self.missing))))


class RatingBody(Body):
    """What a side thinks of it at once; 5 is best."""

    topic: Literal["rating"]
    value_: Annotated[Number, Field(ge=1, le=5, alias="value")]

    def value(self) -> Rating:
        """The same as the library has it."""
        return Rating(self.value_)


class FollowUpBody(Body):
    """What a side says months later."""

    topic: Literal["follow_up"]
    came_of: Annotated[CameOf, Field(strict=False)]
    on: Day

    def value(self) -> FollowUp:
        """The same as the library has it."""
        return FollowUp(self.came_of, _of_our_days(self.on))


class NoGoodBody(Body):
    """Why a side found it no good."""

    topic: Literal["no_good"]
    reason: Annotated[DeclineReason, Field(strict=False)]
    words: Annotated[Text, Field(max_length=LONGEST_WORDS)] = ""

    def value(self) -> NoGood:
        """The same as the library has it."""
        return NoGood(self.reason, self.words)


class CommittedBody(Body):
    """The commitment that was reached; it becomes a collaboration of the two actors."""

    topic: Literal["commitment"]
    level: Annotated[Commitment, Field(strict=False)]
    on: Day
    title: Annotated[Text, Field(max_length=LONGEST_TITLE)] = ""

    def value(self) -> Committed:
        """The same as the library has it."""
        return Committed(self.level, _of_our_days(self.on), self.title)


class NewCompanyBody(Body):
    """A stored actor that came out of it."""

    topic: Literal["new_company"]
    actor_id: Id
    on: Day

    def value(self) -> NewCompany:
        """The same as the library has it."""
        return NewCompany(self.actor_id, _of_our_days(self.on))


SIDED = ("rating", "follow_up", "no_good")


class RemarkBody(Body):
    """A statement about the meeting of two participants."""

    a: Id
    b: Id
    by: Annotated[
        Annotated[Text, Field(max_length=MAX_ID)],
        Field(description="Whose judgement it is, for `rating`, `follow_up` and `no_good`; else empty."),
    ] = ""
    said: Annotated[
        AttendanceBody | RatingBody | FollowUpBody | NoGoodBody | CommittedBody | NewCompanyBody,
        Field(discriminator="topic"),
    ]

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        if self.a == self.b:
            raise ValueError("a and b must be two participants")
        if self.said.topic in SIDED and self.by not in (self.a, self.b):
            raise ValueError(f"by must be a or b for {self.said.topic}")
        if self.said.topic not in SIDED and self.by:
            raise ValueError(f"by must be empty for {self.said.topic}")
        if isinstance(self.said, AttendanceBody) and not {*self.said.missing} <= {self.a, self.b}:
            raise ValueError("missing must be a or b")
        self.said.value()  # Raises ``ValueError`` for what can be kept by no statement.
        return self

    def value(self) -> Remark:
        """The same as the library has it."""
        a, b = sorted((self.a, self.b))
        return Remark(a, b, self.said.value(), self.by)


class StatementsBody(Body):
    """What is said of meetings: all of it is kept or, if one cannot be, none."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "statements": [
                        {"a": "p1", "b": "p2", "said": {"topic": "attendance", "missing": []}},
                        {"a": "p1", "b": "p2", "by": "p1", "said": {"topic": "rating", "value": 4}},
                    ]
                }
            ]
        }
    )

    statements: Annotated[list[RemarkBody], Field(min_length=1, max_length=MOST_STATEMENTS)]
