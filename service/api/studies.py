"""An analyst's figures: what the cluster is good at, how it changes, how far it has come, what is missing, who joins it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query

from matchmaker.landscape.phase_rule import PHASES
from matchmaker.landscape.specialisation.findings import Move, Specialisation
from matchmaker.landscape.specialisation.questions import Question, Years
from matchmaker.published import Published
from service.api.contract import PREFIX, errors, kept_answer, readable_address
from service.balancing import not_yet
from service.cursors import part_of
from service.dependencies import ClusterStudies, OpenWorkspace, Snapshot
from service.problems import refused
from service.schemas.contract import PageQuery
from service.schemas.studies.backtest import BacktestQuery, BacktestTable, NamedAnswer, RankingAnswer
from service.schemas.studies.brokers import BrokerAnswer, BrokerQuery, BrokerTable
from service.schemas.studies.comparison import ComparedAnswer, ComparisonQuery, ComparisonTable, TotalsAnswer
from service.schemas.studies.gaps import (
    BecauseAnswer,
    FillerAnswer,
    GapAnswer,
    GapQuery,
    GapSignAnswer,
    GapTable,
)
from service.schemas.studies.phases import PhaseAnswer, PhasePage, PhaseQuery
from service.schemas.studies.portfolio import (
    CrossingAnswer,
    PortfolioQuery,
    PortfolioRowAnswer,
    PortfolioTable,
)
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
from service.schemas.studies.trends import TrendAnswer, TrendQuery, TrendTable, TurnoverAnswer
from service.schemas.values import ActorName, QuoteAnswer
from service.spans import periods, times, years_back
from service.studies import Studies

router = APIRouter(
    prefix=f"{PREFIX}/landscape",
    tags=["landscape"],
    dependencies=[Depends(readable_address), Depends(kept_answer)],
)

T = TypeVar("T")
LATER = "This is being worked out. Try again in a moment."


def _asked(work: Callable[[], T | None], field: str) -> T:
    """What was asked for; what cannot be asked is refused in the library's words, what is worked out is told later."""
    try:
        found = work()
    except ValueError as error:
        raise refused(field, str(error)) from error
    if found is None:
        raise not_yet(LATER)
    return found


def _part(snapshot: Published, sub_cluster_id: str) -> str:
    if sub_cluster_id:
        snapshot.sub_cluster(sub_cluster_id)
    return sub_cluster_id


def _in_order(items: Sequence[T], sort: str, plain: str, name: Callable[[T, str], Any]) -> list[T]:
    """Items by a figure, from the greatest down with a minus; unknown ones last. ``plain`` leaves them as they are."""
    if sort == plain:
        return list(items)
    field = sort.removeprefix("-")
    valued = [(name(each, field), each) for each in items]
    known = [pair for pair in valued if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=sort.startswith("-"))
    return [each for _, each in known] + [each for value, each in valued if value is None]


def _attribute(each: object, field: str) -> Any:
    return getattr(each, field)


def _page(snapshot: Published, items: Sequence[T], query: PageQuery) -> tuple[Sequence[T], str | None]:
    question = query.model_dump_json(exclude={"limit", "cursor"})
    return part_of(
        items,
        question=f"{type(query).__name__} {question}",
        limit=query.limit,
        cursor=query.cursor,
        edition=snapshot.edition,
    )


def _question(query: SpecialisationQuery, years: Years | None) -> Question:
    try:
        return Question(query.by, query.of, query.weight, query.level, years=years)
    except ValueError as error:
        raise refused("last", str(error)) from error


def _years(first: int | None, last: int | None) -> Years | None:
    known = [each for each in (first, last) if each is not None]
    return (known[0], known[-1]) if known else None


def _specialised(studies: Studies, snapshot: Published, query: SpecialisationQuery) -> Specialisation:
    question = _question(query, _years(query.first, query.last))
    return _asked(lambda: studies.specialisation(snapshot, question), "last")


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
    part = _part(snapshot, query.sub_cluster)
    found = _specialised(studies, snapshot, query)
    chosen = [
        each
        for each in found.cells
        if each.row_id.casefold().startswith(query.place.casefold())
        and (not part or each.column_id == part)
        and (query.verdict is None or each.verdict is query.verdict)
    ]
    ordered = _in_order(
        chosen, query.sort, "", lambda each, field: each.row_id if field == "place" else getattr(each, field)
    )
    items, following = _page(snapshot, ordered, query)
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
    ordered = _in_order(
        chosen, query.sort, "", lambda each, field: each.id if field == "place" else getattr(each, field)
    )
    items, following = _page(snapshot, ordered, query)
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
    first, second = _years(query.first, query.last), _years(query.then_first, query.then_last)
    usual = periods(studies.coverage(snapshot))
    if first is None and second is None:
        if usual is None:
            return MoveTable(
                items=[], next=None, first=None, second=None, could_enter=0, could_leave=0, notes=[]
            )
        first, second = usual
    if first is None or second is None:
        raise refused("then_first", "Name the earlier years and the later ones, or none of them.")
    earlier, later = first, second
    found = _asked(lambda: studies.moves(snapshot, _question(query, None), earlier, later), "last")
    moves: list[tuple[Move, str]] = [(each, "entry") for each in found.entries]
    moves += [(each, "exit") for each in found.exits]
    chosen = [each for each in moves if each[0].row_id.casefold().startswith(query.place.casefold())]
    ordered = _in_order(
        chosen,
        query.sort,
        "",
        lambda each, field: each[0].row_id if field == "place" else getattr(each[0], field),
    )
    items, following = _page(snapshot, ordered, query)
    return MoveTable(
        items=[
            MoveAnswer.model_validate(
                {name: getattr(each, name) for name in MoveAnswer.model_fields if name != "move"}
                | {"move": move}
            )
            for each, move in items
        ],
        next=following,
        first=first,
        second=second,
        could_enter=found.could_enter,
        could_leave=found.could_leave,
        notes=list(found.notes),
    )


@router.get("/trends", operation_id="listTrends", summary="List what rises and falls", responses=errors(404))
def list_trends(
    snapshot: Snapshot, studies: ClusterStudies, query: Annotated[TrendQuery, Query()]
) -> TrendTable:
    """Terms, fields, actor groups and commitment over the complete years, against chance; terms only where they move."""
    part = _part(snapshot, query.sub_cluster)
    found = _asked(lambda: studies.trends(snapshot, part, query.first, query.last), "last")
    chosen = [
        each
        for each in (*found.growth, *found.items)
        if (query.kind is None or each.kind is query.kind)
        and (query.tendency is None or each.tendency is query.tendency)
    ]
    items, following = _page(snapshot, _in_order(chosen, query.sort, "evidence", _attribute), query)
    return TrendTable(
        items=[TrendAnswer.model_validate(each) for each in items],
        next=following,
        collaborations=found.collaborations,
        tested=found.tested,
        turnover=None if found.turnover is None else TurnoverAnswer.model_validate(found.turnover),
        notes=list(found.notes),
    )


@router.get("/phases", operation_id="listPhases", summary="List phases", responses=errors(404))
def list_phases(
    snapshot: Snapshot, studies: ClusterStudies, query: Annotated[PhaseQuery, Query()]
) -> PhasePage:
    """How far the cluster and each sub-cluster have come, with the signs, how sure it is, and what fits."""
    part = _part(snapshot, query.sub_cluster)
    found = _asked(lambda: studies.phases(snapshot, query.last), "last")
    chosen = [
        each
        for each in found
        if (not part or each.sub_cluster_id == part) and (query.phase is None or each.phase is query.phase)
    ]
    ordered = _in_order(
        chosen,
        query.sort,
        "build",
        lambda each, field: PHASES.index(each.phase) if field == "phase" else getattr(each, field),
    )
    items, following = _page(snapshot, ordered, query)
    return PhasePage(items=[PhaseAnswer.model_validate(each) for each in items], next=following)


@router.get("/gaps", operation_id="listGaps", summary="List what is missing", responses=errors(404))
def list_gaps(snapshot: Snapshot, studies: ClusterStudies, query: Annotated[GapQuery, Query()]) -> GapTable:
    """Actor groups, regions and links of the value chain that are missing, and who could fill them."""
    part = _part(snapshot, query.sub_cluster)
    found = _asked(lambda: studies.gaps(snapshot, part), "sub_cluster")
    chosen = [
        each
        for each in found.gaps
        if (query.kind is None or each.kind is query.kind)
        and (query.verdict is None or each.verdict is query.verdict)
    ]
    order = list(type(chosen[0].verdict)) if chosen else []
    if query.sort == "verdict":
        chosen.sort(key=lambda each: order.index(each.verdict))
    if query.sort == "-fillers":
        chosen.sort(key=lambda each: -len(each.fillers))
    items, following = _page(snapshot, chosen, query)
    names, groups = snapshot.actor_names(), snapshot.actor_groups()
    return GapTable(
        items=[
            GapAnswer(
                sub_cluster_id=each.sub_cluster_id,
                kind=each.kind,
                what=each.what,
                verdict=each.verdict,
                signs=[GapSignAnswer.model_validate(sign) for sign in each.signs],
                # Of an actor that is gone since the build nothing is quoted.
                request=QuoteAnswer.model_validate(each.request)
                if each.request is not None and each.what in names
                else None,
                asked=each.asked,
                unanswered=each.unanswered,
                fillers=[
                    FillerAnswer(
                        actor=ActorName(
                            id=filler.actor_id, name=names[filler.actor_id], group=groups[filler.actor_id]
                        ),
                        member=filler.member,
                        score=filler.score,
                        reasons=[BecauseAnswer.model_validate(because) for because in filler.reasons],
                        quote=None if filler.quote is None else QuoteAnswer.model_validate(filler.quote),
                    )
                    for filler in each.fillers
                    if filler.actor_id in names
                ],
            )
            for each in items
        ],
        next=following,
        compared=found.compared,
        untold=found.untold,
    )


@router.get("/portfolio", operation_id="listPortfolio", summary="List the portfolio", responses=errors(404))
def list_portfolio(
    snapshot: Snapshot, studies: ClusterStudies, query: Annotated[PortfolioQuery, Query()]
) -> PortfolioTable:
    """All collaborations counted by sub-cluster, commitment, year, actor groups and whether they run."""
    part = _part(snapshot, query.sub_cluster)
    day: date | None = query.day or studies.coverage(snapshot).newest
    found = _asked(lambda: studies.portfolio(snapshot, day), "day")
    chosen = [
        each
        for each in found.rows
        if (not part or each.sub_cluster_id == part)
        and (query.commitment is None or each.commitment is query.commitment)
        and (query.state is None or each.state is query.state)
        and (query.first is None or (each.year or 0) >= query.first)
        and (query.last is None or (each.year or 9999) <= query.last)
    ]
    items, following = _page(snapshot, _in_order(chosen, query.sort, "build", _attribute), query)
    return PortfolioTable(
        items=[PortfolioRowAnswer.model_validate(each) for each in items],
        next=following,
        crossings=[
            CrossingAnswer.model_validate(each)
            for each in (found.whole, *found.sub_clusters)
            if not part or each.sub_cluster_id == part
        ],
    )


@router.get("/brokers", operation_id="listBrokers", summary="List brokers", responses=errors(404))
def list_brokers(
    snapshot: Snapshot, studies: ClusterStudies, query: Annotated[BrokerQuery, Query()]
) -> BrokerTable:
    """Actors that join sub-clusters which would not meet otherwise, in the measures of the field."""
    part = _part(snapshot, query.sub_cluster)
    found = _asked(lambda: studies.brokers(snapshot, beyond_size=query.beyond_size), "beyond_size")
    names, groups = snapshot.actor_names(), snapshot.actor_groups()
    chosen = [
        each
        for each in found.brokers
        if each.actor_id in names
        and (not part or part in each.sub_cluster_ids)
        and (query.group is None or groups[each.actor_id] is query.group)
    ]
    ordered = _in_order(
        chosen,
        query.sort,
        "build",
        lambda each, field: names[each.actor_id].casefold() if field == "name" else getattr(each, field),
    )
    items, following = _page(snapshot, ordered, query)
    figures = [name for name in BrokerAnswer.model_fields if name != "actor"]
    return BrokerTable(
        items=[
            BrokerAnswer.model_validate(
                {name: getattr(each, name) for name in figures}
                | {
                    "sub_cluster_ids": list(each.sub_cluster_ids),
                    "actor": ActorName(
                        id=each.actor_id, name=names[each.actor_id], group=groups[each.actor_id]
                    ),
                }
            )
            for each in items
        ],
        next=following,
        caveats=[each.id.value for each in found.caveats],
    )


@router.get(
    "/backtest", operation_id="listBacktest", summary="Look back at spin-off candidates", responses=errors()
)
def list_backtest(
    snapshot: Snapshot, studies: ClusterStudies, query: Annotated[BacktestQuery, Query()]
) -> BacktestTable:
    """What would have been named at the end of earlier years, and what came of it.

    The first question about a build is answered with 503 while it is worked out: seconds in a small cluster, minutes
    in one of 25,000 actors.
    """
    usual = years_back(studies.coverage(snapshot))
    first = query.first or (usual[0] if usual else None)
    last = query.last or (usual[1] if usual else None)
    if first is None or last is None:
        return BacktestTable(items=[], next=None, days=[], rankings=[], notes=["no_dates"])
    span = (first, last)
    found = _asked(lambda: studies.looked_back(snapshot, *span), "last")
    chosen = [each for each in found.named if query.named is None or (each.place is not None) is query.named]
    items, following = _page(snapshot, _in_order(chosen, query.sort, "day", _attribute), query)
    return BacktestTable(
        items=[NamedAnswer.model_validate(each) for each in items],
        next=following,
        days=list(found.days),
        rankings=[RankingAnswer.model_validate(each) for each in found.rows],
        notes=list(found.notes),
    )


@router.get(
    "/comparison", operation_id="listDifferences", summary="Compare two days or builds", responses=errors()
)
def list_differences(
    workspace: OpenWorkspace,
    snapshot: Snapshot,
    studies: ClusterStudies,
    query: Annotated[ComparisonQuery, Query()],
) -> ComparisonTable:
    """The cluster as it was known on two days, or in two builds that are kept, side by side.

    The first question about two times is answered with 503 while it is worked out: seconds in a small cluster, minutes
    in one of 25,000 actors.
    """
    question = times(query.before, query.after, snapshot)
    found = _asked(lambda: studies.compared(workspace, snapshot, question), "before")
    chosen = [
        each
        for each in found.differences
        if (query.topic is None or each.topic is query.topic)
        and (query.turn is None or each.turn is query.turn)
    ]
    items, following = _page(snapshot, _in_order(chosen, query.sort, "topic", _attribute), query)
    return ComparisonTable(
        items=[ComparedAnswer.model_validate(each) for each in items],
        next=following,
        before=TotalsAnswer.model_validate(found.before),
        after=TotalsAnswer.model_validate(found.after),
        at_work=found.at_work,
    )
