"""Whatever a cluster holds, partners are proposed without a failure, and nonsense wins nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations

import numpy as np
import pytest

from matchmaker.actors import Actor, ActorGroup, Collaboration, Offer, Participation, Request
from matchmaker.corpus import Corpus, corpus
from matchmaker.matching.amounts import Comparison, Feature
from matchmaker.matching.evidence import gather
from matchmaker.matching.learning import learn
from matchmaker.matching.matches import Match, ReasonKind
from matchmaker.matching.ranking import Recommender, Wish
from matchmaker.matching.weights import shipped_weights, typical_scale
from matchmaker.text import passages
from matchmaker.word_index import index_words
from tests.small_encoder import WordsEncoder

GROUPS = list(ActorGroup)
WORDS = [
    "barley",
    "malt",
    "beer",
    "feed",
    "straw",
    "biogas",
    "heat",
    "drying",
    "protein",
    "clover",
    "enzyme",
    "fibre",
    "water",
    "pump",
    "sludge",
    "algae",
]


def cluster(actors: list[Actor], collaborations: list[Collaboration]) -> tuple[Corpus, Recommender]:
    columns = corpus(actors, collaborations, passages(actors, collaborations))
    evidence = gather(
        columns, WordsEncoder().encode(columns.texts), index_words(columns.texts, columns.languages)
    )
    scale = typical_scale(Comparison(columns, evidence))
    return columns, Recommender(columns, evidence, shipped_weights(scale))


def everybody(actors: list[Actor], collaborations: list[Collaboration], **wish: object) -> list[list[Match]]:
    columns, engine = cluster(actors, collaborations)
    found = list(engine.matches(range(len(columns.ids)), Wish(**wish)))  # type: ignore[arg-type]
    assert all(np.isfinite(match.score) for matches in found for match in matches)
    return found


def actors(count: int) -> list[Actor]:
    return [
        Actor(f"a{number:03}", f"Aktør {number}", GROUPS[number % 5],
              f"We work with {WORDS[number % 16]} and {WORDS[(number * 7 + 3) % 16]}.")
        for number in range(count)
    ]  # fmt: skip


def together(members: list[Actor], name: str = "p", day: date | None = date(2023, 1, 1)) -> Collaboration:
    return Collaboration(name, name, tuple(Participation(each.id) for each in members), start=day)


@pytest.mark.parametrize(
    "description",
    ["", "malt", "Vi " + "arbejder med malt og byg i mange år. " * 20_000, "Мы варим пиво из ячменя.", "?!", "🍺" * 50],
    ids=["nothing", "one word", "two hundred pages", "third language", "signs", "pictures"],
)  # fmt: skip
def test_any_text_gets_an_answer_or_an_empty_one(description: str) -> None:
    odd = Actor("odd", "Sær", ActorGroup.COMPANY, description)
    found = everybody([*actors(20), odd], [])
    assert len(found) == 21
    if not description:
        assert found[-1] == []


def test_two_hundred_pages_win_no_more_lists_than_one_sentence() -> None:
    long = Actor("long", "Lang", ActorGroup.OTHER, " ".join(f"We do {word} {number}." for number in range(300) for word in WORDS))  # fmt: skip
    found = everybody([*actors(60), long], [], top=3)
    shown = sum(match.partner_id == "long" for matches in found for match in matches)
    assert shown < 10


def test_a_cluster_without_collaborations_gets_proposals_from_texts_alone() -> None:
    found = everybody(actors(30), [])
    kinds = {reason.kind for matches in found for match in matches for reason in match.reasons}
    assert all(found)
    assert not kinds & {ReasonKind.SHARED_PARTNERS, ReasonKind.CIRCLE, ReasonKind.EXPERIENCE}


def test_one_giant_collaboration_makes_nobody_a_shared_partner() -> None:
    members = actors(200)
    found = everybody(members, [together(members)])
    kinds = {reason.kind for matches in found for match in matches for reason in match.reasons}
    assert ReasonKind.SHARED_PARTNERS not in kinds
    assert ReasonKind.CIRCLE not in kinds


def test_everybody_linked_with_everybody_still_gets_partners() -> None:
    members = actors(24)
    pairs = [together(list(pair), f"p{number:03}") for number, pair in enumerate(combinations(members, 2))]
    assert all(everybody(members, pairs))
    assert not any(everybody(members, pairs, new=True))


@pytest.mark.parametrize(
    "day", [None, date(2999, 1, 1), date(1900, 1, 1)], ids=["none", "future", "long ago"]
)
def test_odd_dates_neither_fail_nor_teach(day: date | None) -> None:
    members = actors(30)
    collaborations = [together(members[start : start + 4], f"p{start}", day) for start in range(0, 28, 2)]
    columns, _ = cluster(members, collaborations)
    vectors = WordsEncoder().encode(columns.texts)
    evidence = gather(columns, vectors, index_words(columns.texts, columns.languages))
    before = shipped_weights(typical_scale(Comparison(columns, evidence)))
    assert learn(columns, vectors, before) == before


def test_a_request_that_copies_an_offer_wins_its_owner_and_nobody_else() -> None:
    honest = [
        Actor(f"o{number}", f"Tilbyder {number}", ActorGroup.SUPPLIER, offers=(Offer(f"We offer {word} by the tonne."),))
        for number, word in enumerate(WORDS)
    ]  # fmt: skip
    copier = Actor(
        "copy", "Efterligner", ActorGroup.COMPANY, requests=(Request("We offer malt by the tonne."),)
    )
    columns, engine = cluster([*honest, copier], [])
    matches = next(engine.matches([columns.row_of["copy"]], Wish(top=20)))
    assert matches[0].partner_id == "o1"
    assert matches[0].score > 1.2 * max(match.score for match in matches[1:])


def test_more_of_the_same_evidence_never_earns_less() -> None:
    _columns, _engine = cluster(actors(10), [])
    weights = shipped_weights(dict.fromkeys(Feature, 0.1))
    amounts = np.linspace(0, 50, 400, dtype=np.float32)
    for feature in Feature:
        points = weights.of(feature, amounts)
        assert points[0] == 0
        assert (np.diff(points) >= 0).all()


def test_a_competitor_is_marked_and_one_who_needs_the_other_is_not() -> None:
    brewer = Actor("b1", "Bryg", ActorGroup.COMPANY, "We brew organic beer with barley malt.")
    rival = Actor("b2", "Øl", ActorGroup.COMPANY, "We brew organic beer with barley malt.")
    columns, engine = cluster([brewer, rival, *actors(10)], [])
    found = {
        match.partner_id: match for match in next(engine.matches([columns.row_of["b1"]], Wish(across=False)))
    }
    assert found["b2"].competitor
    needy = replace(rival, requests=(Request("We brew organic beer with barley malt."),))
    columns, engine = cluster([brewer, needy, *actors(10)], [])
    found = {
        match.partner_id: match for match in next(engine.matches([columns.row_of["b1"]], Wish(across=False)))
    }
    assert not found["b2"].competitor


def test_further_afield_the_partners_are_less_alike() -> None:
    members = actors(60)
    collaborations = [together(members[start : start + 5], f"p{start:02}") for start in range(0, 55, 3)]
    columns, engine = cluster(members, collaborations)
    compared = engine.compared

    def likeness(afield: float) -> float:
        found = list(engine.rank(range(len(columns.ids)), Wish(top=5, afield=afield)))
        alike = [
            compared.amounts(np.array([each.seeker]))[Feature.MEANING][0, each.partners].mean()
            for each in found
            if len(each.partners)
        ]
        return float(np.mean(alike))

    assert likeness(0) > likeness(0.5) > likeness(1)
    with pytest.raises(ValueError, match="afield"):
        Wish(afield=1.5)
