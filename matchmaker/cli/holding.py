"""Commands that show who holds the cluster together, and the collaborations as a portfolio."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from matchmaker.actors import Commitment
from matchmaker.cli.caveats import tell
from matchmaker.cli.shared import Examples, as_json, opened, out, print_json
from matchmaker.records import in_words

if TYPE_CHECKING:
    from matchmaker.landscape.brokers import Broker
    from matchmaker.landscape.cohesion import Bridges, Cohesion, Holding, Loss
    from matchmaker.landscape.portfolio import Crossing, PortfolioRow

FIRST = 5
"""Brokers whose leaving is looked at together."""
PAIRS_SHOWN = 15
POSITION = {
    value: place for place, value in enumerate([*Commitment, "planned", "running", "ended", "unknown"])
}


@click.command(
    "brokers",
    cls=Examples,
    examples="matchmaker brokers\nmatchmaker brokers --beyond-size --limit 10\nmatchmaker brokers --json",
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=10, show_default=True, help="Actors that are listed."
)
@click.option(
    "--beyond-size",
    is_flag=True,
    help="First those who join most compared with others of as many collaborations; without it, who joins most.",
)
@as_json
@click.pass_obj
def brokers(folder: Path, limit: int, beyond_size: bool, json_output: bool) -> None:
    """Show which actors hold sub-clusters together, and what would be lost without them."""
    with opened(folder) as workspace:
        published = workspace.published()
        found = published.analysis.brokers(limit=max(limit, FIRST), beyond_size=beyond_size)
        names = published.actor_names()
        held = published.analysis.holding([each.actor_id for each in found.brokers[:FIRST]]).among(names)
        labels = {each.id: each.label for each in published.sub_clusters()}
        tops = {each.id for each in published.sub_clusters() if each.parent_id is None}
    shown = [each for each in found.brokers if each.actor_id in names][:limit]
    if json_output:
        print_json(
            {
                "brokers": [asdict(each) for each in shown],
                "caveats": [asdict(each) for each in found.caveats],
                "holding": asdict(held),
            }
        )
        return
    tell([*found.caveats, *(each for each in held.caveats if each not in found.caveats)], labels)
    for place, each in enumerate(shown, start=1):
        _print_broker(place, each, names)
    if not shown:
        out.print("Nobody stands between others.")
    out.print("\nCohesion", style="bold")
    for one in (held.whole, *held.sub_clusters):
        if not one.sub_cluster_id or one.sub_cluster_id in tops:
            _print_cohesion(one, labels, names)
    out.print("\nBridges between sub-clusters", style="bold")
    _print_bridges(held, labels, names)
    if held.connected:
        out.print("\nWithout the first brokers", style="bold")
    _print_losses("pairs of the others still connected", held.connected)
    _print_losses("efficiency left (1 / steps between the others)", held.efficient)


def _print_broker(place: int, broker: Broker, names: Mapping[str, str]) -> None:
    if broker.sole_links_of_peers is None:
        usual = "too few actors of its size to compare with"
    else:
        usual = f"actors of its size have {broker.sole_links_of_peers:.0f}"
    out.print(f"{place}. {names[broker.actor_id]}  ({broker.actor_id})", markup=False)
    for line in (
        f"{broker.sole_links} links between sub-clusters through it alone; {usual}",
        f"{broker.collaborations} collaborations in {len(broker.sub_cluster_ids)} sub-clusters "
        f"(participation {broker.participation:.2f}), betweenness {broker.betweenness:.4f}",
        f"{broker.partners} partners, of whom {broker.effective_size:.0f} count once over (constraint {broker.constraint:.3f}); "
        f"{broker.reach} actors within two steps",
        f"{_percent(broker.cross_group_share)} of its ties lead to other actor groups; most often "
        f"{in_words(max(broker.group_roles, key=lambda role: broker.group_roles[role]))} between groups",
        f"without it {broker.cut_off} actors are cut off",
    ):
        out.print(f"     {line}", markup=False)


def _print_cohesion(found: Cohesion, labels: Mapping[str, str], names: Mapping[str, str]) -> None:
    label = labels.get(found.sub_cluster_id, "the whole")
    out.print(f"{label}: {found.actors} actors, {found.collaborations} collaborations", markup=False)
    if found.in_largest is None or found.density is None or found.partners is None:
        out.print("     too little to tell how it holds together", markup=False)
        return
    depends = (
        f"without {names.get(found.top_broker_id, 'one that is gone')} {_percent(found.dependence)} of them are cut off"
        if found.top_broker_id or found.dependence
        else "no single actor's leaving cuts anybody off"
    )
    out.print(
        f"     {_percent(found.density)} of the pairs worked together, {found.partners:.1f} partners each; "
        f"{_percent(found.cross_group_share)} of the ties across groups ({_percent(found.cross_group_expected)} by chance)",
        markup=False,
    )
    out.print(f"     {_percent(found.in_largest)} are connected; {depends}", markup=False)


def _print_bridges(held: Holding, labels: Mapping[str, str], names: Mapping[str, str]) -> None:
    for one, other in held.apart:
        out.print(f"Nobody joins {labels[one]} and {labels[other]}.", markup=False)
    for each in held.bridges[:PAIRS_SHOWN]:
        out.print(_joined(each, labels), markup=False)
        out.print("     " + ", ".join(names[actor_id] for actor_id in each.first), markup=False)
        _print_losses("linked collaborations left", each.losses)
    if len(held.bridges) > PAIRS_SHOWN:
        out.print(f"\n{len(held.bridges) - PAIRS_SHOWN} more pairs are joined; --json lists all.")


def _joined(bridges: Bridges, labels: Mapping[str, str]) -> str:
    one, other = (labels[each] for each in bridges.sub_cluster_ids)
    return (
        f"{one} and {other}: {bridges.actors} actors in both, "
        f"{bridges.linked} linked collaborations ({_percent(bridges.linked_share)})"
    )


def _print_losses(what: str, losses: Sequence[Loss]) -> None:
    for each in losses:
        first = "the first" if each.removed == 1 else f"the first {each.removed}"
        out.print(
            f"     {what} without {first}: {100 * each.left:.1f} %; without others of the same size: "
            f"{100 * each.left_random:.1f} % ({100 * each.left_random_low:.1f} to {100 * each.left_random_high:.1f})",
            markup=False,
        )


@click.command(
    "portfolio", cls=Examples, examples="matchmaker portfolio\nmatchmaker portfolio --on 2024-12-31 --json"
)
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which collaborations are running or ended.  [default: today]",
)
@as_json
@click.pass_obj
def portfolio(folder: Path, day: datetime | None, json_output: bool) -> None:
    """Count the collaborations by sub-cluster, commitment, year and actor groups."""
    today = datetime.now(UTC).date()
    on = today if day is None else day.date()
    if on > today:
        raise click.BadParameter(f"{on} is in the future; what runs then is not known.", param_hint="--on")
    _show_portfolio(folder, on, json_output=json_output)


def _show_portfolio(folder: Path, on: date, *, json_output: bool) -> None:
    with opened(folder) as workspace:
        published = workspace.published()
        found = published.analysis.portfolio(on)
        labels = {each.id: each.label for each in published.sub_clusters()}
    if json_output:
        print_json(asdict(found))
        return
    tell(found.caveats, labels)
    if not found.rows:
        return
    for table in (
        _count_table(found.rows, "commitment", labels),
        _count_table(found.rows, "groups", labels),
        *(
            [_count_table(found.rows, "state", labels)]
            if {each.state for each in found.rows} != {"unknown"}
            else []
        ),
        _years_table(found.rows),
        _crossing_table([*found.sub_clusters, found.whole], labels),
    ):
        out.print(table)
        out.print()
    money = [each.money for each in found.rows if each.money is not None]
    if money:
        known = sum(each.money_known for each in found.rows)
        out.print(
            f"EUR {sum(money):,.0f} in {known} collaborations; of the others it is not known.", markup=False
        )


def _count_table(rows: Sequence[PortfolioRow], by: str, labels: Mapping[str, str]) -> Table:
    """Collaborations of each sub-cluster by one of the other things that tell rows apart."""
    values = sorted({getattr(each, by) for each in rows}, key=lambda value: POSITION.get(value, value))
    names = [
        f"{each} group{'' if each == 1 else 's'}" if by == "groups" else in_words(each) for each in values
    ]
    table = Table("sub-cluster", *names, "all", box=None)
    for name in dict.fromkeys(each.sub_cluster_id for each in rows):
        counts: Counter[object] = Counter()
        for each in rows:
            if each.sub_cluster_id == name:
                counts[getattr(each, by)] += each.collaborations
        table.add_row(
            labels.get(name, "in none"), *(f"{counts[each]}" for each in values), f"{counts.total()}"
        )
    return table


def _years_table(rows: Sequence[PortfolioRow]) -> Table:
    commitments = list(dict.fromkeys(each.commitment for each in rows))
    table = Table(
        "year", "collaborations", *(in_words(each) for each in commitments), "two groups or more", box=None
    )
    for year in sorted({each.year for each in rows}, key=lambda each: each or 9999):
        some = [each for each in rows if each.year == year]
        table.add_row(
            "not dated" if year is None else f"{year}",
            f"{sum(each.collaborations for each in some)}",
            *(
                f"{sum(each.collaborations for each in some if each.commitment is one)}"
                for one in commitments
            ),
            f"{sum(each.collaborations for each in some if each.groups > 1)}",
        )
    return table


def _crossing_table(found: Sequence[Crossing], labels: Mapping[str, str]) -> Table:
    table = Table(
        "sub-cluster", "of two or more", "across groups", "committed across groups", "across sub-clusters", "of one", box=None
    )  # fmt: skip
    for each in found:
        table.add_row(
            labels.get(each.sub_cluster_id, "the whole"),
            f"{each.collaborations}",
            _share(each.across_groups, each.collaborations),
            f"{each.committed_across_groups}",
            _share(each.across_sub_clusters, each.placed),
            f"{each.alone}",
        )
    return table


def _share(count: int, of: int) -> str:
    return f"{count} ({100 * count / of:.0f} %)" if of else "none to tell by"


def _percent(share: float | None) -> str:
    return "cannot tell" if share is None else f"{100 * share:.1f} %"
