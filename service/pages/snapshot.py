"""What every page is given: one published build from start to end, or nothing while there is none."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from matchmaker.errors import NotBuiltError
from matchmaker.published import Published
from service.dependencies import published


def published_or_none(request: Request) -> Published | None:
    """The published build, or ``None`` when nothing is built yet."""
    try:
        return published(request)
    except NotBuiltError:
        return None


MaybeSnapshot = Annotated[Published | None, Depends(published_or_none)]
