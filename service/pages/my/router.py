"""The pages of a firm's workplace, put together."""

from __future__ import annotations

from fastapi import APIRouter

from service.pages.my import contacts, data, home, meetings, persons, profile, suggestions

router = APIRouter()
for _part in (home, profile, persons, suggestions, contacts, meetings, data):
    router.include_router(_part.router)
