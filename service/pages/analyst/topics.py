"""A topic's page is a function from a build and the choices of an address to what it shows; all else is alike and here."""

# Without ``annotations`` of the future: the page that ``topic`` makes names the topic's own function among its types.
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, ParamSpec

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from matchmaker.errors import NotBuiltError
from matchmaker.published import Published
from service.pages.analyst.choices import download
from service.pages.analyst.study import Download, Study, Working, answer
from service.pages.analyst.views import SeenBuild
from service.pages.overview import empty_page

P = ParamSpec("P")
Found = Study | Working


def shown(seen: SeenBuild) -> Published:
    """The build that a page shows; raises ``NotBuiltError`` where there is none."""
    if seen.snapshot is None:
        raise NotBuiltError
    return seen.snapshot


ShownBuild = Annotated[Published, Depends(shown)]


def topic(router: APIRouter, path: str) -> Callable[[Callable[P, Found]], Callable[P, Found]]:
    """Declares the page at ``path``: shows what the function finds, one table of it as a file, or how far it is."""

    def declared(study: Callable[P, Found]) -> Callable[P, Found]:
        def topic_page(
            request: Request,
            seen: SeenBuild,
            wanted: Annotated[Download, Depends(download)],
            found: Annotated[Found, Depends(study)],
        ) -> Response:
            return answer(request, seen, wanted, found)

        router.add_api_route(
            path,
            topic_page,
            name=study.__name__,
            route_class_override=_OfABuild,
        )
        return study

    return declared


class _OfABuild(APIRoute):
    """A page of a build: where there is none it says what to do first."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """What answers a request."""
        answered = super().get_route_handler()

        async def answered_or_empty(request: Request) -> Response:
            try:
                return await answered(request)
            except NotBuiltError:
                return await run_in_threadpool(empty_page, request)

        return answered_or_empty
