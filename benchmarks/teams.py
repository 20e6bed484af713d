"""Teams for the texts of later projects: how many of the real members are found, against the top of the ranking.

    python -m benchmarks.teams [--cordis ZIP] [--window tune|test] [--cache FOLDER] [--model NAME] [--projects N]

A project with 3 to 15 members that were known at the cut-off is asked for by its text. Its members are hidden, all of
them or all but one, and a team of the same size is proposed. In the last setting the team must also have as many of
each actor group as the real consortium has: that much of the answer is given away, to both arms alike. Prints
Markdown; brackets hold 95 % of a bootstrap over projects. Five minutes on two cores once CORDIS is encoded.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality import CACHE, CORDIS, WINDOWS
from benchmarks.quality_data import cordis
from matchmaker.actors import Passage, PassageKind
from matchmaker.centring import centre
from matchmaker.corpus import GROUPS, Corpus
from matchmaker.matching.candidates import features, units
from matchmaker.matching.idea_parts import parts
from matchmaker.matching.ideas import Ideas
from matchmaker.matching.measures import Figure, mean
from matchmaker.matching.splits import Past, Project, as_of, projects
from matchmaker.matching.team_choice import Table, TeamWeights, choose
from matchmaker.matching.team_wishes import TeamWish
from matchmaker.matching.teams import Teams
from matchmaker.word_index import index_words

FEWEST, MOST = 3, 15
SETTINGS = ("nothing known", "one member known", "one member and the groups known")
ARMS = {
    "top of the ranking": TeamWeights(coverage=0, suited=1, ties=0, asked=0),
    "team": TeamWeights(),
    "team without coverage": replace(TeamWeights(), coverage=0),
    "team without ties": replace(TeamWeights(), ties=0),
    "team, the most asked not held back": replace(TeamWeights(), asked=0),
}

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A project's members, one of whom may be known, and the candidates for its team."""

    table: Table
    members: NDArray[np.intp]
    known: int
    """Row of the member that may be known, drawn by chance."""
    groups: NDArray[np.intp]
    """Shape (groups,): members by group."""


def asked(corpus: Corpus, past: Past, found: Sequence[Project]) -> Iterator[Asked]:
    """Each project's candidates, from what was known before."""
    middle = centre(past.vectors, past.corpus.languages)
    words = index_words(past.corpus.texts, past.corpus.languages)
    data = units(past.corpus, middle.centred(past.vectors, past.corpus.languages))
    teams = Teams(Ideas(past.corpus, data, features(data, words).vectors, words))
    for number, project in enumerate(found):
        told = zip(project.texts, project.languages, strict=True)
        texts = [Passage(project.id, (), PassageKind.PROJECT, text, language) for text, language in told]
        vectors = middle.centred(project.vectors, project.languages)
        members = project.participants
        known = int(np.random.default_rng(number).choice(members))
        groups = np.bincount(corpus.groups[members], minlength=len(GROUPS))
        wanted = {group: int(count) for group, count in zip(GROUPS, groups, strict=True) if count}
        wish = TeamWish(FEWEST, MOST, groups=wanted, include=(corpus.ids[known],))
        table, _ = teams.table(texts, vectors, parts(texts, vectors), past.known, wish)
        yield Asked(table, members, known, groups)


def proposed(each: Asked, setting: str, weights: TeamWeights) -> list[int]:
    """Places of a team as large as the real one."""
    table = each.table if "member" in setting else replace(each.table, fixed=())
    needed = each.groups if "groups" in setting else np.zeros_like(each.groups)
    return choose(table, needed, len(each.members), len(each.members), weights)


def judged(each: Asked, setting: str, weights: TeamWeights, history: NDArray[np.int64]) -> tuple[float, ...]:
    """Share of the hidden members found, share of the idea covered, and the members' collaborations at the median."""
    places = proposed(each, setting, weights)
    rows = each.table.rows[places]
    hidden = np.setdiff1d(each.members, [each.known]) if "member" in setting else each.members
    covered = 1 - np.prod(1 - each.table.covers[places], axis=0)
    return float(np.isin(hidden, rows).mean()), float(covered.mean()), float(np.median(history[rows]))


def in_words(figure: Figure, digits: int = 3) -> str:
    """A figure and its interval."""
    return f"{figure.value:.{digits}f} [{figure.low:.{digits}f}, {figure.high:.{digits}f}]"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cordis", type=Path, default=CORDIS, help="the CORDIS bulk zip")
    parser.add_argument("--window", choices=sorted(WINDOWS), default="tune", help="tune (default) or test")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where what was encoded is kept")
    parser.add_argument("--model", default="", help="a model folder instead of the installed one")
    parser.add_argument("--projects", type=int, default=0, help="ask for so many at most (all)")
    arguments = parser.parse_args()
    corpus, vectors = cordis(arguments.cordis, arguments.cache, arguments.model, progress=lambda *_: None)
    day, until = WINDOWS[arguments.window]
    past = as_of(corpus, vectors, day)
    found = [
        each for each in projects(corpus, vectors, past, until) if FEWEST <= len(each.participants) <= MOST
    ]
    everything = list(asked(corpus, past, found[: arguments.projects or len(found)]))
    history = np.diff(past.corpus.takes_part.indptr)
    sizes = np.mean([len(each.members) for each in everything])
    print(
        f"{len(everything)} projects signed after {day} and up to {until}, {sizes:.1f} known members on average\n"
    )
    print("| known | arm | hidden members found | more than the ranking | idea covered | collaborations |")
    print("|---|---|---|---|---|---|")
    for setting in SETTINGS:
        ranking: Values | None = None
        for name, weights in ARMS.items():
            values = np.array([judged(each, setting, weights, history) for each in everything])
            ranking = values[:, 0] if ranking is None else ranking
            more = in_words(mean(values[:, 0] - ranking)) if name != "top of the ranking" else ""
            share, covered, work = (mean(column) for column in values.T)
            print(
                f"| {setting} | {name} | {in_words(share)} | {more} | {covered.value:.2f} | {work.value:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
