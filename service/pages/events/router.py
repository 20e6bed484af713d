"""All pages of events under one roof; the further parts of an event join here."""

from __future__ import annotations

from fastapi import APIRouter

from service.pages.events.by_hand import router as by_hand
from service.pages.events.desk import router as desk
from service.pages.events.participants import router as participants
from service.pages.events.repairing import router as repairing
from service.pages.events.schedule import router as schedule
from service.pages.events.setup import router as setup
from service.pages.events.versions import router as versions
from service.pages.events.why_not import router as why_not
from service.pages.events.wishes import router as wishes

__all__ = ["router"]

router = APIRouter()
for _part in (setup, participants, wishes, schedule):
    router.include_router(_part)
for _part in (by_hand, repairing, versions, why_not, desk):
    router.include_router(_part)
