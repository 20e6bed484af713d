"""A name, a number, a rare word or a sentence finds its owner, in Danish and English."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matchmaker.actors import Actor, ActorGroup, Offer, Place, Request
from matchmaker.corpus import corpus
from matchmaker.directions import Direction
from matchmaker.matching.duplicates import near_copies
from matchmaker.search import NAMES, SAME_WAY, Search
from matchmaker.text import passages
from matchmaker.word_index import identity_texts, index_words, load_words, save_words
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


def test_a_filter_leaves_out_others_before_the_best_passages_are_taken(
    ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "hvem kan aftage mask fra et bryggeri?"
    all_of_them = [hit.actor_id for hit in ask(text, region="SE")]
    monkeypatch.setattr("matchmaker.search.PASSAGES_PER_QUERY", 1)
    assert next(hit.actor_id for hit in ask(text)) == "a2"
    assert [hit.actor_id for hit in ask(text, region="SE")] == all_of_them[:1] == ["a3"]


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


def town(*extra: Actor):
    """Two sides of one thing: who has spent grain, who looks for it, and who tells of it."""
    actors = [
        Actor("has", "Hus", ActorGroup.COMPANY, offers=(Offer("Wet spent grain from a brewery, 40 tonnes a week"),)),
        Actor("looks", "Kær", ActorGroup.COMPANY, requests=(Request("Wet spent grain from a brewery, 50 tonnes"),)),
        Actor("rids", "Eng", ActorGroup.COMPANY, requests=(Request("Buyer for wet spent grain from a brewery"),)),
        Actor("tells", "Dal", ActorGroup.COMPANY, "Wet spent grain from a brewery is what we feed to cattle."),
        *extra,
    ]  # fmt: skip
    columns = corpus(actors, [], passages(actors, []))
    encoder = WordsEncoder()
    engine = Search(
        columns,
        encoder.encode(columns.texts),
        index_words(columns.texts, columns.languages),
        index_words(identity_texts(columns), [NAMES] * len(actors)),
        copies=near_copies(columns),
    )

    def search(text: str, direction: Direction | None = None):
        return engine.search(text, encoder.encode([text])[0], top=10, direction=direction)

    return search


def order(hits, *ids: str) -> list[str]:
    return [hit.actor_id for hit in hits if hit.actor_id in ids]


def test_who_looks_for_something_finds_those_who_have_it_before_those_who_look_for_it() -> None:
    hits = town()("We look for wet spent grain from a brewery")
    assert order(hits, "has", "looks") == ["has", "looks"]
    assert order(hits, "rids", "looks") == ["rids", "looks"]


def test_who_offers_something_finds_those_who_look_for_it_before_those_who_have_it() -> None:
    hits = town()("Who can use wet spent grain from a brewery?")
    assert order(hits, "has", "looks") == ["looks", "has"]
    assert order(hits, "rids", "looks") == ["looks", "rids"]


def test_what_is_said_of_the_direction_counts_for_more_than_the_text() -> None:
    search = town()
    text = "We look for wet spent grain from a brewery"
    assert order(search(text, Direction.OFFER), "has", "looks") == ["looks", "has"]
    assert search(text, Direction.SEEK) == search(text)


def test_a_passage_that_points_the_same_way_is_discounted_and_stays() -> None:
    search = town()
    text = "wet spent grain from a brewery"
    plain = {hit.actor_id: hit.score for hit in search(text)}
    seeking = {hit.actor_id: hit.score for hit in search(text, Direction.SEEK)}
    assert seeking["looks"] == pytest.approx(SAME_WAY * plain["looks"], rel=1e-4)
    assert all(seeking[each] == plain[each] for each in ("has", "rids", "tells"))


def test_of_actors_with_nearly_the_same_text_one_is_a_hit_and_names_the_others() -> None:
    said = "We feed wet spent grain from a brewery to cattle on twelve farms around the fjord, all the year."
    copies = [
        Actor(f"copy{number}", f"Copy {number}", ActorGroup.COMPANY, said.replace("twelve", str(number)))
        for number in range(5)
    ]
    hits = town(*copies)("wet spent grain from a brewery")
    shown = [hit for hit in hits if hit.actor_id.startswith("copy")]
    assert len(shown) == 1
    assert set(shown[0].alike) == {each.id for each in copies} - {shown[0].actor_id}
    assert all(not hit.alike for hit in hits if hit not in shown)


def test_of_copies_the_one_that_is_asked_for_by_name_is_shown() -> None:
    said = "We feed wet spent grain from a brewery to cattle on twelve farms around the fjord, all the year."
    copies = [
        Actor("copy-a", "Alderslyst", ActorGroup.COMPANY, said),
        Actor("copy-b", "Brokær", ActorGroup.COMPANY, said),
    ]
    assert town(*copies)("Brokær")[0].actor_id == "copy-b"
