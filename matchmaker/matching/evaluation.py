"""Recommenders on a workspace's own history: what they knew at a cut-off, judged by what came after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matchmaker.corpus import NO_DATE, Corpus, day_number, day_of
from matchmaker.errors import MatchmakerError
from matchmaker.matching.baselines import FUSION, SINGLE
from matchmaker.matching.judging import (
    Fit,
    FitProjects,
    Line,
    best_of,
    judge,
    judge_projects,
    lines,
    sampled,
)
from matchmaker.matching.project_baselines import PROJECT_BASELINES
from matchmaker.matching.splits import Project, as_of, new_partners, projects

SEEKERS = 3000
ASKED_PROJECTS = 600
WINDOW_SHARE = 0.15
"""Share of the dated collaborations, the newest, that are kept apart to judge by unless days are given."""
FEWEST_COLLABORATIONS = 20
FEWEST_SEEKERS = 10

Progress = Callable[[str, int, int], None]
"""Told what is under way, how many of the arms are done and how many there are."""


class TooFewCollaborationsError(MatchmakerError):
    """There is too little dated history to keep some of it apart and judge by it."""


@dataclass(frozen=True, slots=True)
class Report:
    """How recommenders did in one window."""

    cut_off: date
    """The last day of what was known."""
    until: date
    actors: int
    """Known at the cut-off."""
    seekers: int
    """Asked for, with history, who then found a new partner."""
    seekers_without_history: int
    """Asked for and reported as the stratum ``none`` only."""
    undated: int
    """Collaborations left out for lack of a date."""
    best_baseline: str
    """The best single one by nDCG@20, which ``to_best_baseline`` of ``partners`` compares with."""
    partners: tuple[Line, ...]
    projects_asked: int
    best_project_baseline: str
    projects: tuple[Line, ...]
    """Empty where no collaboration of the window has a text and a known participant."""


def evaluate(
    corpus: Corpus,
    vectors: NDArray[np.float32],
    arms: Mapping[str, Fit],
    project_arms: Mapping[str, FitProjects] | None = None,
    *,
    cut_off: date | None = None,
    until: date | None = None,
    seekers: int = SEEKERS,
    progress: Progress | None = None,
) -> Report:
    """Judge arms and baselines alike; ``vectors`` are the passages' as the encoder gave them.

    The arms are fitted on what was known at the cut-off, by default such that ``WINDOW_SHARE`` of the dated
    collaborations are newer. Raises ``TooFewCollaborationsError`` where that leaves too little, and ``ValueError`` for
    a window without days.
    """
    cut_off, until = window(corpus, cut_off, until)
    past = as_of(corpus, vectors, cut_off)
    asked, without = sampled(new_partners(corpus, past, until), seekers)
    if len(asked) < FEWEST_SEEKERS:
        raise TooFewCollaborationsError(
            f"Only {len(asked)} actors with history found a new partner of another group after {cut_off} and up to"
            f" {until}; {FEWEST_SEEKERS} are needed. Choose an earlier cut-off or import more collaborations."
        )
    sought = some_projects(projects(corpus, vectors, past, until))
    partner_fits = {**SINGLE, **FUSION, **arms}
    project_fits = {**PROJECT_BASELINES, **(project_arms or {})} if sought else {}
    total = len(partner_fits) + len(project_fits)

    def begun(number: int, name: str) -> None:
        if progress:
            progress(name, number, total)

    partners, cold = {}, {}
    for number, (name, fit) in enumerate(partner_fits.items()):
        begun(number, name)
        arm = fit(past)
        partners[name], cold[name] = judge(arm, asked, past), judge(arm, without, past)
    found = {}
    for number, (name, fit_projects) in enumerate(project_fits.items(), len(partner_fits)):
        begun(number, name)
        found[name] = judge_projects(fit_projects(past), sought, past)
    best, best_for_projects = best_of(partners, list(SINGLE)), best_of(found, list(PROJECT_BASELINES))
    return Report(
        cut_off=cut_off,
        until=until,
        actors=int(past.known.sum()),
        seekers=len(asked),
        seekers_without_history=len(without),
        undated=past.undated_collaborations,
        best_baseline=best,
        partners=lines(partners, best, asked.history, cold),
        projects_asked=len(sought),
        best_project_baseline=best_for_projects,
        projects=lines(found, best_for_projects),
    )


def window(corpus: Corpus, cut_off: date | None = None, until: date | None = None) -> tuple[date, date]:
    """The last day known and the last day judged, from the dates of the collaborations where they are not given."""
    days = np.sort(corpus.collaboration_dates[corpus.collaboration_dates != NO_DATE])
    if len(days) < FEWEST_COLLABORATIONS:
        raise TooFewCollaborationsError(
            f"Only {len(days)} of {len(corpus.collaboration_dates)} collaborations have a date;"
            f" {FEWEST_COLLABORATIONS} are needed. Import more of them, or give those that are there their dates."
        )
    last = until or day_of(int(days[-1])) or date.max
    within = days[days <= day_number(last)]
    newest = max(1, round(WINDOW_SHARE * len(within)))
    # The day before the newest begin, so that a day is never cut in two.
    first = cut_off or (day_of(int(within[len(within) - newest]) - 1) if len(within) else None) or date.min
    if first >= last:
        raise ValueError(f"the cut-off {first} is not before {last}")
    return first, last


def some_projects(found: list[Project], count: int = ASKED_PROJECTS, *, seed: int = 0) -> list[Project]:
    """At most ``count`` of the projects, in their order."""
    chosen = np.random.default_rng(seed).choice(len(found), min(count, len(found)), replace=False)
    return [found[place] for place in np.sort(chosen)]
