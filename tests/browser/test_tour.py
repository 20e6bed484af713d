"""The three ways of docs/tour.md, gone in a real browser: what is clicked and filled in is what stands there, in that order.

With the environment variable ``TOUR_PICTURES`` set to a folder, the page's pictures are made anew in it.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from matchmaker.answers import AnswerKind
from matchmaker.cli import main
from matchmaker.workspace import Workspace
from tests.browser.conftest import NewPage, serve

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright_api.expect
Page = playwright_api.Page
Download = playwright_api.Download

TOUR = Path(__file__).parents[2] / "docs" / "tour.md"
PICTURES = os.environ.get("TOUR_PICTURES", "")
PASSWORD = "et hav af grønne enge"
CLICKED = re.compile(r"\*\*([^*]+)\*\*")
FILLED = re.compile(r"(?<!\*)\*([^*]+)\*(?!\*)")


class Tour:
    """One way through the pages, which notes every click and every field."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.name = name
        self.clicks: list[str] = []
        self.fields: list[str] = []
        self._pictures = 0
        if PICTURES:
            # The faces are kept by the browser then, and the first picture has them.
            page.goto("/sign-in")

    def click(self, role: str, label: str) -> None:
        """Click what begins with ``label``: words for screen readers may follow."""
        self.clicks.append(label)
        self.page.get_by_role(role, name=re.compile("^" + re.escape(label))).first.click()

    def download(self, role: str, label: str) -> bytes:
        """Click what hands out a file, and wait for it."""
        with self.page.expect_download(timeout=90_000) as downloading:
            self.click(role, label)
        return downloading.value.path().read_bytes()

    def fill(self, label: str, value: str) -> None:
        self.fields.append(label)
        self.page.get_by_label(label, exact=True).fill(value)

    def picture(self) -> None:
        """Keep what is on the screen as the next picture of this way."""
        self._pictures += 1
        if PICTURES:
            # The small pictures of the menu come after the page.
            self.page.wait_for_load_state("networkidle")
            self.page.screenshot(path=Path(PICTURES) / f"tour-{self.name}-{self._pictures}.png")

    def is_told(self) -> None:
        """Compare with the section of the page that tells this way."""
        text = TOUR.read_text(encoding="utf-8")
        told = next(each for each in text.split("\n## ") if f"tour-{self.name}-1.png" in each)
        heading, _, steps = told.partition("\n")
        assert CLICKED.findall(steps) == self.clicks
        assert FILLED.findall(steps) == self.fields
        assert heading.endswith(f": {len(self.clicks)} clicks")
        pictures = [f"images/tour-{self.name}-{number}.png" for number in range(1, self._pictures + 1)]
        assert re.findall(r"images/tour-[\w-]+\.png", steps) == pictures
        assert all((TOUR.parent / each).is_file() for each in pictures)
        short = re.search(rf"\(#{_anchor(heading)}\) \| (\d+) \| (\d+) \|", text)
        assert short is not None
        assert (int(short[1]), int(short[2])) == (len(self.clicks), len(self.fields))


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.fixture
def cluster(sample_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "workspace"
    shutil.copytree(sample_folder, folder)
    with Workspace.open(folder) as opened:
        yield opened


@pytest.fixture
def address(cluster: Workspace) -> Iterator[str]:
    yield from serve(cluster)


def invited(said: pytest.CaptureFixture[str], tmp_path: Path, *words: str) -> str:
    """Somebody is invited on the command line; where the printed link leads."""
    assert main(["--workspace", str(tmp_path / "workspace"), "user", "invite", *words]) == 0
    found = re.search(r"/invitation/\S+", said.readouterr().out)
    assert found is not None
    return found[0]


def choose_password(tour: Tour, way: str) -> None:
    tour.page.goto(way)
    tour.fill("Password", PASSWORD)
    tour.fill("The same once more", PASSWORD)
    tour.picture()
    tour.click("button", "Save and go on")


def test_from_make_run_to_a_printed_agenda(new_page: NewPage, cluster: Workspace) -> None:
    page = new_page(refused=(503,))
    tour = Tour(page, "agenda")
    page.goto("/")
    tour.picture()
    tour.click("link", "Set up an event")
    tour.fill("Name", "Spring meeting")
    tour.fill("Day", "2027-03-04")
    tour.picture()
    tour.click("button", "Create the event")
    tour.click("button", "Search")
    tour.picture()
    tour.click("button", "Add all 30")
    tour.click("link", "On to the wishes")
    tour.picture()
    tour.click("button", "Ask for proposals")
    tour.click("link", "On to the schedule")
    tour.click("button", "Make the schedule")
    expect(page.get_by_role("heading", name="Version 1")).to_be_visible(timeout=60_000)
    tour.picture()
    tour.click("link", "On to the agendas")
    page.get_by_role("button", name="Download").scroll_into_view_if_needed()
    tour.picture()
    assert tour.download("button", "Download").startswith(b"%PDF")
    (version,) = cluster.events.versions("spring-meeting")
    assert version.plan.appointments
    tour.is_told()


def test_from_an_invitation_to_an_answered_suggestion(
    new_page: NewPage, cluster: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    way = invited(
        capsys, tmp_path, "ib@hejre.example", "--name", "Ib Hejre", "--role", "firm", "--actor", "hejrebaek"
    )
    page = new_page()
    tour = Tour(page, "firm")
    choose_password(tour, way)
    tour.picture()
    tour.click("link", "See suggestions")
    tour.picture()
    tour.click("button", "Interested")
    page.get_by_role("status").wait_for()
    tour.picture()
    (answer,) = cluster.answers("hejrebaek")
    assert answer.said.kind is AnswerKind.INTERESTED
    tour.is_told()


def test_from_an_invitation_to_the_report_on_a_spin_off(
    new_page: NewPage, tmp_path: Path, cluster: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    way = invited(capsys, tmp_path, "ann@uni.example", "--name", "Ann Lund", "--role", "analyst")
    page = new_page(refused=(503,))
    tour = Tour(page, "spin-off")
    choose_password(tour, way)
    tour.picture()
    tour.click("link", "Spin-offs")
    page.get_by_role("link", name="Report on it").first.scroll_into_view_if_needed()
    tour.picture()
    tour.click("link", "Report on it")
    expect(page.get_by_role("link", name="Download as PDF")).to_be_visible(timeout=90_000)
    tour.picture()
    assert tour.download("link", "Download as PDF").startswith(b"%PDF")
    tour.is_told()
