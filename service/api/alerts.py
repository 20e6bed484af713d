"""Saved searches and alerts over HTTP: each caller has their own."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Header, HTTPException, Path, Query, Request, Response

from matchmaker.alerts import SavedSearch
from matchmaker.errors import ActorNotFoundError, SavedSearchRejectedError, SubClusterNotFoundError
from service.api.contract import PREFIX, Nothing, errors, json_body, readable_address
from service.arranged import acting
from service.cursors import newest_of, page_of
from service.dependencies import OpenWorkspace
from service.owners import check_may_ask, owner_of
from service.problems import refused
from service.schemas.alerts import (
    AlertAnswer,
    AlertPage,
    AlertQuery,
    AlertSettingsAnswer,
    AlertSettingsBody,
    ReadAnswer,
    ReadBody,
    SavedSearchAnswer,
    SavedSearchBody,
    SavedSearchChange,
    SavedSearchPage,
)
from service.schemas.contract import Id, PageQuery

router = APIRouter(prefix=PREFIX, tags=["alerts"], dependencies=[Depends(readable_address)])


def _search_id(search_id: Annotated[Id, Path(description="Id of the saved search.")]) -> str:
    return unquote(search_id)


SearchId = Annotated[str, Depends(_search_id)]
IfSearch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The `ETag` of the search that the change was made from; may be left out.",
    ),
]


@router.get(
    "/saved-searches", operation_id="listSavedSearches", summary="List saved searches", responses=errors()
)
def list_saved_searches(
    request: Request, workspace: OpenWorkspace, query: Annotated[PageQuery, Query()]
) -> SavedSearchPage:
    """The caller's own, by name."""
    owner = owner_of(request)
    page, following = page_of(
        workspace.alerts.searches(owner),
        id_of=lambda each: each.id,
        limit=query.limit,
        cursor=query.cursor,
        edition=f"saved searches {owner}",
    )
    return SavedSearchPage(items=[SavedSearchAnswer.of(each) for each in page], next=following)


@router.post(
    "/saved-searches",
    operation_id="saveSearch",
    summary="Save a search",
    status_code=201,
    responses=errors(404, 413, 415),
    dependencies=[Depends(json_body)],
)
def save_search(
    request: Request,
    workspace: OpenWorkspace,
    body: SavedSearchBody,
    response: Response,
    _query: Nothing,
) -> SavedSearchAnswer:
    """From now on there is an alert whenever somebody new fits; whoever fits already is no news.

    A firm asks who fits its own actor; another's is answered as one that is not there.
    """
    wanted = body.wanted.value()
    check_may_ask(request, wanted)
    try:
        made = workspace.alerts.save(owner_of(request), body.name, wanted, who=acting())
    except SubClusterNotFoundError:
        raise refused("wanted.sub_cluster", "There is no such sub-cluster.") from None
    except ActorNotFoundError:
        raise refused("wanted.actor_id", "There is no such actor.") from None
    response.headers["Location"] = f"{PREFIX}/saved-searches/{made.id}"
    return _answer(made, response)


@router.get(
    "/saved-searches/{search_id}",
    operation_id="getSavedSearch",
    summary="Get a saved search",
    responses=errors(404),
)
def get_saved_search(
    request: Request,
    workspace: OpenWorkspace,
    search_id: SearchId,
    response: Response,
    _query: Nothing,
) -> SavedSearchAnswer:
    """One of the caller's own."""
    return _answer(_own(request, workspace, search_id), response)


@router.patch(
    "/saved-searches/{search_id}",
    operation_id="changeSavedSearch",
    summary="Rename, pause or go on",
    responses=errors(404, 412, 413, 415),
    dependencies=[Depends(json_body)],
)
def change_saved_search(
    request: Request,
    workspace: OpenWorkspace,
    search_id: SearchId,
    body: SavedSearchChange,
    response: Response,
    _query: Nothing,
    if_match: IfSearch = None,
) -> SavedSearchAnswer:
    """A paused search tells of nobody; going on, it tells of whoever comes from then on."""
    owner, alerts = owner_of(request), workspace.alerts
    _check_unchanged(_own(request, workspace, search_id), if_match)
    if body.name is not None:
        try:
            alerts.rename(owner, search_id, body.name, who=acting())
        except SavedSearchRejectedError as error:
            raise refused("name", str(error)) from None
    if body.paused is not None:
        (alerts.pause if body.paused else alerts.go_on)(owner, search_id, who=acting())
    return _answer(alerts.search(owner, search_id), response)


@router.delete(
    "/saved-searches/{search_id}",
    operation_id="deleteSavedSearch",
    summary="Delete a saved search",
    status_code=204,
    responses=errors(404, 412),
)
def delete_saved_search(
    request: Request,
    workspace: OpenWorkspace,
    search_id: SearchId,
    _query: Nothing,
    if_match: IfSearch = None,
) -> None:
    """With its alerts; for 30 days `restore` brings both back."""
    _check_unchanged(_own(request, workspace, search_id), if_match)
    workspace.alerts.delete(owner_of(request), search_id, who=acting())


@router.post(
    "/saved-searches/{search_id}/restore",
    operation_id="restoreSavedSearch",
    summary="Bring a deleted search back",
    responses=errors(404),
)
def restore_saved_search(
    request: Request,
    workspace: OpenWorkspace,
    search_id: SearchId,
    response: Response,
    _query: Nothing,
) -> SavedSearchAnswer:
    """As it was, with its alerts."""
    return _answer(workspace.alerts.restore(owner_of(request), search_id, who=acting()), response)


@router.get("/alerts", operation_id="listAlerts", summary="List alerts", responses=errors(404))
def list_alerts(
    request: Request, workspace: OpenWorkspace, query: Annotated[AlertQuery, Query()]
) -> AlertPage:
    """Who began to fit the caller's searches, the newest first, with the actors as they are now."""
    owner = owner_of(request)
    if query.search:
        _own(request, workspace, query.search)
    page, following = newest_of(
        lambda before, limit: workspace.alerts.inbox(
            owner, unread=query.unread, search_id=query.search, before=before, limit=limit
        ),
        limit=query.limit,
        cursor=query.cursor,
        edition=f"alerts {owner}",
    )
    return AlertPage(items=[AlertAnswer.of(each) for each in workspace.alerts.shown(page)], next=following)


@router.post(
    "/alerts/read",
    operation_id="markAlerts",
    summary="Mark alerts as read or unread",
    responses=errors(413, 415),
    dependencies=[Depends(json_body)],
)
def mark_alerts(request: Request, workspace: OpenWorkspace, body: ReadBody, _query: Nothing) -> ReadAnswer:
    """Some of the caller's own, or all; `changed` is what to send to take it back. Numbers of others change nothing."""
    owner = owner_of(request)
    changed = workspace.alerts.mark(owner, body.numbers, read=body.read)
    return ReadAnswer(changed=list(changed), unread=workspace.alerts.unread(owner))


@router.get("/alerts/settings", operation_id="getAlertSettings", summary="How am I told?", responses=errors())
def get_alert_settings(request: Request, workspace: OpenWorkspace, _query: Nothing) -> AlertSettingsAnswer:
    """How often a letter comes, and the address of the feed."""
    return AlertSettingsAnswer.of(workspace.alerts.settings(owner_of(request)))


@router.put(
    "/alerts/settings",
    operation_id="setAlertSettings",
    summary="Say how to be told",
    responses=errors(413, 415),
    dependencies=[Depends(json_body)],
)
def set_alert_settings(
    request: Request,
    workspace: OpenWorkspace,
    body: AlertSettingsBody,
    _query: Nothing,
) -> AlertSettingsAnswer:
    """Letters go to users alone, where the service can send any."""
    found = workspace.alerts.set_every(owner_of(request), body.every, body.language, who=acting())
    return AlertSettingsAnswer.of(found)


@router.post(
    "/alerts/feed/renew",
    operation_id="renewFeed",
    summary="Give the feed another address",
    responses=errors(),
)
def renew_feed(request: Request, workspace: OpenWorkspace, _query: Nothing) -> AlertSettingsAnswer:
    """The old one is void at once."""
    return AlertSettingsAnswer.of(workspace.alerts.renew_feed(owner_of(request), who=acting()))


def _own(request: Request, workspace: OpenWorkspace, search_id: str) -> SavedSearch:
    found = workspace.alerts.search(owner_of(request), search_id)
    if found.deleted:
        raise HTTPException(404, detail="This search was deleted; restore brings it back.")
    return found


def _tag(search: SavedSearch) -> str:
    return f'"{search.id}-{search.revision}"'


def _check_unchanged(search: SavedSearch, if_match: str | None) -> None:
    held = {each.strip() for each in (if_match or "*").split(",")}
    if not held & {"*", _tag(search)}:
        raise HTTPException(412, detail="The search was changed since it was read. Read it again.")


def _answer(search: SavedSearch, response: Response) -> SavedSearchAnswer:
    response.headers["ETag"] = _tag(search)
    return SavedSearchAnswer.of(search)
