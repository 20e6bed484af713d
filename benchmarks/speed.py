"""How long suggestions take on all of CORDIS, beside plain NumPy and faiss over the same vectors, in one process.

    python -m benchmarks.speed [--cordis ZIP] [--cache FOLDER] [--asked N]

Plain search ranks actors by their texts' vectors and nothing else; suggestions compare words, meaning, ties and places with
every other actor, and quote the sentences that meet. Ratios before seconds: they travel from machine to machine. Uses the
cache of ``benchmarks.quality`` and makes it where it is missing.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

# As the command line does.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import faiss
import numpy as np
from numpy.typing import NDArray

from benchmarks.part_of_a_cluster import with_actors
from benchmarks.quality import CACHE, CORDIS
from benchmarks.quality_data import cordis
from benchmarks.quality_tables import say, show
from matchmaker.centring import centre
from matchmaker.corpus import Corpus
from matchmaker.generation import suggest_everybody
from matchmaker.matching.amounts import Comparison
from matchmaker.matching.duplicates import near_copies
from matchmaker.matching.evidence import gather
from matchmaker.matching.proposing import Proposing
from matchmaker.matching.ranking import Recommender, Wish
from matchmaker.matching.weights import shipped_weights, typical_scale
from matchmaker.word_index import index_words

TOP = 10
NEAR = 50
"""Passages that plain search takes for each passage of a seeker."""
SEED = 0
BALANCE = 0.2
ASKED_FOR = 25_000
"""Actors whose proposals are aimed at in a minute."""

T = TypeVar("T")


class Plain:
    """The nearest actors by the best cosine of any passage of theirs with any of the seeker's own."""

    def __init__(self, corpus: Corpus, vectors: NDArray[np.float32], *, with_faiss: bool) -> None:
        self._holds, self._vectors = corpus.holds, np.ascontiguousarray(vectors, dtype=np.float32)
        self._holders = corpus.holds.tocsc()
        self._index = faiss.IndexFlatIP(vectors.shape[1]) if with_faiss else None
        if self._index is not None:
            self._index.add(self._vectors)

    def partners(self, seeker: int) -> list[int]:
        """The ``TOP`` nearest actors."""
        own = self._vectors[self._holds.indices[self._holds.indptr[seeker] : self._holds.indptr[seeker + 1]]]
        if not len(own):
            return []
        cosines, passages = self._nearest(own)
        best: dict[int, float] = {}
        for cosine, passage in zip(cosines.ravel().tolist(), passages.ravel().tolist(), strict=True):
            for actor in self._holders.indices[
                self._holders.indptr[passage] : self._holders.indptr[passage + 1]
            ]:
                if actor != seeker:
                    best[int(actor)] = max(best.get(int(actor), -1.0), cosine)
        return sorted(best, key=lambda actor: (-best[actor], actor))[:TOP]

    def _nearest(self, own: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
        if self._index is not None:
            found: tuple[NDArray[np.float32], NDArray[np.intp]] = self._index.search(own, NEAR)
            return found
        cosines = own @ self._vectors.T
        near = np.argpartition(-cosines, NEAR - 1, axis=1)[:, :NEAR]
        return np.take_along_axis(cosines, near, axis=1), near


def main() -> None:
    """Measure and print."""
    chosen = _arguments()
    corpus, encoded = cordis(chosen.cordis, chosen.cache, progress=say)
    vectors = centre(encoded, corpus.languages).centred(np.asarray(encoded), corpus.languages)
    print(f"{len(corpus.ids):,} actors, {len(corpus.texts):,} passages.")
    drawn = np.random.default_rng(SEED).permutation(len(corpus.ids))[:ASKED_FOR]
    _proposed(*with_actors(corpus, vectors, drawn))
    recommender = _proposed(corpus, vectors)
    asked = np.random.default_rng(SEED).choice(len(corpus.ids), min(chosen.asked, len(corpus.ids)), False)
    wish = Wish(top=TOP, new=True)
    ways: dict[str, Callable[[int], object]] = {
        "NumPy, nearest passages": Plain(corpus, vectors, with_faiss=False).partners,
        "faiss flat, nearest passages": Plain(corpus, vectors, with_faiss=True).partners,
        "matchmaker, ranked": lambda seeker: list(recommender.rank([seeker], wish)),
        "matchmaker, with reasons and quotes": lambda seeker: list(recommender.matches([seeker], wish)),
    }
    taken = {name: _taken(way, asked, name) for name, way in ways.items()}
    plain = np.median(taken["NumPy, nearest passages"])
    show(
        f"One actor's {TOP} partners, {len(asked)} actors one after the other",
        ["way", "to NumPy, median", "median, ms", "95th percentile, ms"],
        [
            [
                name,
                f"{np.median(each) / plain:.2f}",
                f"{1000 * np.median(each):.1f}",
                f"{1000 * np.quantile(each, 0.95):.1f}",
            ]
            for name, each in taken.items()
        ],
    )
    say("everybody")
    everybody = range(len(corpus.ids))
    for what, answers in {
        "ranked": recommender.rank(everybody, wish),
        "with reasons and quotes": recommender.matches(everybody, wish),
    }.items():
        started = time.perf_counter()
        for _ in answers:
            pass
        print(f"\nEverybody's {TOP} partners, {what}: {time.perf_counter() - started:.0f} s.")


def _proposed(corpus: Corpus, vectors: NDArray[np.float32]) -> Recommender:
    """Say how long balanced proposals for everybody take from vectors on, step by step; the recommender they are of."""
    seconds: dict[str, float] = {}

    def timed(step: str, work: Callable[[], T]) -> T:
        say(step)
        started = time.perf_counter()
        result = work()
        seconds[step] = time.perf_counter() - started
        return result

    words = timed("words", lambda: index_words(corpus.texts, corpus.languages))
    evidence = timed("evidence", lambda: gather(corpus, vectors, words))
    scale = timed("scale", lambda: typical_scale(Comparison(corpus, evidence)))
    copies = timed("copies", lambda: near_copies(corpus))
    recommender = Recommender(corpus, evidence, shipped_weights(scale), copies)
    _, candidates = timed("candidates", lambda: suggest_everybody(corpus, recommender))
    proposing = Proposing(corpus, candidates, evidence.together, copies)
    timed("lists", lambda: proposing.balanced(Wish(top=TOP), BALANCE))
    total = sum(seconds.values())
    show(
        f"{TOP} proposals for each of {len(corpus.ids):,} actors at a balance of {BALANCE}, from vectors on",
        ["step", "share", "s"],
        [[step, f"{taken / total:.2f}", f"{taken:.1f}"] for step, taken in seconds.items()]
        + [["all", "1.00", f"{total:.1f}"]],
    )
    return recommender


def _taken(way: Callable[[int], object], asked: NDArray[np.intp], name: str) -> NDArray[np.float64]:
    say(name)
    way(int(asked[0]))
    seconds = []
    for seeker in asked:
        started = time.perf_counter()
        way(int(seeker))
        seconds.append(time.perf_counter() - started)
    return np.array(seconds)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cordis", type=Path, default=CORDIS)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--asked", type=int, default=200)
    return parser.parse_args()


if __name__ == "__main__":
    main()
