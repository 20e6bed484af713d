"""In by a provider, a look after one's account, and the open directory: in a real browser, with axe on every page."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from tests.browser.conftest import NewPage, serve
from tests.browser.test_signing_in_journeys import fits, violations
from tests.node_programs import FOLDER, node
from tests.post_office import PostOffice, post_office

PASSWORD = "et hav af grønne enge"
OTHER = "en eng af grønne have"
EMAIL = "kim@cluster.example"


@dataclass
class Place:
    """Where the service and what is around it are."""

    workspace: Workspace
    office: PostOffice
    port: int


@pytest.fixture(scope="module")
def place(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A workspace with users, a mail server, an OpenID provider, and an open directory of two actors."""
    program = node("oidc-provider", "jose")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = int(taken.getsockname()[1])
    back = f"http://127.0.0.1:{port}/sign-in/provider/back"
    folder = tmp_path_factory.mktemp("account") / "workspace"
    shutil.copytree(sample_folder, folder)
    with (
        post_office() as office,
        pytest.MonkeyPatch.context() as patching,
        subprocess.Popen(
            [program, "provider.mjs", back],
            cwd=FOLDER,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as provider,
    ):
        assert provider.stdout is not None
        variables = {
            **office.variables,
            "MATCHMAKER_ADDRESS": f"http://127.0.0.1:{port}",
            "MATCHMAKER_DIRECTORY": "open",
            "MATCHMAKER_OIDC_ISSUER": str(json.loads(provider.stdout.readline())["issuer"]),
            "MATCHMAKER_OIDC_CLIENT_ID": "matchmaker",
            "MATCHMAKER_OIDC_CLIENT_SECRET": "geheimes-wort",
            "MATCHMAKER_OIDC_NAME": "Fjordlogin",
        }
        for name, value in variables.items():
            patching.setenv(name, value)
        try:
            with Workspace.open(folder) as opened:
                opened.users.add(
                    name="Kim", email=EMAIL, role=UserRole.FACILITATOR, password=PASSWORD, who="operator"
                )
                opened.users.add(
                    name="Ib",
                    email="ib@hejre.example",
                    role=UserRole.FIRM,
                    actor_id="hejrebaek",
                    password=PASSWORD,
                    who="operator",
                )
                first = opened.published().actors(limit=1).items[0]
                opened.directory.list_actor(first.id, who="operator")
                yield Place(opened, office, port)
        finally:
            provider.terminate()


@pytest.fixture(scope="module")
def address(place: Place) -> Iterator[str]:
    yield from serve(place.workspace, place.port)


LOOKS = [("en-GB", 1280, "light"), ("da-DK", 360, "dark")]


@pytest.mark.parametrize(("language", "width", "scheme"), LOOKS)
def test_in_by_the_provider_and_back_to_where_one_was(
    new_page: NewPage, language: str, width: int, scheme: str
) -> None:
    page = new_page(language=language, width=width, scheme=scheme, refused=(400,))
    page.goto("/account")
    link = page.locator("a[href^='/sign-in/provider']")
    assert "Fjordlogin" in link.inner_text()
    assert violations(page) == []
    assert fits(page)
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/account")
    assert page.get_by_text(EMAIL).count() == 1
    page.goto("/sign-in/provider/back?state=x&code=y")
    assert violations(page) == []
    assert fits(page)


@pytest.mark.parametrize(("language", "width", "scheme"), LOOKS)
def test_a_key_is_made_and_revoked_and_another_browser_is_signed_out(
    new_page: NewPage, place: Place, language: str, width: int, scheme: str
) -> None:
    entered = place.workspace.users.sign_in(EMAIL, PASSWORD, device="<b>Other</b>")
    assert entered
    page = new_page(language=language, width=width, scheme=scheme, refused=(422,))
    page.goto("/sign-in?next=/account")
    page.locator("#email").fill(EMAIL)
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url("**/account")
    page.locator("#key-name").fill("Et <i>system</i> " + "uden mellemrum" * 5)
    page.locator("#key-name").press("Enter")
    secret = page.locator(".secret")
    secret.wait_for()
    assert violations(page) == []
    assert fits(page)
    assert place.workspace.users.of_key(secret.inner_text()) is not None
    sent = secret.inner_text()
    page.goto("/account")
    assert sent not in page.content()
    page.locator(f"button[name=revoke][value='{sent.partition('.')[0]}']").click()
    page.wait_for_url("**done=revoked**")
    assert place.workspace.users.of_key(sent) is None
    other = page.locator("li", has_text="<b>Other</b>").first
    other.get_by_role("button").click()
    page.wait_for_url("**done=ended")
    assert place.workspace.users.of_session(entered[1]) is None
    assert violations(page) == []
    page.locator("#present").fill("not this one at all")
    page.locator("#password").fill(OTHER)
    page.locator("#again").fill(OTHER)
    page.locator("#again").press("Enter")
    page.get_by_role("alert").wait_for()
    assert violations(page) == []


@pytest.mark.parametrize(("language", "width", "scheme"), LOOKS)
def test_a_forgotten_password_is_chosen_anew_from_the_letter(
    new_page: NewPage, place: Place, language: str, width: int, scheme: str
) -> None:
    place.office.letters.clear()
    page = new_page(language=language, width=width, scheme=scheme)
    page.goto("/sign-in")
    page.locator("a[href='/sign-in/forgotten']").click()
    page.locator("#email").wait_for()
    assert violations(page) == []
    assert fits(page)
    page.locator("#email").fill("ib@hejre.example")
    page.locator("#email").press("Enter")
    page.get_by_role("status").wait_for()
    assert violations(page) == []
    page.wait_for_timeout(100)
    for _ in range(200):
        if place.office.letters:
            break
        page.wait_for_timeout(50)
    text = place.office.letters[0].get_content()
    page.goto(next(line for line in text.splitlines() if "/invitation/" in line))
    page.locator("#password").fill(PASSWORD)
    page.locator("#again").fill(PASSWORD)
    page.locator("#again").press("Enter")
    page.wait_for_url(lambda url: "/invitation/" not in url)
    page.goto("/account")
    assert page.get_by_text("ib@hejre.example").count() == 1


@pytest.mark.parametrize(("language", "width", "scheme"), LOOKS)
def test_a_firm_puts_itself_into_the_directory_and_everybody_sees_it(
    new_page: NewPage, language: str, width: int, scheme: str
) -> None:
    outside = new_page(language=language, width=width, scheme=scheme, refused=(404,))
    outside.goto("/directory/hejrebaek")
    assert violations(outside) == []
    page = new_page(language=language, width=width, scheme=scheme)
    page.goto("/sign-in?next=/actors/hejrebaek")
    page.locator("#email").fill("ib@hejre.example")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url("**/actors/hejrebaek")
    switch = page.locator("section[aria-labelledby=directory] button")
    switch.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**directory=listed**")
    assert violations(page) == []
    assert fits(page)
    for path in ("/directory", "/directory/hejrebaek", "/directory?text=nobody+at+all"):
        outside.goto(path)
        assert violations(outside) == []
        assert fits(outside)
    outside.goto("/directory?text=hejre")
    outside.get_by_role("link", name="Hejrebæk").click()
    outside.wait_for_url("**/directory/hejrebaek")
    page.locator("section[aria-labelledby=directory] .notice button").click()
    page.wait_for_url("**directory=unlisted**")
    outside.reload()
    assert outside.get_by_role("heading", name="Hejrebæk").count() == 0
