"""What tests of pages read with: what a page says without its markup, its hidden fields, the workspace behind it."""

from __future__ import annotations

import re
from html import unescape

from fastapi.testclient import TestClient

from matchmaker.workspace import Workspace
from service.pages.wording import WORDINGS

DANISH, ENGLISH = WORDINGS["da"].texts, WORDINGS["en"].texts

BASE = "http://127.0.0.1:8000"

PAGES = (
    "/",
    "/search",
    "/search?q=straw",
    "/actors",
    "/actors/straw:1",
    "/proposals",
    "/team",
    "/sub-clusters",
    "/map",
    "/spin-offs",
    "/report",
)


def words(page: str) -> str:
    """What a page says, without its markup."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


def text_of(client: TestClient, address: str, *, language: str = "en", status: int = 200) -> str:
    """What the page at an address says."""
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == status
    return words(answer.text)


def workspace_of(client: TestClient) -> Workspace:
    """The workspace that a client's service was started with."""
    found: Workspace = client.app.state.workspace  # type: ignore[attr-defined]
    return found
