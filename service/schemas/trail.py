"""What the address of the audit trail takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, JsonValue

from matchmaker.trail import AuditRow, TrailFilter
from service.schemas.contract import MAX_ID, Answer, Day, FilterText, NextCursor, PageQuery, Text


class TrailQuery(PageQuery):
    """Which changes are wanted."""

    subject: Annotated[Text, Field(max_length=MAX_ID, description="Id of what was changed.")] = ""
    kind: Annotated[FilterText, Field(description="What was changed, such as `actor` or `event`.")] = ""
    who: Annotated[
        FilterText, Field(description="Id of the user or the key, or the name, as the trail has it.")
    ] = ""
    action: Annotated[FilterText, Field(description="Such as `edited`.")] = ""
    since: Annotated[Day | None, Field(description="First day, UTC.")] = None
    until: Annotated[Day | None, Field(description="Last day, UTC.")] = None

    def filter(self, own: tuple[str, str] | None) -> TrailFilter:
        """The same for the workspace, within what is the caller's."""
        return TrailFilter(
            subject=self.subject,
            kind=self.kind,
            who=(self.who,) if self.who else None,
            action=self.action,
            since=self.since,
            until=self.until,
            own=own,
        )


class ChangeAnswer(Answer):
    """One change of one subject."""

    number: Annotated[int, Field(description="Ascending in the order of the changes.")]
    at: datetime
    who: str
    action: str
    kind: str
    subject: str
    source: Annotated[
        str, Field(description="The file or place the values came from; empty for a person's edit.")
    ]
    before: dict[str, JsonValue]
    after: dict[str, JsonValue]

    @classmethod
    def of(cls, row: AuditRow) -> ChangeAnswer:
        """A row of the trail."""
        return cls(
            number=row.number,
            at=datetime.fromisoformat(row.at),
            who=row.who,
            action=row.action,
            kind=row.subject_kind,
            subject=row.subject_id,
            source=row.source,
            before=dict(row.before),  # type: ignore[arg-type]
            after=dict(row.after),  # type: ignore[arg-type]
        )


class ChangePage(Answer):
    """Changes, the newest first."""

    items: list[ChangeAnswer]
    next: NextCursor
