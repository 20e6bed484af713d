"""Lists sent as a file, of participants, wishes and outcomes: what each would change and what is wrong with it, then taken in."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response

from matchmaker.actors import Rejection, alike
from matchmaker.arranging import LIST_FIELDS, OutcomeImport, ParticipantImport, WishList
from matchmaker.arranging.outcome_sheet import template_file
from matchmaker.errors import EventChangedError, EventRejectedError, ImportRejectedError, SourceError
from matchmaker.exports import write_rows
from matchmaker.workspace import Workspace
from service.arranged import acting, attending
from service.dependencies import OpenWorkspace, SentLists
from service.handing_out import MEDIA_TYPES
from service.pages.events.forms import Form
from service.pages.events.frame import EventFrame, Framed, event_frame, event_page, go_to
from service.pages.events.named_files import attachment
from service.pages.rendering import event_address, wording_of
from service.uploads import ENDINGS, Upload, Uploads, parts_of

router = APIRouter()

What = Literal["participants", "wishes", "outcomes"]
PART_OF: Mapping[str, str] = {"participants": "participants", "wishes": "wishes", "outcomes": "follow-up"}
"""The part of an event that a list belongs to."""
REJECTIONS_SHOWN = 50
"""Of those that differ."""
NAMED = 40
"""Participants that are named of each kind."""
WISH_HEADERS = {"da": ("Hvem", "Med", "Ønske", "Bemærkning"), "en": ("Who", "Whom", "Wish", "Words")}


@dataclass(frozen=True, slots=True)
class SentForm:
    """What a form with a file sent."""

    form: Form
    file: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Looked:
    """What a list would change."""

    counts: Sequence[tuple[str, int]]
    """Words and numbers of what is new, changed and so on."""
    names: Sequence[tuple[str, Sequence[str]]] = ()
    """Who is new, changed and missing."""
    rejections: Sequence[Rejection] = ()
    columns: Sequence[object] = ()
    notes: Sequence[str] = ()
    problems: Sequence[str] = ()
    """What stands against the list as a whole."""
    changes: bool = False


@dataclass(slots=True)
class Asked:
    """How a list is to be read."""

    name: str
    """Under which the list is remembered."""
    mapping: dict[str, str] = field(default_factory=dict)
    remove_missing: bool = False


async def sent_form(request: Request) -> SentForm:
    """The form in the body, with the file that came with it; raises as ``parts_of``."""
    fields, name, content = await parts_of(request)
    return SentForm(Form(fields), name, content)


@router.get("/events/{event_id}/lists/{what}")
def choose_list(request: Request, frame: Framed, what: What) -> Response:
    """Choose a file, or get a sheet to fill in."""
    return _page(request, frame, what)


@router.get("/events/{event_id}/lists/{what}/template")
def list_template(
    request: Request,
    workspace: OpenWorkspace,
    frame: Framed,
    what: What,
    language: Annotated[str, Query(max_length=5)] = "",
) -> Response:
    """A sheet with what is there already, which can be changed and sent back."""
    chosen = language if language in ("da", "en") else wording_of(request).language
    content = _template(workspace, frame.event.id, what, chosen)
    return attachment(content, f"{frame.event.id}-{what}-{chosen}.xlsx", MEDIA_TYPES["xlsx"])


@router.post("/events/{event_id}/lists/{what}")
def take_list(
    request: Request,
    workspace: OpenWorkspace,
    uploads: SentLists,
    frame: Framed,
    what: What,
    sent: Annotated[SentForm, Depends(sent_form)],
) -> Response:
    """Look at a list that was sent, look at it again with other columns, or take in what was looked at."""
    form, event_id = sent.form, frame.event.id
    if sent.file:
        if not sent.file.lower().endswith(ENDINGS):
            return _page(request, frame, what, problem="event.list.wrong.ending", status=422)
        upload = Upload(event_id, what, sent.file, sent.content)
        asked = Asked(uploads.remember(upload))
    else:
        asked = Asked(form.text("list"), _mapping(form, what), bool(form.text("remove_missing")))
        kept = uploads.get(asked.name, event_id, what)
        if kept is None:
            problem = "event.list.wrong.forgotten" if asked.name else "event.list.wrong.none"
            return _page(request, frame, what, problem=problem, status=422)
        upload = kept
    if form.text("do") == "take_in" and not sent.file:
        return _take_in(request, workspace, uploads, frame, upload, asked, form.text("revision"))
    looked = _look(workspace, frame, upload, asked)
    wrong = bool(looked.rejections or looked.problems)
    return _page(
        request, frame, what, looked=looked, upload=upload, asked=asked, status=422 if wrong else 200
    )


def _take_in(
    request: Request,
    workspace: Workspace,
    uploads: Uploads,
    frame: EventFrame,
    upload: Upload,
    asked: Asked,
    revision: str,
) -> Response:
    event_id = frame.event.id
    seen = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 16 else None
    try:
        with upload.file() as path:
            _import(workspace, event_id, upload.what, path, asked, dry_run=False, expected=seen)
    except (ImportRejectedError, SourceError, EventRejectedError, EventChangedError) as error:
        frame = event_frame(request, event_id)
        changed = isinstance(error, EventChangedError)
        return _page(
            request,
            frame,
            _what(upload),
            looked=_look(workspace, frame, upload, asked),
            upload=upload,
            asked=asked,
            problem="event.list.wrong.changed" if changed else "",
            status=412 if changed else 422,
        )
    uploads.forget(asked.name)
    return go_to(event_address(event_id, PART_OF[upload.what]), done="imported")


def _what(upload: Upload) -> What:
    return (
        "wishes" if upload.what == "wishes" else "outcomes" if upload.what == "outcomes" else "participants"
    )


def _mapping(form: Form, what: What) -> dict[str, str]:
    """What the facilitator says each column holds, by its header; ``-`` for nothing."""
    allowed = {"-", *LIST_FIELDS[what]}
    return {
        row["header"]: row["field"]
        for row in form.rows("header", "field")
        if row["header"] and row["field"] in allowed
    }


def _import(
    workspace: Workspace,
    event_id: str,
    what: str,
    path: Path,
    asked: Asked,
    *,
    dry_run: bool,
    expected: int | None = None,
) -> ParticipantImport | WishList | OutcomeImport:
    events = workspace.events
    if what == "participants":
        return events.import_participants(
            event_id,
            path,
            mapping=asked.mapping,
            remove_missing=asked.remove_missing,
            dry_run=dry_run,
            expected=expected,
            who=acting(),
        )
    if what == "wishes":
        return events.import_wishes(
            event_id, path, mapping=asked.mapping, dry_run=dry_run, expected=expected, who=acting()
        )
    return events.follow_up.import_outcomes(
        event_id, path, mapping=asked.mapping, dry_run=dry_run, who=acting()
    )


def _look(workspace: Workspace, frame: EventFrame, upload: Upload, asked: Asked) -> Looked:
    try:
        with upload.file() as path:
            found = _import(workspace, frame.event.id, upload.what, path, asked, dry_run=True)
    except ImportRejectedError as error:
        return Looked((), rejections=error.rejections)
    except SourceError as error:
        # Where the file lay for a moment is nobody's business.
        return Looked((), problems=[f"{error}".replace(f"{getattr(error, 'file', '')}", upload.name)])
    except EventRejectedError as error:
        return Looked((), problems=error.problems)
    if isinstance(found, ParticipantImport):
        named = {each.attendee.id: each.actor.name for each in attending(workspace, frame.event.id)}
        kinds = (("new", found.new), ("changed", found.changed), ("unchanged", found.unchanged))
        shown = (("changed", found.changed), ("missing", found.missing))
        return Looked(
            [
                *((kind, len(ids)) for kind, ids in kinds),
                *((("moved", len(found.moved)),) if found.moved else ()),
                ("missing", len(found.missing)),
            ],
            [
                (kind, [f"{named.get(each, each)} ({each})" for each in ids[:NAMED]])
                for kind, ids in shown
                if ids
            ],
            found.rejections,
            found.columns,
            (*found.notes, *found.doubts),
            changes=bool(found.new or found.changed or found.gone),
        )
    if isinstance(found, WishList):
        counts = (("given", len(found.given)), ("unchanged", found.unchanged))
        return Looked(counts, (), found.rejections, found.columns, found.notes, changes=bool(found.given))
    counts_said = (("new", found.new), ("changed", found.changed), ("unchanged", found.unchanged))
    return Looked(counts_said, (), found.rejections, found.columns, changes=bool(found.new or found.changed))


def _template(workspace: Workspace, event_id: str, what: What, language: str) -> bytes:
    if what == "outcomes":
        return template_file(workspace.events.follow_up.outcome_template(event_id, language=language))
    with tempfile.TemporaryDirectory(prefix="matchmaker-") as folder:
        path = Path(folder) / "template.xlsx"
        if what == "participants":
            headers, rows = workspace.events.participant_rows(event_id, danish=language == "da")
            write_rows(path, headers, rows)
        else:
            called = workspace.events.participants(event_id).called
            wishes = workspace.events.preferences(event_id)
            write_rows(
                path,
                WISH_HEADERS[language],
                (
                    (called.get(each.a, each.a), called.get(each.b, each.b), each.kind.value, each.words)
                    for each in wishes
                ),
            )
        return path.read_bytes()


def _page(
    request: Request,
    frame: EventFrame,
    what: What,
    *,
    looked: Looked | None = None,
    upload: Upload | None = None,
    asked: Asked | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    if what not in PART_OF:
        raise HTTPException(404)
    return event_page(
        request,
        "lists.html",
        frame,
        PART_OF[what],
        status=status,
        what=what,
        looked=looked,
        upload=upload,
        asked=asked,
        problem=problem,
        fields=LIST_FIELDS[what],
        rejected=alike(looked.rejections) if looked else (),
        shown=REJECTIONS_SHOWN,
        named=NAMED,
    )
