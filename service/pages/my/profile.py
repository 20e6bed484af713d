"""A firm's profile: what it says of itself, what that lacks, offers and requests as drafts or published, and how others see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import APIRouter, Query, Request, Response

from matchmaker.errors import (
    ActorChangedError,
    ActorNotFoundError,
    DraftNotFoundError,
    ProfileRejectedError,
)
from matchmaker.profiles import LONGEST_WARE, Draft, WareKind
from matchmaker.ways_back import Drafted, Edited, Published, WayBack, Withdrawn
from matchmaker.workspace import Workspace
from service.arranged import acting
from service.callers import name_of
from service.dependencies import OpenWorkspace
from service.pages.actors import memberships, past_page
from service.pages.events.forms import Form, Sent
from service.pages.filters import PageNumber, pages_of
from service.pages.my.frame import (
    DoneNow,
    OwnActorId,
    UndoName,
    go_to,
    my_page,
    remembered,
    undone,
)
from service.pages.my.profile_form import (
    FIELDS,
    change_of,
    marks_of,
    typed_from,
    typed_of,
    values_of,
    wrong,
)
from service.pages.rendering import wording_of
from service.pages.snapshot import MaybeSnapshot, published_or_none
from service.permissions import RULES

router = APIRouter()

T = TypeVar("T")

ADDRESS = "/my/profile"
WARES_SHOWN = 8
"""Offers or requests on the page, and as many drafts of each; where a firm has more, those written last come first, in pages."""


@router.get("/my/profile")
def profile(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    actor_id: OwnActorId,
    edit: Annotated[str, Query(max_length=20)] = "",
    done: DoneNow = "",
    undo: UndoName = "",
    offers: PageNumber = 1,
    requests: PageNumber = 1,
    offers_drafts: PageNumber = 1,
    requests_drafts: PageNumber = 1,
) -> Response:
    """The profile with what it lacks; or the form of its own fields."""
    if edit == "about":
        typed = typed_of(workspace.actor(actor_id))
        return _about_page(request, workspace, actor_id, typed, marks_of(typed))
    numbers = {
        WareKind.OFFER: (offers, offers_drafts),
        WareKind.REQUEST: (requests, requests_drafts),
    }
    return _profile_page(request, workspace, actor_id, done=done, undo=undo, numbers=numbers)


@router.get("/my/profile/seen")
def seen_by_others(
    request: Request, snapshot: MaybeSnapshot, actor_id: OwnActorId, past: PageNumber = 1
) -> Response:
    """The page of the own actor as another firm sees it, from the same template."""
    actor = shown = None
    belongs = []
    if snapshot is not None:
        try:
            actor = snapshot.actor(actor_id)
            belongs = memberships(snapshot, actor_id)
            shown = past_page(snapshot.collaborations_of(actor_id), past)
        except ActorNotFoundError:
            # Added a moment ago; the next look knows it.
            actor = None
    return my_page(
        request,
        "seen.html",
        "profile",
        snapshot=snapshot,
        actor=actor,
        recommended=False,
        lacks=(),
        switch=None,
        leaving=False,
        textless=False,
        sub_clusters=belongs,
        past=shown,
        directory=("GET", "/directory") in RULES,
    )


@router.post("/my/profile")
def change_profile(request: Request, workspace: OpenWorkspace, actor_id: OwnActorId, form: Sent) -> Response:
    """One change of the profile, or its undoing; whoever began from an older state is told, and keeps what they typed."""
    what, row = form.pressed
    if what == "undo":
        return undone(workspace, actor_id, form, ADDRESS)
    if what in ("save", "take"):
        return _change_about(request, workspace, actor_id, form, take=row if what == "take" else -1)
    kind = WareKind.OFFER if form.text("kind") == "offer" else WareKind.REQUEST
    change = _WARES.get(what)
    if change is None:
        return go_to(ADDRESS)
    try:
        with workspace.undoing.together():
            said, way = change(workspace, actor_id, kind, form)
            undo = remembered(workspace, actor_id, way) if way else ""
    except ProfileRejectedError:
        problem: tuple[str, Mapping[str, object]] = ("my.wrong.ware", {"longest": LONGEST_WARE})
        return _profile_page(
            request, workspace, actor_id, kept=(kind, form.as_sent("text")), problem=problem, status=422
        )
    except (ActorChangedError, DraftNotFoundError):
        problem = ("my.ware_changed", {})
        return _profile_page(
            request, workspace, actor_id, kept=(kind, form.as_sent("text")), problem=problem, status=412
        )
    return go_to(ADDRESS, done=said, undo=undo, anchor=kind.field)


def _change_about(
    request: Request, workspace: Workspace, actor_id: str, form: Form, *, take: int
) -> Response:
    typed, marks = typed_from(form), {name: form.text(f"was_{name}") for name in FIELDS}
    firms, actor = workspace.firms, workspace.actor(actor_id)
    change, now = change_of(typed, marks, actor), typed_of(actor)
    if 0 <= take < len(FIELDS):
        name = FIELDS[take]
        # Theirs, and the other fields as they were typed: what is taken is no clash any more.
        left = tuple(each for each in change.theirs if each != name)
        return _about_page(
            request, workspace, actor_id, typed | {name: now[name]}, marks | marks_at(now, name), theirs=left
        )
    if errors := wrong(typed):
        return _about_page(request, workspace, actor_id, typed, marks, errors=errors, status=422)
    if change.clashing:
        # Saving again with the new marks is to say that mine stands.
        untouched = {name: now[name] for name in change.theirs if name not in change.clashing}
        return _about_page(
            request,
            workspace,
            actor_id,
            typed | untouched,
            marks_of(now),
            theirs=change.theirs,
            clashing=change.clashing,
            status=412,
        )
    if not change.mine:
        return go_to(ADDRESS, done="nothing")
    try:
        with workspace.undoing.together():
            firms.edit(actor_id, values_of(change.mine), expected=firms.revision(actor), who=acting())
            undo = remembered(workspace, actor_id, _edited(workspace, actor_id))
    except ActorChangedError:
        # In the moment between reading and writing: begin again with what is there now.
        return _change_about(request, workspace, actor_id, form, take=take)
    return go_to(ADDRESS, done="saved", undo=undo)


def marks_at(now: Mapping[str, str], name: str) -> dict[str, str]:
    """The mark of one field as it is now."""
    return {name: marks_of(now)[name]}


def _edited(workspace: Workspace, actor_id: str) -> Edited:
    latest = workspace.firms.latest_edit(actor_id)
    return Edited(actor_id, latest.number if latest else 0)


Changed = tuple[str, WayBack | None]


def _publish_new(workspace: Workspace, actor_id: str, kind: WareKind, form: Form) -> Changed:
    workspace.firms.kept.add_ware(actor_id, kind, form.as_sent("text"), who=acting())
    return "published", _edited(workspace, actor_id)


def _keep_new(workspace: Workspace, actor_id: str, kind: WareKind, form: Form) -> Changed:
    draft = workspace.firms.kept.add_draft(actor_id, kind, form.as_sent("text"), who=acting())
    return "drafted", Drafted(actor_id, draft.id, kind, "", draft.text)


def _change_ware(workspace: Workspace, actor_id: str, kind: WareKind, form: Form) -> Changed:
    workspace.firms.kept.change_ware(
        actor_id, kind, form.as_sent("was"), form.as_sent("text") or " ", who=acting()
    )
    return "saved", _edited(workspace, actor_id)


def _remove_ware(workspace: Workspace, actor_id: str, kind: WareKind, form: Form) -> Changed:
    workspace.firms.kept.change_ware(actor_id, kind, form.as_sent("was"), "", who=acting())
    return "removed", _edited(workspace, actor_id)


def _withdraw(workspace: Workspace, actor_id: str, kind: WareKind, form: Form) -> Changed:
    draft = workspace.firms.kept.withdraw(actor_id, kind, form.as_sent("was"), who=acting())
    return "withdrawn", Withdrawn(actor_id, draft.id, draft.text)


def _change_draft(workspace: Workspace, actor_id: str, kind: WareKind, form: Form) -> Changed:
    before = _draft(workspace, actor_id, form)
    after = workspace.firms.kept.change_draft(
        actor_id, form.text("draft"), form.as_sent("text"), who=acting()
    )
    return "saved", Drafted(actor_id, after.id, after.kind, before.text, after.text) if before else None


def _publish_draft(workspace: Workspace, actor_id: str, kind: WareKind, form: Form) -> Changed:
    draft = _draft(workspace, actor_id, form)
    workspace.firms.kept.publish(actor_id, form.text("draft"), who=acting())
    return "published", Published(actor_id, draft.kind, draft.text) if draft else None


def _remove_draft(workspace: Workspace, actor_id: str, kind: WareKind, form: Form) -> Changed:
    draft = workspace.firms.kept.remove_draft(actor_id, form.text("draft"), who=acting())
    return "removed", Drafted(actor_id, draft.id, draft.kind, draft.text, "")


def _draft(workspace: Workspace, actor_id: str, form: Form) -> Draft | None:
    """The draft that a form names, as it is before the change."""
    drafts = workspace.firms.kept.drafts(actor_id)
    return next((each for each in drafts if each.id == form.text("draft")), None)


_WARES: dict[str, Callable[[Workspace, str, WareKind, Form], Changed]] = {
    "publish_new": _publish_new,
    "keep_new": _keep_new,
    "save_ware": _change_ware,
    "remove_ware": _remove_ware,
    "withdraw": _withdraw,
    "save_draft": _change_draft,
    "publish": _publish_draft,
    "remove_draft": _remove_draft,
}
"""What the buttons beside offers and requests do: each says what was done, and the way back."""


def _profile_page(
    request: Request,
    workspace: Workspace,
    actor_id: str,
    *,
    done: str = "",
    undo: str = "",
    numbers: Mapping[WareKind, tuple[int, int]] | None = None,
    kept: tuple[WareKind, str] | None = None,
    problem: tuple[str, Mapping[str, object]] | None = None,
    status: int = 200,
) -> Response:
    """``numbers`` are the pages of what is published and of drafts, of each kind."""
    profile = workspace.firms.profile(actor_id)
    actor = profile.actor
    wording = wording_of(request)
    parts = numbers or {}
    return my_page(
        request,
        "profile.html",
        "profile",
        snapshot=published_or_none(request),
        done=done,
        undo=undo,
        status=status,
        profile=profile,
        complete=profile.readiness / 100,
        wares=[
            (
                kind,
                _part([each.text for each in wares], parts.get(kind, (1, 1))[0]),
                _part([each for each in profile.drafts if each.kind is kind], parts.get(kind, (1, 1))[1]),
                kept[1] if kept and kept[0] is kind else "",
            )
            for kind, wares in ((WareKind.REQUEST, actor.requests), (WareKind.OFFER, actor.offers))
        ],
        longest=LONGEST_WARE,
        problem=wording(problem[0], **problem[1]) if problem else "",
    )


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """Some of the offers or requests, or of drafts of them."""

    shown: tuple[T, ...]
    total: int
    number: int
    pages: int


def _part(everything: Sequence[T], number: int) -> Part[T]:
    pages = pages_of(len(everything), WARES_SHOWN)
    number = min(number, pages)
    shown = everything if pages == 1 else everything[::-1][(number - 1) * WARES_SHOWN : number * WARES_SHOWN]
    return Part(tuple(shown), len(everything), number, pages)


def _about_page(
    request: Request,
    workspace: Workspace,
    actor_id: str,
    typed: Mapping[str, str],
    marks: Mapping[str, str],
    *,
    errors: Mapping[str, tuple[str, dict[str, object]]] | None = None,
    theirs: tuple[str, ...] = (),
    clashing: tuple[str, ...] = (),
    status: int = 200,
) -> Response:
    wording = wording_of(request)
    latest = workspace.firms.latest_edit(actor_id)
    now = typed_of(workspace.actor(actor_id))
    return my_page(
        request,
        "about.html",
        "profile",
        snapshot=published_or_none(request),
        status=status,
        typed=typed,
        marks=marks,
        fields=FIELDS,
        errors={name: wording(key, **values) for name, (key, values) in (errors or {}).items()},
        theirs=[(FIELDS.index(name), name, now[name]) for name in theirs],
        clashing=clashing,
        changed_by=(name_of(request, latest.who) if latest else "") or wording("my.somebody"),
    )
