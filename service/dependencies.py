"""What a request handler is given: the workspace, and one snapshot of the published build from start to end."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Request

from matchmaker.published import Published
from matchmaker.workspace import Workspace
from service.balancing import Balancing
from service.following import Following
from service.handing_out import HandingOut
from service.previewing import Previewing
from service.recognising import Recognising
from service.reporting import Reporting
from service.settling import Settling
from service.studies import SOON, Studies
from service.uploads import Uploads


def workspace(request: Request) -> Workspace:
    """The workspace that the service was started with."""
    return cast(Workspace, request.app.state.workspace)


def published(request: Request) -> Published:
    """The published build and what changed after it; FastAPI asks once per request, so an answer never mixes two.

    Raises ``NotBuiltError`` when nothing is built yet.
    """
    snapshot = workspace(request).published()
    cast(Settling, request.app.state.settling).seen(snapshot.generation)
    return snapshot


def balancing(request: Request) -> Balancing:
    """What works out whole-cluster proposals for this service."""
    return cast(Balancing, request.app.state.balancing)


def reporting(request: Request) -> Reporting:
    """What works out reports for this service."""
    return cast(Reporting, request.app.state.reporting)


def studies(request: Request) -> Studies:
    """What works out an analyst's figures for this service."""
    return cast(Studies, request.app.state.studies)


def page_studies(request: Request) -> Studies:
    """The same for a page, whose reader is shown how far it is rather than kept waiting."""
    return studies(request).within(SOON)


def handing_out(request: Request) -> HandingOut:
    """What makes agendas and the files of them for this service."""
    return cast(HandingOut, request.app.state.handing_out)


def following(request: Request) -> Following:
    """What works out what events came to for this service."""
    return cast(Following, request.app.state.following)


def previewing(request: Request) -> Previewing:
    """What looks at imports for this service."""
    return cast(Previewing, request.app.state.previewing)


def recognising(request: Request) -> Recognising:
    """What finds duplicates and thin profiles for this service."""
    return cast(Recognising, request.app.state.recognising)


def uploads(request: Request) -> Uploads:
    """The lists that were sent and are not confirmed yet."""
    return cast(Uploads, request.app.state.uploads)


OpenWorkspace = Annotated[Workspace, Depends(workspace)]
Snapshot = Annotated[Published, Depends(published)]
ClusterBalancing = Annotated[Balancing, Depends(balancing)]
ClusterReporting = Annotated[Reporting, Depends(reporting)]
ClusterStudies = Annotated[Studies, Depends(studies)]
PageStudies = Annotated[Studies, Depends(page_studies)]
EventHandingOut = Annotated[HandingOut, Depends(handing_out)]
SentLists = Annotated[Uploads, Depends(uploads)]
ImportPreviews = Annotated[Previewing, Depends(previewing)]
ClusterRecognising = Annotated[Recognising, Depends(recognising)]
EventFollowing = Annotated[Following, Depends(following)]
