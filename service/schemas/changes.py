"""What the addresses about changes of a schedule take: an edit by hand, a repair, a version."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal, TypedDict

from pydantic import ConfigDict, Field

from matchmaker.events import (
    Absence,
    AbsenceKind,
    Add,
    Lock,
    LostTable,
    Move,
    News,
    Remove,
    Swap,
    Unlock,
)
from service.schemas.contract import Id, NoQuery, PageQuery
from service.schemas.events import Aware, Body, Name, Number, SpanBody

MOST_PAIRS = 5000
MOST_NEWS = 1000
MOST_MOVES = 1000
LONGEST_REPAIR = 30.0
"""Seconds; the answer waits for it."""

Pair = Annotated[list[Id], Field(min_length=2, max_length=2)]
TableName = Annotated[Name, Field(description="Empty for the first one that is free.")]
Starts = Annotated[Aware, Field(description="The start of a slot, with a zone or an offset.")]


class MoveBody(Body):
    """A meeting at another time, at another table, or both."""

    kind: Literal["move"]
    a: Id
    b: Id
    starts: Starts | None = None
    table: TableName = ""

    def value(self) -> Move:
        """The same as the library has it."""
        return Move(self.a, self.b, self.starts.astimezone(UTC) if self.starts else None, self.table)


class SwapBody(Body):
    """The meeting of `a` and `b` in the place of that of `c` and `d`, and the other way round."""

    kind: Literal["swap"]
    a: Id
    b: Id
    c: Id
    d: Id

    def value(self) -> Swap:
        """The same as the library has it."""
        return Swap(self.a, self.b, self.c, self.d)


class AddBody(Body):
    """A meeting of two who have none."""

    kind: Literal["add"]
    a: Id
    b: Id
    starts: Starts
    table: TableName = ""

    def value(self) -> Add:
        """The same as the library has it."""
        return Add(self.a, self.b, self.starts.astimezone(UTC), self.table)


class RemoveBody(Body):
    """No meeting of the two any more."""

    kind: Literal["remove"]
    a: Id
    b: Id

    def value(self) -> Remove:
        """The same as the library has it."""
        return Remove(self.a, self.b)


class LockBody(Body):
    """Meetings that stay where they are whatever is scheduled or repaired, or need not any more."""

    kind: Literal["lock", "unlock"]
    pairs: Annotated[list[Pair], Field(min_length=1, max_length=MOST_PAIRS)]

    def value(self) -> Lock | Unlock:
        """The same as the library has it."""
        pairs = tuple((one, other) for one, other in self.pairs)
        return Lock(pairs) if self.kind == "lock" else Unlock(pairs)


class EditBody(Body):
    """A change by hand."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "edit": {
                        "kind": "move",
                        "a": "p1",
                        "b": "p2",
                        "starts": "2027-03-04T10:20:00+01:00",
                        "table": "Table 4",
                    },
                    "dry_run": True,
                }
            ]
        }
    )

    edit: Annotated[MoveBody | SwapBody | AddBody | RemoveBody | LockBody, Field(discriminator="kind")]
    dry_run: Annotated[bool, Field(description="Only tell what would stand in the way.")] = False


class AbsenceBody(Body):
    """A participant who is not there for a part of the event."""

    participant: Id
    kind: Annotated[AbsenceKind, Field(strict=False)]
    span: SpanBody

    def value(self) -> Absence:
        """The same as the library has it."""
        return Absence(self.participant, self.kind, self.span.value())


class LostTableBody(Body):
    """A table that cannot be used for a part of the event."""

    table: Name
    span: SpanBody

    def value(self) -> LostTable:
        """The same as the library has it."""
        return LostTable(self.table, self.span.value())


class RepairLimits(TypedDict):
    """How much a repair may change, and what counts as now, in UTC."""

    moves: int
    only_free: bool
    seed: int
    time_limit: float
    at: datetime | None


class RepairBody(Body):
    """What was found after the schedule was made, and how much a repair may change."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "absences": [
                        {
                            "participant": "p7",
                            "kind": "no_show",
                            "span": {
                                "starts": "2027-03-04T09:00:00+01:00",
                                "ends": "2027-03-04T15:00:00+01:00",
                            },
                        }
                    ],
                    "moves": 2,
                    "dry_run": True,
                }
            ]
        }
    )

    absences: Annotated[list[AbsenceBody], Field(default_factory=list, max_length=MOST_NEWS)]
    lost_tables: Annotated[list[LostTableBody], Field(default_factory=list, max_length=MOST_NEWS)]
    back: Annotated[
        list[Id],
        Field(
            default_factory=list,
            max_length=MOST_NEWS,
            description="Participants who are there after all, from now on.",
        ),
    ]
    usable: Annotated[
        list[Name],
        Field(
            default_factory=list,
            max_length=MOST_NEWS,
            description="Lost tables that can be used again, from now on.",
        ),
    ]
    moves: Annotated[
        Number, Field(ge=0, le=MOST_MOVES, description="Meetings that could stay and may be moved.")
    ] = 0
    only_free: Annotated[bool, Field(description="Move nothing; only fill free slots.")] = False
    seed: Annotated[Number, Field(ge=0, le=2**32 - 1)] = 0
    time_limit: Annotated[
        float, Field(ge=0.1, le=LONGEST_REPAIR, allow_inf_nan=False, description="Seconds at most.")
    ] = 8.0
    at: Annotated[
        Aware | None, Field(description="The time that counts as now; `null` for the real one.")
    ] = None
    dry_run: Annotated[bool, Field(description="Only tell what it would do.")] = False

    def limits(self) -> RepairLimits:
        """How the library is to repair."""
        return RepairLimits(
            moves=self.moves,
            only_free=self.only_free,
            seed=self.seed,
            time_limit=self.time_limit,
            at=self.at.astimezone(UTC) if self.at else None,
        )

    def news(self) -> News:
        """What was found, as the library has it."""
        return News(
            tuple(each.value() for each in self.absences),
            tuple(each.value() for each in self.lost_tables),
            tuple(self.back),
            tuple(self.usable),
        )


class RestoreBody(Body):
    """Which version shall be the latest."""

    number: Annotated[Number, Field(ge=1, le=2**31)]


class ComparisonQuery(NoQuery):
    """Two versions."""

    before: Annotated[int, Field(ge=1, le=2**31, description="Number of the one.")]
    after: Annotated[int, Field(ge=1, le=2**31, description="Number of the other.")]


class PairQuery(NoQuery):
    """Two participants."""

    a: Id
    b: Id


class ExplanationQuery(PageQuery):
    """A page of the wishes without a meeting; each is worked out, so a page has few."""

    limit: Annotated[int, Field(ge=1, le=50, description="How many items at most.")] = 20
