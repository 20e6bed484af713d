"""The web pages: server-rendered, in Danish and English, over one published build per request."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from service.pages.actors import router as actor_pages
from service.pages.alerts.inbox import router as alert_pages
from service.pages.alerts.searches import router as saved_search_pages
from service.pages.alerts.webhooks import router as webhook_pages
from service.pages.analyst.router import router as analyst_pages
from service.pages.directory.browsing import router as directory_pages
from service.pages.events.router import router as event_pages
from service.pages.firms.seeing import router as firm_pages
from service.pages.identity.duplicates import router as duplicate_pages
from service.pages.identity.profiles import router as profile_pages
from service.pages.importing.steps import router as import_pages
from service.pages.landscape import router as landscape_pages
from service.pages.my.router import router as my_pages
from service.pages.overview import router as overview_pages
from service.pages.proposals import router as proposal_pages
from service.pages.rendering import STATIC, busy_page
from service.pages.rendering import error_page as page_in_words
from service.pages.reports import router as report_pages
from service.pages.signing_in.account import router as account_pages
from service.pages.signing_in.entering import ask_to_sign_in
from service.pages.signing_in.entering import router as entering_pages
from service.pages.signing_in.forgotten import router as forgotten_pages
from service.pages.signing_in.provider import router as provider_pages
from service.pages.teams import router as team_pages
from service.pages.upkeep.builds import router as build_pages
from service.pages.upkeep.history import router as history_pages

__all__ = ["STATIC", "busy_page", "error_page", "router"]

router = APIRouter(include_in_schema=False)
for _pages in (
    overview_pages,
    actor_pages,
    proposal_pages,
    team_pages,
    landscape_pages,
    analyst_pages,
    report_pages,
    event_pages,
    entering_pages,
    build_pages,
    history_pages,
    import_pages,
    duplicate_pages,
    profile_pages,
    forgotten_pages,
    account_pages,
    provider_pages,
    directory_pages,
    my_pages,
    saved_search_pages,
    alert_pages,
    webhook_pages,
    firm_pages,
):
    router.include_router(_pages)


def error_page(request: Request, status: int, title: str, detail: str) -> Response:
    """Any error in words; who has to sign in is led there instead, and back afterwards."""
    if status == 401:
        return ask_to_sign_in(request)
    return page_in_words(request, status, title, detail)
