"""Every figure of a build's landscape as Arrow tables, for files and notebooks (``.to_pandas()`` where pandas is)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa

from matchmaker.analysis import Analysis
from matchmaker.corpus import Corpus
from matchmaker.frames import development, forecasts, holding, missing, specialisation, survey
from matchmaker.frames.survey import ties
from matchmaker.landscape.findings import Landscape

TOPICS: tuple[Callable[[Corpus, Landscape, Analysis, Mapping[str, str]], dict[str, pa.Table]], ...] = (
    survey.frames,
    specialisation.frames,
    development.frames,
    forecasts.frames,
    missing.frames,
    holding.frames,
)
"""One module a topic, each with tables of its own."""


def frames(
    corpus: Corpus,
    landscape: Landscape,
    analysis: Analysis,
    names: Mapping[str, str],
    *,
    with_backtest: bool = False,
) -> dict[str, pa.Table]:
    """All tables by name; ``sub_cluster_id`` and ``actor_id`` are the keys between them.

    ``names`` are those of the actors that are there now, by id: others are in no table, and none of their words.
    What earlier candidates came to takes longer than all the rest and is there when it is asked for.
    """
    found: dict[str, pa.Table] = {}
    for topic in TOPICS:
        found |= topic(corpus, landscape, analysis, names)
    if with_backtest:
        found |= forecasts.backtest_frames(analysis.looked_back())
    return found


def network(corpus: Corpus, landscape: Landscape, names: Mapping[str, str]) -> dict[str, pa.Table]:
    """The tables ``actors`` and ``ties`` alone, of which a network is made; ``names`` as for ``frames``."""
    return {"actors": survey.actors(corpus, landscape, names), "ties": ties(corpus, names)}
