"""Builds: which are there, making a new one, and going back to the one before."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from matchmaker.working.known import BUILD
from service.api.contract import PREFIX, Nothing, errors, readable_address
from service.api.jobs import taken_on
from service.arranged import acting
from service.dependencies import OpenWorkspace
from service.schemas.builds import BuildAnswer, BuildPage, RollBackQuery
from service.schemas.jobs import JobAnswer

router = APIRouter(prefix=f"{PREFIX}/builds", tags=["builds"], dependencies=[Depends(readable_address)])


@router.get("", operation_id="listBuilds", summary="List builds", responses=errors())
def list_builds(workspace: OpenWorkspace, response: Response, _query: Nothing) -> BuildPage:
    """The published one, then the one that can be gone back to; whether it is stale stands in the status."""
    response.headers["Cache-Control"] = "no-cache"
    return BuildPage(items=[BuildAnswer.of(each) for each in workspace.generations.all()], next=None)


@router.post("", operation_id="startBuild", summary="Start a build", status_code=202, responses=errors())
def start_build(workspace: OpenWorkspace, response: Response, _query: Nothing) -> JobAnswer:
    """Begins and answers at once; `Location` says where to ask how far it is. One that is under way does for all who ask.

    What is published stays until the new build is whole.
    """
    return taken_on(workspace.jobs.ask(BUILD, who=acting()), response)


@router.post(
    "/roll-back",
    operation_id="rollBackBuild",
    summary="Publish the build before again",
    responses=errors(409),
)
def roll_back(workspace: OpenWorkspace, query: Annotated[RollBackQuery, Query()]) -> BuildAnswer:
    """The two builds change places, so a second call takes the first one back; name the build in `to` to be sure of it."""
    return BuildAnswer.of(workspace.generations.roll_back(query.to, who=acting()))
