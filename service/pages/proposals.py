"""The page of the whole cluster's proposals: the balance, what it does, the pairs as a table, and the same as a file."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from matchmaker.actors import ActorGroup
from matchmaker.exports import write_rows
from matchmaker.matching.exposure import Measures
from matchmaker.proposals import Order, ProposalFilter
from matchmaker.records import PROPOSAL_COLUMNS, proposal_rows
from service.balancing import MOST_PARTNERS, PATIENCE, Lists, on_step, page_patience
from service.dependencies import ClusterBalancing
from service.pages.drawings import Curve, curve
from service.pages.filters import OneGroupFilter, PageNumber, RegionFilter, TextFilter, readable
from service.pages.overview import empty_page
from service.pages.rendering import later_page, page
from service.pages.snapshot import MaybeSnapshot

router = APIRouter()

ROWS_PER_PAGE = 25
MOST_IN_A_FILE = 2_000
"""Each row is explained with its quotes, some five milliseconds; the command line writes all of a large cluster."""
GOOD_START = 0.3
"""The balance of a page that was asked for none."""
TOPS = (3, 5, 10, 20)
CURVE_PATIENCE = 2.0
"""Seconds that a page waits for the curve; it is complete without."""

MEASURES = ("coverage", "largest_share", "mutual", "envy")
COUNTED = frozenset({"mutual"})
"""Measures that are numbers; the others are shares."""
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

View = Literal["pairs", "lists"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    lists: Lists
    text: str
    group: ActorGroup | None
    other_group: ActorGroup | None
    region: str
    view: View
    sort: Order
    falling: bool

    @property
    def filter(self) -> ProposalFilter:
        """Which rows are left."""
        return ProposalFilter(self.text, self.group, self.other_group, self.region, once=self.view == "pairs")

    @property
    def filtered(self) -> bool:
        """Whether rows are taken away by more than the view."""
        return bool(self.text or self.group or self.other_group or self.region)


def asked(
    balance: Annotated[float, Query(ge=0, le=1, allow_inf_nan=False)] = GOOD_START,
    top: Annotated[int, Query(ge=1, le=MOST_PARTNERS)] = 10,
    new: bool = False,
    text: TextFilter = "",
    group: OneGroupFilter = None,
    other_group: OneGroupFilter = None,
    region: RegionFilter = "",
    view: View = "pairs",
    sort: Order | None = None,
    direction: Literal["up", "down"] | None = None,
) -> Asked:
    """The parameters of the page and of its file; a balance between two steps is the nearest of them."""
    order: Order = sort or ("score" if view == "pairs" else "seeker")
    return Asked(
        Lists(on_step(balance), top, new),
        readable(text),
        group,
        other_group,
        readable(region),
        view,
        order,
        falling=direction == "down" if direction else order == "score",
    )


Choice = Annotated[Asked, Depends(asked)]


@dataclass(frozen=True, slots=True)
class Effect:
    """One measure at the balance that is shown and at 0, and its curve where that is worked out."""

    name: str
    counted: bool
    now: float
    before: float
    curve: Curve | None


@router.get("/proposals")
def proposals(
    request: Request,
    snapshot: MaybeSnapshot,
    balancing: ClusterBalancing,
    choice: Choice,
    number: PageNumber = 1,
) -> Response:
    """Everybody's proposals at one balance, page by page, with what the balance does."""
    if snapshot is None:
        return empty_page(request)
    wanted = choice.lists
    patience = page_patience(snapshot)
    balanced = balancing.lists(snapshot, wanted, patience=patience)
    best = balancing.lists(snapshot, Lists(0.0, wanted.top, wanted.new), patience=patience)
    if balanced is None or best is None:
        return later_page(request, "proposals", PATIENCE)
    measured = balancing.curve(snapshot, wanted.top, new=wanted.new, patience=min(patience, CURVE_PATIENCE))
    table = snapshot.proposal_table(balanced)
    places = table.places(choice.filter, order=choice.sort, falling=choice.falling)
    pages = max(1, -(-len(places) // ROWS_PER_PAGE))
    number = min(number, pages)
    return page(
        request,
        "proposals.html",
        snapshot=snapshot,
        choice=choice,
        tops=sorted({*TOPS, wanted.top}),
        anything=len(balanced.seekers) > 0,
        effects=effects(balanced.measures, best.measures, measured),
        measured=measured,
        count=len(places),
        rows=table.shown(places[(number - 1) * ROWS_PER_PAGE : number * ROWS_PER_PAGE]),
        number=number,
        pages=pages,
        file_limit=MOST_IN_A_FILE if len(places) > MOST_IN_A_FILE else 0,
        file_address=lambda ending: _file_address(request, ending),
        command=_command(wanted),
    )


@router.get("/proposals/download")
def proposals_file(
    request: Request,
    snapshot: MaybeSnapshot,
    balancing: ClusterBalancing,
    choice: Choice,
    ending: Annotated[Literal["csv", "xlsx"], Query(alias="format")] = "xlsx",
) -> Response:
    """What the page shows, all pages of it, as a table for a spreadsheet."""
    if snapshot is None:
        return empty_page(request)
    balanced = balancing.lists(snapshot, choice.lists)
    if balanced is None:
        return later_page(request, "proposals", PATIENCE)
    table = snapshot.proposal_table(balanced)
    places = table.places(choice.filter, order=choice.sort, falling=choice.falling)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"proposals.{ending}"
        write_rows(path, PROPOSAL_COLUMNS, proposal_rows(table.shown(places[:MOST_IN_A_FILE])))
        content = path.read_bytes()
    return Response(
        content,
        media_type=MEDIA_TYPES[ending],
        headers={
            "Content-Disposition": f'attachment; filename="proposals.{ending}"',
            "Cache-Control": "private, no-cache",
        },
    )


def effects(now: Measures, before: Measures, measured: list[Measures] | None) -> list[Effect]:
    """What the balance does, measure by measure."""
    return [
        Effect(
            name,
            name in COUNTED,
            getattr(now, name),
            getattr(before, name),
            curve(
                [(each.balance, getattr(each, name)) for each in measured],
                (now.balance, getattr(now, name)),
            )
            if measured
            else None,
        )
        for name in MEASURES
    ]


def _file_address(request: Request, ending: str) -> str:
    kept = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if value and name not in ("lang", "number", "format")
    ]
    return f"/proposals/download?{urlencode([*kept, ('format', ending)])}"


def _command(wanted: Lists) -> str:
    new = " --new" if wanted.new else ""
    return f"matchmaker suggest --all --top {wanted.top}{new} --balance {wanted.balance:g} --output proposals.xlsx"
