"""A team covers the parts of an idea, keeps to what is wished for, and says who covers what and what is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations

import numpy as np
import pytest

from matchmaker.actors import Actor, ActorGroup, Collaboration, Participation, Place
from matchmaker.corpus import corpus
from matchmaker.matching.candidates import features, units
from matchmaker.matching.idea_parts import parts, statements
from matchmaker.matching.ideas import Ideas
from matchmaker.matching.team_choice import Table, TeamWeights, choose
from matchmaker.matching.team_wishes import TeamWish
from matchmaker.matching.teams import Team, Teams
from matchmaker.text import passages
from matchmaker.word_index import index_words
from tests.small_encoder import WordsEncoder

ENCODER = WordsEncoder()
COMPANY, LAB, PUBLIC = ActorGroup.COMPANY, ActorGroup.KNOWLEDGE_INSTITUTION, ActorGroup.PUBLIC_BODY
TOPICS = {
    "press": "We press fresh clover into green juice.",
    "dry": "We dry protein powder with spray towers.",
    "gas": "We ferment brown residue into biogas digesters.",
    "test": "We taste snacks with consumer panels.",
}
IDEA = "Press clover into green juice. Dry the protein powder. Taste snacks with consumer panels."
ACTORS = [
    *(Actor(f"{topic}1", f"{topic} Works", COMPANY, text, place=Place("DK", "DK041", "Aarhus"))
      for topic, text in TOPICS.items()),
    *(Actor(f"{topic}2", f"{topic} Institute", LAB, text, place=Place("SE", "SE110", "Lund"))
      for topic, text in TOPICS.items()),
    *(Actor(f"other{number}", f"Other {number}", COMPANY, f"Unrelated trade{number} goods{number}.",
            place=Place("DK", "DK042", "Viborg")) for number in range(20)),
    Actor("town", "The Town", PUBLIC, "Roads and schools.", place=Place("DK", "DK041", "Aarhus")),
]  # fmt: skip
WORKED = [
    Collaboration("c1", "Clover", (Participation("press1"), Participation("dry2")), signed=date(2020, 1, 1)),
]


@pytest.fixture(scope="module")
def teams() -> Teams:
    data = corpus(ACTORS, WORKED, passages(ACTORS, []))
    vectors = ENCODER.encode(data.texts)
    words = index_words(data.texts, data.languages)
    compared = units(data, vectors)
    return Teams(Ideas(data, compared, features(compared, words).vectors, words))


def team(teams: Teams, text: str = IDEA, **wish) -> Team:
    texts = statements(text)
    return teams.team(
        texts, ENCODER.encode([each.text for each in texts]), TeamWish(**{"least": 3, "most": 4, **wish})
    )


def ids(found: Team) -> list[str]:
    return [member.actor_id for member in found.members]


def test_the_team_covers_every_part_and_names_who_does_by_quote(teams: Teams) -> None:
    found = team(teams)
    assert len(found.parts) == 3
    assert not any(part.uncovered for part in found.parts)
    by_part = {cover.part for member in found.members for cover in member.covers}
    assert by_part == {0, 1, 2}
    for member in found.members:
        for cover in member.covers:
            assert cover.quote.source_id == member.actor_id
            assert 0 < cover.degree <= 1


def test_what_nobody_does_stays_uncovered_and_is_named(teams: Teams) -> None:
    found = team(teams, IDEA + " Launch satellites towards Jupiter moons.")
    missing = [part for part in found.parts if part.uncovered]
    assert [part.label for part in missing] == ["Launch satellites towards Jupiter moons."]


def test_groups_sizes_regions_included_and_excluded_are_kept(teams: Teams) -> None:
    found = team(teams, groups={LAB: 2, PUBLIC: 1}, include=("other3",), least=4, most=5, exclude=("dry2",))
    groups = [member.group for member in found.members]
    assert groups.count(LAB) >= 2
    assert groups.count(PUBLIC) >= 1
    assert ids(found)[0] == "other3"
    assert found.members[0].included
    assert "dry2" not in ids(found)
    assert 4 <= len(found.members) <= 5
    assert all(
        each.endswith("1") or each.startswith(("other", "town"))
        for each in ids(team(teams, regions=("DK04",)))
    )


def test_beyond_the_least_size_only_those_come_who_cover_more(teams: Teams) -> None:
    assert len(team(teams, least=3, most=20).members) < 10
    assert len(team(teams, least=12, most=20).members) == 12


def test_somebody_who_has_worked_with_a_member_is_preferred_to_an_equal(teams: Teams) -> None:
    found = team(
        teams, "Press clover into green juice. Dry the protein powder.", include=("press1",), least=2, most=2
    )
    assert ids(found) == ["press1", "dry2"]
    assert found.members[1].worked_with == ("press Works",)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"least": 5, "most": 3}, ["at least 5 members are more than at most 3"]),
        ({"least": 0}, ["a team has 1 member at least, not 0"]),
        ({"groups": {PUBLIC: 2}}, ["2 of the group public_body are wanted, but only 1 can be had"]),
        ({"groups": {COMPANY: 3, LAB: 3}}, ["the groups ask for 6 members, more than 4"]),
        ({"regions": ("NO",)}, ["3 members are wanted at least, but only 0 actors can be had in NO"]),
        ({"include": ("nobody",)}, ["there is no actor with the id 'nobody'"]),
        ({"include": ("dry1",), "exclude": ("dry1",)}, ["'dry1' is both included and excluded"]),
        ({"include": ("dry1", "gas1", "press1"), "groups": {LAB: 2}},
         ["3 included actors and 2 more for the groups are more than 4 members"]),
        ({"include": ("a", "b"), "least": 9, "most": 2, "groups": {PUBLIC: 3}},
         ["'a'", "'b'", "at least 9", "ask for 3 members", "only 1 can be had"]),
    ],
)  # fmt: skip
def test_all_that_cannot_be_is_said_at_once(teams: Teams, wish, said) -> None:
    with pytest.raises(ValueError, match="no team can be like that") as caught:
        team(teams, **wish)
    assert [each for each in said if each not in str(caught.value)] == []


def test_an_idea_without_text_has_no_team(teams: Teams) -> None:
    with pytest.raises(ValueError, match="the idea has no text"):
        teams.team([], np.zeros((0, 64), dtype=np.float32))


@pytest.mark.parametrize(
    "text", ["clover", "!", "Wir pressen Klee.", "Vi presser kløver, og vi tørrer protein."]
)
def test_odd_ideas_still_have_a_team(teams: Teams, text: str) -> None:
    assert len(team(teams, text).members) >= 3


def test_the_same_idea_gives_the_same_team(teams: Teams) -> None:
    assert team(teams) == team(teams)


# Parts


def test_sentences_about_one_thing_are_one_part_in_the_order_of_the_text() -> None:
    texts = statements(
        "Clover juice is pressed. Pressed clover juice is green. Consumers taste snacks. Snacks taste of panels."
        " Biogas digesters ferment residue. Residue ferments in digesters."
    )
    found = parts(texts, ENCODER.encode([each.text for each in texts]))
    assert [len(part.statements) for part in found] == [2, 2, 2]
    assert "Clover" in found[0].label or "clover" in found[0].label


def test_a_single_long_sentence_has_its_clauses_as_parts() -> None:
    said = [
        each.text
        for each in statements("Vi presser frisk kløver, tørrer proteinet til pulver og smager på snacks.")
    ]
    assert said == ["Vi presser frisk kløver", "tørrer proteinet til pulver", "smager på snacks."]


def test_a_book_has_seven_parts_at_most() -> None:
    texts = statements(" ".join(f"Sentence number{n} about thing{n % 9}." for n in range(5000)))
    assert 3 <= len(parts(texts, ENCODER.encode([each.text for each in texts]))) <= 7


# Choice


def table(seed: int, count: int = 9, kinds: int = 3) -> Table:
    rng = np.random.default_rng(seed)
    ties = rng.random((count, count)).astype(np.float32) ** 4
    ties = np.maximum(ties, ties.T)
    np.fill_diagonal(ties, 0)
    return Table(
        rows=np.arange(count),
        covers=rng.random((count, 4)).astype(np.float32) ** 2,
        suited=rng.random(count).astype(np.float32),
        ties=ties,
        asked=rng.random(count).astype(np.float32),
        groups=rng.integers(0, kinds, count).astype(np.int8),
        fixed=(),
    )


def worth(data: Table, team: tuple[int, ...], weights: TeamWeights) -> float:
    chosen = list(team)
    covered = (1 - np.prod(1 - data.covers[chosen], axis=0)).mean()
    ties = data.ties[np.ix_(chosen, chosen)].max(axis=1).sum()
    return float(
        weights.coverage * covered
        + weights.suited * data.suited[chosen].sum()
        + weights.ties * ties
        - weights.asked * data.asked[chosen].sum()
    )


@pytest.mark.parametrize("seed", range(20))
def test_the_choice_is_nearly_the_best_of_all_teams(seed: int) -> None:
    data, weights = table(seed), TeamWeights(ties=0.3)
    best = max(worth(data, each, weights) for each in combinations(range(9), 4))
    chosen = choose(data, np.zeros(6, dtype=np.intp), 4, 4, weights)
    assert len(set(chosen)) == 4
    assert worth(data, tuple(chosen), weights) >= 0.98 * best


@pytest.mark.parametrize("seed", range(20))
def test_the_choice_has_the_groups_it_needs(seed: int) -> None:
    data = table(seed)
    there = np.bincount(data.groups, minlength=6)
    needed = np.minimum(there, [2, 1, 1, 0, 0, 0])
    chosen = choose(data, needed, 4, 4, TeamWeights())
    assert (np.bincount(data.groups[chosen], minlength=6) >= needed).all()
    assert len(chosen) == 4


@pytest.mark.parametrize("seed", range(40))
def test_nobody_is_in_a_team_twice_or_with_whom_they_never_join(seed: int) -> None:
    apart = np.random.default_rng(seed).random((9, 9)) < 0.3
    apart |= apart.T
    np.fill_diagonal(apart, False)
    chosen = choose(
        replace(table(seed), apart=apart), np.array([2, 2, 0, 0, 0, 0]), 4, 4, TeamWeights(ties=0.3)
    )
    assert len(set(chosen)) == len(chosen)
    assert not apart[np.ix_(chosen, chosen)].any()
