"""From an empty list of events to a schedule in a real browser: in Danish on a phone, by keyboard, without scripts, by two at once."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from matchmaker.events import Attendee, Person, Preference, PreferenceKind, Session, Table
from matchmaker.workspace import Workspace
from tests.browser.conftest import NewPage, serve
from tests.browser.test_accessibility import AXE, RUN

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright_api.expect
Page = playwright_api.Page

EVENT = "/events/efteraarsmoede"
PAGES = (
    "/events",
    "/events/new",
    EVENT,
    f"{EVENT}/participants",
    f"{EVENT}/participants?find=bio",
    f"{EVENT}/participants/p1",
    f"{EVENT}/wishes?a=p1&b=p9",
    f"{EVENT}/wishes?view=grid&a=p1&b=p9",
    f"{EVENT}/wishes?view=one&of=p1",
    f"{EVENT}/schedule?participant=p1",
    f"{EVENT}/versions",
    "/events/tomt/participants",
    "/events/tomt/wishes",
    "/events/tomt/schedule",
)
LONG = "Sammenslutningen af Danske Bioressourceværksteder og Proteinproducenter i Midt- og Vestjylland"


@pytest.fixture(scope="module")
def arranged(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A copy of the sample with an event of 24 participants and a schedule, and one with nothing in it."""
    folder = tmp_path_factory.mktemp("arranged") / "workspace"
    shutil.copytree(sample_folder, folder)
    with Workspace.open(folder) as workspace:
        events = workspace.events
        sessions = [Session("Formiddag", datetime(2027, 10, 7, 9), datetime(2027, 10, 7, 12), 20, 5)]
        tables = [Table(f"Bord {number}") for number in range(1, 7)]
        events.create(
            "Efterårsmøde",
            place=LONG,
            zone="Europe/Copenhagen",
            sessions=sessions,
            tables=tables,
            who="tests",
        )
        actors = sorted(workspace.published().actor_names())[:24]
        people = [
            Attendee(f"p{number}", actor_id, (Person(f"Åse Ærø {number}", f"aase{number}@example.dk", LONG),))
            for number, actor_id in enumerate(actors, 1)
        ]
        events.attend("efteraarsmoede", people, who="tests")
        given = [
            Preference("p1", "p9", PreferenceKind.MUST_MEET),
            Preference("p2", "p5", PreferenceKind.MEET, "p2", LONG),
            Preference("p1", "p4", PreferenceKind.APART),
            *(Preference("p12", f"p{number}", PreferenceKind.MEET, "p12") for number in range(13, 25)),
        ]
        events.prefer("efteraarsmoede", given, who="tests")
        events.propose("efteraarsmoede", who="tests")
        events.schedule("efteraarsmoede", time_limit=2, who="tests")
        events.create("Tomt", zone="Europe/Copenhagen", who="tests")
        yield workspace


@pytest.fixture(scope="module")
def address(arranged: Workspace) -> Iterator[str]:
    yield from serve(arranged)


def opened(page: Page, path: str) -> None:
    page.goto(path)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(new_page: NewPage, scheme: str, width: int) -> None:
    page = new_page(scheme=scheme, width=width, language="da-DK" if width == 360 else "en-GB")
    found = {}
    for path in PAGES:
        opened(page, path)
        assert page.evaluate("document.documentElement.scrollWidth") == width, path
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found[path] = page.evaluate(RUN)
    assert {path: violations for path, violations in found.items() if violations} == {}


def test_axe_finds_nothing_in_a_form_with_mistakes(browser: playwright_api.Browser, address: str) -> None:
    context = browser.new_context(base_url=address, locale="da-DK", viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto("/events/new")
    page.get_by_label("Navn", exact=True).fill("Møde")
    page.get_by_label("Til").fill("08:00")
    page.get_by_role("button", name="Opret arrangementet").click()
    wrong = page.get_by_label("Til")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_accessible_description(re.compile("Sessionen skal slutte|Hvilken dag"))
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(RUN) == []
    context.close()


def test_from_an_empty_list_to_a_schedule_in_danish_on_a_phone(
    browser: playwright_api.Browser, sample_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(sample_folder, tmp_path / "workspace")
    with Workspace.open(tmp_path / "workspace") as workspace:
        serving = serve(workspace)
        context = browser.new_context(
            base_url=next(serving), locale="da-DK", viewport={"width": 360, "height": 740}, has_touch=True
        )
        page = context.new_page()
        page.goto("/")
        page.get_by_role("button", name="Menu").click()
        page.get_by_role("link", name="Arrangementer", exact=True).click()
        expect(page.get_by_text("Der er intet arrangement endnu")).to_be_visible()
        page.get_by_role("link", name="Nyt arrangement").click()
        page.get_by_label("Navn", exact=True).fill("Forårsmøde")
        page.get_by_label("Sted").fill("Viborg")
        page.get_by_label("Dag").fill("2027-03-04")
        page.get_by_role("button", name="Vis tidsrummene").click()
        expect(page.get_by_text("7 tidsrum")).to_be_visible()
        page.get_by_label("Hvor mange borde").fill("6")
        page.get_by_role("button", name="Opret arrangementet").click()
        expect(page.get_by_role("status")).to_contain_text("Tilføj nu deltagerne")
        names = sorted(workspace.published().actor_names().values())[:16]
        page.get_by_label("Aktørernes navne").fill("\n".join(names))
        page.get_by_role("button", name="Tilføj dem", exact=True).click()
        expect(page.get_by_role("heading", name="Deltagere 16")).to_be_visible()
        page.get_by_role("link", name="Videre til ønskerne").click()
        page.get_by_role("button", name="Hent forslag").click()
        expect(page.get_by_text("par af aktører har en score")).to_be_visible()
        page.get_by_role("button", name="Tilføj", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("Ønsket er gemt")
        page.get_by_role("link", name="Videre til mødeplanen").click()
        page.get_by_label("Søg højst i").select_option("2")
        page.get_by_role("button", name="Lav mødeplanen").click()
        # The page comes to the result by itself.
        expect(page.get_by_role("heading", name="Version 1")).to_be_visible(timeout=30_000)
        expect(page.get_by_text(re.compile("Ingen mødeplan kan være"))).to_be_visible()
        assert page.locator(".plan-grid td a").count() > 20
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        context.close()
        serving.close()


def test_the_grid_is_one_stop_of_the_tab_key_and_arrows_move_in_it(new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{EVENT}/wishes?view=grid")
    cells = page.locator(".wish-grid a")
    assert page.locator(".wish-grid a[tabindex='0']").count() == 1
    cells.first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    here = page.evaluate("document.activeElement.querySelector('.hidden').textContent.trim()")
    assert page.locator(".wish-grid a[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    expect(page.locator("#pair-head")).to_be_visible()
    names = here.partition(":")[0].split(" – ")
    for name in names:
        expect(page.locator("#pair-head")).to_contain_text(name)
    page.get_by_label("Facilitator").select_option("must_meet")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The wish is kept")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Undone")


def test_two_at_once_are_told_and_the_second_loses_nothing(
    browser: playwright_api.Browser, address: str
) -> None:
    context = browser.new_context(base_url=address, locale="en-GB")
    anna, bo = context.new_page(), context.new_page()
    for page in (anna, bo):
        page.goto("/events/tomt")
    anna.get_by_label("Place").fill("Skive")
    bo.get_by_label("Place").fill("Aarhus")
    anna.get_by_role("button", name="Save").click()
    expect(anna.locator(".done")).to_contain_text("Saved")
    with bo.expect_response(lambda response: response.status == 412):
        bo.get_by_role("button", name="Save").click()
    expect(bo.get_by_role("alert")).to_contain_text("Place: Skive")
    expect(bo.get_by_label("Place")).to_have_value("Aarhus")
    context.close()


def test_all_of_it_works_without_scripts(browser: playwright_api.Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto("/events/new")
    page.get_by_label("Name", exact=True).fill("Without scripts")
    page.get_by_label("Day").fill("2027-03-04")
    page.get_by_role("button", name="One session more").click()
    second = page.get_by_role("group", name="Session 2")
    second.get_by_label("Name of the session").fill("Afternoon")
    second.get_by_label("From").fill("13:00")
    second.get_by_label("Until").fill("14:00")
    page.get_by_label("Name", exact=True).press("Enter")
    page.get_by_label("Part of the name").fill("bio")
    page.get_by_role("button", name="Search").click()
    for box in page.get_by_role("group", name="Tick whom to add").get_by_role("checkbox").all()[:6]:
        box.check()
    page.get_by_role("button", name="Add the ticked ones").click()
    expect(page.get_by_role("heading", name="Participants 6")).to_be_visible()
    page.get_by_role("link", name="Schedule", exact=True).click()
    page.get_by_label("Search for at most").select_option("2")
    page.get_by_role("button", name="Make the schedule").click()
    again, made = (
        page.get_by_role("link", name="Load again"),
        page.get_by_role("heading", name="Version 1"),
    )
    for _ in range(100):
        expect(again.or_(made)).to_be_visible()
        if made.is_visible():
            break
        page.wait_for_timeout(200)
        again.click()
    expect(made).to_be_visible()
    context.close()
