"""Every page of the table of permissions in a real browser: hostile texts stay texts, nothing runs over, nothing jumps."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from matchmaker.workspace import Workspace
from tests.browser.conftest import NewPage, serve, worked_out
from tests.browser.every_page import pages
from tests.browser.hostile_cluster import EVENT, fill
from tests.browser.test_accessibility import AXE, RUN, SLOW

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CAME_TO_LIFE = """() => [
  window.hit ? "a script ran" : "",
  ...[...document.querySelectorAll("script:not([src]), img[src='x'], [onerror], [onload], [onfocus], [onclick], [autofocus]")]
    .map((each) => each.outerHTML.slice(0, 200)),
  ...[...document.querySelectorAll("a")].filter((each) => each.protocol === "javascript:").map((each) => each.outerHTML.slice(0, 200)),
].filter(Boolean)"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")].filter((each) => {
    const box = each.getBoundingClientRect();
    return box.right > innerWidth + 1 && box.width > 0 && !each.closest(".chart, .map-frame, .hidden, [popover]");
  }).slice(0, 4).map((each) => `${each.tagName}.${each.className}`)"""
OPEN_ALL = "document.querySelectorAll('main details').forEach((each) => { each.open = true; })"
SCRIPT = re.compile(r"\.js(\?|$)")
WATCH = """window.jumps = [];
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) {
    window.jumps.push([each.value, ...each.sources.map((one) => one.node ? `${one.node.nodeName}.${one.node.className}` : "?")]);
  }
}).observe({ type: "layout-shift", buffered: true });"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("hostile")
    fill(folder)
    with Workspace.open(folder) as workspace:
        yield workspace


@pytest.fixture(scope="module")
def address(hostile: Workspace) -> Iterator[str]:
    yield from serve(hostile)


@pytest.fixture(scope="module")
def every_page(hostile: Workspace, address: str) -> list[str]:
    """The address of each page, with everything worked out that is worked out beside the readers."""
    found = hostile.published().sub_clusters()
    values = {
        "actor_id": "a00",
        "event_id": EVENT,
        "participant_id": "p1",
        "what": "participants",
        "token": "nobody",
    }
    if found:
        values["sub_cluster_id"] = found[0].id
    addresses = pages(values)
    assert len(addresses) > 30
    addresses += [
        "/search?q=brown+juice%3Cscript%3Ewindow.hit%3D1%3C%2Fscript%3E",
        "/actors/a02?afield=0.4",
        "/team?idea=brown+juice",
        "/duplicates/pair?a=a00&b=a02",
        "/firms/one?actor=a00",
        f"/events/{EVENT}/wishes?view=grid",
        f"/events/{EVENT}/wishes?a=p1&b=p2",
        f"/events/{EVENT}/schedule/change?a=p1&b=p2",
        f"/events/{EVENT}/desk?find=p1",
        *(f"/import/made/{each.number}" for each in hostile.intake.made()),
        *(f"/events/{EVENT}/lists/participants/{each.number}" for each in hostile.events.lists(EVENT)),
    ]
    for path in (
        *SLOW,
        "/proposals",
        "/events/report",
        f"/events/{EVENT}/report",
        f"/events/{EVENT}/agendas",
    ):
        worked_out(address, path)
    return addresses


@pytest.mark.parametrize(("width", "scheme", "language"), [(360, "dark", "da-DK"), (1280, "light", "en-GB")])
def test_hostile_texts_stay_texts_and_fit_the_page(
    new_page: NewPage, every_page: list[str], width: int, scheme: str, language: str
) -> None:  # fmt: skip
    page = new_page(width=width, scheme=scheme, language=language, refused=(404,))
    found: dict[str, list[str]] = {}
    for path in every_page:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status in (200, 404), path
        page.evaluate(OPEN_ALL)
        wrong = [*page.evaluate(CAME_TO_LIFE), *(f"too wide: {each}" for each in page.evaluate(TOO_WIDE))]
        page.evaluate(AXE.read_text(encoding="utf-8"))
        wrong += page.evaluate(RUN)
        if wrong:
            found[path] = wrong
    assert found == {}


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_jumps_while_a_page_comes(new_page: NewPage, every_page: list[str], width: int) -> None:
    """The sum of layout shifts, as browsers measure it, is 0 on every page, on the first view and the second."""
    page = new_page(width=width, refused=(404,))
    page.add_init_script(WATCH)
    found = {}
    for path in every_page:
        page.goto(path, wait_until="load")
        page.wait_for_timeout(250)
        jumps = page.evaluate("window.jumps")
        if jumps:
            found[path] = jumps
    assert found == {}


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_jumps_when_scripts_come_late(new_page: NewPage, every_page: list[str], width: int) -> None:
    """What only a script makes work has its place before the script is there; on a slow line it comes after the page is shown."""
    # So high that nothing is below what is seen: jumps out of sight are not counted.
    page = new_page(width=width, height=4000, refused=(404,))
    page.add_init_script(WATCH)

    def late(route: playwright_api.Route) -> None:
        time.sleep(0.4)
        route.continue_()

    page.route(SCRIPT, late)
    found = {}
    for path in every_page:
        page.goto(path, wait_until="load")
        page.wait_for_timeout(250)
        jumps = page.evaluate("window.jumps")
        if jumps:
            found[path] = jumps
    assert found == {}
