"""A look back knows what was known, says what came, and refuses what cannot be asked."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import numpy as np
import pytest

from matchmaker.actors import ActorGroup
from matchmaker.corpus import day_number
from matchmaker.landscape.activity import activity, series_of
from matchmaker.landscape.backtest import FORECAST, Backtest, backtest, look, past_days
from matchmaker.landscape.documents import documents
from matchmaker.landscape.growth_baselines import BASELINES, baselines
from matchmaker.landscape.growth_signs import SIGNS, signs
from matchmaker.landscape.panels import (
    Outcome,
    Panel,
    damped,
    months_after,
    of_texts,
    outcome,
)
from matchmaker.landscape.precision import RANDOM, Judged, estimate, precision, ratio
from tests.landscape.planted import GROUPS, Plantation

TODAY = date(2030, 1, 1)


def town(
    *, years: range = range(2015, 2022), themes: int = 8, per_year: int = 40, actors: int = 160
) -> Plantation:
    """Themes of two halves each, with collaborations that have texts of their own, spread evenly over years."""
    planted = Plantation(spread=0.4)
    for number in range(actors):
        planted.actor(f"a{number:03}", group=GROUPS[number % len(GROUPS)])
    number = 0
    for year in years:
        for _ in range(per_year):
            theme, half = number % themes, number // themes % 2
            pool = [f"a{each:03}" for each in range(theme, actors, themes)]
            members = [str(each) for each in planted.random.choice(pool, 3, replace=False)]
            planted.collaboration(
                number, members, theme, 10 + 2 * theme + half, year=year, text=f"work {number}"
            )
            number += 1
    return planted


def looked_back(planted: Plantation, *days: date) -> Backtest:
    return backtest(planted.corpus, planted.vectors, days, text_panels=1)


def test_what_comes_later_changes_nothing_of_what_was_found_or_said() -> None:
    until, further = town(years=range(2015, 2019)), town(years=range(2015, 2022))
    day = date(2018, 12, 31)
    one, other = (
        look(
            each.corpus,
            each.vectors,
            activity(each.corpus, documents(each.corpus, each.vectors)),
            day,
            text_panels=1,
        )
        for each in (until, further)
    )
    assert [each.label for each in one.landscape.sub_clusters] == [
        each.label for each in other.landscape.sub_clusters
    ]
    assert np.allclose(one.texts[0].centres, other.texts[0].centres)
    for each, found in ((until, one), (further, other)):
        acted = activity(each.corpus, documents(each.corpus, each.vectors))
        found_signs = signs(acted, found.texts[0], day_number(day))
        assert found_signs.shape == (len(found.texts[0]), len(SIGNS))
    assert np.allclose(
        *(
            signs(
                activity(each.corpus, documents(each.corpus, each.vectors)), found.texts[0], day_number(day)
            )
            for each, found in ((until, one), (further, other))
        )
    )


def test_the_same_question_has_the_same_answer() -> None:
    planted = town()
    assert asdict(looked_back(planted, date(2018, 12, 31))) == asdict(
        looked_back(planted, date(2018, 12, 31))
    )


def test_every_ranking_is_judged_on_the_same_groups() -> None:
    held = looked_back(town(per_year=80), date(2018, 12, 31), date(2019, 12, 31))
    judged = {(row.panel, row.question, row.months): set() for row in held.rows}
    for row in held.rows:
        judged[row.panel, row.question, row.months].add(row.ranking)
    assert judged
    assert all(names == {FORECAST, RANDOM, *BASELINES} for names in judged.values())
    assert ("texts", "actors", (0, 12)) in judged
    assert not any(row.question == "funding" for row in held.rows)
    for row in held.rows:
        assert row.at_10 is not None
        assert 0 <= row.at_10.low <= row.at_10.high <= 1


def test_each_specialisation_of_a_past_day_has_what_came_of_it() -> None:
    held = looked_back(town(), date(2018, 12, 31))
    assert held.named
    for each in held.named:
        assert each.day == date(2018, 12, 31)
        assert 0 < each.probability < 1
        assert set(each.added["actors"]) == {12, 24}
        assert each.kept_growing == (each.added["actors"][12] > 0) or each.kept_growing is not None


def test_a_day_without_a_year_after_it_is_left_out_and_said_so() -> None:
    held = looked_back(town(years=range(2015, 2019)), date(2018, 12, 31))
    assert held.days == ()
    assert any("nobody knows what came" in note for note in held.notes)


def test_a_day_with_little_known_is_left_out_and_said_so() -> None:
    held = looked_back(town(per_year=8), date(2015, 12, 31))
    assert held.days == ()
    assert any("at least 30 are needed" in note for note in held.notes)


def test_few_groups_get_no_precision_and_a_note_says_so() -> None:
    held = looked_back(town(per_year=16), date(2018, 12, 31))
    assert not held.rows
    assert held.days
    assert any("Too few groups" in note for note in held.notes)


@pytest.mark.parametrize(
    ("planted", "why"),
    [
        (Plantation(), "no actors"),
        (town(actors=24, per_year=0), "no collaborations"),
    ],
    ids=["nobody", "no collaborations"],
)
def test_nothing_to_look_at_is_an_answer_not_a_crash(planted: Plantation, why: str) -> None:
    held = looked_back(planted, date(2018, 12, 31))
    assert held.days == (), why
    assert held.notes


def test_collaborations_without_text_are_in_no_group() -> None:
    planted = town(years=range(2015, 2019))
    for number in range(30):
        planted.collaboration(5000 + number, ["a000", "a001"], year=2018)
    acted = activity(planted.corpus, documents(planted.corpus, planted.vectors))
    found = of_texts(acted, day_number(date(2018, 12, 31)))
    assert np.count_nonzero(found.belongs == -1) == 30
    assert (
        outcome(
            acted, found, "projects", day_number(date(2018, 12, 31)), day_number(date(2018, 12, 31))
        ).known.sum()
        == 160
    )


def test_years_that_cannot_be_asked_for_are_refused() -> None:
    data = town(years=range(2015, 2019)).corpus
    assert past_days(data, 2016, 2017, today=TODAY) == [date(2016, 12, 31), date(2017, 12, 31)]
    for first, last, words in (
        (2031, 2032, "not over"),
        (2029, 2030, "not over"),
        (2017, 2016, "after the last"),
        (1990, 1999, "Nothing is known up to"),
        (2020, 2021, "Nothing is known after"),
    ):
        with pytest.raises(ValueError, match=words):
            past_days(data, first, last, today=TODAY)


def test_one_year_and_no_dates_are_refused() -> None:
    with pytest.raises(ValueError, match="All dated collaborations are of 2017"):
        past_days(town(years=range(2017, 2018)).corpus, 2016, 2017, today=TODAY)
    undated = Plantation()
    undated.actor("a", 1)
    undated.actor("b", 1)
    undated.collaboration(1, ["a", "b"])
    with pytest.raises(ValueError, match="No collaboration has a date"):
        past_days(undated.corpus, 2016, 2017, today=TODAY)


def test_days_between_years_end_on_the_last_day_of_the_month() -> None:
    days = past_days(town(years=range(2015, 2019)).corpus, 2016, 2017, today=TODAY, months=3)
    assert days == [
        date(2016, 12, 31),
        date(2017, 3, 31),
        date(2017, 6, 30),
        date(2017, 9, 30),
        date(2017, 12, 31),
    ]


def test_months_after_keeps_the_end_of_the_month() -> None:
    number = day_number
    assert months_after(number(date(2020, 1, 31)), 1) == number(date(2020, 2, 29))
    assert months_after(number(date(2020, 2, 29)), 12) == number(date(2021, 2, 28))
    assert months_after(number(date(2021, 2, 28)), -12) == number(date(2020, 2, 29))
    assert months_after(number(date(2022, 12, 31)), 12) == number(date(2023, 12, 31))
    assert months_after(number(date(2022, 5, 14)), 8) == number(date(2023, 1, 14))


def test_small_counts_are_drawn_towards_the_whole() -> None:
    growth = damped(np.array([2.0, 100.0, 50.0]), np.array([1.0, 100.0, 100.0]))
    assert growth[0] < 2
    assert growth[1] > growth[2]
    assert Outcome(np.array([10.0, 10.0]), np.array([9.0, 1.0])).faster.tolist() == [True, False]


def test_an_actor_is_new_in_a_group_once() -> None:
    planted = Plantation(spread=0.0)
    for name in "abc":
        planted.actor(name)
    planted.collaboration(1, ["a", "b"], 1, year=2015)
    planted.collaboration(2, ["a", "c"], 1, year=2016)
    planted.collaboration(3, ["a", "b", "c"], 1, year=2017)
    acted = activity(planted.corpus, documents(planted.corpus, planted.vectors))
    one = Panel(
        0, planted.vectors[:1], np.zeros(3, dtype=np.int64), np.ones(3, dtype=np.float32), np.array([-1])
    )
    came = outcome(acted, one, "actors", day_number(date(2015, 12, 31)), day_number(date(2017, 12, 31)))
    assert (came.known.tolist(), came.added.tolist()) == ([2.0], [1.0])


def test_the_opposite_of_last_growth_is_among_what_has_to_be_beaten() -> None:
    planted = town()
    acted = activity(planted.corpus, documents(planted.corpus, planted.vectors))
    day = day_number(date(2019, 12, 31))
    scores = baselines(acted, of_texts(acted, day), day, "projects", np.zeros(160, dtype=np.int64))
    assert np.array_equal(scores["mean_reversion"], -scores["last_growth"])
    assert set(scores) == set(BASELINES)


def test_a_recurring_call_is_named_without_its_numbers() -> None:
    assert series_of("HORIZON-CL5-2021-D2-01-11") == "HORIZON-CL5-D2"
    assert series_of("HORIZON-CL5-2023-D2-02-03") == "HORIZON-CL5-D2"
    assert series_of("ERC-2022-POC2") == "ERC-POC2"
    assert series_of("") == ""


def test_precision_counts_the_first_named_and_random_is_what_is_expected() -> None:
    right = np.zeros(40, dtype=np.bool_)
    right[:4] = True
    panel = Judged(1, {"best": -np.arange(40.0), "worst": np.arange(40.0)}, right)
    assert precision([panel], "best", 10) == pytest.approx(0.4)
    assert precision([panel], "worst", 10) == 0
    assert precision([panel], RANDOM, 10) == pytest.approx(0.1)
    assert precision([panel], "best", 21) is None
    found = estimate([panel], "best", 10)
    assert found is not None
    assert found.low < found.value < found.high
    against = ratio([panel], "best", RANDOM, 10)
    assert against is not None
    assert against.value == pytest.approx(4)


def test_one_actor_group_and_all_alike_are_answered() -> None:
    planted = Plantation(spread=0.0)
    for number in range(40):
        planted.actor(f"a{number:02}", group=ActorGroup.COMPANY)
    for number in range(120):
        planted.collaboration(
            number, [f"a{number % 40:02}", f"a{(number + 1) % 40:02}"], 1, year=2015 + number % 6
        )
    held = looked_back(planted, date(2018, 12, 31))
    assert not held.named
