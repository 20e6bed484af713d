"""What each of the three users comes for, done in a real browser: by pointer, by keyboard, on a phone."""

from __future__ import annotations

import re

import pytest

from matchmaker.workspace import Workspace
from tests.browser.conftest import NewPage, worked_out

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright_api.expect
Page = playwright_api.Page

ADDRESSES = (
    "/",
    "/search",
    "/search?q=aftager+til+brun+saft",
    "/search?q=x&region=nowhere",
    "/actors",
    "/actors/hejrebaek",
    "/actors/hejrebaek?group=supplier",
    "/actors/hejrebaek?afield=0.6",
    "/proposals",
    "/proposals?view=lists&text=hejre",
    "/proposals?text=nobody+at+all",
    "/team",
    "/team?idea=Vi+presser+saft+af+gr%C3%A6s.+Vi+t%C3%B8rrer+protein+med+overskudsvarme.",
    "/team?idea=x&least=9&most=2&include=nobody",
    "/sub-clusters",
    "/map",
    "/spin-offs",
)

AWAY_FROM_OTHERS = """
(() => {
  const canvas = document.getElementById("canvas");
  const chart = echarts.getInstanceByDom(canvas);
  const series = chart.getOption().series;
  const at = (value) => chart.convertToPixel("grid", value);
  const points = series.filter((each) => each.id.startsWith("points-")).flatMap((each) => each.data.map((value) => at(value)));
  const labels = series.find((each) => each.id === "labels").data.map((each) => at(each.value));
  const room = (p) => Math.min(
    ...points.filter((q) => q !== p).map((q) => Math.hypot(p[0] - q[0], p[1] - q[1])),
    ...labels.map((q) => Math.hypot((p[0] - q[0]) / 3, p[1] - q[1])),
    canvas.clientWidth - p[0] - 60, p[0], p[1], canvas.clientHeight - p[1],
  );
  const best = points.reduce((a, b) => (room(b) > room(a) ? b : a));
  const box = canvas.getBoundingClientRect();
  return [box.left + best[0], box.top + best[1]];
})()
"""

A_NAME = """
(() => {
  const canvas = document.getElementById("canvas");
  const chart = echarts.getInstanceByDom(canvas);
  const { value, id, text, label } = chart.getOption().series.find((each) => each.id === "labels").data[0];
  const [left, top] = chart.convertToPixel("grid", value);
  const box = canvas.getBoundingClientRect();
  // The middle of two lines is between them, where a press hits neither.
  const up = text.split(/\\n/).length % 2 ? 0 : label.lineHeight / 2;
  return [id, box.left + left + label.offset[0], box.top + top - up];
})()
"""

ZOOM = "(() => { const z = echarts.getInstanceByDom(document.getElementById('canvas')).getOption().dataZoom; return z.map((each) => [each.start, each.end]); })()"


def open_map(page: Page, address: str = "/map") -> None:
    page.goto(address)
    page.locator("#map[data-ready]").wait_for()


def test_a_facilitator_prepares_a_meeting(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/")
    page.get_by_role("link", name="Choose a participant").click()
    page.get_by_label("Name", exact=True).fill("Hejrebæk")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Hejrebæk Græsprotein A/S").click()
    expect(page).to_have_title(re.compile("Hejrebæk"))
    expect(page.locator(".match")).to_have_count(10)
    assert page.locator(".match .quotes").count() > 0
    page.get_by_role("link", name="Only new").click()
    expect(page.locator(".match").first).to_be_visible()
    expect(page.get_by_text("Known partner")).to_have_count(0)
    page.get_by_text("By group and region").click()
    page.get_by_label("Suppliers").check()
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".match .badge").first).to_contain_text("Supplier")
    assert page.locator(".match .badge").all_inner_texts() == ["Supplier"] * page.locator(".match").count()
    assert "new=true" in page.url
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.locator(".match").first).to_be_visible()


def test_a_firm_writes_one_danish_sentence_and_finds_a_partner(new_page: NewPage) -> None:
    page = new_page(language="da-DK")
    page.goto("/")
    page.get_by_label("Én sætning om, hvad I mangler eller tilbyder").fill("Hvem kan bruge brun saft?")
    page.keyboard.press("Enter")
    expect(page.locator(".card").first).to_be_visible()
    assert "brun saft" in page.locator(".card blockquote").first.inner_text().lower()
    name = page.locator(".card h3 a").first.inner_text()
    page.locator(".card h3 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_a_firm_finds_itself_and_sees_who_fits(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/")
    page.get_by_label("The name of an organisation").fill("kløverkilden")
    page.get_by_role("button", name="Find it").click()
    page.get_by_role("link", name="Andelsraffinaderiet Kløverkilden A.m.b.a.").click()
    expect(page.get_by_role("heading", name="Suggested partners")).to_be_visible()
    expect(page.get_by_text("“You” is Andelsraffinaderiet Kløverkilden")).to_be_visible()


def test_an_analyst_goes_from_sub_cluster_to_map_to_spin_off(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/sub-clusters")
    label = page.locator(".tree-top > li h2 a").first.inner_text()
    page.locator(".tree-top > li h2 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(re.escape(label), re.IGNORECASE))
    page.get_by_role("link", name="Show on the map").click()
    page.locator("#map[data-ready]").wait_for()
    expect(page.get_by_text("Highlighted:")).to_be_visible()
    (start, end), _ = page.evaluate(ZOOM)
    assert end - start < 100
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Spin-offs").click()
    expect(page.locator(".candidate").first).to_contain_text("What speaks against")
    page.locator(".candidate .card-tags a").first.click()
    expect(page.get_by_role("heading", name="Members")).to_be_visible()


def test_a_click_on_the_map_opens_the_actor(new_page: NewPage, sample: Workspace) -> None:
    page = new_page()
    open_map(page)
    # However high the frame of the page is, the whole picture is in sight.
    page.evaluate("document.getElementById('canvas').scrollIntoView({ block: 'end', behavior: 'instant' })")
    x, y = page.evaluate(AWAY_FROM_OTHERS)
    page.mouse.move(x, y)
    expect(page.locator("#card")).to_be_visible()
    name = page.locator(".map-card-name").inner_text()
    assert name in sample.published().actor_names().values()
    page.mouse.click(x, y)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


@pytest.mark.parametrize("build", ["", "0123456789abcdef"])
def test_a_click_on_a_name_opens_the_sub_cluster_of_the_build_that_is_shown(
    new_page: NewPage, build: str
) -> None:
    page = new_page()
    open_map(page)
    page.locator("#map").evaluate("(map, build) => { map.dataset.build = build; }", build)
    page.evaluate("document.getElementById('canvas').scrollIntoView({ block: 'end', behavior: 'instant' })")
    part, x, y = page.evaluate(A_NAME)
    page.mouse.click(x, y)
    page.wait_for_url(f"**/sub-clusters/{part}{'?build=' + build if build else ''}")


def test_a_tap_on_the_map_says_who_it_is_before_it_leads_there(new_page: NewPage) -> None:
    page = new_page(width=360, height=740, touch=True)
    open_map(page)
    page.locator("#canvas").scroll_into_view_if_needed()
    x, y = page.evaluate(AWAY_FROM_OTHERS)
    page.touchscreen.tap(x, y)
    link = page.get_by_role("link", name="Open the profile")
    expect(link).to_be_visible()
    name = page.locator(".map-card-name").inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_the_wheel_zooms_and_dragging_moves(new_page: NewPage) -> None:
    page = new_page()
    open_map(page)
    box = page.locator("#canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    page.mouse.wheel(0, -300)
    page.wait_for_function(f"{ZOOM}[0][1] - {ZOOM}[0][0] < 95")
    before = page.evaluate(ZOOM)
    page.mouse.down()
    page.mouse.move(box["x"] + 380, box["y"] + 240, steps=6)
    page.mouse.up()
    page.wait_for_function(f"Math.abs({ZOOM}[0][0] - {before[0][0]}) > 0.5")
    page.get_by_role("button", name="Show everything").click()
    assert page.evaluate(ZOOM) == [[0, 100], [0, 100]]


def test_colours_and_legend_change_what_is_drawn(new_page: NewPage, sample: Workspace) -> None:
    page = new_page()
    open_map(page)
    drawn = "echarts.getInstanceByDom(document.getElementById('canvas')).getOption().series.filter((each) => each.id.startsWith('points-')).map((each) => each.data.length)"
    by_group = page.evaluate(drawn)
    assert sum(by_group) == len(sample.published().points())
    page.get_by_label("Sub-cluster", exact=True).check()
    by_sub_cluster = page.evaluate(drawn)
    assert sum(by_sub_cluster) == sum(by_group)
    assert by_sub_cluster != by_group
    first = page.locator('[data-legend="sub_clusters"] button').first
    first.click()
    expect(first).to_have_attribute("aria-pressed", "false")
    assert sum(page.evaluate(drawn)) == sum(by_sub_cluster) - by_sub_cluster[0]


def test_everything_can_be_done_by_keyboard(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    sentence = page.get_by_label("One sentence about what you need or offer")
    for _ in range(12):
        page.keyboard.press("Tab")
        if sentence.evaluate("(field) => field === document.activeElement"):
            break
    expect(sentence).to_be_focused()
    page.keyboard.type("spray drying of protein")
    page.keyboard.press("Enter")
    expect(page.locator(".card").first).to_be_visible()
    first = page.locator(".card h3 a").first
    for _ in range(30):
        page.keyboard.press("Tab")
        if first.evaluate("(link) => link === document.activeElement"):
            break
    expect(first).to_be_focused()
    assert first.evaluate("(link) => getComputedStyle(link).outlineStyle") != "none"
    name = first.inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_the_map_works_by_keyboard(new_page: NewPage) -> None:
    page = new_page()
    open_map(page)
    page.locator("#canvas").focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    zoomed = page.evaluate(ZOOM)
    assert zoomed[0][1] - zoomed[0][0] < 60
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(ZOOM)[0][0] < zoomed[0][0]
    page.keyboard.press("0")
    assert page.evaluate(ZOOM) == [[0, 100], [0, 100]]
    page.get_by_label("Find on the map").focus()
    page.keyboard.type("hejreb")
    expect(page.locator("#found")).to_have_text("1 found")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hejrebæk Græsprotein A/S")


def test_the_list_beside_the_map_sorts_without_the_picture(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/map")
    page.get_by_role("link", name="Go to the list").click()
    page.get_by_role("table").get_by_role("link", name="Actor group").click()
    expect(page.get_by_role("columnheader", name="Actor group")).to_have_attribute("aria-sort", "ascending")
    badges = page.locator("tbody .badge").all_inner_texts()
    assert set(badges) == {"Company"}
    page.get_by_role("link", name="Next").click()
    assert "sort=group" in page.url


def test_the_language_switch_keeps_the_page(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/actors/hejrebaek?new=true")
    page.get_by_role("link", name="Dansk", exact=True).click()
    expect(page.get_by_role("heading", name="Foreslåede partnere")).to_be_visible()
    assert "new=true" in page.url
    menu = page.get_by_role("navigation", name="Hovedmenu")
    menu.get_by_text("Landskab", exact=True).click()
    menu.get_by_role("link", name="Kort", exact=True).click()
    expect(page.get_by_role("heading", name="Kort", level=1)).to_be_visible()


@pytest.mark.parametrize("language", ["en-GB", "da-DK"])
def test_nothing_scrolls_sideways_on_a_phone(new_page: NewPage, language: str, sample: Workspace) -> None:
    page = new_page(width=360, height=740, language=language, touch=True)
    largest = sample.published().sub_clusters()[0].id
    for address in (*ADDRESSES, f"/sub-clusters/{largest}"):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") == 360, address


def test_the_page_does_not_jump_while_the_map_loads(new_page: NewPage) -> None:
    page = new_page()
    page.add_init_script(
        "window.jumps = 0; new PerformanceObserver((list) => { for (const each of list.getEntries()) window.jumps += each.value; })"
        ".observe({ type: 'layout-shift', buffered: true });"
    )
    open_map(page)
    page.wait_for_timeout(300)
    assert page.evaluate("window.jumps") < 0.02


def test_the_map_holds_27000_points(new_page: NewPage) -> None:
    page = new_page()
    count = 27_000
    columns = {
        "generation": "large",
        "ids": [f"a{row}" for row in range(count)],
        "names": [f"Actor {row}" for row in range(count)],
        "groups": [row % 6 for row in range(count)],
        "sub_clusters": [row % 9 for row in range(count)],
        "sub_cluster_names": [f"Part {row}" for row in range(9)],
        "x": [(row * 7919) % 10_000 for row in range(count)],
        "y": [(row * 104_729) % 10_000 for row in range(count)],
        "labels": [],
        "focus": [],
    }
    page.route("**/map/data.json", lambda route: route.fulfill(json=columns))
    open_map(page)
    assert page.locator("#map").get_attribute("data-points") == str(count)
    box = page.locator("#canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 300, box["y"] + 200)
    for _ in range(5):
        page.mouse.wheel(0, -200)
    page.wait_for_function(f"{ZOOM}[0][1] - {ZOOM}[0][0] < 80", timeout=10_000)


def test_a_map_without_data_says_so_and_keeps_the_list(browser: playwright_api.Browser, address: str) -> None:
    context = browser.new_context(base_url=address, locale="en-GB")
    page = context.new_page()
    page.route("**/map/data.json", lambda route: route.fulfill(json={"wrong": True}))
    page.goto("/map")
    expect(page.locator("#map-state")).to_contain_text("could not be drawn")
    expect(page.get_by_role("table")).to_be_visible()
    context.close()


def test_without_javascript_the_list_is_there(browser: playwright_api.Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto("/map")
    expect(page.get_by_text("The map needs JavaScript")).to_be_visible()
    expect(page.get_by_role("link", name="Hejrebæk Græsprotein A/S")).to_have_count(0)
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("link", name="Hejrebæk Græsprotein A/S")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_report_fits_the_screen_and_its_words_stay_in_their_pictures(
    new_page: NewPage, address: str, sample: Workspace, width: int, scheme: str
) -> None:
    page = new_page(width=width, scheme=scheme, language="da-DK")
    largest = sample.published().sub_clusters()[0].id
    for path in ("/report", f"/report/{largest}"):
        worked_out(address, path)
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        outside = page.evaluate(
            """() => [...document.querySelectorAll("svg.plot")].flatMap((svg) => {
                const frame = svg.getBoundingClientRect();
                return [...svg.querySelectorAll("text")].filter((text) => {
                    const box = text.getBoundingClientRect();
                    return box.right > frame.right + 1 || box.left < frame.left - 1;
                }).map((text) => text.textContent);
            })"""
        )
        assert outside == []


def test_a_report_is_taken_along_as_a_pdf(new_page: NewPage, address: str) -> None:
    worked_out(address, "/report")
    page = new_page(language="da-DK")
    page.goto("/report")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Hent som PDF").click()
    assert waiting.value.suggested_filename.endswith("-da.pdf")
