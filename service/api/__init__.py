"""The API under ``/api/v1``, and the health checks beside it."""

from __future__ import annotations

from fastapi import APIRouter

from service.api import (
    actors,
    answers,
    changes,
    events,
    figures,
    followed,
    handouts,
    health,
    landscape,
    outcomes,
    participants,
    proposals,
    schedules,
    teams,
)

router = APIRouter()
router.include_router(actors.router)
router.include_router(answers.router)
router.include_router(teams.router)
router.include_router(proposals.router)
router.include_router(landscape.router)
router.include_router(events.router)
router.include_router(participants.router)
router.include_router(schedules.router)
router.include_router(handouts.router)
router.include_router(followed.router)
router.include_router(changes.router)
router.include_router(outcomes.router)
router.include_router(health.router)
router.include_router(figures.router)

__all__ = ["router"]
