"""All pages of events under one roof; the further parts of an event join here."""

from __future__ import annotations

from fastapi import APIRouter

from service.pages.events.agendas import router as agendas
from service.pages.events.by_hand import router as by_hand
from service.pages.events.desk import router as desk
from service.pages.events.follow_up import router as follow_up
from service.pages.events.list_made import router as list_made
from service.pages.events.lists import router as lists
from service.pages.events.participants import router as participants
from service.pages.events.proposals import router as proposals
from service.pages.events.repairing import router as repairing
from service.pages.events.report import router as report
from service.pages.events.requests import router as requests
from service.pages.events.rounds import router as rounds
from service.pages.events.schedule import router as schedule
from service.pages.events.setup import router as setup
from service.pages.events.versions import router as versions
from service.pages.events.why_not import router as why_not
from service.pages.events.wishes import router as wishes

__all__ = ["router"]

router = APIRouter()
# The report on all events comes before the events, whose ids stand in the same place.
for _part in (report, setup, participants, wishes, schedule, requests, agendas, lists, rounds, follow_up):
    router.include_router(_part)
# What a list did is told under its number, where a template has its name.
for _part in (list_made, proposals, by_hand, repairing, versions, why_not, desk):
    router.include_router(_part)
