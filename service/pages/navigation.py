"""Where the pages are: the entries of the menu, by the work that they belong to, and which of them a page is under."""

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
    Section(
        "start",
        (
            Entry("home", "/"),
            Entry("my", "/my"),
            Entry("alerts", "/alerts"),
        ),
    ),
    Section(
        "mine",
        (
            Entry("my_profile", "/my/profile"),
            Entry("my_persons", "/my/contact-persons"),
            Entry("my_suggestions", "/my/suggestions"),
            Entry("my_contacts", "/my/contacts"),
            Entry("my_meetings", "/my/meetings"),
            Entry("my_data", "/my/data"),
        ),
    ),
    Section(
        "partners",
        (
            Entry("actors", "/actors"),
            Entry("proposals", "/proposals"),
            Entry("firms", "/firms"),
            Entry("team", "/team"),
        ),
    ),
    Section(
        "meetings",
        (Entry("events", "/events"), Entry("event_report", "/events/report")),
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
            Entry("import", "/import"),
            Entry("profiles", "/profiles"),
            Entry("duplicates", "/duplicates"),
            Entry("builds", "/builds"),
            Entry("history", "/history"),
            Entry("webhooks", "/webhooks"),
        ),
    ),
)
"""An entry shows once its route has a row in the table of permissions, so that it may stand here before its page does."""

FEW = 14
"""A menu of so many entries stands open as a whole; a longer one opens the section that the page is in."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as a page shows it."""

    name: str
    address: str
    here: str
    """``page`` on its own page, ``true`` on one below it, else empty: what ``aria-current`` says."""
    waiting: int


@dataclass(frozen=True, slots=True)
class Part:
    """A section as a page shows it."""

    name: str
    lines: tuple[Line, ...]
    opened: bool

    @property
    def waiting(self) -> int:
        """How many things wait in the whole section."""
        return sum(line.waiting for line in self.lines)


def open_sections(request: Request) -> tuple[Section, ...]:
    """The menu as the caller may use it: no entry that would be refused, no section without entries."""
    return tuple(
        Section(section.name, entries)
        for section in SECTIONS
        if (entries := tuple(entry for entry in section.entries if _shows(request, entry)))
    )


def _shows(request: Request, entry: Entry) -> bool:
    """Whether the caller may open it; whoever has a workplace begins there, so the overview is not named as well."""
    return may(request, entry.address) and not (entry.address == "/" and may(request, "/my"))


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


def menu(request: Request, path: str) -> tuple[Part, ...]:
    """The caller's menu on the page at ``path``: where one is, and which sections stand open.

    On the home page all do, so that everything there is can be seen once.
    """
    sections = open_sections(request)
    entries = [entry for section in sections for entry in section.entries]
    above = _above(entries, path)
    all_open = path == "/" or len(entries) <= FEW
    news = news_of(request)
    return tuple(
        Part(
            section.name,
            tuple(_line(entry, path, above, news.get(entry.name, 0)) for entry in section.entries),
            opened=all_open or above in section.entries,
        )
        for section in sections
    )


def _above(entries: list[Entry], path: str) -> Entry | None:
    """The entry that a page is under: the one whose address is the longest beginning of the page's."""
    found = [
        entry
        for entry in entries
        if path == entry.address or (entry.address != "/" and path.startswith(entry.address + "/"))
    ]
    return max(found, key=lambda entry: len(entry.address), default=None)


def _line(entry: Entry, path: str, above: Entry | None, waiting: int) -> Line:
    here = "" if entry is not above else "page" if entry.address == path else "true"
    return Line(entry.name, entry.address, here, waiting)
