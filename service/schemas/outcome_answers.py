"""What the addresses about what came of meetings give."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from matchmaker.events import CameOf, Outcome
from service.schemas.contract import Answer, NextCursor


class FollowUpAnswer(Answer):
    """What a side says months later."""

    came_of: CameOf
    on: date


class NoGoodAnswer(Answer):
    """Why a side found the meeting no good."""

    reason: str
    words: str


class CommittedAnswer(Answer):
    """The commitment that was reached."""

    level: str
    on: date
    title: str


class NewCompanyAnswer(Answer):
    """An actor that came out of the meeting."""

    actor_id: str
    on: date


class OutcomeAnswer(Answer):
    """What stands of everything that is said about the meeting of two participants."""

    a: str
    b: str
    actors: list[str]
    held: bool
    missing: Annotated[
        list[str] | None, Field(description="Who did not come; `null` where nobody said whether it was held.")
    ]
    ratings: Annotated[dict[str, int], Field(description="By the participant whose judgement it is.")]
    follow_ups: dict[str, FollowUpAnswer]
    no_good: dict[str, NoGoodAnswer]
    committed: CommittedAnswer | None
    new_company: NewCompanyAnswer | None
    spontaneous: Annotated[bool, Field(description="It is not in the latest version of the schedule.")]

    @classmethod
    def of(cls, one: Outcome) -> OutcomeAnswer:
        """An outcome."""
        return cls(
            a=one.a,
            b=one.b,
            actors=list(one.actors),
            held=one.held,
            missing=list(one.attendance.missing) if one.attendance else None,
            ratings={side: each.value for side, each in one.ratings.items()},
            follow_ups={side: FollowUpAnswer.model_validate(each) for side, each in one.follow_ups.items()},
            no_good={
                side: NoGoodAnswer(reason=each.reason, words=each.words) for side, each in one.no_good.items()
            },
            committed=CommittedAnswer(
                level=one.committed.level, on=one.committed.on, title=one.committed.title
            )
            if one.committed
            else None,
            new_company=NewCompanyAnswer.model_validate(one.new_company) if one.new_company else None,
            spontaneous=one.spontaneous,
        )


class OutcomePage(Answer):
    """Outcomes by the two participants."""

    items: list[OutcomeAnswer]
    next: NextCursor


class SaidAnswer(Answer):
    """What a request with statements came to."""

    new: Annotated[int, Field(description="Statements that said something new; the others changed nothing.")]


class TakenBackAnswer(Answer):
    """The statement that was taken back."""

    topic: str
    by: str
