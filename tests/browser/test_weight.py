"""What a page weighs on a line, and whether it jumps, for somebody whose browser has kept nothing: every page of the sample on a phone."""

from __future__ import annotations

import pytest

from matchmaker.workspace import Workspace
from tests.browser.conftest import NewPage, worked_out
from tests.browser.test_accessibility import ADDRESSES, SLOW
from tests.browser.test_every_page import WATCH

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

MOST = 100_000
"""Bytes of a page with its style sheets, faces, scripts and pictures, as they are sent."""


class Weighed:
    """A page that keeps nothing, and what was sent for it."""

    def __init__(self, page: playwright_api.Page) -> None:
        self.page = page
        self.sent = 0.0
        page.add_init_script(WATCH)
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
        devtools.on("Network.loadingFinished", self._add)

    def _add(self, event: dict[str, float]) -> None:
        self.sent += event["encodedDataLength"]

    def open(self, path: str) -> tuple[float, list[object]]:
        """Bytes that were sent for a page, and what jumped in it."""
        self.sent = 0.0
        self.page.goto(path, wait_until="load")
        self.page.wait_for_timeout(150)
        return self.sent, self.page.evaluate("window.jumps")


def test_every_page_is_light_and_stands_still(new_page: NewPage, address: str, sample: Workspace) -> None:
    """All but the map, which brings the library that draws it."""
    largest, made = sample.published().sub_clusters()[0].id, sample.intake.made()[0].number
    weighed = Weighed(new_page(width=360, refused=(404,)))
    found = {}
    for path in (each.format(largest=largest, made=made) for each in ADDRESSES):
        if path.startswith("/map"):
            continue
        if path.startswith(SLOW):
            worked_out(address, path)
        sent, jumps = weighed.open(path)
        assert sent > 50_000, "the faces and the style sheet were not counted"
        if sent >= MOST or jumps:
            found[path] = (sent, jumps)
    assert found == {}
