"""Countries and Danish regions by their codes, named in Danish and English; how pages and reports say where somebody is."""

from __future__ import annotations

import re
from collections.abc import Mapping

LANGUAGES = ("da", "en")

COUNTRIES: Mapping[str, tuple[str, str]] = {
    "AT": ("Østrig", "Austria"),
    "BE": ("Belgien", "Belgium"),
    "BG": ("Bulgarien", "Bulgaria"),
    "CH": ("Schweiz", "Switzerland"),
    "CY": ("Cypern", "Cyprus"),
    "CZ": ("Tjekkiet", "Czechia"),
    "DE": ("Tyskland", "Germany"),
    "DK": ("Danmark", "Denmark"),
    "EE": ("Estland", "Estonia"),
    "EL": ("Grækenland", "Greece"),
    "ES": ("Spanien", "Spain"),
    "FI": ("Finland", "Finland"),
    "FO": ("Færøerne", "Faroe Islands"),
    "FR": ("Frankrig", "France"),
    "GB": ("Storbritannien", "United Kingdom"),
    "GL": ("Grønland", "Greenland"),
    "GR": ("Grækenland", "Greece"),
    "HR": ("Kroatien", "Croatia"),
    "HU": ("Ungarn", "Hungary"),
    "IE": ("Irland", "Ireland"),
    "IL": ("Israel", "Israel"),
    "IS": ("Island", "Iceland"),
    "IT": ("Italien", "Italy"),
    "LT": ("Litauen", "Lithuania"),
    "LU": ("Luxembourg", "Luxembourg"),
    "LV": ("Letland", "Latvia"),
    "MT": ("Malta", "Malta"),
    "NL": ("Nederlandene", "Netherlands"),
    "NO": ("Norge", "Norway"),
    "PL": ("Polen", "Poland"),
    "PT": ("Portugal", "Portugal"),
    "RO": ("Rumænien", "Romania"),
    "RS": ("Serbien", "Serbia"),
    "SE": ("Sverige", "Sweden"),
    "SI": ("Slovenien", "Slovenia"),
    "SK": ("Slovakiet", "Slovakia"),
    "TR": ("Tyrkiet", "Türkiye"),
    "UA": ("Ukraine", "Ukraine"),
    "UK": ("Storbritannien", "United Kingdom"),
    "US": ("USA", "United States"),
}
"""By ISO 3166-1 code, and by those two of Eurostat's that differ."""

REGIONS: Mapping[str, tuple[str, str]] = {
    "DK01": ("Hovedstaden", "Capital Region of Denmark"),
    "DK011": ("Byen København", "City of Copenhagen"),
    "DK012": ("Københavns omegn", "Copenhagen surroundings"),
    "DK013": ("Nordsjælland", "North Zealand"),
    "DK014": ("Bornholm", "Bornholm"),
    "DK02": ("Sjælland", "Zealand"),
    "DK021": ("Østsjælland", "East Zealand"),
    "DK022": ("Vest- og Sydsjælland", "West and South Zealand"),
    "DK03": ("Syddanmark", "Southern Denmark"),
    "DK031": ("Fyn", "Funen"),
    "DK032": ("Sydjylland", "South Jutland"),
    "DK04": ("Midtjylland", "Central Jutland"),
    "DK041": ("Vestjylland", "West Jutland"),
    "DK042": ("Østjylland", "East Jutland"),
    "DK05": ("Nordjylland", "North Jutland"),
    "DK050": ("Nordjylland", "North Jutland"),
}
"""By NUTS code: the regions and provinces of Denmark."""


def country_name(code: str, language: str) -> str:
    """The country's name in a language, or what stands there where it is no known code."""
    return _named(COUNTRIES, code, language)


def region_name(code: str, language: str) -> str:
    """The name of a region or a country by its code, or what stands there where it is no known code."""
    return _named(REGIONS if code.upper() in REGIONS else COUNTRIES, code, language)


_NUTS = re.compile(r"[A-Z]{2}(?=.*[0-9])[0-9A-Z]{1,3}")
"""Codes of Eurostat's Nomenclature of territorial units for statistics: each level adds a character."""

SHORTEST_NAME = 3
"""Letters. Two are a country's code: whoever looks for DE, which is Germany, is not after Denmark."""


def is_called(code: str, text: str) -> bool:
    """Whether the name of a region or a country begins with a text of three letters or more, in one language or the other.

    Or the name of one that it lies in: Vestjylland (DK041) is in Midtjylland (DK04), whose code its own begins with.
    """
    wanted = text.strip().casefold()
    if len(wanted) < SHORTEST_NAME:
        return False
    code = code.upper()
    # A region may be told in words: Nordjylland is not in Norway.
    around = [code[:length] for length in range(2, len(code) + 1)] if _NUTS.fullmatch(code) else [code]
    names = [name for each in around for name in (*REGIONS.get(each, ()), *COUNTRIES.get(each, ()))]
    return any(name.casefold().startswith(wanted) for name in names)


def _named(names: Mapping[str, tuple[str, str]], code: str, language: str) -> str:
    found = names.get(code.upper())
    return found[LANGUAGES.index(language)] if found else code
