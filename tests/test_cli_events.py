"""The commands of an event as a newcomer uses them: from a name to proposals, each wrong step told in words."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from matchmaker.cli import main

Run = Callable[..., tuple[int, str, str]]
SESSION = "Formiddag 2027-03-04 09:00-12:00 20+10"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, sample_folder: Path) -> Run:
    """Runs `matchmaker event ...` in a copy of the built sample; returns status, output and errors."""
    folder = tmp_path / "workspace"
    shutil.copytree(sample_folder, folder)

    def call(*arguments: object) -> tuple[int, str, str]:
        status = main(["--workspace", str(folder), "event", *map(str, arguments)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


@pytest.fixture
def listed(run: Run, tmp_path: Path) -> Run:
    """The same with an event `moede` of four participants."""
    assert run("create", "Møde", "--session", SESSION, "--tables", 3)[0] == 0
    path = tmp_path / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=";").writerows(
            [
                ["Virksomhed", "Navn", "E-mail"],
                ["hejrebaek", "Anna Lund", "anna@a.dk"],
                ["Hald Feed & Forage Laboratory", "Bo Østergård", "bo@b.dk"],
                ["Moseengens Naturpleje", "Çelik Þór", ""],
                ["vaeldtek", "Dorthe <b>Kjær</b>", ""],
            ]
        )
    status, _, said = run("import", "moede", path)
    assert status == 0, said
    return run


def test_an_event_is_made_changed_shown_and_erased(run: Run) -> None:
    status, said, _ = run(
        "create",
        "Møde",
        "--session",
        SESSION,
        "--tables",
        3,
        "--table-word",
        "Bord",
        "--table",
        "Stand | hejrebaek | 09:00-10:00",
    )
    assert status == 0
    assert "Stand for hejrebaek, open 09:00-10:00" in said
    assert "event import moede" in said
    status, said, _ = run(
        "set", "moede", "--most", 4, "--may-meet", "company:supplier", "--may-meet", "company:public_body"
    )
    assert status == 0
    assert "company with supplier, company with public body may meet" in said
    shown = json.loads(run("show", "moede", "--json")[1])
    assert shown["setup"]["tables"] == ["Bord 1", "Bord 2", "Bord 3", "Stand | hejrebaek | 09:00-10:00"]
    assert (shown["revision"], shown["slots"], shown["schedule"]) == (2, 6, None)
    assert any("kept for 'hejrebaek'" in each for each in shown["doubts"])
    assert run("erase", "moede")[0] == 1
    assert run("erase", "moede", "--yes")[0] == 0
    assert "no event with the id" in run("show", "moede")[2]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "event.toml",
            'name = "Møde"\nsessions = ["A 2027-03-04 09:00-10:00 20"]\ntables = 2\nwishes_weigh = 1\n',
        ),
        (
            "event.json",
            '\ufeff{"name": "Møde", "sessions": ["A 2027-03-04 09:00-10:00 20"], "tables": 2, "wishes_weigh": 1}',
        ),
    ],
)
def test_a_set_up_is_read_from_a_file_and_options_go_before_it(
    run: Run, tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    status, said, _ = run("create", "--from", tmp_path / name, "--tables", 5, "--json")
    assert status == 0
    made = json.loads(said)
    assert (made["id"], len(made["setup"]["tables"]), made["setup"]["wishes_weigh"]) == ("moede", 5, 1.0)


@pytest.mark.parametrize(
    "text", ["not = toml = at all", '{"name": ', "[[[[", '{"name": 5, "sessions": "A", "tables": {}}']
)
def test_a_file_that_is_no_set_up_is_refused_and_nothing_is_made(run: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "event.txt").write_text(text, "utf-8")
    status, _, said = run("create", "--from", tmp_path / "event.txt")
    assert status == 1
    assert "should not" not in said
    assert run("list", "--json")[1].strip() == "[]"


def test_every_problem_of_a_set_up_is_told_together(run: Run) -> None:
    status, _, said = run(
        "create", "Møde", "--zone", "Mars", "--session", SESSION, "--session", "B 2027-03-04 11:00-11:30 60",
        "--table", "S | nobody", "--most", 1, "--least", 2,
    )  # fmt: skip
    assert status == 1
    for part in ("Mars", "overlap", "slots 60", "Table 'S'", "At most 1"):
        assert part in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("create",), ("set", "moede"), ("import", "moede"), ("answer", "moede", "p1", "p2"),
        ("answer", "moede", "p1", "p2", "accepted", "--undo"), ("wish", "moede", "p1", "p2", "perhaps"),
        ("create", "x", "--wishes-weigh", "2"), ("add-participant", "moede", "hejrebaek", "--person", "Anna <not an address>"),
    ],
)  # fmt: skip
def test_wrong_usage_exits_with_2(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments)[0] == 2


def test_a_list_is_imported_written_and_imported_again(listed: Run, tmp_path: Path) -> None:
    for name in ("list.xlsx", "list.csv"):
        assert listed("participants", "moede", "--output", tmp_path / name, "--danish")[0] == 0
        report = json.loads(listed("import", "moede", tmp_path / name, "--json")[1])
        assert (len(report["unchanged"]), report["new"], report["changed"]) == (4, [], [])
    assert listed("import", "moede", "--template", tmp_path / "template.xlsx")[0] == 0
    assert "p4 Dorthe <b>Kjær</b>, Vældtek" in listed("participants", "moede")[1]


def test_rejected_rows_are_shown_and_written_and_nothing_is_imported(listed: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("Virksomhed,Navn\nNobody at all,=1+1\nhejrebaek,ok\n", "utf-8")
    status, _, said = listed(
        "import", "moede", tmp_path / "bad.csv", "--rejections", tmp_path / "rejected.csv"
    )
    assert status == 1
    assert 'row 2, column "Virksomhed"' in said
    assert "Nobody at all" in (tmp_path / "rejected.csv").read_text("utf-8-sig")
    assert len(json.loads(listed("participants", "moede", "--json")[1])["items"]) == 4


def test_one_is_added_changed_and_removed(listed: Run) -> None:
    added = (
        "add-participant",
        "moede",
        "Agernbo Foder",
        "--person",
        "Eva Ø, Director <eva@e.dk>",
        "--person",
        "Finn",
        "--json",
    )
    assert json.loads(listed(*added)[1]) == {"id": "p5"}
    assert (
        listed("change-participant", "moede", "eva@e.dk", "--available", "09:00-10:00", "--most", 2)[0] == 0
    )
    (person,) = [
        each
        for each in json.loads(listed("participants", "moede", "--json")[1])["items"]
        if each["id"] == "p5"
    ]
    assert (person["persons"][0]["title"], person["persons"][1]["name"], person["most_meetings"]) == (
        "Director",
        "Finn",
        2,
    )
    assert "Removed: p5 Eva Ø & Finn, Agernbo" in listed("remove-participant", "moede", "Eva Ø")[1]


def test_a_change_made_from_an_older_revision_is_refused(listed: Run) -> None:
    revision = json.loads(listed("show", "moede", "--json")[1])["revision"]
    assert listed("wish", "moede", "p1", "p2")[0] == 0
    for arguments in (
        ("set", "moede", "--tables", 9), ("wish", "moede", "p1", "p3"), ("remove-participant", "moede", "p1"),
        ("change-participant", "moede", "p1", "--most", 1), ("add-participant", "moede", "hejrebaek"),
    ):  # fmt: skip
        status, _, said = listed(*arguments, "--if-revision", revision)
        assert status == 1
        assert "nothing was changed" in said


def test_wishes_are_said_listed_imported_and_taken_back(listed: Run, tmp_path: Path) -> None:
    assert "p1 Anna Lund" in listed("wish", "moede", "Anna Lund", "Moseengens Naturpleje", "must_meet")[1]
    assert listed("wish", "moede", "p2", "p1", "no_thanks", "--words", "Nej tak")[0] == 0
    (tmp_path / "wishes.csv").write_text("who,whom\np1,p2\np1,p4\n", "utf-8")
    assert (
        "1 new or changed"
        not in listed("wishes", "moede", "--import", tmp_path / "wishes.csv", "--dry-run")[1]
    )
    assert listed("wishes", "moede", "--import", tmp_path / "wishes.csv")[0] == 0
    kinds = [
        (each["a"], each["b"], each["kind"], each["of"])
        for each in json.loads(listed("wishes", "moede", "--json")[1])["items"]
    ]
    assert kinds == [
        ("p1", "p2", "meet", "p1"), ("p1", "p3", "must_meet", None), ("p1", "p4", "meet", "p1"), ("p2", "p1", "no_thanks", "p2"),
    ]  # fmt: skip
    assert listed("wish", "moede", "p3", "p1", "--undo")[0] == 0
    status, _, said = listed("wish", "moede", "p3", "p1", "--undo")
    assert status == 1
    assert "wished nothing" in said


def test_requests_go_from_state_to_state(listed: Run) -> None:
    assert (
        "pending “Om saft”, expires"
        in listed("request", "moede", "p1", "Bo Østergård", "--words", "Om saft", "--days", 7)[1]
    )
    assert "can answer only what they are asked" in listed("answer", "moede", "p1", "p2", "accepted")[2]
    assert (
        "declined (no capacity)"
        in listed("answer", "moede", "p2", "p1", "declined", "--reason", "no_capacity")[1]
    )
    assert "is declined and cannot be accepted" in listed("answer", "moede", "p2", "p1", "accepted")[2]
    assert "pending" in listed("answer", "moede", "p2", "p1", "--undo")[1]
    assert "cancelled" in listed("cancel", "moede", "p1", "p2")[1]
    found = json.loads(listed("requests", "moede", "--of", "Anna Lund", "--state", "cancelled", "--json")[1])[
        "items"
    ]
    assert [(each["sender"], each["recipient"], each["state"]) for each in found] == [
        ("p1", "p2", "cancelled")
    ]
    assert listed("requests", "moede", "--state", "pending")[1].strip() == "None."


def test_proposals_are_shown_with_a_reason_and_written(listed: Run, tmp_path: Path) -> None:
    status, said, _ = listed("propose", "moede")
    assert status == 0
    assert "p1 Anna Lund, Hejrebæk Græsprotein A/S" in said
    assert "worth" in said
    assert any(word in said for word in ("similarity", "offer meets request", "request meets offer"))
    assert listed("propose", "moede", "--output", tmp_path / "proposals.xlsx")[0] == 0
    assert (tmp_path / "proposals.xlsx").stat().st_size > 1000
    record = json.loads(listed("propose", "moede", "--of", "p1", "--top", 2, "--json")[1])
    assert {each["participant"] for each in record["items"]} == {"p1"}
    assert 0 < len(record["items"]) <= 2


def test_pairs_to_keep_apart_are_offered_and_kept_only_when_confirmed(listed: Run) -> None:
    assert listed("add-participant", "moede", "hejrebaek", "--person", "Eva")[0] == 0
    assert listed("suggest-apart", "moede")[1].strip() == "None."
    status, _, said = listed("suggest-apart", "moede", "--confirm", "p1:p2")
    assert status == 1
    assert "is not suggested" in said
    assert json.loads(listed("wishes", "moede", "--json")[1])["items"] == []


def test_the_schedule_that_follows_is_shown_with_the_event(listed: Run) -> None:
    listed("propose", "moede")
    assert listed("schedule", "moede", "--time-limit", 2)[0] == 0
    shown = listed("show", "moede")[1]
    assert "Version 1 of the schedule" in shown
    assert "2027-03-04 09:00" in shown
