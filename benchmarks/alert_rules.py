"""Is there a better rule for alerts? Other evidence, thresholds and caps, tuned on an earlier window, judged on the last one once.

    python -m benchmarks.alert_rules [--cordis ZIP] [--searches N] [--additions N] [--cache FOLDER] [--scores FOLDER]

Searches, additions and what is right are those of ``benchmarks.alerts``, for two windows of the same length: the earlier one ends where
the last one begins. Each rule has one threshold, set on each window so that it raises as many alerts as the rule in use; what else
it has is chosen on the earlier window alone. Intervals: 1,000 bootstrap samples of searches. Prints Markdown; the same input gives
the same figures.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
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
from matchmaker.search import NAMES, Search
from matchmaker.word_index import identity_texts, index_words

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
    print(
        "| rule | earlier window: right, % | searches told | last: alerts | right, % (95 %) | more than now, points | searches told |"
    )
    print("|---|---|---|---|---|---|---|")
    for base in ("words", "suggestions"):
        for name, rule in _rules(base).items():
            tuned, judged = (_raised(each, base, rule) for each in (earlier, last))
            now = _now(last, base)
            share, told = _share(judged, last), judged.any(axis=1).mean()
            low, high = _interval(last, judged, np.zeros_like(judged))
            less, more = _interval(last, judged, now)
            print(
                f"| {base}: {name} | {_share(tuned, earlier):.1f} | {tuned.any(axis=1).mean():.2f} | {judged.sum():,}"
                f" | {share:.2f} ({low:.2f} to {high:.2f}) | {less:+.2f} to {more:+.2f} | {told:.2f} |"
            )


def _rules(base: str) -> dict[str, Callable[[Window], Scores] | None]:
    """How each rule orders pairs; ``None`` for the first ten, each search by itself."""
    own = {
        f"one bar, and {share:g} of the search's own tenth": partial(_beyond, base=base, share=share)
        for share in (0, 0.3, 0.5, 0.7, 0.9)
    }
    rules: dict[str, Callable[[Window], Scores] | None] = {
        "the first 10": None,
        "standard deviations above the search's mean": partial(_deviations, base=base),
        "the best one of a month": partial(_of_the_month, base=base),
        **own,
    }
    if base == "suggestions":
        for weight in (0.1, 0.5, 1):
            rules[f"rank, and {weight:g} of the rank by words"] = partial(_ranks, weight=weight)
    return rules


def _raised(data: Window, base: str, rule: Callable[[Window], Scores] | None) -> NDArray[np.bool_]:
    """Which pairs raise an alert: as many as the rule in use raises."""
    now = _now(data, base)
    if rule is None:
        return now
    scores = np.where(data.strange, rule(data), -np.inf)
    number = int(now.sum())
    return np.asarray(scores >= -np.partition(-scores.ravel(), number - 1)[number - 1])


def _of(data: Window, base: str) -> tuple[Scores, Scores]:
    return (data.words_old, data.words_new) if base == "words" else (data.partners_old, data.partners_new)


def _tenth(old: Scores) -> Scores:
    return -np.partition(-old, FIRST - 1, axis=1)[:, FIRST - 1 : FIRST]


def _now(data: Window, base: str) -> NDArray[np.bool_]:
    old, new = _of(data, base)
    return (new >= np.maximum(_tenth(old), 1e-6)) & data.strange


def _beyond(data: Window, *, base: str, share: float) -> Scores:
    old, new = _of(data, base)
    return np.asarray(new - np.float32(share) * _tenth(old), dtype=np.float32)


def _deviations(data: Window, *, base: str) -> Scores:
    old, new = _of(data, base)
    counted = np.ma.masked_less_equal(old, 0)
    mean, spread = counted.mean(axis=1).filled(0), counted.std(axis=1).filled(1)
    return np.asarray((new - mean[:, None]) / (spread[:, None] + 1e-6), dtype=np.float32)


def _rank(old: Scores, new: Scores) -> Scores:
    """Minus the logarithm of how many of those who were there are better."""
    ranked = np.sort(old, axis=1)
    better = [len(each) - np.searchsorted(each, found) for each, found in zip(ranked, new, strict=True)]
    return -np.log1p(np.array(better, dtype=np.float32))


def _ranks(data: Window, *, weight: float) -> Scores:
    by_words = _rank(data.words_old, data.words_new)
    return np.asarray(_rank(data.partners_old, data.partners_new) + np.float32(weight) * by_words)


def _of_the_month(data: Window, *, base: str) -> Scores:
    """The rank where it is the search's best of its month, else nothing."""
    scores = np.where(data.strange, _rank(*_of(data, base)), -np.inf)
    months = np.random.default_rng(0).permutation(scores.shape[1]) % MONTHS
    for month in range(MONTHS):
        within = np.flatnonzero(months == month)
        best = scores[:, within].argmax(axis=1)
        others = np.arange(len(within))[None, :] != best[:, None]
        scores[:, within] = np.where(others, -np.inf, scores[:, within])
    return scores


def _share(raised: NDArray[np.bool_], data: Window) -> float:
    return 100 * float(data.right[raised].mean())


def _interval(data: Window, raised: NDArray[np.bool_], less: NDArray[np.bool_]) -> tuple[float, float]:
    """Of the share that is right, less that of other alerts, by 1,000 samples of searches."""
    drawn = np.random.default_rng(1).integers(len(raised), size=(1000, len(raised)))
    shares = []
    for each in (raised, less):
        right, number = (each & data.right).sum(axis=1), each.sum(axis=1)
        shares.append(right[drawn].sum(axis=1) / np.maximum(number[drawn].sum(axis=1), 1))
    low, high = 100 * np.percentile(shares[0] - shares[1], [2.5, 97.5])
    return float(low), float(high)


if __name__ == "__main__":
    main()
