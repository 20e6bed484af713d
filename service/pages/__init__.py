"""The web pages: server-rendered, in Danish and English, over one published build per request."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from service.pages.actors import router as actor_pages
from service.pages.alerts.inbox import router as alert_pages
from service.pages.alerts.searches import router as saved_search_pages
from service.pages.alerts.webhooks import router as webhook_pages
from service.pages.events.router import router as event_pages
from service.pages.landscape import router as landscape_pages
from service.pages.overview import router as overview_pages
from service.pages.proposals import router as proposal_pages
from service.pages.rendering import STATIC
from service.pages.rendering import error_page as page_in_words
from service.pages.reports import router as report_pages
from service.pages.signing_in.entering import ask_to_sign_in
from service.pages.signing_in.entering import router as entering_pages
from service.pages.teams import router as team_pages

__all__ = ["STATIC", "error_page", "router"]

router = APIRouter(include_in_schema=False)
for _pages in (
    overview_pages,
    actor_pages,
    proposal_pages,
    team_pages,
    landscape_pages,
    report_pages,
    event_pages,
    entering_pages,
    saved_search_pages,
    alert_pages,
    webhook_pages,
):
    router.include_router(_pages)


def error_page(request: Request, status: int, title: str, detail: str) -> Response:
    """Any error in words; who has to sign in is led there instead, and back afterwards."""
    if status == 401:
        return ask_to_sign_in(request)
    return page_in_words(request, status, title, detail)
