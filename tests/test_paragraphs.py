"""A query of a paragraph is answered from all that an actor has said, in the same form and by the same rules."""

from __future__ import annotations

import shutil
import unicodedata
from pathlib import Path

import pytest

from matchmaker.actors import ActorGroup
from matchmaker.directions import Direction
from matchmaker.paragraphs import LONGEST_SENTENCE, is_paragraph
from matchmaker.workspace import Workspace

PARAGRAPH = (
    "We want to make feed of grass protein. The brown juice from the press is to be fermented, the pulp goes to cattle, "
    "and the protein paste must be dried gently with surplus heat from a data centre before pigs and hens can have it."
)
WHEY = (
    "In spring our dairy has more whey permeate than anybody takes from us, forty tonnes a day with four per cent of "
    "lactose and a good deal of minerals, chilled and in food quality, for which there is no room in our own tanks."
)


def test_a_paragraph_begins_where_a_sentence_ends() -> None:
    assert not is_paragraph("word " * LONGEST_SENTENCE)
    assert is_paragraph("word " * (LONGEST_SENTENCE + 1))
    assert is_paragraph(PARAGRAPH)


def test_a_paragraph_finds_actors_with_the_sentences_that_answer(sample: Workspace) -> None:
    hits = sample.published().search(PARAGRAPH, top=10)
    assert len(hits) == 10
    assert "hejrebaek" in {hit.actor_id for hit in hits}
    assert all(hit.quotes for hit in hits)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert hits == sample.published().search(PARAGRAPH, top=10)


def test_a_paragraph_obeys_the_filters(sample: Workspace) -> None:
    published = sample.published()
    hits = published.search(PARAGRAPH, groups=[ActorGroup.KNOWLEDGE_INSTITUTION], region="DK04")
    assert hits
    for hit in hits:
        actor = published.actor(hit.actor_id)
        assert actor.group is ActorGroup.KNOWLEDGE_INSTITUTION
        assert actor.place.region.startswith("DK04")


def test_a_paragraph_that_offers_prefers_those_who_look_for_it(sample: Workspace) -> None:
    published = sample.published()
    offering = {hit.actor_id: hit.score for hit in published.search(WHEY, top=300, direction=Direction.OFFER)}
    plain = {hit.actor_id: hit.score for hit in published.search(WHEY, top=300, direction=Direction.TOPIC)}
    seeking = {hit.actor_id: hit.score for hit in published.search(WHEY, top=300, direction=Direction.SEEK)}
    assert set(offering) == set(plain) == set(seeking)
    assert any(offering[each] < plain[each] for each in plain)
    assert any(seeking[each] < plain[each] for each in plain)
    assert all(max(offering[each], seeking[each]) <= plain[each] * (1 + 1e-5) for each in plain)


@pytest.mark.parametrize("text", ["? " * 40, "the " * 40, "🙂 " * 40, "zzzz " * 40, "( " * 500])
def test_odd_paragraphs_are_taken_literally(sample: Workspace, text: str) -> None:
    assert isinstance(sample.published().search(text), list)


def test_what_changed_after_the_build_is_found_by_a_paragraph_too(
    sample_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(sample_folder, tmp_path / "workspace")
    with Workspace.open(tmp_path / "workspace") as workspace:
        published = workspace.published()
        seeker = published.find_actor("hejrebaek")
        text = "Zeppelin hangars dry seaweed with the breath of whales. " + PARAGRAPH
        assert published.search(text)[0].quotes
        workspace.edit_actor(seeker.id, {"description": text}, who="tests")
        hit = workspace.published().search(text)[0]
        assert hit.actor_id == seeker.id
        assert any(quote.text.removesuffix("…") in text for quote in hit.quotes)


def test_letters_with_their_accents_apart_find_the_same(sample: Workspace) -> None:
    published = sample.published()
    for text in ("fåreuld og græsprotein", PARAGRAPH):
        assert published.search(unicodedata.normalize("NFD", text), top=5) == published.search(text, top=5)
