"""Countries and regions are named, and found by their names."""

from __future__ import annotations

from matchmaker.actors import Place
from matchmaker.places import COUNTRIES, LANGUAGES, REGIONS, country_name, is_called, region_name
from matchmaker.wording import danish, english

DANISH, ENGLISH = danish({}, ()), english({}, ())


def test_a_code_is_named_in_the_readers_language() -> None:
    assert [region_name("DK041", language) for language in LANGUAGES] == ["Vestjylland", "West Jutland"]
    assert [country_name("se", language) for language in LANGUAGES] == ["Sverige", "Sweden"]
    assert region_name("DK", "da") == "Danmark"


def test_what_is_no_known_code_stays_as_it_is() -> None:
    assert region_name("PL633", "en") == "PL633"
    assert country_name("Jylland", "da") == "Jylland"
    assert region_name("", "da") == ""


def test_every_name_is_there_in_both_languages() -> None:
    assert all(
        all(names) and len(names) == len(LANGUAGES) for names in (*COUNTRIES.values(), *REGIONS.values())
    )


def test_a_place_says_each_name_once() -> None:
    place = Place(city="Herning", region="DK041", country="DK")
    assert DANISH.place(place) == "Herning, Vestjylland, Danmark"
    assert ENGLISH.place(Place(city="Luxembourg", region="LU", country="LU")) == "Luxembourg"
    assert DANISH.place(Place()) == ""


def test_a_region_in_a_table_keeps_its_code() -> None:
    assert (DANISH.region("DK041"), DANISH.region("FI195")) == ("Vestjylland (DK041)", "FI195")


def test_a_place_is_found_by_the_beginning_of_its_name_in_either_language() -> None:
    assert is_called("DK041", "vestj")
    assert is_called("DK041", "West Jut")
    assert is_called("DK", "denmark")
    assert not is_called("DK042", "vestj")
    assert not is_called("PL633", "tys")


def test_a_region_is_called_as_those_that_it_lies_in() -> None:
    assert is_called("DK041", "Midtjylland")
    assert is_called("dk041", "Danmark")
    assert is_called("PL633", "pol")
    assert not is_called("DK04", "Vestjylland")
    assert not is_called("Nordjylland", "Norge"), "a name is no code"


def test_a_countrys_code_is_not_taken_for_the_beginning_of_anothers_name() -> None:
    # Germany's code begins Denmark's name, Spain's that of Estonia.
    assert not is_called("DK", "DE")
    assert not is_called("EE", "es")
