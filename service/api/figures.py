"""The service's figures, for a program on the same machine that watches it."""

from __future__ import annotations

import ipaddress

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from service.dependencies import OpenWorkspace
from service.metrics import MEDIA_TYPE, exposition

_PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


async def from_this_machine(request: Request) -> None:
    """Turns away whoever is not on this machine, and what a proxy here passed on; raises ``HTTPException`` 403."""
    client = request.client.host if request.client else ""
    try:
        near = ipaddress.ip_address(client).is_loopback
    except ValueError:
        near = False
    if not near or any(name in request.headers for name in _PASSED_ON):
        raise HTTPException(403, detail="These figures are for the operator on this machine.")


router = APIRouter(dependencies=[Depends(from_this_machine)])


@router.get("/metrics", include_in_schema=False)
def get_metrics(request: Request, workspace: OpenWorkspace) -> Response:
    """Requests by route, status and duration, gates, the build, and the process, in the text format of Prometheus."""
    state = request.app.state
    return Response(exposition(workspace, state.observed, state.gates), media_type=MEDIA_TYPE)
