"""Any recommender against what came after the cut-off: new partners for seekers, participants for projects.

An arm is anything that scores actors; who may be proposed at all is decided here, alike for every arm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.matching.measures import NOBODY, Figure, Lists, best, found, gini, mean, ndcg, ratio, recall
from matchmaker.matching.splits import Past, Project, Questions

SEEKERS_AT_ONCE = 256
LONGEST_LIST = 50
SHOWN = 10
"""Places of a list that count as exposure."""

STRATA = {"none": (0, 0), "1": (1, 1), "2-4": (2, 4), "5+": (5, None)}
"""How much history a seeker had: number of collaborations, both ends included."""

Arm = Callable[[NDArray[np.intp]], NDArray[np.float32]]
"""From rows of seekers to scores of shape (seekers, n); more is better, minus infinity is never proposed."""
ProjectArm = Callable[[Sequence[Project]], NDArray[np.float32]]
"""From projects to scores of shape (projects, n)."""
Fit = Callable[[Past], Arm]
FitProjects = Callable[[Past], ProjectArm]
Told = Callable[[int, int], None]
"""Told how many seekers are done and how many there are."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What one arm reached for each of *q* questions, and how often it showed each of *n* actors."""

    ndcg_20: NDArray[np.float64]
    """Shape (q,), as are the next three."""
    recall_20: NDArray[np.float64]
    recall_50: NDArray[np.float64]
    hit_10: NDArray[np.float64]
    shown: NDArray[np.int64]
    """Shape (known actors,): lists whose first ``SHOWN`` places hold the actor."""


@dataclass(frozen=True, slots=True)
class Line:
    """One arm in the report."""

    name: str
    ndcg_20: Figure
    recall_20: Figure
    recall_50: Figure
    hit_10: Figure
    gini: float
    """Of exposure over all known actors."""
    coverage: float
    """Share of the known actors who are among the first ``SHOWN`` of somebody."""
    by_history: Mapping[str, Figure]
    """nDCG@20 of the seekers of each stratum that there are; empty for projects."""
    to_best_baseline: Figure
    """nDCG@20 over that of the best baseline, seeker by seeker."""


def judge(arm: Arm, questions: Questions, past: Past, *, progress: Told | None = None) -> Judged:
    """Ask one arm; as ``judge_together``."""
    return judge_together({"": arm}, questions, past, progress=progress)[""]


def judge_together(
    arms: Mapping[str, Arm], questions: Questions, past: Past, *, progress: Told | None = None
) -> dict[str, Judged]:
    """Ask all arms for one block of seekers after the other, so that they may share what they compute for it.

    A seeker's own group, its partners so far, unknown actors and itself are never proposed. Raises ``ValueError`` for
    scores of another shape or that are no numbers.
    """
    lists: dict[str, list[Lists]] = {name: [] for name in arms}
    for start in range(0, len(questions), SEEKERS_AT_ONCE):
        seekers = questions.seekers[start : start + SEEKERS_AT_ONCE]
        barred = _barred(seekers, past)
        for name, arm in arms.items():
            lists[name].append(best(_without(barred, arm(seekers)), LONGEST_LIST))
        if progress:
            progress(start + len(seekers), len(questions))
    return {name: judge_lists(_joined(each), questions.relevant, past) for name, each in lists.items()}


def allowed_scores(arm: Arm, seekers: NDArray[np.intp], past: Past) -> NDArray[np.float32]:
    """An arm's scores, shape (seekers, n), with minus infinity where ``judge_together`` proposes nobody."""
    return _without(_barred(seekers, past), arm(seekers))


def judge_projects(arm: ProjectArm, asked: Sequence[Project], past: Past) -> Judged:
    """Ask an arm for every project; only known actors are proposed."""
    lists = []
    for start in range(0, len(asked), SEEKERS_AT_ONCE):
        block = asked[start : start + SEEKERS_AT_ONCE]
        scores = _checked(arm(block), (len(block), len(past.known)))
        scores[:, ~past.known] = -np.inf
        lists.append(best(scores, LONGEST_LIST))
    return judge_lists(_joined(lists), participants(asked, len(past.known)), past)


def judge_lists(lists: Lists, relevant: sparse.csr_array, past: Past) -> Judged:
    """Judge lists of shape (q, k), k at most ``LONGEST_LIST``; ``relevant`` has shape (q, n)."""
    hits = found(lists, relevant)
    count = np.diff(relevant.indptr).astype(np.int64)
    shown = lists[:, :SHOWN]
    return Judged(
        ndcg_20=ndcg(hits, count, 20),
        recall_20=recall(hits, count, 20),
        recall_50=recall(hits, count, 50),
        hit_10=np.asarray(hits[:, :10].any(axis=1), dtype=np.float64),
        shown=np.bincount(shown[shown != NOBODY], minlength=len(past.known))[past.known].astype(np.int64),
    )


def participants(asked: Sequence[Project], actors: int) -> sparse.csr_array:
    """Who is relevant for each project, shape (projects, actors), bool."""
    rows = np.repeat(np.arange(len(asked)), [len(project.participants) for project in asked])
    columns = np.concatenate([np.zeros(0, dtype=np.intp), *(project.participants for project in asked)])
    return sparse.csr_array((np.ones(len(rows), dtype=np.bool_), (rows, columns)), shape=(len(asked), actors))


def sampled(questions: Questions, count: int, *, seed: int = 0) -> tuple[Questions, Questions]:
    """At most ``count`` seekers with history and at most ``count`` without, in ascending order."""
    generator = np.random.default_rng(seed)
    chosen = []
    for places in (np.flatnonzero(questions.history > 0), np.flatnonzero(questions.history == 0)):
        some = generator.choice(places, min(count, len(places)), replace=False)
        chosen.append(questions.chosen(np.sort(some).astype(np.intp)))
    return chosen[0], chosen[1]


def strata(history: NDArray[np.int32]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """The strata that there are, and who is in each."""
    for name, (least, most) in STRATA.items():
        inside = (history >= least) & (history <= (np.inf if most is None else most))
        if inside.any():
            yield name, inside


def lines(
    judged: Mapping[str, Judged],
    best_baseline: str,
    history: NDArray[np.int32] | None = None,
    without_history: Mapping[str, Judged] | None = None,
) -> tuple[Line, ...]:
    """Every arm with intervals.

    ``history`` has shape (questions,) and is left out for projects; ``without_history`` is how the arms did for those
    who had none, who are in no other figure.
    """
    return tuple(
        Line(
            name=name,
            ndcg_20=mean(each.ndcg_20),
            recall_20=mean(each.recall_20),
            recall_50=mean(each.recall_50),
            hit_10=mean(each.hit_10),
            gini=gini(each.shown),
            coverage=float((each.shown > 0).mean()) if len(each.shown) else 0.0,
            by_history=_by_history(each, history, (without_history or {}).get(name)),
            to_best_baseline=ratio(each.ndcg_20, judged[best_baseline].ndcg_20),
        )
        for name, each in judged.items()
    )


def best_of(judged: Mapping[str, Judged], names: Sequence[str]) -> str:
    """The name with the highest nDCG@20, the first of equals; nothing where nothing was judged."""
    return max(names, key=lambda name: float(judged[name].ndcg_20.mean())) if judged else ""


def _by_history(
    judged: Judged, history: NDArray[np.int32] | None, without: Judged | None
) -> dict[str, Figure]:
    found = {} if without is None or not len(without.ndcg_20) else {"none": mean(without.ndcg_20)}
    if history is None:
        return found
    return found | {name: mean(judged.ndcg_20[inside]) for name, inside in strata(history)}


def _checked(scores: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    if scores.shape != shape:
        raise ValueError(f"scores have the shape {scores.shape} instead of {shape}")
    scores = np.array(scores, dtype=np.float32)
    if np.isnan(scores).any():
        raise ValueError("some scores are no numbers")
    return scores


def _without(barred: NDArray[np.bool_], scores: NDArray[np.float32]) -> NDArray[np.float32]:
    scores = _checked(scores, barred.shape)
    scores[barred] = -np.inf
    return scores


def _barred(seekers: NDArray[np.intp], past: Past) -> NDArray[np.bool_]:
    groups = past.corpus.groups
    barred = (groups[seekers][:, None] == groups[None, :]) | ~past.known[None, :]
    partners = past.partners[seekers]
    barred[np.repeat(np.arange(len(seekers)), np.diff(partners.indptr)), partners.indices] = True
    return np.asarray(barred)


def _joined(blocks: Sequence[Lists]) -> Lists:
    return np.concatenate([np.zeros((0, LONGEST_LIST), dtype=np.intp), *blocks])
