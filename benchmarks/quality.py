"""Who is proposed, against who then worked together: ours and every other way, on all of CORDIS, in one run.

    python -m benchmarks.quality [--cordis ZIP] [--window tune|test] [--cut-off DAY --until DAY] [--seekers N]
                                 [--parts partners,text,ablations,afield,pairs,projects,balance] [--cache FOLDER] [--model NAME]
                                 [--plot FILE]

Everything an arm knows comes from before the cut-off. The first run reads and encodes CORDIS, ten minutes on two cores,
and keeps what it made in the cache; later runs begin with the questions. Prints Markdown; figures in brackets hold
95 % of a bootstrap over seekers. The same input gives the same figures, seconds and memory aside.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.metering import Meter
from benchmarks.quality_arms import BASELINES, OURS, PROJECT_OURS, SINGLE_BASELINES, Ours
from benchmarks.quality_balance import balanced, picture
from benchmarks.quality_data import cordis
from benchmarks.quality_tables import accuracy, count, figure, plain, say, show
from matchmaker.corpus import Corpus
from matchmaker.matching.baselines import TEXT_ALONE, TEXTS_ONLY
from matchmaker.matching.evaluation import SEEKERS, some_projects
from matchmaker.matching.judging import (
    SHOWN,
    STRATA,
    Arm,
    Fit,
    Judged,
    allowed_scores,
    best_of,
    judge,
    judge_projects,
    judge_together,
    lines,
    sampled,
)
from matchmaker.matching.measures import NOBODY, best
from matchmaker.matching.pair_classification import classify, draw_pairs
from matchmaker.matching.project_baselines import PROJECT_BASELINES
from matchmaker.matching.splits import Past, Questions, as_of, new_partners, projects

ROOT = Path(__file__).resolve().parents[1]
CORDIS = ROOT.parent / "shared" / "data" / "cordis-horizon" / "cordis-HORIZONprojects-csv.zip"
CACHE = ROOT / "build" / "quality"
PARTS = ("partners", "text", "ablations", "afield", "pairs", "projects", "balance")
DRAWN = {
    "popularity": "popularity",
    "TF-IDF cosine of profiles": "TF-IDF",
    "BM25": "BM25",
    "Adamic-Adar": "Adamic-Adar",
    "TF-IDF cosine x log popularity": "TF-IDF x log popularity",
}
"""What the picture calls the baselines that it shows."""
AFIELD = (0.0, 0.25, 0.5, 0.75, 1.0)
LIKENESS_ASKED = 256
WINDOWS = {
    "tune": (date(2023, 12, 31), date(2024, 6, 30)),
    "test": (date(2024, 6, 30), date(2024, 12, 31)),
}


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What every part of the run is asked about."""

    corpus: Corpus
    vectors: NDArray[np.float32]
    past: Past
    until: date
    asked: Questions
    without_history: Questions


# The parts


def partners(ground: Ground, ours: Ours, ours_fitted: Meter) -> dict[str, Judged]:
    """New partners: every baseline and ours, with exposure, cost and history; what each reached."""
    judged: dict[str, Judged] = {}
    cold: dict[str, Judged] = {}
    cost: dict[str, tuple[Meter, Meter]] = {}
    for name, fit in BASELINES.items():
        say(name)
        with Meter() as fitting:
            arm = fit(ground.past)
        judged[name], cold[name], asking = _asked(arm, ground)
        cost[name] = fitting, asking
    say(OURS)
    judged[OURS], cold[OURS], asking = _asked(ours.arm(), ground)
    cost[OURS] = ours_fitted, asking
    best = best_of(judged, list(SINGLE_BASELINES))
    found = lines(judged, best, ground.asked.history, cold)
    show(
        f"New partners of other groups: {len(ground.asked):,} seekers with history",
        *accuracy(found, best, cost),
    )
    names = [name for name in STRATA if name in found[0].by_history]
    show(
        "nDCG@20 by how many collaborations the seeker had",
        ["arm", *names],
        [[line.name, *(plain(line.by_history[name]) for name in names)] for line in found],
    )
    return judged


def text_alone(ground: Ground, ours: Ours, already: Mapping[str, Judged]) -> None:
    """Seekers whose own collaborations are hidden, their texts left.

    Baselines on texts never look at the seeker's collaborations, so what they reached ``already`` is what they reach.
    """
    judged = {}
    for name, fit in TEXT_ALONE.items():
        say(name)
        judged[name] = already.get(name) or judge(fit(ground.past), ground.asked, ground.past)
    say(OURS)
    judged[OURS] = judge(ours.text_alone(), ground.asked, ground.past)
    best = best_of(judged, list(TEXT_ALONE))
    show("The same seekers, text alone", *accuracy(lines(judged, best), best))


def ablations(ground: Ground, ours: Ours) -> None:
    """Ours with each kind of evidence left out, and with it alone."""
    say("ablations")
    judged = judge_together({OURS: ours.arm(), **ours.ablations()}, ground.asked, ground.past, progress=count)
    show("What each kind of evidence is worth", *accuracy(lines(judged, OURS), OURS))


def afield(ground: Ground, ours: Ours) -> None:
    """From close to bold: what is found, whom it shows, and how alike the proposed are."""
    say("afield")
    arms = {f"{each:.2f}": ours.afield(each) for each in AFIELD}
    judged = judge_together(arms, ground.asked, ground.past, progress=count)
    header, rows = accuracy(lines(judged, "0.00"), "0.00")
    some = ground.asked.seekers[:LIKENESS_ASKED]
    alike = ours.likeness(some)
    for row, arm in zip(rows, arms.values(), strict=True):
        chosen = best(allowed_scores(arm, some, ground.past), SHOWN)
        row.append(f"{np.take_along_axis(alike, chosen, axis=1)[chosen != NOBODY].mean():.3f}")
    show("How far afield", [*header, "likeness in meaning"], rows)


def pairs(ground: Ground, ours: Ours) -> None:
    """New pairs against random pairs of the same groups, the threshold chosen on the window before."""
    day = ground.past.day
    earlier = as_of(ground.corpus, ground.vectors, day - (ground.until - day))
    known = draw_pairs(ground.corpus, earlier, day)
    asked = draw_pairs(ground.corpus, ground.past, ground.until)
    say("ours, as of the window before")
    ours_earlier = Ours(earlier)
    arms: dict[str, tuple[Fit | tuple[Arm, Arm], str]] = {
        **{name: (fit, "text" if name in TEXTS_ONLY else "history") for name, fit in BASELINES.items()},
        "ours, text alone": ((ours_earlier.texts_only(), ours.texts_only()), "text"),
        OURS: ((ours_earlier.arm(), ours.arm()), "history"),
    }
    rows = []
    for name, (arm, knows) in arms.items():
        say(name)
        before, now = arm if isinstance(arm, tuple) else (arm(earlier), arm(ground.past))
        made = classify(before, known, now, asked)
        rows.append([name, knows, figure(made.accuracy), f"{made.area:.3f}"])
    show(
        f"Pairs: {len(asked.positive):,} new ones against as many random ones of the same groups",
        ["arm", "knows", "accuracy", "area under ROC"],
        rows,
    )


def for_projects(ground: Ground) -> None:
    """Participants for the texts of later projects."""
    asked = some_projects(projects(ground.corpus, ground.vectors, ground.past, ground.until))
    judged = {}
    for name, fit in {**PROJECT_BASELINES, **PROJECT_OURS}.items():
        say(name)
        judged[name] = judge_projects(fit(ground.past), asked, ground.past)
    best = best_of(judged, list(PROJECT_BASELINES))
    show(f"Participants for a project's text: {len(asked):,} projects", *accuracy(lines(judged, best), best))


def balance(ground: Ground, ours: Ours, already: Mapping[str, Judged], plot: Path | None) -> None:
    """Accuracy against exposure, from the best for each seeker to fair for all."""
    say("everybody's candidates")
    curve = list(balanced(ours.arm(), ground.asked, ground.past, progress=count))
    if plot:
        singles = {name: each for name, each in already.items() if name in DRAWN}
        others = {
            DRAWN[line.name]: (line.coverage, line.ndcg_20.value)
            for line in lines(singles, next(iter(singles), ""))
        }
        plot.write_text(picture(curve, others), "utf-8")
    rows = [
        [
            f"{each.balance:.2f}",
            figure(each.line.ndcg_20),
            f"{each.line.coverage:.3f}",
            f"{each.coverage:.3f}",
            f"{each.gini:.3f}",
            f"{each.measures.envy:.3f}",
            f"{each.measures.expected_mutual:,.0f}",
        ]
        for each in curve
    ]
    header = ["balance", "nDCG@20", "coverage by these seekers", "coverage by all", "Gini", "envy", "mutual"]
    show("Balanced exposure", header, rows)


def _asked(arm: Arm, ground: Ground) -> tuple[Judged, Judged, Meter]:
    with Meter() as asking:
        judged = judge(arm, ground.asked, ground.past, progress=count)
    return judged, judge(arm, ground.without_history, ground.past), asking


# The run


def main() -> None:
    """Ask every part of the run that is wanted, and print its tables."""
    chosen = _arguments()
    cut_off, until = WINDOWS[chosen.window]
    cut_off, until = chosen.cut_off or cut_off, chosen.until or until
    corpus, vectors = cordis(chosen.cordis, chosen.cache, chosen.model, progress=say)
    past = as_of(corpus, vectors, cut_off)
    asked, without = sampled(new_partners(corpus, past, until), chosen.seekers)
    ground = Ground(corpus, vectors, past, until, asked, without)
    print(
        f"{int(past.known.sum()):,} actors and {len(past.corpus.collaboration_ids):,} collaborations known on"
        f" {cut_off}, judged until {until}."
    )
    parts = chosen.parts.split(",")
    say("evidence of ours")
    with Meter() as fitting:
        ours = Ours(past)
    already = partners(ground, ours, fitting) if "partners" in parts else {}
    if "text" in parts:
        text_alone(ground, ours, already)
    if "ablations" in parts:
        ablations(ground, ours)
    if "afield" in parts:
        afield(ground, ours)
    if "pairs" in parts:
        pairs(ground, ours)
    if "projects" in parts:
        for_projects(ground)
    if "balance" in parts:
        balance(ground, ours, already, chosen.plot)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cordis", type=Path, default=CORDIS)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--model", default="", help="another encoder: a folder or a name in the local cache")
    parser.add_argument("--window", choices=list(WINDOWS), default="tune")
    parser.add_argument("--cut-off", type=date.fromisoformat)
    parser.add_argument("--until", type=date.fromisoformat)
    parser.add_argument("--seekers", type=int, default=SEEKERS)
    parser.add_argument(
        "--plot", type=Path, help="draw the part balance, beside baselines of the part partners"
    )
    parser.add_argument("--parts", default=",".join(PARTS))
    chosen = parser.parse_args()
    if not chosen.cordis.exists():
        raise SystemExit(f"{chosen.cordis} is not there; give the CORDIS bulk download with --cordis.")
    if unknown := set(chosen.parts.split(",")) - set(PARTS):
        raise SystemExit(f"There is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
    return chosen


if __name__ == "__main__":
    main()
