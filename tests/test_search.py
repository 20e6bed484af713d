"""A name, a number, a rare word or a sentence finds its owner, in Danish and English."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matchmaker.actors import Actor, ActorGroup, Offer, Place
from matchmaker.corpus import corpus
from matchmaker.search import NAMES, Search, identity_texts, index_words, load_words, save_words
from matchmaker.text import passages
from tests.small_encoder import WordsEncoder

ACTORS = [
    Actor("a1", "Nordmarken Bryghus", ActorGroup.COMPANY, "We brew beer. Spent grain leaves us every week.",
          place=Place("DK", "DK041", "Skive"), registration_number="DK00112233"),
    Actor("a2", "Hede Foder", ActorGroup.SUPPLIER, "Vi laver foder til grise.",
          offers=(Offer("Vi aftager mask fra bryggerier."),), place=Place("DK", "DK042", "Viborg")),
    Actor("a3", "Membrane Lab", ActorGroup.KNOWLEDGE_INSTITUTION, "Ultrafiltration and c++ control software.",
          place=Place("SE", "SE110", "Lund")),
    Actor("a4", "Tavs ApS", ActorGroup.COMPANY),
]  # fmt: skip


@pytest.fixture(scope="module")
def ask():
    columns = corpus(ACTORS, [], passages(ACTORS, []))
    encoder = WordsEncoder()
    engine = Search(
        columns,
        encoder.encode(columns.texts),
        index_words(columns.texts, columns.languages),
        index_words(identity_texts(columns), [NAMES] * len(ACTORS)),
    )

    def search(text: str, **chosen):
        return engine.search(text, encoder.encode([text])[0], **{"top": 10, **chosen})

    return search


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("Nordmarken Bryghus", "a1"),
        ("nordmarken", "a1"),
        ("DK00112233", "a1"),
        ("00112233", "a1"),
        ("a3", "a3"),
        ("ultrafiltration", "a3"),
        ("c++", "a3"),
        ("Tavs", "a4"),
        ("hvem kan aftage mask fra et bryggeri?", "a2"),
    ],
)
def test_the_owner_comes_first(ask, text: str, owner: str) -> None:
    assert ask(text)[0].actor_id == owner


def test_a_hit_quotes_the_sentence_that_answers(ask) -> None:
    hit = ask("spent grain")[0]
    assert hit.actor_id == "a1"
    assert "Spent grain leaves us every week." in hit.quotes[0].text


@pytest.mark.parametrize("text", ["", "   ", '"', "(", "a AND", "*", "\\", "%_", "æøå", "🙂"])
def test_odd_queries_are_taken_literally(ask, text: str) -> None:
    assert isinstance(ask(text), list)


def test_filters_leave_out_other_groups_and_regions(ask) -> None:
    assert {hit.actor_id for hit in ask("mask bryggeri foder", groups=[ActorGroup.SUPPLIER])} == {"a2"}
    assert {hit.actor_id for hit in ask("software", region="SE")} <= {"a3"}
    assert {hit.actor_id for hit in ask("bryggeri mask", region="DK04")} <= {"a1", "a2", "a4"}


def test_the_order_is_total_and_the_same_again(ask) -> None:
    first, second = ask("foder mask software"), ask("foder mask software")
    assert first == second
    scores = [hit.score for hit in first]
    assert scores == sorted(scores, reverse=True)


def test_an_index_is_the_same_after_saving_and_loading(tmp_path: Path) -> None:
    index = index_words(["mask fra bryggerier", "ultrafiltration of whey"], ["da", "en"])
    save_words(index, tmp_path, "passages")
    again = load_words(tmp_path, "passages")
    assert again.terms == index.terms
    assert np.array_equal(again.rarity, index.rarity)
    assert (again.weights != index.weights).nnz == 0


def test_an_index_of_nothing_answers_nothing() -> None:
    index = index_words([], [])
    assert index.coverage(index.columns(["mask"])).shape == (0,)
