"""What is asked first of a build is answered while it is made: the same as asked later, and only as long as it holds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from matchmaker.analysis import BROKERS_KEPT, WITHOUT_LABELS, Analysis
from matchmaker.answers import AnswerKind, Judgement
from matchmaker.foreseen import CURVE, START, TOP, Foreseen, load_foreseen
from matchmaker.generation import load_generation
from matchmaker.kept_figures import KeptFigures
from matchmaker.landscape.brokers import Brokerage
from matchmaker.matching.proposing import Balanced, Proposing
from matchmaker.matching.ranking import Wish
from matchmaker.workspace import Workspace

COLUMNS = ("seekers", "partners", "ranks", "scores", "mutual", "known")


@pytest.fixture(scope="module")
def folder(sample: Workspace, sample_folder: Path) -> Path:
    return sample_folder / "builds" / sample.published().generation


@pytest.fixture
def writable(sample_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    copy = tmp_path / "workspace"
    shutil.copytree(sample_folder, copy)
    with Workspace.open(copy) as opened:
        yield opened


def _same(one: Balanced, other: Balanced) -> bool:
    return one.measures == other.measures and all(
        np.array_equal(getattr(one, name), getattr(other, name))
        and getattr(one, name).dtype == getattr(other, name).dtype
        for name in COLUMNS
    )


def test_kept_figures_are_what_is_worked_out_anew(sample: Workspace) -> None:
    kept = sample.published().analysis
    anew = kept.noting(KeptFigures())
    assert kept.brokers(limit=BROKERS_KEPT) == anew.brokers(limit=BROKERS_KEPT)
    assert kept.brokers(limit=7) == anew.brokers(limit=7)
    first = [each.actor_id for each in anew.brokers(limit=5).brokers]
    assert kept.holding(first) == anew.holding(first)
    assert kept.phases(every=True) == anew.phases(every=True)
    assert kept.trends() == anew.trends()
    for limit, top in ((10, 5), (3, 3)):
        assert kept.gaps(limit=limit, top=top) == anew.gaps(limit=limit, top=top)
    day = anew.coverage().newest
    assert kept.portfolio(day) == anew.portfolio(day)


def test_first_questions_are_in_the_files_of_a_build(folder: Path) -> None:
    asked = {each.partition("(")[0] for each in load_foreseen(folder).figures}
    assert asked == {"brokers", "holding", "phases", "trends", "gaps", "portfolio", "specialisation"}


def test_kept_lists_are_what_balancing_gives(folder: Path) -> None:
    made = load_generation(folder)
    proposing = Proposing(made.corpus, made.candidates, made.evidence.together, made.copies)
    for balance in (0.0, START):
        kept = made.foreseen.at(Wish(TOP), balance)
        assert kept is not None
        assert _same(kept, proposing.balanced(Wish(TOP), balance))
    assert made.foreseen.measured(Wish(TOP), CURVE) == proposing.curve(Wish(TOP), CURVE)


def test_other_lists_than_those_kept_are_worked_out(folder: Path) -> None:
    made = load_generation(folder).foreseen
    assert made.at(Wish(TOP, new=True), START) is None
    assert made.at(Wish(TOP - 1), START) is None
    assert made.at(Wish(TOP), 0.5) is None
    assert made.measured(Wish(TOP), (0.0,)) is None
    assert Foreseen({}).measured(Wish(TOP), CURVE) is None


def test_an_answer_is_heeded_though_lists_are_kept(writable: Workspace) -> None:
    before = writable.published().balanced(balance=START)
    ids = sorted(writable.published().actor_groups())
    seeker, partner = ids[int(before.seekers[0])], ids[int(before.partners[0])]
    writable.answer(seeker, partner, Judgement(AnswerKind.DECLINED), who="tests")
    after = writable.published().balanced(balance=START)
    pairs = {(ids[one], ids[other]) for one, other in zip(after.seekers, after.partners, strict=True)}
    assert (seeker, partner) not in pairs
    assert not _same(before, after)


def test_given_names_are_in_figures_that_hold_labels(writable: Workspace) -> None:
    part = next(each for each in writable.published().sub_clusters() if each.parent_id is None)
    writable.name_sub_cluster(part.id, "Named by hand", who="tests")
    named = writable.published().analysis
    anew = named.noting(KeptFigures())
    assert named.phases(every=True) == anew.phases(every=True)
    assert named.gaps(limit=10, top=5) == anew.gaps(limit=10, top=5)
    assert named.trends() == anew.trends()
    assert named.brokers(limit=BROKERS_KEPT) == anew.brokers(limit=BROKERS_KEPT)
    assert named.portfolio(anew.coverage().newest) == anew.portfolio(anew.coverage().newest)
    first = [each.actor_id for each in anew.brokers(limit=5).brokers]
    assert named.holding(first) == anew.holding(first)


def test_what_is_kept_without_labels_names_none(folder: Path) -> None:
    labels = [each.label for each in load_generation(folder).landscape.sub_clusters]
    for question, answer in load_foreseen(folder).figures.items():
        if question.partition("(")[0] in WITHOUT_LABELS:
            assert not [each for each in labels if f'"{each}"' in answer.decode("utf-8")], question


def test_a_build_without_them_answers_all_the_same(folder: Path, tmp_path: Path) -> None:
    assert not load_foreseen(tmp_path).figures
    made = load_generation(folder)
    bare = Analysis(made.corpus, made.vectors, made.landscape)
    assert bare.brokers(limit=3) == bare.noting(KeptFigures(made.foreseen.figures)).brokers(limit=3)


def test_what_cannot_be_written_exactly_is_not_kept() -> None:
    figures = KeptFigures(recording=True)
    assert figures.answer(float, "question", (1,), lambda: float("nan")) != 0
    assert not figures.holds("question", (1,))
    figures.answer(Brokerage, "brokers", (1, False), lambda: Brokerage(()))
    assert figures.holds("brokers", (1, False))
