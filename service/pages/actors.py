"""The pages about actors: the list, and one actor with whom it should meet and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from matchmaker.actors import Actor, ActorGroup
from matchmaker.completeness import lacks as missing_of
from matchmaker.directory import Page
from matchmaker.errors import ActorNotFoundError
from matchmaker.landscape.findings import SubCluster
from matchmaker.matching.matches import Match
from matchmaker.past_collaborations import PastCollaboration
from matchmaker.published import Published
from service.dependencies import OpenWorkspace
from service.pages.directory.browsing import Switched, switch_of
from service.pages.filters import (
    GroupFilter,
    OneGroupFilter,
    PageNumber,
    RegionFilter,
    TextFilter,
    chosen,
    names_alike,
    near,
    pages_of,
    readable,
)
from service.pages.overview import empty_page
from service.pages.rendering import actor_address, page, problem_page, wording_of
from service.pages.snapshot import MaybeSnapshot
from service.permissions import Role, reaches, role_of

router = APIRouter()

ACTORS_PER_PAGE = 50
MOST_SUGGESTIONS = 30
COLLABORATIONS_PER_PAGE = 12
PARTNERS_NAMED = 8


@dataclass(frozen=True, slots=True)
class PastPage:
    """Some of an actor's collaborations, newest first."""

    shown: Sequence[PastCollaboration]
    count: int
    """How many there are in all."""
    number: int
    pages: int
    partners_named: int = PARTNERS_NAMED
    """Beyond so many, the other participants of a collaboration are only counted."""


@router.get("/actors")
def actor_list(
    request: Request,
    snapshot: MaybeSnapshot,
    text: TextFilter = "",
    group: OneGroupFilter = None,
    region: RegionFilter = "",
    sub_cluster: TextFilter = "",
    after: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """All actors by name, filtered, page by page."""
    if snapshot is None:
        return empty_page(request)
    inside = next((each for each in snapshot.sub_clusters() if each.id == sub_cluster), None)
    listed = _listed(snapshot, text, group, region, inside.id if inside else "", after)
    return page(
        request,
        "actors.html",
        snapshot=snapshot,
        actors=listed,
        text=readable(text),
        chosen_groups=(group,) if group else (),
        region=readable(region),
        inside=inside,
        begun=bool(after),
        filtered=bool(text.strip() or group or region.strip() or inside),
    )


def _listed(
    snapshot: Published, text: str, group: ActorGroup | None, region: str, sub_cluster: str, after: str
) -> Page[Actor]:
    wanted = {
        "group": group,
        "region": readable(region),
        "sub_cluster": sub_cluster,
        "text": readable(text),
        "limit": ACTORS_PER_PAGE,
    }
    try:
        return snapshot.actors(**wanted, after=after)  # type: ignore[arg-type]
    except ActorNotFoundError:
        # The last actor of the page before is gone since a newer build: begin again rather than fail.
        return snapshot.actors(**wanted)  # type: ignore[arg-type]


@router.get("/actors/{actor_id:path}")
def actor(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    actor_id: str,
    group: GroupFilter = (),
    region: RegionFilter = "",
    new: bool = False,
    scope: Literal["across", "all"] = "across",
    afield: Annotated[float, Query(ge=0, le=1, allow_inf_nan=False)] = 0.0,
    top: Annotated[int, Query(ge=1, le=MOST_SUGGESTIONS)] = 10,
    past: PageNumber = 1,
    directory: Switched = "",
) -> Response:
    """One actor: profile, suggested partners with reasons, sub-clusters, past collaborations."""
    if snapshot is None:
        return empty_page(request)
    try:
        profile = snapshot.actor(actor_id)
    except ActorNotFoundError as error:
        into = workspace.identity.known_as(actor_id)
        if into is not None:
            # An old link to one that was merged leads to what it became.
            return RedirectResponse(actor_address(into), status_code=303)
        return _unknown_actor(request, snapshot, error)
    groups, place = chosen(group), readable(region)
    # Recommendations are the actor's own; everybody else sees the profile alone.
    recommended = reaches(request, profile.id)
    matches = (
        snapshot.suggestions(
            actor_id,
            top=top,
            groups=groups,
            region=place,
            new=new,
            across=scope == "across",
            afield=afield,
        )
        if recommended
        else ()
    )
    return page(
        request,
        "actor.html",
        snapshot=snapshot,
        actor=profile,
        recommended=recommended,
        matches=matches,
        alike=names_alike(snapshot, matches),
        most_points=_most_points(matches),
        more=min(MOST_SUGGESTIONS, top + 10) if len(matches) == top < MOST_SUGGESTIONS else 0,
        chosen_groups=groups,
        region=place,
        new=new,
        scope=scope,
        afield=afield,
        filtered=bool(groups or place or new or scope == "all"),
        sub_clusters=memberships(snapshot, actor_id),
        lacks=lacks(profile) if recommended else (),
        textless=not (profile.description or profile.offers or profile.requests),
        switch=switch_of(request, workspace, profile.id, directory),
        past=past_page(snapshot.collaborations_of(actor_id), past),
        leaving=role_of(request) is Role.FACILITATOR
        and any(each.actor_id == profile.id for each in workspace.firms.kept.leaving()),
        save=[
            ("actor", profile.id),
            ("region", place),
            ("new", "true" if new else ""),
            ("scope", scope),
            *(("group", each) for each in groups),
        ],
    )


def lacks(actor: Actor) -> tuple[str, ...]:
    """What a profile is missing that would give better suggestions: names of ``actor.thin.*`` texts."""
    return tuple(each.kind.value for each in missing_of(actor))


def _most_points(matches: Sequence[Match]) -> float:
    """The points that fill a reason's bar: one measure for the whole page, so that bars can be compared."""
    return max((reason.points for match in matches for reason in match.reasons), default=1.0)


def memberships(snapshot: Published, actor_id: str) -> list[tuple[SubCluster, float]]:
    """Each sub-cluster of an actor with how clearly it belongs there, from 0 to 1."""
    return [
        (each, next(member.confidence for member in each.members if member.actor_id == actor_id))
        for each in snapshot.sub_clusters_of(actor_id)
    ]


def past_page(collaborations: Sequence[PastCollaboration], number: int) -> PastPage:
    """One page of an actor's collaborations; a number beyond the last is the last."""
    pages = pages_of(len(collaborations), COLLABORATIONS_PER_PAGE)
    number = min(number, pages)
    start = (number - 1) * COLLABORATIONS_PER_PAGE
    return PastPage(
        shown=collaborations[start : start + COLLABORATIONS_PER_PAGE],
        count=len(collaborations),
        number=number,
        pages=pages,
    )


def _unknown_actor(request: Request, snapshot: Published, error: ActorNotFoundError) -> Response:
    wording = wording_of(request)
    return problem_page(
        request,
        404,
        heading=wording("actor.unknown"),
        text=wording("actor.unknown_text", actor_id=error.actor_id),
        snapshot=snapshot,
        near=near(error.suggestions),
    )
