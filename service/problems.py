"""Every error's one shape: RFC 9457 for programs, a page for people."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException

from matchmaker.actors import Rejection
from matchmaker.errors import (
    EditRejectedError,
    EventRejectedError,
    FieldsRejectedError,
    ImportRejectedError,
    MatchmakerError,
    MergeChangedError,
    ProfileRejectedError,
    ScheduleError,
    SourceError,
)
from matchmaker.events import Conflict
from matchmaker.telling import told
from service.error_answers import answer_to
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
