"""What the address about teams takes and gives."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, FiniteFloat

from matchmaker.actors import ActorGroup
from matchmaker.matching.team_wishes import TeamWish
from matchmaker.matching.teams import Team
from service.schemas.contract import MAX_PAGE, MAX_SEARCH_TEXT, Answer, FilterText, Id, Text, whole
from service.schemas.values import ActorName, QuoteAnswer

MOST_MEMBERS = 50
MOST_REGIONS = 20


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
