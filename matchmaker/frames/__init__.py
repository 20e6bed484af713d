"""Every figure of a build's landscape as Arrow tables, for files and notebooks (``.to_pandas()`` where pandas is)."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from matchmaker.analysis import Analysis
from matchmaker.corpus import Corpus
from matchmaker.frames import development, holding, missing, specialisation, survey
from matchmaker.landscape.findings import Landscape

TOPICS: tuple[Callable[[Corpus, Landscape, Analysis], dict[str, pa.Table]], ...] = (
    survey.frames,
    specialisation.frames,
    development.frames,
    missing.frames,
    holding.frames,
)
"""One module a topic, each with tables of its own."""


def frames(corpus: Corpus, landscape: Landscape, analysis: Analysis) -> dict[str, pa.Table]:
    """All tables by name; ``sub_cluster_id`` and ``actor_id`` are the keys between them."""
    found: dict[str, pa.Table] = {}
    for topic in TOPICS:
        found |= topic(corpus, landscape, analysis)
    return found
