"""All pages of an analyst under one roof."""

from __future__ import annotations

from fastapi import APIRouter

from service.pages.analyst.backtest import router as backtest
from service.pages.analyst.brokers import router as brokers
from service.pages.analyst.comparison import router as comparison
from service.pages.analyst.downloads import router as downloads
from service.pages.analyst.gaps import router as gaps
from service.pages.analyst.home import router as home
from service.pages.analyst.phases import router as phases
from service.pages.analyst.portfolio import router as portfolio
from service.pages.analyst.specialisation import router as specialisation
from service.pages.analyst.trends import router as trends

__all__ = ["router"]

router = APIRouter()
for _part in (
    home,
    specialisation,
    trends,
    phases,
    gaps,
    portfolio,
    brokers,
    backtest,
    comparison,
    downloads,
):
    router.include_router(_part)
