"""Actors that may be one: which, two side by side, merged field by field, told apart, and made two again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from matchmaker.errors import (
    ActorChangedError,
    ActorNotFoundError,
    MergeChangedError,
    MergeNotFoundError,
)
from matchmaker.identifying import CHOICES, UNITED, Duplicate
from matchmaker.workspace import Workspace
from service.arranged import acting
from service.dependencies import ClusterRecognising, OpenWorkspace
from service.pages.events.forms import Form, Sent
from service.pages.events.frame import go_to
from service.pages.filters import PageNumber, TextFilter, pages_of, readable
from service.pages.rendering import later_page, page, problem_page, wording_of
from service.pages.snapshot import published_or_none
from service.pages.telling import in_words

router = APIRouter()

SHOWN = 50
DONE = frozenset({"merged", "apart", "undone", "changed", "together"})
ActorId = Annotated[str, Query(max_length=500)]


def pair_address(a: str, b: str) -> str:
    """The address of two actors side by side."""
    return f"/duplicates/pair?{urlencode({'a': a, 'b': b})}"


@router.get("/duplicates")
def list_duplicates(
    request: Request,
    workspace: OpenWorkspace,
    recognising: ClusterRecognising,
    number: Annotated[PageNumber, Query(alias="page")] = 1,
    text: TextFilter = "",
    done: Annotated[str, Query(max_length=20)] = "",
    merge: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> Response:
    """The pairs that may be one, the likeliest first."""
    found = recognising.duplicates(workspace)
    if found is None:
        return later_page(request, "identity", 2)
    pairs, is_now = found
    wanted = readable(text).casefold()
    shown = [each for each in pairs if not wanted or wanted in f"{each.a.name}\n{each.b.name}".casefold()]
    pages = pages_of(len(shown), SHOWN)
    number = min(number, pages)
    return _page(
        request,
        "duplicates.html",
        pairs=shown[(number - 1) * SHOWN : number * SHOWN],
        total=len(shown),
        everything=len(pairs),
        is_now=is_now,
        number=number,
        pages=pages,
        text=readable(text),
        merges=workspace.identity.merges(limit=10),
        apart=_named_apart(workspace),
        done=done if done in DONE else "",
        merge=merge,
        pair_address=pair_address,
    )


@router.get("/duplicates/pair")
def show_pair(request: Request, workspace: OpenWorkspace, a: ActorId, b: ActorId) -> Response:
    """Two actors side by side, whether they seem to be one or not."""
    try:
        found = workspace.identity.between(a, b)
    except (ActorNotFoundError, ValueError):
        return _no_pair(request)
    return _pair(request, found)


@router.post("/duplicates/pair")
def decide_pair(request: Request, workspace: OpenWorkspace, form: Sent) -> Response:
    """Merge two as was chosen, or keep that they are two."""
    a, b = form.text("a", longest=500), form.text("b", longest=500)
    try:
        if form.text("do") == "apart":
            workspace.identity.not_the_same(a, b, who=acting())
            return go_to("/duplicates", done="apart")
        keep, away = (b, a) if form.text("keep") == "b" else (a, b)
        sides = {"a": "keep", "b": "away"} if keep == a else {"a": "away", "b": "keep"}
        fields = {name: sides.get(choice, choice) for name, choice in _picked(form).items()}
        edition = form.text("edition") or None
        made = workspace.identity.merge(keep, away, fields, edition=edition, who=acting())
    except ActorNotFoundError:
        return _no_pair(request)
    except ActorChangedError:
        return _again(request, workspace, form, wording_of(request)("identity.changed_since"), 412)
    except ValueError as error:
        return _again(request, workspace, form, in_words(wording_of(request), str(error)), 422)
    return go_to("/duplicates", done="merged", merge=str(made.number))


def _picked(form: Form) -> dict[str, str]:
    """Whose value was chosen, ``a``, ``b`` or ``both``, by field."""
    return {name.removeprefix("field."): form.text(name) for name in form.names("field.")}


def _again(request: Request, workspace: Workspace, form: Form, problem: str, status: int) -> Response:
    """The two as they are now, with what was chosen still chosen, and why nothing was merged."""
    try:
        found = workspace.identity.between(form.text("a", longest=500), form.text("b", longest=500))
    except (ActorNotFoundError, ValueError):
        return _no_pair(request)
    # The form may name the two in another order than the page does.
    sides = {"a": "a", "b": "b"} if form.text("a", longest=500) == found.a.id else {"a": "b", "b": "a"}
    picked = {name: sides.get(choice, choice) for name, choice in _picked(form).items()}
    keep = sides.get(form.text("keep"), "")
    return _pair(request, found, picked=picked, keep=keep, problem=problem, status=status)


@router.post("/duplicates")
def take_back(request: Request, workspace: OpenWorkspace, form: Sent) -> Response:
    """Make two of one again, or take back that two are two."""
    if form.text("do") == "together":
        workspace.identity.maybe_the_same(
            form.text("a", longest=500), form.text("b", longest=500), who=acting()
        )
        return go_to("/duplicates", done="together")
    number = form.text("merge")
    try:
        workspace.identity.undo(
            int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0, who=acting()
        )
    except MergeChangedError:
        return go_to("/duplicates", done="changed")
    except MergeNotFoundError:
        return _no_pair(request)
    return go_to("/duplicates", done="undone")


def _pair(
    request: Request,
    found: Duplicate,
    *,
    picked: Mapping[str, str] | None = None,
    keep: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    return _page(
        request,
        "pair.html",
        status=status,
        problem=problem,
        picked=picked or {},
        pair=found,
        choices=CHOICES,
        united=UNITED,
        # The one with more to say is the likelier one to stay.
        keep=keep or ("b" if _said(found.b) > _said(found.a) else "a"),
    )


def _said(actor: object) -> int:
    return sum(len(str(getattr(actor, name))) for name in CHOICES if getattr(actor, name))


def _named_apart(workspace: Workspace) -> list[tuple[str, str, str, str]]:
    found = []
    for each in workspace.identity.apart()[-20:]:
        try:
            found.append((each.a, workspace.actor(each.a).name, each.b, workspace.actor(each.b).name))
        except ActorNotFoundError:
            continue
    return found


def _no_pair(request: Request) -> Response:
    t = wording_of(request)
    return problem_page(
        request,
        404,
        heading=t("identity.no_pair"),
        text=t("identity.no_pair_text"),
        snapshot=published_or_none(request),
    )


def _page(request: Request, template: str, *, status: int = 200, **values: object) -> Response:
    return page(request, f"identity/{template}", snapshot=published_or_none(request), status=status, **values)
