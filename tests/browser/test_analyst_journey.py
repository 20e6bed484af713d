"""An analyst's day in a real browser: from what stands out to a report on a spin-off, to two dates, and files of it all."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.browser.conftest import NewPage, worked_out

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright_api.expect

PAGES = (
    "/landscape",
    "/specialisation",
    "/trends",
    "/phases",
    "/gaps",
    "/portfolio",
    "/brokers",
    "/backtest",
    "/comparison",
    "/comparison?before=2021-12-31&after=2024-12-31",
    "/downloads",
)


def test_from_what_stands_out_to_the_report_on_a_spin_off(new_page: NewPage) -> None:
    page = new_page(refused=(503,))
    page.goto("/landscape")
    page.get_by_role("link", name="Where a spin-off may form").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    candidate = page.locator(".candidate h2 a").first
    name = candidate.inner_text()
    candidate.click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    part = page.url.rpartition("/")[2]
    worked_out(page.url.partition("/sub-clusters")[0], f"/report/{part}")
    page.goto(f"/report/{part}")
    expect(page.get_by_role("heading", name="Spin-off candidates")).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download as PDF").click()
    assert downloading.value.path().read_bytes().startswith(b"%PDF")


def test_two_dates_are_worked_out_shown_and_taken_along(new_page: NewPage) -> None:
    page = new_page(refused=(503,))
    page.goto("/landscape")
    page.get_by_role("main").get_by_role("link", name="Two dates side by side").click()
    page.get_by_label("First day").fill("2020-12-31")
    page.get_by_label("Second day").fill("2024-12-31")
    page.get_by_role("button", name="Show").click()
    # While it is worked out the page asks again by itself.
    expect(page.get_by_role("heading", name="Sub-clusters and specialisations")).to_be_visible(timeout=90_000)
    expect(page.get_by_text("31 December 2020").first).to_be_visible()
    page.get_by_role("link", name="What became of it").first.click()
    expect(page.get_by_role("columnheader", name="What became of it").first).to_have_attribute(
        "aria-sort", "ascending"
    )
    with page.expect_download() as downloading:
        page.get_by_role("link", name="All tables of this page (XLSX)").click()
    book = load_workbook(BytesIO(downloading.value.path().read_bytes()), read_only=True)
    assert "compared_phases" in book.sheetnames
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Phases, CSV").click()
    assert downloading.value.path().read_text("utf-8-sig").startswith("part,was,now,turn,id")


def test_everything_is_had_from_the_downloads(new_page: NewPage, address: str) -> None:
    page = new_page(refused=(503,))
    page.goto("/downloads")
    build = page.locator("#view-link").input_value().partition("build=")[2]
    worked_out(address, f"/downloads/landscape.zip?cells=csv&build={build}")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="All tables as CSV, in a zip").click()
    with zipfile.ZipFile(downloading.value.path()) as bundle:
        assert "actors.csv" in bundle.namelist()


def test_filters_and_order_stand_in_the_address_and_the_link_leads_back(new_page: NewPage) -> None:
    page = new_page(refused=(503,))
    page.goto("/specialisation")
    page.get_by_label("Rows").select_option("Actor groups")
    page.get_by_label("Columns").select_option("Specialisations inside them")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("main").get_by_role("link", name="Actors", exact=True).first.click()
    expect(page.get_by_role("columnheader", name="Actors").first).to_have_attribute("aria-sort", "descending")
    shown = page.locator("section[aria-labelledby=quotients] table").first.inner_text()
    link = page.get_by_label("Link to this view").input_value()
    page.get_by_role("button", name="Copy the link").focus()
    other = new_page(refused=(503,))
    other.goto(link)
    expect(other.get_by_label("Rows")).to_have_value("group")
    again = other.locator("section[aria-labelledby=quotients] table").first.inner_text()
    assert again == shown


def test_the_map_is_found_again_as_it_was_left(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/map")
    page.locator("#map[data-ready]").wait_for()
    page.get_by_role("radio", name="Sub-cluster").check()
    page.get_by_role("button", name="Zoom in").click()
    page.locator("[data-legend=sub_clusters] button").first.click()
    page.get_by_label("Find on the map").fill("hejre")
    expect(page.locator("#view-link")).to_have_value(
        re.compile(r"colour=sub_clusters.*without_parts=0.*find=hejre.*view=")
    )
    link = page.locator("#view-link").input_value()
    other = new_page()
    other.goto(link)
    other.locator("#map[data-ready]").wait_for()
    expect(other.get_by_role("radio", name="Sub-cluster")).to_be_checked()
    expect(other.get_by_label("Find on the map")).to_have_value("hejre")
    expect(other.locator("[data-legend=sub_clusters] button").first).to_have_attribute(
        "aria-pressed", "false"
    )
    window = link.partition("view=")[2].partition("&")[0]
    expect(other.locator("#view-link")).to_have_value(re.compile(f"view={window}"))


@pytest.mark.parametrize("path", PAGES)
def test_on_a_phone_nothing_is_wider_than_the_screen(new_page: NewPage, address: str, path: str) -> None:
    worked_out(address, path)
    page = new_page(width=360, height=740, language="da-DK", refused=(503,))
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_page_is_used_by_keyboard_alone(new_page: NewPage, address: str) -> None:
    worked_out(address, "/trends")
    page = new_page(refused=(503,))
    page.goto("/trends")
    page.get_by_label("Tendency").focus()
    page.get_by_label("Tendency").select_option("rising")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Tendency")).to_have_value("rising")
    heading = page.get_by_role("columnheader", name="Factor a year").get_by_role("link")
    heading.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="Factor a year")).to_have_attribute(
        "aria-sort", "descending"
    )
    summary = page.get_by_text("What the figures mean, and where they come from")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Benjamini and Hochberg 1995")).to_be_visible()
