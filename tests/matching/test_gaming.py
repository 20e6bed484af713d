"""A profile stuffed to be found everywhere is not proposed more often than honest ones; the encoder is the real one."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from matchmaker.published import Published
from matchmaker.workspace import Workspace
from tests.conftest import DATA

ALLOWED = 1.5
"""Times the exposure of the 99th percentile of honest actors."""
TOP = 10
COPIES = 20
EVERY_WORD_CHANGED = 12
"""Of so many words of a copy one is its own."""


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


def copies_of(profile: dict[str, str]) -> list[dict[str, str]]:
    """A profile registered many times, each time with some other words in it."""

    def changed(text: str, number: int) -> str:
        words = text.split(" ")
        for place in range(number % EVERY_WORD_CHANGED, len(words), EVERY_WORD_CHANGED):
            if words[place] != "|":
                words[place] = f"{words[place]}{number}"
        return " ".join(words)

    return [
        profile
        | {header: changed(profile[header], number) for header in ("Beskrivelse", "Tilbyder", "Søger")}
        | {"Id": f"copy-{number:02}", "Navn": f"Copy number {number}"}
        for number in range(COPIES)
    ]


def copied_profile() -> dict[str, str]:
    """What looks wanted everywhere: the first third of all requests, said to be offered."""
    with (DATA / "actors.csv").open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    wanted = [row["Søger"].split(" | ")[0] for row in rows if row["Søger"]]
    return dict.fromkeys(rows[0], "") | {
        "Aktørgruppe": "supplier",
        "Beskrivelse": ". ".join(row["Beskrivelse"].split(". ")[0] for row in rows[::5]),
        "Tilbyder": " | ".join(wanted[::3]),
    }


@pytest.fixture(scope="module")
def published(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    folder = tmp_path_factory.mktemp("gaming")
    shutil.copytree(sample_folder, folder / "workspace")
    rows = [*stuffed_profiles(), *copies_of(copied_profile())]
    with (folder / "stuffed.csv").open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with Workspace.open(folder / "workspace") as workspace:
        report = workspace.import_table(folder / "stuffed.csv", who="tests", partial=True)
        assert report.applied
        workspace.build()
        yield workspace.published()


@pytest.fixture(scope="module")
def exposure(published: Published) -> dict[str, int]:
    return published.exposure(top=TOP)


def test_every_style_of_stuffing_was_taken_in(exposure: dict[str, int]) -> None:
    assert sum(actor_id.startswith("stuffed-") for actor_id in exposure) == 5


@pytest.mark.parametrize(
    "style", ["keywords", "copied-requests", "copied-descriptions", "repeated", "everything"]
)
def test_a_stuffed_profile_is_proposed_no_more_than_honest_ones(exposure: dict[str, int], style: str) -> None:
    assert exposure[f"stuffed-{style}"] <= ALLOWED * np.percentile(of_honest(exposure), 99)


def of_honest(exposure: dict[str, int]) -> list[int]:
    return [count for actor_id, count in exposure.items() if not actor_id.startswith(("stuffed-", "copy-"))]


def is_copy(actor_id: str) -> bool:
    return actor_id.startswith("copy-")


def test_the_copies_differ_in_their_words(published: Published) -> None:
    said = {published.actor(f"copy-{number:02}").description for number in range(COPIES)}
    assert len(said) == COPIES


def test_twenty_copies_are_one_partner_in_any_list(published: Published) -> None:
    seen = 0
    for matches in published.all_suggestions(top=50):
        copies = [match for match in matches if is_copy(match.partner_id)]
        assert len(copies) <= 1
        for match in copies:
            seen += 1
            assert len(match.alike) == COPIES - 1
            assert all(map(is_copy, match.alike))
    assert seen


@pytest.mark.parametrize("balance", [0.0, 0.3, 1.0])
def test_twenty_copies_are_one_partner_however_exposure_is_balanced(
    published: Published, balance: float
) -> None:
    for matches in published.proposals(balance=balance, top=TOP):
        assert sum(is_copy(match.partner_id) for match in matches) <= 1


def test_twenty_copies_together_are_proposed_no_more_than_honest_actors(exposure: dict[str, int]) -> None:
    together = sum(count for actor_id, count in exposure.items() if is_copy(actor_id))
    assert together <= ALLOWED * np.percentile(of_honest(exposure), 99)


@pytest.mark.parametrize(
    "text",
    [
        "aftager til brun saft",
        "spraytørring",
        "Copy number 7",
        "Vi søger nogen, der kan tørre protein skånsomt",
        "Vi vil lave foder af græsprotein og tørre det med overskudsvarme fra et datacenter. Den brune saft fra pressen "
        "skal gæres til mælkesyre, og resten skal i et biogasanlæg, som leverer gødning tilbage til de marker, som "
        "græsset kom fra. Vi søger partnere til alle led.",
    ],
)
def test_twenty_copies_are_one_answer_to_any_question(published: Published, text: str) -> None:
    hits = published.search(text, top=100)
    assert sum(is_copy(hit.actor_id) for hit in hits) <= 1
    assert all(len(hit.alike) == COPIES - 1 for hit in hits if is_copy(hit.actor_id))


def test_honest_actors_are_copies_of_nobody(published: Published) -> None:
    hits = published.search("protein", top=200)
    alike = {hit.actor_id for hit in hits if hit.alike and not is_copy(hit.actor_id)}
    assert alike <= {"roermose-separation", "roermose-separationsteknik"}
