"""The command for specialisation on a workspace of the sample."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from matchmaker.cli import main

Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], sample_folder: Path) -> Ask:
    def call(*arguments: str) -> tuple[int, str, str]:
        status = main(["--workspace", str(sample_folder), "specialisation", *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


def test_groups_are_listed_with_what_they_are_specialised_in(ask: Ask) -> None:
    status, said, _ = ask("--by", "group", "--of", "specialisations")
    assert status == 0
    for group in ("company", "supplier", "service_provider", "knowledge_institution", "public_body", "other"):
        assert group in said
    assert "Krugman" in said


def test_one_row_has_intervals_and_what_is_near_to_enter(ask: Ask) -> None:
    status, said, _ = ask("--by", "group", "--of", "sub-clusters", "--region", "company")
    assert status == 0
    assert "location quotient with 95 % interval" in said
    assert " to " in said
    assert "Could come next" in said


def test_a_cluster_in_one_region_is_told_what_cannot_be_known(ask: Ask) -> None:
    status, said, _ = ask("--region", "DK04")
    assert status == 0
    assert "compared with little but itself" in said
    assert "Could come next" not in said


def test_json_holds_the_whole_table_or_one_row(ask: Ask) -> None:
    whole = json.loads(ask("--by", "group", "--json")[1])
    assert len(whole["cells"]) == len(whole["rows"]) * len(whole["columns"])
    assert len(whole["relatedness"]) == len(whole["columns"])
    one = json.loads(ask("--by", "group", "--region", "Company", "--json")[1])
    assert [row["id"] for row in one["rows"]] == ["company"]
    assert {cell["row_id"] for cell in one["cells"]} == {"company"}


def test_two_spans_of_years_are_compared(ask: Ask) -> None:
    arguments = ("--by", "group", "--of", "specialisations", "--years", "2016-2019", "--then", "2020-2023")
    status, said, _ = ask(*arguments)
    assert status == 0
    assert "were entered" in said
    found = json.loads(ask(*arguments, "--region", "company", "--json")[1])
    assert {each["row_id"] for each in found["entries"]} == {"company"}


def test_what_the_workspace_does_not_hold_is_said(ask: Ask) -> None:
    assert "no money can be counted" in ask("--weight", "money")[1]
    assert "No collaboration has a field" in ask("--of", "fields")[1]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("--region", "XX"), 1, "There is no region 'XX'. There are: DE60"),
        (("--years", "2098-2099"), 2, "still to come"),
        (("--years", "2020-2018"), 2, "run backwards"),
        (("--years", "twenty"), 2, "no year"),
        (("--then", "2020"), 2, "--years"),
        (("--years", "2018-2020", "--then", "2020"), 2, "do not end before"),
        (("--level", "4"), 2, "0<=x<=3"),
        (("--of", "towns"), 2, "sub-clusters"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_cannot_be_asked_is_said_in_one_line(
    ask: Ask, arguments: tuple[str, ...], status: int, message: str
) -> None:
    found, said, error = ask(*arguments)
    assert found == status
    assert message in error
    assert said == ""
