"""An idea finds the actors whose texts are near it, in Danish and English, with and without a history of projects."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from matchmaker.actors import Actor, ActorGroup, Collaboration, Offer, Participation, Passage
from matchmaker.corpus import Corpus, corpus
from matchmaker.matching.candidates import features, units
from matchmaker.matching.ideas import Ideas, crowding, idea_passages, project_arm, unit_terms
from matchmaker.matching.splits import as_of, projects
from matchmaker.text import passages
from matchmaker.word_index import index_words
from tests.small_encoder import WordsEncoder

ENCODER = WordsEncoder()
COMPANY, LAB = ActorGroup.COMPANY, ActorGroup.KNOWLEDGE_INSTITUTION
TOPICS = ("protein grass juice pressing", "turbine blade acoustic sensor", "mussel seaweed harbour feed",
          "hospital bed robot nurse", "brick mortar kiln clay")  # fmt: skip
ACTORS = [
    Actor(f"a{number}{letter}", f"Actor {number}{letter}", COMPANY if letter == "x" else LAB,
          f"We know {topic} well. Number {number} {letter}.", offers=(Offer(f"Rent our {topic.split()[0]} hall."),))
    for number, topic in enumerate(TOPICS) for letter in "xy"
] + [Actor("silent", "Silent ApS", COMPANY)]  # fmt: skip


def ground(actors: list[Actor], collaborations: list[Collaboration]) -> Corpus:
    return corpus(actors, collaborations, passages(actors, collaborations))


def ideas_over(data: Corpus) -> Ideas:
    vectors = ENCODER.encode(data.texts)
    words = index_words(data.texts, data.languages)
    compared = units(data, vectors)
    return Ideas(data, compared, features(compared, words).vectors, words)


def asked(text: str) -> tuple[list[Passage], np.ndarray]:
    texts = idea_passages(text)
    return texts, ENCODER.encode([each.text for each in texts])


@pytest.fixture(scope="module")
def profiles() -> Ideas:
    return ideas_over(ground(ACTORS, []))


def best(ideas: Ideas, text: str, **chosen) -> list[str]:
    texts, vectors = asked(text)
    found = ideas.best(ideas.answer(texts, vectors), texts, vectors, **{"top": 3, **chosen})
    return [each.actor_id for each in found]


def test_whom_a_filter_leaves_out_takes_no_place_among_the_nearest(
    profiles: Ideas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matchmaker.matching.ideas.NEAR_PER_ROOT", 0.1)
    texts, vectors = asked(f"An idea about {TOPICS[0]}.")
    near = best(profiles, f"An idea about {TOPICS[0]}.")
    allowed = np.array([each not in near for each in profiles.corpus.ids])
    assert not profiles.answer(texts, vectors).scores[allowed].any()
    assert profiles.answer(texts, vectors, allowed=allowed).scores[allowed].max() > 0


@pytest.mark.parametrize("number", range(len(TOPICS)))
def test_profiles_alone_are_enough(profiles: Ideas, number: int) -> None:
    assert set(best(profiles, f"An idea about {TOPICS[number]}.", top=2)) == {f"a{number}x", f"a{number}y"}


def test_those_who_did_such_projects_come_first_and_experience_counts() -> None:
    done = [
        Collaboration(f"p{number}", TOPICS[0], tuple(Participation(each) for each in members),
                      f"The project on {TOPICS[0]} in year {number}.", signed=date(2020 + number, 1, 1))
        for number, members in enumerate((("a4x", "a3x"), ("a4x", "a2x")))
    ]  # fmt: skip
    bare = [Actor(each.id, each.name, each.group) for each in ACTORS]
    found = best(ideas_over(ground(bare, done)), TOPICS[0], top=5)
    assert found[0] == "a4x"
    assert set(found) == {"a4x", "a3x", "a2x"}


def test_a_score_is_what_its_texts_are_worth(profiles: Ideas) -> None:
    texts, vectors = asked(TOPICS[1])
    answer = profiles.answer(texts, vectors)
    for row in range(len(profiles.corpus.ids)):
        held = np.isin(answer.units, profiles.units.holds[[row], :].indices)
        assert answer.scores[row] == pytest.approx(answer.worth[held].sum(), rel=1e-5)


def test_grounds_are_the_actors_own_words_and_their_shares_add_up(profiles: Ideas) -> None:
    texts, vectors = asked(TOPICS[2])
    found = profiles.best(profiles.answer(texts, vectors), texts, vectors, top=2, quotes=9)
    for suited in found:
        assert sum(each.share for each in suited.grounds) == pytest.approx(1, abs=1e-3)
        own = " ".join(text for text in profiles.corpus.texts)
        assert all(each.quote.text in own for each in suited.grounds)
        assert all(each.quote.source_id == suited.actor_id for each in suited.grounds)


def test_taking_the_quoted_text_away_lowers_the_score(profiles: Ideas) -> None:
    texts, vectors = asked(TOPICS[0])
    answer = profiles.answer(texts, vectors)
    row = profiles.corpus.row_of["a0x"]
    poorer = [Actor(each.id, each.name, each.group) if each.id == "a0x" else each for each in ACTORS]
    without = ideas_over(ground(poorer, [])).answer(texts, vectors)
    assert without.scores[row] < answer.scores[row]


@pytest.mark.parametrize("text", ["", "   ", "\n", "...", "!"])
def test_a_text_without_words_finds_nobody(profiles: Ideas, text: str) -> None:
    texts, vectors = asked(text)
    answer = profiles.answer(texts, vectors)
    assert np.isfinite(answer.scores).all()
    if not texts:
        assert not answer.scores.any()


def test_one_word_is_enough_even_a_common_one() -> None:
    actors = [
        Actor(f"a{number:03}", f"A{number}", COMPANY, f"Grass and thing{number}.") for number in range(80)
    ]
    actors.append(Actor("z", "Z", COMPANY, "Something else."))
    texts, vectors = asked("grass")
    answer = ideas_over(ground(actors, [])).answer(texts, vectors)
    assert answer.scores.max() > 0.001
    assert answer.scores[80] == 0 or answer.scores[80] < answer.scores.max() / 10


def test_two_hundred_pages_are_read_as_a_project_is() -> None:
    texts, vectors = asked(
        " ".join(f"Sentence {number} on {TOPICS[number % 5]} says this." for number in range(9000))
    )
    assert len(texts) == 60
    ideas = ideas_over(ground(ACTORS, []))
    assert np.isfinite(ideas.answer(texts, vectors).scores).all()


def test_a_third_language_is_found_by_meaning_alone(profiles: Ideas) -> None:
    texts = idea_passages("Wir pressen Gras und gewinnen Eiweiß.")
    vectors = ENCODER.encode([TOPICS[0]] * len(texts))
    answer = profiles.answer(texts, vectors)
    first = np.argsort(-answer.scores)[:2]
    assert {profiles.corpus.ids[row] for row in first} == {"a0x", "a0y"}


def test_only_those_allowed_are_named_and_nobody_without_a_text(profiles: Ideas) -> None:
    texts, vectors = asked(TOPICS[0])
    allowed = profiles.corpus.groups == profiles.corpus.groups[profiles.corpus.row_of["a0y"]]
    found = profiles.best(profiles.answer(texts, vectors), texts, vectors, top=50, allowed=allowed)
    assert found[0].actor_id == "a0y"
    assert {each.group for each in found} == {LAB}
    assert "silent" not in best(profiles, TOPICS[0], top=50)


def test_one_vector_to_a_passage(profiles: Ideas) -> None:
    with pytest.raises(ValueError, match="1 passages need as many vectors, not 2"):
        profiles.answer(idea_passages("One sentence."), np.zeros((2, 64), dtype=np.float32))


def test_a_cluster_of_nobody_answers_nothing() -> None:
    data = ground([], [])
    vectors = np.zeros((0, 64), dtype=np.float32)
    words = index_words([], [])
    compared = units(data, vectors)
    ideas = Ideas(data, compared, features(compared, words).vectors, words)
    texts, asked_vectors = asked("Protein from grass.")
    assert ideas.answer(texts, asked_vectors).scores.shape == (0,)
    assert ideas.best(ideas.answer(texts, asked_vectors), texts, asked_vectors, top=5) == []


def test_the_same_input_gives_the_same_answer(profiles: Ideas) -> None:
    texts, vectors = asked(TOPICS[3])
    one, other = profiles.answer(texts, vectors), ideas_over(ground(ACTORS, [])).answer(texts, vectors)
    assert np.array_equal(one.scores, other.scores)
    assert np.array_equal(one.units, other.units)


def test_a_text_like_many_others_is_in_a_crowd() -> None:
    twins = [
        Actor(f"t{number}", f"T{number}", COMPANY, "Wood pellets boiler heating.") for number in range(30)
    ]
    data = ground([*ACTORS, *twins], [])
    vectors = ENCODER.encode(data.texts)
    words = index_words(data.texts, data.languages)
    compared = units(data, vectors)
    crowd = crowding(features(compared, words).vectors, unit_terms(compared, words))
    alike = np.array(["pellets" in text for text in data.texts])
    assert crowd[alike].min() > crowd[~alike].max()
    assert np.median(crowd) == pytest.approx(1)


def test_the_arm_for_projects_scores_every_actor_from_what_was_known() -> None:
    done = [
        Collaboration(f"p{number}", TOPICS[number % 5], (Participation(f"a{number % 5}x"), Participation("a4y")),
                      f"On {TOPICS[number % 5]}.", signed=date(2020, 1, 1 + number))
        for number in range(10)
    ]  # fmt: skip
    data = ground(ACTORS, done)
    vectors = ENCODER.encode(data.texts)
    past = as_of(data, vectors, date(2020, 1, 6))
    later = projects(data, vectors, past, date(2020, 1, 31))
    scores = project_arm(past)(later)
    assert scores.shape == (len(later), len(ACTORS))
    assert all(scores[place].argmax() in project.participants for place, project in enumerate(later))
