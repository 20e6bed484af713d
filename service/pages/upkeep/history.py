"""The audit trail: who changed what and when, narrowed by a form, page by page, and as a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator

from matchmaker.exports import csv_pieces
from matchmaker.trail import AuditRow, Entry, TrailFilter
from matchmaker.workspace import Workspace
from service.api.trail import own_of
from service.callers import name_of
from service.dependencies import OpenWorkspace
from service.handing_out import MEDIA_TYPES
from service.pages.events.named_files import attachment
from service.pages.filters import TextFilter, readable
from service.pages.rendering import page
from service.pages.snapshot import MaybeSnapshot
from service.schemas.contract import Day

router = APIRouter()

ENTRIES_PER_PAGE = 40
TOLD_APART = 3
"""Changes that were made together and are told one by one; of more, the ids are."""
ROWS_AT_ONCE = 2000
"""Rows that a download reads from the database in one go."""
LONGEST_SHOWN = 400
NOTHING = "{}"
COLUMNS = ("number", "at", "who", "name", "action", "kind", "subject", "source", "before", "after")

SubjectFilter = Annotated[str, Query(max_length=500)]
DayFilter = Annotated[Day | None, BeforeValidator(lambda value: value or None), Query()]
Below = Annotated[int, Query(ge=0, le=2**53)]


@router.get("/history")
def history(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    subject: SubjectFilter = "",
    kind: TextFilter = "",
    who: TextFilter = "",
    action: TextFilter = "",
    since: DayFilter = None,
    until: DayFilter = None,
    before: Below = 0,
) -> Response:
    """The latest changes that the filters leave; a firm sees its own."""
    own = own_of(request)
    wanted = _filter(workspace, own, subject, kind, who, action, since, until)
    entries, more = workspace.trail.entries(wanted, before=before, limit=ENTRIES_PER_PAGE)
    actions, kinds = workspace.trail.words()
    authors = {each.rows[0].who for each in entries} - {""}
    return page(
        request,
        "upkeep/history.html",
        snapshot=snapshot,
        entries=[_shown_entry(each) for each in entries],
        names={each: name_of(request, each) for each in authors},
        actions=actions,
        kinds=kinds,
        subject=readable(subject),
        kind=kind,
        who=readable(who),
        action=action,
        since=since,
        until=until,
        filtered=bool(subject or kind or who or action or since or until),
        before=before,
        older=entries[-1].last if more else 0,
        all_of_it=own is None,
    )


@router.get("/history/download")
def download(
    request: Request,
    workspace: OpenWorkspace,
    subject: SubjectFilter = "",
    kind: TextFilter = "",
    who: TextFilter = "",
    action: TextFilter = "",
    since: DayFilter = None,
    until: DayFilter = None,
) -> Response:
    """All that the filters leave, as CSV."""
    wanted = _filter(workspace, own_of(request), subject, kind, who, action, since, until)
    names: dict[str, str] = {}

    def name(one: str) -> str:
        if one not in names:
            names[one] = name_of(request, one) if one else ""
        return names[one]

    content = csv_pieces(COLUMNS, _rows(workspace, wanted, name), at_once=ROWS_AT_ONCE)
    return attachment(content, "history.csv", MEDIA_TYPES["csv"])


def _rows(
    workspace: Workspace, wanted: TrailFilter, name: Callable[[str], str]
) -> Iterator[tuple[str | int, ...]]:
    before = 0
    while True:
        lines = workspace.trail.lines(wanted, before=before, limit=ROWS_AT_ONCE)
        for number, at, who, *told, was, now in lines:
            yield (
                number,
                at,
                who,
                name(who),
                *told,
                "" if was == NOTHING else was,
                "" if now == NOTHING else now,
            )
        if len(lines) < ROWS_AT_ONCE:
            return
        before = lines[-1][0]


def _filter(
    workspace: Workspace,
    own: tuple[str, str] | None,
    subject: str,
    kind: str,
    who: str,
    action: str,
    since: date | None,
    until: date | None,
) -> TrailFilter:
    wanted = readable(who)
    authors: tuple[str, ...] | None = None
    if wanted:
        authors = (wanted, *(_called(workspace, wanted) if own is None else ()))
    return TrailFilter(readable(subject), readable(kind), authors, readable(action), since, until, own)


def _called(workspace: Workspace, name: str) -> Iterator[str]:
    """Ids of the users and keys that go by this name, or by this e-mail address."""
    called = name.casefold()
    for user in workspace.users.users():
        if called in (user.name.casefold(), user.email.casefold()):
            yield user.id
    keys = workspace.users.keys()
    for key in keys:
        if called == key.name.casefold():
            yield key.id


def _shown_entry(entry: Entry) -> list[dict[str, object]]:
    """One line of the page for each change of an entry, or one line for all of them where there are many."""
    if entry.count > TOLD_APART:
        first = entry.rows[0]
        return [{"row": first, "at": datetime.fromisoformat(first.at), "fields": [], "entry": entry}]
    return [
        {"row": row, "at": datetime.fromisoformat(row.at), "fields": told(row), "entry": None}
        for row in entry.rows
    ]


def told(row: AuditRow) -> list[tuple[str, str, str]]:
    """What changed: each field with what it was and what it is, shortened; ``""`` where there was or is nothing."""
    if set(row.after) == {"content"}:
        return []
    names = dict.fromkeys((*row.before, *row.after))
    return [(name, _shown(row.before, name), _shown(row.after, name)) for name in names]


def _shown(values: Mapping[str, object], name: str) -> str:
    value = values.get(name, "")
    if value is None:
        return ""
    if isinstance(value, dict) and set(value) == {"sha256", "characters"}:
        return f"… ({value['characters']})"
    if isinstance(value, list) and all(isinstance(each, (str, int, float)) for each in value):
        text = "; ".join(map(str, value))
    else:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
