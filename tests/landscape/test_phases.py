"""Phases follow the planted history, never fall when a sign grows, and say what is not known."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.actors import Commitment
from matchmaker.errors import SubClusterNotFoundError
from matchmaker.landscape.activities import ACTIVITIES, Activity, Seen
from matchmaker.landscape.phase_rule import (
    BORDERS,
    CONDITIONS,
    PHASES,
    Phase,
    phase_of,
    reached,
    supported,
    voters,
    votes,
)
from matchmaker.landscape.phases import PhaseDiagnosis, phases
from matchmaker.landscape.signs import Sign, Unknown
from tests.landscape.dated import Chronicle, climbing

CLUTTER, POTENTIAL, EMERGING, MATURE = PHASES


def only(told: Chronicle, sub_cluster_id: str | None = None, **asked: object) -> PhaseDiagnosis:
    (found,) = phases(told.corpus, told.landscape, sub_cluster_id, **asked)  # type: ignore[arg-type]
    for each in found.signs:
        assert (each.value is None) == (each.unknown is not None) == (each.supports is None)
        assert each.value is None or math.isfinite(each.value)
    assert sum(found.stability.values()) == pytest.approx(1)
    assert PHASES.index(found.earliest) <= PHASES.index(found.phase) <= PHASES.index(found.latest)
    return found


def value(found: PhaseDiagnosis, sign: Sign) -> float | None:
    return next(each.value for each in found.signs if each.sign == sign)


def unknown(found: PhaseDiagnosis) -> dict[Sign, Unknown]:
    return {each.sign: each.unknown for each in found.signs if each.unknown is not None}


# The rule

supports = st.fixed_dictionaries({sign: st.none() | st.sampled_from(PHASES) for sign in Sign})


def test_borders_and_conditions_name_every_sign_and_phase() -> None:
    assert set(BORDERS) == set(Sign)
    assert set(CONDITIONS) == set(ACTIVITIES) == set(Phase)
    assert all(list(borders) == sorted(borders) for borders in BORDERS.values())
    assert sorted(each for fitting in ACTIVITIES.values() for each in fitting) == sorted(Activity)


@given(supports, st.sampled_from(list(Sign)), st.sampled_from(PHASES))
def test_more_of_a_sign_never_lowers_the_phase(
    support: dict[Sign, Phase | None], sign: Sign, to: Phase
) -> None:
    before = support[sign]
    if before is None or PHASES.index(to) < PHASES.index(before):
        return
    assert PHASES.index(phase_of(support | {sign: to})) >= PHASES.index(phase_of(support))


@given(
    st.fixed_dictionaries({sign: st.none() | st.floats(0, 50) for sign in Sign}),
    st.sampled_from(list(Sign)),
    st.floats(0, 50),
)
def test_a_larger_figure_never_lowers_the_phase(
    figures: dict[Sign, float | None], sign: Sign, more: float
) -> None:
    def phase(all_of_them: dict[Sign, float | None]) -> int:
        return PHASES.index(
            phase_of(
                {
                    each: None if figure is None else supported(each, figure)
                    for each, figure in all_of_them.items()
                }
            )
        )

    figure = figures[sign]
    if figure is not None:
        assert phase(figures | {sign: figure + more}) >= phase(figures)


@given(supports)
def test_the_phase_can_be_followed_by_hand(support: dict[Sign, Phase | None]) -> None:
    """Every phase up to it has its conditions and more than half of the votes, and the next one has not."""
    found = phase_of(support)
    place = PHASES.index(found)
    assert all(reached(support, each) for each in PHASES[1 : place + 1])
    if found is not MATURE:
        following = PHASES[place + 1]
        lacking = any(
            support[sign] is None or PHASES.index(support[sign] or CLUTTER) <= place
            for sign in CONDITIONS[following]
        )
        assert lacking or 2 * votes(support, following) <= voters(support)


def test_a_figure_on_the_border_has_reached_it() -> None:
    assert supported(Sign.CRITICAL_MASS, 15) == MATURE
    assert supported(Sign.CRITICAL_MASS, 14) == EMERGING
    assert supported(Sign.COMMITMENT, 1 / 3) == EMERGING
    assert supported(Sign.CRITICAL_MASS, 2) == CLUTTER


# Histories


def test_a_sub_cluster_that_climbs_the_ladder_goes_through_the_phases_in_their_order() -> None:
    found = only(climbing(), "rising")
    seen = [PHASES.index(each) for each in found.movement.values()]
    assert seen == sorted(seen)
    assert set(found.movement.values()) == set(PHASES)
    assert found.movement[2010] == CLUTTER
    assert found.movement[2012] == POTENTIAL
    assert found.movement[2015] == EMERGING
    assert found.phase == found.movement[2018] == MATURE
    assert found.year == 2018


def test_permuted_years_destroy_the_movement() -> None:
    """The levels no longer climb with the years, so the phases no longer come in order, or not all of them come."""
    kept = 0
    for seed in range(12):
        order = [int(year) for year in np.random.default_rng(seed).permutation(np.arange(2011, 2019))]
        movement = only(climbing(order=order), "rising").movement.values()
        seen = [PHASES.index(each) for each in movement]
        kept += seen == sorted(seen) and set(movement) == set(PHASES)
    assert kept <= 2


def test_a_past_year_is_judged_by_what_was_known_then() -> None:
    told = climbing()
    for year in (2012, 2015):
        then = only(told, "rising", year=year)
        assert then.phase == only(told, "rising").movement[year]
        assert then.year == year
        past = climbing()
        past.collaborations = [each for each in past.collaborations if each.start and each.start.year <= year]
        assert only(past, "rising").signs == then.signs


def test_without_committed_collaborations_nothing_is_mature() -> None:
    plan = dict.fromkeys(range(2011, 2019), (10, Commitment.PROJECT)) | {2011: (10, Commitment.NON_COMMITTAL)}
    found = only(climbing(years=plan), "rising")
    assert found.phase == EMERGING
    assert Sign.COMMITTED in found.unmet
    assert Sign.COMMITTED not in found.below


def test_where_all_are_called_projects_maturity_is_unknown_and_not_denied() -> None:
    plan = dict.fromkeys(range(2011, 2019), (10, Commitment.PROJECT))
    found = only(climbing(years=plan), "rising")
    assert found.phase == EMERGING
    assert found.latest == MATURE
    assert unknown(found) == {Sign.COMMITTED: Unknown.ONE_LEVEL}


def test_signs_of_the_whole_that_need_a_comparison_do_not_vote() -> None:
    found = only(climbing())
    assert unknown(found) == {Sign.SPECIALISATION: Unknown.NOTHING_TO_COMPARE}
    assert found.voters == len(Sign) - 1
    assert found.sub_cluster_id is None
    assert found.standing is None


def test_signs_are_what_can_be_counted_by_hand() -> None:
    told = Chronicle()
    told.people(12)
    told.meet(["a000", "a001", "a002"], 2015, level=Commitment.NON_COMMITTAL, part="one", fields=["/s/x"])
    told.meet(["a000", "a006"], 2018, level=Commitment.COMMITTED, part="one", fields=["/s/x/deep"])
    told.meet(["a000", "a001"], 2019, part="one", fields=["/s/x"])
    told.meet(["a003", "a004"], 2020, part="one", fields=["/s/y"])
    told.meet(["a005"], 2020, part="one", fields=["/s/y"])  # alone: no collaboration
    told.meet(["a007", "a008"], 2020, part="two", fields=["/s/z"])
    found = only(told, "one")
    # What is of 2015 is over, so five members are left: a000, a001, a003, a004, a006.
    assert value(found, Sign.CRITICAL_MASS) == 5
    assert value(found, Sign.DENSITY) == pytest.approx(1 / 5, abs=1e-4)
    assert value(found, Sign.GROWTH) == pytest.approx((3 + 1) / (1 + 1))
    assert value(found, Sign.COMMITMENT) == 1
    assert value(found, Sign.COMMITTED) == pytest.approx(1 / 3, abs=1e-4)
    assert value(found, Sign.CROSS_GROUP) == pytest.approx(2 / 3, abs=1e-4)  # a000 and a006 are of one group
    assert value(found, Sign.GROUPS) == 4
    assert value(found, Sign.AGE) == 6
    usual = 2 / 4
    assert value(found, Sign.SPECIALISATION) == pytest.approx((2 + 4 * usual) / (3 + 4) / usual, abs=1e-4)
    entropy = -(2 / 3 * math.log(2 / 3) + 1 / 3 * math.log(1 / 3))
    assert value(found, Sign.HETEROGENEITY) == pytest.approx(math.exp(entropy), abs=1e-4)


def test_what_still_runs_counts_and_what_is_over_does_not() -> None:
    told = Chronicle()
    told.people(12)
    told.meet(["a000", "a001", "a002"], 2012, until=date(2018, 6, 1), part="one")
    told.meet(["a003", "a004", "a005"], 2012, until=date(2014, 6, 1), part="one")
    told.meet(["a006", "a007"], 2020, part="two")
    found = only(told, "one")
    assert value(found, Sign.CRITICAL_MASS) == 3
    assert value(only(told, "one", year=2014), Sign.CRITICAL_MASS) == 6
    assert found.movement[2020] == POTENTIAL
    told.meet(["a006", "a007"], 2021, part="two")
    assert only(told, "one").phase == CLUTTER


def test_age_is_a_lower_bound_where_the_data_begin_with_it() -> None:
    told = climbing()
    assert not any(each.at_least for each in only(told, "rising").signs)
    assert [each.sign for each in only(told, "even").signs if each.at_least] == [Sign.AGE]


def test_a_spin_off_begins_again_at_emerging() -> None:
    told = climbing()
    found = only(told, "rising", spun_off={"rising": 2017})
    assert found.restarted == 2017
    assert list(found.movement) == [2017, 2018]
    assert found.movement[2017] == found.phase == EMERGING
    assert value(found, Sign.AGE) == 2
    grown = only(told, "rising", spun_off={"rising": 2014})
    assert [grown.movement[year] for year in (2014, 2017, 2018)] == [EMERGING, EMERGING, MATURE]
    assert value(found, Sign.CRITICAL_MASS) is not None
    with pytest.raises(ValueError, match="last complete year"):
        only(told, "rising", spun_off={"rising": 2030})
    with pytest.raises(SubClusterNotFoundError):
        only(told, "rising", spun_off={"nobody": 2015})


def test_a_sub_cluster_that_is_weak_is_emerging_once_it_has_spun_off() -> None:
    told = Chronicle()
    told.people(6)
    for year in range(2012, 2019):
        told.meet(["a000", "a001"], year, part="large")
    told.meet(["a002", "a003", "a004"], 2017, part="new")
    assert only(told, "new").phase == POTENTIAL
    assert only(told, "new", spun_off={"new": 2017}).phase == EMERGING


def test_stability_is_seeded_and_falls_near_a_border() -> None:
    told = climbing()
    first = phases(told.corpus, told.landscape, "rising", seed=1)
    assert first == phases(told.corpus, told.landscape, "rising", seed=1)
    assert first[0].stability[MATURE] > 0.9
    edge = Chronicle()
    edge.people(16)
    for number in range(8):
        for year in (2014, 2015, 2016, 2017, 2018):
            edge.meet(
                [f"a{2 * number:03}", f"a{2 * number + 1:03}"], year, level=Commitment.COMMITTED, part="edge"
            )
    lone = Chronicle()
    lone.people(15)
    for number in range(15):
        lone.meet(
            [f"a{number:03}", f"a{(number + 1) % 15:03}"],
            2016 + number % 3,
            level=Commitment.COMMITTED,
            part="lone",
        )
    assert only(edge, "edge").stability.get(MATURE, 0) > only(lone, "lone").stability.get(MATURE, 0)
    mass = next(each for each in only(lone, "lone").signs if each.sign == Sign.CRITICAL_MASS)
    assert mass.near


def test_signs_that_disagree_are_named() -> None:
    found = only(climbing(), "rising")
    for each in found.signs:
        below = each.supports is not None and PHASES.index(each.supports) < PHASES.index(found.phase)
        assert (each.sign in found.below) == below
    assert found.support[Phase.CLUTTER] == found.voters


def test_siblings_are_ranked_where_a_phase_says_little() -> None:
    told = climbing()
    every = phases(told.corpus, told.landscape, every=True)
    assert [each.sub_cluster_id for each in every] == [None, "even", "rising"]
    for sign in Sign:
        standings = [each.signs[list(Sign).index(sign)].standing for each in every[1:]]
        assert None in standings or sum(standing or 0 for standing in standings) == pytest.approx(1)


# The checklist


def steps(found: PhaseDiagnosis) -> dict[Activity, tuple[Seen, int | None]]:
    return {each.activity: (each.seen, each.count) for each in found.steps}


def test_what_the_data_cannot_show_is_never_called_done() -> None:
    told = climbing()
    for year in range(2010, 2019):
        for each in phases(told.corpus, told.landscape, every=True, year=year):
            fitting = steps(each)
            assert list(fitting) == list(ACTIVITIES[POTENTIAL if each.phase == CLUTTER else each.phase])
            for activity in (
                Activity.COMPANY_VISITS,
                Activity.BRANDING,
                Activity.NEW_COMPANIES,
                Activity.TRAINING,
            ):
                assert fitting.get(activity, (Seen.NOT_KNOWN, None)) == (Seen.NOT_KNOWN, None)
            assert all((seen == Seen.NOT_KNOWN) == (count is None) for seen, count in fitting.values())


def test_what_the_data_show_is_counted() -> None:
    told = climbing()
    mature = steps(only(told, "rising"))
    assert mature[Activity.INNOVATION_COLLABORATION] == (Seen.SEEN, 30)
    assert mature[Activity.SEGMENTATION] == (Seen.NOT_SEEN, 0)
    assert mature[Activity.RESEARCH_AND_OPEN_INNOVATION][0] == Seen.SEEN
    early = steps(only(told, "rising", year=2012))
    assert early[Activity.NETWORK] == (Seen.SEEN, 5)
    assert early[Activity.FIND_MEMBERS] == (Seen.NOT_KNOWN, None)


def test_networks_are_unknown_where_levels_are_not_recorded() -> None:
    told = Chronicle()
    told.people(4, members=3)
    for year in (2017, 2018):
        told.meet(["a000", "a001", "a002"], year)
    found = steps(only(told))
    assert found[Activity.NETWORK] == (Seen.NOT_KNOWN, None)
    assert found[Activity.FIND_MEMBERS] == (Seen.SEEN, 1)


# What is missing


def test_without_dates_all_count_alike_and_growth_and_age_are_unknown() -> None:
    told = climbing()
    plain = Chronicle(actors=told.actors, parts=told.parts)
    for each in told.collaborations:
        plain.meet(
            [one.actor_id for one in each.participations], None, level=each.commitment, fields=each.fields
        )
    found = only(plain, "rising")
    assert found.year is None
    assert found.movement == {}
    assert unknown(found)[Sign.GROWTH] == unknown(found)[Sign.AGE] == Unknown.NO_DATES
    assert value(found, Sign.CRITICAL_MASS) == value(only(told, "rising"), Sign.CRITICAL_MASS)


def test_a_cluster_that_began_this_year_is_seen_as_it_is_so_far() -> None:
    told = Chronicle()
    who = told.people(9)
    for month in (1, 2, 3):
        told.meet(who[:8], date(2026, month, 1))
    told.meet(who, date(2026, 11, 1))
    found = only(told, today=date(2026, 5, 1))
    assert found.year == found.period.partial == 2026
    assert found.movement == {}
    assert value(found, Sign.AGE) == 1
    assert value(found, Sign.CRITICAL_MASS) == 8
    assert unknown(found)[Sign.GROWTH] == Unknown.SHORT_HISTORY


def test_a_year_before_everything_is_refused() -> None:
    with pytest.raises(ValueError, match="1990"):
        only(climbing(), year=1990)


def test_a_part_without_dates_is_not_called_clutter() -> None:
    told = climbing()
    for number in range(0, 30, 3):
        told.meet([f"a{number + step:03}" for step in range(3)], None, part="undated")
    told.meet(["b000", "b001"], None, part="even")
    found = only(told, "undated")
    assert found.phase == EMERGING
    assert found.year is None
    assert found.undated == 10
    assert unknown(found)[Sign.AGE] == Unknown.NO_DATES
    even = only(told, "even")
    assert even.undated == 1
    assert value(even, Sign.GROWTH) == value(only(climbing(), "even"), Sign.GROWTH)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_no_collaborations_are_clutter(count: int) -> None:
    told = Chronicle()
    told.people(count)
    found = only(told, today=date(2026, 1, 1))
    assert found.phase == found.earliest == found.latest == CLUTTER
    assert found.voters == 2
    assert set(unknown(found).values()) == {Unknown.NO_COLLABORATIONS}


def test_three_actors_in_one_year_are_potential_and_most_is_unknown() -> None:
    told = Chronicle()
    who = told.people(3)
    told.meet(who, 2020, part="one")
    for each in phases(told.corpus, told.landscape, every=True):
        assert each.phase == POTENTIAL
        assert unknown(each)[Sign.GROWTH] == Unknown.SHORT_HISTORY
        assert unknown(each)[Sign.CROSS_GROUP] == Unknown.TOO_FEW


def test_a_sub_cluster_of_one_is_clutter() -> None:
    told = climbing()
    told.meet(["a000"], 2015, part="single")
    assert only(told, "single").phase == CLUTTER


def test_all_alike_stand_alike() -> None:
    told = Chronicle()
    told.people(20)
    for part in ("one", "two"):
        for year in range(2014, 2019):
            for number in range(0, 20, 2):
                told.meet([f"a{number:03}", f"a{number + 1:03}"], year, part=part)
    one, two = phases(told.corpus, told.landscape, every=True)[1:]
    assert one.phase == two.phase
    assert one.standing == two.standing == 0.5


def test_the_future_is_refused_and_what_is_not_there_is_named() -> None:
    told = climbing()
    with pytest.raises(ValueError, match="last complete year in the data is 2018"):
        only(told, year=2019)
    with pytest.raises(SubClusterNotFoundError, match="nobody"):
        only(told, "nobody")
    assert only(told, today=date(2016, 5, 1)).year == 2015
