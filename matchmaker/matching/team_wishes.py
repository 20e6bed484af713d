"""What a team must be like, and everything about a wish that cannot be, as facts that any language can tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from matchmaker.actors import ActorGroup


@dataclass(frozen=True, slots=True)
class TeamWish:
    """What a team must be like; ``Teams.team`` says all at once what cannot be."""

    least: int = 3
    most: int = 6
    groups: Mapping[ActorGroup, int] = field(default_factory=dict)
    """At least so many of a group."""
    regions: tuple[str, ...] = ()
    """Country codes, or the beginnings of regions; those who are included may be from elsewhere."""
    include: tuple[str, ...] = ()
    """Ids of actors that are in the team whatever they cover."""
    exclude: tuple[str, ...] = ()
    """Ids of actors that are not."""


class ConflictKind(StrEnum):
    """Why a wish for a team cannot be; the value is the sentence, with the facts to put in."""

    NO_TEXT = "the idea has no text: tell in a few sentences what is to be done and what it takes"
    LEAST_BELOW_ONE = "a team has 1 member at least, not {least}"
    LEAST_ABOVE_MOST = "at least {least} members are more than at most {most}"
    INCLUDED_ABOVE_MOST = "{included} included actors are more than {most} members"
    INCLUDED_AND_EXCLUDED = "{actor!r} is both included and excluded"
    GROUP_BELOW_NONE = "{wanted} of the group {group} is less than none"
    GROUPS_ABOVE_MOST = "the groups ask for {wanted} members, more than {most}"
    UNKNOWN_ACTOR = "there is no actor with the id {actor!r}"
    NEVER_TOGETHER = "{one!r} and {other!r} are never to be paired"
    TOO_FEW_OF_GROUP = "{wanted} of the group {group} are wanted, but only {there} can be had{where}"
    TOO_FEW_ACTORS = "{least} members are wanted at least, but only {there} actors can be had{where}"
    NO_ROOM_FOR_GROUPS = (
        "{included} included actors and {wanted} more for the groups are more than {most} members"
    )


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that cannot be, with its facts by name; ``str`` tells it in English."""

    kind: ConflictKind
    facts: Mapping[str, object] = field(default_factory=dict)
    regions: tuple[str, ...] = ()
    """Where it was looked, if not everywhere."""

    def __str__(self) -> str:
        """The sentence."""
        where = f" in {' or '.join(self.regions)}" if self.regions else ""
        return self.kind.value.format(**self.facts, where=where)


class ImpossibleTeamError(ValueError):
    """No team can be as it is wished; ``conflicts`` are all that stand against it."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        super().__init__(f"no team can be like that: {'; '.join(map(str, conflicts))}")
        self.conflicts = tuple(conflicts)


def contradictions(wish: TeamWish) -> Iterator[Conflict]:
    """What contradicts itself in a wish, whoever there is."""
    included = len(set(wish.include))
    if wish.least < 1:
        yield Conflict(ConflictKind.LEAST_BELOW_ONE, {"least": wish.least})
    if wish.least > wish.most:
        yield Conflict(ConflictKind.LEAST_ABOVE_MOST, {"least": wish.least, "most": wish.most})
    if included > wish.most:
        yield Conflict(ConflictKind.INCLUDED_ABOVE_MOST, {"included": included, "most": wish.most})
    for actor_id in dict.fromkeys(wish.include):
        if actor_id in wish.exclude:
            yield Conflict(ConflictKind.INCLUDED_AND_EXCLUDED, {"actor": actor_id})
    for group, least in wish.groups.items():
        if least < 0:
            yield Conflict(ConflictKind.GROUP_BELOW_NONE, {"wanted": least, "group": group.value})
    if (wanted := sum(wish.groups.values())) > wish.most:
        yield Conflict(ConflictKind.GROUPS_ABOVE_MOST, {"wanted": wanted, "most": wish.most})
