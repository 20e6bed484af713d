"""Where the pages are: the entries of the menu, by the work that they belong to."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from matchmaker.errors import MatchmakerError
from matchmaker.workspace import Workspace
from service.callers import caller_of, is_open_here
from service.owners import owner_of
from service.permissions import may


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu; ``name`` ends the key ``nav.…`` of its words."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Section:
    """Pages that serve one kind of work; ``name`` ends the key ``nav.section.…`` of its words."""

    name: str
    entries: tuple[Entry, ...]


SECTIONS = (
    Section("mine", (Entry("my", "/my"),)),
    Section("start", (Entry("home", "/"),)),
    Section(
        "partners",
        (
            Entry("actors", "/actors"),
            Entry("proposals", "/proposals"),
            Entry("team", "/team"),
            Entry("alerts", "/alerts"),
        ),
    ),
    Section(
        "meetings",
        (Entry("events", "/events"),),
    ),
    Section(
        "landscape",
        (
            Entry("landscape", "/landscape"),
            Entry("sub_clusters", "/sub-clusters"),
            Entry("map", "/map"),
            Entry("specialisation", "/specialisation"),
            Entry("trends", "/trends"),
            Entry("phases", "/phases"),
            Entry("gaps", "/gaps"),
            Entry("portfolio", "/portfolio"),
            Entry("brokers", "/brokers"),
            Entry("spin_offs", "/spin-offs"),
            Entry("backtest", "/backtest"),
            Entry("comparison", "/comparison"),
            Entry("report", "/report"),
            Entry("downloads", "/downloads"),
        ),
    ),
    Section(
        "data",
        (
            Entry("builds", "/builds"),
            Entry("history", "/history"),
            Entry("import", "/import"),
            Entry("duplicates", "/duplicates"),
            Entry("profiles", "/profiles"),
            Entry("webhooks", "/webhooks"),
        ),
    ),
)


def open_sections(request: Request) -> tuple[Section, ...]:
    """The menu as the caller may use it: no entry that would be refused, no section without entries."""
    return tuple(
        Section(section.name, entries)
        for section in SECTIONS
        if (entries := tuple(entry for entry in section.entries if may(request, entry.address)))
    )


def news_of(request: Request) -> dict[str, int]:
    """How much is new behind entries of the menu, by their names; what has no news is left out. One count in the database."""
    if not may(request, "/alerts") or not (caller_of(request) or is_open_here(request)):
        return {}
    workspace: Workspace = request.app.state.workspace
    try:
        unread = workspace.alerts.unread(owner_of(request))
    except MatchmakerError:
        # A page that was asked for is worth more than the number in its frame.
        return {}
    return {"alerts": unread} if unread else {}
