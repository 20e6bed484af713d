"""The menu shows what the caller may open, says where one is, and stays short however much there is."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from jinja2 import Environment, FileSystemLoader

from matchmaker.workspace import Workspace
from service.pages.navigation import FEW, SECTIONS, Line, Part
from service.pages.rendering import STATIC, TEMPLATES
from service.pages.wording import WORDINGS
from tests.alerts.comers import BANK, SPINNER, come
from tests.service.firms import Town, settle, town_of

CURRENT = re.compile(r'<a class="menu-line[^"]*" href="([^"]+)" aria-current="(page|true)"')


@pytest.fixture(scope="module")
def town(built_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Everybody who may sign in, each signed in; nothing is written to it."""
    folder = tmp_path_factory.mktemp("menu") / "town"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as opened:
        yield town_of(opened, settle(opened))


def frame_of(client: TestClient, path: str) -> str:
    return client.get(path).text.partition("</header>")[0]


def addresses(client: TestClient, path: str) -> list[str]:
    """Where the menu of a page leads."""
    return re.findall(r'<a class="menu-line[^"]*" href="([^"]+)"', frame_of(client, path))


def current(page: str) -> list[tuple[str, str]]:
    return CURRENT.findall(page)


def test_every_entry_and_section_has_words_in_both_languages() -> None:
    keys = {f"nav.{entry.name}" for section in SECTIONS for entry in section.entries}
    keys |= {f"nav.section.{section.name}" for section in SECTIONS}
    assert {language: keys - set(wording.texts) for language, wording in WORDINGS.items()} == {
        "da": set(),
        "en": set(),
    }


@pytest.mark.parametrize("name", ["straw", "analyst", "facilitator"])
def test_the_menu_holds_what_the_caller_may_open_and_nothing_else(town: Town, name: str) -> None:
    client = town[name]
    shown = addresses(client, "/actors")
    closed = [
        entry.address for section in SECTIONS for entry in section.entries if entry.address not in shown
    ]
    assert {address: client.get(address).status_code for address in closed if address != "/"} == {
        address: 403 for address in closed if address != "/"
    }
    assert not [address for address in shown if client.get(address).status_code == 403]


def test_the_menu_says_where_one_is(facilitator: TestClient) -> None:
    assert current(facilitator.get("/").text) == [("/", "page")]
    assert current(facilitator.get("/actors").text) == [("/actors", "page")]
    assert current(facilitator.get("/actors/nobody").text) == [("/actors", "true")]
    assert current(facilitator.get("/search?q=x").text) == []


def test_of_two_entries_above_a_page_the_nearer_one_is_meant(facilitator: TestClient) -> None:
    assert current(facilitator.get("/events/new").text) == [("/events", "true")]
    assert [address for address, _ in current(facilitator.get("/events/report").text)] == ["/events/report"]


def test_a_short_menu_stands_open(town: Town) -> None:
    assert 0 < len(addresses(town["straw"], "/map")) <= FEW
    frame = frame_of(town["straw"], "/map")
    assert frame.count("<details open>") == frame.count("<details") > 0


def test_a_long_menu_opens_the_section_of_the_page_alone(facilitator: TestClient) -> None:
    def opened(path: str) -> tuple[int, int]:
        frame = frame_of(facilitator, path)
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


def test_what_waits_is_counted_at_its_entry(arranging: TestClient) -> None:
    app = arranging.app
    assert isinstance(app, FastAPI)
    workspace: Workspace = app.state.workspace
    arranging.post("/alerts/searches", data={"do": "save", "region": "DK"})
    assert "menu-count" not in frame_of(arranging, "/map")
    come(workspace, SPINNER, BANK)
    assert workspace.alerts.look() == 1
    (counted,) = re.findall(
        r'href="([^"]+)"(?:(?!</a>).)*<span class="menu-count">1<', frame_of(arranging, "/map")
    )
    assert counted == "/alerts"
    arranging.post("/alerts", data={"do": "read_all"})
    assert "menu-count" not in frame_of(arranging, "/map")


def test_a_section_counts_what_waits_at_all_its_entries() -> None:
    lines = (Line("team", "/team", "", 1200), Line("proposals", "/proposals", "", 34))
    parts = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True).get_template("parts.html").module
    drawn = parts.menu(WORDINGS["en"], [Part("partners", lines, opened=False)], "icons.svg")
    assert re.findall(r'<span class="menu-count">([\d,]+)', drawn) == ["1,234", "1,200", "34"]


def test_who_may_nothing_sees_no_menu(client: TestClient) -> None:
    page = client.get("/sign-in", headers={"x-forwarded-for": "192.0.2.1"}).text
    assert 'id="menu"' not in page
    assert 'href="/sign-in"' in page
