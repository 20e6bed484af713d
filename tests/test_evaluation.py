"""Arms are judged alike, and a workspace's own history can judge recommenders."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from matchmaker.actors import Actor, ActorGroup, Collaboration, Participation
from matchmaker.corpus import NO_DATE, corpus, load_corpus
from matchmaker.matching.evaluation import TooFewCollaborationsError, evaluate, window
from matchmaker.matching.judging import (
    Judged,
    best_of,
    judge,
    judge_projects,
    judge_together,
    lines,
    sampled,
)
from matchmaker.matching.measures import ndcg
from matchmaker.matching.splits import as_of, new_partners, projects
from matchmaker.sources.cordis import read_cordis
from tests.dated_town import START, asked, perfect, town
from tests.small_encoder import WordsEncoder

CORDIS = Path(__file__).parents[2] / "shared/data/cordis-horizon/cordis-HORIZONprojects-csv.zip"


def test_an_arm_that_knows_the_answers_gets_everything() -> None:
    data, _, past = asked()
    judged = judge(perfect(data, past), new_partners(data, past, date.max), past)
    assert judged.ndcg_20 == pytest.approx(np.ones(len(judged.ndcg_20)))
    assert judged.recall_50.min() == 1
    assert judged.hit_10.min() == 1


def test_own_group_partners_unknown_actors_and_oneself_are_never_proposed() -> None:
    data, _, past = asked(60)
    questions = new_partners(data, past, date.max)
    seen: list[NDArray[np.float32]] = []

    def greedy(seekers: NDArray[np.intp]) -> NDArray[np.float32]:
        scores = past.partners[seekers].toarray() + (data.groups[seekers][:, None] == data.groups[None, :])
        seen.append(scores.astype(np.float32))
        return seen[-1]

    judged = judge(greedy, questions, past)
    assert judged.shown.shape == (int(past.known.sum()),)
    # Everybody who may be proposed has the score 0; what was masked never came first.
    for place, seeker in enumerate(questions.seekers[:5]):
        open_to = past.known & (data.groups != data.groups[seeker])
        open_to[past.partners[[seeker]].indices] = False
        expected = np.flatnonzero(open_to)[:20]
        hits = np.isin(expected, questions.relevant[[place]].indices)
        count = questions.relevant[[place]].nnz
        assert judged.ndcg_20[place] == pytest.approx(ndcg(hits[None], np.array([count]), 20)[0])
    assert seen[0].max() > 0, "an arm's own array is left as it was"
    assert np.isfinite(seen[0]).all()


def test_scores_that_are_no_numbers_or_of_another_shape_are_refused() -> None:
    data, _, past = asked()
    questions = new_partners(data, past, date.max)
    with pytest.raises(ValueError, match="no numbers"):
        judge(lambda seekers: np.full((len(seekers), 40), np.nan, dtype=np.float32), questions, past)
    with pytest.raises(ValueError, match="shape"):
        judge(lambda seekers: np.zeros((len(seekers), 3), dtype=np.float32), questions, past)


def test_arms_judged_together_get_what_each_gets_alone() -> None:
    data, _, past = asked()
    questions = new_partners(data, past, date.max)
    arms = {"best": perfect(data, past), "none": lambda seekers: np.zeros((len(seekers), 40), np.float32)}
    together = judge_together(arms, questions, past)
    for name, arm in arms.items():
        assert np.array_equal(together[name].ndcg_20, judge(arm, questions, past).ndcg_20)
    assert best_of(together, ["none", "best"]) == "best"


def test_projects_are_judged_over_all_groups() -> None:
    data, vectors, past = asked()
    sought = projects(data, vectors, past, date.max)
    right = np.zeros((len(sought), len(data.ids)), dtype=np.float32)
    for place, project in enumerate(sought):
        right[place, project.participants] = 1
    judged = judge_projects(lambda block: right[: len(block)], sought, past)
    assert judged.ndcg_20.min() == pytest.approx(1)


def test_a_sample_keeps_those_with_history_apart() -> None:
    data, vectors = town()
    past = as_of(data, vectors, START + timedelta(days=100))
    questions = new_partners(data, past, date.max)
    some, without = sampled(questions, 5)
    assert len(some) == 5
    assert (some.history > 0).all()
    assert (without.history == 0).all()
    assert np.array_equal(some.seekers, np.sort(some.seekers))
    again, _ = sampled(questions, 5)
    assert np.array_equal(some.seekers, again.seekers)


def test_lines_leave_seekers_without_history_out_of_all_but_their_stratum() -> None:
    good, bad = (Judged(*(np.full(4, value) for _ in range(4)), np.array([1, 0])) for value in (1.0, 0.0))
    made = lines({"arm": good}, "arm", np.array([1, 1, 3, 9], dtype=np.int32), {"arm": bad})[0]
    assert made.ndcg_20.value == 1
    assert {name: figure.value for name, figure in made.by_history.items()} == {
        "none": 0,
        "1": 1,
        "2-4": 1,
        "5+": 1,
    }
    assert made.coverage == 0.5


# Any workspace


def test_the_newest_collaborations_are_the_window_unless_days_are_given() -> None:
    data, _ = town()
    first, last = window(data)
    dates = [START + timedelta(days=10 * number) for number in range(120)]
    assert last == dates[-1]
    assert sum(each > first for each in dates) == 18
    assert window(data, date(2021, 1, 1), date(2022, 1, 1)) == (date(2021, 1, 1), date(2022, 1, 1))
    with pytest.raises(ValueError, match="not before"):
        window(data, date(2022, 1, 1), date(2021, 1, 1))


def test_too_little_history_is_said_with_its_number() -> None:
    actors = [Actor("a", "A", ActorGroup.COMPANY), Actor("b", "B", ActorGroup.PUBLIC_BODY)]
    parts = (Participation("a"), Participation("b"))
    few = [Collaboration(f"c{number}", "T", parts, signed=START) for number in range(3)]
    undated = [Collaboration(f"u{number}", "T", parts) for number in range(9)]
    data = corpus(actors, [*few, *undated], [])
    with pytest.raises(TooFewCollaborationsError, match="Only 3 of 12 collaborations have a date"):
        evaluate(data, np.zeros((0, 4), np.float32), {})
    many = [Collaboration(f"c{n}", "T", parts, signed=START + timedelta(days=n)) for n in range(30)]
    with pytest.raises(TooFewCollaborationsError, match="Only 0 actors with history"):
        evaluate(corpus(actors, many, []), np.zeros((0, 4), np.float32), {})


def test_a_report_puts_arms_beside_the_baselines() -> None:
    data, vectors = town()
    told: list[tuple[str, int, int]] = []
    report = evaluate(
        data,
        vectors,
        {"oracle": lambda past: perfect(data, past)},
        cut_off=START + timedelta(days=400),
        progress=lambda *each: told.append(each),
    )
    by_name = {line.name: line for line in report.partners}
    assert by_name["oracle"].ndcg_20.value == pytest.approx(1)
    assert by_name[report.best_baseline].to_best_baseline.value == pytest.approx(1)
    assert by_name["oracle"].to_best_baseline.value > 1
    assert report.projects_asked == 79
    assert report.best_project_baseline in {line.name for line in report.projects}
    assert told[-1][1] == told[-1][2] - 1
    assert report == evaluate(
        data, vectors, {"oracle": lambda past: perfect(data, past)}, cut_off=START + timedelta(days=400)
    )


def test_the_sample_judges_recommenders(sample_folder: Path) -> None:
    data = load_corpus(next(folder for folder in (sample_folder / "builds").iterdir() if folder.is_dir()))
    report = evaluate(data, WordsEncoder().encode(data.texts), {})
    assert report.seekers >= 10
    assert report.undated == (data.collaboration_dates == NO_DATE).sum()
    assert all(
        0 <= line.ndcg_20.low <= line.ndcg_20.value <= line.ndcg_20.high <= 1 for line in report.partners
    )


@pytest.mark.skipif(not CORDIS.exists(), reason=f"{CORDIS} is not there")
def test_the_window_before_the_test_window_has_the_known_number_of_seekers() -> None:
    reading = read_cordis(CORDIS)
    data = corpus(reading.actors, reading.collaborations, [])
    past = as_of(data, np.zeros((0, 4), dtype=np.float32), date(2023, 12, 31))
    questions = new_partners(data, past, date(2024, 6, 30))
    assert int((questions.history > 0).sum()) == 2493
