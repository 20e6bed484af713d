"""Builds and the history in a real browser: a build with its progress, cancelled, taken back; without scripts; by keyboard; axe."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from matchmaker.jobs import JobState
from matchmaker.workspace import Workspace
from tests.browser.conftest import NewPage, serve
from tests.browser.test_accessibility import AXE, RUN

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright_api.expect
Page = playwright_api.Page

PAGES = (
    "/builds",
    "/builds?wrong=busy",
    "/history",
    "/history?action=edited",
    "/history?who=nobody",
)


@pytest.fixture(scope="module")
def kept(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A copy of the sample that is behind, with words in its history that break pages which are not careful."""
    folder = tmp_path_factory.mktemp("kept") / "workspace"
    shutil.copytree(sample_folder, folder)
    with Workspace.open(folder) as workspace:
        workspace.edit_actor(
            "hejrebaek", {"city": "Viborg", "tags": ["<img src=x onerror=alert(1)>"]}, who="O'Brien"
        )
        workspace.edit_actor(
            "hejrebaek", {"description": "Vi presser saft. " * 200, "website": "x" * 300}, who=""
        )
        yield workspace


@pytest.fixture(scope="module")
def address(kept: Workspace) -> Iterator[str]:
    yield from serve(kept)


def check(page: Page, path: str) -> list[str]:
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN)
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append("wider than the window")
    return [f"{path}: {each}" for each in found]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    new_page: NewPage, kept: Workspace, scheme: str, width: int
) -> None:
    page = new_page(scheme=scheme, width=width, language="da-DK" if width == 360 else "en-GB")
    found: list[str] = []
    for path in PAGES:
        page.goto(path)
        found += check(page, path)
    assert found == []


def test_a_build_is_started_followed_and_taken_back(new_page: NewPage, kept: Workspace) -> None:
    page = new_page()
    old = kept.status().published
    page.goto("/builds")
    expect(page.get_by_text("Actors or collaborations changed")).to_be_visible()
    page.get_by_role("button", name="Start a build").focus()
    page.keyboard.press("Enter")
    bar = page.get_by_role("progressbar", name="Progress of the build")
    expect(bar).to_be_visible()
    expect(page.locator("#building-said")).to_contain_text("Step")
    assert check(page, "while it is made") == []
    expect(bar).to_be_hidden(timeout=120_000)
    expect(page.get_by_text("It is up to date")).to_be_visible()
    new = kept.status().published
    assert new != old
    expect(page.get_by_role("contentinfo")).to_contain_text(str(new))
    page.get_by_role("button", name="Publish this one again").click()
    expect(page.get_by_role("contentinfo")).to_contain_text(str(old))
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("Taken back")
    assert kept.status().published == new
    page.goto("/history?kind=build")
    expect(page.get_by_role("listitem").filter(has_text="gone back to")).to_have_count(2)


def test_a_build_is_cancelled_without_a_script(
    browser: playwright_api.Browser, address: str, kept: Workspace
) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False, locale="da-DK")
    page = context.new_page()
    kept.edit_actor("hejrebaek", {"city": "Skive"}, who="test")
    published = kept.status().published
    page.goto("/builds")
    page.get_by_role("button", name="Start en beregning").click()
    page.get_by_role("button", name="Afbryd").first.click()
    expect(page.get_by_role("status")).to_contain_text("afbrudt")
    for _ in range(200):
        if kept.jobs.page(limit=1)[0].over:
            break
        page.wait_for_timeout(100)
    assert kept.jobs.page(limit=1)[0].state is JobState.CANCELLED
    page.goto("/builds")
    expect(page.get_by_text("En beregning er i gang")).to_have_count(0)
    assert kept.status().published == published
    context.close()


def test_the_history_is_narrowed_and_fetched(new_page: NewPage, tmp_path: Path) -> None:
    page = new_page()
    page.goto("/history")
    page.get_by_label("Who").fill("O'Brien")
    page.get_by_label("Action").select_option(label="edited")
    page.get_by_role("button", name="Show").click()
    entry = page.get_by_role("listitem").filter(has_text="hejrebaek")
    expect(entry.first).to_contain_text("<img src=x onerror=alert(1)>")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Download as CSV").click()
    fetched.value.save_as(tmp_path / "history.csv")
    lines = (tmp_path / "history.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "O'Brien" in lines[1]
