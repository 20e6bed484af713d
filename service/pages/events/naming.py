"""Actors by what a facilitator types for them, and what to type for an actor."""

from __future__ import annotations

from matchmaker.errors import ActorNotFoundError
from matchmaker.published import Published
from matchmaker.workspace import Workspace


def actor_meant(snapshot: Published | None, workspace: Workspace, text: str) -> str | None:
    """The id of the actor with this id, number or name, or whose name alone holds the text; ``None`` for none or several."""
    if snapshot is not None:
        try:
            return snapshot.find_actor(text).id
        except ActorNotFoundError:
            holding = snapshot.actors(text=text, limit=2).items
            if len(holding) == 1:
                return holding[0].id
    try:
        return workspace.actor(text).id
    except ActorNotFoundError:
        return None


def actor_typed(snapshot: Published | None, workspace: Workspace, actor_id: str) -> str:
    """What to type for an actor: its name where that is enough, else its id."""
    try:
        name = workspace.actor(actor_id).name
    except ActorNotFoundError:
        return actor_id
    return name if actor_meant(snapshot, workspace, name) == actor_id else actor_id
