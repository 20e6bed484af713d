"""What an event hands out, for the handlers: agendas and the files of them, made beside them once for each version, and kept."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO

from matchmaker.arranging.naming import event_id_of
from matchmaker.errors import EventRejectedError, NotBuiltError
from matchmaker.exports import csv_lines
from matchmaker.meetings.agendas import Agendas
from matchmaker.meetings.feeds import CalendarEntry
from matchmaker.reporting.agendas import Sheet, calendar, pdf, sheets, workbook
from matchmaker.workbooks import A_DAY
from matchmaker.workspace import Workspace
from service.balancing import PATIENCE, Kept

AGENDAS_KEPT = 8
FILES_KEPT = 8
PACKED_KEPT = 2
SOON = 2.0
"""Seconds that somebody waits for a file before they are told that it is being made."""

FILES = (
    "participants.pdf",
    "participants.zip",
    "tables.pdf",
    "tables.zip",
    "desk.pdf",
    "door.pdf",
    "all.xlsx",
    "meetings.csv",
    "participants.csv",
    "tables.csv",
    "desk.csv",
    "door.csv",
    "left-out.csv",
)
"""What can be had: whom or what it is for, and the format."""
WITH_ADDRESSES = frozenset({"desk.pdf", "desk.csv", "all.xlsx"})
"""Files that may hold persons' e-mail addresses, where they are asked for."""
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which agendas are asked for."""

    event_id: str
    number: int | None = None
    """Of the version; ``None`` for the latest."""
    language: str = "en"
    with_addresses: bool = False


@dataclass(frozen=True, slots=True)
class Handed:
    """Agendas with what calendars have to hear."""

    agendas: Agendas
    entries: tuple[CalendarEntry, ...]


class HandingOut:
    """What the handlers ask; agendas of a large event take seconds, their pages longer than a reader waits."""

    def __init__(self) -> None:
        self._handed: Kept[Handed] = Kept("agendas", kept=AGENDAS_KEPT)
        self._files: Kept[bytes] = Kept("handouts", kept=FILES_KEPT)
        # A page for each takes minutes at a large event; nobody who wants one file waits for that.
        self._packed: Kept[bytes] = Kept("packed", kept=PACKED_KEPT)
        self._stop = threading.Event()

    def handed(self, workspace: Workspace, wanted: Wanted, *, patience: float = PATIENCE) -> Handed | None:
        """The agendas, or ``None`` while they are put together.

        Raises ``EventNotFoundError``, and ``EventRejectedError`` where there is no such version.
        """
        return self._handed.get(
            edition(workspace, wanted), lambda: _handed(workspace, wanted), patience=patience
        )

    def file(
        self,
        workspace: Workspace,
        wanted: Wanted,
        name: str,
        participant: str = "",
        *,
        patience: float = SOON,
    ) -> bytes | None:
        """One of ``FILES``, or a participant's PDF; ``None`` while it is being made. Raises as ``handed``."""
        key, stop = (edition(workspace, wanted), name, participant), self._stop

        def made() -> bytes:
            found = self.handed(workspace, wanted, patience=600)
            if found is None:
                raise TimeoutError(wanted.event_id)
            return made_of(found, name, participant, stop.is_set)

        kept = self._packed if name.endswith(".zip") else self._files
        return kept.get(key, made, patience=patience)

    def close(self) -> None:
        """Begin nothing that waits and end what is being packed; asked again, it works on."""
        self._stop.set()
        self._stop = threading.Event()
        self._files.close()
        self._packed.close()
        self._handed.close()


def edition(workspace: Workspace, wanted: Wanted) -> Hashable:
    """Names all that agendas follow from; raises as ``HandingOut.handed``."""
    events = workspace.events
    kept, version = events.one(wanted.event_id), events.version(wanted.event_id, wanted.number)
    if version is None:
        raise EventRejectedError(
            [f"The schedule of {wanted.event_id!r} has no such version. Make one first."]
        )
    try:
        built: Hashable = workspace.published().edition
    except NotBuiltError:
        built = tuple((each.id, each.name) for each in events.actors(wanted.event_id).values())
    asked = (wanted.event_id, version.number, wanted.language, wanted.with_addresses)
    return (*asked, version.at, kept.revision, kept.at, built)


def feed(handed: Handed, participant: str) -> bytes | None:
    """The calendar of one participant; ``None`` where nobody of this id attends."""
    agenda = handed.agendas.of(participant)
    return None if agenda is None else calendar(handed.agendas, agenda, handed.entries)


def content_tag(content: bytes) -> str:
    """The entity tag of a file."""
    return f'"{hashlib.sha256(content).hexdigest()[:24]}"'


def made_of(
    handed: Handed, name: str, participant: str = "", stop: Callable[[], bool] = lambda: False
) -> bytes:
    """One of ``FILES`` as bytes, of one participant alone where one is named.

    Raises ``InterruptedError`` once ``stop`` says so while many are packed.
    """
    kept, only = handed.agendas, [participant] if participant else []
    what, _, ending = name.rpartition(".")
    if ending == "csv":
        return _csv(sheets(kept, only)[what])
    if ending == "xlsx":
        return workbook(sheets(kept, only).values(), kept.made)
    if ending == "zip":
        return _zip(_tables(kept) if what == "tables" else _participants(handed), stop)
    if what == "tables":
        return pdf(kept, "tables", only)
    if what == "desk":
        return pdf(kept, "desk", only)
    return pdf(kept, "door" if what == "door" else "participants", only)


def _handed(workspace: Workspace, wanted: Wanted) -> Handed:
    events = workspace.events
    kept = events.handouts.agendas(
        wanted.event_id, wanted.number, language=wanted.language, with_addresses=wanted.with_addresses
    )
    return Handed(kept, events.handouts.calendar_entries(wanted.event_id, kept.version))


def _csv(sheet: Sheet) -> bytes:
    out = StringIO(newline="")
    csv_lines(out, sheet.columns, sheet.rows)
    # The byte order mark is what makes spreadsheet programs read Danish letters as they are.
    return out.getvalue().encode("utf-8-sig")


def _participants(handed: Handed) -> Iterator[tuple[str, bytes]]:
    """Files by name, each beginning with its number, so that a folder shows them in the order of the lists."""
    for each in handed.agendas.participants:
        name = event_id_of(f"{each.party.number:03d} {each.party.name}", ())
        yield f"{name}.ics", calendar(handed.agendas, each, handed.entries)
        yield f"{name}.pdf", pdf(handed.agendas, "participants", [each.party.attendee_id])


def _tables(kept: Agendas) -> Iterator[tuple[str, bytes]]:
    for place, sheet in enumerate(kept.tables, 1):
        yield f"{event_id_of(f'{place:03d} {sheet.table}', ())}.pdf", pdf(kept, "tables", [sheet.table])


def _zip(files: Iterable[tuple[str, bytes]], stop: Callable[[], bool]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files:
            if stop():
                raise InterruptedError("packing was ended")
            packed.writestr(zipfile.ZipInfo(name, A_DAY), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
