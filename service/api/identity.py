"""Who is who over HTTP: pairs that may be one, merged, told apart and made two again; profiles to complete."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from service.api.contract import PREFIX, Nothing, errors, json_body, readable_address
from service.api.imports import Number
from service.arranged import acting
from service.balancing import not_yet
from service.cursors import page_of
from service.dependencies import ClusterRecognising, OpenWorkspace
from service.problems import refused
from service.schemas.imports import (
    ApartAnswer,
    DuplicateAnswer,
    DuplicatePage,
    DuplicateQuery,
    IncompleteAnswer,
    MergeAnswer,
    MergeBody,
    PairBody,
    ProfilePage,
    ProfileQuery,
)

router = APIRouter(prefix=PREFIX, tags=["imports"], dependencies=[Depends(readable_address)])


@router.get(
    "/duplicates", operation_id="listDuplicates", summary="List actors that may be one", responses=errors()
)
def list_duplicates(
    workspace: OpenWorkspace, recognising: ClusterRecognising, query: Annotated[DuplicateQuery, Query()]
) -> DuplicatePage:
    """Pairs, the likeliest first, each with what speaks for and against; 503 while a large cluster is looked through."""
    found = recognising.duplicates(workspace)
    if found is None or not found[1]:
        raise not_yet("The actors are being compared. Try again in a moment.")
    wanted = query.q.casefold()
    pairs = [each for each in found[0] if wanted in f"{each.a.name}\n{each.b.name}".casefold()]
    page, following = page_of(
        pairs,
        id_of=lambda each: f"{each.a.id} {each.b.id}"[:500],
        limit=query.limit,
        cursor=query.cursor,
        edition=f"duplicates {workspace.content()} {len(found[0])}",
    )
    return DuplicatePage(items=[DuplicateAnswer.of(each) for each in page], next=following)


@router.post(
    "/duplicates/merge",
    operation_id="mergeActors",
    summary="Make one of two actors",
    responses=errors(404, 412, 413, 415),
    dependencies=[Depends(json_body)],
)
def merge_actors(workspace: OpenWorkspace, body: MergeBody, _query: Nothing) -> MergeAnswer:
    """All that is said of `away` is said of `keep` afterwards, in one transaction. Of a field that is not named, the kept
    actor's value stays unless it is empty; offers, requests and tags of both are kept. A field in which the two do not
    differ is refused.
    """
    try:
        return MergeAnswer.of(
            workspace.identity.merge(
                body.keep, body.away, dict(body.fields), edition=body.edition, who=acting()
            )
        )
    except ValueError as error:
        raise refused("fields" if body.keep != body.away else "away", str(error)) from error


@router.post(
    "/duplicates/not-the-same",
    operation_id="tellActorsApart",
    summary="Keep that two actors are two",
    responses=errors(404, 413, 415),
    dependencies=[Depends(json_body)],
)
def tell_apart(workspace: OpenWorkspace, body: PairBody, _query: Nothing) -> ApartAnswer:
    """They are not listed again; said again, it changes nothing."""
    try:
        said = workspace.identity.not_the_same(body.a, body.b, who=acting())
    except ValueError as error:
        raise refused("b", str(error)) from error
    return ApartAnswer(a=said.a, b=said.b, who=said.who, at=said.at)


@router.post(
    "/duplicates/merges/{number}/undo",
    operation_id="undoMerge",
    summary="Make two of one again",
    responses=errors(404, 409),
)
def undo_merge(workspace: OpenWorkspace, number: Number, _query: Nothing) -> MergeAnswer:
    """Each as it was; 409 where anything that was merged has changed since, and then nothing is changed."""
    return MergeAnswer.of(workspace.identity.undo(number, who=acting()))


@router.get(
    "/profiles-to-complete",
    operation_id="listProfilesToComplete",
    summary="List profiles that lack something",
    responses=errors(),
)
def list_profiles(
    workspace: OpenWorkspace, recognising: ClusterRecognising, query: Annotated[ProfileQuery, Query()]
) -> ProfilePage:
    """Who would gain most first; 503 while a large cluster is looked through."""
    found = recognising.incomplete(workspace)
    if found is None:
        raise not_yet("The profiles are being looked through. Try again in a moment.")
    chosen = [
        each
        for each in found
        if (query.group is None or each.actor.group is query.group)
        and (query.lacking is None or any(one.kind is query.lacking for one in each.lacks))
        and (query.member is None or each.actor.member is query.member)
    ]
    page, following = page_of(
        chosen,
        id_of=lambda each: each.actor.id,
        limit=query.limit,
        cursor=query.cursor,
        edition=f"profiles {workspace.content()} {query.group} {query.lacking} {query.member}",
    )
    return ProfilePage(items=[IncompleteAnswer.of_profile(each) for each in page], next=following)
