"""Ranking a whole cluster, where a seeker's own group is not compared, gives what ranking each actor alone gives."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from matchmaker.actors import Actor, ActorGroup, Collaboration, Offer, Participation, Place, Request
from matchmaker.answers import Answer, AnswerKind, Judgement
from matchmaker.corpus import corpus
from matchmaker.generation import suggest_everybody
from matchmaker.matching.amounts import Comparison
from matchmaker.matching.answered import answered, rows_of
from matchmaker.matching.duplicates import near_copies
from matchmaker.matching.evidence import gather
from matchmaker.matching.ranking import SEEKERS_AT_ONCE, Ranked, Recommender, Wish
from matchmaker.matching.weights import shipped_weights, typical_scale
from matchmaker.text import passages
from matchmaker.word_index import index_words
from tests.small_encoder import WordsEncoder

GROUPS = (ActorGroup.COMPANY, ActorGroup.KNOWLEDGE_INSTITUTION, ActorGroup.PUBLIC_BODY)
TOLD = """barley malt brewing grain feed poultry pigs heat drying steam biogas straw membrane sensor camera robot
timber concrete insulation window battery hydrogen ammonia turbine harbour crane vessel algae mussel enzyme"""
ACTORS = 4 * SEEKERS_AT_ONCE
LAST_DIGIT = 0.0021
"""Sums of other lengths may round otherwise in the third decimal."""


def text(generator: np.random.Generator, start: str) -> str:
    return f"{start} {' '.join(generator.choice(TOLD.split(), size=7, replace=False))}."


def place(row: int) -> Place:
    """Hundreds of kilometres from all others, since distances are exact to a few only; unknown for every seventh."""
    if row % 7 == 0:
        return Place("DK", "DK041")
    return Place("DK", "DK041", "", -56 + row // 16 * 15, row % 16 * 20)


@pytest.fixture(scope="module")
def cluster() -> tuple[object, Recommender, Comparison]:
    generator = np.random.default_rng(5)
    actors = [
        Actor(
            f"a{row:03}",
            f"Actor {row}",
            GROUPS[generator.choice(3, p=(0.6, 0.2, 0.2))],
            # Every tenth says what the one before says.
            text(np.random.default_rng(row - (row % 10 == 1)), "We work with"),
            requests=(Request(text(generator, "We look for")),) if row % 3 == 0 else (),
            offers=(Offer(text(generator, "We offer")),) if row % 4 == 0 else (),
            place=place(row),
        )
        for row in range(ACTORS)
    ]
    collaborations = [
        Collaboration(
            f"p{number:03}",
            f"Project {number}",
            tuple(
                Participation(f"a{row:03}")
                for row in generator.choice(ACTORS, size=1 + number % 5, replace=False)
            ),
            text(generator, "Together on"),
            start=date(2022, 1, 1) + timedelta(days=number),
        )
        for number in range(90)
    ]
    columns = corpus(actors, collaborations, passages(actors, collaborations))
    vectors = WordsEncoder().encode(columns.texts)
    evidence = gather(columns, vectors, index_words(columns.texts, columns.languages))
    compared = Comparison(columns, evidence)
    weights = shipped_weights(typical_scale(compared))
    return columns, Recommender(columns, evidence, weights, near_copies(columns)), compared


def by_group(columns) -> list[int]:
    return np.argsort(columns.groups, kind="stable").tolist()


def assert_same(one: Ranked, other: Ranked) -> None:
    assert one.seeker == other.seeker
    assert one.scores == pytest.approx(other.scores, abs=LAST_DIGIT)
    places = {partner: place for place, partner in enumerate(other.partners)}
    assert set(one.partners) == set(places)
    turned = [places[partner] for partner in one.partners]
    assert one.scores == pytest.approx(other.scores[turned], abs=LAST_DIGIT)
    assert one.points.keys() == other.points.keys()
    for kind, points in one.points.items():
        assert points == pytest.approx(other.points[kind][turned], abs=LAST_DIGIT)
    assert (one.competitors == other.competitors[turned]).all()


@pytest.mark.parametrize(
    "wish",
    [
        Wish(top=ACTORS),
        Wish(top=ACTORS, new=True),
        Wish(top=ACTORS, afield=0.7),
        Wish(top=ACTORS, region="DK041"),
        Wish(top=ACTORS, across=False),
        Wish(top=ACTORS, groups=(ActorGroup.COMPANY,)),
    ],
    ids=str,
)
def test_a_whole_cluster_is_ranked_as_each_actor_alone(cluster, wish) -> None:
    columns, engine, _ = cluster
    together = list(engine.rank(by_group(columns), wish))
    assert sum(len(each.partners) for each in together) > ACTORS
    for ranked in together:
        (alone,) = engine.rank([ranked.seeker], wish)
        assert_same(ranked, alone)


def test_the_order_of_the_seekers_changes_nothing(cluster) -> None:
    columns, engine, _ = cluster
    wish = Wish(top=ACTORS)
    sorted_ones = {each.seeker: each for each in engine.rank(by_group(columns), wish)}
    as_they_come = list(engine.rank(range(ACTORS), wish))
    assert [each.seeker for each in as_they_come] == list(range(ACTORS))
    for ranked in as_they_come:
        assert_same(ranked, sorted_ones[ranked.seeker])


def test_nobody_is_proposed_its_own_group_or_whom_it_declined(cluster) -> None:
    columns, engine, _ = cluster
    seekers, wish = by_group(columns), Wish(top=ACTORS)
    before = next(each for each in engine.rank(seekers, wish) if len(each.partners))
    pair = columns.ids[before.seeker], columns.ids[before.partners[0]]
    said = Answer(*pair, Judgement(AnswerKind.DECLINED), "tests", "2026-01-01T00:00:00+00:00", 1)
    heeding = engine.heeding(rows_of(answered([said]), columns.row_of))
    shown = {ranked.seeker: ranked.partners for ranked in heeding.rank(seekers, wish)}
    assert before.partners[0] not in shown[before.seeker]
    assert len(shown[before.seeker]) == len(before.partners) - 1
    for seeker, partners in shown.items():
        assert (columns.groups[partners] != columns.groups[seeker]).all()


def test_a_cluster_of_one_group_has_nobody_to_propose() -> None:
    actors = [
        Actor(f"a{row:02}", f"Actor {row}", ActorGroup.COMPANY, "We brew organic beer with barley malt.")
        for row in range(SEEKERS_AT_ONCE + 3)
    ]
    columns = corpus(actors, [], passages(actors, []))
    vectors = WordsEncoder().encode(columns.texts)
    evidence = gather(columns, vectors, index_words(columns.texts, columns.languages))
    weights = shipped_weights(typical_scale(Comparison(columns, evidence)))
    engine = Recommender(columns, evidence, weights)
    assert [len(each.partners) for each in engine.rank(range(len(actors)), Wish())] == [0] * len(actors)


def test_a_comparison_among_some_has_their_columns_of_all(cluster) -> None:
    columns, _, compared = cluster
    some = np.flatnonzero(columns.groups != columns.groups[0])
    few = compared.among(some)
    assert few.partners.tolist() == some.tolist()
    assert compared.partners.tolist() == list(range(ACTORS))
    seekers = np.arange(0, ACTORS, 5)
    whole = compared.amounts(seekers)
    for feature, amount in few.amounts(seekers).items():
        assert amount.shape == (len(seekers), len(some))
        assert amount == pytest.approx(whole[feature][:, some], rel=1e-4, abs=1e-5), feature


def test_everybodys_candidates_are_what_ranking_finds_and_in_the_order_of_the_actors(cluster) -> None:
    columns, engine, _ = cluster
    table, candidates = suggest_everybody(columns, engine)
    seekers = table["seeker"].to_pylist()
    assert seekers == sorted(seekers)
    for seeker in range(ACTORS):
        (alone,) = engine.rank([seeker], Wish(top=ACTORS))
        row = candidates[[seeker]]
        assert set(row.indices) == set(alone.partners)
        assert row.toarray()[0, alone.partners] == pytest.approx(alone.scores, abs=LAST_DIGIT)
        ranks = [
            rank
            for rank, of in zip(table["rank"].to_pylist(), seekers, strict=True)
            if of == columns.ids[seeker]
        ]
        assert ranks == list(range(1, len(ranks) + 1))
