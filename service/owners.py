"""Whose saved searches and alerts a request is about, and what its role may look for."""

from __future__ import annotations

from fastapi import HTTPException, Request

from matchmaker.alerts import HERE, SearchKind, Wanted
from service.callers import caller_of
from service.grants import Role
from service.permissions import check_reach, role_of


def owner_of(request: Request) -> str:
    """The id of the user or the key; ``HERE`` where the service is open."""
    caller = caller_of(request)
    return caller.who if caller else HERE


def check_may_ask(request: Request, wanted: Wanted) -> None:
    """Turn away whoever asks for what is another's: a firm asks who fits itself, an analyst who fits nobody by name.

    Raises ``ActorNotFoundError``, and ``HTTPException`` 403.
    """
    if wanted.kind is not SearchKind.ACTOR:
        return
    if role_of(request) is Role.ANALYST:
        raise HTTPException(403, detail="Whom an actor fits is not open to you.")
    check_reach(request, wanted.actor_id)
