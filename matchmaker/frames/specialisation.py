"""Specialisation as tables: location quotients and indices by actor group, country and region."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from matchmaker.analysis import Analysis
from matchmaker.corpus import Corpus
from matchmaker.frames.columns import COUNT, TEXT, columns_of, plain, table
from matchmaker.landscape.findings import Landscape
from matchmaker.landscape.specialisation.findings import Cell, Column, Row
from matchmaker.landscape.specialisation.questions import By, Of

QUESTIONS = (
    *((By.GROUP, of, 0) for of in Of),
    *((By.COUNTRY, of, 0) for of in Of),
    *((By.REGION, of, level) for of in Of for level in (1, 2, 3)),
)
"""Rows, columns, and the level of the regions."""
ASKED = {"by": TEXT, "of": TEXT, "level": COUNT}


def frames(
    corpus: Corpus, landscape: Landscape, analysis: Analysis, names: Mapping[str, str]
) -> dict[str, pa.Table]:
    """Cells, rows and columns of every table of specialisation, actors counted; ``by``, ``of`` and ``level`` say which."""
    kinds: dict[str, type] = {"quotients": Cell, "places": Row, "industries": Column}
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in kinds}
    for by, of, level in QUESTIONS:
        found = analysis.specialisation(by, of, level=level, today=date.max)
        asked = {"by": by.value, "of": of.value, "level": level}
        for name, parts in (
            ("quotients", found.cells),
            ("places", found.rows),
            ("industries", found.columns),
        ):
            columns = columns_of(kinds[name])
            rows[name] += [asked | {each: plain(getattr(part, each)) for each in columns} for part in parts]
    return {
        f"specialisation_{name}": table(rows[name], ASKED | columns_of(kind)) for name, kind in kinds.items()
    }
