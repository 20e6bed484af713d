"""A team for an idea."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.exceptions import RequestValidationError

from matchmaker.matching.team_wishes import Conflict, ConflictKind, ImpossibleTeamError
from service.api.contract import PREFIX, Nothing, errors, json_body, readable_address
from service.dependencies import Snapshot
from service.schemas.teams import TeamAnswer, TeamQuestion

router = APIRouter(prefix=PREFIX, dependencies=[Depends(readable_address)])

FIELDS = {
    ConflictKind.NO_TEXT: "idea",
    ConflictKind.LEAST_BELOW_ONE: "least",
    ConflictKind.LEAST_ABOVE_MOST: "least",
    ConflictKind.INCLUDED_ABOVE_MOST: "include",
    ConflictKind.INCLUDED_AND_EXCLUDED: "include",
    ConflictKind.GROUP_BELOW_NONE: "groups",
    ConflictKind.GROUPS_ABOVE_MOST: "groups",
    ConflictKind.UNKNOWN_ACTOR: "include",
    ConflictKind.TOO_FEW_OF_GROUP: "groups",
    ConflictKind.TOO_FEW_ACTORS: "least",
    ConflictKind.NO_ROOM_FOR_GROUPS: "groups",
}
"""The field that is named for what cannot be."""


@router.post(
    "/team",
    tags=["teams"],
    operation_id="findTeam",
    summary="Put a team together for an idea",
    responses=errors(413, 415),
    dependencies=[Depends(json_body)],
)
def find_team(snapshot: Snapshot, question: TeamQuestion, _query: Nothing) -> TeamAnswer:
    """A small set of actors that covers an idea together: who covers which part, in whose words, what nobody covers.

    A wish that cannot be is refused with everything that stands against it, in `errors`.
    """
    try:
        return TeamAnswer.of(snapshot.team(question.idea, question.wish()))
    except ImpossibleTeamError as error:
        raise RequestValidationError(
            [
                {"loc": ("body", _field(each, question)), "msg": str(each), "type": "value_error"}
                for each in error.conflicts
            ]
        ) from None


def _field(conflict: Conflict, question: TeamQuestion) -> str:
    if conflict.kind is ConflictKind.UNKNOWN_ACTOR and conflict.facts["actor"] not in question.include:
        return "exclude"
    return FIELDS[conflict.kind]
