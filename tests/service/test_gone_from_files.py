"""Whoever is erased, or became one with another, is in no file and no report from then on, before any other build is made."""

from __future__ import annotations

import json
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from html import unescape
from io import BytesIO
from pathlib import Path

import httpx2 as httpx
import pyarrow as pa
import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from matchmaker.analysis import BROKERS_KEPT, FILLERS, FIRST_BROKERS, GAPS_OF_A_KIND
from matchmaker.cli import main
from matchmaker.landscape.gaps import GapKind
from matchmaker.published import Published
from matchmaker.reporting import WORDINGS, report, write
from matchmaker.workspace import Workspace
from service.app import create_app
from tests.service.reading_pages import BASE

MERGED, INTO = "halmpap", "pulpform"
"""Asks for straw in the sample cluster, as does the one that it becomes part of."""


def named_everywhere(snapshot: Published) -> set[str]:
    """Actors whose ids or words stand in a table that is not about them: askers, fillers, brokers, those that a candidate needs."""
    analysis = snapshot.analysis
    gaps = analysis.gaps(limit=GAPS_OF_A_KIND, top=FILLERS).gaps
    found = {each.what for each in gaps if each.kind is GapKind.REQUEST}
    found |= {filler.actor_id for each in gaps for filler in each.fillers[:1]}
    found |= {
        name
        for each in snapshot.spin_offs()
        for need in each.needs
        for name in need.names
        if need.kind == "one_actor"
    }
    brokers = analysis.brokers(limit=BROKERS_KEPT).brokers
    held = analysis.holding([each.actor_id for each in brokers[:FIRST_BROKERS]])
    found |= {each.top_broker_id for each in (held.whole, *held.sub_clusters) if each.top_broker_id}
    return found | {each.first[0] for each in held.bridges}


def own_words(snapshot: Published, actor_id: str) -> set[str]:
    """The sentences of its own that anybody could be shown of an actor."""
    actor = snapshot.actor(actor_id)
    said = [each.text for each in (*actor.offers, *actor.requests)]
    said += re.split(r"(?<=[.!?])\s+", actor.description)
    return {each.strip() for each in said if len(each) > 20}


@pytest.fixture(scope="module")
def left(
    sample_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, Workspace, dict[str, set[str]]]]:
    """A client of a workspace whose build names actors that are gone, and by id their names and sentences."""
    folder = tmp_path_factory.mktemp("left") / "workspace"
    shutil.copytree(sample_folder, folder)
    with Workspace.open(folder) as workspace:
        snapshot = workspace.published()
        gone = (named_everywhere(snapshot) | {MERGED}) - {INTO}
        said = {each: own_words(snapshot, each) | {snapshot.actor(each).name} for each in sorted(gone)}
        # What they are called or say is no secret where somebody who is still there says the same.
        others = json.dumps(
            [asdict(snapshot.actor(each)) for each in snapshot.actor_names() if each not in gone],
            ensure_ascii=False,
            default=str,
        )
        said = {each: {text for text in texts if text not in others} for each, texts in said.items()}
        for each in sorted(gone - {MERGED}):
            workspace.erase_actor(each, who="tests")
        workspace.identity.merge(INTO, MERGED, {"name": "keep"}, who="tests")
        with TestClient(create_app(workspace, open_here=True), base_url=BASE) as client:
            yield client, workspace, said


@pytest.fixture(scope="module")
def tables(left: tuple[TestClient, Workspace, dict[str, set[str]]]) -> dict[str, pa.Table]:
    """Every figure of that build as tables."""
    return left[1].published().frames()


def asked(client: TestClient, address: str) -> httpx.Response:
    """The answer to an address, asked again as long as it is being worked out."""
    for _ in range(300):
        answer = client.get(address)
        if answer.status_code != 503:
            assert answer.status_code == 200, address
            return answer
        time.sleep(0.1)
    raise TimeoutError(address)


def texts_of(name: str, content: bytes) -> dict[str, str]:
    """What is in a file, by the name of the file or of one inside it."""
    if name.endswith(".zip"):
        with zipfile.ZipFile(BytesIO(content)) as bundle:
            return {each: bundle.read(each).decode("utf-8", "replace") for each in bundle.namelist()}
    if name.endswith(".xlsx"):
        book = load_workbook(BytesIO(content), read_only=True)
        return {
            f"{name}:{sheet.title}": "\n".join(
                "|".join("" if cell is None else str(cell) for cell in row)
                for row in sheet.iter_rows(values_only=True)
            )
            for sheet in book
        }
    return {name: content.decode("utf-8-sig")}


def told_of(said: dict[str, set[str]], texts: dict[str, str]) -> list[tuple[str, str]]:
    """Where an id, a name or a sentence of somebody stands."""
    ids = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, sorted(said, key=len, reverse=True)))})(?![\w-])")
    found = [(place, each) for place, text in texts.items() for each in set(ids.findall(text))]
    sentences = {text for each in said.values() for text in each}
    return found + [(place, each) for place, text in texts.items() for each in sentences if each in text]


def test_no_file_names_or_quotes_anybody_who_is_gone(
    left: tuple[TestClient, Workspace, dict[str, set[str]]],
) -> None:
    client, _, said = left
    shown = asked(client, "/downloads").text
    addresses = [unescape(each) for each in re.findall(r'href="(/[^"]*(?:format=|landscape\.)[^"]*)"', shown)]
    assert len(addresses) > 30
    assert sum(map(len, said.values())) > 60
    for address in addresses:
        if "parquet" in address:
            continue
        answer = asked(client, address)
        name = answer.headers["content-disposition"].partition('filename="')[2].strip('"')
        assert told_of(said, texts_of(name, answer.content)) == [], address


def test_no_table_does_that_a_command_or_a_notebook_is_given(
    left: tuple[TestClient, Workspace, dict[str, set[str]]], tables: dict[str, pa.Table]
) -> None:
    for name, table in tables.items():
        told = json.dumps(table.to_pylist(), ensure_ascii=False, default=str)
        assert told_of(left[2], {name: told}) == []


@pytest.mark.parametrize("command", ["gaps", "brokers"])
@pytest.mark.parametrize("kind", [(), ("--json",)])
def test_no_command_does_either(
    left: tuple[TestClient, Workspace, dict[str, set[str]]],
    command: str,
    kind: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, workspace, said = left
    assert main(["--workspace", str(workspace.folder), command, *kind]) == 0
    assert told_of(said, {command: " ".join(capsys.readouterr().out.split())}) == []


def test_the_report_names_and_quotes_only_those_who_are_there(
    left: tuple[TestClient, Workspace, dict[str, set[str]]],
) -> None:
    client, workspace, said = left
    snapshot = workspace.published()
    tops = [each.id for each in snapshot.sub_clusters() if each.parent_id is None]
    for part in ("", *tops):
        made = report(snapshot, part)
        for wording in WORDINGS.values():
            # What the typesetter is given.
            source = json.dumps(asdict(write(made, wording)), ensure_ascii=False)
            assert told_of(said, {f"{part}.pdf": source}) == []
    for address in ("/report", f"/report/{tops[0]}"):
        assert told_of(said, {address: unescape(asked(client, address).text)}) == []


@pytest.mark.parametrize(
    "address",
    ["/gaps", "/brokers", "/spin-offs", "/landscape", "/api/v1/spin-offs", "/api/v1/landscape/gaps"],
)
def test_no_page_and_no_answer_does_either(
    left: tuple[TestClient, Workspace, dict[str, set[str]]], address: str
) -> None:
    client, _, said = left
    assert told_of(said, {address: unescape(asked(client, address).text)}) == []


def test_what_a_build_counted_stays_where_nobody_is_named_any_more(
    sample: Workspace, tables: dict[str, pa.Table]
) -> None:
    analysis = sample.published().analysis
    gaps = analysis.gaps(limit=GAPS_OF_A_KIND, top=FILLERS).gaps
    assert tables["gaps"]["asked"].to_pylist() == [each.asked for each in gaps]
    nobody = [
        each.kind is GapKind.REQUEST and text is None
        for each, text in zip(gaps, tables["gaps"]["request"].to_pylist(), strict=True)
    ]
    assert any(nobody)
    brokers = analysis.brokers(limit=BROKERS_KEPT).brokers
    held = analysis.holding([each.actor_id for each in brokers[:FIRST_BROKERS]])
    told = tables["cohesion"].to_pylist()
    assert [each["dependence"] for each in told] == [
        each.dependence for each in (held.whole, *held.sub_clusters)
    ]
    assert {each["top_broker_id"] for each in told} == {""}
