"""Whether the service runs, whether it can answer, what it answers from, and how it is described."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from matchmaker.errors import DamagedBuildError, NotBuiltError
from service.api.contract import PREFIX, Nothing, errors, readable_address
from service.dependencies import OpenWorkspace
from service.schemas.health import Health, PublishedCounts, Readiness, StatusAnswer

router = APIRouter(dependencies=[Depends(readable_address)])


@router.get("/healthz", tags=["health"], operation_id="getHealth", summary="Does the process run?")
async def get_health() -> Health:
    """Answers as long as the process runs, whatever it is busy with."""
    return Health(status="ok")


@router.get(
    "/readyz",
    tags=["health"],
    operation_id="getReadiness",
    summary="Can the service answer?",
    responses=errors(),
)
def get_readiness(workspace: OpenWorkspace) -> Readiness:
    """Answers 200 while a build is served, `degraded` when it is the previous one, 503 when there is none."""
    damaged = workspace.damage()
    try:
        snapshot = workspace.published()
    except NotBuiltError:
        if damaged:
            raise DamagedBuildError("every build is damaged", generation="", file="") from None
        raise
    if damaged:
        return Readiness(
            status="degraded",
            generation=snapshot.generation,
            detail="The newest build is damaged; the previous one is served. Build again.",
        )
    return Readiness(status="ready", generation=snapshot.generation, detail="The published build is served.")


@router.get(
    f"{PREFIX}/status",
    tags=["status"],
    operation_id="getStatus",
    summary="Get the status of the workspace",
    responses=errors(),
)
def get_status(workspace: OpenWorkspace, response: Response, _query: Nothing) -> StatusAnswer:
    """What is stored, what is published, and what is stale and why; answers before the first build as well."""
    response.headers["Cache-Control"] = "no-cache"
    status = workspace.status()
    try:
        snapshot = workspace.published()
    except NotBuiltError:
        snapshot = None
    return StatusAnswer(
        generation=snapshot.generation if snapshot else None,
        stale=list(status.stale),
        fresh=status.fresh,
        damaged_builds=len(status.damaged),
        actors=status.actors,
        collaborations=status.collaborations,
        # A model from a folder is named by its folder, which is nobody's business.
        encoder=PurePath(status.encoder).name if PurePath(status.encoder).is_absolute() else status.encoder,
        published=PublishedCounts.model_validate(snapshot.counts()) if snapshot else None,
        notes=list(snapshot.notes()) if snapshot else [],
    )


@router.get(f"{PREFIX}/openapi.json", include_in_schema=False)
async def get_description(request: Request) -> dict[str, Any]:
    """The description of this API in OpenAPI."""
    described: dict[str, Any] = request.app.openapi()
    return described
