"""The map keeps neighbours together, stays on the sheet and is the same every time."""

from __future__ import annotations

import math

import numpy as np
from sklearn.manifold import trustworthiness

from matchmaker.landscape import survey
from matchmaker.landscape.documents import documents
from matchmaker.landscape.layout import placed
from matchmaker.landscape.ties import ties
from tests.landscape.planted import Plantation, themed


def test_positions_are_on_the_sheet_with_four_decimals() -> None:
    planted = themed(120, 6)
    points = survey(planted.corpus, planted.vectors).points
    assert [point.actor_id for point in points] == sorted(actor.id for actor in planted.actors)
    places = np.array([(point.x, point.y) for point in points])
    assert np.abs(places).max() == 1
    assert np.array_equal(places, np.round(places, 4))


def test_neighbours_stay_together() -> None:
    planted = themed(240, 8)
    found = survey(planted.corpus, planted.vectors)
    places = np.array([(point.x, point.y) for point in found.points])
    assert trustworthiness(planted.vectors, places, n_neighbors=10, metric="cosine") > 0.9


def test_actors_of_a_theme_are_nearer_to_each_other_than_to_others() -> None:
    planted = themed(200, 8)
    points = survey(planted.corpus, planted.vectors).points
    places = np.array([(point.x, point.y) for point in points])
    theme = np.arange(200) % 8
    distance = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    assert np.mean(theme[distance.argmin(axis=1)] == theme) > 0.95


def test_actors_in_one_place_do_not_hide_each_other() -> None:
    planted = Plantation()
    for number in range(30):
        planted.actor(f"a{number:02}")
    for number in range(10):
        planted.collaboration(number, [f"a{3 * number + each:02}" for each in range(3)], number % 3)
    points = survey(planted.corpus, planted.vectors).points
    assert len({(point.x, point.y) for point in points}) == 30


def test_separate_parts_stay_on_one_map() -> None:
    planted = themed(40, 4)
    found = documents(planted.corpus, planted.vectors)
    places = placed(found, ties(found), seed=0)
    assert np.isfinite(places).all()
    spread = np.linalg.norm(places - np.median(places, axis=0), axis=1)
    assert spread.max() < 20 * np.median(spread)


def test_no_position_is_a_nan() -> None:
    for count in (1, 2, 3, 7):
        planted = themed(count, 1) if count > 2 else Plantation()
        for number in range(count if count < 3 else 0):
            planted.actor(f"a{number}", 0)
        for point in survey(planted.corpus, planted.vectors).points:
            assert math.isfinite(point.x)
            assert math.isfinite(point.y)
