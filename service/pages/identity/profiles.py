"""Profiles to complete: who is too thin to be matched, what each lacks, and a sheet to send to them."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from matchmaker.actors import ActorGroup
from matchmaker.completeness import MATCHING, SHEET_HEADERS, Incomplete, LackKind, sheet_row
from matchmaker.exports import csv_pieces, write_rows
from service.dependencies import ClusterRecognising, OpenWorkspace
from service.handing_out import MEDIA_TYPES
from service.pages.events.named_files import attachment
from service.pages.filters import OneGroupFilter, PageNumber, TextFilter, pages_of, readable
from service.pages.rendering import later_page, page, wording_of
from service.pages.snapshot import published_or_none

router = APIRouter()

SHOWN = 50
ROWS_AT_ONCE = 500
"""Rows of a file that are sent together."""
Lacking = Annotated[LackKind | Literal["", "no_text"], Query()]


@router.get("/profiles")
def list_profiles(
    request: Request,
    workspace: OpenWorkspace,
    recognising: ClusterRecognising,
    number: Annotated[PageNumber, Query(alias="page")] = 1,
    text: TextFilter = "",
    group: OneGroupFilter = None,
    lacking: Lacking = "",
    members: Annotated[bool, Query()] = False,
) -> Response:
    """Who lacks what, who would gain most first."""
    found = recognising.incomplete(workspace)
    if found is None:
        return later_page(request, "profiles", 2)
    shown = _wanted(found, text, group, lacking, members)
    pages = pages_of(len(shown), SHOWN)
    number = min(number, pages)
    return page(
        request,
        "identity/profiles.html",
        snapshot=published_or_none(request),
        profiles=shown[(number - 1) * SHOWN : number * SHOWN],
        total=len(shown),
        everything=len(found),
        unmatchable=sum(each.unmatchable for each in found),
        actors=workspace.status().actors,
        kept=workspace.firms.kept.kept(),
        number=number,
        pages=pages,
        text=readable(text),
        chosen_group=group or "",
        lacking=lacking,
        members=members,
        kinds=tuple(each for each in LackKind if each in MATCHING),
        filtered=bool(text or group or lacking or members),
    )


@router.get("/profiles/download")
def download_profiles(
    request: Request,
    workspace: OpenWorkspace,
    recognising: ClusterRecognising,
    text: TextFilter = "",
    group: OneGroupFilter = None,
    lacking: Lacking = "",
    members: Annotated[bool, Query()] = False,
    form: Annotated[Literal["xlsx", "csv"], Query(alias="format")] = "xlsx",
) -> Response:
    """The same as a sheet to fill in, which the import takes back."""
    found = recognising.incomplete(workspace, patience=60.0)
    if found is None:
        return later_page(request, "profiles", 2)
    t = wording_of(request)
    said = cache(lambda kind: t("profiles.lack." + kind))
    rows = (sheet_row(each, said=said) for each in _wanted(found, text, group, lacking, members))
    name = f"{'profiler' if t.language == 'da' else 'profiles'}.{form}"
    heads = SHEET_HEADERS[t.language]
    if form == "csv":
        return attachment(csv_pieces(heads, rows, at_once=ROWS_AT_ONCE), name, MEDIA_TYPES[form])
    with tempfile.TemporaryDirectory(prefix="matchmaker-") as folder:
        path = Path(folder) / name
        write_rows(path, heads, rows)
        return attachment(path.read_bytes(), name, MEDIA_TYPES[form])


def _wanted(
    found: Sequence[Incomplete], text: str, group: ActorGroup | None, lacking: str, members: bool
) -> list[Incomplete]:
    wanted = readable(text).casefold()
    return [
        each
        for each in found
        if (not wanted or wanted in each.actor.name.casefold())
        and (group is None or each.actor.group is group)
        and (
            not lacking
            or (each.unmatchable if lacking == "no_text" else any(one.kind == lacking for one in each.lacks))
        )
        and (not members or each.actor.member)
    ]
