"""What a profile lacks, how complete it is, how large an organisation is, how far apart two are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matchmaker.actors import Actor, ActorGroup, Offer, Place, Request
from matchmaker.profiles import (
    ContactFields,
    Lack,
    SizeClass,
    checked_ware,
    completeness,
    kilometres,
    lacks,
    size_class,
)

FULL = Actor(
    "a",
    "A",
    ActorGroup.COMPANY,
    description="We press and sell wheat straw from forty farms around the Limfjord, clean and in bales.",
    offers=(Offer("Clean wheat straw in bales"),),
    requests=(Request("A buyer of straw for textile fibres"),),
    place=Place(region="DK041"),
    size="12",
    website="a.example",
)


def test_a_full_profile_lacks_nothing() -> None:
    assert lacks(FULL) == ()
    assert completeness(()) == 1


def test_an_empty_one_lacks_everything_what_helps_most_first() -> None:
    missing = lacks(Actor("a", "A", ActorGroup.OTHER), contacts=0)
    assert missing == (
        Lack.REQUESTS,
        Lack.OFFERS,
        Lack.DESCRIPTION,
        Lack.PLACE,
        Lack.CONTACT,
        Lack.SIZE,
        Lack.WEBSITE,
    )
    assert completeness(missing) == 0


def test_what_is_thin_counts_half() -> None:
    thin = replace(FULL, requests=(Request("straw"),))
    assert lacks(thin) == (Lack.THIN_REQUESTS,)
    none = lacks(replace(FULL, requests=()))
    assert 1 - completeness(lacks(thin)) == pytest.approx((1 - completeness(none)) / 2)


@pytest.mark.parametrize(
    ("size", "found"),
    [
        ("25", SizeClass.SMALL),
        ("50", SizeClass.MEDIUM),
        ("1.200", SizeClass.LARGE),
        ("50-249", SizeClass.MEDIUM),
        ("ca. 300", SizeClass.LARGE),
        ("Small enterprise", SizeClass.SMALL),
        ("SME", None),
        ("", None),
    ],
)
def test_the_size_is_read_from_what_sources_write(size: str, found: SizeClass | None) -> None:
    assert size_class(size) is found


def test_distances_are_along_the_earth_and_unknown_without_places() -> None:
    struer, copenhagen = Place(latitude=56.49, longitude=8.58), Place(latitude=55.68, longitude=12.57)
    assert kilometres(struer, copenhagen) == pytest.approx(264, abs=3)
    assert kilometres(struer, struer) == 0
    assert kilometres(struer, Place()) is None


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": " "}, "name"),
        ({"name": "Ib", "email": "nowhere"}, "email"),
        ({"name": "Ib", "phone": "1\n2"}, "phone"),
        ({"name": "Ib", "language": "de"}, "language"),
        ({"name": "x" * 201}, "name"),
    ],
)
def test_a_contact_person_that_cannot_be_names_the_field(fields: dict[str, str], wrong: str) -> None:
    with pytest.raises(ValueError, match=f"^{wrong}$"):
        ContactFields(**fields)


def test_a_ware_is_one_line_with_something_in_it() -> None:
    assert checked_ware("  straw \n in bales ") == "straw in bales"
    for text in ("", "  ", "x" * 1001, "\ud800"):
        with pytest.raises(ValueError, match=r"Write|Shorten"):
            checked_ware(text)
