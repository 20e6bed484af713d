"""The web pages: server-rendered, in Danish and English, over one published build per request."""

from __future__ import annotations

from fastapi import APIRouter

from service.pages.actors import router as actor_pages
from service.pages.events.router import router as event_pages
from service.pages.landscape import router as landscape_pages
from service.pages.overview import router as overview_pages
from service.pages.proposals import router as proposal_pages
from service.pages.rendering import STATIC, error_page
from service.pages.reports import router as report_pages
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
):
    router.include_router(_pages)
