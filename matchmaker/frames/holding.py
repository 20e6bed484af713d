"""Brokers, cohesion and the portfolio as tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from matchmaker.analysis import BROKERS_KEPT, FIRST_BROKERS, Analysis
from matchmaker.corpus import Corpus
from matchmaker.frames.columns import COUNT, TEXT, columns_of, plain, records, table
from matchmaker.landscape.brokers import Broker
from matchmaker.landscape.cohesion import Bridges, Cohesion, Loss
from matchmaker.landscape.findings import Landscape
from matchmaker.landscape.portfolio import Crossing, PortfolioRow


def frames(
    corpus: Corpus, landscape: Landscape, analysis: Analysis, names: Mapping[str, str]
) -> dict[str, pa.Table]:
    """Who holds the cluster together, how well each part holds together, and what its collaborations are.

    Planned, running or ended is meant as of the newest day in the data, as on the pages.
    """
    found = analysis.brokers(limit=BROKERS_KEPT).brokers
    holding = analysis.holding([each.actor_id for each in found[:FIRST_BROKERS]]).among(names)
    brokers = [each for each in found if each.actor_id in names]
    portfolio = analysis.portfolio(analysis.coverage().newest)
    losses: list[dict[str, Any]] = [
        {"measure": measure} | {name: plain(getattr(each, name)) for name in columns_of(Loss)}
        for measure, found in (("connected", holding.connected), ("efficient", holding.efficient))
        for each in found
    ]
    roles = [
        {"actor_id": each.actor_id, "between": between, "role": role.value, "pairs": pairs}
        for each in brokers
        for between, found in (("sub_clusters", each.roles), ("groups", each.group_roles))
        for role, pairs in found.items()
    ]
    return {
        "brokers": records(Broker, brokers),
        "broker_roles": table(roles, {"actor_id": TEXT, "between": TEXT, "role": TEXT, "pairs": COUNT}),
        "cohesion": records(Cohesion, (holding.whole, *holding.sub_clusters)),
        "bridges": records(Bridges, holding.bridges),
        "losses": table(losses, {"measure": TEXT} | columns_of(Loss)),
        "portfolio": records(PortfolioRow, portfolio.rows),
        "portfolio_crossings": records(Crossing, (portfolio.whole, *portfolio.sub_clusters)),
    }
