"""A real server over the sample cluster and a real Chromium; skipped with the reason where there is no Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import uvicorn

from matchmaker.workspace import Workspace
from service.app import create_app
from service.serve import STOP_SECONDS

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

NewPage = Callable[..., "playwright_api.Page"]


def chromium() -> str:
    """The browser to use: the environment variable CHROMIUM, else the first known name on the path, else ``""``."""
    wanted = os.environ.get("CHROMIUM", "")
    if wanted:
        return wanted if Path(wanted).is_file() else ""
    return next((found for name in NAMES if (found := shutil.which(name))), "")


def worked_out(address: str, path: str) -> None:
    """Wait until a page that is worked out beside the readers is there."""
    for _ in range(60):
        with suppress(HTTPError), urlopen(address + path):
            return
    raise TimeoutError(path)


def serve(workspace: Workspace, port: int = 0) -> Iterator[str]:
    """Serve a workspace in a thread, on a free port unless one is named; yields the address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(workspace, open_here=True),
                log_level="error",
                ws="none",
                timeout_graceful_shutdown=STOP_SECONDS,
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=20)


@pytest.fixture(scope="module")
def address(sample: Workspace) -> Iterator[str]:
    yield from serve(sample)


@pytest.fixture(scope="module")
def browser() -> Iterator[playwright_api.Browser]:
    """One Chromium for a module; it ends with it, so that no event loop is left running for other tests."""
    path = chromium()
    if not path:
        pytest.skip("no Chromium found; install one or set CHROMIUM to its path")
    with playwright_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture
def new_page(browser: playwright_api.Browser, address: str) -> Iterator[NewPage]:
    """Opens pages with a language, a width and light or dark; whatever the console complains about fails the test.

    ``refused`` are the statuses with which a page of the test is meant to be answered.
    """
    complaints: list[str] = []
    contexts = []

    def open_page(
        *,
        language: str = "en-GB",
        width: int = 1280,
        height: int = 900,
        scheme: str = "light",
        touch: bool = False,
        refused: tuple[int, ...] = (),
    ) -> playwright_api.Page:
        context = browser.new_context(
            base_url=address,
            locale=language,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            has_touch=touch,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type in ("error", "warning")
                and not any(f"responded with a status of {status} " in message.text for status in refused)
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
