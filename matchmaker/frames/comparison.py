"""Two times side by side as tables."""

from __future__ import annotations

import pyarrow as pa

from matchmaker.frames.columns import records
from matchmaker.landscape.comparison import Comparison, Difference, Topic, Totals


def comparison_frames(found: Comparison) -> dict[str, pa.Table]:
    """``totals`` of both times, and a table of differences for each topic."""
    tables = {"totals": records(Totals, (found.before, found.after))}
    for topic in Topic:
        table = records(Difference, found.of(topic))
        tables[topic.value] = table.drop_columns(["topic"])
    return tables
