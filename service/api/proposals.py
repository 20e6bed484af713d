"""The whole cluster's proposals at once, with exposure balanced, and what balancing does."""

from __future__ import annotations

import hashlib
from typing import Annotated, cast

import numpy as np
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from matchmaker.matching.proposing import Balanced
from matchmaker.proposals import Marked, Order, ProposalFilter
from service.api.contract import PREFIX, build_tag, errors, hold, kept_answer, readable_address
from service.api.events import EventIdInPath
from service.balancing import Lists, not_yet, on_step
from service.cursors import cursor_after, seen_until
from service.dependencies import ClusterBalancing, OpenWorkspace, Snapshot
from service.problems import refused
from service.schemas.contract import SortDirection
from service.schemas.proposals import (
    FALLING,
    BalanceAnswer,
    BalancePage,
    BalanceQuery,
    ProposalAnswer,
    ProposalPage,
    ProposalQuery,
    ProposalSort,
)
from service.working_list import attending, sayings_of

router = APIRouter(prefix=PREFIX, tags=["proposals"], dependencies=[Depends(readable_address)])


async def kept_with_notes(
    request: Request, response: Response, workspace: OpenWorkspace, tag: Annotated[str, Depends(build_tag)]
) -> None:
    """As ``kept_answer``, for what tells notes, too."""
    notes = await run_in_threadpool(workspace.curating.notes_edition)
    hold(request, response, f'{tag[:-1]}.{notes}"')


@router.get(
    "/proposals",
    operation_id="listProposals",
    summary="List the cluster's proposals",
    responses=errors(404),
    dependencies=[Depends(kept_with_notes)],
)
def list_proposals(
    workspace: OpenWorkspace,
    snapshot: Snapshot,
    balancing: ClusterBalancing,
    query: Annotated[ProposalQuery, Query()],
) -> ProposalPage:
    """Everybody's list of partners of other groups at one balance, by seeker's id and rank unless `sort` says otherwise.

    The first question for a balance of a build is answered after a second or two for 25,000 actors, or with 503 when
    more is being worked out; the next ones are answered at once.
    """
    if query.actor:
        snapshot.actor(query.actor)
    # A cursor that is none is refused before anything is worked out.
    seen = _seen(query, workspace, snapshot)
    lists = balancing.lists(snapshot, _lists(query))
    if lists is None:
        raise not_yet("These proposals are being worked out. Try again in a moment.")
    return _page(workspace, snapshot, lists, query, seen)


@router.get(
    "/events/{event_id}/proposals",
    operation_id="listEventProposals",
    summary="List the proposals among those who attend",
    responses=errors(404),
)
def list_event_proposals(
    workspace: OpenWorkspace,
    snapshot: Snapshot,
    balancing: ClusterBalancing,
    event_id: EventIdInPath,
    query: Annotated[ProposalQuery, Query()],
) -> ProposalPage:
    """As the cluster's, of those alone who attend the event, of any actor group."""
    actor_ids = attending(workspace, event_id)
    seen = _seen(query, workspace, snapshot, event_id)
    found, current = balancing.event_lists(snapshot, actor_ids, _lists(query))
    if found is None or not current:
        raise not_yet("These proposals are being worked out. Try again in a moment.")
    return _page(workspace, snapshot, found.lists, query, seen, event_id)


def _lists(query: ProposalQuery) -> Lists:
    return Lists(on_step(query.balance), query.top, query.new)


def _page(
    workspace: OpenWorkspace,
    snapshot: Snapshot,
    lists: Balanced,
    query: ProposalQuery,
    seen: int,
    event_id: str = "",
) -> ProposalPage:
    sayings = sayings_of(workspace, snapshot, event_id)
    hidden = query.marked is Marked.HIDDEN
    table = snapshot.aside_table(lists, sayings) if hidden else snapshot.proposal_table(lists, sayings)
    order = None if query.sort is ProposalSort.SEEKER_AND_RANK else cast(Order, query.sort.value)
    falling = query.direction is SortDirection.DOWN if query.direction else query.sort in FALLING
    places = table.places(_filter(query, snapshot), order=order, falling=falling)
    if order is None and falling:
        places = places[::-1]
    if query.actor:
        own = table.of(query.actor)
        places = places[np.isin(places, own)]
    if hidden and event_id:
        places = table.among(places, attending(workspace, event_id))
    page = places[seen : seen + query.limit]
    more = len(places) > seen + query.limit
    after = cursor_after(
        f"{_name(query, event_id)}{seen + len(page)}", edition=_edition(workspace, snapshot, event_id)
    )
    return ProposalPage(
        items=[ProposalAnswer.of(each) for each in table.shown(page)], next=after if more else None
    )


def _filter(query: ProposalQuery, snapshot: Snapshot) -> ProposalFilter:
    members = None
    if query.sub_cluster:
        members = {each.actor_id for each in snapshot.sub_cluster(query.sub_cluster).members}
    return ProposalFilter(
        text=query.q,
        group=query.group,
        other_group=query.other_group,
        region=query.region,
        once=query.once,
        sub_cluster=members,
        member=query.member,
        known=query.known,
        marked=query.marked,
    )


def _edition(workspace: OpenWorkspace, snapshot: Snapshot, event_id: str) -> str:
    """Names everything that the order and the filters of a list follow from."""
    told = f"{snapshot.proposals_edition}/{workspace.curating.notes_edition()}"
    return f"{told}/{workspace.events.one(event_id).revision}" if event_id else told


def _name(query: ProposalQuery, event_id: str) -> str:
    asked = query.model_dump_json(exclude={"cursor", "limit"})
    return f"{hashlib.sha256(f'{event_id} {asked}'.encode()).hexdigest()[:16]}/"


def _seen(query: ProposalQuery, workspace: OpenWorkspace, snapshot: Snapshot, event_id: str = "") -> int:
    """How many proposals were seen, 0 at the start."""
    seen = seen_until(query.cursor, edition=_edition(workspace, snapshot, event_id))
    place = seen.removeprefix(_name(query, event_id))
    if not seen:
        return 0
    if place == seen or not (place.isascii() and place.isdigit() and len(place) < 19):
        raise refused("cursor", "This is not a cursor of this collection.")
    return int(place)


@router.get(
    "/balance",
    operation_id="getBalanceCurve",
    summary="Show what balancing does",
    responses=errors(),
    dependencies=[Depends(kept_answer)],
)
def get_balance_curve(
    snapshot: Snapshot, balancing: ClusterBalancing, query: Annotated[BalanceQuery, Query()]
) -> BalancePage:
    """How exposure, mutual matches and envy change from the best for each (0) to fair for all (1), in steps of 0.1.

    The first question about a build may be answered with 503 while the curve is worked out: some 15 s for 25,000 actors.
    """
    curve = balancing.curve(snapshot, query.top, new=query.new)
    if curve is None:
        raise not_yet("The curve is being worked out. Try again in a moment.")
    return BalancePage(items=[BalanceAnswer.model_validate(each) for each in curve], next=None)
