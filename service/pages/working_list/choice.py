"""What the address of a working list asks for; every part of its state is in it, so that a link shows the same again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Query
from pydantic import BeforeValidator

from matchmaker.actors import ActorGroup
from matchmaker.alphabet import name_key
from matchmaker.errors import SubClusterNotFoundError
from matchmaker.foreseen import START
from matchmaker.landscape.findings import SubCluster
from matchmaker.matching.exposure import Measures
from matchmaker.proposals import Marked, Order, ProposalFilter
from matchmaker.published import Published
from service.balancing import MOST_PARTNERS, Lists, on_step
from service.pages.drawings import Curve, curve
from service.pages.filters import OneGroupFilter, RegionFilter, TextFilter, readable
from service.working_list import Asked

TOPS = (3, 5, 10, 20)
MOST_SUB_CLUSTERS = 150
"""In the choice of one; a link from a sub-cluster's page still leads to any other."""
FALLING = frozenset({"score", "new", "exposure"})
"""Sorted down unless the address says otherwise."""
COLUMNS: tuple[Order, ...] = ("seeker", "partner", "score")
FURTHER: tuple[Order, ...] = ("groups", "sub_cluster", "new", "exposure")
"""Orders that no column stands for."""

MEASURES = ("coverage", "gini", "largest_share", "mutual")
COUNTED = frozenset({"mutual"})
"""Measures that are numbers; the others are shares."""

View = Literal["pairs", "lists"]


def _choice(value: str | None) -> str | None:
    return value or None


YesOrNo = Annotated[bool | None, BeforeValidator(_choice), Query()]
Mark = Annotated[Marked | None, BeforeValidator(_choice), Query()]


@dataclass(frozen=True, slots=True)
class Choice:
    """What the address asks for."""

    lists: Lists
    text: str
    group: ActorGroup | None
    other_group: ActorGroup | None
    region: str
    sub_cluster: str
    member: bool | None
    known: bool | None
    marked: Marked | None
    view: View
    sort: Order
    falling: bool

    @property
    def filtered(self) -> bool:
        """Whether rows are taken away by more than the view and the mark."""
        return bool(self.text or self.group or self.other_group or self.region or self.sub_cluster) or not (
            self.member is None and self.known is None
        )

    def asked(self, snapshot: Published, event_id: str = "") -> Asked:
        """The same as what works the list out is asked; a sub-cluster that is gone has no members."""
        members = None
        if self.sub_cluster:
            try:
                members = {each.actor_id for each in snapshot.sub_cluster(self.sub_cluster).members}
            except SubClusterNotFoundError:
                members = set[str]()
        chosen = ProposalFilter(
            self.text,
            self.group,
            self.other_group,
            self.region,
            once=self.view == "pairs",
            sub_cluster=members,
            member=self.member,
            known=self.known,
            marked=self.marked,
        )
        return Asked(self.lists, chosen, self.sort, self.falling, event_id)


def choice_of(
    balance: Annotated[float, Query(ge=0, le=1, allow_inf_nan=False)] = START,
    top: Annotated[int, Query(ge=1, le=MOST_PARTNERS)] = 10,
    new: bool = False,
    text: TextFilter = "",
    group: OneGroupFilter = None,
    other_group: OneGroupFilter = None,
    region: RegionFilter = "",
    sub_cluster: TextFilter = "",
    member: YesOrNo = None,
    known: YesOrNo = None,
    marked: Mark = None,
    view: View = "pairs",
    sort: Order | None = None,
    direction: Literal["up", "down"] | None = None,
) -> Choice:
    """The parameters of a page and of its file; a balance between two steps is the nearest of them."""
    order: Order = sort or ("score" if view == "pairs" else "seeker")
    return Choice(
        Lists(on_step(balance), top, new),
        readable(text),
        group,
        other_group,
        readable(region),
        readable(sub_cluster),
        member,
        known,
        marked,
        view,
        order,
        falling=direction == "down" if direction else order in FALLING,
    )


Chosen = Annotated[Choice, Depends(choice_of)]


@dataclass(frozen=True, slots=True)
class Effect:
    """One measure at the balance that is shown and at 0, and its curve where that is worked out."""

    name: str
    counted: bool
    now: float
    before: float
    curve: Curve | None


def effects(now: Measures, before: Measures, measured: list[Measures] | None) -> list[Effect]:
    """What the balance does, measure by measure."""
    return [
        Effect(
            name,
            name in COUNTED,
            getattr(now, name),
            getattr(before, name),
            curve(
                [(each.balance, getattr(each, name)) for each in measured],
                (now.balance, getattr(now, name)),
            )
            if measured
            else None,
        )
        for name in MEASURES
    ]


def sub_cluster_choice(snapshot: Published, chosen: str) -> Sequence[SubCluster]:
    """The largest sub-clusters by name, with the chosen one."""
    every = snapshot.sub_clusters()
    largest = sorted(every, key=lambda each: -len(each.members))[:MOST_SUB_CLUSTERS]
    wanted = {each.id for each in largest} | {chosen}
    return sorted((each for each in every if each.id in wanted), key=lambda each: name_key(each.label))
