"""From a template and values to a response: the reader's language, addresses, the frame of every page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from matchmaker.actors import ActorGroup
from matchmaker.published import Published
from service.callers import caller_of, is_open_here, name_of
from service.pages.navigation import menu
from service.pages.telling import in_words
from service.pages.wording import LANGUAGES, WORDINGS, Wording, preferred_language
from service.permissions import Role, may, role_of

STATIC = Path(__file__).parent.parent / "static"
TEMPLATES = Path(__file__).parent.parent / "templates"

LANGUAGE_COOKIE = "language"
SAID_IN_FULL = frozenset({404, 500})
"""Statuses whose English detail says no more than the catalogues do."""

A_YEAR = 365 * 24 * 60 * 60

HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Accept-Language, Cookie"}


def actor_address(actor_id: str) -> str:
    """The address of an actor's page; every character of the id survives."""
    return f"/actors/{quote(actor_id, safe=':')}"


def sub_cluster_address(sub_cluster_id: str) -> str:
    """The address of a sub-cluster's page."""
    return f"/sub-clusters/{quote(sub_cluster_id, safe=':')}"


def event_address(event_id: str, part: str = "") -> str:
    """The address of an event's page, or of a part of it such as ``wishes``."""
    return f"/events/{quote(event_id, safe='')}" + (f"/{part}" if part else "")


def report_address(sub_cluster_id: str) -> str:
    """The address of a sub-cluster's report."""
    return f"/report/{quote(sub_cluster_id, safe=':')}"


def day_of(at: str) -> date:
    """The day of a time in ISO 8601, as the store writes them."""
    return date.fromisoformat(at[:10])


def web_address(website: str) -> str:
    """A website as a link target, or ``""`` for anything that is not plain http or https."""
    address = website.strip()
    if address.lower().startswith(("http://", "https://")):
        return address
    return f"https://{address}" if address and "." in address and ":" not in address else ""


@lru_cache(maxsize=64)
def static_address(name: str) -> str:
    """The address of a static file, with a mark of its content so that a changed file is fetched anew."""
    mark = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={mark}"


def wording_of(request: Request) -> Wording:
    """The reader's language: the switch, else the one remembered, else what the browser asks for."""
    for choice in (request.query_params.get("lang", ""), request.cookies.get(LANGUAGE_COOKIE, "")):
        if choice in LANGUAGES:
            return WORDINGS[choice]
    return WORDINGS[preferred_language(request.headers.get("accept-language", ""))]


def own_path(request: Request) -> str:
    """The path of this page, written so that it can be followed: an id in it may hold any character."""
    return quote(request.scope["path"], safe="/:")


def address_with(request: Request, **changes: object) -> str:
    """This page's address with some query parameters changed; ``None`` takes one away."""
    kept = [
        (name, value) for name, value in request.query_params.multi_items() if name not in changes and value
    ]
    added = [(name, str(value)) for name, value in changes.items() if value is not None]
    query = urlencode([pair for pair in kept if pair[0] != "lang"] + added)
    path = own_path(request)
    return f"{path}?{query}" if query else path


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        actor_address=actor_address,
        sub_cluster_address=sub_cluster_address,
        report_address=report_address,
        event_address=event_address,
        zone_of=ZoneInfo,
        day_of=day_of,
        web_address=web_address,
        static_address=static_address,
        groups=tuple(ActorGroup),
        in_words=in_words,
    )
    return environment


_ENVIRONMENT = _environment()


def read_templates(rest: Callable[[], None]) -> None:
    """Read every template, which the first reader of a page waits for otherwise (0.1 s); ``rest`` is called before each."""
    for name in _ENVIRONMENT.list_templates(extensions=["html"]):
        rest()
        _ENVIRONMENT.get_template(name)


def page(
    request: Request, template: str, *, snapshot: Published | None, status: int = 200, **values: object
) -> Response:
    """Render a template inside the frame; ``snapshot`` tells the footer which build the page was made from."""
    wording = wording_of(request)
    sections = menu(request, own_path(request))
    html = _ENVIRONMENT.get_template(template).render(
        t=wording,
        path=own_path(request),
        address_with=lambda **changes: address_with(request, **changes),
        other_language=next(language for language in LANGUAGES if language != wording.language),
        generation=snapshot.generation if snapshot else "",
        facilitating=role_of(request) is Role.FACILITATOR,
        may=partial(may, request),
        menu=sections,
        news={line.name: line.waiting for section in sections for line in section.lines},
        caller=caller_of(request),
        name_of=lambda who: name_of(request, who),
        open_here=is_open_here(request),
        **values,
    )
    response = HTMLResponse(html, status, headers={**HEADERS, "Content-Language": wording.language})
    if request.query_params.get("lang") in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, wording.language, max_age=A_YEAR, httponly=True, samesite="lax")
    return response


def error_page(request: Request, status: int, title: str, detail: str) -> Response:
    """Any error in words: what went wrong and where to go on; ``title`` and ``detail`` come in English.

    A status that the catalogues know is told in the reader's language, with the detail in small beside it.
    """
    wording = wording_of(request)
    known = f"error.{status}" in wording.texts
    return problem_page(
        request,
        status,
        heading=wording.either(f"error.{status}", title),
        text=wording(f"error.{status}.text") if known else in_words(wording, detail),
        detail=detail if known and status not in SAID_IN_FULL else "",
    )


def problem_page(
    request: Request,
    status: int,
    *,
    heading: str,
    text: str,
    detail: str = "",
    snapshot: Published | None = None,
    near: Sequence[tuple[str, str]] = (),
) -> Response:
    """An error page with its own words; ``near`` are ids and names of actors that may have been meant."""
    return page(
        request,
        "error.html",
        snapshot=snapshot,
        status=status,
        heading=heading,
        text=text,
        detail=detail,
        code=status,
        near=near,
        request_number=getattr(request.state, "request_id", ""),
    )


def busy_page(request: Request) -> Response:
    """What a person sees when too many ask at once: ready made, since there is no time to make anything."""
    language = wording_of(request).language
    return HTMLResponse(_busy(language), 503, headers={**HEADERS, "Content-Language": language})


@lru_cache(maxsize=len(LANGUAGES))
def _busy(language: str) -> bytes:
    return _ENVIRONMENT.get_template("busy.html").render(t=WORDINGS[language]).encode()


def later_page(request: Request, about: str, seconds: float) -> Response:
    """The page while something is being worked out; ``about`` begins the keys of what it says."""
    response = page(request, "later.html", snapshot=None, status=503, about=about)
    response.headers["Retry-After"] = str(round(seconds))
    return response
