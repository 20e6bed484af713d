"""Phases and trends as tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from matchmaker.analysis import Analysis
from matchmaker.corpus import Corpus
from matchmaker.frames.columns import COUNT, REAL, TEXT, columns_of, plain, table
from matchmaker.landscape.activities import Step
from matchmaker.landscape.findings import Landscape
from matchmaker.landscape.phases import Evidence, PhaseDiagnosis
from matchmaker.landscape.trends import Trend

ID = {"sub_cluster_id": TEXT}
Rows = list[dict[str, Any]]


def frames(
    corpus: Corpus, landscape: Landscape, analysis: Analysis, names: Mapping[str, str]
) -> dict[str, pa.Table]:
    """Of the whole cluster (empty id) and every sub-cluster: phase, signs, steps, movement, trends, comings and goings."""
    found = analysis.phases(every=True)
    return {
        "phases": table((_row(each, each, PhaseDiagnosis) for each in found), columns_of(PhaseDiagnosis)),
        "phase_signs": table(
            (_row(each, sign, Evidence) for each in found for sign in each.signs), ID | columns_of(Evidence)
        ),
        "phase_steps": table(
            (_row(each, step, Step) for each in found for step in each.steps), ID | columns_of(Step)
        ),
        "phase_stability": table(
            (
                {"sub_cluster_id": each.sub_cluster_id or "", "phase": phase.value, "share": share}
                for each in found
                for phase, share in each.stability.items()
            ),
            ID | {"phase": TEXT, "share": REAL},
        ),
        "phase_movement": table(
            (
                {"sub_cluster_id": each.sub_cluster_id or "", "year": year, "phase": phase.value}
                for each in found
                for year, phase in each.movement.items()
            ),
            ID | {"year": COUNT, "phase": TEXT},
        ),
        **_trends(analysis),
    }


def _row(diagnosis: PhaseDiagnosis, each: object, kind: type) -> dict[str, Any]:
    row = {name: plain(getattr(each, name)) for name in columns_of(kind)}
    return row | {"sub_cluster_id": diagnosis.sub_cluster_id or ""}


def _trends(analysis: Analysis) -> dict[str, pa.Table]:
    columns = columns_of(Trend)
    items: Rows = []
    years: Rows = []
    turnover: Rows = []
    for found in analysis.every_trends():
        sub_cluster_id = found.sub_cluster_id or ""
        for each in (*found.growth, *found.items):
            key = {"sub_cluster_id": sub_cluster_id, "kind": each.kind.value, "name": each.name}
            items.append(key | {name: plain(getattr(each, name)) for name in columns})
            years += [
                key | {"year": year, "count": count, "of": each.of.get(year)}
                for year, count in each.counts.items()
            ]
        if found.turnover:
            known = found.turnover
            turnover += [
                {
                    "sub_cluster_id": sub_cluster_id,
                    "year": year,
                    "new": known.new.get(year),
                    "active": known.active.get(year),
                    "left": known.left.get(year),
                }
                for year in sorted({*known.new, *known.active, *known.left})
            ]
    return {
        "trends": table(items, ID | columns),
        "trend_years": table(
            years, ID | {"kind": TEXT, "name": TEXT, "year": COUNT, "count": COUNT, "of": COUNT}
        ),
        "turnover": table(turnover, ID | dict.fromkeys(("year", "new", "active", "left"), COUNT)),
    }
