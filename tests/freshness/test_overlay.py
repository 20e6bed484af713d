"""The columns, the vocabulary and the limit of what lies over a build, without a workspace around it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.actors import Actor, ActorGroup, Collaboration, Offer, Participation
from matchmaker.corpus import Corpus, actor_json, corpus
from matchmaker.freshness import MOST_SEARCHABLE, Changed
from matchmaker.freshness.columns import columns_now, own_passages
from matchmaker.freshness.overlay import lay_over
from matchmaker.freshness.searching import with_texts
from matchmaker.generation import make_generation
from matchmaker.text import passages
from matchmaker.word_index import index_words
from tests.small_encoder import WordsEncoder

ACTORS = [
    Actor("a", "Alpha", ActorGroup.COMPANY, "We press straw.", offers=(Offer("Straw in bales"),)),
    Actor("b", "Beta", ActorGroup.SUPPLIER, "We dry seaweed."),
    Actor("c", "Gamma", ActorGroup.OTHER, "We sell boats."),
]
TOGETHER = [
    Collaboration(
        "p",
        "Boats of straw",
        (Participation("a", "", 7.5), Participation("b", "", 0.0)),
        text="Floating straw.",
    )
]


def built(actors: list[Actor] = ACTORS) -> Corpus:
    return corpus(actors, TOGETHER, passages(actors, TOGETHER))


def changed(*actors: Actor, gone: tuple[str, ...] = ()) -> Changed:
    return Changed(1, {**{actor.id: actor for actor in actors}, **dict.fromkeys(gone)})


def texts_of(data: Corpus) -> dict[str, set[str]]:
    return {
        actor_id: {data.texts[passage] for passage in data.holds[[row], :].indices}
        for row, actor_id in enumerate(data.ids)
    }


def test_columns_with_changes_hold_what_columns_made_anew_hold() -> None:
    actors = [
        replace(ACTORS[0], name="Alfa", description="We press hemp."),
        ACTORS[1],
        Actor("aa", "New", ActorGroup.COMPANY, "We are new."),
    ]
    data = built()
    now = columns_now(data, data.row_of, changed(actors[0], actors[2], gone=("c",)))
    anew = built(actors)
    assert now.now.ids == anew.ids == ["a", "aa", "b"]
    assert now.row_of == anew.row_of
    assert now.now.names == anew.names
    assert now.now.profiles == anew.profiles
    assert np.array_equal(now.now.groups, anew.groups)
    assert texts_of(now.now) == texts_of(anew)
    assert (now.now.takes_part != anew.takes_part).nnz == 0
    assert (now.now.funding != anew.funding).nnz == 0
    assert now.now.funding.nnz == anew.funding.nnz == 2
    assert "We press straw." not in now.now.texts


def test_the_build_s_own_columns_are_left_as_they_are() -> None:
    data, again = built(), built()
    columns_now(data, data.row_of, changed(replace(ACTORS[0], description="Other."), gone=("c",)))
    assert data.texts == again.texts
    assert data.profiles == again.profiles
    assert (data.holds != again.holds).nnz == 0


def test_beyond_the_limit_the_latest_are_searched_and_the_others_lose_only_what_they_withdrew() -> None:
    count = MOST_SEARCHABLE + 5
    actors = [
        Actor(
            f"{n:03}", f"Actor {n}", ActorGroup.COMPANY, f"Old words {n}.", offers=(Offer(f"Kept offer {n}"),)
        )
        for n in range(count)
    ]
    data = corpus(actors, [], passages(actors, []))
    edited = [replace(actor, description=f"New words {actor.id}.") for actor in actors]
    added = Actor("new", "New", ActorGroup.COMPANY, "Too new.")
    marks = Changed(9, {actor.id: actor for actor in [*reversed(edited), added]})
    assert len(marks.searchable) == MOST_SEARCHABLE
    assert [actor.id for actor in marks.waiting] == ["000", "001", "002", "003", "004", "new"]
    now = columns_now(data, data.row_of, marks).now
    said = texts_of(now)
    assert said["204"] == {"New words 204.", "Kept offer 204"}
    assert said["004"] == {"Kept offer 4"}
    assert now.profiles[now.row_of["004"]] == actor_json(edited[4])
    assert "new" not in now.row_of
    assert not any("Old words" in text for text in now.texts)


def test_an_actor_s_own_passages_leave_out_those_of_its_collaborations() -> None:
    data = built()
    assert {data.texts[passage] for passage in own_passages(data, 0)} == {"We press straw.", "Straw in bales"}


def test_changes_followed_by_changes_keep_the_latest_first_and_forget_what_is_as_built() -> None:
    profiles = {actor.id: actor_json(actor) for actor in ACTORS}
    first = Changed(0).followed_by(
        2, {"b": replace(ACTORS[1], name="B2"), "a": replace(ACTORS[0], name="A2")}, profiles.get
    )
    second = first.followed_by(4, {"c": None, "b": ACTORS[1], "never": None}, profiles.get)
    assert list(first.actors) == ["b", "a"]
    assert list(second.actors) == ["c", "a"]
    assert (second.until, second.gone) == (4, {"c"})


def test_the_digest_stands_for_the_content_and_not_for_the_way_there() -> None:
    one, two = replace(ACTORS[0], name="A2"), replace(ACTORS[1], name="B2")
    assert Changed(1, {"a": one, "b": two}).digest == Changed(7, {"b": two, "a": one}).digest
    others = [Changed(1), Changed(1, {"a": one}), Changed(1, {"a": None}), Changed(1, {"a": one, "b": None})]
    assert len({each.digest for each in others}) == len(others)


def test_known_words_keep_their_rarity_and_new_ones_are_as_rare_as_can_be() -> None:
    texts = ["straw bales straw", "seaweed", "straw boats"]
    index = index_words(texts, ["en"] * 3)
    wide, more = with_texts(index, ["straw zeppelin"], ["en"], None)
    assert wide.terms == more.terms
    assert [term for term in wide.terms if term not in index.terms] == ["zeppelin"]
    assert np.array_equal(wide.rarity[: len(index.rarity)], index.rarity)
    assert wide.rarity[-1] == index.rarity[index.terms["seaweed"]]
    assert (wide.weights[:, : len(index.terms)] != index.weights).nnz == 0
    known = index.columns(["straw"])
    assert np.array_equal(wide.coverage(known), index.coverage(known))
    assert more.coverage(wide.columns(["zeppelin"]))[0] > 0.5
    assert wide.coverage(wide.columns(["zeppelin"])).sum() == 0


@pytest.mark.parametrize("actors", [ACTORS, []], ids=["a build", "an empty build"])
def test_without_vectors_changed_profiles_are_found_by_their_words(actors: list[Actor]) -> None:
    encoder = WordsEncoder()
    data = built(actors)
    made = make_generation(data, encoder.encode(data.texts), step=lambda _: None)
    new = Actor("z", "Zeta", ActorGroup.OTHER, "Zeppelin hangars.")

    def encode(texts: object, _languages: object, width: int) -> np.ndarray:
        return np.zeros((len(texts), width), dtype=np.float32)

    overlay = lay_over(made, data.row_of, changed(new), encode)
    hits = overlay.search.search("zeppelin", encoder.encode(["zeppelin"])[0], top=3)
    assert hits[0].actor_id == "z"
    assert hits[0].quotes[0].text == "Zeppelin hangars."
