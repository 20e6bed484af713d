"""The API under ``/api/v1``, and the health checks beside it."""

from __future__ import annotations

from fastapi import APIRouter

from service.api import (
    account,
    actors,
    alerts,
    answers,
    builds,
    bulk,
    changes,
    directory,
    events,
    figures,
    firms,
    followed,
    handouts,
    health,
    identity,
    imports,
    jobs,
    keys,
    landscape,
    outcomes,
    participants,
    proposals,
    schedules,
    studies,
    teams,
    trail,
    webhooks,
)

router = APIRouter()
router.include_router(actors.router)
router.include_router(firms.router)
router.include_router(answers.router)
router.include_router(teams.router)
router.include_router(proposals.router)
router.include_router(landscape.router)
router.include_router(studies.router)
router.include_router(events.router)
router.include_router(participants.router)
router.include_router(schedules.router)
router.include_router(handouts.router)
router.include_router(followed.router)
router.include_router(changes.router)
router.include_router(outcomes.router)
router.include_router(bulk.router)
router.include_router(builds.router)
router.include_router(jobs.router)
router.include_router(trail.router)
router.include_router(imports.router)
router.include_router(identity.router)
router.include_router(keys.router)
router.include_router(account.router)
router.include_router(directory.router)
router.include_router(alerts.router)
router.include_router(webhooks.router)
router.include_router(health.router)
router.include_router(figures.router)

__all__ = ["router"]
