"""Location quotients, rows as wholes, entries and exits: what is asked and answered."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, FiniteFloat

from matchmaker.landscape.specialisation.findings import Move, Verdict
from matchmaker.landscape.specialisation.questions import By, Of, Weight
from service.schemas.contract import Answer, FilterText, NextCursor, PageQuery
from service.schemas.studies.figures import AYear, FirstYear, LastYear, Notes, Number, PartId


class SpecialisationQuery(PageQuery):
    """A table of specialisation: who is in the rows, what is in the columns, and what is counted."""

    by: Annotated[By, Field(description="What the rows are.")] = By.REGION
    of: Annotated[Of, Field(description="What the columns are.")] = Of.SUB_CLUSTERS
    weight: Annotated[Weight, Field(description="What is counted.")] = Weight.ACTORS
    level: Annotated[int, Field(ge=0, le=3, description="NUTS level of regions.")] = 2
    first: FirstYear = None
    last: LastYear = None
    place: Annotated[FilterText, Field(description="Only rows whose name begins so.", examples=["DK04"])] = ""


class QuotientQuery(SpecialisationQuery):
    """Which location quotients."""

    sub_cluster: PartId = ""
    verdict: Annotated[Verdict | None, Field(description="Only cells of which this can be said.")] = None
    sort: Annotated[
        Literal["place", "label", "actors", "-actors", "quotient", "-quotient", "-lower", "-density"],
        Field(description="A minus sorts from the greatest down; unknown values come last."),
    ] = "-lower"


class QuotientAnswer(Answer):
    """One row's part in one column."""

    row_id: Annotated[str, Field(description="Region, country or actor group.")]
    column_id: Annotated[str, Field(description="Id of the sub-cluster, or the field.")]
    label: str
    amount: Annotated[FiniteFloat, Field(description="Actors, collaborations or EUR.")]
    actors: int
    quotient: Annotated[
        Number, Field(description="Location quotient (Balassa 1965); null with too few actors.")
    ]
    lower: Annotated[Number, Field(description="Lower end of its 95 % interval.")]
    upper: Number
    verdict: Verdict
    present: Annotated[bool, Field(description="Quotient of 1 or more, and enough actors.")]
    density: Annotated[Number, Field(description="Relatedness density, 0 to 1.")]


class QuotientTable(Answer):
    """Location quotients."""

    items: list[QuotientAnswer]
    next: NextCursor
    notes: Notes


class PlaceIndices(Answer):
    """A row as a whole."""

    id: str
    actors: int
    amount: FiniteFloat
    enough: Annotated[bool, Field(description="Whether it has enough actors for an index.")]
    diversity: Annotated[int | None, Field(description="Columns it is specialised in.")]
    krugman_index: Annotated[Number, Field(description="0 to 2 (Krugman 1991).")]
    herfindahl: Annotated[Number, Field(description="0 to 1.")]
    entropy: Annotated[Number, Field(description="Bits.")]
    unrelated_variety: Number
    related_variety: Number
    complexity: Annotated[Number, Field(description="Mean 0, deviation 1 over the rows.")]
    density: Annotated[Number, Field(description="Mean relatedness density over what it does not have.")]


class PlaceQuery(SpecialisationQuery):
    """Which rows as wholes."""

    sort: Annotated[
        Literal["place", "-actors", "-diversity", "-krugman_index", "-herfindahl", "-entropy", "-complexity"],
        Field(description="Unknown values come last."),
    ] = "-actors"


class PlaceTable(Answer):
    """Rows of a table of specialisation."""

    items: list[PlaceIndices]
    next: NextCursor
    notes: Notes


class MoveQuery(SpecialisationQuery):
    """Entries and exits between two spans of years; the last complete ones where none are named."""

    then_first: Annotated[AYear | None, Field(description="First of the later years.")] = None
    then_last: Annotated[AYear | None, Field(description="Last of the later years.")] = None
    sort: Annotated[
        Literal["place", "label", "-actors_after", "-density"], Field(description="Unknown values come last.")
    ] = "-density"


class MoveAnswer(Answer):
    """A column that a row took up or gave up."""

    move: Literal["entry", "exit"]
    row_id: str
    column_id: str
    label: str
    actors_before: int
    actors_after: int
    density: Annotated[Number, Field(description="Relatedness density in the earlier years.")]

    @classmethod
    def of(cls, found: Move, move: Literal["entry", "exit"]) -> Self:
        """The same with which of the two it is."""
        figures = {name: getattr(found, name) for name in cls.model_fields if name != "move"}
        return cls.model_validate(figures | {"move": move})


class MoveTable(Answer):
    """Entries and exits."""

    items: list[MoveAnswer]
    next: NextCursor
    first: Annotated[
        tuple[int, int] | None, Field(description="The earlier years; null where there are too few.")
    ]
    second: tuple[int, int] | None
    could_enter: int
    could_leave: int
    notes: Notes
