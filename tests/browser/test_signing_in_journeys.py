"""From a link to a password to one's page, out again and back: in a real browser, with axe on every page of the way."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from tests.browser.conftest import NewPage, serve
from tests.browser.test_accessibility import AXE, RUN

PASSWORD = "et hav af grønne enge"
NAMES = "Åse <img src=x onerror=alert(1)> Ærø"


@pytest.fixture(scope="module")
def inviting(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("inviting") / "workspace"
    shutil.copytree(sample_folder, folder)
    with Workspace.open(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(inviting: Workspace) -> Iterator[str]:
    yield from serve(inviting)


def violations(page: object) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    return list(page.evaluate(RUN))  # type: ignore[attr-defined]


def fits(page: object) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("language", "width", "scheme", "words"),
    [
        (
            "en-GB",
            1280,
            "light",
            ("Save and go on", "Sign in", "Sign out everywhere", "are not the same"),
        ),
        ("da-DK", 360, "dark", ("Gem og gå videre", "Log ind", "Log ud overalt", "er ikke ens")),
    ],
)
def test_a_firm_is_invited_chooses_a_password_and_comes_back_to_where_it_was(
    new_page: NewPage,
    inviting: Workspace,
    language: str,
    width: int,
    scheme: str,
    words: tuple[str, ...],
) -> None:
    save, enter, everywhere, differs = words
    email = f"{language}@hejre.example".lower()
    link = inviting.users.invite(
        name=NAMES, email=email, role=UserRole.FIRM, actor_id="hejrebaek", who="operator"
    )
    page = new_page(language=language, width=width, scheme=scheme, refused=(422,))

    page.goto(link.path)
    assert violations(page) == []
    assert fits(page)
    page.keyboard.press("Tab")
    page.locator("#password").fill(PASSWORD)
    page.locator("#again").fill(PASSWORD + "!")
    with page.expect_response(lambda answer: answer.request.method == "POST") as refused:
        page.get_by_role("button", name=save).click()
    assert refused.value.status == 422
    page.get_by_role("alert").wait_for()
    assert differs in page.get_by_role("alert").inner_text()
    assert violations(page) == []
    page.locator("#password").fill(PASSWORD)
    page.locator("#again").fill(PASSWORD)
    page.locator("#again").press("Enter")
    page.wait_for_url("**/my")
    assert page.locator("img[src='x']").count() == 0
    assert violations(page) == []
    assert fits(page)

    page.goto("/account")
    assert violations(page) == []
    assert fits(page)
    page.get_by_role("button", name=everywhere).click()
    page.wait_for_url("**/sign-in")

    page.goto("/actors/hejrebaek")
    page.locator("#email").wait_for()
    assert violations(page) == []
    assert fits(page)
    page.locator("#email").fill(email.upper())
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name=enter).click()
    page.wait_for_url("**/actors/hejrebaek")
    assert page.locator("#partners").count() == 1
    other = next(each.id for each in inviting.published().actors(limit=5).items if each.id != "hejrebaek")
    page.goto(f"/actors/{other}")
    assert page.locator("#partners").count() == 0
    assert violations(page) == []


def test_a_form_that_was_typed_while_the_session_ended_is_sent_after_signing_in_again(
    new_page: NewPage, inviting: Workspace
) -> None:
    user = inviting.users.add(
        name="Kim", email="kim@cluster.example", role=UserRole.FACILITATOR, password=PASSWORD, who="operator"
    )
    page = new_page(refused=(401, 422))
    page.goto("/sign-in?next=/events/new")
    page.locator("#email").fill("kim@cluster.example")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url("**/events/new")
    page.locator("#field-name").fill('Forår & "halm" i Ærø')
    inviting.users.sign_out_everywhere(user.id)
    page.locator("#field-name").press("Enter")
    page.locator("#password").wait_for()
    assert violations(page) == []
    page.locator("#email").fill("kim@cluster.example")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.get_by_role("button", name="Save it now").wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Save it now").click()
    page.locator("#field-name").wait_for()
    assert page.locator("#field-name").input_value() == 'Forår & "halm" i Ærø'
