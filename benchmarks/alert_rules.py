"""Is there a better rule for alerts? Other evidence, thresholds and caps, tuned on an earlier window, judged on the last one once.

    python -m benchmarks.alert_rules [--cordis ZIP] [--searches N] [--additions N] [--cache FOLDER] [--scores FOLDER]

Searches, additions and what is right are those of ``benchmarks.alerts``, for two windows of the same length: the earlier one ends where
the last one begins. Each rule has one threshold, set on each window so that it raises as many alerts as the rule in use; what else
it has is chosen on the earlier window alone. Intervals: 1,000 bootstrap samples of searches. Prints Markdown; the same input gives
the same figures.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.alerts import draw, later
from benchmarks.quality import CACHE, CORDIS
from benchmarks.quality_data import cordis
from matchmaker.centring import centre
from matchmaker.corpus import Corpus
from matchmaker.directions import Direction
from matchmaker.fitting import Fitting
from matchmaker.matching.evaluation import window
from matchmaker.matching.learning import as_built
from matchmaker.matching.splits import as_of
from matchmaker.search import NAMES, Search, identity_texts, index_words

FIRST = 10
MONTHS = 19
"""Of a window: the additions come spread evenly over them."""

Scores = NDArray[np.float32]
"""Shape (searches, additions); higher is better."""


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Scores of every search with whoever was there and with the additions, 0 and below for whoever does not count."""

    cut_off: date
    words_old: Scores
    words_new: Scores
    partners_old: Scores
    partners_new: Scores
    strange: NDArray[np.bool_]
    """Which pairs may raise an alert: of two groups, and never together before."""
    right: NDArray[np.bool_]


def main() -> None:
    """Score two windows, tune on one, judge on the other, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cordis", type=Path, default=CORDIS)
    parser.add_argument("--searches", type=int, default=800)
    parser.add_argument("--additions", type=int, default=4000)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--scores", type=Path, help="keep what is scored in this folder, and read it again")
    parser.add_argument("--only", choices=("earlier", "last"), help="score this window and end")
    given = parser.parse_args()
    columns, encoded = cordis(given.cordis, given.cache, progress=lambda *_: None)
    cut_off, until = window(columns)
    begun = cut_off - (until - cut_off)
    spans = {"earlier": (begun, cut_off), "last": (cut_off, until)}
    found: dict[str, Window] = {}
    for name, (start, end) in spans.items():
        if given.only in (None, name):
            kept = given.scores / f"{name}.npz" if given.scores else None
            found[name] = _scored(columns, encoded, start, end, given.searches, given.additions, kept)
    if len(found) == 2:
        _report(found["earlier"], found["last"])


def _scored(
    columns: Corpus,
    encoded: NDArray[np.float32],
    cut_off: date,
    until: date,
    searches: int,
    additions: int,
    kept: Path | None,
) -> Window:
    if kept is not None and kept.is_file():
        with np.load(kept) as content:
            return Window(cut_off, *(content[name] for name in NAMES_KEPT))
    drawn = draw(as_of(columns, encoded, cut_off), searches, additions)
    past, seekers, added = drawn.past, drawn.seekers, drawn.added
    data = past.corpus
    groups = data.groups
    known = past.partners[seekers].toarray().astype(np.bool_)
    others = ~known & (groups[seekers][:, None] != groups[None, :])
    middle = centre(past.vectors, data.languages)
    search = Search(
        data,
        middle.centred(past.vectors, data.languages),
        index_words(data.texts, data.languages),
        index_words(identity_texts(data), [NAMES] * len(data.ids)),
    )
    fitting = Fitting(data, data.row_of, search, lambda text, language: np.zeros(1, np.float32))
    words = np.zeros((len(seekers), len(data.ids)), dtype=np.float32)
    for place, row in enumerate(seekers):
        for question in fitting.questions_of(data.ids[row])[:1]:
            words[place] = search.scores(question.text, question.vector, Direction.TOPIC)
    points = as_built(past)
    partners = np.concatenate(
        [points(seekers[start : start + 50]).astype(np.float32) for start in range(0, len(seekers), 50)]
    )
    old = others & drawn.old[None, :]
    made = Window(
        cut_off,
        np.where(old, words, 0),
        words[:, added],
        np.where(old, partners, 0),
        partners[:, added],
        others[:, added],
        later(columns, past, cut_off, until)[seekers][:, added].toarray(),
    )
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(kept, **{name: getattr(made, name) for name in NAMES_KEPT})
    return made


NAMES_KEPT = ("words_old", "words_new", "partners_old", "partners_new", "strange", "right")


def _report(earlier: Window, last: Window) -> None:
    raise NotImplementedError


if __name__ == "__main__":
    main()
