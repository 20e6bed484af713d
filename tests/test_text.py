"""Profiles and project texts become passages of whole sentences, in a fixed order and number."""

from __future__ import annotations

import time
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from matchmaker.actors import Actor, ActorGroup, Collaboration, Offer, Participation, PassageKind, Request
from matchmaker.language import sentences
from matchmaker.text import (
    LONGEST,
    LONGEST_OFFER,
    LONGEST_QUOTE,
    MOST_PASSAGES,
    SHORTEST_TAIL,
    best_sentence,
    encoder_text,
    passages,
    shortened,
)

SENTENCE = "Vi modtager husdyrgødning fra hundrede gårde i omegnen og afgasser den i fire store tanke. "


def actor(actor_id: str = "a", **values: object) -> Actor:
    return Actor(actor_id, f"Actor {actor_id}", ActorGroup.COMPANY, **values)  # type: ignore[arg-type]


def project(
    project_id: str, title: str, text: str = "", *, holders: tuple[str, ...] = ("a",)
) -> Collaboration:
    parts = tuple(Participation(holder) for holder in holders)
    return Collaboration(project_id, title, parts, text, signed=date(2024, 3, 1))


def test_a_description_becomes_passages_of_whole_sentences() -> None:
    found = passages([actor(description=SENTENCE * 12)], [])
    assert len(found) == 1, "the same passage again is kept once"
    numbered = "".join(
        f"Tank {number} er fyldt med gylle fra en af de mange gårde på egnen. " for number in range(40)
    )
    found = passages([actor(description=numbered)], [])
    assert " ".join(passage.text for passage in found) == numbered.strip()
    for passage in found:
        assert passage.text.startswith("Tank")
        assert passage.text.endswith("egnen.")
        assert len(passage.text) <= LONGEST + SHORTEST_TAIL
    assert all(len(passage.text) > 300 for passage in found[:-1])


@given(st.lists(st.text(alphabet="abcÆø ,;.", min_size=1, max_size=900), max_size=4))
def test_no_passage_of_a_description_is_longer_than_the_limit(pieces: list[str]) -> None:
    for passage in passages([actor(description="\n".join(pieces))], []):
        assert 0 < len(passage.text) <= LONGEST + SHORTEST_TAIL + 1


def test_an_over_long_sentence_is_cut_behind_clauses() -> None:
    clause = "we dry the fibre fraction of the slurry and press it into pellets"
    found = passages([actor(description=", ".join([clause] * 12) + ".")], [])
    assert all(passage.text.endswith((",", ".")) for passage in found)


def test_a_word_without_end_is_cut_hard() -> None:
    assert [len(p.text) for p in passages([actor(description="x" * 1000)], [])] == [
        LONGEST,
        LONGEST + 100 - LONGEST,
    ]


def test_an_actor_with_only_a_name_has_no_passage() -> None:
    assert passages([actor(), actor("b", description=" \n ", offers=(Offer(""),))], []) == []


def test_offers_and_requests_are_one_passage_each() -> None:
    found = passages(
        [actor(offers=(Offer("Halm. 200 t om året."), Offer("Flis")), requests=(Request("Gylle"),))], []
    )
    assert [(p.kind, p.text) for p in found] == [
        (PassageKind.OFFER, "Halm. 200 t om året."),
        (PassageKind.OFFER, "Flis"),
        (PassageKind.REQUEST, "Gylle"),
    ]
    long_offer = " ".join(f"Vi tilbyder {number} ton halm om året til en fast pris." for number in range(40))
    assert len(passages([actor(offers=(Offer(long_offer[: LONGEST_OFFER - 1]),))], [])) == 1
    assert len(passages([actor(offers=(Offer(long_offer),))], [])) > 3


def test_the_same_text_of_the_same_kind_is_kept_once_within_a_source() -> None:
    twice = actor(offers=(Offer("Halm"), Offer("Halm")), requests=(Request("Halm"),))
    assert [p.kind for p in passages([twice], [])] == [PassageKind.OFFER, PassageKind.REQUEST]
    assert len(passages([twice, actor("b", offers=(Offer("Halm"),))], [])) == 3


def test_a_project_is_held_by_all_its_participants_and_begins_with_its_title() -> None:
    found = passages([], [project("p1", "Green  gas", "We digest straw. " * 3, holders=("b", "a", "b"))])
    assert [p.text for p in found] == ["Green gas. We digest straw. We digest straw. We digest straw."]
    assert found[0].actor_ids == ("a", "b")
    assert found[0].kind is PassageKind.PROJECT
    assert found[0].date == date(2024, 3, 1)
    assert found[0].source_id == "p1"


def test_a_project_without_text_is_its_title_and_one_without_either_is_nothing() -> None:
    assert [p.text for p in passages([], [project("p1", "Why straw?")])] == ["Why straw?"]
    assert passages([], [project("p1", "")]) == []


def test_a_line_of_keywords_is_a_passage_of_its_own() -> None:
    found = passages([], [project("p1", "Green gas", "We digest straw.\nKeywords: biogas, straw, methane")])
    assert [p.text for p in found] == ["Green gas. We digest straw.", "Keywords: biogas, straw, methane"]


def test_tags_speak_only_where_nothing_else_does_and_are_kept_short() -> None:
    tags = tuple(f"tag number {n}" for n in range(500))
    assert [p.text for p in passages([actor(description="We dry.", tags=tags)], [])] == ["We dry."]
    alone = passages([actor(tags=tags)], [])
    assert len(alone) == 1
    assert len(alone[0].text) <= 300


def test_a_stuffed_profile_gives_a_limited_number_of_passages() -> None:
    stuffed = actor(
        description=" ".join(
            f"Biogas, slurry and straw number {number} are our business." for number in range(9000)
        ),
        offers=tuple(Offer(f"Biogas {number}") for number in range(500)),
    )
    assert len(passages([stuffed], [])) == MOST_PASSAGES


def test_the_order_depends_on_ids_and_not_on_the_input() -> None:
    actors = [actor(name, description="We dry.", offers=(Offer("Dryers"),)) for name in ("b", "a")]
    projects = [project(name, f"Project {name}") for name in ("p2", "p1")]
    found = passages(actors, projects)
    assert found == passages(reversed(actors), reversed(projects))
    assert [p.source_id for p in found] == ["a", "a", "b", "b", "p1", "p2"]


def test_each_text_has_its_own_language_and_short_ones_take_the_descriptions() -> None:
    found = passages(
        [
            actor(
                description="Vi leverer maskiner til tørring af halm og tang.",
                offers=(Offer("We dry everything that you bring to us"), Offer("Tørring")),
            )
        ],
        [],
    )
    assert [p.language for p in found] == ["da", "en", "da"]


def test_the_encoder_reads_danish_in_english_words_with_names_in_place_and_other_texts_as_they_are() -> None:
    assert encoder_text("We dry straw.", "en") == "We dry straw."
    assert encoder_text("Wir trocknen Stroh.", "de") == "Wir trocknen Stroh."
    assert encoder_text("Vi tørrer halm fra Crestwing med 20 MW.", "da") == "dry straw Crestwing 20 MW"
    assert encoder_text("Crestwing", "da") == "Crestwing"
    assert encoder_text("Crestwing", "") == "Crestwing"
    assert encoder_text("", "da") == ""


def test_fifteen_hundred_project_texts_take_under_four_seconds() -> None:
    text = " ".join(
        f"The project develops method {number} for drying seaweed in cold air." for number in range(30)
    )
    projects = [
        project(f"p{number}", f"Project {number}", f"{text} Number {number}.") for number in range(1500)
    ]
    started = time.process_time()
    found = passages([], projects)
    assert len(found) > 6000
    assert time.process_time() - started < 4


# Quotes


def test_the_sentence_that_meets_the_other_text_is_quoted_across_languages() -> None:
    profile = "Vi er en virksomhed i Viborg. Vi tørrer tang og alger ved lav temperatur. Ring til os."
    assert best_sentence(profile, "We are looking for someone who can dry seaweed") == sentences(profile)[1]
    assert (
        best_sentence("We sell cars. We grow mussels on ropes.", "muslingeopdræt")
        == "We grow mussels on ropes."
    )


def test_the_first_sentence_is_quoted_where_nothing_is_shared() -> None:
    assert best_sentence("We sell cars. We mend them.", "kvantefysik") == "We sell cars."
    assert best_sentence("", "anything") == ""
    assert best_sentence("We sell cars.", "") == "We sell cars."


@given(st.text(max_size=600), st.text(max_size=60))
def test_a_quote_is_never_longer_than_its_limit(text: str, against: str) -> None:
    assert len(best_sentence(text, against)) <= LONGEST_QUOTE


def test_a_cut_quote_ends_between_words_with_an_ellipsis() -> None:
    cut = shortened("word " * 100, 42)
    assert cut == "word word word word word word word word…"


def test_a_quote_takes_under_a_millisecond() -> None:
    texts = [
        f"We dry seaweed number {n}. " + "We press straw into pellets and sell them. " * 9 for n in range(300)
    ]
    best_sentence(texts[0], "Vi tørrer tang")
    started = time.process_time()
    for text in texts:
        best_sentence(text, "Vi tørrer tang")
    assert (time.process_time() - started) / len(texts) < 0.005
