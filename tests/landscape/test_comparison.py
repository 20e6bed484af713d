"""Two times side by side: only what was known counts, ids are kept, and what became of everything is told."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from matchmaker.corpus import COMMITMENTS, NO_DATE
from matchmaker.cuts import cut
from matchmaker.frames.comparison import comparison_frames
from matchmaker.landscape import Landscape, Member, SubCluster, survey
from matchmaker.landscape.comparison import Comparison, Known, Topic, Turn, compare, known_on
from tests.dated_town import START, town

FIRST, SECOND = START + timedelta(days=500), START + timedelta(days=1100)


@pytest.fixture(scope="module")
def compared() -> Comparison:
    data, vectors = town()
    return compare(*known_on(data, vectors, FIRST, SECOND, survey(data, vectors, outlooks=False)))


def test_counted_is_who_had_begun_a_collaboration_by_the_day(compared: Comparison) -> None:
    data, _ = town()
    for totals, day in ((compared.before, FIRST), (compared.after, SECOND)):
        begun = np.flatnonzero(data.collaboration_dates <= (day - date(1970, 1, 1)).days)
        assert totals.name == day.isoformat()
        assert totals.collaborations == len(begun)
        at_work = np.unique(data.takes_part[:, begun].tocoo().row)
        assert totals.actors == len(at_work)
    assert compared.at_work
    assert sum(each.before or 0 for each in compared.of(Topic.GROUP)) == compared.before.actors
    assert sum(each.after or 0 for each in compared.of(Topic.GROUP)) == compared.after.actors


def test_collaborations_are_counted_by_commitment(compared: Comparison) -> None:
    levels = [each for each in compared.of(Topic.COMMITMENT) if each.kind == "level"]
    assert {each.id for each in levels} <= {level.value for level in COMMITMENTS}
    assert sum(each.before or 0 for each in levels) == compared.before.collaborations
    assert sum(each.after or 0 for each in levels) == compared.after.collaborations


def test_nothing_that_came_after_the_second_day_counts(compared: Comparison) -> None:
    data, vectors = town()
    known = cut(data, SECOND)
    now = survey(data, vectors, outlooks=False)
    again = compare(*known_on(known.corpus, vectors[known.passages], FIRST, SECOND, now))
    assert again == compared


def test_the_same_question_has_the_same_answer(compared: Comparison) -> None:
    data, vectors = town()
    now = survey(data, vectors, outlooks=False)
    assert compare(*known_on(data, vectors, FIRST, SECOND, now)) == compared


def test_sub_clusters_go_by_the_ids_of_the_landscape_of_now(compared: Comparison) -> None:
    data, vectors = town()
    now = {each.id for each in survey(data, vectors, outlooks=False).sub_clusters if each.parent_id is None}
    found = {each.id for each in compared.of(Topic.SUB_CLUSTER) if each.after is not None}
    assert len(found & now) >= 3


def test_progress_comes_to_its_end() -> None:
    data, vectors = town()
    told: list[tuple[int, int]] = []
    now = survey(data, vectors, outlooks=False)
    known = known_on(data, vectors, FIRST, SECOND, now, progress=lambda *far: told.append(far))
    compare(*known, progress=lambda *far: told.append(far))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


def test_days_the_wrong_way_round_and_before_all_data_are_refused() -> None:
    data, vectors = town()
    now = survey(data, vectors, outlooks=False)
    with pytest.raises(ValueError, match="turn them round"):
        known_on(data, vectors, SECOND, FIRST, now)
    with pytest.raises(ValueError, match="turn them round"):
        known_on(data, vectors, FIRST, FIRST, now)
    with pytest.raises(ValueError, match="later day"):
        known_on(data, vectors, START - timedelta(days=9), FIRST, now)


def test_undated_collaborations_are_left_out() -> None:
    data, vectors = town()
    data.collaboration_dates[:] = NO_DATE
    with pytest.raises(ValueError, match="No dated collaboration"):
        known_on(data, vectors, FIRST, SECOND, survey(data, vectors, outlooks=False))


def landscape(*groups: tuple[str, list[str]]) -> Landscape:
    return Landscape(
        tuple(
            SubCluster(name, None, name, (), tuple(Member(each, 1.0) for each in members), {}, {}, {})
            for name, members in groups
        ),
        (),
        (),
    )


def test_two_builds_tell_what_was_born_grew_merged_and_went() -> None:
    data, _ = town()
    ids = data.ids
    before = landscape(("grows", ids[:6]), ("merges", ids[6:10]), ("stays", ids[10:20]), ("goes", ids[20:26]))
    after = landscape(("grows", ids[:10]), ("stays", ids[10:20]), ("new", ids[30:40]))
    found = compare(Known("old", data, before, None), Known("new", data, after, None))
    turned = {each.id: each.turn for each in found.of(Topic.SUB_CLUSTER)}
    assert turned == {
        "grows": Turn.MORE,
        "merges": Turn.MERGED,
        "stays": Turn.SAME,
        "goes": Turn.DIED,
        "new": Turn.BORN,
    }
    merged = next(each for each in found.of(Topic.SUB_CLUSTER) if each.id == "merges")
    assert (merged.related, merged.before, merged.after, merged.kept) == (("grows",), 4, None, 1)
    assert not found.at_work
    assert found.before.actors == found.after.actors == len(ids)


def test_a_specialisation_is_gained_where_it_was_not_sure_before() -> None:
    data, _ = town()
    companies = [each for place, each in enumerate(data.ids) if place % 2 == 0]
    institutions = [each for place, each in enumerate(data.ids) if place % 2]
    mixed = landscape(
        ("a", [*companies[:10], *institutions[:10]]), ("b", [*companies[10:], *institutions[10:]])
    )
    apart = landscape(("a", companies), ("b", institutions))
    found = compare(Known("old", data, mixed, None), Known("new", data, apart, None))
    gained = {(each.turn, each.place, each.id) for each in found.of(Topic.SPECIALISATION)}
    assert gained == {(Turn.GAINED, "company", "a"), (Turn.GAINED, "knowledge_institution", "b")}
    back = compare(Known("new", data, apart, None), Known("old", data, mixed, None))
    assert {each.turn for each in back.of(Topic.SPECIALISATION)} == {Turn.LOST}


def test_every_difference_is_in_the_tables(compared: Comparison) -> None:
    tables = comparison_frames(compared)
    assert set(tables) == {"totals", *(topic.value for topic in Topic)}
    assert sum(tables[topic.value].num_rows for topic in Topic) == len(compared.differences)
    assert tables["totals"]["name"].to_pylist() == [FIRST.isoformat(), SECOND.isoformat()]
