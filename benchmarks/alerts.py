"""How many alerts a new actor raises and how many are right, on all of CORDIS: which rule says that somebody new fits.

    python -m benchmarks.alerts [--cordis ZIP] [--searches N] [--additions N] [--cache FOLDER]

What is known is cut at a day. Actors of that day are drawn to be the additions; the lists of other actors' searches are made
without them, and then each is added alone. An alert is right where the two took part in a project together afterwards
and never before. Prints Markdown; the same input gives the same figures.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from benchmarks.quality import CACHE, CORDIS
from benchmarks.quality_data import cordis
from matchmaker.centring import centre
from matchmaker.corpus import day_number
from matchmaker.cuts import columns_of
from matchmaker.directions import Direction
from matchmaker.fitting import Fitting, Question
from matchmaker.matching.evaluation import window
from matchmaker.matching.learning import as_built
from matchmaker.matching.splits import LARGEST, as_of
from matchmaker.search import NAMES, Search, identity_texts, index_words

FIRSTS = (1, 3, 5, 10, 20, 50)


def main() -> None:
    """Ask, count, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cordis", type=Path, default=CORDIS)
    parser.add_argument("--searches", type=int, default=400)
    parser.add_argument("--additions", type=int, default=400)
    parser.add_argument("--cache", type=Path, default=CACHE)
    given = parser.parse_args()
    columns, encoded = cordis(given.cordis, given.cache, progress=lambda *_: None)
    cut_off, until = window(columns)
    past = as_of(columns, encoded, cut_off)
    together = _later(columns, past, cut_off, until)
    data = past.corpus
    told = np.flatnonzero(np.diff(data.holds.indptr) > 0)
    drawn = np.random.default_rng(0).permutation(told)
    added = np.sort(drawn[: given.additions])
    seekers = np.sort(drawn[given.additions : given.additions + given.searches])
    middle = centre(past.vectors, data.languages)
    search = Search(
        data,
        middle.centred(past.vectors, data.languages),
        index_words(data.texts, data.languages),
        index_words(identity_texts(data), [NAMES] * len(data.ids)),
    )
    fitting = Fitting(data, data.row_of, search, lambda text, language: np.zeros(1, np.float32))
    old = np.zeros(len(data.ids), dtype=np.bool_)
    old[told] = True
    old[added] = False
    right = together[seekers][:, added].toarray()
    met = past.partners[seekers][:, added].toarray()
    strange = ~met & (data.groups[seekers][:, None] != data.groups[added][None, :])
    print(
        f"Cut at {cut_off}, judged until {until}: {len(told):,} actors known, {len(added)} added, {len(seekers)} searches."
    )
    print(f"By chance {100 * right[strange].mean():.2f} % of these pairs are right.\n")
    found: dict[str, dict[int, NDArray[np.bool_]]] = defaultdict(dict)
    for first in FIRSTS:
        for name in ("one text", "each passage of an actor", "suggestions"):
            found[name][first] = np.zeros(right.shape, dtype=np.bool_)
    for place, row in enumerate(seekers):
        questions = fitting.questions_of(data.ids[row])
        # Whoever was in the project that a text is of is no answer to it, nor is the actor's own group.
        others = old & (data.groups != data.groups[row]) & (np.arange(len(old)) != row)
        others[past.partners[[row]].indices] = False
        for number, question in enumerate(questions):
            scores = _scores(search, question)
            ranked = np.sort(scores[others])[::-1]
            for first in FIRSTS:
                enters = scores[added] >= ranked[first - 1]
                found["each passage of an actor"][first][place] |= enters
                if number == 0:
                    found["one text"][first][place] = enters
    points = as_built(past)
    for start in range(0, len(seekers), 100):
        block = seekers[start : start + 100]
        scores = points(block)
        scores[past.partners[block].toarray()] = -1
        for position, row in enumerate(block):
            others = old & (data.groups != data.groups[row])
            ranked = np.sort(scores[position][others])[::-1]
            for first in FIRSTS:
                found["suggestions"][first][start + position] = scores[position][added] >= max(
                    ranked[first - 1], 1e-6
                )
    print(
        "| rule | among the first | alerts of 1,000 searches per addition | right, % | times chance |\n|---|---|---|---|---|"
    )
    chance = right[strange].mean()
    for name, by_first in found.items():
        for first, enters in by_first.items():
            alerts = enters & strange
            share = right[alerts].mean() if alerts.any() else 0.0
            print(
                f"| {name} | {first} | {1000 * alerts.sum() / len(seekers) / len(added):.2f} | {100 * share:.1f} ({alerts.sum()}) | {share / chance:.0f} |"
            )


def _scores(search: Search, question: Question) -> NDArray[np.float64]:
    return search.scores(question.text, question.vector, Direction.TOPIC)


def _later(columns, past, cut_off, until) -> sparse.csr_array:  # type: ignore[no-untyped-def]
    """Who took part in a collaboration together afterwards and never before, shape (n, n), bool."""
    days = columns.collaboration_dates
    within = np.flatnonzero((days > day_number(cut_off)) & (days <= day_number(until)))
    parts = columns_of(columns.takes_part, within)
    sizes = np.asarray((parts > 0).sum(axis=0)).ravel()
    parts = columns_of(parts, np.flatnonzero(sizes <= LARGEST)).astype(np.int32)
    later = sparse.csr_array((parts @ parts.T) > 0)
    return sparse.csr_array(later > past.partners)


if __name__ == "__main__":
    main()
