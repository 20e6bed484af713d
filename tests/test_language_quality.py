"""The sentences that language quality is measured with, and that the default reading is far above the plain one."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from benchmarks.language_quality import (
    HALVES,
    ONE_ANSWER,
    SETS,
    Meaning,
    Pair,
    Project,
    Question,
    Task,
    as_it_is,
    characters,
    described,
    failures,
    gain_within,
    interval,
    partner_task,
    places_of,
    read_pairs,
    sentence_tasks,
    share_within,
    title_task,
)
from matchmaker.embedding import load_encoder
from matchmaker.text import encoder_text

DOMAINS = {"bio-economy", "energy", "food", "water", "building", "health", "IT"}
FILES = ("pairs", "paraphrases", "neighbours")


@pytest.mark.parametrize(
    ("name", "header", "kinds", "least"),
    [
        ("pairs", "domain\thalf\tdanish\tenglish", DOMAINS, 24),
        ("paraphrases", "domain\thalf\tdanish\tparaphrase", DOMAINS, 16),
        ("neighbours", "language\thalf\ttext\tenglish", {"no", "sv"}, 20),
    ],
)
def test_each_set_has_enough_of_every_kind(name: str, header: str, kinds: set[str], least: int) -> None:
    lines = (SETS / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == header
    assert all(line.count("\t") == 3 for line in lines)
    per_kind = Counter(pair.kind for pair in read_pairs(name))
    assert set(per_kind) == kinds
    assert min(per_kind.values()) >= least


@pytest.mark.parametrize("name", FILES)
def test_the_halves_alternate_within_every_kind(name: str) -> None:
    halves: dict[str, list[str]] = {}
    for pair in read_pairs(name):
        halves.setdefault(pair.kind, []).append(pair.half)
    assert all(found == [*HALVES] * (len(found) // 2) for found in halves.values())


def test_no_sentence_comes_twice_in_all_sets() -> None:
    sentences = [side for name in FILES for pair in read_pairs(name) for side in (pair.text, pair.twin)]
    assert len({sentence.casefold() for sentence in sentences}) == len(sentences)
    assert all(sentence == " ".join(sentence.split()) and sentence[-1] in ".?" for sentence in sentences)


def test_the_pairs_are_sentences_of_ordinary_length() -> None:
    sides = [side for pair in read_pairs("pairs") for side in (pair.text, pair.twin)]
    assert all(8 <= len(side.split()) <= 25 for side in sides)


def test_paraphrases_share_few_words() -> None:
    def terms(text: str) -> set[str]:
        return {word.strip(".,?").casefold() for word in text.split()}

    shared = [
        len(terms(pair.text) & terms(pair.twin)) / len(terms(pair.text)) for pair in read_pairs("paraphrases")
    ]
    assert np.mean(shared) < 0.15


def test_every_question_has_its_twin_among_the_candidates() -> None:
    columns, tasks = sentence_tasks()
    assert len(columns.texts) == len(columns.ids)
    for task, name in zip(tasks, ("pairs", "pairs", "paraphrases", "neighbours"), strict=True):
        backwards = task.title == "English to Danish"
        for question, pair in zip(task.questions, read_pairs(name), strict=True):
            (answer,) = question.answers
            assert answer in task.candidates
            asked = replace(pair, text=pair.twin, twin=pair.text) if backwards else pair
            assert Pair(question.kind, question.half, question.text, columns.texts[answer]) == asked


def test_failures_are_listed_from_the_tuning_half_alone() -> None:
    questions = [Question("shown", frozenset([0]), "tune"), Question("hidden", frozenset([0]), "test")]
    task = Task("both wrong", questions, np.arange(2), ONE_ANSWER)
    listed = "\n".join(failures(task, {"default, meaning": [np.array([2]), np.array([2])]}))
    assert "- 2: shown" in listed
    assert "hidden" not in listed


def test_measures_of_several_answers() -> None:
    places = [np.array([1, 3]), np.array([30, 40])]
    assert share_within(20, places).tolist() == [1, 0]
    assert gain_within(20, places).tolist() == pytest.approx([(1 + 0.5) / (1 + 1 / np.log2(3)), 0])


def test_intervals_hold_the_mean_and_are_the_same_every_time() -> None:
    values = np.arange(40) % 3 / 2
    low, high = interval(values)
    assert low < values.mean() < high
    assert interval(values) == (low, high)


def test_who_shares_nothing_with_a_question_comes_last() -> None:
    columns = described(["Vi tørrer halm i storballer.", "Slam afvandes i centrifuger."])
    task = Task("", [Question("zzz qqq", frozenset([0]))], np.arange(2), ONE_ANSWER)
    assert places_of(task, columns, characters(columns))[0].tolist() == [2]


def test_later_projects_ask_for_organisations_known_by_earlier_ones() -> None:
    projects = [
        Project("1", "Halm", "Vi tørrer halm i storballer.", date(2009, 1, 1), ("a", "b")),
        Project("2", "Slam", "Slam afvandes i centrifuger.", date(2009, 1, 1), ("c",)),
        Project("3", "Halm igen", "Halm presses i storballer.", date(2012, 1, 1), ("b", "new")),
        Project("4", "Andet", "Noget helt andet end det.", date(2012, 1, 1), ("new",)),
    ]
    columns, task = partner_task(projects)
    assert columns.ids == ["a", "b", "c"]
    assert [question.answers for question in task.questions] == [{1}]
    assert not any("Halm presses" in text for text in columns.texts)
    assert places_of(task, columns, characters(columns))[0].tolist() == [2]


def test_equal_descriptions_are_one_and_equal_titles_accept_each_other() -> None:
    day = date(2009, 1, 1)
    projects = [
        Project("1", "Halm", "Vi tørrer halm.", day, ()),
        Project("2", "Halm", "Vi presser halm.", day, ()),
        Project("3", "Strå", "Vi tørrer halm.", day, ()),
    ]
    columns, task = title_task(projects)
    assert len(columns.ids) == 2
    assert [question.answers for question in task.questions] == [{0, 1}, {0}]


def test_danish_finds_its_english_twin_far_more_often_than_by_the_plain_encoder() -> None:
    pairs = [pair for pair in read_pairs("pairs") if pair.half == "tune"]
    columns = described([side for pair in pairs for side in (pair.text, pair.twin)])
    questions = [Question(pair.text, frozenset([2 * row + 1])) for row, pair in enumerate(pairs)]
    task = Task("", questions, np.arange(1, 2 * len(pairs), 2), ONE_ANSWER)
    encoder = load_encoder(folder=Path(os.environ["MATCHMAKER_GRAPHS"]))

    def recall(meaning: Meaning) -> float:
        return float(ONE_ANSWER["recall@1"](places_of(task, columns, meaning.scores)).mean())

    plain = recall(Meaning(columns, encoder, as_it_is, centred=False))
    default = recall(Meaning(columns, encoder, encoder_text, centred=True))
    assert default > 0.7
    assert default > plain + 0.4
