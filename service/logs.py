"""The service's log: one JSON object a line on standard error, with the request's id and without what people wrote or are called."""

from __future__ import annotations

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TextIO

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request that is being answered, also in the threads that its handler runs in."""

FACTS = ("method", "route", "status", "milliseconds")
"""What a record may carry besides its message; addresses, queries and bodies are never among it."""


class JsonLines(logging.Formatter):
    """A record as one line of JSON.

    Of an exception only its type and the places in the program are told: its message may quote what somebody typed.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line, without its end."""
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        if request_id.get():
            told["request_id"] = request_id.get()
        told |= {name: getattr(record, name) for name in FACTS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            told["exception"] = record.exc_info[0].__name__
            told["places"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(told, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    """The message; what other libraries say is told by its pattern alone, since we do not know what they put into it."""
    ours = record.name.partition(".")[0] in ("matchmaker", "service")
    return record.getMessage() if ours else str(record.msg)


def write_logs(stream: TextIO, level: str) -> None:
    """Write all records from ``level`` on to a stream, in place of whatever wrote them before."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    for each in root.handlers[:]:
        root.removeHandler(each)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for theirs in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(theirs)
        logger.handlers.clear()
        logger.propagate = True
    for ours in ("matchmaker", "service"):
        logging.getLogger(ours).setLevel(level.upper())
