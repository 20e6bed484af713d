"""What the cluster is good at: location quotients, regions and groups with their indices, entries and exits."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query

from matchmaker.landscape.specialisation.findings import Cell, Move, Specialisation
from matchmaker.landscape.specialisation.questions import Question, Years
from matchmaker.published import Published
from service.api.contract import errors
from service.api.studies.asking import in_order, named, part_of_table, routes, worked_out
from service.dependencies import ClusterStudies, Snapshot
from service.problems import refused
from service.schemas.studies.specialisation import (
    MoveAnswer,
    MoveQuery,
    MoveTable,
    PlaceIndices,
    PlaceQuery,
    PlaceTable,
    QuotientAnswer,
    QuotientQuery,
    QuotientTable,
    SpecialisationQuery,
)
from service.spans import periods
from service.studies import Studies

router = routes()


def _question(query: SpecialisationQuery, years: Years | None) -> Question:
    try:
        return Question(query.by, query.of, query.weight, query.level, years=years)
    except ValueError as error:
        raise refused("last", str(error)) from error


def _years(first: int | None, last: int | None) -> Years | None:
    known = [each for each in (first, last) if each is not None]
    return (known[0], known[-1]) if known else None


def _spans(query: MoveQuery) -> tuple[Years, Years] | None:
    first, second = _years(query.first, query.last), _years(query.then_first, query.then_last)
    if first is None and second is None:
        return None
    if first is None or second is None:
        raise refused("then_first", "Name the earlier years and the later ones, or none of them.")
    return first, second


def _of_row(item: Cell | Move, name: str) -> Any:
    return item.row_id if name == "place" else getattr(item, name)


def _specialised(studies: Studies, snapshot: Published, query: SpecialisationQuery) -> Specialisation:
    question = _question(query, _years(query.first, query.last))
    return worked_out(lambda: studies.specialisation(snapshot, question), "last")


@router.get(
    "/specialisation",
    operation_id="listLocationQuotients",
    summary="List location quotients",
    responses=errors(404),
)
def list_location_quotients(
    snapshot: Snapshot, studies: ClusterStudies, query: Annotated[QuotientQuery, Query()]
) -> QuotientTable:
    """How much more of a column a row has than is usual, with 95 % intervals; every combination of the two."""
    part = named(snapshot, query.sub_cluster)
    found = _specialised(studies, snapshot, query)
    chosen = [
        each
        for each in found.cells
        if each.row_id.casefold().startswith(query.place.casefold())
        and (not part or each.column_id == part)
        and (query.verdict is None or each.verdict is query.verdict)
    ]
    ordered = in_order(chosen, query.sort, _of_row)
    items, following = part_of_table(snapshot, ordered, query)
    return QuotientTable(
        items=[QuotientAnswer.model_validate(each) for each in items], next=following, notes=list(found.notes)
    )


@router.get(
    "/specialisation/places",
    operation_id="listSpecialisedPlaces",
    summary="List regions, countries or groups with their indices",
    responses=errors(),
)
def list_specialised_places(
    snapshot: Snapshot, studies: ClusterStudies, query: Annotated[PlaceQuery, Query()]
) -> PlaceTable:
    """Diversity, concentration, variety and complexity of each row of a table of specialisation."""
    found = _specialised(studies, snapshot, query)
    chosen = [each for each in found.rows if each.id.casefold().startswith(query.place.casefold())]
    ordered = in_order(
        chosen, query.sort, lambda each, name: each.id if name == "place" else getattr(each, name)
    )
    items, following = part_of_table(snapshot, ordered, query)
    return PlaceTable(
        items=[PlaceIndices.model_validate(each) for each in items], next=following, notes=list(found.notes)
    )


@router.get(
    "/specialisation/moves",
    operation_id="listSpecialisationMoves",
    summary="List entries and exits",
    responses=errors(),
)
def list_specialisation_moves(
    snapshot: Snapshot, studies: ClusterStudies, query: Annotated[MoveQuery, Query()]
) -> MoveTable:
    """What rows took up and gave up from the earlier years to the later ones."""
    spans = _spans(query) or periods(studies.coverage(snapshot))
    if spans is None:
        return MoveTable(items=[], next=None, first=None, second=None, could_enter=0, could_leave=0, notes=[])
    earlier, later = spans
    found = worked_out(lambda: studies.moves(snapshot, _question(query, None), earlier, later), "last")
    moves: list[tuple[Move, Literal["entry", "exit"]]] = [(each, "entry") for each in found.entries]
    moves += [(each, "exit") for each in found.exits]
    chosen = [each for each in moves if each[0].row_id.casefold().startswith(query.place.casefold())]
    ordered = in_order(chosen, query.sort, lambda each, name: _of_row(each[0], name))
    items, following = part_of_table(snapshot, ordered, query)
    return MoveTable(
        items=[MoveAnswer.of(each, move) for each, move in items],
        next=following,
        first=earlier,
        second=later,
        could_enter=found.could_enter,
        could_leave=found.could_leave,
        notes=list(found.notes),
    )
