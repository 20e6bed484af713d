"""Which build a view is of: the published one, or the one its address names, as long as that is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request

from matchmaker.errors import NotBuiltError
from matchmaker.published import Published
from service.dependencies import ClusterStudies, published, workspace
from service.pages.rendering import own_path

NOT_OF_THE_VIEW = frozenset({"build", "lang", "format", "table"})
"""What an address may hold besides what is seen."""


@dataclass(frozen=True, slots=True)
class View:
    """What a page says of the build that it was made from."""

    link: str
    """The whole address of what is seen, with the build."""
    build: str
    """The build that is shown."""
    asked: str
    """The build that the address names, or ``""``."""
    published: str
    """The build that everybody else is shown now."""
    newest: str
    """The address of the same view of the published build."""

    @property
    def is_earlier(self) -> bool:
        """Whether an earlier build is shown, since the address names it."""
        return self.build != self.published

    @property
    def is_gone(self) -> bool:
        """Whether the build that the address names is shown no more."""
        return bool(self.asked) and self.asked != self.build

    def keeping(self, address: str) -> str:
        """An address of a view as it leads to the same build: named where another is published."""
        if not self.is_earlier:
            return address
        whole, mark, place = address.partition("#")
        return f"{whole}{'&' if '?' in whole else '?'}{urlencode({'build': self.build})}{mark}{place}"


@dataclass(frozen=True, slots=True)
class Viewed:
    """The build to show and what to say of it; no ``snapshot`` where nothing is built."""

    snapshot: Published | None
    view: View | None


def viewed(
    request: Request, studies: ClusterStudies, build: Annotated[str, Query(max_length=100)] = ""
) -> Viewed:
    """The build that the address names where it can still be read, else the published one."""
    try:
        now = published(request)
    except NotBuiltError:
        return Viewed(None, None)
    shown = now
    if build and build != now.generation:
        shown = studies.earlier(workspace(request), now, build) or now
    return Viewed(shown, _view(request, build, shown, now))


def _view(request: Request, asked: str, shown: Published, now: Published) -> View:
    kept = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if value and name not in NOT_OF_THE_VIEW
    ]
    path = own_path(request)
    base = workspace(request).address or str(request.base_url).rstrip("/")
    return View(
        link=f"{base}{path}?{urlencode([*kept, ('build', shown.generation)])}",
        build=shown.generation,
        asked=asked,
        published=now.generation,
        newest=f"{path}?{urlencode(kept)}" if kept else path,
    )


SeenBuild = Annotated[Viewed, Depends(viewed)]
