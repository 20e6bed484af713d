"""The pictures of pages in docs/images, taken anew: python -m tests.browser.pictures [--sample FOLDER] [--cordis FOLDER].

The sample's are taken of a copy, with an event made for them; without ``--sample`` it is imported and built first. Those of CORDIS
are taken where a workspace of it is named (docs/first-look.md says how to build one). Pictures of the tour come from
``test_tour``, those of printed pages from the files themselves.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from matchmaker.events import Attendance, Remark, Session, Table
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from tests.browser.conftest import ARGUMENTS, chromium, serve

DATA = Path(__file__).parents[2] / "data"
IMAGES = Path(__file__).parents[2] / "docs" / "images"
EVENT = "foraarsmoede"
PASSWORD = "et hav af grønne enge"
PHONE = 360
PARTICIPANTS = 60
BETWEEN = 20
"""Pixels between two pictures that stand side by side."""

SignedIn = Mapping[UserRole, str]
"""The cookie of somebody signed in, by role."""


class Camera:
    """Opens pages as somebody, and keeps what is on the screen."""

    def __init__(self, browser: Browser, address: str, signed_in: SignedIn) -> None:
        self._browser, self._address, self._signed_in = browser, address, signed_in

    def open(self, path: str, role: UserRole = UserRole.FACILITATOR, **size: int) -> Page:
        """A page that has all that it needs, worked out where it is worked out beside the readers."""
        context = self._browser.new_context(
            base_url=self._address,
            locale="en-GB",
            viewport={"width": size.get("width", 1280), "height": size.get("height", 1000)},
        )
        context.add_cookies([{"name": "session", "value": self._signed_in[role], "url": self._address}])
        page = context.new_page()
        page.set_default_timeout(180_000)
        for _ in range(240):
            answer = page.goto(path)
            if answer is not None and answer.status == 200:
                break
            time.sleep(1)
        else:
            raise TimeoutError(path)
        # The faces are kept by the browser then, and the picture has them; what is still worked out comes, too.
        for _ in range(120):
            page.wait_for_load_state("networkidle")
            page.reload()
            if not page.get_by_text("being worked out").count():
                break
            page.wait_for_timeout(1000)
        page.wait_for_load_state("networkidle")
        return page

    def take(self, name: str, path: str, role: UserRole = UserRole.FACILITATOR, **size: int) -> None:
        """The page from its top."""
        page = self.open(path, role, **size)
        if path.startswith("/map"):
            page.locator("#map[data-ready]").wait_for()
            page.wait_for_timeout(1500)
        keep(name, seen(page))


def seen(page: Page) -> Image.Image:
    """What is on the screen; the context of the page ends with it."""
    page.wait_for_load_state("networkidle")
    shot = Image.open(BytesIO(page.screenshot())).convert("RGB")
    page.context.close()
    return shot


def keep(name: str, picture: Image.Image) -> None:
    """Written small: pages have few colours."""
    few = picture.quantize(256, dither=Image.Dither.NONE)
    few.save(IMAGES / f"{name}.png", optimize=True)


def from_sample(camera: Camera) -> None:
    """The pictures of the sample cluster and its event."""
    camera.take("actor", "/actors/hejrebaek")
    camera.take("proposals", "/proposals")
    camera.take("map", "/map", height=860)
    camera.take("search-danish", "/search?q=aftager+til+brun+saft&lang=da", height=900)
    camera.take(
        "team",
        "/team?idea=Vi+presser+saft+af+gr%C3%A6s.+Vi+t%C3%B8rrer+protein+med+overskudsvarme.&public_body=1",
        height=1480,
    )
    page = camera.open(f"/events/{EVENT}/schedule?participant=p1", height=900)
    page.get_by_role("heading", name="Meetings", exact=True).evaluate("(each) => each.scrollIntoView()")
    keep("event-schedule", seen(page))
    page = camera.open(f"/events/{EVENT}/follow-up")
    page.get_by_role("link", name="More").first.click()
    page.get_by_role("group", name="Was it held?").wait_for()
    page.locator("#opened, .card:has(fieldset)").first.evaluate("(each) => each.scrollIntoView()")
    keep("event-follow-up", seen(page))
    page = camera.open(f"/events/{EVENT}/schedule", width=1280, height=800)
    page.locator("td a[href*='schedule/change?']").first.click()
    page.get_by_label("Time", exact=True).select_option(index=2)
    page.get_by_label("Table", exact=True).select_option(label="Bord 2")
    page.get_by_role("button", name="Check").click()
    page.get_by_text("stands in the way", exact=False).first.wait_for()
    desk = seen(camera.open(f"/events/{EVENT}/desk", width=PHONE, height=800))
    keep("event-changes", beside(seen(page), desk))


def from_cordis(camera: Camera) -> None:
    """The pictures of a workspace with all of CORDIS."""
    camera.take("cordis-overview", "/", UserRole.ANALYST, height=820)
    camera.take("cordis-map", "/map", UserRole.ANALYST, height=860)
    camera.take("cordis-spin-offs", "/spin-offs", UserRole.ANALYST)
    camera.take("cordis-report", "/report", UserRole.ANALYST, height=1500)


def beside(left: Image.Image, right: Image.Image) -> Image.Image:
    """Two pictures of one height, with grey between."""
    both = Image.new("RGB", (left.width + BETWEEN + right.width, left.height), (146, 144, 138))
    both.paste(left, (0, 0))
    both.paste(right, (left.width + BETWEEN, 0))
    return both


def hold(workspace: Workspace) -> None:
    """An event with a schedule, half a day of which is over."""
    events = workspace.events
    events.create(
        "Forårsmøde 2027",
        place="Viborg",
        zone="Europe/Copenhagen",
        sessions=[Session("Formiddag", datetime(2027, 3, 4, 9), datetime(2027, 3, 4, 12), 20, 5)],
        tables=[Table(f"Bord {number}") for number in range(1, 21)],
        event_id=EVENT,
        who="pictures",
    )
    events.enrol(EVENT, sorted(workspace.published().actor_names())[:PARTICIPANTS], who="pictures")
    events.propose(EVENT, who="pictures")
    version = events.schedule(EVENT, time_limit=10, who="pictures")
    held = [Remark(each.a, each.b, Attendance()) for each in version.plan.appointments[:12]]
    events.follow_up.say(EVENT, held, who="pictures")


def sign_in(workspace: Workspace) -> SignedIn:
    """A facilitator and an analyst, each with a session."""
    found = {}
    for name, role in (("Kim Holm", UserRole.FACILITATOR), ("Ann Lund", UserRole.ANALYST)):
        email = f"{name.split()[0].casefold()}@pictures.example"
        workspace.users.add(name=name, email=email, role=role, password=PASSWORD, who="pictures")
        entered = workspace.users.sign_in(email, PASSWORD)
        assert entered is not None
        found[role] = entered[1]
    return found


@contextmanager
def copied(folder: Path | None) -> Iterator[Workspace]:
    """A copy of a workspace, or the sample in a new one."""
    with tempfile.TemporaryDirectory(prefix="matchmaker-pictures-") as place:
        there = Path(place) / "workspace"
        if folder is not None:
            shutil.copytree(folder, there, ignore=shutil.ignore_patterns("*.lock", "imports"))
        with Workspace.open(there, create=folder is None) as workspace:
            if folder is None:
                workspace.import_table(
                    DATA / "actors.csv", collaborations=DATA / "collaborations.csv", who="pictures"
                )
                workspace.build()
            yield workspace


def photograph(workspace: Workspace, take: Callable[[Camera], None]) -> None:
    """Serve a workspace and take its pictures."""
    signed_in = sign_in(workspace)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        for address in serve(workspace):
            take(Camera(browser, address, signed_in))
        browser.close()


def main() -> None:
    """Take what was asked for."""
    asked = argparse.ArgumentParser(prog="python -m tests.browser.pictures", description=__doc__)
    asked.add_argument("--sample", type=Path, help="a built workspace of the sample, to save its building")
    asked.add_argument(
        "--cordis", type=Path, help="a built workspace of CORDIS; without it its pictures stay"
    )
    asked.add_argument("--only-cordis", action="store_true")
    wanted = asked.parse_args()
    if not wanted.only_cordis:
        with copied(wanted.sample) as workspace:
            hold(workspace)
            photograph(workspace, from_sample)
    if wanted.cordis:
        with copied(wanted.cordis) as workspace:
            photograph(workspace, from_cordis)


if __name__ == "__main__":
    main()
