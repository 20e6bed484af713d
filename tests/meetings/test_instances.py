"""The plain instance format: what is read, what is refused and how it is said; the command that reads it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from matchmaker.cli import main
from matchmaker.errors import InstanceError, ScheduleError
from matchmaker.meetings.solver import read_instance, solve

GOOD: dict[str, Any] = {
    "slots": 3,
    "tables": 2,
    "participants": [
        {"id": "p1", "available": [0, 1, 2], "max_meetings": 3},
        {"id": "p2", "available": [0, 1], "max_meetings": 2},
        {"id": "p3", "available": [2], "max_meetings": 1, "min_meetings": 1},
    ],
    "wishes": [
        {"a": "p1", "b": "p2", "value": 0.8, "must": True},
        {"a": "p1", "b": "p3", "value": 0.5},
    ],
    "never": [["p2", "p3"]],
}


def changed(path: str, value: object) -> dict[str, Any]:
    """The good event with one thing in it replaced."""
    document: Any = copy.deepcopy(GOOD)
    *way, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    here = document
    for part in way:
        here = here[part]
    here[last] = value
    return document  # type: ignore[no-any-return]


def problems(document: object) -> tuple[str, ...]:
    with pytest.raises(InstanceError) as raised:
        read_instance(document)
    return raised.value.problems


def test_a_sound_event_is_read() -> None:
    asked = read_instance(GOOD)
    assert asked.tables == (2, 2, 2)
    assert asked.participants[2].min_meetings == 1
    assert [each.must for each in asked.wishes] == [True, False]
    assert solve(asked).value == 1.3


def test_without_a_word_a_participant_is_there_all_the_time() -> None:
    asked = read_instance(changed("participants/0", {"id": "p1"}))
    assert asked.participants[0].available == (0, 1, 2)
    assert asked.participants[0].max_meetings == 3


def test_each_slot_may_have_a_number_of_tables_of_its_own() -> None:
    assert read_instance(changed("tables", [2, 0, 1])).tables == (2, 0, 1)


def test_a_pair_wished_for_by_both_counts_once() -> None:
    wishes = [
        {"a": "p1", "b": "p2", "value": 0.3},
        {"a": "p2", "b": "p1", "value": 0.7, "must": True},
    ]
    found = read_instance(changed("wishes", wishes)).wishes
    assert [(each.value, each.must) for each in found] == [(0.7, True)]


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("slots", 0, "slots"),
        ("slots", True, "slots"),
        ("slots", 10**30, "slots"),
        ("slots", "three", "slots"),
        ("tables", 0, "tables"),
        ("tables", -1, "tables"),
        ("tables", [1, 2], "tables"),
        ("tables", [1, 2, "x"], "tables[2]"),
        ("tables", 1.5, "tables"),
        ("participants", {}, "participants"),
        ("participants", [], "participants"),
        ("participants/1/id", "p1", "participants[1].id"),
        ("participants/1/id", "", "participants[1].id"),
        ("participants/1/id", 7, "participants[1].id"),
        ("participants/1/id", "\ud800", "participants[1].id"),
        ("participants/1/available", [3], "participants[1].available[0]"),
        ("participants/1/available", [-1], "participants[1].available[0]"),
        ("participants/1/available", [0, 0], "participants[1].available"),
        ("participants/1/available", "all", "participants[1].available"),
        ("participants/1/max_meetings", -1, "participants[1].max_meetings"),
        ("participants/2/min_meetings", 2, "participants[2].min_meetings"),
        ("participants/1/colour", "red", "participants[1].colour"),
        ("participants/1", "p2", "participants[1]"),
        ("wishes/1/value", float("nan"), "wishes[1].value"),
        ("wishes/1/value", float("inf"), "wishes[1].value"),
        ("wishes/1/value", -0.1, "wishes[1].value"),
        ("wishes/1/value", "0.5", "wishes[1].value"),
        ("wishes/1/value", 10**400, "wishes[1].value"),
        ("wishes/1/value", None, "wishes[1].value"),
        ("wishes/1/must", 1, "wishes[1].must"),
        ("wishes/1/a", "p9", "wishes[1].a"),
        ("wishes/1/a", "p3", "wishes[1].b"),
        ("wishes/1/a", ["p1"], "wishes[1].a"),
        ("wishes/1", [], "wishes[1]"),
        ("wishes", None, "wishes"),
        ("never/0", ["p1"], "never[0]"),
        ("never/0", ["p1", "p9"], "never[0][1]"),
        ("rooms", 3, "rooms"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(path: str, value: object, where: str) -> None:
    found = problems(changed(path, value))
    assert any(each.startswith(f"{where}: ") for each in found), found
    assert all(each.count(". ") >= 1 for each in found), found


def test_everything_that_is_wrong_is_said_together() -> None:
    document = changed("wishes/0/value", -1)
    document["participants"][0]["available"] = [7]
    document["never"] = [["p1", "nobody"]]
    assert [each.split(":")[0] for each in problems(document)] == [
        "participants[0].available[0]",
        "wishes[0].value",
        "never[0][1]",
    ]


@pytest.mark.parametrize("document", [None, [], 3, "event", {}])
def test_what_is_no_event_at_all_is_refused(document: object) -> None:
    assert problems(document)


def test_too_many_participants_are_a_clear_limit() -> None:
    found = problems(changed("participants", [{"id": f"p{row}"} for row in range(20_001)]))
    assert "participants: 20001 entries. At most 20000 can be scheduled at once; part the event." in found


def demands(document: dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(ScheduleError) as raised:
        solve(read_instance(document))
    return raised.value.problems


def test_demands_that_cannot_be_met_are_named_together() -> None:
    people = [
        {"id": "busy", "available": [0, 1], "max_meetings": 2},
        {"id": "capped", "max_meetings": 1},
        {"id": "late", "available": [2]},
        {"id": "early", "available": [0]},
        {"id": "other", "available": [0]},
        {"id": "keen", "min_meetings": 3},
    ]
    musts = [
        ("busy", "capped"),
        ("busy", "early"),
        ("capped", "early"),
        ("late", "early"),
        ("busy", "other"),
        ("keen", "late"),
    ]
    found = demands(
        {
            "slots": 3,
            "tables": 1,
            "participants": people,
            "wishes": [{"a": a, "b": b, "value": 1, "must": True} for a, b in musts],
            "never": [["early", "busy"]],
        }
    )
    said = "\n".join(found)
    assert "busy and early must meet and are never to meet" in said
    assert "late and early must meet and share no slot" in said
    assert "capped must meet 2 others (busy, early) and has at most 1" in said
    assert "keen should have at least 3 meetings, and their 1 wishes allow 1" in said
    assert "6 meetings must be held, and all slots together have 3 tables" in said


def test_musts_that_share_too_few_slots_are_found() -> None:
    found = demands(
        {
            "slots": 3,
            "tables": 3,
            "participants": [{"id": "a"}, {"id": "b", "available": [0]}, {"id": "c", "available": [0]}],
            "wishes": [{"a": "a", "b": other, "value": 1, "must": True} for other in "bc"],
        }
    )
    assert found == (
        "a must meet 2 others (b, c), but the slots they share have room for 1 of them. Give one of them another slot.",
    )


def written(folder: Path, document: object) -> str:
    path = folder / "event.json"
    path.write_text(json.dumps(document), "utf-8")
    return str(path)


def test_the_command_answers_in_the_format_of_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["event", "solve", written(tmp_path, GOOD), "--time-limit", "10", "--seed", "0", "--json"]) == 0
    )
    answer = json.loads(capsys.readouterr().out)
    assert answer["value"] == 1.3
    assert answer["bound"] >= answer["value"]
    assert {frozenset((each["a"], each["b"])) for each in answer["meetings"]} == {
        frozenset(("p1", "p2")),
        frozenset(("p1", "p3")),
    }
    assert answer["unplaced"] == []


def test_the_command_says_value_bound_gap_and_what_would_help(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = changed("participants/2/available", [0])
    document["tables"] = 1
    document["wishes"].append({"a": "p1", "b": "p2", "value": 0.1})
    document["participants"].append({"id": "p4", "available": [0], "max_meetings": 1})
    document["wishes"].append({"a": "p4", "b": "p2", "value": 0.2})
    assert main(["event", "solve", written(tmp_path, document), "--changes"]) == 0
    shown = capsys.readouterr().out
    assert "value 1.300, bound 1.300, gap 0.000%" in shown
    assert "wish p4 and p2: " in shown
    assert "would fit with " in shown


@pytest.mark.parametrize(
    "text", ["{", '{"slots": 1e999}', "[" * 100_000, "\x00", '"\\ud800"', "NaN", "9" * 5000]
)
def test_a_file_that_is_no_event_is_one_clear_message(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text, "utf-8")
    assert main(["event", "solve", str(path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("matchmaker: The event cannot be read:")
    assert "Traceback" not in said.err


def test_a_missing_file_and_a_limit_that_is_none_are_wrong_usage(tmp_path: Path) -> None:
    assert main(["event", "solve", str(tmp_path / "none.json")]) == 2
    assert main(["event", "solve", written(tmp_path, GOOD), "--time-limit", "0"]) == 2


def test_the_command_gives_up_value_for_those_who_have_nothing_where_it_is_told_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = {
        "slots": 2,
        "tables": 1,
        "participants": [{"id": name} for name in ("p1", "p2", "p3", "p4")],
        "wishes": [
            {"a": "p1", "b": "p2", "value": 1.0},
            {"a": "p1", "b": "p3", "value": 0.9},
            {"a": "p3", "b": "p4", "value": 0.8},
        ],
    }
    path = written(tmp_path, document)
    values = []
    for more in ([], ["--fairness", "0.1"]):
        assert main(["event", "solve", path, "--json", *more]) == 0
        values.append(json.loads(capsys.readouterr().out)["value"])
    assert values == [1.9, 1.8]
    assert main(["event", "solve", path, "--fairness", "2"]) == 2
