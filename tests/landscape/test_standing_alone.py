"""What a candidate lacks is counted and named; what is only a call's form is told apart and comes last."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from matchmaker.actors import Actor, ActorGroup, Collaboration, Commitment, Participation
from matchmaker.corpus import Corpus, corpus
from matchmaker.landscape import survey
from matchmaker.landscape.doubts import doubts
from matchmaker.landscape.maturity import is_mature
from matchmaker.landscape.needs import needs
from tests.landscape.test_spin_offs import grown


def cluster() -> Corpus:
    actors = [
        Actor(f"a{number}", f"Actor {number}", ActorGroup.COMPANY if number < 8 else ActorGroup.PUBLIC_BODY)
        for number in range(10)
    ]
    collaborations = [
        Collaboration(
            f"c{number}",
            f"work {number}",
            (Participation("a0"), Participation(f"a{1 + number % 7}")),
            commitment=Commitment.NON_COMMITTAL if number < 7 else Commitment.COMMITTED,
            start=date(2020, 1, 1 + number),
        )
        for number in range(14)
    ]
    return corpus(actors, collaborations, [])


def test_missing_groups_members_commitment_and_dependence_are_named_with_figures() -> None:
    data = cluster()
    columns = np.array([data.collaboration_ids.index(f"c{number}") for number in range(7)])
    found = {each.kind: each for each in needs(data, np.arange(8), np.arange(10), columns, 20.0, 0.2)}
    assert found["actor_group"].names == ("public_body",)
    assert found["members"].figures["short"] == 12
    assert "12 short of the 20 members" in found["members"].sentence
    assert found["commitment"].names == ("committed",)
    assert found["one_actor"].names == ("a0",)
    assert "Actor 0" in found["one_actor"].sentence
    assert "own_ties" in found


def test_what_is_not_missing_is_not_named() -> None:
    data = cluster()
    columns = np.arange(len(data.collaboration_ids))
    held = {each.kind for each in needs(data, np.arange(10), np.arange(10), columns, 5.0, 0.9)}
    assert held == {"one_actor"}
    assert needs(data, np.arange(10), np.arange(10), np.zeros(0, dtype=np.int64), 5.0, 0.9) == ()


WORDS = (
    "amber",
    "basalt",
    "copper",
    "drift",
    "ember",
    "flint",
    "gravel",
    "hazel",
    "iron",
    "jasper",
    "kelp",
    "loam",
)


UNKNOWN = np.zeros(40, dtype=np.bool_)
"""No collaboration has a field."""


def unlike(count: int) -> list[str]:
    return [f"{WORDS[number]} {WORDS[-1 - number]} {'x' * (number + 3)}" for number in range(count)]


def test_most_of_one_call_in_one_group_is_doubted_and_a_broad_call_is_not() -> None:
    nights = ["MSCA-CITIZENS"] * 10 + ["ERC-STG"] * 30
    titles = unlike(10) + ["something else"] * 30
    assert doubts(np.arange(10), nights, titles, UNKNOWN) == ("one_call",)
    broad = ["ERC-STG"] * 40
    assert doubts(np.arange(10), broad, titles, UNKNOWN) == ()
    assert doubts(np.arange(10), [""] * 40, titles, UNKNOWN) == ()


def test_a_trade_with_a_call_of_its_own_is_not_doubted() -> None:
    calls = ["EURATOM"] * 10 + ["ERC-STG"] * 30
    titles = unlike(10) + ["something else"] * 30
    everywhere = np.ones(40, dtype=np.bool_)
    assert doubts(np.arange(10), calls, titles, everywhere) == ()
    elsewhere = np.arange(40) >= 10
    assert doubts(np.arange(10), calls, titles, elsewhere) == ("one_call",)


def test_repeated_titles_are_doubted_and_few_collaborations_are_not() -> None:
    titles = [f"European Researchers' Night in region {number}" for number in range(8)]
    assert doubts(np.arange(8), [""] * 8, titles, UNKNOWN) == ("repeated_titles",)
    assert doubts(np.arange(3), [""] * 8, titles, UNKNOWN) == ()


def test_a_doubted_candidate_never_comes_before_one_that_is_not() -> None:
    planted = grown()
    first = survey(planted.corpus, planted.vectors).spin_offs[0]
    assert not first.doubts
    inside = set(
        next(
            each
            for each in survey(planted.corpus, planted.vectors).sub_clusters
            if each.id == first.sub_cluster_id
        ).collaboration_ids
    )
    data = planted.corpus
    called = replace(
        data, topics=["NIGHT-2020-01" if each in inside else "" for each in data.collaboration_ids]
    )
    found = survey(called, planted.vectors).spin_offs
    doubted = [bool(each.doubts) for each in found]
    assert "one_call" in next(each for each in found if each.sub_cluster_id == first.sub_cluster_id).doubts
    assert doubted == sorted(doubted)


def test_only_a_sub_cluster_with_members_collaborations_and_years_is_mature() -> None:
    years = np.repeat([2019, 2020], 10)
    assert is_mature(20, years)
    assert not is_mature(5, years)
    assert not is_mature(20, years[:3])
    assert not is_mature(20, np.full(20, 2020))
    assert not is_mature(20, np.zeros(20, dtype=np.int64))


def test_regions_and_ties_of_a_candidate_are_ordered_and_within_bounds() -> None:
    planted = grown()
    found = survey(planted.corpus, planted.vectors)
    ids = {each.id for each in found.sub_clusters}
    for each in found.spin_offs:
        assert {name for name, _ in each.tied_to} <= ids - {each.sub_cluster_id, each.parent_id}
        shares = [share for _, share in each.tied_to]
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) <= 1.001
        assert all(quotient > 1 for _, quotient in each.regions)
