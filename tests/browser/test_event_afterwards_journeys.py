"""From a list in a file to the report in a real browser, and the pages after the schedule by axe, narrow, wide and dark."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from matchmaker.actors import Commitment
from matchmaker.events import (
    Attendance,
    Attendee,
    Committed,
    Measure,
    Person,
    Preference,
    PreferenceKind,
    Rating,
    Remark,
    Session,
    Table,
)
from matchmaker.workspace import Workspace
from service.handing_out import HandingOut
from tests.browser.conftest import NewPage, serve, worked_out
from tests.browser.test_accessibility import AXE, RUN

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright_api.expect

EVENT = "/events/vintermoede"
LONG = "Sammenslutningen af Danske Bioressourceværksteder og Proteinproducenter i Midt- og Vestjylland"
PAGES = (
    f"{EVENT}/agendas",
    f"{EVENT}/agendas/p1",
    f"{EVENT}/follow-up",
    f"{EVENT}/follow-up?a=p1&b=p2",
    f"{EVENT}/report",
    "/events/report?event=vintermoede",
    f"{EVENT}/rounds",
    f"{EVENT}/requests",
    f"{EVENT}/apart",
    f"{EVENT}/lists/participants",
    f"{EVENT}/lists/outcomes",
    "/events/tomt/agendas",
    "/events/tomt/follow-up",
    "/events/tomt/report",
    "/events/tomt/rounds",
    "/events/tomt/requests",
)


@pytest.fixture(scope="module")
def arranged(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A copy of the sample with an event that was held, all of it said, and one with nothing in it."""
    folder = tmp_path_factory.mktemp("afterwards") / "workspace"
    shutil.copytree(sample_folder, folder)
    with Workspace.open(folder) as workspace:
        events, event = workspace.events, "vintermoede"
        sessions = [Session("Formiddag", datetime(2026, 1, 14, 9), datetime(2026, 1, 14, 14), 20, 5)]
        tables = [Table(f"Bord {number}") for number in range(1, 9)]
        events.create(
            "Vintermøde", place=LONG, zone="Europe/Copenhagen", sessions=sessions, tables=tables, who="tests"
        )
        actors = sorted(workspace.published().actor_names())[:24]
        names = [f'<b onclick="x">Åse & Søn {number}</b>' for number in range(1, 25)]
        people = [
            Attendee(f"p{number}", actor, (Person(name, f"aase{number}@example.dk", LONG),))
            for number, (actor, name) in enumerate(zip(actors, names, strict=True), 1)
        ]
        events.attend(event, people, who="tests")
        events.prefer(event, [Preference("p1", "p2", PreferenceKind.MUST_MEET)], who="tests")
        events.propose(event, who="tests")
        events.schedule(event, time_limit=2, who="tests")
        remarks = [
            Remark("p1", "p2", Attendance()),
            Remark("p1", "p2", Rating(5), "p1"),
            Remark("p1", "p2", Committed(Commitment.PROJECT, date(2026, 5, 1), LONG)),
            Remark("p1", "p3", Attendance(("p3",))),
        ]
        events.follow_up.say(event, remarks, who="tests")
        events.follow_up.set_target(
            Measure.COMMITTED, 3, starts=date(2026, 1, 1), months=24, across_groups=True, who="tests"
        )
        events.requests.ask(event, "p3", "p4", words=LONG, who="tests")
        events.seat(event, size=6, rounds=2, time_limit=1, who="tests")
        events.create("Tomt", zone="Europe/Copenhagen", who="tests")
        yield workspace


@pytest.fixture(scope="module")
def address(arranged: Workspace) -> Iterator[str]:
    yield from serve(arranged)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    new_page: NewPage, address: str, scheme: str, width: int
) -> None:
    page = new_page(scheme=scheme, width=width, language="da-DK" if width == 360 else "en-GB")
    found = {}
    for path in PAGES:
        worked_out(address, path)
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") == width, path
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found[path] = page.evaluate(RUN)
    assert {path: violations for path, violations in found.items() if violations} == {}


def test_a_full_agenda_prints_on_one_sheet(new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{EVENT}/agendas/p1")
    page.emulate_media(media="print")
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) == 1
    text = printed.pages[0].extract_text()
    assert "Åse & Søn" in text
    assert "/calendars/" not in text
    assert "Follow-up" not in text


def test_from_a_file_with_mistakes_to_the_report(
    browser: playwright_api.Browser, sample_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(sample_folder, tmp_path / "workspace")
    with Workspace.open(tmp_path / "workspace") as workspace:
        sessions = [Session("Morning", datetime(2026, 1, 14, 9), datetime(2026, 1, 14, 11), 20, 5)]
        tables = [Table(f"Table {number}") for number in range(1, 5)]
        workspace.events.create(
            "Winter",
            event_id="winter",
            zone="Europe/Copenhagen",
            sessions=sessions,
            tables=tables,
            who="tests",
        )
        names = sorted(workspace.published().actor_names().values())[:8]
        rows = "".join(f"{name};Person {number}\n" for number, name in enumerate(names, 1))
        (tmp_path / "list.csv").write_text(f"Firma;Navn\n{rows}Nobody at all;Eve\n", encoding="utf-8")
        (tmp_path / "right.csv").write_text(f"Firma;Navn\n{rows}", encoding="utf-8")
        serving = serve(workspace)
        context = browser.new_context(base_url=next(serving), locale="en-GB", accept_downloads=True)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto("/events/winter/participants")
        page.get_by_role("link", name="Send a list as a file").click()
        page.locator("input[type=file]").set_input_files(tmp_path / "list.csv")
        page.get_by_role("button", name="Show what it would change").click()
        expect(page.get_by_role("alert")).to_contain_text("1 value cannot be accepted")
        expect(page.get_by_role("row").filter(has_text="Nobody at all")).to_contain_text("10")
        page.locator("input[type=file]").set_input_files(tmp_path / "right.csv")
        page.get_by_role("button", name="Show what it would change").click()
        page.get_by_role("button", name="Take it in").click()
        expect(page.get_by_role("heading", name="Participants 8")).to_be_visible()
        workspace.events.prefer("winter", [Preference("p1", "p2", PreferenceKind.MUST_MEET)], who="tests")
        workspace.events.schedule("winter", time_limit=1, who="tests")
        page.get_by_role("link", name="Agendas", exact=True).click()
        with page.expect_download() as all_of_them:
            page.get_by_role("button", name="Download").click()
        assert Path(all_of_them.value.path()).read_bytes().startswith(b"%PDF")
        page.goto("/events/winter/agendas/p1")
        expect(page.get_by_role("button", name="Copy")).to_be_visible()
        calendar = page.get_by_label("Address to follow").input_value()
        answer = context.request.get(calendar)
        assert answer.headers["content-type"].startswith("text/calendar")
        assert "BEGIN:VEVENT" in answer.text()
        page.get_by_role("link", name="Follow-up", exact=True).click()
        page.get_by_role("button", name="Held").first.click()
        expect(page.get_by_role("status")).to_contain_text("Kept")
        page.get_by_role("link", name="More").first.click()
        page.get_by_label("Commitment").select_option("project")
        page.get_by_label("What they do together").fill("Protein from grass")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Kept")
        page.get_by_role("link", name="Report", exact=True).last.click()
        expect(page.get_by_text("1 meeting held")).to_be_visible()
        expect(page.get_by_text("Protein from grass")).to_be_visible()
        context.close()
        serving.close()


def test_a_file_that_takes_long_comes_by_itself(
    new_page: NewPage, arranged: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody waits at all here, so the first answer is always that the file is being made.
    monkeypatch.setitem(HandingOut.file.__kwdefaults__, "patience", 0.0)
    page = new_page()
    page.goto(f"{EVENT}/agendas")
    page.get_by_label("What", exact=True).select_option("participants.zip")
    with page.expect_download() as zipped:
        page.get_by_role("button", name="Download").click()
    assert Path(zipped.value.path()).read_bytes().startswith(b"PK")
