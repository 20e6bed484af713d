"""What the addresses about the whole cluster's proposals take and give."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, FiniteFloat

from matchmaker.proposals import Proposal
from service.balancing import MOST_PARTNERS, STEP
from service.schemas.contract import MAX_ID, Answer, NextCursor, PageQuery, Query, Text
from service.schemas.values import ActorName, ReasonAnswer


class BalanceQuery(Query):
    """Which lists to balance."""

    top: Annotated[int, Field(ge=1, le=MOST_PARTNERS, description="How many partners in each list.")] = 10
    new: Annotated[bool, Field(description="Fill the lists with partners the actor has not worked with.")] = (
        False
    )


class ProposalQuery(BalanceQuery, PageQuery):
    """Which of the cluster's proposals to list."""

    balance: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            multiple_of=STEP,
            allow_inf_nan=False,
            description="0: the best for each. 1: fair for all. In steps of 0.05.",
        ),
    ] = 0.0
    actor: Annotated[
        Annotated[Text, Field(max_length=MAX_ID)],
        Field(description="Id of an actor: its list out of the balanced ones."),
    ] = ""


class ProposalAnswer(Answer):
    """A pair out of the balanced lists: the partner is in the seeker's list."""

    seeker: ActorName
    partner: ActorName
    rank: Annotated[int, Field(description="Place in the seeker's list, from 1.")]
    mutual: Annotated[bool, Field(description="Each is in the other's list.")]
    known: Annotated[bool, Field(description="The two have worked together before.")]
    score: FiniteFloat
    reasons: list[ReasonAnswer]

    @classmethod
    def of(cls, proposal: Proposal) -> ProposalAnswer:
        """A proposal with its reasons."""
        match = proposal.match
        return cls(
            seeker=ActorName(id=match.seeker_id, name=proposal.seeker_name, group=proposal.seeker_group),
            partner=ActorName(id=match.partner_id, name=match.partner_name, group=match.partner_group),
            rank=proposal.rank,
            mutual=proposal.mutual,
            known=match.known,
            score=match.score,
            reasons=[ReasonAnswer.model_validate(reason) for reason in match.reasons],
        )


class BalanceAnswer(Answer):
    """What everybody's lists are like at one balance."""

    balance: FiniteFloat
    coverage: Annotated[FiniteFloat, Field(description="Share of the actors that are in somebody's list.")]
    gini: Annotated[
        FiniteFloat, Field(description="Of how often each is proposed. 0: all alike; near 1: one has all.")
    ]
    largest_share: Annotated[
        FiniteFloat, Field(description="Share of all places that the most proposed hundredth takes.")
    ]
    most: Annotated[int, Field(description="Lists that the most proposed actor is in.")]
    mutual: Annotated[int, Field(description="Pairs of whom each is in the other's list.")]
    expected_mutual: Annotated[
        FiniteFloat,
        Field(
            description="Pairs of whom each looks at the other, if place r is looked at with 1 / log2(r + 1)."
        ),
    ]
    envy: Annotated[
        FiniteFloat, Field(description="Share of the actors that would do better in another's places.")
    ]


class ProposalPage(Answer):
    """Proposals by seeker's id and rank."""

    items: list[ProposalAnswer]
    next: NextCursor


class BalancePage(Answer):
    """The curve from the best for each to fair for all, which is never more than one page."""

    items: list[BalanceAnswer]
    next: NextCursor
