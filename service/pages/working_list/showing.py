"""A working list as its templates show it, and the same as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Query, Request, Response

from matchmaker.answers import Answer, Side
from matchmaker.exports import Value, csv_pieces, write_rows
from matchmaker.proposals import Marked, Places, ProposalTable, Sayings
from matchmaker.published import Published
from matchmaker.records import PROPOSAL_COLUMNS, proposal_rows
from matchmaker.workspace import Workspace
from service.arranged import acting
from service.dependencies import balancing
from service.handing_out import MEDIA_TYPES
from service.pages.events.named_files import attachment
from service.pages.filters import pages_of
from service.pages.rendering import address_with, own_path, wording_of
from service.pages.working_list.choice import COLUMNS, FURTHER, TOPS, Choice, effects, sub_cluster_choice
from service.pages.working_list.judging import NOTHING_DONE, Done, Typed
from service.working_list import sayings_of, working_list

ROWS_PER_PAGE = 20
MOST_IN_A_FILE = 2_000
"""Each row is explained with its quotes, a millisecond or two; the command line writes all of a large cluster."""
ROWS_AT_ONCE = 50
"""Rows of a file that are explained together, and sent before the next ones are."""
Ending = Annotated[Literal["csv", "xlsx"], Query(alias="format")]
"""What a file is written as."""
COUNTED_MARKS = (Marked.PINNED, Marked.NOTED, Marked.MUST_MEET, Marked.HIDDEN)


def shown(
    request: Request,
    workspace: Workspace,
    snapshot: Published,
    choice: Choice,
    number: int,
    *,
    event_id: str = "",
    typed: Typed | None = None,
    done: Done = NOTHING_DONE,
) -> dict[str, Any] | None:
    """What the templates need, or ``None`` while nothing is worked out yet."""
    found = working_list(workspace, snapshot, balancing(request), choice.asked(snapshot, event_id))
    if found is None:
        return None
    pages = pages_of(len(found.places), ROWS_PER_PAGE)
    number = min(number, pages)
    wording = wording_of(request)
    return {
        "choice": choice,
        "address": own_path(request),
        "at": lambda **changes: address_with(
            request, **{"done": None, "count": None, "undo": None, **changes}
        ),
        "tops": sorted({*TOPS, choice.lists.top}),
        "anything": found.anything,
        "current": found.current,
        "effects": effects(found.measures, found.best, found.curve),
        "measured": found.curve,
        "count": len(found.places),
        "rows": found.table.shown(found.places[(number - 1) * ROWS_PER_PAGE : number * ROWS_PER_PAGE]),
        "number": number,
        "pages": pages,
        "marks": _marks(sayings_of(workspace, snapshot, event_id), at_event=bool(event_id)),
        "orders": (*COLUMNS, *FURTHER),
        "sub_clusters": sub_cluster_choice(snapshot, choice.sub_cluster),
        "file_limit": MOST_IN_A_FILE if len(found.places) > MOST_IN_A_FILE else 0,
        "file_address": lambda ending: _file_address(request, ending),
        "command": _command(choice),
        "at_event": bool(event_id),
        "typed": typed,
        "working_done": done.what,
        "done_count": done.count,
        "working_undo": done.undo if workspace.undoing.holds(done.undo, about=event_id, who=acting()) else "",
        "label_of": lambda name: snapshot.sub_cluster(name).label,
        "twice": said_twice,
        "day_of": lambda at: wording.day(datetime.fromisoformat(at).date()),
    }


def file_of(
    request: Request,
    workspace: Workspace,
    snapshot: Published,
    choice: Choice,
    ending: Ending,
    *,
    event_id: str = "",
) -> Response | None:
    """What the page shows, all pages of it, as a table for a spreadsheet; ``None`` while nothing is worked out yet."""
    found = working_list(workspace, snapshot, balancing(request), choice.asked(snapshot, event_id))
    if found is None:
        return None
    name, rows = f"proposals.{ending}", _file_rows(found.table, found.places[:MOST_IN_A_FILE])
    if ending == "csv":
        content = csv_pieces(PROPOSAL_COLUMNS, rows, at_once=ROWS_AT_ONCE)
        return attachment(content, name, MEDIA_TYPES[ending])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_rows(path, PROPOSAL_COLUMNS, rows)
        return attachment(path.read_bytes(), name, MEDIA_TYPES[ending])


def _file_rows(table: ProposalTable, places: Places) -> Iterator[Sequence[Value]]:
    for start in range(0, len(places), ROWS_AT_ONCE):
        yield from proposal_rows(table.shown(places[start : start + ROWS_AT_ONCE]))


def said_twice(answer: Answer, answers: Sequence[Answer]) -> bool:
    """Whether a facilitator said the same of the pair turned round, which is told once."""
    return any(
        each.said.kind is answer.said.kind
        and each.seeker_id == answer.partner_id
        and each.said.side is Side.FACILITATOR
        and answer.said.side is Side.FACILITATOR
        and each.change < answer.change
        for each in answers
    )


def _marks(sayings: Sayings, *, at_event: bool) -> list[tuple[str, int]]:
    """The marks to filter by, with how many pairs have one where that is known without the list."""
    return [
        (mark.value, len(sayings.pairs(mark)) if mark in COUNTED_MARKS and not at_event else 0)
        for mark in (
            Marked.UNANSWERED,
            Marked.ANSWERED,
            Marked.PINNED,
            Marked.NOTED,
            *((Marked.MUST_MEET,) if at_event else ()),
            Marked.HIDDEN,
        )
    ]


def _file_address(request: Request, ending: str) -> str:
    kept = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if value and name not in ("lang", "number", "format", "done", "count", "undo")
    ]
    return f"{own_path(request)}/download?{urlencode([*kept, ('format', ending)])}"


def _command(choice: Choice) -> str:
    wanted = choice.lists
    new = " --new" if wanted.new else ""
    return f"matchmaker suggest --all --top {wanted.top}{new} --balance {wanted.balance:g} --output proposals.xlsx"
