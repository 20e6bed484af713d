"""What a cluster's points learn from answers whose truth is known, on the sample cluster.

    python -m benchmarks.answers [--draws N]

Some actors answer about partners from the upper part of their lists and want the better half of them: by what requests
and offers alone earn, by the whole score, or by chance; ten points more make a partner e times as likely to be wanted.
Learning should raise requests and offers in the first case and leave everything as it is in the other two. Prints
Markdown. Five minutes on two cores.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matchmaker.answers import Answer, AnswerKind, Judgement
from matchmaker.generation import load_generation
from matchmaker.matching.amounts import Comparison, Feature
from matchmaker.matching.matches import Match, ReasonKind
from matchmaker.matching.preferences import lessons, prefer
from matchmaker.workspace import Workspace

DATA = Path(__file__).parent.parent / "data"
LISTED = 15
SIZES = ((40, 8), (100, 8), (100, 15))
"""How many actors answer, and about how many partners each."""
COMPLEMENT = (ReasonKind.REQUEST_MEETS_OFFER, ReasonKind.OFFER_MEETS_REQUEST)
TRUTHS: dict[str, Callable[[Match], float]] = {
    "by requests and offers": lambda match: sum(
        reason.points for reason in match.reasons if reason.kind in COMPLEMENT
    ),
    "by the score": lambda match: match.score,
    "by chance": lambda _match: 0.0,
}


def drawn(
    lists: Sequence[Sequence[Match]],
    truth: Callable[[Match], float],
    actors: int,
    partners: int,
    generator: np.random.Generator,
) -> list[Answer]:
    """The answers of some actors about some of the partners in their lists."""
    answers = []
    for place in generator.choice(len(lists), actors, replace=False):
        listed = lists[int(place)]
        asked = [
            listed[int(rank)]
            for rank in generator.choice(len(listed), min(partners, len(listed)), replace=False)
        ]
        liked: NDArray[np.float64] = np.array([truth(match) / 10 for match in asked])
        best = np.argsort(-(liked + generator.gumbel(size=len(asked))))[: len(asked) // 2]
        for number, match in enumerate(asked):
            kind = AnswerKind.INTERESTED if number in best else AnswerKind.DECLINED
            answers.append(Answer(match.seeker_id, match.partner_id, Judgement(kind), "", "", len(answers)))
    return answers


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--draws", type=int, default=30, help="how often each case is drawn (30)")
    draws = parser.parse_args().draws
    with tempfile.TemporaryDirectory() as folder, Workspace.open(Path(folder), create=True) as workspace:
        workspace.import_table(
            DATA / "actors.csv", collaborations=DATA / "collaborations.csv", who="benchmark"
        )
        made = load_generation(Path(folder) / "builds" / workspace.build().generation)
        lists = [
            each for each in workspace.published().all_suggestions(top=LISTED, new=True) if len(each) > 7
        ]
        compared = Comparison(made.corpus, made.evidence)
        print("| wanted | actors | partners each | learned | in order before | after | requests and offers |")
        print("|---|---|---|---|---|---|---|")
        for name, truth in TRUTHS.items():
            for actors, partners in SIZES:
                figures = []
                for seed in range(draws):
                    answers = drawn(lists, truth, actors, partners, np.random.default_rng(seed))
                    weights = prefer(compared, made.weights, lessons(answers))
                    if (judged := weights.answers) is not None:
                        points = weights.points[Feature.REQUESTS]
                        figures.append((judged.adopted, judged.before, judged.after, points))
                adopted, before, after, points = np.array(figures, dtype=np.float64).T
                print(
                    f"| {name} | {actors} | {partners} | {adopted.sum():.0f} of {len(figures)} | "
                    f"{before.mean():.3f} | {after.mean():.3f} | {points.mean():.1f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
