"""Learns the weights that come with the program from all of CORDIS, and says how they did on a window held back.

    python -m benchmarks.weights [--cordis ZIP] [--cache FOLDER]

Three windows of half a year: the last one judges weights learned on the others, then all three teach the weights that are
printed, in the layout of ``matchmaker/matching/weights.json``. Nothing of them touches the test window of
``benchmarks.quality``. The same input gives the same weights.
"""

from __future__ import annotations

import argparse
import json
from datetime import date
from itertools import pairwise
from pathlib import Path

from benchmarks.quality import CACHE, CORDIS
from benchmarks.quality_data import cordis
from benchmarks.quality_tables import say
from matchmaker.matching.learning import Choices, choices, fit, found, gathered, with_history
from matchmaker.matching.splits import new_partners
from matchmaker.matching.weights import Weights, shipped_weights, typical_scale

DAYS = (date(2022, 12, 31), date(2023, 6, 30), date(2023, 12, 31), date(2024, 6, 30))


def main() -> None:
    """Learn, judge, learn again on everything, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cordis", type=Path, default=CORDIS)
    parser.add_argument("--cache", type=Path, default=CACHE)
    chosen = parser.parse_args()
    corpus, vectors = cordis(chosen.cordis, chosen.cache, progress=say)
    observed: list[Choices] = []
    figures: dict[str, float] = {}
    weights: Weights | None = None
    for day, end in pairwise(DAYS):
        say(f"as of {day}")
        past, everything = gathered(corpus, vectors, day)
        prior = shipped_weights(typical_scale(everything))
        asked = with_history(new_partners(corpus, past, end))
        if end == DAYS[-1]:
            figures["before"] = found(past, everything, asked, prior)
            figures["learned on the first two windows"] = found(past, everything, asked, fit(observed, prior))
        observed.append(choices(past, everything, asked, prior))
        weights = prior
    assert weights is not None
    learned = fit(observed, weights)
    print(json.dumps({"points": learned.points, "nDCG@20 on the last window": figures}, indent=2))


if __name__ == "__main__":
    main()
