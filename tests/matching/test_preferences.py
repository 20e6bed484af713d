"""Points are learned from answers where these say something that holds for answers held back, and from nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.actors import Actor, ActorGroup, Offer, Participation, Request
from matchmaker.actors import Collaboration as Work
from matchmaker.answers import Answer, AnswerKind, DeclineReason, Judgement
from matchmaker.corpus import corpus
from matchmaker.matching.amounts import Comparison, Feature
from matchmaker.matching.evidence import gather
from matchmaker.matching.preferences import FEWEST_SEEKERS, Lesson, digest, evident, lessons, prefer
from matchmaker.matching.weights import Weights, shipped_weights, typical_scale
from matchmaker.text import passages
from matchmaker.word_index import index_words
from tests.small_encoder import WordsEncoder

SEEKERS = 60
GOODS = (
    "straw",
    "whey",
    "heat",
    "pulp",
    "bran",
    "feathers",
    "hemp",
    "mussels",
    "wool",
    "starch",
    "molasses",
    "bark",
)
FIELDS = (
    "sensor",
    "robot",
    "lease",
    "design",
    "storage",
    "audit",
    "transport",
    "training",
    "safety",
    "export",
)


def market(*collaborations: Work) -> tuple[Comparison, Weights]:
    """Sixty firms that look for one of twelve goods, and sixty that offer one; what they do is another matter."""
    actors = []
    for number in range(SEEKERS):
        good, field = GOODS[number % len(GOODS)], FIELDS[number % len(FIELDS)]
        told = f"Work with {field} and {field} systems and {field} for others"
        wanted, offered = (
            (Request(f"wanted {good} {good} every week"),),
            (Offer(f"{good} {good} every week"),),
        )
        actors += [
            Actor(f"s{number:02}", f"Seeker {number}", ActorGroup.COMPANY, told, requests=wanted),
            Actor(f"t{number:02}", f"Taker {number}", ActorGroup.SUPPLIER, told, offers=offered),
        ]
    columns = corpus(actors, collaborations, passages(actors, collaborations))
    vectors = WordsEncoder().encode(columns.texts)
    compared = Comparison(columns, gather(columns, vectors, index_words(columns.texts, columns.languages)))
    return compared, shipped_weights(typical_scale(compared))


def answered(
    seeker: str,
    partner: str,
    kind: AnswerKind,
    reason: DeclineReason | None = None,
    *,
    change: int = 0,
) -> Answer:
    return Answer(seeker, partner, Judgement(kind, reason), "tests", "2026-01-01T00:00:00+00:00", change)


def asked(seeker: int) -> list[int]:
    """Two suppliers that offer what a seeker looks for, and four that do what the seeker does."""
    return [(seeker + step) % SEEKERS for step in (12, 24, 10, 20, 30, 40)]


def who_want_what_they_look_for(seekers: int = SEEKERS) -> list[Answer]:
    return [
        answered(
            f"s{seeker:02}",
            f"t{other:02}",
            AnswerKind.INTERESTED if place < 2 else AnswerKind.DECLINED,
            change=10 * seeker + place,
        )
        for seeker in range(seekers)
        for place, other in enumerate(asked(seeker))
    ]


def who_want_their_like() -> list[Answer]:
    """The same turned round: whoever offers what a seeker looks for is declined."""
    turned = {AnswerKind.INTERESTED: AnswerKind.DECLINED, AnswerKind.DECLINED: AnswerKind.INTERESTED}
    return [
        answered(each.seeker_id, each.partner_id, turned[each.said.kind], change=each.change)
        for each in who_want_what_they_look_for()
    ]


def who_answer_as_the_coin_falls(seed: int) -> list[Answer]:
    generator = np.random.default_rng(seed)
    answers = []
    for seeker in range(SEEKERS):
        wanted = generator.permutation([True, True, True, False, False, False])
        answers += [
            answered(f"s{seeker:02}", f"t{other:02}", AnswerKind.INTERESTED if yes else AnswerKind.DECLINED)
            for other, yes in zip(asked(seeker), wanted, strict=True)
        ]
    return answers


def who_want_what_scores_high(compared: Comparison, weights: Weights) -> list[Answer]:
    generator = np.random.default_rng(3)
    row_of = compared.corpus.row_of
    answers = []
    for seeker in range(SEEKERS):
        amounts = compared.amounts(np.array([row_of[f"s{seeker:02}"]]))
        rows = [row_of[f"t{other:02}"] for other in asked(seeker)]
        scores = sum(weights.of(each, amount[0, rows]) for each, amount in amounts.items())
        # Ten points more make a partner e times as likely.
        best = np.argsort(-(scores / 10 + generator.gumbel(size=len(rows))))[:3]
        answers += [
            answered(
                f"s{seeker:02}",
                f"t{other:02}",
                AnswerKind.INTERESTED if place in best else AnswerKind.DECLINED,
            )
            for place, other in enumerate(asked(seeker))
        ]
    return answers


def test_a_cluster_that_wants_what_it_looks_for_raises_what_requests_and_offers_are_worth() -> None:
    compared, prior = market()
    learned = prefer(compared, prior, lessons(who_want_what_they_look_for()))
    assert learned.answers is not None
    assert learned.answers.adopted
    assert learned.answers.actors == SEEKERS
    assert learned.answers.partners == 6 * SEEKERS
    assert learned.answers.after > learned.answers.before
    assert learned.points[Feature.REQUESTS] > prior.points[Feature.REQUESTS]
    before, after = (each.points[Feature.REQUESTS] / each.points[Feature.WORDS] for each in (prior, learned))
    assert after > 1.25 * before
    assert learned.points[Feature.OFFERS] == learned.points[Feature.REQUESTS]
    assert learned.points[Feature.WORDS] < prior.points[Feature.WORDS]
    assert (
        learned.origin == f"Learned from the answers of 60 actors about 360 partners; before: {prior.origin}"
    )
    assert learned.figure == prior.figure


def test_points_are_never_negative_and_what_answers_say_nothing_of_stays() -> None:
    compared, prior = market()
    learned = prefer(compared, prior, lessons(who_want_what_they_look_for()))
    assert set(learned.points) == set(prior.points)
    assert all(points >= 0 for points in learned.points.values())
    for feature in (Feature.TOGETHER, Feature.CIRCLE, Feature.SHARED, Feature.COUNTRIES):
        assert learned.points[feature] == prior.points[feature], feature
    assert learned.scale == prior.scale


def test_answers_that_the_points_order_already_change_no_points() -> None:
    compared, weights = market()
    learned = prefer(compared, weights, lessons(who_want_what_scores_high(compared, weights)))
    assert learned.points == weights.points
    assert learned.origin == weights.origin
    assert learned.answers is not None
    assert learned.answers.before > 0.7
    assert not learned.answers.adopted


def test_random_answers_change_nothing() -> None:
    compared, weights = market()
    for seed in range(20):
        learned = prefer(compared, weights, lessons(who_answer_as_the_coin_falls(seed)))
        assert learned.points == weights.points, seed
        assert learned.origin == weights.origin
        assert learned.answers is not None
        assert learned.answers.before == pytest.approx(0.5, abs=0.1)


def test_answers_that_go_against_all_evidence_do_not_turn_it_into_noise() -> None:
    compared, weights = market()
    contrary = [
        answered(
            each.seeker_id,
            each.partner_id,
            AnswerKind.DECLINED if each.said.kind is AnswerKind.INTERESTED else AnswerKind.INTERESTED,
        )
        for each in who_want_what_they_look_for()
    ]
    learned = prefer(compared, weights, lessons(contrary))
    assert learned.answers is not None
    assert not learned.answers.adopted or learned.answers.after > 0.5


def test_the_same_answers_in_any_order_teach_the_same() -> None:
    compared, prior = market()
    answers = who_want_what_they_look_for()
    assert lessons(answers) == lessons(answers[::-1])
    assert prefer(compared, prior, lessons(answers)) == prefer(compared, prior, lessons(answers[::-1]))


def test_with_too_few_seekers_nothing_is_learned_and_nothing_names_a_build() -> None:
    compared, weights = market()
    few = lessons(who_want_what_they_look_for(FEWEST_SEEKERS - 1))
    assert few == ()
    assert digest(few) == ""
    assert prefer(compared, weights, few) is weights
    enough = lessons(who_want_what_they_look_for(FEWEST_SEEKERS))
    assert len(enough) == FEWEST_SEEKERS
    assert len(digest(enough)) == 16


def test_actors_that_are_gone_teach_nothing() -> None:
    compared, weights = market()
    gone = [Lesson(f"x{number:02}", ("t00",), ("t01",)) for number in range(FEWEST_SEEKERS)]
    half_gone = [Lesson(f"s{number:02}", ("x1",), ("t01",)) for number in range(FEWEST_SEEKERS)]
    assert prefer(compared, weights, [*gone, *half_gone]) is weights


def test_those_who_worked_together_are_not_learned_from() -> None:
    work = Work("c1", "Work", (Participation("s00"), Participation("t00")), "Work")
    compared, weights = market(work)
    data = evident(
        compared, weights, [Lesson("s00", ("t00", "t12"), ("t01",)), Lesson("s01", ("t01",), ("t00",))]
    )
    assert data.seekers == 2
    assert len(data.preferred) == 2
    assert len(data.declined) == 2


def filled_up(*answers: Answer) -> dict[str, Lesson]:
    """Lessons of some answers among enough others."""
    others = [
        answered(f"o{number}", partner, kind)
        for number in range(FEWEST_SEEKERS)
        for partner, kind in (("p1", AnswerKind.INTERESTED), ("p2", AnswerKind.DECLINED))
    ]
    return {each.seeker_id: each for each in lessons([*others, *answers])}


def test_interested_and_pinned_were_preferred_to_what_was_declined_for_reasons_of_fit() -> None:
    found = filled_up(
        answered("s", "a", AnswerKind.INTERESTED),
        answered("s", "b", AnswerKind.PINNED),
        answered("s", "c", AnswerKind.DECLINED),
        answered("s", "d", AnswerKind.DECLINED, DeclineReason.NOT_RELEVANT),
        answered("s", "e", AnswerKind.DECLINED, DeclineReason.OTHER),
    )
    assert found["s"] == Lesson("s", ("a", "b"), ("c", "d", "e"))


def test_other_answers_say_nothing_of_fit() -> None:
    found = filled_up(
        answered("s", "a", AnswerKind.INTERESTED),
        answered("s", "b", AnswerKind.KNOWN),
        answered("s", "c", AnswerKind.HIDDEN),
        answered("s", "d", AnswerKind.NEVER),
        answered("s", "e", AnswerKind.DECLINED, DeclineReason.NO_CAPACITY),
        answered("s", "f", AnswerKind.DECLINED, DeclineReason.TOO_FAR),
        answered("s", "g", AnswerKind.DECLINED, DeclineReason.COMPETITOR),
    )
    assert "s" not in found


def test_the_firms_own_word_outranks_the_facilitators() -> None:
    found = filled_up(
        answered("s", "a", AnswerKind.INTERESTED),
        answered("s", "b", AnswerKind.DECLINED, change=1),
        answered("s", "b", AnswerKind.PINNED, change=2),
        answered("s", "c", AnswerKind.KNOWN, change=1),
        answered("s", "c", AnswerKind.PINNED, change=2),
    )
    assert found["s"] == Lesson("s", ("a",), ("b",))
