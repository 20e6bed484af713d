"""A firm's day in a real browser: signs in, completes its profile, answers, reaches a partner, sees its meeting, takes its data."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from matchmaker.answers import AnswerKind, Judgement
from matchmaker.events import Appointment, Attendee, Person, Plan, PlanKind, Session, Table
from matchmaker.profiles import ContactFields
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from tests.browser.conftest import NewPage, serve
from tests.browser.test_every_page import WATCH
from tests.browser.test_signing_in_journeys import fits, violations

PASSWORD = "et hav af grønne enge"
FIRM = "hejrebaek"
PAGES = (
    "/my",
    "/my/profile",
    "/my/profile?edit=about",
    "/my/profile/seen",
    "/my/contact-persons",
    "/my/suggestions",
    "/my/suggestions?view=answered",
    "/my/suggestions?region=nowhere",
    "/my/contacts",
    "/my/meetings",
    "/my/meetings/spring",
    "/my/data",
)


@pytest.fixture(scope="module")
def cluster(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("firm") / "workspace"
    shutil.copytree(sample_folder, folder)
    with Workspace.open(folder) as opened:
        for name, role, actor_id in (
            ("ib", UserRole.FIRM, FIRM),
            ("ea", UserRole.FIRM, FIRM),
            ("kim", UserRole.FACILITATOR, ""),
        ):
            opened.users.add(
                name=name.title(),
                email=f"{name}@x.example",
                role=role,
                actor_id=actor_id,
                password=PASSWORD,
                who="operator",
            )
        yield opened


@pytest.fixture(scope="module")
def address(cluster: Workspace) -> Iterator[str]:
    yield from serve(cluster)


def enter(page: object, name: str = "ib", way: str = "/my") -> None:
    page.goto(f"/sign-in?next={way}")  # type: ignore[attr-defined]
    page.locator("#email").fill(f"{name}@x.example")  # type: ignore[attr-defined]
    page.locator("#password").fill(PASSWORD)  # type: ignore[attr-defined]
    page.locator("#password").press("Enter")  # type: ignore[attr-defined]
    page.wait_for_url(f"**{way}")  # type: ignore[attr-defined]


def meet(workspace: Workspace, partner: str) -> None:
    """An event in a week at which the firm meets one partner and is asked by another."""
    starts = (datetime.now(UTC) + timedelta(days=7)).replace(
        hour=9, minute=0, second=0, microsecond=0, tzinfo=None
    )
    others = [each.partner_id for each in workspace.published().suggestions(FIRM, top=5)]
    others = [partner, *(each for each in others if each != partner)]
    workspace.events.create(
        "Spring",
        zone="Europe/Copenhagen",
        sessions=(Session("Morning", starts, starts.replace(hour=11), 20),),
        tables=(Table("1"), Table("2")),
        event_id="spring",
        who="tests",
    )
    workspace.events.attend(
        "spring",
        [
            Attendee("p1", FIRM, (Person("Ib Hejre"),)),
            *(Attendee(f"p{place}", each, (Person("Åse"),)) for place, each in enumerate(others, start=2)),
        ],
        who="tests",
    )
    span = workspace.events.slots(workspace.events.one("spring").event)[0].span
    plan = Plan(PlanKind.SCHEDULED, (Appointment("p1", "p2", span, "1"),), 1.0, 1.0)
    workspace._store.events.add_version("spring", plan, expected=None, who="tests")
    workspace.events.requests.ask("spring", "p3", "p1", words="Om saft", who="tests")


def test_a_firms_day(new_page: NewPage, cluster: Workspace) -> None:
    page = new_page()
    cluster.firms.edit(FIRM, {"requests": [], "size": ""}, who="tests")
    enter(page)

    # What helps most comes first, and leads to where it is done.
    page.get_by_role("link", name="Add a request").click()
    page.locator("#new-request").fill("Aftager til brun saft: 45.000 m3 i sæsonen, rig på sukker og kalium")
    page.locator("#new-request").locator("xpath=ancestor::form").get_by_role("button", name="Publish").click()
    page.get_by_role("status").wait_for()
    assert "matched and found" in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="Change", exact=True).click()
    page.locator("#field-size").fill("34")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("status").wait_for()
    assert cluster.actor(FIRM).size == "34"
    page.get_by_role("link", name="Contact persons", exact=True).click()
    page.locator("#field-name").fill("Ib Hejre")
    page.locator("#field-email").fill("ib@hejre.example")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("status").wait_for()

    # The request is met at once, with both sentences.
    page.goto("/my/suggestions")
    card = page.locator("#suggested ~ ol .match").first
    assert "Aftager til brun saft" in page.locator("#suggested ~ ol").inner_text()
    first = card.locator("h3").inner_text()
    card.get_by_role("button", name="We know them").click()
    page.get_by_role("status").wait_for()
    assert first not in page.locator("#suggested ~ ol h3").all_inner_texts()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("status").wait_for()
    assert page.locator("#suggested ~ ol h3").first.inner_text() == first

    # Not now, by keyboard alone, with a reason.
    summary = page.locator("#suggested ~ ol .match").nth(1).locator("details.not-now > summary")
    second = page.locator("#suggested ~ ol h3").nth(1).inner_text()
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("Ikke i år")
    page.keyboard.press("Enter")
    page.get_by_role("status").wait_for()
    page.goto("/my/suggestions?view=answered")
    assert second in page.locator("table").inner_text()
    assert "Ikke i år" in page.locator("table").inner_text()

    # Mutual interest opens the contact, and not before.
    partner = next(each.partner_id for each in cluster.published().suggestions(FIRM, top=1))
    fields = ContactFields("Åse Qvorbinda", "Direktør", "aase@partner.example", "+45 12 34 56 78", "da")
    cluster.firms.kept.add_contact(partner, fields, who="tests")
    cluster.answer(partner, FIRM, Judgement(AnswerKind.INTERESTED, told=True), who="tests")
    page.goto("/my")
    page.get_by_role("link", name="See who").click()
    assert "Qvorbinda" not in page.content()
    page.locator("#interested ~ ol").get_by_role("button", name="Interested").click()
    page.wait_for_url("**/my/contacts**")
    page.get_by_role("link", name="aase@partner.example").wait_for()
    assert "Qvorbinda" in page.content()

    # Its meeting, and the request that waits.
    meet(cluster, partner)
    page.goto("/my")
    page.get_by_role("link", name="Open the agenda").click()
    assert cluster.actor(partner).name in page.locator(".day-list").inner_text()
    page.get_by_role("button", name="Accept").click()
    page.get_by_role("status").wait_for()
    assert cluster.events.requests.all("spring")[0].state == "accepted"

    # All that is held, to take along.
    page.goto("/my/data")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download as JSON").click()
    assert "Ib Hejre" in Path(taken.value.path()).read_text("utf-8")


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("en-GB", 1280, "light"), ("da-DK", 360, "dark"), ("en-GB", 360, "light")],
)
def test_axe_finds_nothing_and_every_page_fits(
    new_page: NewPage, cluster: Workspace, language: str, width: int, scheme: str
) -> None:
    page = new_page(language=language, width=width, scheme=scheme)
    page.add_init_script(WATCH)
    enter(page)
    found = {}
    for path in PAGES:
        page.goto(path)
        page.wait_for_timeout(100)
        jumps = page.evaluate("window.jumps")
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        found[path] = (violations(page), jumps, fits(page), len(page.content().encode()) < 100_000)
    assert {path: each for path, each in found.items() if each != ([], [], True, True)} == {}


def test_two_at_one_profile_lose_nothing(new_page: NewPage, cluster: Workspace) -> None:
    one, other = new_page(), new_page(refused=(412,))
    enter(one, "ib", "/my/profile?edit=about")
    enter(other, "ea", "/my/profile?edit=about")
    one.locator("#field-website").fill("https://ib.example")
    one.get_by_role("button", name="Save", exact=True).click()
    one.get_by_role("status").wait_for()
    other.locator("#field-website").fill("https://ea.example")
    other.locator("#field-city").fill("Viborg")
    other.get_by_role("button", name="Save", exact=True).click()
    other.get_by_role("alert").wait_for()
    assert "Ib changed the profile meanwhile" in other.get_by_role("alert").inner_text()
    assert "https://ib.example" in other.get_by_role("alert").inner_text()
    assert other.locator("#field-website").input_value() == "https://ea.example"
    assert violations(other) == []
    other.get_by_role("button", name="Take this over").click()
    other.locator("#field-website").wait_for()
    assert other.locator("#field-website").input_value() == "https://ib.example"
    assert other.locator("#field-city").input_value() == "Viborg"
    other.get_by_role("button", name="Save", exact=True).click()
    other.get_by_role("status").wait_for()
    assert (cluster.actor(FIRM).website, cluster.actor(FIRM).place.city) == ("https://ib.example", "Viborg")


def test_a_session_that_ends_in_a_form_loses_nothing(new_page: NewPage, cluster: Workspace) -> None:
    page = new_page(refused=(401,))
    enter(page, "ea", "/my/profile")
    page.locator("#new-offer").fill("En times arbejde")
    user = next(each for each in cluster.users.users() if each.email == "ea@x.example")
    cluster.users.sign_out_everywhere(user.id)
    page.locator("#new-offer").locator("xpath=ancestor::form").get_by_role("button", name="Publish").click()
    page.locator("#email").fill("ea@x.example")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.get_by_role("button", name="Save it now").click()
    page.get_by_role("status").wait_for()
    assert "En times arbejde" in [each.text for each in cluster.actor(FIRM).offers]
