"""A day in parts: the grid of one session at a time where all of them are more than a page should hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matchmaker.events import Slot, Span

MOST_CELLS = 320
"""Places in slots that a page shows together."""


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions of an event, and which of them a page shows."""

    shown: Mapping[str, Sequence[Span]]
    """Name to slots."""
    names: Sequence[str]
    """Of all sessions, to choose from; empty where all are shown."""
    number: int
    """Of the one that is shown, from 1; 0 where all are."""


def by_session(slots: Sequence[Slot]) -> dict[str, list[Span]]:
    """The slots of each session, in the order of the programme."""
    found: dict[str, list[Span]] = {}
    for slot in slots:
        found.setdefault(slot.session, []).append(slot.span)
    return found


def sessions_shown(sessions: Mapping[str, Sequence[Span]], tables: int, asked: int) -> Sessions:
    """All sessions, or the one that is asked for, counted from 1, where all would be too many cells with so many tables."""
    cells = tables * sum(len(spans) for spans in sessions.values())
    if cells <= MOST_CELLS or len(sessions) < 2:
        return Sessions(sessions, (), 0)
    names = list(sessions)
    number = min(max(asked, 1), len(names))
    return Sessions({names[number - 1]: sessions[names[number - 1]]}, names, number)
