"""What was planted to rise or fall is found, what was not is not, and what cannot be known is said."""

from __future__ import annotations

import math
from dataclasses import asdict
from datetime import date

import numpy as np
import pytest

from matchmaker.actors import Commitment
from matchmaker.errors import SubClusterNotFoundError
from matchmaker.landscape.trend_items import Kind
from matchmaker.landscape.trends import Tendency, Trend, Trends, trends
from tests.landscape.dated import Chronicle

YEARS = range(2014, 2021)
RISING, FALLING, STEADY, CANNOT = Tendency.RISING, Tendency.FALLING, Tendency.STEADY, Tendency.CANNOT_TELL


def planted(*, shuffled: bool = False, volume: tuple[int, ...] = (40,) * 7) -> Chronicle:
    """In ``alpha`` algae take over from ``peat``; in ``beta`` nothing changes. The volume of both goes up and down."""
    told = Chronicle()
    who = told.people(60)
    random = np.random.default_rng(5)
    years = [year for year, count in zip(YEARS, volume, strict=True) for _ in range(count)]
    shown = list(random.permutation(years)) if shuffled else years
    for place, year in enumerate(years):
        late = (year - YEARS[0]) / (len(YEARS) - 1)
        alpha = place % 2 == 0
        new = alpha and random.random() < late
        word = ("algae reactor" if new else "peat cutter") if alpha else "steel furnace"
        told.meet(
            list(random.choice(who, 3, replace=False)),
            int(shown[place]),
            level=Commitment.COMMITTED if new else Commitment.PROJECT,
            fields=["/science/biology/algae" if new else "/science/soil" if alpha else "/science/metal"],
            part="alpha" if alpha else "beta",
            text=f"The {word} and the {random.choice(['bolt', 'valve', 'panel', 'shed'])} are good.",
        )
    return told


def asked(told: Chronicle, sub_cluster_id: str | None = None, **years: int | date) -> Trends:
    found = trends(told.corpus, told.landscape, sub_cluster_id, **years)  # type: ignore[arg-type]
    assert all(
        math.isfinite(value) for each in found.items for value in (each.rate, each.low, each.high, each.q)
    )
    return found


def named(found: Trends) -> dict[str, Trend]:
    return {each.name: each for each in (*found.growth, *found.items)}


def test_planted_terms_fields_and_levels_rise_and_fall() -> None:
    found = asked(planted())
    named_ = named(found)
    assert named_["algae reactor"].tendency == RISING
    assert named_["peat cutter"].tendency == FALLING
    assert named_["/science/biology/algae"].tendency == RISING
    assert named_["/science/soil"].tendency == FALLING
    assert named_["committed"].tendency == RISING
    assert named_["beta"].tendency == STEADY
    assert "steel furnace" not in named_
    assert not {"bolt", "valve", "panel", "shed"} & set(named_)


def test_a_phrase_is_named_once() -> None:
    terms = [each.name for each in asked(planted()).items if each.kind == Kind.TERM]
    assert sorted(terms) == ["algae reactor", "peat cutter"]


def test_counts_are_those_of_the_years() -> None:
    told = planted()
    algae = named(asked(told))["/science/biology/algae"]
    for year, count in algae.counts.items():
        begun = [each for each in told.collaborations if each.start is not None and each.start.year == year]
        assert algae.of[year] == len(begun)
        assert count == sum(each.fields == ("/science/biology/algae",) for each in begun)


def test_a_field_that_says_no_more_than_one_below_it_is_left_out() -> None:
    names = {each.name for each in asked(planted()).items if each.kind == Kind.FIELD}
    assert "/science/biology" not in names
    assert "/science" in names


def test_cycles_of_the_whole_are_no_trend_of_its_parts() -> None:
    """The whole doubles and halves with its calls; the share of a part does not, and that is what counts."""
    found = asked(planted(volume=(10, 80, 20, 90, 20, 80, 90)))
    assert named(found)["beta"].tendency in (STEADY, CANNOT)
    assert named(asked(planted(volume=(10, 80, 20, 90, 20, 80, 90)), "beta"))["beta"].tendency in (
        STEADY,
        CANNOT,
    )


def test_shuffled_years_leave_no_trend() -> None:
    found = asked(planted(shuffled=True))
    assert not [each.name for each in found.items if each.tendency in (RISING, FALLING)]


def test_a_sub_cluster_is_looked_at_by_itself() -> None:
    found = asked(planted(), "alpha")
    assert sum(found.collaborations.values()) == 140
    assert named(found)["committed"].of[2014] == 20
    assert {each.kind for each in found.growth} == {Kind.VOLUME, Kind.NEW_ACTORS}
    with pytest.raises(SubClusterNotFoundError):
        asked(planted(), "gamma")


def test_group_pairs_are_of_different_groups_that_work_together() -> None:
    told = Chronicle()
    who = told.people(6)
    for year in YEARS:
        told.meet(who[:2], year)
    found = named(asked(told))
    assert found["company+supplier"].counts == dict.fromkeys(YEARS, 1)
    assert not [name for name in found if "+" in name and name != "company+supplier"]


def test_few_collaborations_say_nothing_for_certain() -> None:
    told = Chronicle()
    who = told.people(6)
    for year in (2018, 2019, 2020):
        told.meet(who[:2], year, part="small", text="algae reactor")
    found = asked(told, "small")
    assert all(each.tendency == CANNOT for each in (*found.items, *found.growth))


def test_a_year_that_has_only_begun_is_not_a_fall() -> None:
    told = planted()
    for number in range(3):
        told.meet(["a001", "a002"], date(2021, 1, 2 + number), part="beta")
    found = asked(told, today=date(2021, 2, 1))
    assert found.period.partial == 2021
    assert found.partial == 3
    assert 2021 not in found.collaborations
    assert "partial_year" in found.notes
    with pytest.raises(ValueError, match="2020"):
        asked(told, last=2021, today=date(2021, 2, 1))


def test_same_input_same_answer() -> None:
    assert asdict(asked(planted())) == asdict(asked(planted()))


# Who comes and who goes


def test_who_still_works_or_may_come_back_has_not_left() -> None:
    told = Chronicle()
    told.people(8)
    told.meet(["a000", "a001"], 2012, until=date(2013, 1, 1))  # a000 is not seen again
    told.meet(["a002", "a003"], 2012, until=date(2022, 1, 1))  # runs on
    told.meet(["a004", "a005"], 2019, until=date(2020, 2, 1))  # too early to tell
    for year in range(2012, 2021):
        told.meet(["a001", "a006"], year, until=date(year, 12, 30))
    found = asked(told).turnover
    assert found is not None
    assert [each.actor_id for each in found.leavers] == ["a000"]
    assert found.leavers[0].last_year == 2013
    assert found.left[2013] == 1
    assert found.running == 2
    assert found.quiet == 4
    assert found.returns == 0


def test_the_first_year_has_no_new_actors_and_the_last_names_them() -> None:
    told = Chronicle()
    told.people(6)
    told.meet(["a000", "a001"], 2018)
    told.meet(["a000", "a002"], 2019)
    told.meet(["a003", "a004"], 2020)
    found = asked(told).turnover
    assert found is not None
    assert found.new == {2019: 1, 2020: 2}
    assert [each.actor_id for each in found.newcomers] == ["a003", "a004"]


def test_whoever_left_a_part_may_work_elsewhere() -> None:
    told = Chronicle()
    told.people(6)
    told.meet(["a000", "a001"], 2010, until=date(2010, 12, 30), part="small")
    for year in range(2011, 2021):
        told.meet(["a000", "a002"], year, until=date(year, 12, 30), part="large")
    found = asked(told, "small").turnover
    assert found is not None
    assert {each.actor_id: each.elsewhere for each in found.leavers} == {"a000": True, "a001": False}


def test_patience_is_learned_from_those_who_came_back() -> None:
    told = Chronicle()
    told.people(40)
    for number in range(30):
        told.meet([f"a{number:03}", "a035"], date(2010, 1, 1), until=date(2010, 6, 30))
        told.meet([f"a{number:03}", "a036"], date(2014, 7, 1), until=date(2020, 12, 31))
    found = asked(told).turnover
    assert found is not None
    assert found.returns == 30
    assert found.patience == pytest.approx(4.0, abs=0.05)


# What is missing


def test_no_dates_no_trends_and_a_note() -> None:
    told = Chronicle()
    who = told.people(3)
    told.meet(who, None, part="small")
    found = asked(told)
    assert found.items == ()
    assert found.turnover is None
    assert found.notes == ("no_dates",)
    assert asked(told, "small").growth == ()


def test_one_year_is_not_compared() -> None:
    told = Chronicle()
    who = told.people(3)
    told.meet(who, 2020, part="small")
    for each in (asked(told), asked(told, "small")):
        assert each.items == each.growth == ()
        assert "one_year" in each.notes
        assert each.collaborations == {2020: 1}


@pytest.mark.parametrize("count", [0, 1, 3])
def test_no_collaborations_no_trends_and_a_note(count: int) -> None:
    told = Chronicle()
    told.people(count)
    found = asked(told, today=date(2026, 1, 1))
    assert found.items == ()
    assert found.notes == ("no_collaborations",)


def test_all_alike_is_steady_or_unknown() -> None:
    told = Chronicle()
    who = told.people(12)
    for year in YEARS:
        for _ in range(20):
            told.meet(who, year, text="the same biogas", part="all")
    found = asked(told)
    assert {each.tendency for each in found.items} <= {STEADY, CANNOT}


def test_last_days_that_are_not_known_are_said() -> None:
    told = planted()
    assert "no_ends" in asked(told).notes
    assert "no_calls" in asked(told).notes
    told.meet(["a001", "a002"], 2015, until=date(2016, 1, 1), call="call-1")
    assert not {"no_ends", "no_calls"} & set(asked(told).notes)


def test_what_one_call_brings_is_not_a_trend() -> None:
    told = planted(shuffled=True)
    for number in range(30):
        told.meet(
            [f"a{number:03}", "a059"], 2020, text="The hemp rope is good.", call="hemp-2020", part="beta"
        )
    assert "hemp rope" not in named(asked(told))
    loose = planted(shuffled=True)
    for number in range(30):
        loose.meet([f"a{number:03}", "a059"], 2020, text="The hemp rope is good.", part="beta")
    assert named(asked(loose))["hemp rope"].tendency == RISING
