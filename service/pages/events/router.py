"""All pages of events under one roof; the further parts of an event join here."""

from __future__ import annotations

from fastapi import APIRouter

from service.pages.events.agendas import router as agendas
from service.pages.events.participants import router as participants
from service.pages.events.schedule import router as schedule
from service.pages.events.setup import router as setup
from service.pages.events.wishes import router as wishes

__all__ = ["router"]

router = APIRouter()
for _part in (setup, participants, wishes, schedule, agendas):
    router.include_router(_part)
