"""Everything a build says as files, from one page."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response

from service.dependencies import ClusterStudies
from service.pages.analyst.study import Working, as_file, working_page
from service.pages.analyst.views import SeenBuild
from service.pages.overview import empty_page
from service.pages.rendering import page

router = APIRouter()

TABLES = (
    ("specialisation", ("quotients", "near", "places", "columns", "moves")),
    ("trends", ("trends", "turnover")),
    ("phases", ("phases", "activities", "signs", "movement")),
    ("gaps", ("gaps", "fillers")),
    ("portfolio", ("crossings", "joint", "portfolio")),
    ("brokers", ("brokers", "cohesion", "losses")),
)
"""The tables of each page, as its address names them."""


@router.get("/downloads")
def downloads(request: Request, seen: SeenBuild) -> Response:
    """The files of everything, and of each page."""
    if seen.snapshot is None:
        return empty_page(request)
    return page(
        request,
        "analyst/downloads.html",
        snapshot=seen.snapshot,
        view=seen.view,
        tables=TABLES,
        build=f"&build={seen.snapshot.generation}",
    )


@router.get("/downloads/landscape.{ending}")
def landscape_file(
    request: Request,
    seen: SeenBuild,
    studies: ClusterStudies,
    ending: Literal["zip", "xlsx", "graphml"],
    cells: Literal["csv", "parquet"] = "csv",
) -> Response:
    """Every figure of the landscape, a table each, or the actors and their ties as a network."""
    snapshot = seen.snapshot
    if snapshot is None:
        return empty_page(request)
    made = studies.file(snapshot, ending, cells, snapshot.network if ending == "graphml" else snapshot.frames)
    if made is None:
        return working_page(request, snapshot, Working(), kind="file")
    kind = f"-{cells}" if ending == "zip" else ""
    return as_file(made, f"matchmaker-landscape-{snapshot.generation}{kind}.{ending}")
