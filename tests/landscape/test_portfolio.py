"""The portfolio counts every collaboration once, and says what it cannot know."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy import sparse

from matchmaker.actors import ActorGroup, Commitment
from matchmaker.corpus import NO_DATE, Corpus, day_number
from matchmaker.landscape.caveats import Unknown
from matchmaker.landscape.findings import Landscape
from matchmaker.landscape.incidence import Incidence, incidence
from matchmaker.landscape.portfolio import Joint, State, known_sums, portfolio
from tests.landscape.woven import laid_out, woven

COMPANY, SCHOOL, TOWN = ActorGroup.COMPANY, ActorGroup.KNOWLEDGE_INSTITUTION, ActorGroup.PUBLIC_BODY


def small() -> tuple[Corpus, Incidence]:
    data = woven(
        [["a", "b"], ["a", "school"], ["b", "school", "town"], ["a"], ["c", "town"]],
        groups={"school": SCHOOL, "town": TOWN},
        years=[2021, 2021, 2022, None, 2023],
        commitments=[Commitment.NON_COMMITTAL, Commitment.PROJECT, Commitment.COMMITTED],
    )
    landscape = laid_out(
        {"one": (["a", "b", "school"], [0, 1, 2]), "two": (["c", "town"], [4]), "part": (["a"], [0])},
        {"part": "one"},
    )
    return data, incidence(data, landscape)


def test_every_collaboration_is_counted_once() -> None:
    found = portfolio(*small())
    assert sum(each.collaborations for each in found.rows) == 5
    assert {each.sub_cluster_id for each in found.rows} == {"one", "two", ""}
    row = next(each for each in found.rows if each.commitment is Commitment.COMMITTED)
    assert (row.sub_cluster_id, row.year, row.groups, row.state) == ("one", 2022, 3, State.UNKNOWN)
    assert [each.year for each in found.rows if each.sub_cluster_id == ""] == [None]


def test_what_crosses_groups_and_sub_clusters() -> None:
    found = portfolio(*small())
    whole = found.whole
    assert (whole.collaborations, whole.alone, whole.across_groups, whole.committed_across_groups) == (
        4,
        1,
        3,
        1,
    )
    assert (whole.placed, whole.across_sub_clusters) == (4, 1)
    assert Joint((COMPANY, SCHOOL), 2) in whole.by_groups
    assert sum(each.collaborations for each in whole.by_groups) == 5
    assert [each.sub_cluster_id for each in found.sub_clusters] == ["one", "two"]


def test_running_and_ended_on_a_day() -> None:
    data, places = small()
    day = day_number(date(2022, 6, 1))
    ends = np.array([day - 1, day, NO_DATE, day + 1, day + 900], dtype=np.int32)
    found = portfolio(data, places, day=day, ends=ends)
    by_state = {
        state: sum(each.collaborations for each in found.rows if each.state is state) for state in State
    }
    assert by_state == {State.PLANNED: 1, State.RUNNING: 2, State.ENDED: 1, State.UNKNOWN: 1}
    assert Unknown.NO_ENDS not in {each.id for each in found.caveats}


def test_money_is_a_sum_of_what_is_known_and_never_a_nothing() -> None:
    data, places = small()
    found = portfolio(data, places, money=np.array([10.0, np.nan, 0.0, np.nan, np.nan]))
    money = {(each.sub_cluster_id, each.commitment): (each.money, each.money_known) for each in found.rows}
    assert money["one", Commitment.NON_COMMITTAL] == (10, 1)
    assert money["one", Commitment.PROJECT] == (None, 0)
    assert money["one", Commitment.COMMITTED] == (0, 1)


def test_a_grant_of_nothing_is_known_and_a_missing_one_is_not() -> None:
    funding = sparse.csr_array(([10.0, 5.0, 0.0], ([0, 1, 1], [0, 0, 2])), shape=(2, 4))
    assert np.array_equal(known_sums(funding), [15.0, np.nan, 0.0, np.nan], equal_nan=True)


def test_shapes_that_do_not_fit_are_refused() -> None:
    data, places = small()
    with pytest.raises(ValueError, match="5 collaborations need as many ends"):
        portfolio(data, places, ends=np.zeros(3, dtype=np.int32))
    with pytest.raises(ValueError, match="as many money"):
        portfolio(data, places, money=np.zeros(6))


def test_what_cannot_be_known_is_said() -> None:
    nothing = Landscape((), (), ())
    empty = woven([], alone=["a", "b", "c"])
    assert [each.id for each in portfolio(empty, incidence(empty, nothing)).caveats] == [
        Unknown.NO_COLLABORATIONS
    ]
    undated = woven([["a", "b"]])
    told = {each.id for each in portfolio(undated, incidence(undated, nothing)).caveats}
    assert told == {Unknown.NO_DATES, Unknown.NO_ENDS, Unknown.NO_SUB_CLUSTERS, Unknown.ONE_GROUP}
    one = woven([["a", "b"], ["b", "c"]], years=[2022, 2022])
    places = incidence(one, laid_out({"all": (["a", "b", "c"], [0, 1])}))
    told = {each.id for each in portfolio(one, places).caveats}
    assert {Unknown.ONE_YEAR, Unknown.ONE_SUB_CLUSTER} <= told
