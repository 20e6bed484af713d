"""An error as clients get it, with what stands in the way of a change of a schedule."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from matchmaker.actors import Rejection
from matchmaker.events import Conflict, ConflictKind
from service.schemas.contract import Answer
from service.schemas.event_answers import SpanAnswer


class ConflictAnswer(Answer):
    """One thing that stands in the way of a change; which fields say something depends on the kind."""

    kind: ConflictKind
    participant: str
    other: str
    span: SpanAnswer | None
    table: str
    limit: int | None

    @classmethod
    def of(cls, one: Conflict) -> ConflictAnswer:
        """A conflict; its times are in UTC."""
        return cls.model_validate(one)


class Problem(Answer):
    """An error as RFC 9457 writes it."""

    type: Annotated[str, Field(examples=["urn:matchmaker:problem:invalid-request", "about:blank"])]
    title: str
    status: int
    detail: str
    request_id: Annotated[
        str, Field(description="Also in the header `X-Request-ID`; names the line in the log.")
    ]
    field: Annotated[str, Field(description="The field that was refused, where there is one.")] = ""
    errors: Annotated[
        list[RefusedField], Field(default_factory=list, description="Every field that was refused.")
    ]
    problems: Annotated[
        list[str],
        Field(
            default_factory=list,
            description="All that is wrong with an event or cannot be scheduled, with what to do about each.",
        ),
    ]
    conflicts: Annotated[
        list[ConflictAnswer],
        Field(
            default_factory=list,
            description="All that stands in the way of a change of a schedule by hand, times in UTC.",
        ),
    ]
    rows: Annotated[
        list[RefusedRow],
        Field(
            default_factory=list,
            description="Values of a body with many lines that cannot be accepted, at most 1,000 of them.",
        ),
    ]


class RefusedRow(Answer):
    """A value in one line of a body that was refused, and why."""

    line: Annotated[int, Field(description="From 1.")]
    field: Annotated[str, Field(description="Empty where the line as a whole cannot be read.")]
    value: Annotated[str, Field(description="The beginning of what was sent.")]
    reason: str

    @classmethod
    def of(cls, one: Rejection) -> RefusedRow:
        """A rejection of a file that has lines."""
        return cls(line=one.row, field=one.column, value=one.value, reason=one.reason)


class RefusedField(Answer):
    """A field that was refused, and why."""

    field: str
    message: str
