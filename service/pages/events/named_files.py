"""Files that pages give: as downloads under a plain name, and the page while one is being made."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from service.pages.events.frame import EventFrame, event_page
from service.pages.rendering import own_path, page


def attachment(content: bytes | Iterator[bytes], name: str, media_type: str) -> Response:
    """A file to keep, whole or as its pieces come; its name may hold letters of any language."""
    plain = "".join(each if each.isascii() and (each.isalnum() or each in "-_.") else "_" for each in name)
    headers = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "private, no-cache",
    }
    if isinstance(content, bytes):
        return Response(content, media_type=media_type, headers=headers)
    return StreamingResponse(content, media_type=media_type, headers=headers)


def making_page(request: Request, frame: EventFrame | None, part: str) -> Response:
    """What is asked for is being made: a page that comes to it by itself, or by loading it again."""
    query = request.url.query
    values = {"again": own_path(request) + (f"?{query}" if query else "")}
    if frame is None:
        response = page(request, "events/making_all.html", snapshot=None, status=202, **values)
    else:
        response = event_page(request, "making.html", frame, part, status=202, **values)
    response.headers["Retry-After"] = "2"
    return response
