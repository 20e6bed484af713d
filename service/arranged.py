"""What pages and addresses about events read alike: who attends, in whose name a change is made."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.actors import Actor
from matchmaker.events import Attendee
from matchmaker.workspace import Workspace
from service.callers import ACTING

WHO = "facilitator"
"""In the audit trail where the service is open and nobody has a name of their own."""


def acting() -> str:
    """Whose change it is: the id of the user or the key, or ``WHO``."""
    return ACTING.get() or WHO


@dataclass(frozen=True, slots=True)
class Attending:
    """A participant and its actor."""

    attendee: Attendee
    actor: Actor


def attending(workspace: Workspace, event_id: str) -> list[Attending]:
    """Who attends, in the order in which they were added; raises ``EventNotFoundError``."""
    attendees = workspace.events.attendees(event_id)
    actors = workspace.events.actors(event_id)
    # Somebody may have been taken away between the two.
    return [Attending(each, actors[each.actor_id]) for each in attendees if each.actor_id in actors]
