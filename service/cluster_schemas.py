"""What the addresses about teams and the whole cluster's proposals take and give, as types like those of ``schemas``."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, FiniteFloat

from matchmaker.actors import ActorGroup
from matchmaker.matching.team_wishes import TeamWish
from matchmaker.matching.teams import Team
from matchmaker.proposals import Proposal
from service.balancing import MOST_PARTNERS, STEP
from service.schemas import (
    MAX_ID,
    MAX_PAGE,
    MAX_SEARCH_TEXT,
    ActorName,
    Answer,
    FilterText,
    Id,
    NextCursor,
    PageQuery,
    Query,
    QuoteAnswer,
    ReasonAnswer,
    Text,
    whole,
)

MOST_MEMBERS = 50
MOST_REGIONS = 20


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


class TeamQuestion(BaseModel):
    """An idea in Danish or English, and what the team must be like."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "idea": "We press juice from grass, make protein of it and test the protein on pigs.",
                    "most": 5,
                    "groups": {"knowledge_institution": 1},
                }
            ]
        },
    )

    idea: Annotated[
        Text, Field(max_length=MAX_SEARCH_TEXT, description="A few sentences; each may become a part.")
    ]
    least: Annotated[
        int, BeforeValidator(whole), Field(ge=1, le=MOST_MEMBERS, description="Members at least.")
    ] = 3
    most: Annotated[
        int, BeforeValidator(whole), Field(ge=1, le=MOST_MEMBERS, description="Members at most.")
    ] = 6
    groups: Annotated[
        dict[
            Annotated[ActorGroup, Field(strict=False)],
            Annotated[int, BeforeValidator(whole), Field(ge=0, le=MOST_MEMBERS)],
        ],
        Field(max_length=len(ActorGroup), description="At least so many members of an actor group."),
    ] = {}
    regions: Annotated[
        list[Annotated[FilterText, Field(min_length=1)]],
        Field(max_length=MOST_REGIONS, description="Only actors of these regions, by name or code."),
    ] = []
    include: Annotated[
        list[Id],
        Field(max_length=MOST_MEMBERS, description="Ids of actors that are in the team, from wherever."),
    ] = []
    exclude: Annotated[
        list[Id], Field(max_length=MAX_PAGE, description="Ids of actors that are not in the team.")
    ] = []

    def wish(self) -> TeamWish:
        """What the team must be like."""
        return TeamWish(
            self.least,
            self.most,
            dict(self.groups),
            tuple(self.regions),
            tuple(self.include),
            tuple(self.exclude),
        )


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


class PartAnswer(Answer):
    """A part of an idea, and how far the team covers it."""

    label: str
    statements: list[str]
    covered: Annotated[FiniteFloat, Field(description="0 to 1.")]
    uncovered: Annotated[bool, Field(description="Covered by less than half: somebody is missing for it.")]


class CoverAnswer(Answer):
    """What a member covers, and the words that show it."""

    part: Annotated[int, Field(description="Place in `parts`, from 0.")]
    degree: Annotated[FiniteFloat, Field(description="0 to 1.")]
    quote: QuoteAnswer


class TeamMemberAnswer(ActorName):
    """One of a team, with the reasons."""

    suited: Annotated[FiniteFloat, Field(description="To the idea as a whole, 0 to 1.")]
    covers: Annotated[
        list[CoverAnswer],
        Field(description="Most first; empty for one that is in for its group, its ties or as included."),
    ]
    worked_with: Annotated[list[str], Field(description="Names of the members it has worked with.")]
    included: Annotated[bool, Field(description="The question names it.")]


class TeamAnswer(Answer):
    """A small set of actors that covers an idea."""

    parts: list[PartAnswer]
    members: Annotated[list[TeamMemberAnswer], Field(description="Who adds most to the idea first.")]

    @classmethod
    def of(cls, team: Team) -> TeamAnswer:
        """A team with who covers what."""
        return cls(
            parts=[PartAnswer.model_validate(part) for part in team.parts],
            members=[
                TeamMemberAnswer(
                    id=member.actor_id,
                    name=member.name,
                    group=member.group,
                    suited=member.suited,
                    covers=[CoverAnswer.model_validate(cover) for cover in member.covers],
                    worked_with=list(member.worked_with),
                    included=member.included,
                )
                for member in team.members
            ],
        )


class ProposalPage(Answer):
    """Proposals by seeker's id and rank."""

    items: list[ProposalAnswer]
    next: NextCursor


class BalancePage(Answer):
    """The curve from the best for each to fair for all, which is never more than one page."""

    items: list[BalanceAnswer]
    next: NextCursor
