"""What the addresses about imports and about who is who take and give."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from matchmaker.actors import ActorGroup
from matchmaker.completeness import Incomplete, LackKind
from matchmaker.identifying import CHOICES, Duplicate, EvidenceKind, Merge
from matchmaker.importing import ImportReport
from matchmaker.intake import ImportMade, TakenBack
from service.schemas.contract import FilterText, Id, NextCursor, PageQuery, Query, Text
from service.schemas.values import ActorName

MOST_REJECTIONS = 1000
MOST_IDS = 1000


class ImportQuery(Query):
    """How tables are taken in."""

    dry_run: Annotated[bool, Field(description="Only say what would change.")] = False
    partial: Annotated[bool, Field(description="Take in the good rows even where others are rejected.")] = (
        False
    )
    default_group: Annotated[
        ActorGroup | None, Field(description="The group of actors whose row does not name one.")
    ] = None
    map: list[Annotated[Text, Field(max_length=2_500)]] = Field(
        [],
        max_length=200,
        description="What a column holds, as `Header=field`; `-` leaves it out. May be repeated.",
        examples=[["Firma=name", "Noter=-"]],
    )


class TemplateQuery(Query):
    """Which headers."""

    language: Annotated[Literal["da", "en"], Field(description="Language of the headers.")] = "en"


class ImportedAnswer(BaseModel):
    """How many are new, changed and the same, with the first ids of each."""

    new: int
    changed: int
    unchanged: int
    new_ids: Annotated[list[str], Field(description=f"The first {MOST_IDS}.")]
    changed_ids: Annotated[list[str], Field(description=f"The first {MOST_IDS}.")]


class RowRejectionAnswer(BaseModel):
    """A value that cannot be accepted."""

    model_config = ConfigDict(from_attributes=True)

    file: str
    row: Annotated[int, Field(description="As a spreadsheet numbers it: 1 is the header.")]
    column: str
    value: str
    reason: str


class TableColumnAnswer(BaseModel):
    """What was made of a column."""

    model_config = ConfigDict(from_attributes=True)

    header: str
    letter: str
    field: str | None
    how: Annotated[
        str, Field(description="mapped, known or similar; or why not: ignored, personal, taken, unknown.")
    ]
    certainty: Annotated[float, Field(description="0 to 1.")]


class ImportAnswer(BaseModel):
    """What an import did, or would do."""

    applied: bool
    actors: ImportedAnswer
    collaborations: ImportedAnswer
    kept_by_hand: Annotated[
        list[str], Field(description="`actor id: field` that keeps what a person edited; the first ones.")
    ]
    rejected: Annotated[int, Field(description="How many values were rejected.")]
    rejections: Annotated[list[RowRejectionAnswer], Field(description=f"The first {MOST_REJECTIONS}.")]
    columns: list[TableColumnAnswer]
    notes: list[str]

    @classmethod
    def of(cls, report: ImportReport) -> Self:
        """A report, cut where it is long."""
        actors, collaborations = (
            ImportedAnswer(
                new=len(each.new),
                changed=len(each.changed),
                unchanged=len(each.unchanged),
                new_ids=list(each.new[:MOST_IDS]),
                changed_ids=list(each.changed[:MOST_IDS]),
            )
            for each in (report.changes.actors, report.changes.collaborations)
        )
        return cls(
            applied=report.applied,
            actors=actors,
            collaborations=collaborations,
            kept_by_hand=[f"{each.actor_id}: {each.field}" for each in report.changes.kept[:MOST_IDS]],
            rejected=len(report.rejections),
            rejections=[
                RowRejectionAnswer.model_validate(each) for each in report.rejections[:MOST_REJECTIONS]
            ],
            columns=[TableColumnAnswer.model_validate(each) for each in report.columns],
            notes=list(report.notes),
        )


class ImportMadeAnswer(BaseModel):
    """An import that changed something."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    source: str
    who: str
    at: str
    added: int
    changed: int
    undone: Annotated[str, Field(description="When it was undone; empty where it was not.")]
    can_be_undone: bool


class ImportPage(BaseModel):
    """The latest imports."""

    items: list[ImportMadeAnswer]
    next: NextCursor

    @classmethod
    def of(cls, made: tuple[ImportMade, ...]) -> Self:
        """All that can still be undone, and a few more; there is no further page."""
        return cls(items=[ImportMadeAnswer.model_validate(each) for each in made], next=None)


class UndoQuery(Query):
    """Whether it is only a trial."""

    dry_run: Annotated[bool, Field(description="Only say what would happen.")] = False


class NotUndoneAnswer(BaseModel):
    """A row that stays as it is."""

    model_config = ConfigDict(from_attributes=True)

    kind: str
    id: str
    reason: Annotated[str, Field(description="changed, in_use or gone.")]


class UndoAnswer(BaseModel):
    """What undoing an import did, or would do."""

    removed: Annotated[dict[str, int], Field(description="Rows that went, by kind.")]
    restored: Annotated[dict[str, int], Field(description="Rows with their former values again, by kind.")]
    left: Annotated[list[NotUndoneAnswer], Field(description=f"Rows that stay; the first {MOST_IDS}.")]

    @classmethod
    def of(cls, taken: TakenBack) -> Self:
        """What was told."""
        return cls(
            removed=dict(taken.removed),
            restored=dict(taken.restored),
            left=[NotUndoneAnswer.model_validate(each) for each in taken.left[:MOST_IDS]],
        )


class DuplicateQuery(PageQuery):
    """Which pairs."""

    q: Annotated[FilterText, Field(description="Part of either name.")] = ""


class EvidenceAnswer(BaseModel):
    """One observation about a pair."""

    model_config = ConfigDict(from_attributes=True)

    kind: EvidenceKind
    strength: Annotated[float, Field(description="0 to 1; below 0 where it speaks against.")]
    a: str
    b: str


class DuplicateAnswer(BaseModel):
    """Two actors that may be one."""

    a: ActorName
    b: ActorName
    score: Annotated[float, Field(description="0 to 1.")]
    evidence: list[EvidenceAnswer]
    differing: Annotated[list[str], Field(description="Fields in which the two differ.")]
    edition: Annotated[
        str, Field(description="Changes with either profile; sent along with a merge, it is refused then.")
    ]

    @classmethod
    def of(cls, each: Duplicate) -> Self:
        """A pair."""
        return cls(
            a=ActorName(id=each.a.id, name=each.a.name, group=each.a.group),
            b=ActorName(id=each.b.id, name=each.b.name, group=each.b.group),
            score=each.suspicion.score,
            evidence=[EvidenceAnswer.model_validate(one) for one in each.suspicion.evidence],
            differing=list(each.differing),
            edition=each.edition,
        )


class DuplicatePage(BaseModel):
    """Pairs, the likeliest first."""

    items: list[DuplicateAnswer]
    next: NextCursor


class MergeBody(BaseModel):
    """Which actor goes into which, and what is taken of each."""

    model_config = ConfigDict(extra="forbid", strict=True)

    keep: Annotated[Id, Field(description="The actor that stays.")]
    away: Annotated[Id, Field(description="The actor that goes into it.")]
    fields: Annotated[
        dict[Annotated[str, Field(max_length=40)], Literal["keep", "away", "both"]],
        Field(
            max_length=len(CHOICES),
            description=f"For a field in which the two differ ({', '.join(CHOICES)}) whose value is taken; `both` of offers, requests and tags.",
        ),
    ] = {}
    edition: Annotated[
        str | None,
        Field(
            max_length=65,
            description="That of the pair that the choice was made from: 412 where either profile has changed since.",
        ),
    ] = None


class PairBody(BaseModel):
    """Two actors."""

    model_config = ConfigDict(extra="forbid", strict=True)

    a: Id
    b: Id


class MergeAnswer(BaseModel):
    """An actor that went into another."""

    number: Annotated[int, Field(description="By which it is undone.")]
    keep: str
    away: str
    moved: Annotated[dict[str, int], Field(description="Rows that moved over, by table.")]
    undone: str

    @classmethod
    def of(cls, merge: Merge) -> Self:
        """A merge."""
        return cls(
            number=merge.number,
            keep=merge.keep_id,
            away=merge.away_id,
            moved=dict(merge.moved),
            undone=merge.undone,
        )


class ApartAnswer(BaseModel):
    """Two actors that are two."""

    a: str
    b: str
    who: str
    at: str


class ProfileQuery(PageQuery):
    """Which profiles."""

    group: Annotated[ActorGroup | None, Field(description="Only this actor group.")] = None
    lacking: Annotated[LackKind | None, Field(description="Only those that lack this.")] = None
    member: Annotated[bool | None, Field(description="Only members, or only others.")] = None


class LackAnswer(BaseModel):
    """One thing that a profile lacks."""

    model_config = ConfigDict(from_attributes=True)

    kind: LackKind
    points: Annotated[int, Field(description="What readiness would gain.")]
    found: str


class IncompleteAnswer(ActorName):
    """A profile that lacks something."""

    member: bool
    readiness: Annotated[int, Field(description="0 to 100.")]
    unmatchable: Annotated[bool, Field(description="There is no text at all.")]
    lacks: list[LackAnswer]

    @classmethod
    def of_profile(cls, each: Incomplete) -> Self:
        """A profile."""
        return cls(
            id=each.actor.id,
            name=each.actor.name,
            group=each.actor.group,
            member=each.actor.member,
            readiness=each.readiness,
            unmatchable=each.unmatchable,
            lacks=[LackAnswer.model_validate(one) for one in each.lacks],
        )


class ProfilePage(BaseModel):
    """Profiles, who would gain most first."""

    items: list[IncompleteAnswer]
    next: NextCursor
