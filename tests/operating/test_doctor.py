"""The doctor finds what is wrong, says what to do, and changes nothing."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from matchmaker.cli import main
from matchmaker.doctor import Check, Finding, examine
from matchmaker.workspace import DATABASE, Workspace
from tests.operating.planted import ACTOR
from tests.operating.test_erasing import tables

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def found(folder: Path, *, now: datetime = NOW, **environment: str) -> dict[str, Check]:
    given = {"MATCHMAKER_GRAPHS": os.environ["MATCHMAKER_GRAPHS"], **environment}
    return {each.part: each for each in examine(folder, DATABASE, given, now=now)}


@pytest.fixture
def well(planted: Path) -> Path:
    planted.chmod(0o700)
    return planted


def test_a_sound_workspace_is_well_and_left_as_it_was(well: Path) -> None:
    before = tables(well)
    checks = found(well)
    assert {each.part: each.said for each in checks.values() if each.finding is not Finding.WELL} == {}
    assert set(checks) == {
        "sqlite",
        "clock",
        "settings",
        "mail",
        "permissions",
        "disk",
        "database",
        "audit trail",
        "build",
        "build before",
        "encoder",
    }
    assert tables(well) == before


def break_database(folder: Path) -> None:
    path = folder / DATABASE
    content = bytearray(path.read_bytes())
    for place in range(9000, len(content), 4096):
        content[place : place + 64] = b"\xff" * 64
    path.write_bytes(content)


def break_build(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        name = workspace.status().published
    (folder / "builds" / str(name) / "vectors.npy").write_bytes(b"")


def break_settings(folder: Path) -> None:
    (folder / "settings.toml").write_text('encoder = 3\ncolour = "red"\n', encoding="utf-8")


def break_encoder(folder: Path) -> None:
    (folder / "settings.toml").write_text('encoder = "no/such-model"\n', encoding="utf-8")


def leave_an_erasure_unfinished(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        workspace.erase_actor(ACTOR, who="tests")


def take_the_workspace_away(folder: Path) -> None:
    (folder / DATABASE).unlink()


@pytest.mark.parametrize(
    ("harm", "part", "to_do"),
    [
        (break_database, "database", "restore"),
        (break_build, "build", "matchmaker build"),
        (break_settings, "settings", "settings.toml"),
        (break_encoder, "encoder", "encoder"),
        (leave_an_erasure_unfinished, "build", "erase finish"),
        (take_the_workspace_away, "workspace", "--workspace"),
    ],
)
def test_what_is_broken_is_found_with_what_to_do(
    well: Path, harm: object, part: str, to_do: str, capfd: pytest.CaptureFixture[str]
) -> None:
    harm(well)  # type: ignore[operator]
    assert main(["-w", str(well), "doctor", "--json"]) == 1
    told = json.loads(capfd.readouterr().out)
    assert not told["well"]
    one = next(each for each in told["checks"] if each["part"] == part)
    assert one["finding"] == "broken"
    assert to_do in one["said"] + one["to_do"]
    assert main(["-w", str(well), "doctor"]) == 1
    assert "broken" in capfd.readouterr().out


def test_what_is_doubtful_is_told_and_is_no_failure(well: Path, capfd: pytest.CaptureFixture[str]) -> None:
    well.chmod(0o755)
    (well / DATABASE).chmod(0o644)
    (well / "builds" / ".making-abc").mkdir()
    with Workspace.open(well) as workspace:
        workspace.edit_actor("uni:2", {"website": "https://new.example"}, who="tests")
    checks = found(well, now=datetime(2026, 1, 2, tzinfo=UTC), MATCHMAKER_PROT="1")
    doubtful = {part for part, each in checks.items() if each.finding is Finding.DOUBTFUL}
    assert doubtful == {"permissions", "left over", "build", "settings", "audit trail"}
    assert all(checks[part].to_do for part in doubtful)
    assert main(["-w", str(well), "doctor"]) == 0
    assert "chmod 700" in capfd.readouterr().out


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def test_a_damaged_build_before_is_doubtful_and_the_build_that_is_advised_mends_it(
    well: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with Workspace.open(well) as workspace:
        published, before = (each.name for each in workspace.generations.all())
    flip(well / "builds" / before / "vectors.npy")
    check = found(well)["build before"]
    assert (check.finding, check.to_do) == (Finding.DOUBTFUL, "Run: matchmaker build")
    assert before in check.said
    assert main(["-w", str(well), "doctor"]) == 0
    assert main(["-w", str(well), "build"]) == 0
    assert before in caplog.text
    assert {each.finding for each in found(well).values()} == {Finding.WELL}
    with Workspace.open(well) as workspace:
        assert [each.name for each in workspace.generations.all()] == [published], "no way back is offered"
        assert [each.name for each in workspace.kept_builds.all()] == [published]
    assert main(["-w", str(well), "roll-back"]) == 1


def test_a_damaged_build_gives_way_to_the_one_before_where_that_is_up_to_date(well: Path) -> None:
    with Workspace.open(well) as workspace:
        workspace.edit_actor("uni:2", {"website": "https://new.example"}, who="tests")
        newest = workspace.build().generation
        damaged = workspace.roll_back(who="tests")
    flip(well / "builds" / damaged / "vectors.npy")
    assert found(well)["build"].finding is Finding.BROKEN
    with Workspace.open(well) as workspace:
        report = workspace.build()
        assert (report.generation, report.made) == (newest, False)
        assert workspace.status().damaged == ()
    assert {each.finding for each in found(well).values()} == {Finding.WELL}


def test_a_workspace_that_was_replaced_is_named_until_somebody_deletes_it(
    well: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "b.sqlite"
    assert main(["-w", str(well), "backup", str(file)]) == 0
    assert main(["-w", str(well), "restore", str(file), "--replace"]) == 0
    assert main(["-w", str(well), "build"]) == 0
    (aside,) = tmp_path.glob("workspace.before-*")
    check = found(well)["kept aside"]
    assert check.finding is Finding.DOUBTFUL
    assert aside.name in check.said
    assert check.to_do.endswith(f"rm -r {aside}")
    assert main(["-w", str(well), "doctor"]) == 0
    shutil.rmtree(aside)
    assert {each.finding for each in found(well).values()} == {Finding.WELL}


def test_what_a_restore_left_is_told_where_there_is_no_workspace(well: Path) -> None:
    well.with_name("workspace.restoring").mkdir()
    take_the_workspace_away(well)
    assert "workspace.restoring" in found(well)["left over"].said


def test_a_clock_that_cannot_be_right_is_found(well: Path) -> None:
    assert found(well, now=datetime(1970, 1, 1, tzinfo=UTC))["clock"].finding is Finding.BROKEN


def test_an_erasure_that_is_finished_is_well(well: Path) -> None:
    leave_an_erasure_unfinished(well)
    with Workspace.open(well) as workspace:
        workspace.finish_erasing()
    assert {each.finding for each in found(well).values()} == {Finding.WELL}
