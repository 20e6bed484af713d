"""Actors by what a facilitator types for them, what to type for an actor, and sentences with names in place of ids."""

from __future__ import annotations

import re
from collections.abc import Mapping

from matchmaker.errors import ActorNotFoundError
from matchmaker.published import Published
from matchmaker.telling import Told
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


def named(text: str, names: Mapping[str, str], *, with_ids: bool = True) -> str:
    """A sentence of the library with participants' names in place of their ids, which stand behind where they are wanted."""
    if not names:
        return text
    if isinstance(text, Told):
        values = {
            key: named(each, names, with_ids=with_ids) if isinstance(each, str) else each
            for key, each in text.values.items()
        }
        return Told(text.template, values)
    ids = "|".join(re.escape(each) for each in sorted(names, key=len, reverse=True))
    return re.sub(
        rf"(?<![\w-])(?:{ids})(?![\w-])",
        lambda found: f"{names[found[0]]} ({found[0]})" if with_ids else names[found[0]],
        text,
    )
