"""Gaps as tables: what is thin or needed where, what speaks for it, and who could fill it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from matchmaker.analysis import FILLERS, GAPS_OF_A_KIND, Analysis
from matchmaker.corpus import Corpus
from matchmaker.frames.columns import COUNT, REAL, TEXT, columns_of, plain, table
from matchmaker.landscape.fillers import Filler
from matchmaker.landscape.findings import Landscape
from matchmaker.landscape.gap_signs import Sign
from matchmaker.landscape.gaps import Gap

KEY = {"gap": COUNT}


def frames(
    corpus: Corpus, landscape: Landscape, analysis: Analysis, names: Mapping[str, str]
) -> dict[str, pa.Table]:
    """Gaps of each sub-cluster at the top, numbered; signs, fillers and their reasons name the number."""
    found = analysis.gaps(limit=GAPS_OF_A_KIND, top=FILLERS).among(names)
    gaps: list[dict[str, Any]] = []
    signs: list[dict[str, Any]] = []
    fillers: list[dict[str, Any]] = []
    reasons: list[dict[str, Any]] = []
    for number, gap in enumerate(found.gaps, start=1):
        key = {"gap": number}
        request = {"request": gap.request.text if gap.request else None}
        gaps.append(key | _row(gap, Gap) | request)
        signs += [key | _row(each, Sign) for each in gap.signs]
        for each in gap.fillers:
            fillers.append(key | _row(each, Filler) | {"quote": each.quote.text if each.quote else None})
            reasons += [
                key
                | {
                    "actor_id": each.actor_id,
                    "reason": str(because.id),
                    "amount": because.amount,
                    "points": because.points,
                }
                for because in each.reasons
            ]
    return {
        "gaps": table(gaps, KEY | columns_of(Gap) | {"request": TEXT}),
        "gap_signs": table(signs, KEY | columns_of(Sign)),
        "gap_fillers": table(fillers, KEY | columns_of(Filler) | {"quote": TEXT}),
        "gap_filler_reasons": table(
            reasons, KEY | {"actor_id": TEXT, "reason": TEXT, "amount": REAL, "points": REAL}
        ),
    }


def _row(each: object, kind: type) -> dict[str, Any]:
    return {name: plain(getattr(each, name)) for name in columns_of(kind)}
