"""Actors, their suggested partners, and search."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from matchmaker.directions import read_direction
from matchmaker.errors import ActorNotFoundError
from service.api.contract import (
    PREFIX,
    ActorId,
    Nothing,
    build_tag,
    errors,
    json_body,
    kept_answer,
    own_actor,
    readable_address,
)
from service.cursors import cursor_after, seen_until, sorted_name
from service.dependencies import OpenWorkspace, Snapshot
from service.problems import refused
from service.schemas.actors import (
    ActorPage,
    ActorProfile,
    ActorQuery,
    ActorSummary,
    HitAnswer,
    HitPage,
    SearchQuestion,
    Suggestion,
    SuggestionPage,
    SuggestionQuery,
)
from service.schemas.contract import SortDirection

router = APIRouter(prefix=PREFIX, dependencies=[Depends(readable_address)])


async def kept_profile(
    request: Request,
    response: Response,
    snapshot: Snapshot,
    workspace: OpenWorkspace,
    actor_id: ActorId,
    tag: Annotated[str, Depends(build_tag)],
) -> None:
    """As ``kept_answer``, under a tag that begins with the revision of the profile, which a change is made from."""
    revision = workspace.firms.revision(snapshot.actor(actor_id))
    own = tag.removeprefix("W/").strip('"')
    await kept_answer(request, response, f'"{revision}.{own}"')


@router.get(
    "/actors",
    tags=["actors"],
    operation_id="listActors",
    summary="List actors",
    responses=errors(404),
    dependencies=[Depends(kept_answer)],
)
def list_actors(snapshot: Snapshot, query: Annotated[ActorQuery, Query()]) -> ActorPage:
    """Actors by name, narrowed by filters, page by page."""
    name = sorted_name(query)
    after = seen_until(query.cursor, edition=snapshot.edition + name)
    try:
        page = snapshot.actors(
            group=query.group,
            country=query.country,
            region=query.region,
            sub_cluster=query.sub_cluster,
            member=query.member,
            text=query.q,
            after=after,
            limit=query.limit,
            order=query.sort.value,
            falling=query.direction is SortDirection.DOWN,
        )
    except ActorNotFoundError:
        raise refused("cursor", "This is not a cursor of this collection.") from None
    return ActorPage(
        items=[ActorSummary.of(actor) for actor in page.items],
        next=cursor_after(page.next, edition=snapshot.edition + name) if page.next else None,
    )


@router.get(
    "/actors/{actor_id}",
    tags=["actors"],
    operation_id="getActor",
    summary="Get an actor",
    responses=errors(404),
    dependencies=[Depends(kept_profile)],
)
def get_actor(snapshot: Snapshot, actor_id: ActorId, _query: Nothing) -> ActorProfile:
    """An actor's profile, its sub-clusters and its past collaborations."""
    return ActorProfile.of(
        snapshot.actor(actor_id), snapshot.sub_clusters_of(actor_id), snapshot.collaborations_of(actor_id)
    )


@router.get(
    "/actors/{actor_id}/suggestions",
    tags=["actors"],
    operation_id="listSuggestions",
    summary="Suggest partners for an actor",
    responses=errors(404),
    # Whose they are is asked before what the client holds of them.
    dependencies=[Depends(own_actor), Depends(kept_answer)],
)
def list_suggestions(
    snapshot: Snapshot, actor_id: ActorId, query: Annotated[SuggestionQuery, Query()]
) -> SuggestionPage:
    """The best partners for an actor, each with its score, the reasons that make it up, and both sides' words.

    A firm is answered about its own actor; another's is answered as one that is not there.
    """
    matches = snapshot.suggestions(
        actor_id,
        top=query.top,
        groups=query.group,
        region=query.region,
        new=query.new,
        across=query.across,
        afield=query.afield,
    )
    return SuggestionPage(items=[Suggestion.of(match) for match in matches], next=None)


@router.post(
    "/search",
    tags=["search"],
    operation_id="searchActors",
    summary="Search actors by a sentence",
    responses=errors(413, 415),
    dependencies=[Depends(json_body)],
)
def search_actors(snapshot: Snapshot, question: SearchQuestion, _query: Nothing) -> HitPage:
    """Actors that answer a sentence in Danish or English, with the sentences that do; an empty text has no answer.

    Who looks for something finds those who offer it before those who look for the same, and the reverse.
    """
    direction = question.direction or read_direction(question.text)
    hits = snapshot.search(
        question.text,
        top=question.top,
        groups=question.groups,
        region=question.region,
        direction=direction,
    )
    return HitPage(items=[HitAnswer.of(hit) for hit in hits], next=None, read_as=direction)
