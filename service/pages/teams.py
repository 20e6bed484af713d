"""The page that puts a team together for an idea: the question with its conditions, and who covers what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BeforeValidator

from matchmaker.actors import ActorGroup
from matchmaker.errors import ActorNotFoundError
from matchmaker.matching.team_wishes import Conflict, ImpossibleTeamError, TeamWish
from matchmaker.matching.teams import Team
from matchmaker.published import Published
from service.dependencies import OpenWorkspace
from service.pages.events.naming import actor_typed
from service.pages.filters import near, readable
from service.pages.overview import empty_page
from service.pages.rendering import page, wording_of
from service.pages.snapshot import MaybeSnapshot
from service.pages.wording import Wording

router = APIRouter()

IDEA_CHARACTERS = 2000
MOST_MEMBERS = 50
MOST_NAMES = 20
MOST_REGIONS = 10
LEAST, MOST = 3, 6


def _number_or_none(value: str | None) -> str | int:
    return value or 0


Lines = Annotated[str, Query(max_length=4000)]
Members = Annotated[int, Query(ge=1, le=MOST_MEMBERS)]
Needed = Annotated[int, BeforeValidator(_number_or_none), Query(ge=0, le=MOST_MEMBERS)]


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, as it was typed."""

    idea: str
    shortened: bool
    least: int
    most: int
    needed: Mapping[ActorGroup, int]
    """Groups of which none are asked for are left out."""
    regions: tuple[str, ...]
    include: tuple[str, ...]
    """Names or ids."""
    exclude: tuple[str, ...]

    @property
    def conditions(self) -> bool:
        """Whether more is asked for than a size."""
        return bool(self.needed or self.regions or self.include or self.exclude)


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name that no actor has."""

    name: str
    field: str
    """The field it was typed into."""
    near: Sequence[tuple[str, str]]
    """The names that may have been meant, each with the field's lines if it was."""


def question(
    idea: Annotated[str, Query()] = "",
    least: Members = LEAST,
    most: Members = MOST,
    company: Needed = 0,
    supplier: Needed = 0,
    service_provider: Needed = 0,
    knowledge_institution: Needed = 0,
    public_body: Needed = 0,
    other: Needed = 0,
    regions: Annotated[str, Query(max_length=400)] = "",
    include: Lines = "",
    exclude: Lines = "",
) -> Question:
    """The parameters of the page."""
    needed = {
        ActorGroup.COMPANY: company,
        ActorGroup.SUPPLIER: supplier,
        ActorGroup.SERVICE_PROVIDER: service_provider,
        ActorGroup.KNOWLEDGE_INSTITUTION: knowledge_institution,
        ActorGroup.PUBLIC_BODY: public_body,
        ActorGroup.OTHER: other,
    }
    told = "\n".join(_lines(idea))
    return Question(
        told[:IDEA_CHARACTERS],
        len(told) > IDEA_CHARACTERS,
        least,
        most,
        {group: number for group, number in needed.items() if number},
        tuple(_lines(regions.replace(",", "\n"))[:MOST_REGIONS]),
        tuple(_lines(include)[:MOST_NAMES]),
        tuple(_lines(exclude)[:MOST_NAMES]),
    )


def _lines(text: str) -> list[str]:
    return [line for each in text.splitlines() if (line := readable(each))]


@router.get("/team")
def team(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    asked: Annotated[Question, Depends(question)],
) -> Response:
    """A team for an idea, or the form with an example while nothing is asked."""
    if snapshot is None:
        return empty_page(request)
    found, unknown, conflicts = None, list[UnknownName](), list[Conflict]()
    if not asked.idea and "idea" not in request.query_params:
        # A link names by id who shall be in it, and leaves the idea to be typed.
        asked = replace(
            asked, include=tuple(actor_typed(snapshot, workspace, each) for each in asked.include)
        )
    elif asked.idea or asked.conditions:
        wish = TeamWish(
            asked.least,
            asked.most,
            asked.needed,
            asked.regions,
            _ids(snapshot, "include", asked.include, unknown),
            _ids(snapshot, "exclude", asked.exclude, unknown),
        )
        try:
            found = snapshot.team(asked.idea, wish)
        except ImpossibleTeamError as error:
            conflicts += error.conflicts
    wording, names = wording_of(request), snapshot.actor_names()
    # A team without somebody who must be in it is no answer.
    found = None if unknown else found
    return page(
        request,
        "team.html",
        snapshot=snapshot,
        asked=asked,
        team=found,
        covering=covering(found) if found else [],
        uncovered=sum(part.uncovered for part in found.parts) if found else 0,
        unknown=unknown,
        conflicts=[conflict_words(wording, each, names) for each in conflicts],
        limit=IDEA_CHARACTERS,
        most_members=MOST_MEMBERS,
    )


def _ids(
    snapshot: Published, field: str, names: Sequence[str], unknown: list[UnknownName]
) -> tuple[str, ...]:
    """The ids of those who are meant; whoever cannot be found is added to ``unknown``.

    A part of a name is enough where one actor's name holds it.
    """
    ids = []
    for name in names:
        try:
            ids.append(snapshot.find_actor(name).id)
        except ActorNotFoundError as error:
            holding = snapshot.actors(text=name, limit=2).items
            if len(holding) == 1:
                ids.append(holding[0].id)
                continue
            meant = {each.id: each.name for each in holding} | dict(near(error.suggestions))
            unknown.append(
                UnknownName(
                    name,
                    field,
                    [
                        (known, "\n".join(actor_id if line == name else line for line in names))
                        for actor_id, known in meant.items()
                    ],
                )
            )
    return tuple(ids)


def covering(team: Team) -> list[list[tuple[str, str, float]]]:
    """For each part of the idea, id, name and degree of the members that cover it, the most first."""
    return [
        sorted(
            (
                (member.actor_id, member.name, cover.degree)
                for member in team.members
                for cover in member.covers
                if cover.part == number
            ),
            key=lambda entry: -entry[2],
        )
        for number in range(len(team.parts))
    ]


def conflict_words(wording: Wording, conflict: Conflict, names: Mapping[str, str]) -> str:
    """What cannot be, in the reader's language."""
    facts = dict(conflict.facts)
    if "group" in facts:
        facts["group"] = wording(f"groups.{facts['group']}")
    if "actor" in facts:
        facts["actor"] = names.get(str(facts["actor"]), facts["actor"])
    regions = wording("team.or").join(conflict.regions)
    where = wording("team.where", regions=regions) if regions else wording("team.everywhere")
    return wording(f"team.conflict.{conflict.kind.name.lower()}", **facts, where=where)
