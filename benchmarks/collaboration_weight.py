"""What collaborations should weigh beside texts: stability of the documents' split at the same resolutions, on CORDIS.

    python -m benchmarks.collaboration_weight [--cordis ZIP] [--cache FOLDER] [--trials N]

Stability is the adjusted Rand index with the split of what is left when a fifth of the actors is left out at random.
The resolutions are the same for all weights, so that the number of groups chosen does not decide. Prints Markdown.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from sklearn.metrics import adjusted_rand_score

from benchmarks.part_of_a_cluster import with_actors
from benchmarks.quality_data import cordis
from benchmarks.quality_tables import say
from benchmarks.sub_clusters import CACHE, CORDIS
from matchmaker.centring import centre
from matchmaker.landscape.documents import documents
from matchmaker.landscape.partition import splits
from matchmaker.landscape.ties import ties

WEIGHTS = (0.0, 0.25, 0.5, 1.0)
RESOLUTIONS = (1.0, 2**0.5, 2.0)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cordis", type=Path, default=CORDIS)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--trials", type=int, default=3)
    chosen = parser.parse_args()
    columns, encoded = cordis(chosen.cordis, chosen.cache, progress=lambda *_: None)
    vectors = centre(encoded, columns.languages).centred(encoded, columns.languages)
    whole = documents(columns, vectors)
    least = round(len(whole.keys) / 128)
    row_of = {key: row for row, key in enumerate(whole.keys)}
    fewer = []
    for trial in range(chosen.trials):
        kept = np.flatnonzero(np.random.default_rng(trial).random(len(columns.ids)) >= 0.2)
        fewer.append(documents(*with_actors(columns, vectors, kept)))
    say("| collaborations weigh | resolution | groups | stability |")
    say("|---|---|---|---|")
    for weight in WEIGHTS:
        before = splits(ties(whole, collaboration_weight=weight), RESOLUTIONS, least=least, seed=0)
        again = [
            splits(ties(each, collaboration_weight=weight), RESOLUTIONS, least=least, seed=0)
            for each in fewer
        ]
        means = []
        for number, resolution in enumerate(RESOLUTIONS):
            agreed = [
                adjusted_rand_score(before[number][[row_of[key] for key in each.keys]], found[number])
                for each, found in zip(fewer, again, strict=True)
            ]
            means.append(float(np.mean(agreed)))
            say(f"| {weight} | {resolution:.2f} | {before[number].max() + 1} | {means[-1]:.2f} |")
        say(f"| {weight} | all | | {np.mean(means):.3f} |")


if __name__ == "__main__":
    main()
