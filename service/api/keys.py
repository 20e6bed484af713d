"""Keys of programs over HTTP: which there are, a new one, and the end of one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request

from matchmaker.errors import UserRejectedError
from matchmaker.users import Caller
from service.api.contract import PREFIX, Nothing, errors, json_body, never_kept, readable_address
from service.callers import caller_of
from service.cursors import page_of
from service.dependencies import OpenWorkspace
from service.schemas.contract import Id, PageQuery
from service.schemas.keys import KeyAnswer, KeyBody, KeyPage, NewKeyAnswer

router = APIRouter(prefix=f"{PREFIX}/keys", tags=["keys"], dependencies=[Depends(readable_address)])

KeyId = Annotated[Id, Path(description="Id of the key: what stands before the point.")]


@router.get("", operation_id="listKeys", summary="List keys", responses=errors())
def list_keys(request: Request, workspace: OpenWorkspace, query: Annotated[PageQuery, Query()]) -> KeyPage:
    """The caller's own, for a firm those of its actor, for a facilitator all; revoked ones too."""
    page, following = page_of(
        workspace.keys.of(_caller(request)),
        id_of=lambda each: each.id,
        limit=query.limit,
        cursor=query.cursor,
        edition="keys",
    )
    return KeyPage(items=[KeyAnswer.of(each) for each in page], next=following)


@router.post(
    "",
    status_code=201,
    operation_id="createKey",
    summary="Make a key",
    responses=errors(404, 413, 415),
    dependencies=[Depends(never_kept), Depends(json_body)],
)
def create_key(
    request: Request,
    workspace: OpenWorkspace,
    body: KeyBody,
    _query: Nothing,
) -> NewKeyAnswer:
    """A key of the caller's own, no wider than what the caller may do; its text is told this once.

    A key that is made by a key lasts no longer than that one, and is revoked with it.
    """
    try:
        made, secret = workspace.keys.create(
            _caller(request), name=body.name, role=body.role, read_only=body.read_only, days=body.days
        )
    except UserRejectedError as error:
        raise HTTPException(422, detail=str(error)) from None
    return NewKeyAnswer.made(made, secret)


@router.delete(
    "/{key_id}", status_code=204, operation_id="revokeKey", summary="Revoke a key", responses=errors(404)
)
def revoke_key(request: Request, workspace: OpenWorkspace, key_id: KeyId, _query: Nothing) -> None:
    """End a key at once, with those that were made by it; another's is answered as one that is not there."""
    workspace.keys.revoke(_caller(request), key_id)


def _caller(request: Request) -> Caller:
    caller = caller_of(request)
    if caller is None:
        raise HTTPException(404, detail="Nobody signs in here yet, so nobody has keys.")
    return caller
