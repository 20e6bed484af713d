"""What tests of an analyst's pages ask and read."""

from __future__ import annotations

import csv
import re
import time
from html import unescape
from io import StringIO

import httpx2 as httpx
from fastapi.testclient import TestClient

BASE = "http://127.0.0.1:8000"
TOPICS = ("specialisation", "trends", "phases", "gaps", "portfolio", "brokers", "backtest")
PAGES = ("/landscape", *(f"/{topic}" for topic in TOPICS), "/comparison", "/downloads")
COMPARED = "/comparison?before=2021-12-31&after=2024-12-31"


def asked(client: TestClient, address: str, language: str = "en") -> httpx.Response:
    """The answer to an address, asked again as long as it is being worked out."""
    for _ in range(300):
        answer = client.get(address, headers={"accept-language": language})
        if answer.status_code != 503:
            return answer
        assert int(answer.headers["retry-after"]) >= 1
        time.sleep(0.1)
    raise TimeoutError(address)


def page(client: TestClient, address: str, language: str = "en") -> str:
    answer = asked(client, address, language)
    assert answer.status_code == 200, address
    return answer.text


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


def link_of(html: str) -> str:
    found = re.search(r'id="view-link"[^>]* value="([^"]+)"', html)
    assert found is not None
    return unescape(found[1])
