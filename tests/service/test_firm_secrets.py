"""Contact persons and drafts: no address gives them to anybody but those they are meant for."""

from __future__ import annotations

import html
import re
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from matchmaker.answers import AnswerKind, Judgement
from service.permissions import RULES
from tests.service.firms import CANARIES, DRAFT, STRAW, UNI, Town, field, meet


def fill(path: str, event: str = "spring") -> list[str]:
    """The address of a route for each thing that it may be about."""
    values = {
        "actor_id": [UNI, STRAW],
        "partner_id": [UNI],
        "event_id": [event],
        "participant_id": ["p1", "p2"],
        "draft_id": ["x"],
        "contact_id": ["x"],
        "ending": ["json", "xlsx"],
        "what": ["participants"],
    }
    found = [path]
    for name, options in values.items():
        found = [
            re.sub(rf"\{{{name}(:path)?\}}", option, each)
            for each in found
            for option in (options if f"{{{name}" in each else [""])
        ]
    return [re.sub(r"\{[^}]*\}", "x", each) for each in found]


def reading() -> list[str]:
    """Every address that is read, and some questions."""
    paths = [each for method, path in RULES if method == "GET" for each in fill(path)]
    words = "qvorbinda+zaltman+vlixomer"
    return [
        *paths,
        f"/search?q={words}",
        f"/actors?text={words}",
        f"/team?idea={words}",
        f"/api/v1/actors?q={words}",
        "/my/suggestions?scope=all&top=50",
        f"/my/profile?edit={words}",
    ]


def texts(content: bytes, media_type: str) -> str:
    if "spreadsheet" not in media_type:
        return html.unescape(content.decode("utf-8", "replace"))
    sheets = load_workbook(BytesIO(content)).worksheets
    return "\n".join(str(cell) for sheet in sheets for row in sheet.values for cell in row)


@pytest.mark.parametrize("name", ["straw", "fibre", "analyst", "nobody"])
def test_no_address_gives_a_contact_person_or_a_draft_to_anybody_else(town: Town, name: str) -> None:
    meet(town.workspace)
    town.workspace.answer(STRAW, UNI, Judgement(AnswerKind.INTERESTED, told=True), who="tests")
    client = town[name]
    secrets = (*CANARIES, DRAFT, "Vlixomer")
    leaks: list[tuple[str, str]] = []
    for path in reading():
        answer = client.get(path)
        text = texts(answer.content, answer.headers.get("content-type", ""))
        # A question is told back in the page, in small letters.
        leaks += [(path, each) for each in secrets if each in text]
    for body in ({"text": "qvorbinda zaltman"}, {"text": DRAFT.lower()}):
        leaks += [
            ("search", each) for each in secrets if each in client.post("/api/v1/search", json=body).text
        ]
    assert leaks == []


def test_the_one_who_is_meant_does_see_them(town: Town) -> None:
    meet(town.workspace)
    seen = "".join(
        texts(answer.content, answer.headers.get("content-type", ""))
        for answer in map(town["uni"].get, reading())
    )
    assert all(each in seen for each in (*CANARIES, DRAFT))


def test_a_facilitator_reads_drafts_and_contact_persons(town: Town) -> None:
    facilitator = town["facilitator"]
    assert CANARIES[1] in facilitator.get(f"/api/v1/actors/{UNI}/contacts").text
    assert DRAFT in facilitator.get(f"/api/v1/actors/{UNI}/drafts").text
    refused = facilitator.post(f"/api/v1/actors/{UNI}/drafts", json={"kind": "offer", "text": "x"})
    assert refused.status_code == 403


def test_neither_is_in_an_export_or_a_build(town: Town, tmp_path: Path) -> None:
    workspace = town.workspace
    workspace.export("actors", tmp_path / "actors.csv")
    workspace.build()
    names = (tmp_path / "actors.csv").read_text("utf-8")
    files = b"".join(each.read_bytes() for each in (workspace.folder / "builds").rglob("*") if each.is_file())
    for secret in (*CANARIES, "Vlixomer"):
        assert secret not in names
        assert secret.encode() not in files


def test_contact_persons_are_kept_changed_and_removed_with_undo(town: Town) -> None:
    straw, kept = town["straw"], town.workspace.firms.kept
    wrong = straw.post(
        "/my/contact-persons", data={"name": "Ib", "email": "not an address", "phone": "12", "do": "save"}
    )
    assert wrong.status_code == 422
    assert 'value="not an address"' in wrong.text
    straw.post("/my/contact-persons", data={"name": "Ib", "email": "ib@straw.example", "do": "save"})
    (ib,) = kept.contacts(STRAW)
    form = straw.get(f"/my/contact-persons?edit={ib.id}").text
    assert field(form, "email") == "ib@straw.example"
    straw.post("/my/contact-persons", data={"contact": ib.id, "name": "Ib Olsen", "do": "save"})
    assert kept.contacts(STRAW)[0].fields.name == "Ib Olsen"
    done = straw.post("/my/contact-persons", data={"contact": ib.id, "do": "remove"})
    assert kept.contacts(STRAW) == ()
    undo = field(straw.get(done.headers["location"]).text, "undo")
    straw.post("/my/contact-persons", data={"do": "undo", "undo": undo})
    assert [each.id for each in kept.contacts(STRAW)] == [ib.id]
    other = town["fibre"].post("/my/contact-persons", data={"contact": ib.id, "do": "remove"})
    assert "too_late" in other.headers["location"]
    assert len(kept.contacts(STRAW)) == 1
