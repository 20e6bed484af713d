"""Places that take up fields: a planted relatedness is found, and nothing is said without fields or places."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from matchmaker.actors import Actor, ActorGroup, Collaboration, Participation, Place
from matchmaker.corpus import Corpus, corpus, day_number
from matchmaker.landscape.field_entries import COMBINATION, entry_rows

DAYS = [day_number(date(year, 12, 31)) for year in (2017, 2018)]


def map_of_fields() -> Corpus:
    """Twelve regions and twelve fields on a ring; each region works in three neighbours and moves on by one each year."""
    random = np.random.default_rng(0)
    actors = [
        Actor(
            f"a{region:02}",
            f"a{region}",
            ActorGroup.COMPANY,
            place=Place(country="DK", region=f"DK{region:02}"),
        )
        for region in range(12)
    ]
    collaborations = []
    for year in range(2015, 2020):
        for region in range(12):
            for number in range(24):
                step = (year - 2015) // 2
                field = (region + step + int(random.integers(3))) % 12
                collaborations.append(
                    Collaboration(
                        f"{year}-{region}-{number}",
                        "work",
                        (Participation(f"a{region:02}"),),
                        start=date(year, 5, 1),
                        fields=(f"/science/field {field:02}/narrow {field:02}",),
                    )
                )
    return corpus(actors, collaborations, [])


def test_relatedness_tells_the_next_field_of_a_planted_map() -> None:
    rows = {(row.places, row.level, row.day, row.ranking): row for row in entry_rows(map_of_fields(), DAYS)}
    related = rows["regions", 2, DAYS[1], "relatedness_density"]
    assert related.entered > 0
    assert related.auc is not None
    assert related.auc.value > 0.7
    assert related.auc.low <= related.auc.value <= related.auc.high
    assert rows["regions", 2, DAYS[1], "random"].auc.value == 0.5  # type: ignore[union-attr]


def test_the_combination_is_learned_only_from_days_whose_year_was_over() -> None:
    rows = entry_rows(map_of_fields(), DAYS)
    assert {row.day for row in rows if row.ranking == COMBINATION} <= {DAYS[1]}
    alone = entry_rows(map_of_fields(), DAYS[1:])
    assert not any(row.ranking == COMBINATION for row in alone)


@pytest.mark.parametrize("lost", ["fields", "regions"])
def test_without_fields_or_places_there_is_nothing_to_say(lost: str) -> None:
    data = map_of_fields()
    empty: dict[str, object] = {"fields": [[] for _ in data.fields], "regions": [""] * len(data.regions)}
    blank = replace(data, **{lost: empty[lost]})  # type: ignore[arg-type]
    assert [row for row in entry_rows(blank, DAYS) if row.places == "regions"] == []


def test_one_country_has_no_openings_to_compare() -> None:
    assert [row for row in entry_rows(map_of_fields(), DAYS) if row.places == "countries"] == []
