"""Saved searches: saved where somebody searches, listed, renamed, paused, deleted and brought back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from matchmaker.actors import ActorGroup
from matchmaker.alerts import SavedSearch, SearchKind, Wanted
from matchmaker.directions import Direction
from matchmaker.errors import (
    ActorNotFoundError,
    SavedSearchNotFoundError,
    SavedSearchRejectedError,
    SubClusterNotFoundError,
)
from matchmaker.published import Published
from matchmaker.saved_searches import LONGEST_NAME, LONGEST_TEXT
from service.arranged import acting
from service.dependencies import OpenWorkspace
from service.owners import check_may_ask, owner_of
from service.pages.events.forms import Form, Sent
from service.pages.filters import chosen
from service.pages.overview import empty_page
from service.pages.rendering import page, wording_of
from service.pages.snapshot import MaybeSnapshot

router = APIRouter()

LONGEST_ID = 500


@router.get("/alerts/searches")
def searches(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    saved: Annotated[str, Query(max_length=100)] = "",
    deleted: Annotated[str, Query(max_length=100)] = "",
    wrong: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """What somebody wants to hear of."""
    if snapshot is None:
        return empty_page(request)
    owner = owner_of(request)
    listed = workspace.alerts.searches(owner)
    gone = _deleted(workspace, owner, deleted)
    names = snapshot.actor_names()
    labels = {each.id: each.label for each in snapshot.sub_clusters()}
    return page(
        request,
        "alerts/searches.html",
        snapshot=snapshot,
        searches=listed,
        saved=next((each for each in listed if each.id == saved), None),
        deleted=gone,
        wrong=wrong if wrong in ("name", "many", "wanted") else "",
        names=names,
        labels=labels,
        sub_clusters=snapshot.sub_clusters(),
        longest_name=LONGEST_NAME,
    )


@router.post("/alerts/searches")
def change(request: Request, workspace: OpenWorkspace, snapshot: MaybeSnapshot, sent: Sent) -> Response:
    """Save a search, or change one that is saved."""
    if snapshot is None:
        return empty_page(request)
    do = sent.text("do").partition(".")[0]
    if do == "save":
        return _save(request, workspace, snapshot, sent)
    owner, alerts, search_id = owner_of(request), workspace.alerts, sent.text("search")
    try:
        if do == "rename":
            found = alerts.rename(owner, search_id, sent.text("name"), who=acting())
            return _go(saved=found.id)
        if do == "pause":
            alerts.pause(owner, search_id, who=acting())
        elif do == "go_on":
            alerts.go_on(owner, search_id, who=acting())
        elif do == "delete":
            return _go(deleted=alerts.delete(owner, search_id, who=acting()).id)
        elif do == "restore":
            return _go(saved=alerts.restore(owner, search_id, who=acting()).id)
        else:
            raise HTTPException(422, detail="There is no such button.")
    except SavedSearchRejectedError:
        return _go(wrong="name")
    return _go()


def _save(request: Request, workspace: OpenWorkspace, snapshot: Published, sent: Form) -> Response:
    try:
        wanted = wanted_of(sent)
    except ValueError:
        return _go(wrong="wanted")
    check_may_ask(request, wanted)
    name = sent.text("name", longest=LONGEST_NAME) or _name(request, snapshot, wanted)
    try:
        found = workspace.alerts.save(owner_of(request), name, wanted, who=acting())
    except SavedSearchRejectedError:
        return _go(wrong="many")
    except (ActorNotFoundError, SubClusterNotFoundError):
        return _go(wrong="wanted")
    return _go(saved=found.id)


def wanted_of(sent: Form) -> Wanted:
    """What a form asks to be told of; raises ``ValueError`` for what cannot be."""
    text, actor_id = sent.text("text", longest=LONGEST_TEXT), sent.text("actor", longest=LONGEST_ID)
    kind = SearchKind.ACTOR if actor_id else SearchKind.TEXT if text else SearchKind.FILTERS
    groups = chosen([ActorGroup(each) for each in sent.texts("group") if each])
    member = {"yes": True, "no": False}.get(sent.text("member"))
    direction = Direction(sent.text("as")) if sent.text("as") and kind is SearchKind.TEXT else None
    return Wanted(
        kind,
        text,
        direction,
        actor_id,
        groups,
        sent.text("region", longest=100),
        sent.text("sub_cluster", longest=LONGEST_ID),
        member,
        new=kind is SearchKind.ACTOR and sent.text("new") == "true",
        across=sent.text("scope") != "all",
    )


def _name(request: Request, snapshot: Published, wanted: Wanted) -> str:
    """What a search is called until somebody says otherwise."""
    t = wording_of(request)
    if wanted.kind is SearchKind.TEXT:
        return wanted.text[:LONGEST_NAME]
    if wanted.kind is SearchKind.ACTOR:
        try:
            return t("alerts.name_fits", name=snapshot.actor(wanted.actor_id).name)[:LONGEST_NAME]
        except ActorNotFoundError:
            return wanted.actor_id[:LONGEST_NAME]
    parts = [t(f"groups.{each}") for each in wanted.groups]
    parts += [wanted.region] if wanted.region else []
    parts += [each.label for each in snapshot.sub_clusters() if each.id == wanted.sub_cluster]
    parts += [] if wanted.member is None else [t("alerts.members" if wanted.member else "alerts.others")]
    return ", ".join(parts)[:LONGEST_NAME] or t("alerts.filters")


def _deleted(workspace: OpenWorkspace, owner: str, search_id: str) -> SavedSearch | None:
    if not search_id:
        return None
    try:
        found = workspace.alerts.search(owner, search_id)
    except SavedSearchNotFoundError:
        return None
    return found if found.deleted else None


def _go(**query: str) -> Response:
    kept: Mapping[str, str] = {name: value for name, value in query.items() if value}
    path = "/alerts/searches" + (f"?{urlencode(kept)}" if kept else "")
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})
