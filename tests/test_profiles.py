"""How large an organisation is, how far apart two are."""

from __future__ import annotations

import pytest

from matchmaker.actors import Place
from matchmaker.profiles import (
    ContactFields,
    SizeClass,
    checked_ware,
    kilometres,
    size_class,
)


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
