"""The web pages: server-rendered, in Danish and English, over one published build per request."""

from __future__ import annotations

from fastapi import APIRouter

from service.pages import actors, landscape, overview
from service.pages.rendering import STATIC, error_page

__all__ = ["STATIC", "error_page", "router"]

router = APIRouter(include_in_schema=False)
for _part in (overview, actors, landscape):
    router.include_router(_part.router)
