"""Answers come compressed where that helps, and as they are where their length could give a secret away."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Iterator

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, StreamingResponse
from fastapi.testclient import TestClient

from service.compressing import LEAST_BYTES, MOST_ADDED, Compress

LONG = "Kløver og græs. " * 400


@pytest.fixture
def small() -> Iterator[TestClient]:
    """An app of a few answers, each of another kind."""
    app = FastAPI()
    app.add_middleware(Compress)

    @app.get("/long")
    @app.get("/changed-by-its-tag")
    @app.get("/static/long.css")
    def long(request: Request) -> Response:
        return HTMLResponse(LONG, headers={"ETag": 'W/"a"' if request.url.path == "/long" else '"a"'})

    @app.get("/huge")
    @app.get("/short")
    def of_a_length(request: Request) -> Response:
        return HTMLResponse(LONG * 20 if request.url.path == "/huge" else "x" * (LEAST_BYTES - 1))

    @app.get("/secret")
    def secret() -> Response:
        return HTMLResponse(LONG, headers={"Cache-Control": "no-store"})

    @app.get("/cookie")
    def cookie() -> Response:
        response = HTMLResponse(LONG)
        response.set_cookie("session", "token")
        return response

    @app.get("/account/keys")
    @app.get("/picture.png")
    def other(request: Request) -> Response:
        media_type = "image/png" if request.url.path.endswith(".png") else "text/html"
        return Response(LONG.encode(), media_type=media_type)

    @app.get("/stream")
    def stream() -> Response:
        async def parts() -> AsyncIterator[bytes]:
            for _ in range(3):
                yield LONG.encode()

        return StreamingResponse(parts(), media_type="text/html")

    with TestClient(app) as client:
        yield client


def length(client: TestClient, path: str) -> int:
    return int(client.get(path, headers={"accept-encoding": "gzip"}).headers["content-length"])


@pytest.mark.parametrize(("path", "text"), [("/long", LONG), ("/huge", LONG * 20)])
def test_a_long_page_comes_compressed_and_reads_the_same(small: TestClient, path: str, text: str) -> None:
    answer = small.get(path, headers={"accept-encoding": "br, gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["vary"]
    assert int(answer.headers["content-length"]) < len(text.encode()) / 5
    assert answer.text == text


def test_what_is_compressed_is_another_representation(small: TestClient) -> None:
    answer = small.get("/static/long.css")
    assert (answer.headers["content-encoding"], answer.headers["etag"]) == ("gzip", 'W/"a"')
    plain = small.get("/static/long.css", headers={"accept-encoding": "identity"})
    assert plain.headers["etag"] == '"a"'


def test_a_tag_that_a_change_sends_back_stays_strong(small: TestClient) -> None:
    assert small.get("/changed-by-its-tag").headers["etag"] == '"a"'


@pytest.mark.parametrize(
    "path",
    ["/changed-by-its-tag", "/short", "/secret", "/cookie", "/account/keys", "/picture.png", "/stream"],
)
def test_what_is_small_secret_or_streams_goes_out_as_it_is(small: TestClient, path: str) -> None:
    answer = small.get(path, headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("accepted", ["identity", "br", "gzip;q=0", ""])
def test_who_does_not_ask_gets_it_as_it_is(small: TestClient, accepted: str) -> None:
    answer = small.get("/long", headers={"accept-encoding": accepted})
    assert "content-encoding" not in answer.headers
    # A cache between has to know that others get it otherwise.
    assert "Accept-Encoding" in answer.headers["vary"]


def test_the_length_of_a_page_is_never_exact(small: TestClient) -> None:
    lengths = {length(small, "/long") for _ in range(60)}
    assert len(lengths) > 10
    assert max(lengths) - min(lengths) <= MOST_ADDED


def test_pages_with_a_secret_are_not_compressed(facilitator: TestClient) -> None:
    gzipped = {"accept-encoding": "gzip"}
    assert facilitator.get("/actors", headers=gzipped).headers["content-encoding"] == "gzip"
    entering = facilitator.get("/sign-in", headers=gzipped)
    assert entering.status_code == 200
    assert "content-encoding" not in entering.headers


def test_files_of_the_pages_are_compressed_once_and_kept_for_good(facilitator: TestClient) -> None:
    page = facilitator.get("/actors").text
    address = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    first, second = (facilitator.get(address, headers={"accept-encoding": "gzip"}) for _ in range(2))
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["content-length"] == second.headers["content-length"]
    assert "immutable" in first.headers["cache-control"]
    assert facilitator.get("/static/style.css").headers["cache-control"] == "no-cache"
    held = facilitator.get(address, headers={"if-none-match": first.headers["etag"]})
    assert held.status_code == 304


def test_a_compressed_answer_is_gzip_to_any_reader(small: TestClient) -> None:
    with small.stream("GET", "/long", headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert gzip.decompress(raw).decode() == LONG
