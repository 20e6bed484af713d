"""A probability of continued growth that is no bolder than its record, or none with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from matchmaker.corpus import day_number
from matchmaker.landscape import survey
from matchmaker.landscape.activity import activity
from matchmaker.landscape.documents import documents
from matchmaker.landscape.growth_signs import SIGNS
from matchmaker.landscape.outlook import Model, brier, fitted, narrowed, outlooks, record, shipped
from matchmaker.landscape.own_past import OwnPast, own_past
from tests.landscape.test_backtest import town
from tests.landscape.test_spin_offs import grown


def test_the_shipped_model_has_every_sign_and_a_record_that_covers_all_probabilities() -> None:
    model = shipped()
    assert tuple(model.weights) == tuple(model.scale) == SIGNS
    assert model.record[0].low == 0
    assert model.record[-1].high >= 1
    for before, after in zip(model.record, model.record[1:], strict=False):
        assert before.high == pytest.approx(after.low, abs=1e-3)
    for each in (0.01, 0.3, 0.5, 0.7, 0.99):
        assert model.looked_like(each) is not None


def test_a_group_like_the_whole_has_about_the_base_rate() -> None:
    model = shipped()
    assert model.probability(np.zeros((1, len(SIGNS))))[0] == pytest.approx(model.base_rate, abs=0.05)


def test_a_forecast_that_later_days_do_not_bear_out_is_drawn_together() -> None:
    random = np.random.default_rng(0)
    early, late = random.normal(size=(400, len(SIGNS))), random.normal(size=(400, len(SIGNS)))
    model = fitted([early], [early[:, 0] > 0], "here")
    assert model.weights[SIGNS[0]] > 0.5
    against = narrowed(model, [late], [late[:, 0] < 0], "there")
    assert all(weight == 0 for weight in against.weights.values())
    by_chance = narrowed(model, [late], [random.random(400) < 0.3], "there")
    assert np.ptp(by_chance.probability(late)) < np.ptp(model.probability(late)) / 2
    assert by_chance.probability(late).mean() == pytest.approx(by_chance.base_rate, abs=0.02)


def test_the_record_counts_every_group_once() -> None:
    given = np.linspace(0.2, 0.8, 100)
    came = given > 0.5
    bins = record(given, came)
    assert sum(each.groups for each in bins) == 100
    assert sum(each.kept_growing for each in bins) == came.sum()
    assert record(given[:3], came[:3]) == ()
    assert brier(came.astype(float), came) == 0


def test_an_outlook_says_how_many_past_groups_looked_like_it() -> None:
    found = outlooks(shipped(), np.zeros((1, len(SIGNS))))[0]
    assert found.probability is not None
    assert f"Of {found.alike} past groups" in found.reason
    assert found.alike_kept_growing <= found.alike
    assert {name for name, _ in found.signs} == set(SIGNS)


def test_a_model_without_a_record_says_so() -> None:
    model = Model(dict.fromkeys(SIGNS, 0.0), dict.fromkeys(SIGNS, 1.0), 0.0, "Made up.")
    assert "no record" in outlooks(model, np.zeros((1, len(SIGNS))))[0].reason


def test_the_own_past_is_looked_at_where_it_is_long_enough() -> None:
    planted = town(per_year=100)
    acted = activity(planted.corpus, documents(planted.corpus, planted.vectors))
    found = own_past(acted, shipped())
    assert found.days == 3
    assert found.groups >= 30
    assert "this workspace's own past" in found.sentence


def test_a_forecast_that_fails_on_the_own_past_is_withheld() -> None:
    assert OwnPast(groups=60, days=3, gain=-0.02, error=0.01).speaks_against
    assert not OwnPast(groups=60, days=3, gain=-0.005, error=0.01).speaks_against
    assert not OwnPast(groups=10, days=1, gain=-0.2, error=0.01).speaks_against


def test_less_than_a_year_of_dates_gives_no_probability_and_the_reason() -> None:
    planted = town(years=range(2019, 2021))
    count = len(planted.collaborations)
    days = day_number(date(2020, 1, 1)) + np.arange(count) * 37 % 240 - 120
    short = replace(planted.corpus, collaboration_dates=days.astype(np.int32))
    candidates = survey(short, planted.vectors).spin_offs
    assert candidates
    for each in candidates:
        assert each.outlook.probability is None
        assert "a year is needed" in each.outlook.reason


def test_collaborations_without_texts_give_no_probability_and_the_reason() -> None:
    planted = grown()
    candidates = survey(planted.corpus, planted.vectors).spin_offs
    assert candidates
    for each in candidates:
        assert each.outlook.probability is None
        assert "with a date and a text" in each.outlook.reason


def test_candidates_of_a_survey_carry_an_outlook_with_what_it_rests_on() -> None:
    planted = town()
    candidates = survey(planted.corpus, planted.vectors).spin_offs
    assert any(each.outlook.probability is not None for each in candidates)
    for each in candidates:
        assert each.outlook.reason
        assert each.outlook.probability is None or 0 < each.outlook.probability < 1
