"""A profile stuffed to be found everywhere is not proposed more often than honest ones; the encoder is the real one."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from matchmaker.workspace import Workspace
from tests.conftest import DATA

ALLOWED = 1.5
"""Times the exposure of the 99th percentile of honest actors."""
TOP = 10


def stuffed_profiles() -> list[dict[str, str]]:
    with (DATA / "actors.csv").open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    headers = {
        "id": "Id", "name": "Navn", "group": "Aktørgruppe",
        "description": "Beskrivelse", "offers": "Tilbyder", "requests": "Søger",
    }  # fmt: skip
    said = {
        key: [row[headers[key]] for row in rows if row[headers[key]]]
        for key in ("description", "offers", "requests")
    }
    every_word = sorted({word for text in said["requests"] for word in text.split() if len(word) > 5})
    blank = dict.fromkeys(rows[0], "")

    def profile(style: str, **fields: str) -> dict[str, str]:
        named = {
            headers["id"]: f"stuffed-{style}",
            headers["name"]: f"Stuffed {style}",
            headers["group"]: "supplier",
        }
        return blank | named | {headers[key]: value for key, value in fields.items()}

    return [
        profile("keywords", description=" ".join(every_word)),
        profile("copied-requests", offers=" | ".join(said["requests"][:60])),
        profile("copied-descriptions", description=" ".join(said["description"][:80])),
        profile("repeated", description="Biogas, protein, foder, energi, vand og genanvendelse. " * 200),
        profile("everything", description=" ".join(every_word[:400]), offers=" | ".join(said["offers"][:60]),
                requests=" | ".join(said["requests"][60:120])),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def exposure(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    folder = tmp_path_factory.mktemp("gaming")
    shutil.copytree(sample_folder, folder / "workspace")
    rows = stuffed_profiles()
    with (folder / "stuffed.csv").open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with Workspace.open(folder / "workspace") as workspace:
        report = workspace.import_table(folder / "stuffed.csv", who="tests", partial=True)
        assert report.applied
        workspace.build()
        return workspace.published().exposure(top=TOP)


def test_every_style_of_stuffing_was_taken_in(exposure: dict[str, int]) -> None:
    assert sum(actor_id.startswith("stuffed-") for actor_id in exposure) == 5


@pytest.mark.parametrize(
    "style", ["keywords", "copied-requests", "copied-descriptions", "repeated", "everything"]
)
def test_a_stuffed_profile_is_proposed_no_more_than_honest_ones(exposure: dict[str, int], style: str) -> None:
    honest = [count for actor_id, count in exposure.items() if not actor_id.startswith("stuffed-")]
    assert exposure[f"stuffed-{style}"] <= ALLOWED * np.percentile(honest, 99)
