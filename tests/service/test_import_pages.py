"""An import in steps over HTTP: files kept, columns said, what it would do, what it did; hostile and broken files refused."""

from __future__ import annotations

import csv
import io
import re
import resource
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from matchmaker.drafts import Drafts
from matchmaker.errors import ActorNotFoundError, ImportDraftNotFoundError
from matchmaker.jobs import Lane
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.app import create_app
from service.previewing import Previewing
from tests.service.reading_pages import hidden, words
from tests.sources.test_hostile_tables import HEADER, archive, cell, parts

GOOD = "Navn;Type;By;Beskrivelse\nNy Mejeri ApS;virksomhed;Viborg;Vi laver ost.\nØstergård;virksomhed;Skive;Vi dyrker ærter.\n"
MIXED = GOOD + "Uden type;;;\nForkert;virksomhet;;\n"


@pytest.fixture
def opened(built_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "workspace"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as workspace:
        taking = workspace.jobs.runner(Lane.LIGHT)
        taking.start()
        yield workspace
        taking.stop()


@pytest.fixture
def client(opened: Workspace) -> TestClient:
    return client_of(opened)


def client_of(workspace: Workspace) -> TestClient:
    # Not started as a whole: nothing here needs the encoder.
    return TestClient(
        create_app(workspace, open_here=True),
        base_url="http://127.0.0.1:8000",
        headers={"accept-language": "en"},
        raise_server_exceptions=False,
        follow_redirects=False,
    )


def send(client: TestClient, text: str | bytes, name: str = "list.csv", **more: tuple[str, bytes]) -> str:
    """Send a list; the address of the next step."""
    content = text.encode() if isinstance(text, str) else text
    answer = client.post("/import", files={"actors": (name, content), **more})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_from_a_file_to_new_actors_and_back(client: TestClient, opened: Workspace) -> None:
    before = opened.content()
    step = send(client, GOOD)
    assert "Vi laver ost." in client.get(step).text
    assert client.post(step, data={"do": "look"}).headers["location"] == f"{step}/preview"
    page = client.get(f"{step}/preview")
    assert "2 new organisations" in page.text
    assert opened.content() == before
    made = client.post(f"{step}/preview", data={"do": "take_in"}).headers["location"]
    assert "Imported." in client.get(made).text
    assert opened.actor("ny-mejeri-aps-viborg").description == "Vi laver ost."
    assert client.get(step).status_code == 404
    undone = client.post(made.partition("?")[0], data={"do": "undo"})
    assert "The import was undone." in undone.text
    assert opened.content() == before


def test_many_reasons_are_read_in_pages(client: TestClient) -> None:
    bad = "".join(f"Forkert {number};virksomhet {number};;\n" for number in range(120))
    step = f"{send(client, GOOD + bad)}/preview"
    seen = [
        re.findall(r"</span>(virksomhet \d+)</td>", client.get(step, params={"reasons": each}).text)
        for each in (1, 2, 3, 9)
    ]
    assert [len(each) for each in seen] == [50, 50, 20, 20]
    first = client.get(step).text
    assert "Page 1 of 3" in first
    assert f"{step.rpartition('/')[0]}/rejections.csv" in first
    assert client.get(step, params={"reasons": 0}).status_code == 422


def test_a_word_that_fills_a_column_is_told_once_with_its_rows(client: TestClient) -> None:
    bad = "".join(f"Forkert {number};virksomhet;;\n" for number in range(120))
    page = words(client.get(f"{send(client, GOOD + bad)}/preview").text)
    assert page.count("Did you mean") == 1
    assert "4–123 120 rows Column: Type Value: virksomhet" in page


def test_bad_rows_stop_all_of_it_unless_the_good_ones_are_chosen(
    client: TestClient, opened: Workspace
) -> None:
    before = opened.content()
    step = send(client, MIXED)
    page = client.get(f"{step}/preview").text
    assert "2 rows cannot be accepted" in page
    assert "virksomhet" in page
    assert client.post(f"{step}/preview", data={"do": "take_in"}).status_code == 422
    assert opened.content() == before
    reasons = [*csv.reader(io.StringIO(client.get(f"{step}/rejections.csv").text.lstrip("\ufeff")))]
    assert [(row[1], row[2]) for row in reasons[1:]] == [("4", "Type"), ("5", "Type")]
    bad = client.get(f"{step}/rows.csv").text
    assert "Uden type" in bad
    assert "Ny Mejeri" not in bad
    assert client.post(f"{step}/preview", data={"do": "take_good"}).status_code == 303
    assert opened.actor("østergård-skive").name == "Østergård"
    again = send(
        client, bad.replace("virksomhet", "virksomhed").replace("Uden type,", "Uden type,virksomhed")
    )
    assert "2 new organisations" in client.get(f"{again}/preview").text


IN_WORDS = {
    "en": (
        ["File", "Row", "Column", "Value", "Reason"],
        ("rejected.csv", "actors-to-mend.csv"),
        "Matchmaker: why not",
        'Did you mean "virksomhed"?',
        "The actor group is missing.",
    ),
    "da": (
        ["Fil", "Række", "Kolonne", "Værdi", "Grund"],
        ("afvist.csv", "aktører-at-rette.csv"),
        "Matchmaker: hvorfor ikke",
        "Mente du “virksomhed”?",
        "Aktørgruppen mangler.",
    ),
}


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_files_of_what_was_rejected_speak_the_readers_language(
    client: TestClient, opened: Workspace, language: str
) -> None:
    headers, names, why_not, wrong, missing = IN_WORDS[language]
    spoken = {"accept-language": language}
    step = send(client, MIXED)
    answers = [
        client.get(f"{step}/{name}", headers=spoken) for name in ("rejections.csv", "rows.csv?kind=actors")
    ]
    for answer, name in zip(answers, names, strict=True):
        assert f"filename*=UTF-8''{quote(name)}" in answer.headers["content-disposition"]
    reasons, rows = (
        [*csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))] for answer in answers
    )
    assert reasons[0] == headers
    # Rows, the file's own headers and values stay as they were sent.
    assert [(row[1], row[2], row[3]) for row in reasons[1:]] == [
        ("4", "Type", ""),
        ("5", "Type", "virksomhet"),
    ]
    assert missing in reasons[1][4]
    assert wrong in reasons[2][4]
    assert rows[0][-1] == why_not
    assert [row[-1] for row in rows[1:]] == [f"Type: {row[4]}" for row in reasons[1:]]
    # Nothing of the file is written for a web page.
    assert "&#" not in answers[0].text + answers[1].text
    # What comes back holds the reasons in a column that is left out, whichever language they are in.
    mended = (
        answers[1].text.replace("virksomhet,", "virksomhed,").replace("Uden type,", "Uden type,virksomhed")
    )
    again = send(client, mended)
    page = client.get(again, headers=spoken).text
    assert why_not in page
    assert "2 new organisations" in client.get(f"{again}/preview", headers={"accept-language": "en"}).text


def test_a_column_can_be_said_to_hold_something_else_and_that_is_remembered(
    client: TestClient, opened: Workspace
) -> None:
    text = "Kaldenavn;Slags;Noter\nNy;virksomhed;hemmeligt\n"
    step = send(client, text)
    assert client.get(f"{step}/preview").status_code == 422
    said = {
        "header.actors": ["Kaldenavn", "Slags", "Noter"],
        "field.actors": ["name", "group", "-"],
        "do": "look",
    }
    client.post(step, data=said)
    assert client.post(f"{step}/preview", data={"do": "take_in"}).status_code == 303
    assert opened.actor("ny").name == "Ny"
    assert "hemmeligt" not in str(opened.actor("ny"))
    again = send(client, text.replace("Ny;", "Nyere;"))
    assert "1 new organisation" in client.get(f"{again}/preview").text


def test_what_two_windows_say_of_a_file_at_once_is_shown_apart(opened: Workspace, tmp_path: Path) -> None:
    sent = tmp_path / "list.csv"
    sent.write_text("Kaldenavn;Slags;Noter\nNy;virksomhed;Viborg\n", encoding="utf-8")
    draft = opened.intake.start({"actors": (sent.name, sent)}, owner="ida")
    drafts, imports = opened.intake.drafts, Previewing()
    found = []
    for notes in ("city", "-"):
        said = {"actors": {"Kaldenavn": "name", "Slags": "group", "Noter": notes}}
        seen = imports.preview(opened, drafts.say(draft, mappings=said, default_group=""), patience=60)
        assert seen is not None
        found.append({each.field for each in seen.columns})
    imports.close()
    assert found[0] - found[1] == {"city"}


def test_what_another_window_said_since_is_shown_before_it_is_taken_in(
    client: TestClient, opened: Workspace
) -> None:
    step = send(client, "Navn;Type;Noter\nNy;virksomhed;Viborg\n")
    said = {"header.actors": ["Noter"], "do": "look"}
    client.post(step, data=said | {"field.actors": ["city"]})
    revision = hidden(client.get(f"{step}/preview").text, "revision")
    client.post(step, data=said | {"field.actors": ["-"]})
    pressed = client.post(f"{step}/preview", data={"do": "take_in", "revision": revision})
    assert pressed.headers["location"] == f"{step}/preview?done=said_otherwise"
    page = client.get(pressed.headers["location"]).text
    assert "In another window something else was said" in page
    with pytest.raises(ActorNotFoundError):
        opened.actor("ny")
    client.post(f"{step}/preview", data={"do": "take_in", "revision": hidden(page, "revision")})
    assert opened.actor("ny").place.city == ""


def test_two_columns_for_one_field_are_told_and_nothing_is_lost(client: TestClient) -> None:
    step = send(client, "A;B\nNy;Ny\n")
    said = {
        "header.actors": ["A", "B"],
        "field.actors": ["name", "name"],
        "default_group": "other",
        "do": "look",
    }
    client.post(step, data=said)
    page = client.get(f"{step}/preview")
    assert page.status_code == 422
    assert "two columns are mapped to name" in page.text
    assert client.get(step).status_code == 200


def test_contact_persons_are_kept_out_and_not_shown(client: TestClient, opened: Workspace) -> None:
    text = "Navn;Type;Kontaktperson;Hjemmeside\n" + "".join(
        f"Firma {number};virksomhed;Bo Bak {number};bo{number}@firma.dk\n" for number in range(5)
    )
    step = send(client, text)
    page = client.get(step).text
    assert "personal data is not imported here" in page
    assert "Bo Bak" not in page
    assert "bo1@firma.dk" not in page
    client.post(f"{step}/preview", data={"do": "take_in"})
    assert opened.actor("firma-1").website == ""


def test_what_a_file_does_not_have_stays_and_what_was_edited_by_hand_stays(
    client: TestClient, opened: Workspace
) -> None:
    opened.edit_actor("gas:1", {"name": "Holstebro Biogas A/S"}, who="ida")
    step = send(client, "Id;Navn;By\ngas:1;Holstebro Gas;Holstebro\n")
    # Only who is new needs a group.
    client.post(step, data={"do": "look", "default_group": "other"})
    page = client.get(f"{step}/preview").text
    assert "edited by hand, stays" in page
    client.post(f"{step}/preview", data={"do": "take_in"})
    actor = opened.actor("gas:1")
    assert (actor.name, actor.place.city, actor.group.value) == (
        "Holstebro Biogas A/S",
        "Holstebro",
        "supplier",
    )
    assert actor.offers


def test_new_actors_that_may_be_there_already_are_told(client: TestClient) -> None:
    step = send(client, "Navn;Type\nHolstebro Biogas A/S;leverandør\n")
    assert "may be there already" in client.get(f"{step}/preview").text


def test_the_same_file_again_changes_nothing(client: TestClient) -> None:
    step = send(client, GOOD)
    client.post(f"{step}/preview", data={"do": "take_in"})
    again = send(client, GOOD)
    assert "Everything in the file is stored already." in client.get(f"{again}/preview").text
    assert client.post(f"{again}/preview", data={"do": "take_in"}).headers["location"] == "/import?done=same"


def test_a_file_survives_a_restart_of_the_service(client: TestClient, opened: Workspace) -> None:
    step = send(client, GOOD)
    opened.close()
    with Workspace.open(opened.folder) as again:
        assert "2 new organisations" in client_of(again).get(f"{step}/preview").text


def test_a_file_is_its_owners_alone(client: TestClient, opened: Workspace) -> None:
    step = send(client, GOOD)
    folder = opened.folder / "imports"
    assert {path.stat().st_mode & 0o077 for path in [folder, *folder.rglob("*")]} == {0}
    for name in ("ida", "bo"):
        opened.users.add(
            name=name,
            email=f"{name}@x.dk",
            role=UserRole.FACILITATOR,
            password="correct horse battery",
            who="tests",
        )
    for name in ("ida", "bo"):
        other = client_of(opened)
        other.post("/sign-in", data={"email": f"{name}@x.dk", "password": "correct horse battery"})
        if name == "ida":
            hers = send(other, GOOD)
            assert other.get(hers).status_code == 200
        assert other.get(step).status_code == 404
    assert other.get(hers).status_code == 404
    assert other.post(f"{hers}/preview", data={"do": "take_in"}).status_code == 404


def test_too_old_a_file_is_not_found_again_with_clear_words(client: TestClient, opened: Workspace) -> None:
    step = send(client, GOOD)
    later = Drafts(opened.folder / "imports", lambda: datetime.now(UTC) + timedelta(hours=25))
    with pytest.raises(ImportDraftNotFoundError):
        later.one(step.rpartition("/")[2], owner="facilitator")
    answer = client.get(step)
    assert answer.status_code == 404
    assert "no longer kept" in answer.text
    assert not any(path.is_file() for path in (opened.folder / "imports").rglob("*"))


@pytest.mark.parametrize("name", ["../../etc", "x", "%2e%2e", "a" * 16, "..............."])
def test_an_address_that_was_never_given_is_not_found(client: TestClient, name: str) -> None:
    assert client.get(f"/import/{name}").status_code == 404


def test_an_import_can_be_given_up(client: TestClient, opened: Workspace) -> None:
    step = send(client, GOOD)
    assert client.post(step, data={"do": "cancel"}).headers["location"] == "/import?done=cancelled"
    assert client.get(step).status_code == 404
    assert not any(path.is_file() for path in (opened.folder / "imports").rglob("*"))


def test_collaborations_come_with_their_own_columns(client: TestClient, opened: Workspace) -> None:
    step = send(
        client,
        GOOD,
        collaborations=(
            "projekter.csv",
            "Titel;Deltagere;Startdato\nOst;Ny Mejeri ApS; Østergård;01-02-2024\n".replace(
                "ApS; Ø", "ApS | Ø"
            ).encode(),
        ),
    )
    page = client.get(step).text
    assert "projekter.csv" in page
    assert "Collaborations: 1 new" in client.get(f"{step}/preview").text
    client.post(f"{step}/preview", data={"do": "take_in"})
    assert opened.status().collaborations == 3


def hostile(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Content and the status that it is answered with, by name."""
    far = archive(
        folder, parts(HEADER + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    ).read_bytes()
    entities = archive(
        folder, parts(HEADER, declaration='<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>')
    ).read_bytes()
    bomb = archive(folder, parts(HEADER) | {"xl/media/x.xml": "0" * 60_000_000}).read_bytes()
    macros = archive(folder, parts(HEADER) | {"xl/vbaProject.bin": "x"}).read_bytes()
    words = archive(folder, {"word/document.xml": "<x/>"}).read_bytes()
    return {
        "far.xlsx": (far, 422),
        "entities.xlsx": (entities, 422),
        "bomb.xlsx": (bomb, 422),
        "macros.xlsm": (macros, 415),
        "text.docx": (words, 415),
        "locked.xlsx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, 422),
        "paper.pdf": (b"%PDF-1.7 x", 415),
        "picture.csv": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, 415),
        "cut.xlsx": (far[:300], 422),
        "empty.csv": (b"", 422),
        "nothing.csv": (b"\n\n\n", 422),
        "nul.csv": (b"\0" * 1000, 422),
    }


def test_hostile_files_are_refused_in_words_and_cost_the_server_nothing(
    client: TestClient, opened: Workspace, tmp_path: Path
) -> None:
    before = opened.content()
    files = hostile(tmp_path)
    client.get("/import")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, (content, status) in files.items():
        answer = client.post("/import", files={"actors": (name, content)})
        assert (name, answer.status_code) == (name, status), answer.text
        assert "Traceback" not in answer.text
        assert str(opened.folder) not in answer.text
        api = client.post("/api/v1/imports", files={"actors": (name, content)})
        assert (name, api.status_code) == (name, status), api.text
        assert api.headers["content-type"] == "application/problem+json"
        assert str(opened.folder) not in api.text
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 60_000
    assert opened.content() == before
    assert not any(path.is_file() for path in (opened.folder / "imports").rglob("*"))


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"x", "application/json", 415),
        (b"x", "multipart/form-data", 422),
        (b"x", "multipart/form-data; boundary=y", 422),
        (b"--y\r\n\r\nx\r\n--y--", "multipart/form-data; boundary=y", 422),
        (
            b'--y\r\nContent-Disposition: form-data; name="actors"; filename="a.csv"\r\n\r\nNavn',
            "multipart/form-data; boundary=y",
            422,
        ),
        (b"--y\r\nno head--y--", "multipart/form-data; boundary=y", 422),
    ],
)
def test_broken_forms_are_refused(client: TestClient, body: bytes, kind: str, status: int) -> None:
    assert client.post("/import", content=body, headers={"content-type": kind}).status_code == status
    assert client.post("/api/v1/imports", content=body, headers={"content-type": kind}).status_code == status


def test_a_body_over_the_limit_is_refused_before_it_is_all_there(client: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(70):
            yield b"x" * (1 << 20)

    answer = client.post("/api/v1/imports", content=endless(), headers={"content-type": "text/csv"})
    assert answer.status_code == 413


def test_names_that_could_hurt_are_shown_as_they_are(client: TestClient) -> None:
    nasty = "<script>alert(1)</script>"
    step = send(
        client,
        f'Navn;Type;"{nasty}"\n"{nasty}";virksomhed;"{nasty}"\n"=HYPERLINK(1)";virksomhet;x\n',
        name=f"{nasty}.csv",
    )
    for path in (step, f"{step}/preview"):
        assert nasty not in client.get(path).text
    assert "'=HYPERLINK" in client.get(f"{step}/rows.csv").text
    made = client.post(f"{step}/preview", data={"do": "take_good"}).headers["location"]
    assert nasty not in client.get(made).text


def test_the_template_is_understood_in_both_languages(client: TestClient) -> None:
    for language in ("da", "en"):
        sheet = client.get(f"/import/template?language={language}").content
        step = send(client, sheet)
        page = client.get(step).text
        assert "not recognised" not in page
        assert "2 new organisations" in client.get(f"{step}/preview").text


def test_an_empty_workspace_leads_to_the_import(empty_client: TestClient) -> None:
    page = empty_client.get("/", headers={"accept-language": "en"}).text
    assert 'href="/import"' in page
    assert "/import/template?language=da" in page
    assert empty_client.get("/import").status_code == 200
    assert empty_client.get("/duplicates").status_code == 200
    assert empty_client.get("/profiles").status_code == 200


def test_a_program_sends_a_table_and_reads_what_it_did(client: TestClient, opened: Workspace) -> None:
    headers = {"content-type": "text/csv"}
    before = opened.content()
    tried = client.post("/api/v1/imports?dry_run=true", content=MIXED.encode(), headers=headers).json()
    assert (tried["applied"], tried["actors"]["new"], tried["rejected"]) == (False, 2, 2)
    assert [each["row"] for each in tried["rejections"]] == [4, 5]
    refused = client.post("/api/v1/imports", content=MIXED.encode(), headers=headers)
    assert refused.status_code == 422
    assert len(refused.json()["problems"]) == 2
    assert opened.content() == before
    done = client.post("/api/v1/imports?partial=true", content=MIXED.encode(), headers=headers).json()
    assert done["applied"]
    same = client.post("/api/v1/imports", content=GOOD.encode(), headers=headers)
    assert (same.status_code, same.json()["actors"]["unchanged"]) == (200, 2)
    number = client.get("/api/v1/imports").json()["items"][0]["number"]
    undone = client.post(f"/api/v1/imports/{number}/undo").json()
    assert undone["removed"] == {"actor": 2}
    assert opened.content() == before
    assert client.post(f"/api/v1/imports/{number}/undo").status_code == 404


def test_a_program_says_what_columns_hold(client: TestClient) -> None:
    body = b"Kaldenavn;Noter\nNy;x\n"
    query = "?dry_run=true&default_group=other&map=Kaldenavn%3Dname&map=Noter%3D-"
    answer = client.post(f"/api/v1/imports{query}", content=body, headers={"content-type": "text/csv"})
    assert answer.json()["actors"]["new_ids"] == ["ny"]
    for wrong in (
        "?map=Kaldenavn",
        "?map=Kaldenavn%3Dnonsense",
        "?map=Andet%3Dname",
        "?default_group=x",
        "?unknown=1",
    ):
        assert (
            client.post(
                f"/api/v1/imports{wrong}", content=body, headers={"content-type": "text/csv"}
            ).status_code
            == 422
        )


def test_a_workbook_is_taken_as_it_is(client: TestClient, tmp_path: Path) -> None:
    rows = HEADER + f'<row r="2">{cell("A2", "Blåbær")}{cell("B2", "firma")}</row>'
    content = archive(tmp_path, parts(rows)).read_bytes()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    answer = client.post("/api/v1/imports?dry_run=true", content=content, headers={"content-type": kind})
    assert answer.json()["actors"]["new_ids"] == ["blåbær"]
    assert zipfile.is_zipfile(io.BytesIO(content))
