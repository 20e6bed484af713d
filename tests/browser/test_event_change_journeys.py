"""A schedule changed by keyboard and without scripts, repaired from the desk on a phone, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from matchmaker.events import Remove
from matchmaker.workspace import Workspace
from service.pages.events.telling import time_value
from tests.browser.conftest import NewPage, serve
from tests.browser.test_accessibility import AXE, RUN
from tests.browser.test_event_journeys import EVENT, arranged, opened

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright_api.expect
ID = EVENT.rpartition("/")[2]

__all__ = ["arranged"]


@pytest.fixture(scope="module")
def address(arranged: Workspace) -> Iterator[str]:
    yield from serve(arranged)


def number(workspace: Workspace) -> int:
    version = workspace.events.version(ID)
    assert version
    return version.number


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    new_page: NewPage, arranged: Workspace, scheme: str, width: int
) -> None:  # fmt: skip
    version = arranged.events.version(ID)
    assert version
    one, other = version.plan.appointments[:2]
    pair = f"a={one.a}&b={one.b}"
    paths = (
        "schedule",
        "schedule/change",
        f"schedule/change?{pair}",
        f"schedule/change?{pair}&starts={time_value(one.span.starts)}&table={other.table.replace(' ', '+')}",
        f"schedule/change?{pair}&c={other.a}&d={other.b}",
        "schedule/change?a=p1&b=p4",
        "repair",
        f"repair?who={one.a}&what=no_show&table=Bord+1&state=lost&moves=2&look=1",
        "versions?before=1&after=1",
        "why",
        "desk",
        f"desk?at=09:30&one={one.a}&a={one.a}&b={one.b}",
        "desk?find=%3Cb%3Enobody",
    )
    page = new_page(scheme=scheme, width=width, language="da-DK" if width == 360 else "en-GB")
    found = {}
    for path in paths:
        opened(page, f"{EVENT}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") == width, path
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found[path] = page.evaluate(RUN)
    assert {path: violations for path, violations in found.items() if violations} == {}


def test_a_meeting_is_moved_by_keyboard_after_the_conflict_was_shown_and_the_move_is_undone(
    new_page: NewPage, arranged: Workspace
) -> None:  # fmt: skip
    before = number(arranged)
    page = new_page()
    page.goto(f"{EVENT}/schedule")
    change = page.locator(".plan-grid td a").first
    change.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Change the schedule by hand")).to_be_visible()
    cells = page.locator(".places .place a")
    blocked = page.locator(".places .place-blocked a, .places .place-no_swap a").first
    # One stop of the Tab key leads into a grid of places; the arrow keys go on.
    expect(page.locator(".places a[tabindex='0']")).to_have_count(page.locator(".places").count())
    cells.first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.closest('.places') !== null")
    blocked.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#preview")).to_contain_text("so it cannot be made")
    assert page.locator("#preview button").count() == 0
    possible = page.locator(".places .place-possible a, .places .place-swap a").first
    possible.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#preview")).to_contain_text("Nothing stands in the way.")
    assert number(arranged) == before
    page.locator("#preview button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".done")).to_contain_text(re.compile("moved|swapped"))
    assert number(arranged) == before + 1
    page.get_by_role("button", name="Undo the last change").press("Enter")
    expect(page.locator(".done")).to_contain_text("Undone")
    page.get_by_role("button", name="Redo").press("Enter")
    expect(page.locator(".done")).to_contain_text("Done again")
    page.get_by_role("button", name="Undo the last change").press("Enter")
    expect(page.get_by_role("heading", name=f"Version {before + 4}")).to_be_visible()


def test_a_dragged_meeting_is_shown_with_what_stands_in_the_way_and_is_not_moved_before_that(
    new_page: NewPage, arranged: Workspace
) -> None:
    version = arranged.events.version(ID)
    assert version
    page = new_page()
    page.goto(f"{EVENT}/schedule")
    pair = parse_qs(urlsplit(page.locator("table[data-drag] td a").nth(1).get_attribute("href") or "").query)
    taken_out = Remove(*pair["a"], *pair["b"])
    arranged.events.changes.edit(ID, taken_out, expected=version.number, who="tests")
    before = number(arranged)
    page.reload()
    meetings = page.locator("table[data-drag] td:has(a)")
    taken, free = meetings.nth(0), page.locator("table[data-drag] tbody td:not(:has(a)):not(.closed)").first
    name = taken.locator("b").first.inner_text()
    time = free.evaluate("(cell) => cell.closest('table').tHead.rows[0].cells[cell.cellIndex].dataset.starts")
    table = free.evaluate("(cell) => cell.parentElement.cells[0].textContent")
    taken.locator("a").drag_to(free)
    expect(page.locator("#preview")).to_be_visible()
    expect(page.locator("#pair")).to_contain_text(name)
    assert page.get_by_label("Time").input_value() == time
    assert page.get_by_label("Table").input_value() == table
    page.go_back()
    meetings.nth(0).locator("a").drag_to(meetings.nth(1).locator("a"))
    expect(page.locator("#preview-head")).to_contain_text("swap", ignore_case=True)
    assert number(arranged) == before
    arranged.events.changes.undo(ID, expected=before, who="tests")


def test_at_the_desk_a_no_show_leads_to_a_repair_that_is_looked_at_and_made(
    browser: playwright_api.Browser, address: str, arranged: Workspace
) -> None:  # fmt: skip
    before = number(arranged)
    context = browser.new_context(
        base_url=address,
        locale="da-DK",
        viewport={"width": 360, "height": 740},
        has_touch=True,
        java_script_enabled=False,
    )
    page = context.new_page()
    page.goto(f"{EVENT}/desk?at=09:30")
    expect(page.get_by_role("heading", name="09:25–09:45 Nu")).to_be_visible()
    sizes = [each.bounding_box() for each in page.locator(".desk-meeting button").all()]
    assert all(each and each["height"] >= 44 and each["width"] >= 44 for each in sizes)
    page.get_by_role("button", name=re.compile("^Holdt: ")).first.tap()
    expect(page.locator("#last .last")).to_contain_text("Mødet blev holdt")
    assert page.url.endswith("#last")
    page.locator(".last").get_by_role("button", name="Fortryd").tap()
    expect(page.locator(".last")).to_contain_text("Taget tilbage")
    assert arranged.events.follow_up.outcomes(ID) == ()
    page.get_by_role("button", name=re.compile("kom ikke$")).first.tap()
    expect(page.locator(".last")).to_contain_text("Kom ikke")
    assert len(arranged.events.follow_up.outcomes(ID)) == 1
    page.get_by_role("link", name=re.compile("se en reparation")).tap()
    expect(page.get_by_role("heading", name="Det ville reparationen gøre")).to_be_visible()
    expect(page.get_by_text("Som om klokken var 09:30")).to_be_visible()
    assert number(arranged) == before
    page.get_by_role("button", name="Gør det").tap()
    expect(page.locator(".done")).to_contain_text("Mødeplanen er repareret")
    assert number(arranged) == before + 1
    page.get_by_label("Find en deltager").fill("Åse Ærø 7")
    page.get_by_role("button", name="Find", exact=True).tap()
    expect(page.locator("#found")).to_contain_text("Åse Ærø 7")
    context.close()
