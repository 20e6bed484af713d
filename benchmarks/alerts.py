"""How many alerts a new actor raises and how many are right, on all of CORDIS: which rule says that somebody new fits.

    python -m benchmarks.alerts [--cordis ZIP] [--searches N] [--additions N] [--cache FOLDER]

What is known is cut at a day. Actors of that day are drawn to be the additions; the lists of other actors' searches are made
without them, and then each is added alone. An alert is right where the two took part in a project together afterwards
and never before. Prints Markdown; the same input gives the same figures.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from benchmarks.quality import CACHE, CORDIS
from benchmarks.quality_data import cordis
from matchmaker.centring import centre
from matchmaker.corpus import Corpus, day_number
from matchmaker.cuts import columns_of
from matchmaker.directions import Direction
from matchmaker.fitting import Fitting
from matchmaker.matching.evaluation import window
from matchmaker.matching.learning import as_built
from matchmaker.matching.splits import LARGEST, Past, as_of
from matchmaker.search import NAMES, Search
from matchmaker.word_index import identity_texts, index_words

FIRSTS = (1, 3, 5, 10, 20, 50)

Entering = dict[int, NDArray[np.bool_]]
"""By how many count, which additions enter which searches' lists, shape (searches, additions)."""


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Whose searches are saved and who is added, as rows of the past."""

    past: Past
    seekers: NDArray[np.intp]
    added: NDArray[np.intp]
    old: NDArray[np.bool_]
    """Shape (n,): who was there before the additions."""


def main() -> None:
    """Ask, count, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cordis", type=Path, default=CORDIS)
    parser.add_argument("--searches", type=int, default=400)
    parser.add_argument("--additions", type=int, default=4000)
    parser.add_argument("--cache", type=Path, default=CACHE)
    given = parser.parse_args()
    columns, encoded = cordis(given.cordis, given.cache, progress=lambda *_: None)
    cut_off, until = window(columns)
    drawn = draw(as_of(columns, encoded, cut_off), given.searches, given.additions)
    past, seekers, added = drawn.past, drawn.seekers, drawn.added
    groups = past.corpus.groups
    right = later(columns, past, cut_off, until)[seekers][:, added].toarray()
    strange = ~past.partners[seekers][:, added].toarray() & (
        groups[seekers][:, None] != groups[added][None, :]
    )
    chance = right[strange].mean()
    known = int(drawn.old.sum()) + len(added)
    print(
        f"Cut at {cut_off}, judged until {until}: {known:,} actors known, {len(added)} added, {len(seekers)} searches."
        f" By chance {100 * chance:.3f} % of these pairs are right.\n"
    )
    print(
        "| rule | among the first | alerts of 1,000 searches per addition | right, % | times chance |\n|---|---|---|---|---|"
    )
    for name, by_first in {**_by_words(drawn), "suggestions": _by_suggestions(drawn)}.items():
        for first, enters in by_first.items():
            alerts = enters & strange
            share = right[alerts].mean() if alerts.any() else 0.0
            each = 1000 * alerts.sum() / len(seekers) / len(added)
            print(
                f"| {name} | {first} | {each:.2f} | {100 * share:.1f} ({alerts.sum():,}) | {share / chance:.0f} |"
            )


def draw(past: Past, searches: int, additions: int) -> Drawn:
    """Who is added and whose searches are saved, of those who tell anything; the same for the same past."""
    told = np.flatnonzero(np.diff(past.corpus.holds.indptr) > 0)
    drawn = np.random.default_rng(0).permutation(told)
    added = np.sort(drawn[:additions])
    old = np.zeros(len(past.corpus.ids), dtype=np.bool_)
    old[told] = True
    old[added] = False
    return Drawn(past, np.sort(drawn[additions : additions + searches]), added, old)


def _by_words(drawn: Drawn) -> dict[str, Entering]:
    """Who enters the list of an actor's newest text, and that of any of its texts."""
    data = drawn.past.corpus
    middle = centre(drawn.past.vectors, data.languages)
    search = Search(
        data,
        middle.centred(drawn.past.vectors, data.languages),
        index_words(data.texts, data.languages),
        index_words(identity_texts(data), [NAMES] * len(data.ids)),
    )
    fitting = Fitting(data, data.row_of, search, lambda text, language: np.zeros(1, np.float32))
    one, each = _nobody(drawn), _nobody(drawn)
    for place, row in enumerate(drawn.seekers):
        for number, question in enumerate(fitting.questions_of(data.ids[row])):
            scores = search.scores(question.text, question.vector, Direction.TOPIC)
            for first, enters in _enters(drawn, int(row), scores).items():
                each[first][place] |= enters
                if number == 0:
                    one[first][place] = enters
    return {"one text": one, "each text of an actor": each}


def _by_suggestions(drawn: Drawn) -> Entering:
    """Who enters an actor's suggestions, as a build of that day would have made them."""
    found, points = _nobody(drawn), as_built(drawn.past)
    for start in range(0, len(drawn.seekers), 100):
        block = drawn.seekers[start : start + 100]
        for position, (row, scores) in enumerate(zip(block, points(block), strict=True)):
            for first, enters in _enters(drawn, int(row), scores.astype(np.float64)).items():
                found[first][start + position] = enters
    return found


def _enters(drawn: Drawn, row: int, scores: NDArray[np.float64]) -> dict[int, NDArray[np.bool_]]:
    """By how many count, which of the additions come among the first of a list; each is added alone.

    Whoever was in a project together is no answer to its text, nor is the actor's own group.
    """
    groups = drawn.past.corpus.groups
    others = drawn.old & (groups != groups[row])
    others[drawn.past.partners[[row]].indices] = False
    ranked = np.sort(scores[others])[::-1]
    return {first: scores[drawn.added] >= max(ranked[first - 1], 1e-6) for first in FIRSTS}


def _nobody(drawn: Drawn) -> Entering:
    return {first: np.zeros((len(drawn.seekers), len(drawn.added)), dtype=np.bool_) for first in FIRSTS}


def later(columns: Corpus, past: Past, cut_off: date, until: date) -> sparse.csr_array:
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
