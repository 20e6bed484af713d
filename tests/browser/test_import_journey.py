"""From an empty workspace to an imported list in a real browser: in Danish on a phone, by keyboard, without scripts, undone."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from matchmaker.workspace import Workspace
from tests.browser.conftest import NewPage, serve
from tests.browser.test_accessibility import AXE, RUN

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright_api.expect
Page = playwright_api.Page

LONG = "Sammenslutningen af Danske Bioressourceværksteder og Proteinproducenter i Midt- og Vestjylland"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with Workspace.open(tmp_path_factory.mktemp("import") / "workspace", create=True) as workspace:
        yield workspace


@pytest.fixture(scope="module")
def address(started: Workspace) -> Iterator[str]:
    yield from serve(started)


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """A list as a facilitator has it, with contact persons, two bad rows and one organisation twice."""
    path = tmp_path / "deltagere 2026.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(["Firmanavn", "Slags", "By", "Beskrivelse", "Kontaktperson", "E-mail"])
        writer.writerow(
            [LONG, "forening", "Viborg", "<b>Vi</b> samler dem, der presser græs.", "Bo Bak", "bo@sam.dk"]
        )
        for number in range(25):
            writer.writerow(
                [f"Mejeri {number} ApS", "virksomhed", "Skive", "Vi laver ost af mælk.", "Ib", "ib@mejeri.dk"]
            )
        writer.writerow(["Mejeri 3 A/S", "virksomhed", "Skive", "", "", ""])
        writer.writerow(["Fejl", "virksomhet", "", "", "", ""])
        writer.writerow(["", "virksomhed", "", "", "", ""])
    return path


def by_axe(page: Page) -> list[str]:
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    found: list[str] = page.evaluate(RUN)
    return [*found, *([f"{wide} px too wide"] if wide > 0 else [])]


def test_a_facilitator_brings_a_list_in_merges_two_and_takes_all_back(
    new_page: NewPage, started: Workspace, lists: Path
) -> None:
    page = new_page(language="da-DK", width=360, scheme="dark", refused=(404,))
    flaws: dict[str, list[str]] = {}
    page.goto("/")
    page.get_by_role("link", name="Importér en tabel").click()
    flaws["choose"] = by_axe(page)
    page.get_by_label("Organisationer").set_input_files(lists)
    page.get_by_role("button", name="Videre til kolonnerne").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hvad indeholder hver kolonne?")
    expect(page.get_by_text("bo@sam.dk")).to_have_count(0)
    flaws["columns"] = by_axe(page)
    page.get_by_label("Hvad kolonnen Slags indeholder").select_option("group")
    page.get_by_role("button", name="Se, hvad der ville blive ændret").click()
    expect(page.get_by_text("27 nye organisationer").first).to_be_visible()
    expect(page.get_by_text("2 rækker kan ikke accepteres")).to_be_visible()
    expect(page.get_by_role("heading", name="1 ny organisation findes måske allerede")).to_be_visible()
    flaws["preview"] = by_axe(page)
    with page.expect_download() as bad:
        page.get_by_role("link", name="De dårlige rækker til rettelse (CSV)").click()
    text = Path(bad.value.path()).read_text("utf-8-sig")
    assert "virksomhet" in text
    assert "Mejeri 1 ApS" not in text
    page.get_by_role("button", name="Importér kun de gode rækker").click()
    expect(page.get_by_text("Importeret.")).to_be_visible()
    flaws["made"] = by_axe(page)
    made = page.url.partition("?")[0]

    page.get_by_role("link", name="Profiler at udfylde").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Profiler at udfylde")
    flaws["profiles"] = by_axe(page)
    page.goto("/duplicates")
    flaws["duplicates"] = by_axe(page)
    page.get_by_role("link", name="Sammenlign Mejeri 3").click()
    flaws["pair"] = by_axe(page)
    page.get_by_role("button", name="Flet til én").click()
    expect(page.get_by_text("De to er én nu")).to_be_visible()
    assert started.status().actors == 26
    flaws["merged"] = by_axe(page)
    page.get_by_role("button", name="Fortryd", exact=True).first.click()
    expect(page.get_by_text("Fletningen er fortrudt")).to_be_visible()
    assert started.status().actors == 27

    page.goto(made)
    page.get_by_role("button", name="Fortryd importen").click()
    expect(page.get_by_text("Importen er fortrudt.")).to_be_visible()
    flaws["undone"] = by_axe(page)
    assert started.is_empty()
    page.goto("/import/AAAAAAAAAAAAAAAA")
    expect(page.get_by_role("alert")).to_contain_text("gemmes ikke længere")
    flaws["forgotten"] = by_axe(page)
    assert {name: found for name, found in flaws.items() if found} == {}


def test_it_works_by_keyboard_alone_and_without_scripts(
    browser: playwright_api.Browser, address: str, started: Workspace, lists: Path
) -> None:
    context = browser.new_context(base_url=address, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto("/import")
    page.get_by_label("Organisations").set_input_files(lists)
    page.get_by_label("Organisations").focus()
    tab_to(page, "Go on to the columns")
    page.keyboard.press("Enter")
    page.get_by_label("What the column Slags holds").focus()
    page.keyboard.type("Actor g")
    tab_to(page, "See what would change")
    page.keyboard.press("Enter")
    expect(page.get_by_text("27 new organisations").first).to_be_visible()
    tab_to(page, "Import the good rows only")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Imported.")).to_be_visible()
    tab_to(page, "Undo the import")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The import was undone.")).to_be_visible()
    context.close()
    assert started.is_empty()


def tab_to(page: Page, name: str) -> None:
    """Press the tabulator until the button with this name has the focus."""
    button = page.get_by_role("button", name=name)
    for _ in range(80):
        page.keyboard.press("Tab")
        if button.evaluate("(each) => each === document.activeElement"):
            return
    raise AssertionError(name)


def test_a_list_of_2000_is_looked_at_and_taken_in(
    new_page: NewPage, started: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "large.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["Name", "Group", "City", "Description", "Offers"])
        writer.writerows(
            (
                f"Firm number {number}",
                "company",
                f"Town {number % 50}",
                "We make things of grass. " * 20,
                "things; more",
            )
            for number in range(2000)
        )
    page = new_page()
    page.goto("/import")
    page.get_by_label("Organisations").set_input_files(path)
    page.get_by_role("button", name="Go on to the columns").click()
    page.get_by_role("button", name="See what would change").click()
    page.get_by_role("button", name="Import", exact=True).click(timeout=60_000)
    expect(page.get_by_text("Imported.")).to_be_visible(timeout=60_000)
    assert "2,000 new" in page.get_by_text("new,").first.inner_text()
