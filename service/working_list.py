"""The proposals of a cluster or an event as a facilitator works through them; pages and API ask the same of it."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.events import FACILITATOR, PreferenceKind
from matchmaker.matching.exposure import Measures
from matchmaker.proposals import Marked, Order, Places, ProposalFilter, ProposalTable, Sayings
from matchmaker.published import Published
from matchmaker.workspace import Workspace
from service.balancing import Balancing, Lists

CURVE_PATIENCE = 0.5
"""Seconds that a page waits for the curve; it is complete without."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which proposals are wanted, and how."""

    lists: Lists
    filter: ProposalFilter
    sort: Order | None
    falling: bool
    event_id: str = ""
    """Only among those who attend this event."""


@dataclass(frozen=True, slots=True)
class WorkingList:
    """What there is to work through."""

    table: ProposalTable
    places: Places
    measures: Measures
    best: Measures
    """At balance 0."""
    curve: list[Measures] | None
    """``None`` while it is being worked out."""
    anything: bool
    """Whether there is anything before filters."""
    current: bool
    """Whether the lists heed the newest answers; else they are being balanced again, and what was said since is left out of them."""


def sayings_of(workspace: Workspace, snapshot: Published, event_id: str = "") -> Sayings:
    """What is said of pairs now; at an event also who must meet."""
    must_meet = set()
    if event_id:
        actor_of = {each.id: each.actor_id for each in workspace.events.attendees(event_id)}
        for each in workspace.events.preferences(event_id):
            if (
                each.kind is PreferenceKind.MUST_MEET
                and each.of == FACILITATOR
                and each.a in actor_of
                and each.b in actor_of
            ):
                one, other = actor_of[each.a], actor_of[each.b]
                must_meet.add((min(one, other), max(one, other)))
    return Sayings.of(snapshot.answers, workspace.curating.notes(), must_meet)


def working_list(
    workspace: Workspace, snapshot: Published, balancing: Balancing, asked: Asked
) -> WorkingList | None:
    """The list for a page: at once with what is there, or ``None`` while nothing is there yet; raises as ``Kept.get``."""
    sayings = sayings_of(workspace, snapshot, asked.event_id)
    wanted = asked.lists
    curve: list[Measures] | None
    if asked.event_id:
        found, current = balancing.event_lists(snapshot, attending(workspace, asked.event_id), wanted)
        if found is None:
            return None
        balanced, best, curve = found.lists, found.best, found.curve
    else:
        lists, current = balancing.shown_lists(snapshot, wanted)
        unbalanced, _ = balancing.shown_lists(snapshot, Lists(0.0, wanted.top, wanted.new))
        if lists is None or unbalanced is None:
            return None
        balanced, best = lists, unbalanced.measures
        curve, _ = balancing.shown_curve(snapshot, wanted.top, new=wanted.new, patience=CURVE_PATIENCE)
    if asked.filter.marked is Marked.HIDDEN:
        table = snapshot.aside_table(balanced, sayings)
    else:
        table = snapshot.proposal_table(balanced, sayings)
    places = table.places(asked.filter, order=asked.sort, falling=asked.falling)
    if asked.event_id and asked.filter.marked is Marked.HIDDEN:
        places = table.among(places, attending(workspace, asked.event_id))
    anything = len(balanced.seekers) > 0 or bool(sayings.pairs(Marked.HIDDEN))
    return WorkingList(table, places, balanced.measures, best, curve, anything, current)


def attending(workspace: Workspace, event_id: str) -> tuple[str, ...]:
    """Ids of the actors that attend, each once, ascending; raises ``EventNotFoundError``."""
    return tuple(sorted({each.actor_id for each in workspace.events.attendees(event_id)}))


def attendee_of(workspace: Workspace, event_id: str) -> dict[str, str]:
    """The first participant of each actor that attends."""
    found: dict[str, str] = {}
    for each in workspace.events.attendees(event_id):
        found.setdefault(each.actor_id, each.id)
    return found
