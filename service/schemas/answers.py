"""What the addresses about answers on matches and about notes of pairs take and give."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from matchmaker.answers import (
    LONGEST_NOTE,
    LONGEST_WORDS,
    AnswerKind,
    DeclineReason,
    Judgement,
    Note,
    Side,
    checked_note,
)
from matchmaker.answers import (
    Answer as Given,
)
from service.schemas.contract import MAX_ID, Answer, FilterText, NextCursor, PageQuery, Query, Sorted, Text


class AnswerSort(StrEnum):
    """What answers can be sorted by."""

    AT = "at"
    SEEKER = "seeker"
    PARTNER = "partner"
    KIND = "answer"


class AnswersQuery(PageQuery):
    """Which answers to list."""

    actor: Annotated[
        Annotated[Text, Field(max_length=MAX_ID)], Field(description="Id of an actor on either side.")
    ] = ""
    answer: Annotated[AnswerKind | None, Field(description="Only this answer.")] = None
    side: Annotated[Side | None, Field(description="Only the firms' own, or only facilitators'.")] = None
    sort: Annotated[AnswerSort, Field(description="By time, by ids or by answer.")] = AnswerSort.AT
    direction: Sorted = None


class AnswerBody(BaseModel):
    """What is said of a partner proposed to an actor."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [{"answer": "declined", "reason": "too_far", "words": "Four hours by road"}]
        },
    )

    answer: Annotated[
        Annotated[AnswerKind, Field(strict=False)],
        Field(description="A firm says `interested`, `declined` or `known`; a facilitator any of them."),
    ]
    reason: Annotated[
        Annotated[DeclineReason, Field(strict=False)] | None,
        Field(description="Why, with `declined` alone."),
    ] = None
    words: Annotated[
        Annotated[Text, Field(max_length=LONGEST_WORDS)], Field(description="Why, in own words, on one line.")
    ] = ""
    told: Annotated[
        bool, Field(description="With `interested`: the partner is told before it has answered itself.")
    ] = False

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        self.value(on_behalf=False)  # Raises ``ValueError`` for what nobody can say.
        return self

    def value(self, *, on_behalf: bool) -> Judgement:
        """The same as the library has it."""
        return Judgement(self.answer, self.reason, self.words.strip(), on_behalf, self.told)


class TakenBackQuery(Query):
    """Whose answer to take back."""

    side: Annotated[
        Side | None,
        Field(
            description="A facilitator may name one; left out, it is the latest. A firm takes back its own."
        ),
    ] = None


class GivenAnswer(Answer):
    """What one side says of a pair."""

    seeker_id: str
    partner_id: str
    answer: AnswerKind
    reason: DeclineReason | None
    words: str
    side: Annotated[Side, Field(description="Whose judgement it is.")]
    on_behalf: Annotated[bool, Field(description="A facilitator entered it for the firm.")]
    told: Annotated[bool, Field(description="The partner was told before it had answered itself.")]
    at: str
    who: Annotated[str | None, Field(description="The id of who entered it; null for all but facilitators.")]

    @classmethod
    def of(cls, given: Given, *, told_who: bool) -> GivenAnswer:
        """An answer; ``told_who`` for facilitators alone."""
        said = given.said
        return cls(
            seeker_id=given.seeker_id,
            partner_id=given.partner_id,
            answer=said.kind,
            reason=said.reason,
            words=said.words,
            side=said.side,
            on_behalf=said.on_behalf,
            told=said.told,
            at=given.at,
            who=given.who if told_who else None,
        )


class AnswerPage(Answer):
    """Answers on matches."""

    items: list[GivenAnswer]
    next: NextCursor


class NotesQuery(PageQuery):
    """Which notes to list, in the order in which they were written."""

    actor: Annotated[
        Annotated[Text, Field(max_length=MAX_ID)], Field(description="Id of an actor on either side.")
    ] = ""
    q: Annotated[FilterText, Field(description="Part of the words.")] = ""


class NoteBody(BaseModel):
    """A note about a pair."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"examples": [{"words": "Call both in May."}]}
    )

    words: Annotated[Text, Field(min_length=1, max_length=LONGEST_NOTE)]

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        checked_note(self.words)
        return self


class NoteAnswer(Answer):
    """What a facilitator wrote down about a pair; whoever is the seeker makes no difference."""

    a: Annotated[str, Field(description="Id of the actor that comes first.")]
    b: str
    words: str
    who: Annotated[str, Field(description="The id of who wrote it last.")]
    at: str

    @classmethod
    def of(cls, note: Note) -> NoteAnswer:
        """A note."""
        return cls.model_validate(note)


class NotePage(Answer):
    """Notes about pairs."""

    items: list[NoteAnswer]
    next: NextCursor
