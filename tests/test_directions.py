"""A sentence is read as looking for something, offering it, or naming a topic, in Danish and English."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from matchmaker.actors import PassageKind
from matchmaker.directions import Direction, passage_direction, read_direction

SET = Path(__file__).parents[1] / "benchmarks" / "language" / "directions.tsv"
SEEK, OFFER, TOPIC = Direction.SEEK, Direction.OFFER, Direction.TOPIC


def rows(half: str) -> list[dict[str, str]]:
    with SET.open(encoding="utf-8", newline="") as source:
        return [
            row
            for row in csv.DictReader(source, delimiter="\t", quoting=csv.QUOTE_NONE)
            if row["half"] == half
        ]


def test_the_set_has_both_languages_and_every_direction_in_both_halves() -> None:
    for half in ("tune", "test"):
        counted = Counter((row["language"], row["direction"]) for row in rows(half))
        assert set(counted) == {(each, way.value) for each in ("da", "en") for way in Direction}
        assert min(counted.values()) >= 6


@pytest.mark.parametrize("half", ["tune", "test"])
def test_nine_of_ten_queries_are_read_as_they_are_meant(half: str) -> None:
    asked = rows(half)
    right = sum(read_direction(row["text"]) == row["direction"] for row in asked)
    assert right >= 0.9 * len(asked)


def test_statements_of_other_people_are_never_read_the_wrong_way_round() -> None:
    opposite = {SEEK: OFFER, OFFER: SEEK}
    for row in rows("apart"):
        meant = Direction(row["direction"])
        assert read_direction(row["text"]) != opposite.get(meant), row["text"]


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Who can use mask from a brewery?", OFFER),
        ("Hvem kan bruge mask fra et bryggeri?", OFFER),
        ("Hvem kan levere mask?", SEEK),
        ("Who can supply spent grain?", SEEK),
        ("A buyer for wet side streams", OFFER),
        ("Vi søger en aftager til brun saft", OFFER),
        ("Vi søger brun saft", SEEK),
        ("We buy brown juice", SEEK),
        ("Vi køber halm", SEEK),
        ("Køber til halm søges", OFFER),
        ("mask", TOPIC),
        ("Aarhus Universitet", TOPIC),
        ("", TOPIC),
        ("?", TOPIC),
        ("🙂 ((", TOPIC),
    ],
)
def test_what_is_sought_and_offered_is_the_thing_itself(text: str, direction: Direction) -> None:
    assert read_direction(text) == direction


def test_case_and_punctuation_change_nothing() -> None:
    assert read_direction("VI SØGER: halm!!") == read_direction("vi søger halm") == SEEK


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert read_direction("straw " * 5000 + "we look for straw") == TOPIC


@pytest.mark.parametrize(
    ("kind", "text", "direction"),
    [
        (PassageKind.REQUEST, "Halm, 18.000 tons", SEEK),
        (PassageKind.REQUEST, "Aftager til brun saft, 45.000 m3", OFFER),
        (PassageKind.REQUEST, "A buyer of straw for textile fibres", OFFER),
        (PassageKind.REQUEST, "Spray drying with free hours at night", SEEK),
        (PassageKind.OFFER, "Græspulp i wrap", OFFER),
        (PassageKind.OFFER, "Køb af overskudsvarme på langtidskontrakt", SEEK),
        (PassageKind.DESCRIPTION, "We buy straw.", TOPIC),
        (PassageKind.PROJECT, "We look for proteins.", TOPIC),
    ],
)
def test_a_passage_points_as_its_kind_says_or_plainly_the_other_way(
    kind: PassageKind, text: str, direction: Direction
) -> None:
    assert passage_direction(kind, text) == direction
