"""Every error's one shape: RFC 9457 for programs, a page for people; one table maps the library's errors to statuses."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException

from matchmaker.actors import Rejection
from matchmaker.errors import (
    ActorChangedError,
    ActorNotFoundError,
    AnswerNotFoundError,
    BuildNotFoundError,
    ContactNotFoundError,
    DamagedBuildError,
    DraftNotFoundError,
    EditRejectedError,
    EncoderUnavailableError,
    EventChangedError,
    EventNotFoundError,
    EventRejectedError,
    FieldsRejectedError,
    ImportDraftNotFoundError,
    ImportNotFoundError,
    ImportRejectedError,
    InstanceError,
    InvitationNotFoundError,
    JobGivenUpError,
    JobInputGoneError,
    JobNotFoundError,
    JobsFullError,
    KeyNotFoundError,
    MailError,
    MatchmakerError,
    MergeChangedError,
    MergeNotFoundError,
    NotBuiltError,
    NoteChangedError,
    NoteNotFoundError,
    OutcomeNotFoundError,
    ParticipantListNotFoundError,
    ProfileRejectedError,
    ProviderError,
    SavedSearchNotFoundError,
    SavedSearchRejectedError,
    ScheduleError,
    SettingsError,
    SourceError,
    StoreBusyError,
    StoreClosedError,
    StoreError,
    StoreFullError,
    SubClusterNotFoundError,
    UserNotFoundError,
    UserRejectedError,
    WebhookNotFoundError,
    WebhookRejectedError,
)
from matchmaker.events import Conflict
from matchmaker.telling import Told, told
from service.headers import mark
from service.permissions import methods_at
from service.refused_values import message_of
from service.schemas.problems import ConflictAnswer, RefusedRow

log = logging.getLogger(__name__)

MOST_PROBLEMS = 50
"""Sentences that an answer lists at most."""

MOST_ROWS = 1000
"""Rejected values of a body with many lines that an answer lists at most."""

MEDIA_TYPE = "application/problem+json"

ErrorPage = Callable[[Request, int, str, str], Response]
"""Renders an error for a person: request, status, title, detail."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How one of the library's errors is told to a client; the texts name no path and no command of the host."""

    status: int
    type: str
    title: str
    detail: str
    retry_after: int = 0
    """Seconds; 0 where trying again does not help."""


ANSWERS: dict[type[MatchmakerError], Answer] = {
    ActorNotFoundError: Answer(
        404, "actor-not-found", "Actor not found", "There is no actor with the id {actor_id!r}."
    ),
    SubClusterNotFoundError: Answer(
        404,
        "sub-cluster-not-found",
        "Sub-cluster not found",
        "There is no sub-cluster with the id {sub_cluster_id!r} in the published build.",
    ),
    ActorChangedError: Answer(
        412,
        "actor-changed",
        "Somebody else changed the profile",
        "The profile was changed at {at}, after it was read, so nothing was changed now. Read it again.",
    ),
    ProfileRejectedError: Answer(
        422,
        "profile-rejected",
        "The profile cannot be so",
        "What was sent is too long or too much, so nothing was changed.",
    ),
    DraftNotFoundError: Answer(404, "draft-not-found", "Draft not found", "There is no such draft."),
    ContactNotFoundError: Answer(
        404, "contact-not-found", "Contact person not found", "There is no such contact person."
    ),
    AnswerNotFoundError: Answer(
        404,
        "answer-not-found",
        "Answer not found",
        "Nothing was said of this pair.",
    ),
    NoteNotFoundError: Answer(404, "note-not-found", "Note not found", "There is no note of this pair."),
    NoteChangedError: Answer(
        412,
        "note-changed",
        "Somebody else wrote the note",
        "{who} wrote the note at {at}, after it was read, so nothing was changed now. Read it again.",
    ),
    NotBuiltError: Answer(
        503,
        "not-built",
        "Nothing is built yet",
        "There is no build to answer from. Import actors if there are none, build the workspace, then try again.",
        30,
    ),
    DamagedBuildError: Answer(
        503,
        "damaged-build",
        "The published build is damaged",
        "The published build cannot be read and must be made again.",
        30,
    ),
    EncoderUnavailableError: Answer(
        503,
        "encoder-unavailable",
        "The language model is not available",
        "The language model of this workspace cannot be loaded, so texts cannot be compared.",
        30,
    ),
    StoreBusyError: Answer(
        503, "store-busy", "The workspace is busy", "Another process is writing. Try again in a moment.", 2
    ),
    StoreFullError: Answer(
        507,
        "store-full",
        "No space left",
        "No space is left on the disk. Reading goes on, nothing was changed.",
    ),
    StoreClosedError: Answer(
        503, "stopping", "The service stops", "The service is stopping. Try again in a moment.", 2
    ),
    MailError: Answer(
        503, "mail-unavailable", "Letters cannot be sent", "The mail server cannot be reached now.", 30
    ),
    ProviderError: Answer(
        503, "sign-in-failed", "Signing in did not work", "Signing in with the provider came to no end.", 30
    ),
    StoreError: Answer(
        503, "store-unavailable", "The workspace cannot be used", "The database cannot be used now.", 30
    ),
    ImportDraftNotFoundError: Answer(
        404,
        "import-not-kept",
        "The files are no longer kept",
        "The files of this import are no longer kept. Send them again.",
    ),
    ImportNotFoundError: Answer(
        404, "import-not-found", "No such import", "No import with this number can be taken back."
    ),
    ParticipantListNotFoundError: Answer(
        404, "list-not-found", "No such list", "No list of participants with this number can be taken back."
    ),
    MergeNotFoundError: Answer(
        404, "merge-not-found", "No such merge", "No merge with this number can be undone."
    ),
    MergeChangedError: Answer(
        409,
        "merge-changed",
        "What was merged has changed since",
        "Something that was merged has changed since, so it cannot be undone exactly. Nothing was changed.",
    ),
    SourceError: Answer(422, "unreadable-file", "The file cannot be read", "The file cannot be read."),
    ImportRejectedError: Answer(
        422, "rows-rejected", "Rows were rejected", "Some rows cannot be accepted, so nothing was applied."
    ),
    InstanceError: Answer(422, "unreadable-event", "The event cannot be read", "The event cannot be read."),
    ScheduleError: Answer(
        422, "impossible-schedule", "No schedule can do what is asked", "No schedule can do what is asked."
    ),
    EventNotFoundError: Answer(
        404, "event-not-found", "Event not found", "There is no event with the id {event_id!r}."
    ),
    OutcomeNotFoundError: Answer(
        404, "outcome-not-found", "No outcome", "Nothing is said of this meeting at the event {event_id!r}."
    ),
    EventRejectedError: Answer(
        422, "event-rejected", "The event cannot be so", "What was sent cannot be, so nothing was changed."
    ),
    EditRejectedError: Answer(
        422,
        "edit-rejected",
        "The schedule cannot be changed so",
        "The schedule cannot be changed so, and nothing was changed.",
    ),
    EventChangedError: Answer(
        412,
        "event-changed",
        "Somebody else changed the event",
        "{who} changed the event at {at}, after it was read, so nothing was changed now. Read it again.",
    ),
    UserNotFoundError: Answer(404, "user-not-found", "User not found", "There is no such user."),
    UserRejectedError: Answer(
        422,
        "user-rejected",
        "The user or the key cannot be so",
        "What was sent cannot be, so nothing was changed.",
    ),
    KeyNotFoundError: Answer(404, "key-not-found", "Key not found", "There is no such key."),
    SavedSearchNotFoundError: Answer(
        404,
        "saved-search-not-found",
        "Saved search not found",
        "You have no saved search with the id {search_id!r}.",
    ),
    SavedSearchRejectedError: Answer(
        422,
        "saved-search-rejected",
        "The search cannot be saved so",
        "The search cannot be saved so, and nothing was changed.",
    ),
    WebhookNotFoundError: Answer(
        404, "webhook-not-found", "Not found", "There is no such webhook or delivery."
    ),
    WebhookRejectedError: Answer(
        422,
        "webhook-rejected",
        "The webhook cannot be so",
        "The webhook cannot be so, and nothing was changed.",
    ),
    InvitationNotFoundError: Answer(
        404,
        "invitation-not-found",
        "The link cannot be used",
        "The link is unknown, used already or too old.",
    ),
    FieldsRejectedError: Answer(
        422, "invalid-request", "The actor cannot be accepted", "Some fields cannot be accepted."
    ),
    JobNotFoundError: Answer(404, "job-not-found", "Job not found", "There is no such job (any more)."),
    JobsFullError: Answer(
        503, "jobs-full", "Too many jobs", "Too many jobs wait already. Try again later, or cancel some.", 30
    ),
    JobGivenUpError: Answer(
        500,
        "given-up",
        "The job was given up",
        "It was begun several times, and each time the service stopped before it came to an end. The log may say why.",
    ),
    JobInputGoneError: Answer(
        410,
        "input-gone",
        "What was sent is gone",
        "What was sent is no longer there, because somebody was erased or a backup was restored while it waited. Send it again.",
    ),
    BuildNotFoundError: Answer(
        409,
        "no-such-build",
        "There is no such build",
        "There is no such build to go back to; what is published stays.",
    ),
    SettingsError: Answer(
        500,
        "bad-setting",
        "A setting cannot be used",
        "A setting of the service has a value that cannot be used.",
    ),
    MatchmakerError: Answer(500, "failed", "The request failed", "The request cannot be answered."),
}
"""Looked up along the error's ancestry, so the closest row counts."""


def problem(
    request: Request,
    status: int,
    *,
    detail: str,
    title: str = "",
    type_: str = "",
    headers: Mapping[str, str] | None = None,
    errors: Sequence[Mapping[str, str]] = (),
    problems: Sequence[str] = (),
    conflicts: Sequence[Conflict] = (),
    rows: Sequence[Rejection] = (),
) -> Response:
    """The one shape of an error: problem+json, or the error page where a person is looking.

    ``errors`` names each field that was refused and why; the first one is repeated as ``field``. ``problems`` are what is wrong
    with an event or its schedule, in sentences; ``conflicts`` is what stands in the way of a change of a schedule by hand.
    ``rows`` are values of a body with many lines that cannot be accepted.
    """
    title = title or HTTPStatus(status).phrase
    if is_page(request.scope["path"]):
        page: ErrorPage = request.app.state.error_page
        response = page(request, status, title, detail)
        response.headers.update(headers or {})
        return response
    body: dict[str, Any] = {
        "type": f"urn:matchmaker:problem:{type_}" if type_ else "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "request_id": getattr(request.state, "request_id", ""),
    }
    if errors:
        body["field"] = errors[0]["field"]
        body["errors"] = list(errors)
    if problems:
        body["problems"] = list(problems)
    if conflicts:
        body["conflicts"] = [ConflictAnswer.of(each).model_dump(mode="json") for each in conflicts]
    if rows:
        body["rows"] = [RefusedRow.of(each).model_dump(mode="json") for each in rows[:MOST_ROWS]]
    # ASCII, so that whatever a client sent in a field's name can be told back to it.
    content = json.dumps(body, ensure_ascii=True).encode()
    return Response(content, status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def is_page(path: str) -> bool:
    """Whether an address shows something to people rather than to programs."""
    return not (path.startswith(("/api/", "/static/")) or path in ("/api", "/healthz", "/readyz"))


FACTS = ("actor_id", "sub_cluster_id", "event_id", "search_id", "who", "at")
"""What the details of answers may tell of an error."""


def answer_to(error: MatchmakerError) -> Answer:
    """The row of the table for an error, with the error's facts put into the detail."""
    row = next(ANSWERS[cls] for cls in type(error).__mro__ if cls in ANSWERS)
    facts = {name: getattr(error, name, "") for name in FACTS}
    facts["who"] = facts["who"] or told("Somebody")
    return Answer(row.status, row.type, row.title, Told(row.detail, facts), row.retry_after)


def _library_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, MatchmakerError):
        raise TypeError("only the library's errors are answered here") from error
    return answer_error(request, error)


def answer_error(request: Request, error: MatchmakerError) -> Response:
    """One of the library's errors in the one shape."""
    answer = answer_to(error)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("%s: %s", type(error).__name__, error)
    headers = {"Retry-After": str(answer.retry_after)} if answer.retry_after else {}
    return problem(
        request,
        415 if isinstance(error, SourceError) and error.wrong_type else answer.status,
        detail=answer.detail,
        title=answer.title,
        type_=answer.type,
        headers=headers,
        problems=getattr(error, "problems", ())[:MOST_PROBLEMS]
        if isinstance(error, (EventRejectedError, ScheduleError))
        else _rejected(error),
        conflicts=error.conflicts[:MOST_PROBLEMS] if isinstance(error, EditRejectedError) else (),
        rows=error.rejections if isinstance(error, ImportRejectedError) else (),
        errors=_fields_of(error),
    )


def _fields_of(error: MatchmakerError) -> list[dict[str, str]]:
    """What is wrong with which field, for the errors that know."""
    if isinstance(error, ProfileRejectedError):
        return [{"field": error.field, "message": str(error)}]
    if isinstance(error, FieldsRejectedError):
        return [{"field": field[:100], "message": reason} for field, reason in error.fields[:20]]
    return []


def _rejected(error: MatchmakerError) -> Sequence[str]:
    """Every value that an import rejected, with row, column and reason; or what stands against a file as a whole."""
    if isinstance(error, ImportRejectedError):
        return [
            f"{each.file}, row {each.row}, {each.column or 'the row'}: {each.reason}"
            for each in error.rejections[:MOST_PROBLEMS]
        ]
    if isinstance(error, SourceError) and error.file:
        # Where the file lay for a moment is nobody's business.
        return [f"{error}".replace(error.file, error.file.rpartition("/")[2])]
    if isinstance(error, MergeChangedError):
        return [f"Changed since: {', '.join(error.changed)}."]
    return ()


def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, StarletteHTTPException):
        raise TypeError("only HTTP errors are answered here") from error
    if error.status_code == HTTPStatus.NOT_MODIFIED:
        return Response(status_code=304, headers=dict(error.headers or {}))
    if error.status_code == HTTPStatus.BAD_REQUEST and error.__cause__ is not None:
        # A body that Python's JSON reader gave up on: too deep, or a number of thousands of digits.
        return _refused(request, [{"field": "body", "message": "The body is not JSON that can be read."}])
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        # The framework names those of the first route alone that has the address.
        headers["Allow"] = ", ".join(sorted(methods_at(request.scope["path"])))
    detail = error.detail
    if detail == HTTPStatus(error.status_code).phrase:
        detail = _PLAIN_DETAILS.get(error.status_code, detail)
    return problem(request, error.status_code, detail=detail, headers=headers)


_PLAIN_DETAILS = {
    404: told("There is nothing at this address."),
    405: told("This address does not take this method."),
}


def _invalid_request(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise TypeError("only refused requests are answered here") from error
    return _refused(
        request, [{"field": _field(each["loc"]), "message": message_of(each)} for each in error.errors()]
    )


def _refused(request: Request, errors: Sequence[Mapping[str, str]]) -> Response:
    first = errors[0]
    return problem(
        request,
        422,
        detail=told("{field}: {message}", **first),
        title="The request cannot be accepted",
        type_="invalid-request",
        errors=errors[:20],
    )


def _field(location: Sequence[str | int]) -> str:
    """``("body", "groups", 0)`` as ``groups.0``; the body itself as ``body``."""
    parts = [
        str(part) for part in location[1:] if not (location[0] == "body" and isinstance(location[1], int))
    ]
    return ".".join(parts)[:100] or str(location[0])


def _unexpected_error(request: Request, error: Exception) -> Response:
    """What nobody foresaw: the server logs the traceback, the client learns the request id and nothing else."""
    request_id = getattr(request.state, "request_id", "")
    log.error("request %s failed: %s", request_id, type(error).__name__)
    response = problem(
        request, 500, detail="Something went wrong here. Tell the operator the request id.", type_="failed"
    )
    # This answer is written outside the guard that marks all others.
    mark(response.headers, request_id)
    return response


def refused(field: str, message: str) -> RequestValidationError:
    """The error to raise for a field that no schema can check, such as a cursor of another build."""
    return RequestValidationError([{"loc": ("query", field), "msg": message, "type": "value_error"}])


def not_modified(headers: Mapping[str, str]) -> HTTPException:
    """The error to raise when the client already has the answer."""
    return HTTPException(304, headers=dict(headers))


def answer_errors(app: FastAPI, *, page: ErrorPage) -> None:
    """Give an app the handlers that write the one shape."""
    app.state.error_page = page
    app.add_exception_handler(MatchmakerError, _library_error)
    app.add_exception_handler(StarletteHTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(Exception, _unexpected_error)
