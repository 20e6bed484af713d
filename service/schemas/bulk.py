"""What the addresses that add and replace actors take and give."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from matchmaker.actors import ActorGroup
from matchmaker.importing import ImportReport
from service.problems import MOST_ROWS
from service.schemas.contract import Answer, Query, Text
from service.schemas.problems import RefusedRow

_Short = Annotated[Text, Field(max_length=2000)]
_Long = Annotated[Text, Field(max_length=200_000)]
_Items = Annotated[list[_Long], Field(max_length=200)]


class ActorBody(BaseModel):
    """A whole actor; a field that is left out is empty."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[Text, Field(min_length=1, max_length=2000)]
    group: Annotated[ActorGroup, Field(strict=False)]
    description: _Long = ""
    offers: Annotated[_Items, Field(default_factory=list)]
    requests: Annotated[_Items, Field(default_factory=list)]
    country: _Short = ""
    region: _Short = ""
    city: _Short = ""
    latitude: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False)] = None
    longitude: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)] = None
    size: _Short = ""
    registration_number: _Short = ""
    website: _Short = ""
    tags: Annotated[Annotated[list[_Short], Field(max_length=200)], Field(default_factory=list)]
    member: bool = True


class Outcome(StrEnum):
    """What putting an actor did."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class PutActorAnswer(Answer):
    """What putting an actor did."""

    id: str
    outcome: Outcome
    kept: Annotated[
        list[str],
        Field(description="Fields that stay as a person edited them, though other values were sent."),
    ]

    @classmethod
    def of(cls, actor_id: str, report: ImportReport) -> PutActorAnswer:
        """The report of one actor."""
        actors = report.changes.actors
        outcome = Outcome.NEW if actors.new else Outcome.CHANGED if actors.changed else Outcome.UNCHANGED
        return cls(id=actor_id, outcome=outcome, kept=[each.field for each in report.changes.kept])


class BulkQuery(Query):
    """How many actors at once are to be taken."""

    dry_run: Annotated[bool, Field(description="Only say what would be done.")] = False
    partial: Annotated[bool, Field(description="Take the good lines where others cannot be accepted.")] = (
        False
    )


class KeptFieldAnswer(Answer):
    """A field that stays as a person edited it."""

    actor_id: str
    field: str


class BulkAnswer(Answer):
    """What many lines did, or would do."""

    applied: bool
    new: int
    changed: int
    unchanged: int
    rejected: Annotated[int, Field(description="Lines that cannot be accepted.")]
    kept: Annotated[
        list[KeptFieldAnswer],
        Field(
            description="At most 1,000 fields that stay as a person edited them, though other values were sent."
        ),
    ]
    rows: Annotated[list[RefusedRow], Field(description="At most 1,000 values that cannot be accepted.")]

    @classmethod
    def of(cls, report: ImportReport) -> BulkAnswer:
        """The report of an import of lines."""
        actors = report.changes.actors
        return cls(
            applied=report.applied,
            new=len(actors.new),
            changed=len(actors.changed),
            unchanged=len(actors.unchanged),
            rejected=len({each.row for each in report.rejections}),
            kept=[KeptFieldAnswer.model_validate(each) for each in report.changes.kept[:MOST_ROWS]],
            rows=[RefusedRow.of(each) for each in report.rejections[:MOST_ROWS]],
        )
