"""Who holds the sub-clusters together: what is asked and answered."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, FiniteFloat

from matchmaker.actors import ActorGroup
from matchmaker.landscape.brokers import Broker
from service.schemas.contract import Answer, NextCursor, PageQuery
from service.schemas.studies.figures import Number, PartId
from service.schemas.values import ActorName


class BrokerQuery(PageQuery):
    """Which brokers, of the first hundred."""

    sub_cluster: PartId = ""
    group: ActorGroup | None = None
    beyond_size: Annotated[bool, Field(description="Choose those that join most for their size.")] = False
    sort: Annotated[
        Literal["build", "name", "-sole_links", "-betweenness", "constraint", "-participation", "-cut_off"],
        Field(description="`build`: the order in which they were chosen."),
    ] = "build"


class BrokerAnswer(Answer):
    """An actor between sub-clusters."""

    actor: ActorName
    sub_cluster_ids: Annotated[list[str], Field(description="Where its collaborations lie, most first.")]
    collaborations: int
    partners: int
    sole_links: Annotated[
        int, Field(description="Pairs of its collaborations in different sub-clusters that only it joins.")
    ]
    sole_links_of_peers: Annotated[Number, Field(description="Median over actors as busy.")]
    sole_links_above_peers: Number
    peers: int
    betweenness: Annotated[FiniteFloat, Field(description="Freeman 1977, 0 to 1.")]
    constraint: Annotated[FiniteFloat, Field(description="Burt 1992.")]
    effective_size: FiniteFloat
    participation: Annotated[FiniteFloat, Field(description="Guimerà and Amaral 2005.")]
    reach: int
    cross_group_share: FiniteFloat
    pairs_cut: int
    cut_off: Annotated[int, Field(description="Actors cut off from the largest piece without it.")]

    @classmethod
    def of(cls, broker: Broker, actor: ActorName) -> Self:
        """The same under its name."""
        figures = {name: getattr(broker, name) for name in cls.model_fields if name != "actor"}
        return cls.model_validate(figures | {"actor": actor, "sub_cluster_ids": list(broker.sub_cluster_ids)})


class BrokerTable(Answer):
    """Brokers."""

    items: list[BrokerAnswer]
    next: NextCursor
    caveats: list[str]
