"""Pages of a workspace that holds far too much: they are cut into pages that stay light, fit a phone and stand still."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from matchmaker.answers import AnswerKind, DeclineReason, Judgement
from matchmaker.events import Attendee, Person, Session, Table
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from tests.browser.conftest import NewPage, serve
from tests.browser.test_accessibility import AXE, RUN
from tests.browser.test_every_page import TOO_WIDE
from tests.browser.test_weight import MOST, Weighed

FIRM = "hejrebaek"
EVENT = "full"
PASSWORD = "et hav af grønne enge"
ANSWERED, TOLD, MUTUAL = 90, 40, 60
LONG = "Bioraffinaderiforarbejdningsteknologisamarbejdsnetværksbordet"


@pytest.fixture(scope="module")
def full(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("full") / "workspace"
    shutil.copytree(sample_folder, folder)
    with Workspace.open(folder) as workspace:
        others = sorted(each for each in workspace.published().actor_names() if each != FIRM)
        for place, other in enumerate(others[: ANSWERED + TOLD]):
            if place < ANSWERED:
                said = (
                    Judgement(AnswerKind.INTERESTED, told=True)
                    if place < MUTUAL
                    else Judgement(AnswerKind.DECLINED, DeclineReason.OTHER, "Afstanden er for lang. " * 8)
                )
                workspace.answer(FIRM, other, said, who="tests")
            if place < MUTUAL or place >= ANSWERED:
                workspace.answer(other, FIRM, Judgement(AnswerKind.INTERESTED, told=True), who="tests")
        wares = [f"{LONG} nummer {number}, fast leveret hver uge" for number in range(100)]
        workspace.edit_actor(FIRM, {"offers": wares, "requests": wares}, who="tests")
        _hold(workspace, others)
        for name, role, actor in (("firm", UserRole.FIRM, FIRM), ("host", UserRole.FACILITATOR, "")):
            workspace.users.add(
                name=name, email=f"{name}@x.example", role=role, actor_id=actor, password=PASSWORD, who="tests"
            )  # fmt: skip
        for _ in range(40):
            workspace.users.sign_in("firm@x.example", PASSWORD)
        yield workspace


def _hold(workspace: Workspace, actors: list[str]) -> None:
    for number in range(50):
        workspace.events.create(f"{LONG} {number}", zone="Europe/Copenhagen", who="tests")
    workspace.events.create(
        "Full",
        zone="Europe/Copenhagen",
        sessions=[Session(LONG, datetime(2026, 1, 14, 9), datetime(2026, 1, 14, 12), 20)],
        tables=[Table(f"{LONG} {number}") for number in range(4)],
        event_id=EVENT,
        who="tests",
    )
    workspace.events.attend(
        EVENT,
        [Attendee(f"p{place}", each, (Person(f"{LONG} {place}"),)) for place, each in enumerate(actors, 1)],
        who="tests",
    )
    workspace.events.seat(EVENT, size=8, rounds=4, time_limit=1, who="tests")
    workspace.events.propose(EVENT, who="tests")
    workspace.events.schedule(EVENT, time_limit=1, who="tests")


@pytest.fixture(scope="module")
def address(full: Workspace) -> Iterator[str]:
    yield from serve(full)


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        (
            "firm",
            (
                "/my",
                "/my/suggestions",
                "/my/suggestions?view=interested",
                "/my/suggestions?view=interested&page=2",
                "/my/suggestions?view=answered",
                "/my/suggestions?view=answered&page=2",
                "/my/contacts",
                "/my/contacts?page=2",
                "/my/profile",
                "/my/profile?offers=9&requests=2",
                "/my/data",
                "/account",
            ),
        ),
        (
            "host",
            (
                "/firms",
                f"/firms/one?actor={FIRM}",
                f"/firms/one?actor={FIRM}&page=2",
                f"/firms/one?actor={FIRM}&all=mutual",
                "/events",
                "/events?page=2",
                f"/events/{EVENT}/rounds",
                f"/events/{EVENT}/rounds?round=4",
                f"/events/{EVENT}/schedule",
                f"/events/{EVENT}/apart",
            ),
        ),
    ],
)
def test_a_full_page_is_light_fits_a_phone_and_stands_still(
    new_page: NewPage, name: str, paths: tuple[str, ...]
) -> None:
    page = new_page(width=360, language="da-DK", scheme="dark")
    weighed = Weighed(page)
    page.goto("/sign-in")
    page.locator("#email").fill(f"{name}@x.example")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    found = {}
    for path in paths:
        sent, jumps = weighed.open(path)
        wrong = [*(["heavy"] if sent >= MOST else []), *jumps, *page.evaluate(TOO_WIDE)]
        page.evaluate(AXE.read_text(encoding="utf-8"))
        wrong += page.evaluate(RUN)
        if wrong:
            found[path] = (sent, wrong)
    assert found == {}


def test_what_is_cut_is_a_press_away(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/sign-in?next=/my/suggestions")
    page.locator("#email").fill("firm@x.example")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url("**/my/suggestions")
    page.get_by_role("link", name=f"See all {TOLD} that are interested").click()
    seen = set()
    while True:
        seen.update(page.locator(".match h3 a").evaluate_all("all => all.map((each) => each.href)"))
        if not page.locator("a[rel=next]").count():
            break
        page.locator("a[rel=next]").click()
    assert len(seen) == TOLD
