"""A built workspace of twelve actors with the real encoder, and a client of the service over it."""

from __future__ import annotations

import csv
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.workspace import Workspace
from service.app import create_app

HEADERS = ("id", "name", "group", "description", "offers", "requests", "country", "region", "member")
ACTORS = (
    (
        "straw:1",
        "Limfjord Straw",
        "company",
        "We press and sell wheat straw from farms around the Limfjord.",
        "Clean wheat straw in bales, 4,000 tonnes a year",
        "A buyer of straw for textile fibres",
        "DK",
        "DK041",
        "yes",
    ),
    (
        "fibre:1",
        "Fjord Fibres",
        "company",
        "We spin textile fibres from cellulose.",
        "Textile fibres from cellulose",
        "Wheat straw as a raw material for textile fibres",
        "DK",
        "DK041",
        "yes",
    ),
    (
        "gas:1",
        "Holstebro Biogas",
        "supplier",
        "Biogas plant for manure and food waste.",
        "Digestate as fertiliser",
        "Food waste for the biogas plant",
        "DK",
        "DK041",
        "yes",
    ),
    (
        "æøå:ø-1",
        "Mejeriet Østerå",
        "company",
        "Vi laver ost og smør af mælk fra egne køer.",
        "Valle fra ostefremstilling",
        "Aftager til valle",
        "DK",
        "DK042",
        "ja",
    ),
    (
        "a/b %2F c?#",
        "Slash & Sons",
        "service_provider",
        "Advice on patents and contracts.",
        "Contracts for joint development",
        "",
        "DE",
        "",
        "no",
    ),
    (
        "uni:1",
        "University of the West",
        "knowledge_institution",
        "Research on cellulose, textile fibres and straw.",
        "Analysis of cellulose from straw",
        "Companies that spin textile fibres",
        "DK",
        "DK042",
        "yes",
    ),
    (
        "uni:2",
        "Dairy Institute",
        "knowledge_institution",
        "Research on whey proteins and cheese.",
        "Fractionation of whey proteins",
        "Whey from dairies",
        "SE",
        "",
        "no",
    ),
    (
        "town:1",
        "Struer Kommune",
        "public_body",
        "Kommunen samler madaffald fra borgerne.",
        "Madaffald, 2.000 tons om året",
        "Anlæg der kan bruge madaffald",
        "DK",
        "DK041",
        "ja",
    ),
    (
        "soft:1",
        "C++ Works",
        "service_provider",
        "Control software in C++ for biogas plants.",
        "Software for process control",
        "",
        "DK",
        "DK042",
        "yes",
    ),
    ("quiet:1", "Nothing Said", "other", "", "", "", "", "", "no"),
    (
        "twin:1",
        "Twin Compost",
        "company",
        "Compost from garden waste.",
        "Compost in bags",
        "Garden waste",
        "DK",
        "DK041",
        "yes",
    ),
    (
        "twin:2",
        "Twin Compost",
        "company",
        "Compost from garden waste.",
        "Compost in bags",
        "Garden waste",
        "DK",
        "DK041",
        "yes",
    ),
)
COLLABORATIONS = (
    ("c1", "Fibres from straw", "2021-03-01", "uni:1; fibre:1", "Textile fibres from wheat straw."),
    ("c2", "Gas from kitchens", "2022-05-01", "town:1; gas:1", "Biogas from food waste."),
)


def write_csv(path: Path, headers: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(headers)
        writer.writerows(rows)
    return path


@pytest.fixture(scope="session")
def built_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one published build, closed."""
    tables = tmp_path_factory.mktemp("tables")
    folder = tmp_path_factory.mktemp("workspace")
    with Workspace.open(folder, create=True) as workspace:
        workspace.import_table(
            write_csv(tables / "actors.csv", HEADERS, ACTORS),
            collaborations=write_csv(
                tables / "collaborations.csv",
                ("id", "title", "signed", "participants", "text"),
                COLLABORATIONS,
            ),
            who="test",
        )
        workspace.build()
    return folder


@pytest.fixture(scope="session")
def workspace(built_folder: Path) -> Iterator[Workspace]:
    with Workspace.open(built_folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def client(workspace: Workspace) -> Iterator[TestClient]:
    """A client of the whole service; its own errors are answers here, as they are for everybody."""
    with TestClient(
        create_app(workspace), base_url="http://127.0.0.1:8000", raise_server_exceptions=False
    ) as opened:
        yield opened


@pytest.fixture
def empty_client(tmp_path: Path) -> Iterator[TestClient]:
    """A client of a service over a workspace in which nothing is stored or built."""
    with (
        Workspace.open(tmp_path / "empty", create=True) as opened,
        TestClient(
            create_app(opened), base_url="http://127.0.0.1:8000", raise_server_exceptions=False
        ) as serving,
    ):
        yield serving


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
