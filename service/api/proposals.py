"""The whole cluster's proposals at once, with exposure balanced, and what balancing does."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from matchmaker.matching.proposing import Balanced
from service.api.contract import PREFIX, errors, kept_answer, readable_address
from service.balancing import Lists, not_yet, on_step
from service.cursors import cursor_after, seen_until
from service.dependencies import ClusterBalancing, Snapshot
from service.problems import refused
from service.schemas.proposals import (
    BalanceAnswer,
    BalancePage,
    BalanceQuery,
    ProposalAnswer,
    ProposalPage,
    ProposalQuery,
)

router = APIRouter(
    prefix=PREFIX, tags=["proposals"], dependencies=[Depends(readable_address), Depends(kept_answer)]
)


@router.get(
    "/proposals",
    operation_id="listProposals",
    summary="List the cluster's proposals",
    responses=errors(404),
)
def list_proposals(
    snapshot: Snapshot, balancing: ClusterBalancing, query: Annotated[ProposalQuery, Query()]
) -> ProposalPage:
    """Everybody's list of partners of other groups at one balance, by seeker's id and rank, page by page.

    The first question for a balance of a build is answered after a second or two for 25,000 actors, or with 503 when
    more is being worked out; the next ones are answered at once.
    """
    if query.actor:
        snapshot.actor(query.actor)
    wanted = Lists(on_step(query.balance), query.top, query.new)
    after = _seen(query.cursor, snapshot.edition, wanted)
    balanced: Balanced | None = balancing.lists(snapshot, wanted)
    if balanced is None:
        raise not_yet("These proposals are being worked out. Try again in a moment.")
    table = snapshot.proposal_table(balanced)
    places = table.of(query.actor) if query.actor else table.places()
    places = places[places > after]
    page = places[: query.limit]
    more = len(places) > query.limit
    return ProposalPage(
        items=[ProposalAnswer.of(each) for each in table.shown(page)],
        next=cursor_after(f"{_name(wanted)}{page[-1]}", edition=snapshot.edition) if more else None,
    )


def _name(wanted: Lists) -> str:
    return f"{wanted.balance}/{wanted.top}/{wanted.new}/"


def _seen(cursor: str, edition: str, wanted: Lists) -> int:
    """The place of the last proposal seen, -1 at the start."""
    seen = seen_until(cursor, edition=edition)
    place = seen.removeprefix(_name(wanted))
    if not seen:
        return -1
    if place == seen or not (place.isascii() and place.isdigit() and len(place) < 19):
        raise refused("cursor", "This is not a cursor of this collection.")
    return int(place)


@router.get(
    "/balance",
    operation_id="getBalanceCurve",
    summary="Show what balancing does",
    responses=errors(),
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
