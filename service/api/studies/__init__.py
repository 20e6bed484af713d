"""An analyst's figures: what the cluster is good at, how it changes, how far it has come, what is missing, who joins it."""

from __future__ import annotations

from fastapi import APIRouter

from service.api.studies import (
    backtest,
    brokers,
    comparison,
    gaps,
    phases,
    portfolio,
    specialisation,
    trends,
)

router = APIRouter()
router.include_router(specialisation.router)
router.include_router(trends.router)
router.include_router(phases.router)
router.include_router(gaps.router)
router.include_router(portfolio.router)
router.include_router(brokers.router)
router.include_router(backtest.router)
router.include_router(comparison.router)

__all__ = ["router"]
