"""The pages of an import, step by step; each works without a script, and what was sent is kept from one to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from matchmaker.actors import ActorGroup, alike
from matchmaker.errors import ImportDraftNotFoundError, ImportNotFoundError, ImportRejectedError, SourceError
from matchmaker.intake import FIELDS, WHY_NOT, Draft, FirstLook, Preview, rejections_csv, template_csv
from matchmaker.jobs import Job, JobState
from matchmaker.workspace import Workspace
from service.arranged import acting
from service.dependencies import ImportPreviews, OpenWorkspace
from service.pages.events.forms import Form, Sent
from service.pages.events.frame import go_to
from service.pages.events.named_files import attachment
from service.pages.filters import PageNumber, pages_of
from service.pages.rendering import page, problem_page, wording_of
from service.pages.snapshot import published_or_none
from service.pages.telling import in_plain_words, in_words
from service.previewing import PATIENCE, Previewing
from service.sent_files import SentFiles, files_of, remove

router = APIRouter()

SHOWN = 100
"""Rows of each list that a page shows at once."""
REASONS_PER_PAGE = 50
MOST_TRIED = 5_000
"""Rows of an import up to which its page tries what undoing would do; trying takes as long as doing it."""
CSV = "text/csv; charset=utf-8"
REASON_COLUMNS = ("import.file", "import.row", "import.column", "import.value", "import.reason")
DONE = frozenset({"cancelled", "stopped", "said_otherwise", "imported", "undone", "same"})
TAKING = ("reading", "storing")
"""Steps of taking files in."""
LONGEST_HEADER = 2_000


@router.get("/import")
def choose_files(
    request: Request, workspace: OpenWorkspace, done: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """Choose files, get a sheet to fill in, see the latest imports."""
    return _choose(request, workspace, done=done)


@router.post("/import")
async def send_files(request: Request, workspace: OpenWorkspace) -> Response:
    """Keep what was sent, and go on to its columns."""
    folder = await run_in_threadpool(workspace.intake.drafts.incoming)
    try:
        sent = await files_of(request, folder)
        return await run_in_threadpool(_keep, request, workspace, sent)
    finally:
        await run_in_threadpool(remove, folder)


@router.get("/import/template")
def get_template(request: Request, language: Annotated[Literal["da", "en", ""], Query()] = "") -> Response:
    """A table with the headers that are understood and two rows to write over."""
    chosen = language or wording_of(request).language
    name = "aktører-skabelon.csv" if chosen == "da" else "actors-template.csv"
    return attachment(template_csv(chosen).encode("utf-8"), name, CSV)


@router.get("/import/made/{number}")
def show_made(
    request: Request,
    workspace: OpenWorkspace,
    number: int,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """What an import did, and what taking it back would do."""
    try:
        made = workspace.intake.one_made(number)
        would = None
        open_still = not made.undone and made.can_be_undone
        if open_still and made.added + made.changed <= MOST_TRIED:
            would = workspace.intake.undo(number, who=acting(), trial=True)
    except (ImportNotFoundError, OverflowError):
        return _not_found(request)
    return _page(
        request,
        "made.html",
        made=made,
        would=would,
        open_still=open_still,
        done=done if done in DONE else "",
        shown=SHOWN,
    )


@router.post("/import/made/{number}")
def undo_made(request: Request, workspace: OpenWorkspace, number: int, form: Sent) -> Response:
    """Take an import back as far as it can be."""
    try:
        taken = workspace.intake.undo(number, who=acting())
    except (ImportNotFoundError, OverflowError):
        return _not_found(request)
    made = workspace.intake.one_made(number)
    return _page(
        request, "made.html", made=made, would=None, open_still=False, taken=taken, done="undone", shown=SHOWN
    )


@router.get("/import/{draft_id}")
def show_columns(request: Request, workspace: OpenWorkspace, draft_id: str) -> Response:
    """Every column with examples, what it is taken for, and a menu to say otherwise."""
    try:
        draft = _draft(workspace, draft_id)
        if _is_under_way(workspace, draft_id):
            return go_to(_taking(draft_id))
        looks = workspace.intake.look(draft)
    except ImportDraftNotFoundError:
        return _forgotten(request, workspace)
    except SourceError as error:
        return _choose(request, workspace, problem=_in_words(request, error), status=422)
    return _columns(request, draft, looks)


@router.post("/import/{draft_id}")
def say_columns(request: Request, workspace: OpenWorkspace, draft_id: str, form: Sent) -> Response:
    """Keep what was said of the columns, and go on; or give the import up."""
    try:
        draft = _draft(workspace, draft_id)
        if form.text("do") == "cancel":
            workspace.intake.drafts.forget(draft.id)
            return go_to("/import", done="cancelled")
        looks = workspace.intake.look(draft)
        group = form.text("default_group")
        said = workspace.intake.drafts.say(
            draft,
            mappings={look.kind: _mapping(form, look) for look in looks},
            default_group=group if group in set(ActorGroup) else "",
        )
    except ImportDraftNotFoundError:
        return _forgotten(request, workspace)
    except SourceError as error:
        return _choose(request, workspace, problem=_in_words(request, error), status=422)
    return go_to(f"/import/{said.id}/preview")


@router.get("/import/{draft_id}/preview")
def show_preview(
    request: Request,
    workspace: OpenWorkspace,
    imports: ImportPreviews,
    draft_id: str,
    reasons: PageNumber = 1,
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """What the files would do; nothing is changed yet."""
    try:
        draft = _draft(workspace, draft_id)
        if _is_under_way(workspace, draft_id):
            return go_to(_taking(draft_id))
        found = imports.preview(workspace, draft)
    except ImportDraftNotFoundError:
        return _forgotten(request, workspace)
    except SourceError as error:
        return _columns_again(request, workspace, draft, error)
    if found is None:
        return _looking(request, imports, draft)
    return _preview(request, draft, found, reasons=reasons, done=done if done in DONE else "")


@router.post("/import/{draft_id}/preview")
def take_in(
    request: Request, workspace: OpenWorkspace, imports: ImportPreviews, draft_id: str, form: Sent
) -> Response:
    """Ask for what was looked at to be taken in, as a job: all of it, or the good rows alone where that is chosen."""
    try:
        draft = _draft(workspace, draft_id)
        if form.text("revision") not in ("", draft.revision):
            # Another window said something else of the columns: nobody takes in what was not looked at.
            return go_to(f"/import/{draft.id}/preview", done="said_otherwise")
        job = workspace.imports.ask(draft, partial=form.text("do") == "take_good", who=acting())
    except ImportDraftNotFoundError:
        # Taken in a moment ago, or too old.
        latest = workspace.imports.latest(draft_id, who=acting())
        return go_to(_taking(draft_id)) if latest else _forgotten(request, workspace)
    # A short list is in before anybody could read how far it is.
    return _how_far(request, workspace, imports, draft_id, workspace.jobs.ended(job.id, patience=PATIENCE))


@router.get("/import/{draft_id}/taking")
def still_taking(
    request: Request, workspace: OpenWorkspace, imports: ImportPreviews, draft_id: str
) -> Response:
    """How far the import of these files is, and what came of it; the page may be left and come back to."""
    job = workspace.imports.latest(draft_id, who=acting())
    if job is None:
        return _forgotten(request, workspace)
    return _how_far(request, workspace, imports, draft_id, job)


@router.post("/import/{draft_id}/taking")
def stop_taking(workspace: OpenWorkspace, draft_id: str, form: Sent) -> Response:
    """End the import of these files: all of it is in by then, or nothing."""
    job = workspace.imports.latest(draft_id, who=acting())
    if job is not None:
        job = workspace.jobs.cancel(job.id, who=acting())
        workspace.jobs.ended(job.id, patience=PATIENCE)
    return go_to(_taking(draft_id))


@router.get("/import/{draft_id}/rejections.csv")
def get_rejections(
    request: Request, workspace: OpenWorkspace, imports: ImportPreviews, draft_id: str
) -> Response:
    """Everything that was rejected, with row, column and reason."""
    try:
        found = imports.preview(workspace, _draft(workspace, draft_id), patience=60.0)
    except (ImportDraftNotFoundError, SourceError):
        return _forgotten(request, workspace)
    t = wording_of(request)
    lines = rejections_csv(
        found.rejections if found else (),
        columns=[t(key) for key in REASON_COLUMNS],
        say=partial(in_plain_words, t),
    )
    name = f"{t('import.file.rejections')}.csv"
    return attachment(lines.encode("utf-8", "backslashreplace"), name, CSV)


@router.get("/import/{draft_id}/rows.csv")
def get_bad_rows(
    request: Request,
    workspace: OpenWorkspace,
    imports: ImportPreviews,
    draft_id: str,
    kind: Annotated[Literal["actors", "collaborations", "participations"], Query()] = "actors",
) -> Response:
    """The bad rows of a file alone, to mend and send again."""
    t = wording_of(request)
    try:
        draft = _draft(workspace, draft_id)
        found = imports.preview(workspace, draft, patience=60.0)
        lines = workspace.intake.bad_rows(
            draft,
            found.rejections if found else (),
            kind,
            why_not=WHY_NOT[t.language],
            say=partial(in_plain_words, t),
        )
    except (ImportDraftNotFoundError, SourceError):
        return _forgotten(request, workspace)
    name = f"{t('import.file.rows.' + kind)}.csv"
    return attachment(lines.encode("utf-8", "backslashreplace"), name, CSV)


def _keep(request: Request, workspace: Workspace, sent: SentFiles) -> Response:
    if "actors" not in sent.files:
        return _choose(request, workspace, problem=wording_of(request)("import.wrong.none"), status=422)
    files = {kind: sent.files[kind] for kind in FIELDS if kind in sent.files}
    try:
        draft = workspace.intake.start(files, owner=acting())
    except SourceError as error:
        return _choose(
            request, workspace, problem=_in_words(request, error), status=415 if error.wrong_type else 422
        )
    return go_to(f"/import/{draft.id}")


def _how_far(
    request: Request, workspace: Workspace, imports: Previewing, draft_id: str, job: Job
) -> Response:
    """What a job has come to: its progress, its import, or the step before with why it did not come to one."""
    if not job.over:
        return _working(request, draft_id, job)
    if job.state is JobState.DONE:
        number = job.answer.get("number")
        return _gone_to(number if isinstance(number, int) else 0)
    try:
        draft = _draft(workspace, draft_id)
    except ImportDraftNotFoundError:
        return go_to("/import", done="cancelled") if not job.problem else _forgotten(request, workspace)
    if job.state is JobState.CANCELLED:
        return go_to(f"/import/{draft.id}/preview", done="stopped")
    try:
        found = imports.preview(workspace, draft, patience=60.0)
    except SourceError as error:
        return _columns_again(request, workspace, draft, error)
    if found is None:
        return _looking(request, imports, draft)
    rejected = job.problem_kind == ImportRejectedError.__name__
    problem = "import.wrong.rejected" if rejected else "import.wrong.failed"
    return _preview(request, draft, found, problem=problem, status=422)


def _taking(draft_id: str) -> str:
    return f"/import/{quote(draft_id, safe='')}/taking"


def _is_under_way(workspace: Workspace, draft_id: str) -> bool:
    job = workspace.imports.latest(draft_id, who=acting())
    return job is not None and not job.over


def _gone_to(number: int) -> Response:
    return go_to(f"/import/made/{number}", done="imported") if number else go_to("/import", done="same")


def _draft(workspace: Workspace, draft_id: str) -> Draft:
    return workspace.intake.drafts.one(draft_id, owner=acting())


def _mapping(form: Form, look: FirstLook) -> Mapping[str, str]:
    """What was chosen otherwise than is suggested, by header; a column that is left out is ``-``."""
    headers = form.raw_texts(f"header.{look.kind}", longest=LONGEST_HEADER)
    fields = form.texts(f"field.{look.kind}")
    chosen = dict(zip(headers, fields, strict=False))
    said = {}
    for each in look.columns:
        wanted = chosen.get(each.column.header)
        suggested = each.column.field or "-"
        # What was said before stays said, also where it is what is shown now.
        if wanted in (*FIELDS[look.kind], "-") and (
            wanted != suggested or each.column.how in ("mapped", "ignored")
        ):
            said[each.column.header] = wanted
    return said


def _said(error: SourceError) -> str:
    """An error about a file in words that do not tell where it lay for a moment."""
    return f"{error}".replace(error.file, error.file.rpartition("/")[2])


def _in_words(request: Request, error: SourceError) -> str:
    """The same in the reader's language."""
    return in_words(wording_of(request), _said(error))


def _choose(
    request: Request, workspace: Workspace, *, done: str = "", problem: str = "", status: int = 200
) -> Response:
    return _page(
        request,
        "choose.html",
        status=status,
        made=workspace.intake.made(limit=10),
        empty=workspace.is_empty(),
        under_way=workspace.imports.under_way(who=acting()),
        done=done if done in DONE else "",
        problem=problem,
    )


def _columns(
    request: Request, draft: Draft, looks: Sequence[FirstLook], *, problem: str = "", status: int = 200
) -> Response:
    return _page(
        request,
        "columns.html",
        status=status,
        draft=draft,
        looks=looks,
        fields=FIELDS,
        problem=problem,
        has_group=any(each.column.field == "group" for each in looks[0].columns) if looks else False,
    )


def _columns_again(request: Request, workspace: Workspace, draft: Draft, error: SourceError) -> Response:
    """The columns with what stands against the file as a whole."""
    try:
        looks = workspace.intake.look(draft)
    except SourceError:
        # Two columns were said to hold one thing: show the file as if nothing was said.
        draft = workspace.intake.drafts.say(draft, mappings={}, default_group=draft.default_group)
        looks = workspace.intake.look(draft)
    return _columns(request, draft, looks, problem=_said(error), status=422)


def _preview(
    request: Request,
    draft: Draft,
    found: Preview,
    *,
    reasons: int = 1,
    problem: str = "",
    done: str = "",
    status: int = 200,
) -> Response:
    files = {name: kind for kind, name in draft.files.items()}
    bad = sorted({files[each.file] for each in found.rejections if each.file in files})
    told = alike(found.rejections)
    pages = pages_of(len(told), REASONS_PER_PAGE)
    reasons = min(reasons, pages)
    return _page(
        request,
        "preview.html",
        status=status,
        draft=draft,
        found=found,
        reasons=told[(reasons - 1) * REASONS_PER_PAGE : reasons * REASONS_PER_PAGE],
        number=reasons,
        pages=pages,
        shown=SHOWN,
        bad_files=bad,
        problem=problem,
        done=done,
        by_hand=sum(each.kept for actor in found.changed for each in actor.fields),
    )


def _looking(request: Request, imports: Previewing, draft: Draft) -> Response:
    """How far it is to see what files would do."""
    said = wording_of(request)(f"import.working_step.{imports.step(draft.id) or 'reading'}")
    return _later(request, f"/import/{draft.id}/preview", said=said, job=None)


def _working(request: Request, draft_id: str, job: Job) -> Response:
    """How far an import is."""
    t = wording_of(request)
    step = "ending" if job.cancelling else job.step if job.step in TAKING else "waiting"
    said = t(
        f"import.taking_step.{step}", number=t.number(job.total), name=str(job.arguments.get("name", ""))
    )
    return _later(request, _taking(draft_id), said=said, job=job)


def _later(request: Request, again: str, *, said: str, job: Job | None) -> Response:
    response = _page(request, "working.html", status=202, said=said, again=again, job=job)
    response.headers["Retry-After"] = "2"
    return response


def _forgotten(request: Request, workspace: Workspace) -> Response:
    return _choose(request, workspace, problem=wording_of(request)("import.wrong.forgotten"), status=404)


def _not_found(request: Request) -> Response:
    t = wording_of(request)
    return problem_page(
        request,
        404,
        heading=t("import.made.none"),
        text=t("import.made.none_text"),
        snapshot=published_or_none(request),
    )


def _page(request: Request, template: str, *, status: int = 200, **values: object) -> Response:
    values.setdefault("taken", None)
    return page(
        request, f"importing/{template}", snapshot=published_or_none(request), status=status, **values
    )
