"""A planted specialisation that grows, keeps together and spans the actor groups comes first; no dates, no candidates."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.actors import ActorGroup
from matchmaker.landscape import SpinOff, survey
from matchmaker.landscape.spin_offs import MEASURES, windows
from tests.landscape.planted import GROUPS, Plantation, themed

GROWING = "0-1"


def grown(*, last: int = 2020, one_group: bool = False) -> Plantation:
    """Eight themes of two specialisations; in one of them collaborations begin in the last three years only."""
    planted = Plantation(spread=0.4)
    for number in range(256):
        theme, narrow = number % 8, number // 8 % 2
        name = f"{theme}-{narrow}"
        spans = name == GROWING and not one_group
        planted.actor(
            f"{name}-{number:03}",
            theme,
            theme,
            10 + 2 * theme + narrow,
            group=GROUPS[number // 16 % 6] if spans else ActorGroup.COMPANY,
            text=f"word{theme} narrow{theme}{narrow} thing{number % 7}",
        )
    for number in range(320):
        theme, narrow = number % 8, number // 8 % 2
        name = f"{theme}-{narrow}"
        members = [actor.id for actor in planted.actors if actor.id.startswith(name)]
        year = last - number // 16 % 3 if name == GROWING else last - number // 16 % 8
        planted.collaboration(number, list(planted.random.choice(members, 3, replace=False)), year=year)
    return planted


def in_growing(found: SpinOff, planted: Plantation) -> float:
    members = next(
        each.members
        for each in survey(planted.corpus, planted.vectors).sub_clusters
        if each.id == found.sub_cluster_id
    )
    return float(np.mean([member.actor_id.startswith(GROWING) for member in members]))


def test_the_planted_specialisation_comes_first() -> None:
    planted = grown()
    found = survey(planted.corpus, planted.vectors).spin_offs
    assert found
    assert in_growing(found[0], planted) > 0.9
    assert found[0].growth > 0.6
    assert found[0].group_spread > 0.8


def test_years_are_counted_from_the_newest_in_the_data() -> None:
    now, long_ago = grown(last=2020), grown(last=1988)
    recent = survey(now.corpus, now.vectors).spin_offs
    old = survey(long_ago.corpus, long_ago.vectors).spin_offs
    assert [each.score for each in recent] == [each.score for each in old]
    assert old[0].figures["last_recent_year"] == 1988


def test_score_is_the_geometric_mean_and_order_is_total() -> None:
    planted = grown()
    found = survey(planted.corpus, planted.vectors)
    parents = {each.id: each.parent_id for each in found.sub_clusters}
    for each in found.spin_offs:
        five = [getattr(each, name) for name in MEASURES]
        assert all(0 <= value <= 1 for value in five)
        assert each.score == pytest.approx(np.prod(five) ** 0.2, abs=1e-4)
        assert each.growth >= 0.5
        assert parents[each.sub_cluster_id] == each.parent_id
        assert all(np.isfinite(value) for value in each.figures.values())
    order = [(bool(each.doubts), -each.score, each.sub_cluster_id) for each in found.spin_offs]
    assert order == sorted(order)


def test_without_dates_there_are_no_candidates_and_a_note_says_so() -> None:
    planted = themed(200, 8, years=False)
    found = survey(planted.corpus, planted.vectors)
    assert found.spin_offs == ()
    assert any("Growth is unknown" in note for note in found.notes)


def test_one_actor_group_scores_nothing_and_a_note_says_so() -> None:
    planted = grown(one_group=True)
    found = survey(planted.corpus, planted.vectors)
    assert all(each.score == 0 for each in found.spin_offs)
    assert any("one actor group" in note for note in found.notes)


def test_windows_are_three_years_at_most_and_of_equal_length() -> None:
    assert windows(np.arange(2010, 2021)) == (range(2018, 2021), range(2015, 2018))
    assert windows(np.array([2019, 2020])) == (range(2020, 2021), range(2019, 2020))
    assert windows(np.array([2020, 2020, 0])) == (range(2021, 2021), range(2021, 2021))
    assert windows(np.zeros(3, dtype=np.int64)) == (range(0), range(0))


def test_a_single_date_far_off_does_not_move_the_windows() -> None:
    years = np.concatenate([np.repeat(np.arange(2010, 2021), 20), [2031, 1900]])
    assert windows(years) == (range(2018, 2021), range(2015, 2018))
