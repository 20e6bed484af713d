"""What the service does for whoever clicks can be seen and ended on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from matchmaker.cli import main
from matchmaker.jobs import Lane
from matchmaker.workspace import Workspace
from tests.service.upkeep import lines, mill


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Workspace.open(tmp_path / "own", create=True):
        return tmp_path / "own"


def test_jobs_are_listed_shown_and_cancelled(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["-w", str(folder), "job", "list"]) == 0
    assert "no such job" in capfd.readouterr().out
    with Workspace.open(folder) as workspace:
        first = workspace.jobs.ask("build", who="kim")
    assert main(["-w", str(folder), "job", "show", first.id]) == 0
    assert f"{first.id}: build, waiting" in capfd.readouterr().out
    assert main(["-w", str(folder), "job", "cancel", first.id, "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["state"] == "cancelled"
    assert main(["-w", str(folder), "job", "list", "--state", "cancelled"]) == 0
    assert first.id in capfd.readouterr().out
    assert main(["-w", str(folder), "job", "show", "job-0"]) == 1
    assert "matchmaker job list" in capfd.readouterr().err


def test_a_build_of_nothing_fails_or_is_empty_and_says_so(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with Workspace.open(folder) as workspace:
        job = workspace.jobs.ask("build", who="kim")
        workspace.jobs.runner(Lane.HEAVY).work_off()
        assert workspace.jobs.one(job.id).over
    assert main(["-w", str(folder), "job", "show", job.id]) == 0
    assert "ended" in capfd.readouterr().out


def test_lines_are_imported(folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "actors.ndjson"
    file.write_bytes(lines([mill(1), mill(2, colour="red")]))
    command = ["-w", str(folder), "import", "lines", str(file)]
    assert main(command) == 1
    said = capfd.readouterr()
    assert "line 2, colour: there is no such field" in said.out
    assert "nothing was imported" in said.err
    assert main([*command, "--partial", "--dry-run"]) == 0
    assert "Would take: 1 new" in capfd.readouterr().out
    assert main([*command, "--partial", "--json"]) == 0
    assert json.loads(capfd.readouterr().out)["new"] == 1
    with Workspace.open(folder) as workspace:
        assert [row.source for row in workspace.history()] == ["actors.ndjson"]
