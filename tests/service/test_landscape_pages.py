"""Sub-clusters, spin-off candidates and the map as pages, and what they are drawn from."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from matchmaker.actors import ActorGroup
from matchmaker.workspace import Workspace
from service.pages.drawings import composition_bar, growth_columns, growth_line
from service.pages.spin_offs import MEASURES
from service.pages.wording import WORDINGS
from tests.service.reading_pages import ENGLISH, text_of


def test_the_tree_of_sub_clusters_names_each_once_with_its_size(
    sample_client: TestClient, sample: Workspace
) -> None:
    page = sample_client.get("/sub-clusters").text
    for each in sample.published().sub_clusters():
        assert page.count(f'href="/sub-clusters/{each.id}"') == 1


def test_a_sub_cluster_shows_members_with_confidence_and_what_is_inside(
    sample_client: TestClient, sample: Workspace
) -> None:
    published = sample.published()
    top = next(
        each
        for each in published.sub_clusters()
        if any(child.parent_id == each.id for child in published.sub_clusters())
    )
    text = text_of(sample_client, f"/sub-clusters/{top.id}")
    assert top.label in text
    for member in top.members[:50]:
        assert published.actor(member.actor_id).name in text
    assert WORDINGS["en"].percent(top.members[0].confidence).replace("\u00a0", " ") in text
    for child in published.sub_clusters():
        if child.parent_id == top.id:
            assert child.label in text


def test_candidates_beyond_the_first_are_in_a_table(
    sample_client: TestClient, sample: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.pages.landscape.CANDIDATES_IN_FULL", 2)
    candidates = sample.published().spin_offs()
    page = sample_client.get("/spin-offs").text
    assert page.count('<li class="card candidate"') == 2
    table = page[page.index(ENGLISH["spin_off.further"]) :]
    rows = re.findall(r'<tr id="([^"]+)"><td><a href="/sub-clusters/([^"]+)"', table)
    # Their own sub-clusters' pages lead to their lines.
    assert rows == [(each.sub_cluster_id, each.sub_cluster_id) for each in candidates[2:]]


def test_reasons_of_the_best_candidates_are_open_and_doubts_of_all(
    sample_client: TestClient, sample: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.pages.landscape.CANDIDATES_OPEN", 1)
    candidates = sample.published().spin_offs()
    _, *cards = sample_client.get("/spin-offs").text.split('<li class="card candidate"')
    assert len(cards) == len(candidates) > 1
    assert [ENGLISH["spin_off.why"] in card for card in cards] == [False] + [True] * (len(cards) - 1)
    for card, candidate in zip(cards[1:], candidates[1:], strict=True):
        seen, _, folded = card.partition(ENGLISH["spin_off.why"])
        assert ENGLISH["spin_off.against"] in folded
        assert ENGLISH["spin_off.report_link"] in folded.rpartition("</details>")[2]
        assert all(ENGLISH[f"doubt.{doubt}"] in seen for doubt in candidate.doubts)


def test_spin_offs_come_in_order_with_every_measure(sample_client: TestClient, sample: Workspace) -> None:
    candidates = sample.published().spin_offs()
    assert candidates
    page = sample_client.get("/spin-offs").text
    assert re.findall(r'<li class="card candidate" id="([^"]+)"', page) == [
        each.sub_cluster_id for each in candidates
    ]
    for measure in MEASURES:
        assert page.count(f"{ENGLISH[f'measure.{measure}']} <span") == len(candidates)
    assert page.count(ENGLISH["spin_off.outlook"]) == page.count(ENGLISH["spin_off.needs"]) == len(candidates)
    forecast = any(each.outlook.probability is not None for each in candidates)
    assert page.count(ENGLISH["spin_off.outlook_worth"]) == int(forecast)
    for each in candidates:
        for doubt in each.doubts:
            assert ENGLISH[f"doubt.{doubt}"] in page


def test_the_maps_columns_hold_every_point_once(sample_client: TestClient, sample: Workspace) -> None:
    published = sample.published()
    columns = sample_client.get("/map/data.json").json()
    assert sorted(columns["ids"]) == sorted(point.actor_id for point in published.points())
    lengths = {len(columns[name]) for name in ("ids", "names", "groups", "sub_clusters", "x", "y")}
    assert lengths == {len(published.points())}
    names = published.actor_names()
    assert [names[actor_id] for actor_id in columns["ids"]] == columns["names"]
    assert columns["generation"] == published.generation


def test_the_map_keeps_distances_in_proportion(sample_client: TestClient, sample: Workspace) -> None:
    points = {point.actor_id: point for point in sample.published().points()}
    columns = sample_client.get("/map/data.json").json()
    first, *_, last = columns["ids"]
    across, up = points[last].x - points[first].x, points[last].y - points[first].y
    assert (columns["x"][-1] - columns["x"][0]) * up == pytest.approx(
        (columns["y"][-1] - columns["y"][0]) * across, abs=2 * (abs(across) + abs(up))
    )


def test_a_focus_marks_the_members_of_one_sub_cluster(sample_client: TestClient, sample: Workspace) -> None:
    chosen = sample.published().sub_clusters()[0]
    columns = sample_client.get(f"/map/data.json?focus={chosen.id}").json()
    assert {columns["ids"][row] for row in columns["focus"]} == {
        member.actor_id for member in chosen.members
    } & set(columns["ids"])
    assert sample_client.get("/map/data.json?focus=none").json()["focus"] == []


@pytest.mark.parametrize("column", ["name", "group", "sub_cluster"])
def test_the_list_beside_the_map_sorts_both_ways_and_holds_everybody(
    sample_client: TestClient, column: str
) -> None:
    rows = [
        _all_rows(sample_client, f"/map?sort={column}&direction={direction}") for direction in ("up", "down")
    ]
    assert len(rows[0]) == len(set(rows[0])) == len(sample_client.get("/map/data.json").json()["ids"])
    assert set(rows[0]) == set(rows[1])
    assert rows[0] != rows[1]


def _all_rows(client: TestClient, address: str) -> list[str]:
    rows: list[str] = []
    number = 1
    while found := re.findall(
        r'<th scope="row"><a href="/actors/([^"]+)"', client.get(f"{address}&number={number}").text
    ):
        if found[0] in rows:
            break
        rows += found
        number += 1
    return rows


def test_a_composition_bar_is_full_and_in_the_groups_order() -> None:
    bar = composition_bar({ActorGroup.OTHER: 1, ActorGroup.COMPANY: 3})
    assert [part.group for part in bar] == [ActorGroup.COMPANY, ActorGroup.OTHER]
    assert [(part.start, part.width) for part in bar] == [(0, 75), (75, 25)]
    assert composition_bar({}) == ()


def test_a_growth_that_stands_still_is_drawn_to_the_newest_year() -> None:
    line = growth_line({2019: 2, 2020: 5}, 2024)
    assert line is not None
    assert (line.last_year, line.last) == (2024, 5)
    assert growth_line({2020: 5}, 2020) is None
    assert growth_line({}, 2024) is None


def test_growth_columns_carry_a_count_over_years_without_one() -> None:
    columns = growth_columns({2019: 2, 2021: 3}, {2021: 4}, 2022)
    assert [(column.year, column.active, column.began) for column in columns] == [
        (2019, 2, 0),
        (2020, 2, 0),
        (2021, 3, 4),
        (2022, 3, 0),
    ]
    assert growth_columns({}, {}, 2022) == ()
