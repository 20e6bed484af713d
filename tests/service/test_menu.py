"""The menu shows what the caller may open, says where one is, and stays short however much there is."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from service.pages import navigation
from service.pages.navigation import SECTIONS, Entry, Section
from service.pages.rendering import STATIC
from service.pages.wording import WORDINGS

CURRENT = re.compile(r'<a class="menu-line[^"]*" href="([^"]+)" aria-current="(page|true)"')


@pytest.fixture
def without_a_route(monkeypatch: pytest.MonkeyPatch) -> None:
    """A menu with an entry that has no route."""
    monkeypatch.setattr(navigation, "SECTIONS", (*SECTIONS, Section("mine", (Entry("my", "/nowhere"),))))


def current(page: str) -> list[tuple[str, str]]:
    return CURRENT.findall(page)


def test_every_entry_and_section_has_words_in_both_languages() -> None:
    keys = {f"nav.{entry.name}" for section in SECTIONS for entry in section.entries}
    keys |= {f"nav.section.{section.name}" for section in SECTIONS}
    assert {language: keys - set(wording.texts) for language, wording in WORDINGS.items()} == {
        "da": set(),
        "en": set(),
    }


def test_an_entry_without_a_route_is_not_shown(facilitator: TestClient, without_a_route: None) -> None:
    assert "/nowhere" not in facilitator.get("/actors").text


def test_the_menu_says_where_one_is(facilitator: TestClient) -> None:
    assert current(facilitator.get("/").text) == [("/", "page")]
    assert current(facilitator.get("/actors").text) == [("/actors", "page")]
    assert current(facilitator.get("/actors/nobody").text) == [("/actors", "true")]
    assert current(facilitator.get("/search?q=x").text) == []


def test_of_two_entries_above_a_page_the_nearer_one_is_meant(facilitator: TestClient) -> None:
    assert current(facilitator.get("/events/new").text) == [("/events", "true")]
    assert [address for address, _ in current(facilitator.get("/events/report").text)] == ["/events/report"]


def test_a_short_menu_stands_open(facilitator: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    short = tuple(each for each in SECTIONS if each.name in ("start", "partners", "meetings"))
    monkeypatch.setattr(navigation, "SECTIONS", short)
    assert 0 < sum(len(each.entries) for each in short) <= navigation.FEW
    assert "<details>" not in facilitator.get("/map").text.partition("</header>")[0]


def test_a_long_menu_opens_the_section_of_the_page_alone(facilitator: TestClient) -> None:
    def opened(path: str) -> tuple[int, int]:
        frame = facilitator.get(path).text.partition("</header>")[0]
        return frame.count("<details open>"), frame.count("<details")

    assert opened("/map") == (1, 4)
    assert opened("/search?q=x") == (0, 4)
    # Where one begins, everything there is can be seen.
    assert opened("/") == (4, 4)


def test_no_page_is_named_twice_and_every_picture_is_there() -> None:
    addresses = [entry.address for section in SECTIONS for entry in section.entries]
    assert len(addresses) == len(set(addresses))
    wanted = {section.name for section in SECTIONS[1:]} | {entry.name for entry in SECTIONS[0].entries}
    drawn = re.findall(r'<symbol id="(\w+)"', (STATIC / "icons.svg").read_text(encoding="utf-8"))
    assert wanted <= set(drawn)


def test_two_entries_of_one_menu_never_read_alike() -> None:
    for wording in WORDINGS.values():
        facilitators = [
            wording(f"nav.{entry.name}")
            for section in SECTIONS
            for entry in section.entries
            if section.name != "mine"
        ]
        assert len(facilitators) == len(set(facilitators))


def test_what_waits_is_counted_at_the_entry_and_its_section(
    facilitator: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(navigation, "news_of", lambda request: {"team": 1234})
    frame = facilitator.get("/map", headers={"accept-language": "en"}).text.partition("</header>")[0]
    assert frame.count('<span class="menu-count">1,234') == 2
    monkeypatch.setattr(navigation, "news_of", lambda request: {})
    assert "menu-count" not in facilitator.get("/map").text


def test_who_may_nothing_sees_no_menu(client: TestClient) -> None:
    page = client.get("/sign-in", headers={"x-forwarded-for": "192.0.2.1"}).text
    assert 'id="menu"' not in page
    assert 'href="/sign-in"' in page
