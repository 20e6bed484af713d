"""Partners are proposed across groups, with reasons that add up, the same from either side."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.actors import (
    Actor,
    ActorGroup,
    Collaboration,
    Offer,
    Participation,
    PassageKind,
    Place,
    Request,
)
from matchmaker.corpus import corpus
from matchmaker.matching.amounts import Comparison, Feature
from matchmaker.matching.evidence import gather
from matchmaker.matching.matches import ReasonKind
from matchmaker.matching.ranking import Recommender, Wish
from matchmaker.matching.weights import shipped_weights, typical_scale
from matchmaker.text import passages
from matchmaker.word_index import index_words
from tests.small_encoder import WordsEncoder

BREWERY = Actor("brewery", "Bryggeriet", ActorGroup.COMPANY, "We brew organic beer with barley malt.",
                requests=(Request("We look for somebody who takes wet spent grain every week."),),
                place=Place("DK", "DK041", "Skive"))  # fmt: skip
FEED = Actor("feed", "Foderfabrikken", ActorGroup.SUPPLIER, "Compound feed for pigs and poultry.",
             offers=(Offer("We take wet spent grain every week for feed."),),
             place=Place("DK", "DK041", "Viborg"))  # fmt: skip
OTHER_BREWERY = Actor(
    "rival", "Et Andet Bryghus", ActorGroup.COMPANY, "We brew organic beer with barley malt and hops."
)
LAB = Actor("lab", "Maltlaboratoriet", ActorGroup.KNOWLEDGE_INSTITUTION,
            "Research on barley malt and organic beer brewing.")  # fmt: skip
SILENT = Actor("silent", "Tavs", ActorGroup.PUBLIC_BODY)
ACTORS = [BREWERY, FEED, OTHER_BREWERY, LAB, SILENT]
PROJECT = Collaboration(
    "p1",
    "Fuldkorn",
    (Participation("lab"), Participation("silent")),
    "Surplus heat for drying.",
    start=date(2023, 1, 1),
)
SECOND = Collaboration(
    "p2",
    "Tørring",
    (Participation("brewery"), Participation("lab")),
    "Drying of malt.",
    start=date(2024, 1, 1),
)


def recommender(actors=ACTORS, collaborations=(PROJECT, SECOND)):
    columns = corpus(actors, collaborations, passages(actors, collaborations))
    vectors = WordsEncoder().encode(columns.texts)
    evidence = gather(columns, vectors, index_words(columns.texts, columns.languages))
    weights = shipped_weights(typical_scale(Comparison(columns, evidence)))
    return columns, Recommender(columns, evidence, weights)


def ask(seeker: str, actors=ACTORS, collaborations=(PROJECT, SECOND), **wish):
    columns, engine = recommender(actors, collaborations)
    return next(engine.matches([columns.row_of[seeker]], Wish(**wish)))


def test_a_request_finds_the_offer_that_meets_it_and_quotes_both() -> None:
    best = ask("brewery", new=True)[0]
    assert best.partner_id == "feed"
    reason = next(each for each in best.reasons if each.kind is ReasonKind.REQUEST_MEETS_OFFER)
    assert reason.seeker_quote is not None
    assert reason.partner_quote is not None
    assert reason.seeker_quote.text == BREWERY.requests[0].text
    assert reason.seeker_quote.kind is PassageKind.REQUEST
    assert reason.partner_quote.text == FEED.offers[0].text


def test_the_score_is_the_sum_of_the_reasons() -> None:
    for match in ask("brewery", across=False):
        assert match.score == pytest.approx(sum(reason.points for reason in match.reasons))
        assert match.reasons


def test_a_pair_scores_the_same_from_either_side() -> None:
    columns, engine = recommender()
    scores = {}
    for matches in engine.matches(range(len(columns.ids)), Wish(top=10, across=False)):
        scores |= {(match.seeker_id, match.partner_id): match.score for match in matches}
    assert scores
    for (seeker, partner), score in scores.items():
        assert scores[partner, seeker] == pytest.approx(score, abs=0.02)


def test_requests_and_offers_are_read_on_one_scale() -> None:
    columns = corpus(ACTORS, (PROJECT, SECOND), passages(ACTORS, (PROJECT, SECOND)))
    vectors = WordsEncoder().encode(columns.texts)
    evidence = gather(columns, vectors, index_words(columns.texts, columns.languages))
    scale = typical_scale(Comparison(columns, evidence))
    assert scale[Feature.REQUESTS] == scale[Feature.OFFERS]
    assert len(set(scale.values())) > 2


def test_the_other_side_reads_the_same_reason_turned_round() -> None:
    match = next(each for each in ask("feed") if each.partner_id == "brewery")
    kinds = {reason.kind for reason in match.reasons}
    assert ReasonKind.OFFER_MEETS_REQUEST in kinds
    assert ReasonKind.REQUEST_MEETS_OFFER not in kinds


def test_partners_are_of_other_groups_unless_any_is_asked_for() -> None:
    assert "rival" not in {match.partner_id for match in ask("brewery")}
    assert "rival" in {match.partner_id for match in ask("brewery", across=False)}


def test_known_partners_are_marked_and_left_out_when_new_is_asked_for() -> None:
    known = {match.partner_id: match.known for match in ask("brewery")}
    assert known["lab"] is True
    assert known["feed"] is False
    assert "lab" not in {match.partner_id for match in ask("brewery", new=True)}


def test_group_and_region_filters_hold() -> None:
    assert {match.partner_id for match in ask("brewery", groups=(ActorGroup.SUPPLIER,))} == {"feed"}
    assert {match.partner_id for match in ask("brewery", region="DK04")} <= {"feed"}


def test_a_shared_partner_is_named() -> None:
    match = next(each for each in ask("brewery", new=True) if each.partner_id == "silent")
    reason = next(each for each in match.reasons if each.kind is ReasonKind.SHARED_PARTNERS)
    assert reason.names == ("Maltlaboratoriet",)


def test_an_actor_is_never_its_own_partner_and_nobody_comes_twice() -> None:
    columns, engine = recommender()
    for matches in engine.matches(range(len(columns.ids)), Wish(top=10, across=False)):
        partners = [match.partner_id for match in matches]
        assert len(partners) == len(set(partners))
        assert all(match.partner_id != match.seeker_id for match in matches)


def test_one_seeker_alone_gets_what_it_gets_in_the_batch() -> None:
    columns, engine = recommender()
    batch = list(engine.matches(range(len(columns.ids)), Wish()))
    assert batch == [next(engine.matches([row], Wish())) for row in range(len(columns.ids))]


@pytest.mark.parametrize("count", [1, 2])
def test_few_or_silent_actors_get_an_empty_answer(count: int) -> None:
    silent = [Actor(f"s{number}", f"Tavs {number}", ActorGroup.COMPANY) for number in range(count)]
    assert ask("s0", actors=silent, collaborations=(), across=False) == []


def test_a_wish_for_no_partner_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Wish(top=0)


@settings(max_examples=15, deadline=None)
@given(st.permutations(list(range(5))))
def test_renaming_actors_renames_the_answer_and_nothing_else(order: list[int]) -> None:
    names = {actor.id: f"x{place}" for place, actor in zip(order, ACTORS, strict=True)}
    renamed = [
        Actor(names[a.id], a.name, a.group, a.description, a.offers, a.requests, a.place) for a in ACTORS
    ]
    before = {(m.partner_id, round(m.score, 2)) for m in ask("brewery", collaborations=())}
    after = {
        (m.partner_id, round(m.score, 2)) for m in ask(names["brewery"], actors=renamed, collaborations=())
    }
    assert after == {(names[partner], score) for partner, score in before}


def test_a_stuffed_profile_does_not_beat_an_honest_one() -> None:
    stuffed = Actor("stuffed", "Alt", ActorGroup.SUPPLIER, offers=tuple(
        Offer(f"spent grain malt beer feed heat drying barley organic research item{number}") for number in range(40)
    ))  # fmt: skip
    ranking = [match.partner_id for match in ask("brewery", actors=[*ACTORS, stuffed], collaborations=())]
    assert ranking.index("feed") < ranking.index("stuffed") if "stuffed" in ranking else True


def test_matches_come_best_first() -> None:
    scores = [match.score for match in ask("brewery", across=False)]
    assert all(left >= right - 0.02 for left, right in pairwise(scores))
    assert np.isfinite(scores).all()
