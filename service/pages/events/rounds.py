"""Mixed round tables for an event's participants: seated, shown round by round with what is proven, to print or take along."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response

from matchmaker.arranging import guest_names
from matchmaker.errors import ScheduleError
from matchmaker.events import RoundTables
from matchmaker.exports import write_rows
from matchmaker.workspace import Workspace
from service.arranged import acting
from service.dependencies import OpenWorkspace
from service.handing_out import MEDIA_TYPES
from service.pages.events.forms import Form, Sent, whole_number
from service.pages.events.frame import DoneNow, EventFrame, Framed, event_page, go_to
from service.pages.events.named_files import attachment
from service.pages.filters import PageNumber
from service.pages.rendering import event_address, wording_of

router = APIRouter()

KINDS = ("again", "same_actor", "same_group", "same_sub_cluster", "apart")
SEARCH_SECONDS = 5.0
MOST_SIZE, MOST_ROUNDS = 100, 50
SEATS_SHOWN = 500
"""In all rounds together; where there are more, one round is shown at a time."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one kind of pairs that should not share a table."""

    kind: str
    pairs: int
    least: int

    @property
    def proven(self) -> bool:
        """Whether no seating has fewer."""
        return self.pairs <= self.least


@router.get("/events/{event_id}/rounds")
def rounds(
    request: Request,
    workspace: OpenWorkspace,
    frame: Framed,
    done: DoneNow = "",
    shown: Annotated[PageNumber, Query(alias="round")] = 1,
) -> Response:
    """The seating that is kept, and a form for another."""
    return _page(request, workspace, frame, done=done, shown=shown)


@router.post("/events/{event_id}/rounds")
def seat(request: Request, workspace: OpenWorkspace, frame: Framed, form: Sent) -> Response:
    """Seat everybody anew, in place of the seating there is."""
    size = whole_number(form.text("size"), 2, MOST_SIZE)
    number = whole_number(form.text("rounds"), 1, MOST_ROUNDS)
    if size is None or number is None:
        return _page(request, workspace, frame, typed=form, problem="event.rounds.wrong", status=422)
    try:
        workspace.events.seat(
            frame.event.id, size=size, rounds=number, time_limit=SEARCH_SECONDS, who=acting()
        )
    except ScheduleError as error:
        return _page(request, workspace, frame, typed=form, problems=error.problems, status=422)
    return go_to(event_address(frame.event.id, "rounds"), done="seated")


@router.get("/events/{event_id}/rounds/seats.xlsx")
def seats(request: Request, workspace: OpenWorkspace, frame: Framed) -> Response:
    """A row for each seat."""
    seating = workspace.events.round_tables(frame.event.id)
    if seating is None:
        raise HTTPException(404, detail="Nobody is seated yet.")
    wording = wording_of(request)
    columns = [wording(f"event.rounds.column.{each}") for each in ("round", "table", "number", "name")]
    with tempfile.TemporaryDirectory(prefix="matchmaker-") as folder:
        path = Path(folder) / "seats.xlsx"
        write_rows(path, columns, _rows(seating, _names(workspace, frame)))
        content = path.read_bytes()
    return attachment(content, f"{frame.event.id}-round-tables-{wording.language}.xlsx", MEDIA_TYPES["xlsx"])


def _names(workspace: Workspace, frame: EventFrame) -> Mapping[str, str]:
    actors = {each.id: each.name for each in workspace.events.actors(frame.event.id).values()}
    return guest_names(workspace.events.attendees(frame.event.id), actors)


def _rows(seating: RoundTables, names: Mapping[str, str]) -> Iterator[tuple[int, int, str, str]]:
    for number, tables in enumerate(seating.rounds, 1):
        for table, guests in enumerate(tables, 1):
            for guest in guests:
                # Somebody may have been taken away since.
                if guest in names:
                    yield number, table, guest, names[guest]


def _page(
    request: Request,
    workspace: Workspace,
    frame: EventFrame,
    *,
    done: str = "",
    shown: int = 1,
    typed: Form | None = None,
    problem: str = "",
    problems: Sequence[str] = (),
    status: int = 200,
) -> Response:
    seating = workspace.events.round_tables(frame.event.id)
    names = _names(workspace, frame)
    seated = (
        {guest for tables in seating.rounds[:1] for table in tables for guest in table} if seating else set()
    )
    rounds = list(enumerate(seating.rounds, 1)) if seating else []
    one_by_one = len(seated) * len(rounds) > SEATS_SHOWN
    told = [
        Told(kind, getattr(seating, kind).pairs, getattr(seating, kind).least) for kind in KINDS if seating
    ]
    return event_page(
        request,
        "rounds.html",
        frame,
        "rounds",
        done=done,
        status=status,
        seating=seating,
        rounds=[rounds[min(shown, len(rounds)) - 1]] if one_by_one else rounds,
        choices=[number for number, _ in rounds] if one_by_one else [],
        names=names,
        told=told,
        gap=(seating.cost - seating.bound) / seating.cost
        if seating and seating.cost > seating.bound
        else 0.0,
        unseated=len(names.keys() - seated) if seating else 0,
        gone=len(seated - names.keys()),
        size=typed.text("size") if typed else str(seating.size or 8 if seating else 8),
        number=typed.text("rounds") if typed else str(len(seating.rounds) if seating else 3),
        problem=problem,
        problems=problems,
    )
