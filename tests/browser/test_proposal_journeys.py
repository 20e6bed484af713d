"""The whole cluster's proposals, a team and the slider of one actor, used in a real browser."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import NewPage

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright_api.expect

IDEA = "We press juice from grass and make protein of it. We dry it with surplus heat. We test it on pigs."


def test_a_facilitator_balances_narrows_and_takes_the_list_along(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/")
    page.get_by_role("link", name="All proposals, balanced").click()
    expect(page.get_by_role("heading", name="Everybody's proposals")).to_be_visible()
    slider = page.get_by_role("slider", name="Balance")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator("output")).to_have_text("0.50")
    page.get_by_label("Only new contacts").check()
    page.get_by_label("Partners each").select_option("5")
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_text("Large: at balance 0.50")).to_be_visible()
    expect(page.get_by_text("Known partner")).to_have_count(0)
    page.get_by_text("By name, group and region").click()
    page.get_by_label("Name of either").fill("universitet")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("slider", name="Balance")).to_have_value("0.5")
    page.get_by_role("link", name="Partner", exact=True).click()
    expect(page.get_by_role("columnheader", name="Partner")).to_have_attribute("aria-sort", "ascending")
    assert {"balance=0.5", "top=5", "new=true", "text=universitet"} <= set(re.split("[?&#]", page.url))
    page.locator(".pair-reason summary").first.click()
    expect(page.locator(".pair-reason blockquote").first).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="XLSX").click()
    assert downloading.value.suggested_filename == "proposals.xlsx"


def test_the_curve_as_a_table_leads_to_each_balance(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/proposals")
    page.get_by_text("The curve as a table").click()
    page.get_by_role("table").first.get_by_role("link", name="0.8").click()
    expect(page.get_by_text("Large: at balance 0.80")).to_be_visible()
    pictures = page.get_by_role("img")
    expect(pictures).to_have_count(4)
    expect(pictures.first).to_have_accessible_name(re.compile(r"from balance 0 to 1: .* at 0\.80"))


def test_a_firm_tells_an_idea_and_gets_a_team(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/team")
    page.get_by_label("The idea").fill(IDEA)
    page.get_by_text("Conditions: groups").click()
    page.get_by_label("Public bodies").fill("1")
    page.get_by_label("Must be in it").fill("hejrebæk")
    page.get_by_role("button", name="Find a team").click()
    expect(page.get_by_role("heading", name="The parts of the idea")).to_be_visible()
    expect(page.locator(".idea-parts > li")).to_have_count(3)
    first = page.locator(".cards .card").first
    expect(first).to_contain_text("Hejrebæk Græsprotein A/S")
    expect(first).to_contain_text("Named by you")
    assert "Public body" in page.locator(".cards .badge").all_inner_texts()
    expect(page.get_by_role("textbox", name="The idea")).to_have_value(IDEA)


def test_a_wish_that_cannot_be_is_told_beside_the_form(new_page: NewPage) -> None:
    page = new_page(language="da-DK", width=360)
    page.goto("/team")
    page.get_by_label("Idéen").fill("Vi presser saft af græs.")
    page.get_by_label("Færrest medlemmer").fill("9")
    page.get_by_label("Flest medlemmer").fill("2")
    page.get_by_role("button", name="Find et hold").click()
    expect(page.get_by_text("Mindst 9 medlemmer er flere end højst 2.")).to_be_visible()
    expect(page.get_by_label("Idéen")).to_have_value("Vi presser saft af græs.")


def test_how_far_afield_is_chosen_by_keyboard_and_stays_in_the_link(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/actors/hejrebaek?new=true")
    close = page.locator(".match h3").all_inner_texts()
    slider = page.get_by_role("slider", name="How far afield")
    slider.focus()
    page.keyboard.press("End")
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_text("They do something else than you").first).to_be_visible()
    assert "afield=1" in page.url
    assert "new=true" in page.url
    assert page.locator(".match h3").all_inner_texts() != close
    page.get_by_role("link", name="New and known").click()
    assert "afield=1" in page.url


def test_sliders_work_without_javascript(browser: playwright_api.Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto("/proposals?balance=0.6")
    expect(page.get_by_role("slider", name="Balance")).to_have_value("0.6")
    expect(page.locator("output")).to_be_hidden()
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_text("Large: at balance 0.60")).to_be_visible()
    page.goto("/actors/hejrebaek?afield=0.4")
    page.get_by_role("button", name="Update").click()
    assert "afield=0.4" in page.url
    context.close()
