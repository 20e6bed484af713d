"""What the addresses about the whole cluster's proposals take and give."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, FiniteFloat

from matchmaker.actors import ActorGroup
from matchmaker.proposals import Marked, Proposal
from service.balancing import MOST_PARTNERS, STEP
from service.schemas.answers import GivenAnswer, NoteAnswer
from service.schemas.contract import (
    MAX_ID,
    Answer,
    FilterText,
    NextCursor,
    PageQuery,
    Query,
    Region,
    Sorted,
    Text,
)
from service.schemas.values import ActorName, ReasonAnswer


class BalanceQuery(Query):
    """Which lists to balance."""

    top: Annotated[int, Field(ge=1, le=MOST_PARTNERS, description="How many partners in each list.")] = 10
    new: Annotated[bool, Field(description="Fill the lists with partners the actor has not worked with.")] = (
        False
    )


class ProposalSort(StrEnum):
    """What proposals can be sorted by."""

    SEEKER_AND_RANK = "rank"
    SCORE = "score"
    SEEKER = "seeker"
    PARTNER = "partner"
    GROUPS = "groups"
    SUB_CLUSTER = "sub_cluster"
    NEW = "new"
    EXPOSURE = "exposure"


FALLING = frozenset({ProposalSort.SCORE, ProposalSort.NEW, ProposalSort.EXPOSURE})
"""Sorted down unless `direction` says otherwise."""


class ProposalQuery(BalanceQuery, PageQuery):
    """Which of the proposals to list; filters are combined by *and*."""

    sort: Annotated[
        ProposalSort,
        Field(
            description="`rank`: by seeker's id and rank. Else by points, names, groups of the two, the partner's sub-cluster, "
            "whether they are new to each other, or in how many lists the partner is."
        ),
    ] = ProposalSort.SEEKER_AND_RANK
    direction: Sorted = None
    q: Annotated[FilterText, Field(description="Part of the name of either.")] = ""
    group: Annotated[ActorGroup | None, Field(description="Actor group of either.")] = None
    other_group: Annotated[ActorGroup | None, Field(description="Actor group of the other one.")] = None
    region: Region = ""
    sub_cluster: Annotated[
        FilterText, Field(description="Id of a sub-cluster that either is a member of.")
    ] = ""
    member: Annotated[
        bool | None,
        Field(description="`true`: both are members of the cluster; `false`: at least one is not."),
    ] = None
    known: Annotated[bool | None, Field(description="Whether the two know each other.")] = None
    marked: Annotated[
        Marked | None,
        Field(
            description="What was said of the pair. `hidden`: the pairs that are in no list because somebody said so. "
            "`must_meet`: at an event."
        ),
    ] = None
    once: Annotated[bool, Field(description="List a pair that is in both lists once.")] = False

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
    rank: Annotated[int, Field(description="Place in the seeker's list, from 1; 0 for a pair in no list.")]
    mutual: Annotated[bool, Field(description="Each is in the other's list.")]
    known: Annotated[bool, Field(description="The two have worked together before.")]
    score: FiniteFloat
    exposure: Annotated[int, Field(description="Lists that the partner is in.")]
    reasons: list[ReasonAnswer]
    answers: Annotated[list[GivenAnswer], Field(description="What is said of the pair, either way round.")]
    note: Annotated[NoteAnswer | None, Field(description="What a facilitator wrote down about the pair.")]
    must_meet: Annotated[bool, Field(description="A facilitator wants them to meet at the event.")]

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
            exposure=proposal.exposure,
            answers=[GivenAnswer.of(each, told_who=True) for each in proposal.answers],
            note=NoteAnswer.of(proposal.note) if proposal.note else None,
            must_meet=proposal.must_meet,
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
