"""Twelve actors and two collaborations, small enough to know every answer; ids and names hold what breaks addresses."""

from __future__ import annotations

import csv
from pathlib import Path

from matchmaker.workspace import Workspace

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


def build(folder: Path, tables: Path) -> None:
    """A workspace of the cluster with one published build; ``tables`` is where the lists are written."""
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
