"""The API under ``/api/v1``, and the health checks beside it."""

from __future__ import annotations

from fastapi import APIRouter

from service.api import actors, events, figures, health, landscape, participants, proposals, schedules, teams

router = APIRouter()
router.include_router(actors.router)
router.include_router(teams.router)
router.include_router(proposals.router)
router.include_router(landscape.router)
router.include_router(events.router)
router.include_router(participants.router)
router.include_router(schedules.router)
router.include_router(health.router)
router.include_router(figures.router)

__all__ = ["router"]
