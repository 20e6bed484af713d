"""A facilitator works through the proposals by keyboard and by mouse, with scripts and without."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from matchmaker.events import Attendee, Session, Table
from matchmaker.workspace import Workspace
from tests.browser.conftest import NewPage, serve
from tests.browser.test_accessibility import AXE, RUN

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright_api.expect


@pytest.fixture(scope="module")
def address(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service over a copy, since something is decided here."""
    folder = tmp_path_factory.mktemp("working") / "workspace"
    shutil.copytree(sample_folder, folder)
    with Workspace.open(folder) as workspace:
        starts = datetime(2027, 3, 4, 9)
        workspace.events.create(
            "Spring",
            zone="Europe/Copenhagen",
            sessions=(Session("Morning", starts, starts.replace(hour=11), 20),),
            tables=(Table("1"), Table("2")),
            event_id="spring",
            who="tests",
        )
        ids = sorted(workspace.published().actor_names())[:10]
        workspace.events.attend(
            "spring", [Attendee(f"p{number}", each) for number, each in enumerate(ids)], who="tests"
        )
        yield from serve(workspace)


def names(row: playwright_api.Locator) -> str:
    return str(row.get_attribute("aria-label"))


def test_a_list_is_worked_through_by_keyboard_alone(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/proposals")
    first = page.locator("#row-0")
    told = names(first)
    page.keyboard.press("j")
    expect(first).to_be_focused()
    page.keyboard.press("p")
    expect(page.locator(".done")).to_contain_text("1 pair is pinned")
    expect(page.locator("#row-0")).to_be_focused()
    expect(page.locator("#row-0")).to_contain_text("Pinned: facilitator")
    page.keyboard.press("u")
    expect(page.locator(".done")).to_contain_text("Undone")
    page.locator("#row-0").focus()
    page.keyboard.press("o")
    page.keyboard.type("Call both in May, p and h are letters here")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".pair-note").first).to_contain_text("Call both in May")
    page.locator("#row-1").focus()
    page.keyboard.press("h")
    expect(page.locator(".done")).to_contain_text("1 pair is hidden")
    page.get_by_role("link", name=re.compile("^Put aside")).click()
    expect(page.locator("form[data-working] tbody tr")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("h")
    expect(page.locator(".done")).to_contain_text("as the recommender has it")
    page.get_by_role("link", name=re.compile("^With a note")).click()
    assert names(page.locator("#row-0")) == told


def test_several_are_decided_at_once(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/proposals?text=universitet")
    page.locator("#row-0 input[name=row]").check()
    page.locator("#row-2 input[name=row]").check()
    page.get_by_role("group", name="With the selected pairs").get_by_role("button", name="Pin").click()
    expect(page.locator(".done")).to_contain_text("2 pairs are pinned")
    expect(page).to_have_url(re.compile("text=universitet"))
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".done")).to_contain_text("Undone")


def test_letters_do_nothing_outside_the_list(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/proposals")
    page.get_by_text("By name, group and region").click()
    page.get_by_label("Name of either").fill("")
    page.get_by_label("Name of either").press_sequentially("jphn")
    expect(page.get_by_label("Name of either")).to_have_value("jphn")
    assert "done=" not in page.url


def test_without_scripts_everything_works(browser: playwright_api.Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False, locale="da-DK")
    page = context.new_page()
    page.goto("/proposals?balance=0.6")
    page.locator("#row-3").get_by_role("button", name="Skjul").click()
    expect(page.locator(".done")).to_contain_text("1 par er skjult")
    page.get_by_role("button", name="Fortryd").click()
    expect(page.locator(".done")).to_contain_text("Fortrudt")
    assert "balance=0.6" in page.url
    context.close()


def test_at_an_event_who_must_meet_is_one_press(new_page: NewPage) -> None:
    page = new_page(width=360, language="da-DK")
    page.goto("/events/spring/proposals")
    page.locator("#row-0").get_by_role("button", name="Skal mødes").click()
    expect(page.locator(".done")).to_contain_text("1 par skal mødes")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.goto("/events/spring/wishes")
    expect(page.locator("#wished ~ table")).to_contain_text("skal mødes")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_where_something_was_decided(new_page: NewPage, scheme: str, width: int) -> None:
    page = new_page(scheme=scheme, width=width, language="da-DK" if width == 360 else "en-GB")
    found = {}
    for path in ("/proposals?marked=hidden", "/proposals?marked=noted", "/events/spring/proposals"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found[path] = page.evaluate(RUN)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert {path: violations for path, violations in found.items() if violations} == {}
