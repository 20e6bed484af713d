"""Actors with nearly the same words are found, whatever was changed a little; honest firms of one trade are not."""

from __future__ import annotations

import itertools
import random
import re
from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from matchmaker.actors import Actor, ActorGroup, Collaboration, Offer, Participation, Request
from matchmaker.copies import Copies
from matchmaker.corpus import Corpus, corpus
from matchmaker.matching.duplicates import ALIKE, FEWEST_WORDS, near_copies
from matchmaker.matching.proposing import without_copies
from matchmaker.text import passages
from matchmaker.workspace import Workspace

TEXT = (
    "We press clover grass from nine hundred hectares and dry the protein for pigs and hens. The pulp goes back to "
    "the cattle farms, and the brown juice to a biogas plant in the next village, which pays for the transport."
)
TRADE = (
    "Our family firm has dug drains and laid sewers in the municipality since 1974, mostly for farmers and builders.",
    "Contractor with eleven employees: sewers, drains, paving and snow clearing for companies and private customers.",
    "We are contractors. Digging, sewers and drainage for farms; we also rent out excavators with a driver.",
)


def columns_of(*actors: Actor, collaborations: tuple[Collaboration, ...] = ()) -> Corpus:
    return corpus(actors, collaborations, passages(actors, collaborations))


def firm(number: int, text: str = "", **said: object) -> Actor:
    return replace(Actor(f"firm{number:04}", f"Firm {number}", ActorGroup.COMPANY, text), **said)


def groups(*actors: Actor, collaborations: tuple[Collaboration, ...] = ()) -> list[int]:
    return near_copies(columns_of(*actors, collaborations=collaborations)).groups.tolist()


def with_words_exchanged(text: str, count: int, seed: int) -> str:
    words = text.split()
    draw = random.Random(seed)
    for place in draw.sample(range(len(words)), count):
        words[place] = f"word{draw.randrange(10**6)}"
    return " ".join(words)


def test_the_same_text_is_one_group_of_the_lowest_row() -> None:
    assert groups(firm(1, TEXT), firm(2, TRADE[0]), firm(3, TEXT), firm(4, TEXT)) == [0, 1, 0, 0]


@pytest.mark.parametrize("seed", range(5))
def test_a_copy_with_a_few_words_changed_is_a_copy(seed: int) -> None:
    assert groups(firm(1, TEXT), firm(2, with_words_exchanged(TEXT, 4, seed))) == [0, 0]


def test_case_punctuation_and_line_breaks_make_no_difference() -> None:
    assert groups(firm(1, TEXT), firm(2, TEXT.upper().replace(",", ";").replace(" ", "\n"))) == [0, 0]


def test_a_text_of_other_words_is_no_copy() -> None:
    assert groups(firm(1, TEXT), firm(2, with_words_exchanged(TEXT, 25, 1))) == [0, 1]


def test_firms_of_one_trade_are_no_copies() -> None:
    assert groups(*(firm(number, text) for number, text in enumerate(TRADE))) == [0, 1, 2]


def test_offers_and_requests_are_read_with_the_description() -> None:
    said = firm(1, offers=(Offer(TEXT[:90]),), requests=(Request(TEXT[90:]),))
    assert groups(said, replace(said, id="firm0002"), firm(3, TRADE[0])) == [0, 0, 2]
    other = replace(said, id="firm0002", requests=(Request(TRADE[1]),))
    assert groups(said, other) == [0, 1]


def test_actors_without_own_words_are_in_no_group() -> None:
    assert groups(firm(1), firm(2), firm(3)) == [0, 1, 2]


def test_the_same_tags_make_no_copies() -> None:
    tags = tuple(f"tag number {number}" for number in range(9))
    assert groups(firm(1, tags=tags), firm(2, tags=tags)) == [0, 1]


def test_a_text_as_short_as_the_name_of_a_trade_makes_no_copies() -> None:
    short = " ".join(
        ["growing", "of", "cereals", "and", "other", "crops", "that", "are", "not", "perennial", "n"]
    )
    assert len(short.split()) == FEWEST_WORDS - 1
    assert groups(firm(1, short), firm(2, short)) == [0, 1]
    assert groups(firm(1, f"{short} o"), firm(2, f"{short} o")) == [0, 0]


def test_partners_of_one_project_share_its_text_and_are_no_copies() -> None:
    parts = tuple(Participation(f"firm{number:04}") for number in (1, 2))
    project = Collaboration("project", "A project", parts, text=TEXT)
    assert groups(firm(1), firm(2), collaborations=(project,)) == [0, 1]


def test_renaming_the_actors_renames_the_groups_alone() -> None:
    said = [with_words_exchanged(TEXT, 3, seed) for seed in range(6)] + list(TRADE)
    forward = groups(*(firm(number, text) for number, text in enumerate(said)))
    backward = groups(*(firm(number, text) for number, text in enumerate(reversed(said))))
    alike = np.equal.outer(forward, forward)
    assert np.array_equal(alike, np.equal.outer(backward, backward)[::-1, ::-1])


def test_the_groups_are_those_that_comparing_everybody_finds() -> None:
    draw = random.Random(7)
    words = [f"w{number}" for number in range(60)]
    said = [" ".join(draw.choices(words, k=draw.randrange(12, 40))) for _ in range(60)]
    said += [with_words_exchanged(draw.choice(said), draw.randrange(1, 9), seed) for seed in range(120)]
    found = near_copies(columns_of(*(firm(number, text) for number, text in enumerate(said)))).groups
    pairs = [pairs_of_words(text) for text in said]
    links = sparse.csr_array(
        np.array([[len(a & b) >= ALIKE * len(a | b) for b in pairs] for a in pairs], dtype=np.bool_)
    )
    _, named = sparse.csgraph.connected_components(links, directed=False)
    assert np.array_equal(np.equal.outer(found, found), np.equal.outer(named, named))
    assert 1 < len(set(named)) < len(said)


def pairs_of_words(text: str) -> set[tuple[str, str]]:
    marked = ["", *re.findall(r"\w+", text.lower()), ""]
    return set(itertools.pairwise(marked))


def test_a_thousand_copies_are_one_group() -> None:
    said = [with_words_exchanged(TEXT, 2, seed) for seed in range(1000)]
    assert set(groups(*(firm(number, text) for number, text in enumerate(said)))) == {0}


def test_the_sample_holds_one_firm_that_is_registered_twice(sample: Workspace) -> None:
    published = sample.published()
    actors = list(published.actors(limit=500).items)
    columns = columns_of(*actors)
    found = near_copies(columns)
    alike = {columns.ids[row] for row in range(len(columns.ids)) if len(found.others(row))}
    assert alike == {"roermose-separation", "roermose-separationsteknik"}


def test_nobody_at_all_is_in_no_group() -> None:
    assert groups() == []


# What lists make of the groups

COPIES = Copies(np.array([0, 1, 0, 3, 1, 0], dtype=np.int32))


def test_the_others_of_a_group_are_named_without_oneself() -> None:
    assert [COPIES.others(row).tolist() for row in range(6)] == [[2, 5], [4], [0, 5], [], [1], [0, 2]]


def test_the_best_score_of_each_group_is_shown_and_of_equals_the_first() -> None:
    scores = np.array([[1, 2, 5, 0, 3, 5], [4, 4, 4, 4, 4, 4], [0, -np.inf, 0, 1, -np.inf, 2]])
    shown = [np.flatnonzero(~row).tolist() for row in COPIES.hidden(scores)]
    assert shown == [[2, 3, 4], [0, 1, 3], [1, 3, 5]]


def test_without_copies_nothing_is_hidden() -> None:
    assert not Copies(np.arange(4, dtype=np.int32)).hidden(np.ones((2, 4))).any()


def test_candidates_hold_the_best_of_each_group_alone() -> None:
    scores = np.array([[0, 2, 5, 0, 3, 5]] + [[0] * 6] * 4 + [[1, 2, 2, 3, 2, 0]], dtype=np.float32)
    left = without_copies(sparse.csr_array(scores), COPIES).toarray()
    assert left[0].tolist() == [0, 0, 5, 0, 3, 0]
    assert left[5].tolist() == [0, 2, 2, 3, 0, 0]
