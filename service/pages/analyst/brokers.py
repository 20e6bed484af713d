"""Who holds the sub-clusters together, and what would be left without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BeforeValidator

from matchmaker.actors import ActorGroup
from matchmaker.analysis import FIRST_BROKERS
from matchmaker.landscape.brokers import Broker, Brokerage
from matchmaker.landscape.cohesion import Cohesion, Holding, Loss
from matchmaker.reporting.values import Bar, Bars, Cell, Listed, Number, Plot, Sentence, Share, Word
from service.dependencies import PageStudies
from service.pages.analyst.choices import GroupChoice, PartChoice, known_part
from service.pages.analyst.sheets import Column, Sheet, count, real, share, text, words
from service.pages.analyst.study import (
    Names,
    Study,
    Working,
    choice,
    names_of,
    part_field,
)
from service.pages.analyst.topics import Found, ShownBuild, topic

router = APIRouter()

DRAWN = 12
ORDERS = ("sole_links", "beyond_size")
OrderChoice = Annotated[
    Literal["sole_links", "beyond_size"] | None, BeforeValidator(lambda value: value or None), Query()
]


@topic(router, "/brokers")
def brokers(
    snapshot: ShownBuild,
    studies: PageStudies,
    part: PartChoice = "",
    group: GroupChoice = None,
    order: OrderChoice = None,
) -> Found:
    """Actors between sub-clusters in the measures of the field, how each part holds together, and what would be lost."""
    chosen = known_part(snapshot, part)
    found = studies.brokers(snapshot, beyond_size=order == "beyond_size")
    if found is None:
        return Working()
    first = tuple(each.actor_id for each in found.brokers[:FIRST_BROKERS])
    held = studies.holding(snapshot, first)
    if held is None:
        return Working()
    names, groups = names_of(snapshot), snapshot.actor_groups()
    shown = [
        each
        for each in found.brokers
        if each.actor_id in names.actors
        and (not chosen or chosen in each.sub_cluster_ids)
        and (group is None or groups.get(each.actor_id) is group)
    ]
    return Study(
        topic="brokers",
        said=_said(found, held, names),
        fields=(
            part_field(snapshot, chosen, tops_only=True),
            choice("group", group, "groups", [*ActorGroup]),
            choice("order", order or "sole_links", "brokers.order", ORDERS, every=""),
        ),
        plots=_plots(shown, names),
        sheets=_sheets(shown, held, names, groups),
        nothing="" if found.brokers else "brokers.nothing",
        defined=5,
    )


def _said(found: Brokerage, held: Holding, names: Names) -> tuple[Sentence, ...]:
    said: list[Sentence] = []
    first = next((each for each in found.brokers if each.actor_id in names.actors), None)
    if first is not None:
        figures: dict[str, Cell] = {
            "actor": names.actor(first.actor_id),
            "links": Number(first.sole_links),
            "parts": Listed(tuple(names.part(each) for each in first.sub_cluster_ids[:3])),
        }
        said.append(Sentence("brokers.first", figures, "finding"))
    last = held.connected[-1] if held.connected else None
    if last is not None:
        lost: dict[str, Cell] = {
            "removed": Number(last.removed),
            "left": Share(last.left),
            "random": Share(last.left_random),
        }
        said.append(Sentence("report.brokers.loss", lost))
    return (*said, *(Sentence(f"caveat.{each.id}", tone="caution") for each in found.caveats))


def _plots(shown: Sequence[Broker], names: Names) -> tuple[Plot, ...]:
    bars = tuple(
        Bar(
            names.actors[each.actor_id],
            float(each.sole_links),
            Word(
                "brokers.beside",
                {"links": Number(each.sole_links), "peers": Number(each.sole_links_of_peers)},
            )
            if each.sole_links_of_peers is not None
            else Number(each.sole_links),
        )
        for each in shown[:DRAWN]
        if each.sole_links
    )
    return (Bars("plot.brokers", "plot.brokers.axis", "column.actor", bars),) if bars else ()


@dataclass(frozen=True, slots=True)
class Without:
    """What is left of one measure without the first few."""

    measure: str
    loss: Loss


def _sheets(
    shown: Sequence[Broker], held: Holding, names: Names, groups: dict[str, ActorGroup]
) -> tuple[Sheet[Broker], Sheet[Cohesion], Sheet[Without]]:
    table = Sheet(
        "brokers",
        (
            Column("actor", lambda row: names.actors[row.actor_id], lambda row: names.actor(row.actor_id)),
            words("group", "group", lambda row: groups.get(row.actor_id)),
            count("collaborations", lambda row: row.collaborations),
            count("sole_links", lambda row: row.sole_links),
            count("of_peers", lambda row: row.sole_links_of_peers),
            real("betweenness", lambda row: row.betweenness, 4),
            real("constraint", lambda row: row.constraint), real("effective_size", lambda row: row.effective_size, 1),
            real("participation", lambda row: row.participation),
            share("cross_group_share", lambda row: row.cross_group_share),
            count("cut_off", lambda row: row.cut_off),
        ),
        shown,
        (
            text("actor_id", lambda row: row.actor_id), text("sub_cluster_ids", lambda row: " ".join(row.sub_cluster_ids)),
            count("partners", lambda row: row.partners), count("reach", lambda row: row.reach),
            count("peers", lambda row: row.peers), real("above_peers", lambda row: row.sole_links_above_peers),
            count("pairs_cut", lambda row: row.pairs_cut),
            text("roles", lambda row: " ".join(f"{role}:{number}" for role, number in row.roles.items())),
            text("group_roles", lambda row: " ".join(f"{role}:{number}" for role, number in row.group_roles.items())),
        ),
    )  # fmt: skip
    parts = Sheet(
        "cohesion",
        (
            Column(
                "part", lambda row: names.parts.get(row.sub_cluster_id, ""),
                lambda row: names.part(row.sub_cluster_id) if row.sub_cluster_id else Word("phases.whole"),
            ),
            count("actors", lambda row: row.actors), count("collaborations", lambda row: row.collaborations),
            real("partners", lambda row: row.partners, 1), share("in_largest", lambda row: row.in_largest),
            share("cross_group_share", lambda row: row.cross_group_share),
            share("cross_group_expected", lambda row: row.cross_group_expected),
            Column(
                "top_broker", lambda row: names.actors.get(row.top_broker_id, ""), lambda row: names.actor(row.top_broker_id)
            ),
            share("dependence", lambda row: row.dependence),
        ),
        (held.whole, *held.sub_clusters),
        (
            text("sub_cluster_id", lambda row: row.sub_cluster_id), real("density_of_ties", lambda row: row.density, 4),
            count("alone", lambda row: row.alone),
        ),
    )  # fmt: skip
    losses = Sheet(
        "losses",
        (
            words("measure", "loss", lambda row: row.measure), count("removed", lambda row: row.loss.removed),
            share("left_over", lambda row: row.loss.left), share("left_random", lambda row: row.loss.left_random),
            share("left_random_low", lambda row: row.loss.left_random_low),
            share("left_random_high", lambda row: row.loss.left_random_high),
        ),
        [
            Without(measure, each)
            for measure, found in (("connected", held.connected), ("efficient", held.efficient))
            for each in found
        ],
    )  # fmt: skip
    return table, parts, losses
