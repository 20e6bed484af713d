"""Who asks for what is another's, with ids, words and names of all kinds, is told none of it; and a leak would be found."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import typst
from openpyxl import Workbook

from matchmaker.workspace import Workspace
from service.app import create_app
from service.cursors import cursor_after
from tests.service.drawn_probes import CALLERS, Probe
from tests.service.probed_town import EVERYBODY, Town, plant
from tests.service.probing import Answered, Prober, ask
from tests.service.reading_answers import texts_of, words_in
from tests.service.tiny_cluster import build

PROBES = 400
"""``python -m benchmarks.probes`` sends a hundred thousand."""


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, Town]]:
    folder = tmp_path_factory.mktemp("probed")
    build(folder / "workspace", folder)
    town = plant(folder / "workspace", folder)
    with Workspace.open(folder / "workspace") as workspace:
        yield workspace, town


def probed(prober: Prober, probes: int, app: Callable[..., Awaitable[None]] | None = None) -> None:
    async def all_of_them() -> None:
        while prober.found.probes < probes:
            await prober.probe(app)

    asyncio.run(all_of_them())


def test_nobody_is_told_what_is_anothers(planted: tuple[Workspace, Town]) -> None:
    workspace, town = planted
    prober = Prober(create_app(workspace), town, seed=3)
    probed(prober, PROBES)
    found = prober.found
    assert (found.leaks, found.trespasses, found.told_apart, found.faults) == ({}, {}, {}, {})
    # It was there to be told: those who may see them were told many of the same words.
    assert len(found.seen) > 20
    assert found.statuses[200] > PROBES / 20


def test_an_app_that_tells_one_private_word_is_found(planted: tuple[Workspace, Town]) -> None:
    workspace, town = planted
    draft = next(each for each in town.planted if each.what == "draft of b")
    app = create_app(workspace)

    async def leaking(scope: Any, receive: Any, send: Any) -> None:
        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-about", draft.second.encode())]
            await send(message)

        await app(scope, receive, sent)

    prober = Prober(app, town, seed=4)
    probed(prober, 60, leaking)
    told = [each for cases in prober.found.leaks.values() for each in cases]
    assert told
    assert all(each.endswith("told the draft of b") for each in told)
    assert not [each for each in told if each.startswith(("b/", "facilitator/"))]


def test_a_change_by_somebody_who_may_not_make_it_is_found(planted: tuple[Workspace, Town]) -> None:
    workspace, town = planted
    prober = Prober(create_app(workspace), town, seed=5)
    probe = Probe("c/key", "PATCH", "/api/v1/actors/{actor_id}", "/api/v1/actors/uni%3A1")
    prober.judge(probe, Answered(200, [], b"{}"))
    assert list(prober.found.trespasses) == ["PATCH /api/v1/actors/{actor_id}"]


def test_another_answer_for_what_is_anothers_than_for_what_is_not_there_is_found(
    planted: tuple[Workspace, Town],
) -> None:
    workspace, town = planted
    app = create_app(workspace)
    drafts = town.ids["draft_id"]

    async def telling(scope: Any, receive: Any, send: Any) -> None:
        known = scope["path"].rpartition("/")[2] in drafts
        if not known:
            await app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 403, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    draft = next(each for each, whose in drafts.items() if "b" in whose)
    named = {"actor_id": "straw:1", "draft_id": draft}
    path = "/api/v1/actors/{actor_id}/drafts/{draft_id}"
    probe = Probe("a/key", "DELETE", path, f"/api/v1/actors/straw%3A1/drafts/{draft}", named=named)
    proven = replace(probe, headers=(("authorization", town.secrets["a/key"]),))
    prober = Prober(app, town, seed=6)
    asyncio.run(prober.send(proven))
    assert prober.found.told_apart == {}
    asyncio.run(prober.send(proven, telling))
    assert list(prober.found.told_apart) == [f"DELETE {path}"]


def workbook(text: str) -> bytes:
    made, out = Workbook(), io.BytesIO()
    made.active["B7"] = text
    made.save(out)
    return out.getvalue()


def zipped(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("inner.xlsx", workbook(text))
    return out.getvalue()


def paper(text: str) -> bytes:
    return bytes(typst.compile(text.encode()))


WORD = "zqbadafagazq"


@pytest.mark.parametrize(
    "body",
    [
        WORD.encode(),
        WORD.upper().encode(),
        json.dumps({"a": f"\u00e6 {WORD}"}).encode(),
        f"&#{ord('z')};{WORD[1:]}".encode(),
        f"%7A{WORD[1:]}".encode(),
        f"SUMMARY:{WORD[:6]}\r\n {WORD[6:]}".encode(),
        f'{{"next": "{cursor_after(WORD, edition="x")}"}}'.encode(),
        workbook(WORD),
        zipped(WORD),
        paper(WORD),
    ],
    ids=["plain", "capitals", "escaped", "html", "address", "folded", "cursor", "workbook", "zip", "pdf"],
)
def test_a_word_is_found_in_whatever_an_answer_is_written(body: bytes) -> None:
    assert words_in(texts_of([], body)) == {WORD}
    assert words_in(texts_of([(b"location", f"/x?q={WORD}".encode())], b"")) == {WORD}


def test_every_caller_and_everybody_who_may_see_something_is_known(planted: tuple[Workspace, Town]) -> None:
    people = {each.partition("/")[0] for each in CALLERS} - {"wrong"}
    assert people == EVERYBODY
    seeing = {each.partition("/")[0] for planted in planted[1].planted for each in planted.seen_by}
    assert {each for each in seeing if not each.startswith("feed of ")} - {"invited"} <= people


def test_a_probe_goes_through_the_whole_app(planted: tuple[Workspace, Town]) -> None:
    probe = Probe("anonymous", "GET", "/api/v1/actors", "/api/v1/actors")
    answer = asyncio.run(ask(create_app(planted[0]), probe))
    assert answer.status == 401
    assert b"x-request-id" in {name for name, _ in answer.headers}
