"""Every baseline finds what it should find on clusters whose answer is known by construction."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.actors import Actor, ActorGroup, Collaboration, Offer, Participation
from matchmaker.corpus import Corpus, corpus
from matchmaker.matching.baselines import (
    FUSION,
    SINGLE,
    TEXT_ALONE,
    adamic_adar,
    bm25,
    common_neighbours,
    documents,
    embedding,
    fused,
    popularity,
    tfidf,
    ties,
    times_popularity,
    weigh,
)
from matchmaker.matching.judging import Fit, FitProjects
from matchmaker.matching.project_baselines import PROJECT_BASELINES
from matchmaker.matching.splits import Past, as_of, projects
from matchmaker.text import passages
from tests.small_encoder import WordsEncoder

DAY = date(2023, 1, 1)
LATER = date(2023, 6, 1)
EVERY: dict[str, Fit] = SINGLE | FUSION


def past_of(data: Corpus) -> Past:
    return as_of(data, WordsEncoder().encode(data.texts), DAY)


def cluster(collaborations: list[Collaboration], offers: dict[str, str] | None = None) -> Corpus:
    offers = offers or {}
    ids = {part.actor_id for each in collaborations for part in each.participations} | set(offers)
    actors = [
        Actor(
            each,
            each,
            ActorGroup.COMPANY,
            offers=(Offer(offers[each]),) if each in offers else (),
        )
        for each in sorted(ids)
    ]
    return corpus(actors, collaborations, passages(actors, collaborations))


def together(identity: str, *members: str, title: str = "", day: date = DAY) -> Collaboration:
    return Collaboration(identity, title, tuple(Participation(each) for each in members), signed=day)


def two_trades() -> Past:
    return past_of(
        cluster(
            [],
            {
                "a": "pressing grass for protein",
                "b": "protein from clover grass",
                "c": "engines for ships",
                "d": "ships with hydrogen engines",
            },
        )
    )


def graph() -> Past:
    """``hub`` has worked with everybody, ``go-between`` with ``s`` and ``t`` alone."""
    return past_of(
        cluster(
            [
                together("1", "s", "go-between"),
                together("2", "t", "go-between"),
                *(together(f"h{each}", "hub", each) for each in ("s", "u", "v", "w", "x")),
            ]
        )
    )


def scores(fit: Fit, past: Past) -> NDArray[np.float32]:
    return fit(past)(np.arange(len(past.known)))


@pytest.mark.parametrize("fit", [tfidf, bm25, embedding], ids=lambda fit: fit.__name__)
def test_text_finds_those_who_say_the_same(fit: Fit) -> None:
    found = scores(fit, two_trades())
    np.fill_diagonal(found, -np.inf)
    assert found.argmax(axis=1).tolist() == [1, 0, 3, 2]


def test_tfidf_is_a_cosine() -> None:
    found = scores(tfidf, two_trades())
    assert np.diag(found) == pytest.approx(np.ones(4))
    assert found == pytest.approx(found.T)


def test_bm25_agrees_with_its_formula() -> None:
    past = past_of(cluster([], {"a": "red red fox", "b": "red hen", "c": "old fox barn yard"}))
    found = scores(bm25, past)
    lengths, mean = [3, 2, 4], 3
    rarity = np.log1p((3 - 2 + 0.5) / (2 + 0.5))
    red = {
        row: rarity * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * lengths[row] / mean))
        for row, count in ((0, 2), (1, 1))
    }
    assert found[1, 0] == pytest.approx(red[0])
    assert found[0, 1] == pytest.approx(red[1])


def test_popularity_is_the_same_for_everybody() -> None:
    past = graph()
    found = scores(popularity, past)
    assert (found == past.history).all()
    assert past.corpus.ids[int(found[0].argmax())] == "hub"


def test_common_neighbours_counts_them() -> None:
    past = graph()
    found = scores(common_neighbours, past)
    bound = ties(past).toarray()
    assert found == pytest.approx(bound @ bound)


def test_adamic_adar_prefers_the_partner_shared_with_few() -> None:
    past = graph()
    place = past.corpus.row_of
    found = scores(adamic_adar, past)[place["s"]]
    assert found[place["t"]] == pytest.approx(1 / np.log(2))
    assert found[place["u"]] == pytest.approx(1 / np.log(5))
    assert found[place["u"]] == found[place["v"]]


def test_ties_leave_very_large_collaborations_out_and_count_the_others() -> None:
    crowd = [f"m{number}" for number in range(41)]
    past = past_of(cluster([together("giant", *crowd), together("1", "m0", "m1"), together("2", "m0", "m1")]))
    assert ties(past).nnz == 2
    assert ties(past, counted=True).max() == 2


def test_times_popularity_multiplies() -> None:
    past = graph()
    expected = scores(common_neighbours, past) * np.log1p(past.history)
    assert scores(times_popularity(common_neighbours), past) == pytest.approx(expected)


def test_fusion_adds_shares_of_the_seekers_most() -> None:
    past = graph()
    found = scores(fused(common_neighbours, popularity), past)
    parts = [scores(each, past) for each in (common_neighbours, popularity)]
    expected = sum(part / np.maximum(part.max(axis=1, keepdims=True), 1e-12) for part in parts)
    assert found == pytest.approx(expected)
    assert found.max() <= 2


def test_documents_join_a_projects_passages_and_keep_profiles_apart() -> None:
    long = "A first sentence about grass. " * 30
    data = cluster([together("p", "a", "b", title=long)], {"a": "An offer of steel."})
    made = documents(data)
    assert len(made.texts) == 2
    assert made.holds.toarray().tolist() == [[1, 1], [0, 1]]


@pytest.mark.parametrize("name", EVERY)
def test_an_arm_of_seekers_without_anything_gives_finite_scores(name: str) -> None:
    data = cluster([together("p", "a", "b", title="Grass.")], {"c": "!"})
    found = EVERY[name](past_of(data))(np.arange(3))
    assert found.shape == (3, 3)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()


@pytest.mark.parametrize("name", EVERY)
def test_an_arm_of_a_block_gives_what_single_seekers_get(name: str) -> None:
    past = graph()
    arm = EVERY[name](past)
    together_ = arm(np.arange(len(past.known)))
    alone = np.concatenate([arm(np.array([row])) for row in range(len(past.known))])
    assert together_ == pytest.approx(alone, abs=1e-6)


@pytest.mark.parametrize("name", TEXT_ALONE)
def test_text_alone_does_not_look_at_the_seekers_collaborations(name: str) -> None:
    """What an arm gives a seeker stays when its ties are taken away and its texts left."""
    past = graph()
    place = past.corpus.row_of["s"]
    before = TEXT_ALONE[name](past)(np.array([place]))
    takes_part = past.corpus.takes_part.tolil()
    takes_part[[place]] = 0
    hidden = sparse.csr_array(takes_part)
    hidden.eliminate_zeros()
    alone = replace(past, corpus=replace(past.corpus, takes_part=hidden))
    others = np.arange(len(past.known)) != place
    assert TEXT_ALONE[name](alone)(np.array([place]))[:, others] == pytest.approx(before[:, others])


def test_texts_without_words_weigh_nothing() -> None:
    words = weigh(["the of", "!"])
    assert words.rows.shape == (2, 0)
    assert words.of(["grass"]).shape == (1, 0)


@pytest.mark.parametrize("name", [each for each in PROJECT_BASELINES if each != "popularity"])
def test_a_projects_text_finds_those_of_its_trade(name: str) -> None:
    data = cluster(
        [
            together("1", "a", "b", title="Grass protein press"),
            together("2", "a", "e", title="Protein from grass"),
            together("3", "c", "d", title="Ship engine"),
            together("4", "c", "f", title="Engine for a ship"),
            together("new", "a", "b", title="Grass and protein", day=LATER),
        ]
    )
    vectors = WordsEncoder().encode(data.texts)
    past = as_of(data, vectors, DAY)
    fit: FitProjects = PROJECT_BASELINES[name]
    found = fit(past)(projects(data, vectors, past, LATER))[0]
    place = data.row_of
    assert min(found[place[each]] for each in "abe") > max(found[place[each]] for each in "cdf")
