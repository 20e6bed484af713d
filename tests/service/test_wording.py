"""Both languages are whole, and every page speaks its reader's."""

from __future__ import annotations

import re
import string
from collections import Counter

import pytest
from fastapi.testclient import TestClient

from matchmaker.actors import ActorGroup, PassageKind
from matchmaker.matching.matches import ReasonKind
from service.pages import wording
from service.pages.spin_offs import MEASURES
from service.pages.wording import WORDINGS, preferred_language
from tests.service.reading_pages import BASE, DANISH, ENGLISH, PAGES


def test_both_catalogues_have_the_same_keys_with_the_same_values_to_fill_in() -> None:
    assert DANISH.keys() == ENGLISH.keys()
    for key in ENGLISH:
        fields = [
            {name for _, name, _, _ in string.Formatter().parse(each[key]) if name}
            for each in (DANISH, ENGLISH)
        ]
        assert fields[0] == fields[1], key


@pytest.mark.parametrize("language", ["DANISH_", "ENGLISH_"])
def test_no_catalogue_silently_replaces_a_word_of_another(language: str) -> None:
    catalogues = [words for name, words in vars(wording).items() if name.startswith(language)]
    keys = [key for words in catalogues if isinstance(words, dict) for key in words]
    assert len(catalogues) > 10
    assert sorted(key for key, times in Counter(keys).items() if times > 1) == []


def test_no_text_is_empty_and_danish_is_not_english() -> None:
    assert all(text.strip() for text in (*DANISH.values(), *ENGLISH.values()))
    words = {key: re.sub(r"\{\w+\}", "", text).strip() for key, text in ENGLISH.items()}
    same = [key for key in ENGLISH if ENGLISH[key] == DANISH[key] and len(words[key].split()) > 1]
    assert same == ["frame.title"]


@pytest.mark.parametrize("kind", [*ActorGroup, *PassageKind, *ReasonKind, *MEASURES])
def test_every_kind_that_a_page_can_meet_has_words(kind: str) -> None:
    prefixes = ("group.", "groups.", "kind.", "suggest.you.", "suggest.they.", "reason.", "measure.")
    assert any(f"{prefix}{kind}" in ENGLISH for prefix in prefixes)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["da", "en"])
def test_every_page_speaks_the_readers_language(client: TestClient, address: str, language: str) -> None:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert answer.headers["content-language"] == language
    other = "en" if language == "da" else "da"
    for key in ("nav.actors", "nav.sub_clusters", "nav.map"):
        assert WORDINGS[language](key) in answer.text
        assert f">{WORDINGS[other](key)}<" not in answer.text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("da", "da"),
        ("da-DK,da;q=0.9,en;q=0.8", "da"),
        ("en-GB,da;q=0.5", "en"),
        ("de,da;q=0.3", "da"),
        ("fr", "en"),
        ("", "en"),
        ("da;q=nonsense", "en"),
        ("da;q=0", "en"),
        ("*;;,=", "en"),
    ],
)
def test_the_browser_chooses_the_language(header: str, language: str) -> None:
    assert preferred_language(header) == language


def test_the_switch_is_remembered_and_outranks_the_browser(client: TestClient) -> None:
    with TestClient(client.app, base_url=BASE, headers={"accept-language": "en"}) as reader:
        switched = reader.get("/actors?lang=da&group=company")
        assert '<html lang="da">' in switched.text
        cookie = switched.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert '<html lang="da">' in reader.get("/").text
        assert 'href="/actors?group=company&amp;lang=en"' in switched.text


def test_an_unknown_language_is_ignored(client: TestClient) -> None:
    answer = client.get("/?lang=xx", headers={"accept-language": "da"})
    assert '<html lang="da">' in answer.text
    assert "set-cookie" not in answer.headers


def test_numbers_and_dates_follow_the_language() -> None:
    danish, english = WORDINGS["da"], WORDINGS["en"]
    assert (danish.number(1234.5, 1), english.number(1234.5, 1)) == ("1.234,5", "1,234.5")
    assert english.number(-0.0) == "0"
    assert (danish.points(1.0), english.points(12.34)) == ("1,0 point", "12.3 points")
    assert english.count("actors", 1) == "1 actor"
    assert danish.count("actors", 25000) == "25.000 aktører"
