"""Ways to find sub-clusters, side by side on CORDIS: agreement with fields of science, stability, time and memory.

    python -m benchmarks.sub_clusters [--cordis ZIP] [--cache FOLDER] [--sizes 1000,10000,25000] [--trials N]
                                      [--ways NAME,NAME] [--whole]

Every way says for each actor which sub-cluster it is in, or none. Agreement is the adjusted mutual information with the
field (euroSciVoc, first and second level) that most of an actor's projects have; those left out count as one group.
Stability is the adjusted Rand index, over the actors that stay, with what is found when a fifth of the actors is left
out at random. The number of groups follows from the same rule wherever a way can be told it. ``--whole`` measures the
whole landscape instead, map and labels included. Prints Markdown.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from benchmarks.metering import Meter
from benchmarks.part_of_a_cluster import with_actors
from benchmarks.quality_data import cordis
from benchmarks.quality_tables import say
from matchmaker.centring import centre
from matchmaker.corpus import Corpus
from matchmaker.landscape import survey
from matchmaker.landscape.documents import documents
from matchmaker.landscape.partition import partition, wanted
from matchmaker.landscape.sub_clusters import top_level
from matchmaker.landscape.ties import nearest, ties

ROOT = Path(__file__).resolve().parents[1]
CORDIS = ROOT.parent / "shared" / "data" / "cordis-horizon" / "cordis-HORIZONprojects-csv.zip"
CACHE = ROOT / "build" / "quality"
REDUCED = 15
"""Dimensions for the ways that need few."""
WARD_SAMPLE = 5000
NONE = -1

Found = tuple[NDArray[np.int64], NDArray[np.int64] | None]
"""Group of every actor, and of every collaboration where the way says so; -1 for none."""
Way = Callable[[Corpus, NDArray[np.float32]], Found]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cordis", type=Path, default=CORDIS)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--sizes", default="1000,10000,25000")
    parser.add_argument("--trials", type=int, default=2)
    parser.add_argument("--ways", default=",".join(WAYS), help="names, separated by commas")
    parser.add_argument("--whole", action="store_true", help="the whole landscape instead of the ways")
    chosen = parser.parse_args()
    sizes = [int(size) for size in chosen.sizes.split(",")]
    ways = [each for each in WAYS if each in chosen.ways.split(",")]
    columns, encoded = cordis(chosen.cordis, chosen.cache, progress=lambda *_: None)
    vectors = centre(encoded, columns.languages).centred(encoded, columns.languages)
    if chosen.whole:
        _whole(columns, vectors, sizes)
        return
    say(
        "| actors | way | groups | AMI level 1 | AMI level 2 | projects, level 2 | stability | left out | s | MB |"
    )
    say("|---|---|---|---|---|---|---|---|---|---|")
    if "EVoC" in ways:
        # It compiles itself at its first run, which takes minutes and is no part of its work.
        WAYS["EVoC"](*with_actors(columns, vectors, np.arange(500)))
    for size in sizes:
        rows = np.random.default_rng(0).permutation(len(columns.ids))[:size]
        part, theirs = with_actors(columns, vectors, rows)
        for name in ways:
            say(f"| {size:,} | {name} | {_measured(WAYS[name], part, theirs, chosen.trials)} |")


def _whole(columns: Corpus, vectors: NDArray[np.float32], sizes: list[int]) -> None:
    say(
        "| actors | collaborations | sub-clusters | specialisations | trustworthiness | processor s | s | MB |"
    )
    say("|---|---|---|---|---|---|---|---|")
    for size in sizes:
        rows = np.random.default_rng(0).permutation(len(columns.ids))[:size]
        part, theirs = with_actors(columns, vectors, rows)
        before = time.process_time()
        with Meter() as meter:
            found = survey(part, theirs)
        spent = time.process_time() - before
        tops = sum(each.parent_id is None for each in found.sub_clusters)
        inner = len(found.sub_clusters) - tops
        memory = "" if meter.megabytes is None else f"{meter.megabytes:.0f}"
        say(
            f"| {size:,} | {len(part.collaboration_ids):,} | {tops} | {inner} | {found.trustworthiness} "
            f"| {spent:.0f} | {meter.seconds:.0f} | {memory} |"
        )


def _measured(way: Way, part: Corpus, vectors: NDArray[np.float32], trials: int) -> str:
    with Meter() as meter:
        actors, projects = way(part, vectors)
    stability = [_again(way, part, vectors, actors, trial) for trial in range(1, trials + 1)]
    of_projects = "" if projects is None else f"{_agreement(projects, _project_fields(part, 2)):.3f}"
    memory = "" if meter.megabytes is None else f"{meter.megabytes:.0f}"
    return " | ".join(
        [
            str(len(set(actors[actors != NONE].tolist()))),
            f"{_agreement(actors, _actor_fields(part, 1)):.3f}",
            f"{_agreement(actors, _actor_fields(part, 2)):.3f}",
            of_projects,
            f"{np.mean(stability):.2f}",
            f"{np.mean(actors == NONE):.1%}",
            f"{meter.seconds:.1f}",
            memory,
        ]
    )


def _again(
    way: Way, part: Corpus, vectors: NDArray[np.float32], actors: NDArray[np.int64], trial: int
) -> float:
    kept = np.flatnonzero(np.random.default_rng(trial).random(len(part.ids)) >= 0.2)
    fewer, theirs = with_actors(part, vectors, kept)
    again, _ = way(fewer, theirs)
    both = (actors[kept] != NONE) & (again != NONE)
    return float(adjusted_rand_score(actors[kept][both], again[both])) if both.any() else 0.0


def _agreement(found: NDArray[np.int64], fields: list[str]) -> float:
    known = [row for row, field in enumerate(fields) if field]
    return float(adjusted_mutual_info_score([fields[row] for row in known], found[known])) if known else 0.0


def _project_fields(part: Corpus, level: int) -> list[str]:
    return [_commonest(_cut(paths, level)) for paths in part.fields]


def _actor_fields(part: Corpus, level: int) -> list[str]:
    by_project = [_cut(paths, level) for paths in part.fields]
    takes_part = part.takes_part
    return [
        _commonest(
            field
            for column in takes_part.indices[takes_part.indptr[row] : takes_part.indptr[row + 1]]
            for field in by_project[column]
        )
        for row in range(len(part.ids))
    ]


def _cut(paths: list[str], level: int) -> list[str]:
    steps = [path.strip("/").split("/") for path in paths]
    return ["/".join(each[:level]) for each in steps if len(each) >= level]


def _commonest(fields: object) -> str:
    counted: Counter[str] = Counter(fields)  # type: ignore[call-overload]
    return min(counted, key=lambda field: (-counted[field], field), default="")


def _means(part: Corpus, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    rows = part.holds @ vectors
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), dtype=np.float32)


def _reduced(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(PCA(REDUCED, random_state=0).fit_transform(rows.astype(np.float64)))


def _middle(size: int) -> int:
    fewest, most = wanted(size)
    return round(float(np.sqrt(fewest * most)))


def _ours(weight: float, part: Corpus, vectors: NDArray[np.float32]) -> Found:
    found = documents(part, vectors)
    whole = top_level(found, ties(found, collaboration_weight=weight), seed=0)
    groups = np.full(len(part.ids), NONE, dtype=np.int64)
    projects = np.full(len(part.collaboration_ids), NONE, dtype=np.int64)
    if whole is None:
        return groups, projects
    best = np.full(len(part.ids), -1.0)
    for group, (members, confidence) in enumerate(whole.memberships):
        better = confidence > best[members]
        groups[members[better]] = group
        best[members[better]] = confidence[better]
    known = found.columns >= 0
    projects[found.columns[known]] = whole.parts[known]
    return groups, projects


def _leiden(part: Corpus, vectors: NDArray[np.float32]) -> Found:
    rows = _means(part, vectors)
    near, cosines = nearest(rows, 15)
    size = len(rows)
    weights = np.maximum(cosines, 0).astype(np.float64).ravel()
    given = sparse.csr_array((weights, (np.repeat(np.arange(size), near.shape[1]), near.ravel())), shape=(size, size))  # fmt: skip
    graph = sparse.csr_array((given + given.T) / 2)
    least = max(3, round(size / (4 * wanted(size)[1])))
    return partition(graph, size=size, least=least, seed=0).parts, None


def _hdbscan(part: Corpus, vectors: NDArray[np.float32]) -> Found:
    rows = _reduced(_means(part, vectors))
    least = max(5, round(len(rows) / (4 * wanted(len(rows))[1])))
    return HDBSCAN(min_cluster_size=least, min_samples=5, copy=True).fit_predict(rows), None


def _evoc(part: Corpus, vectors: NDArray[np.float32]) -> Found:
    from evoc import EVoC

    clusterer = EVoC(random_state=0, base_min_cluster_size=5)
    clusterer.fit(_means(part, vectors))
    goal = _middle(len(part.ids))
    layers = [np.asarray(each, dtype=np.int64) for each in clusterer.cluster_layers_]
    return min(layers, key=lambda layer: abs(int(layer.max()) + 1 - goal)), None


def _ward(part: Corpus, vectors: NDArray[np.float32]) -> Found:
    rows = _reduced(_means(part, vectors))
    sample = np.sort(np.random.default_rng(0).permutation(len(rows))[:WARD_SAMPLE])
    groups = AgglomerativeClustering(_middle(len(rows)), linkage="ward").fit_predict(rows[sample])
    centres = np.array([rows[sample][groups == group].mean(axis=0) for group in range(groups.max() + 1)])
    distances = (centres**2).sum(axis=1) - 2 * rows @ centres.T
    return distances.argmin(axis=1), None


def _kmeans(part: Corpus, vectors: NDArray[np.float32]) -> Found:
    rows = _means(part, vectors)
    return KMeans(_middle(len(rows)), n_init=3, random_state=0).fit_predict(rows).astype(np.int64), None


WAYS: dict[str, Way] = {
    "documents text alone": partial(_ours, 0.0),
    "documents collaborations 0.25": partial(_ours, 0.25),
    "documents collaborations 0.5": partial(_ours, 0.5),
    "documents collaborations 1": partial(_ours, 1.0),
    "Leiden on actors' neighbours": _leiden,
    "HDBSCAN": _hdbscan,
    "EVoC": _evoc,
    "Ward": _ward,
    "k-means": _kmeans,
}


if __name__ == "__main__":
    main()
