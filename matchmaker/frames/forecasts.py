"""What may come of spin-off candidates, what they need, and what came of earlier ones, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from matchmaker.analysis import Analysis
from matchmaker.corpus import Corpus
from matchmaker.frames.columns import COUNT, REAL, TEXT, columns_of, plain, records, table
from matchmaker.landscape.backtest import Backtest, Named
from matchmaker.landscape.findings import Landscape, Need, Outlook, SpinOff

ID = {"sub_cluster_id": TEXT}


def frames(
    corpus: Corpus, landscape: Landscape, analysis: Analysis, names: Mapping[str, str]
) -> dict[str, pa.Table]:
    """Outlook, signs, needs, doubts, regions and outward ties of each candidate."""
    found = landscape.spin_offs
    return {
        "spin_off_outlooks": table(
            ({"sub_cluster_id": each.sub_cluster_id} | _row(each.outlook, Outlook) for each in found),
            ID | columns_of(Outlook),
        ),
        "spin_off_needs": table(
            (
                {"sub_cluster_id": each.sub_cluster_id} | _row(need, Need)
                for each in found
                for need in each.needs
            ),
            ID | columns_of(Need),
        ),
        "spin_off_doubts": table(
            (
                {"sub_cluster_id": each.sub_cluster_id, "doubt": doubt}
                for each in found
                for doubt in each.doubts
            ),
            ID | {"doubt": TEXT},
        ),
        "spin_off_signs": _pairs("sign", "log_odds", [(each, each.outlook.signs) for each in found]),
        "spin_off_regions": _pairs("region", "quotient", [(each, each.regions) for each in found]),
        "spin_off_ties": _pairs("tied_to", "share", [(each, each.tied_to) for each in found]),
    }


def backtest_frames(found: Backtest) -> dict[str, pa.Table]:
    """The record of each ranking, how the probabilities did, and every specialisation that was found on a past day."""
    rows = [
        {
            "panel": row.panel,
            "question": row.question,
            "from_months": row.months[0],
            "to_months": row.months[1],
            "ranking": row.ranking,
            "days": row.days,
            "first": first,
            "precision": estimate.value,
            "low": estimate.low,
            "high": estimate.high,
        }
        for row in found.rows
        for first, estimate in ((10, row.at_10), (20, row.at_20))
        if estimate is not None
    ]
    bins = [
        {"panel": each.panel, "brier": each.brier, "brier_of_base_rate": each.brier_of_base_rate}
        | {name: getattr(part, name) for name in ("low", "high", "groups", "kept_growing")}
        for each in found.calibration
        for part in each.bins
    ]
    words = dict.fromkeys(("panel", "question", "ranking"), TEXT)
    counts = dict.fromkeys(("from_months", "to_months", "days", "first"), COUNT)
    return {
        "backtest": table(rows, words | counts | dict.fromkeys(("precision", "low", "high"), REAL)),
        "backtest_calibration": table(
            bins,
            {"panel": TEXT}
            | dict.fromkeys(("brier", "brier_of_base_rate", "low", "high"), REAL)
            | dict.fromkeys(("groups", "kept_growing"), COUNT),
        ),
        "backtest_named": records(Named, found.named),
    }


def _row(each: object, kind: type) -> dict[str, Any]:
    return {name: plain(getattr(each, name)) for name in columns_of(kind)}


def _pairs(what: str, figure: str, found: Iterable[tuple[SpinOff, Iterable[tuple[str, float]]]]) -> pa.Table:
    rows = (
        {"sub_cluster_id": each.sub_cluster_id, what: name, figure: value}
        for each, pairs in found
        for name, value in pairs
    )
    return table(rows, ID | {what: TEXT, figure: REAL})
