"""Commands about firms: what lacks, who is in contact, who asked to leave, what is held."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from matchmaker.answers import AnswerKind, Judgement
from matchmaker.cli import main
from matchmaker.profiles import WareKind
from matchmaker.workspace import Workspace

INTERESTED = Judgement(AnswerKind.INTERESTED)


@pytest.fixture
def folder(sample_folder: Path, tmp_path: Path) -> Path:
    copied = tmp_path / "workspace"
    shutil.copytree(sample_folder, copied)
    with Workspace.open(copied) as workspace:
        workspace.answer("hejrebaek", "bladprotein", INTERESTED, who="tests")
        workspace.answer("bladprotein", "hejrebaek", INTERESTED, who="tests")
        workspace.edit_actor("hejrebaek", {"requests": []}, who="tests")
        workspace.firms.kept.add_draft("hejrebaek", WareKind.REQUEST, "A dryer", who="tests")
        workspace.firms.kept.ask_to_leave("hejrebaek", who="tests")
    return copied


def told(folder: Path, capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["-w", str(folder), "firm", *arguments]) == 0
    return capfd.readouterr().out


def test_they_tell_what_the_workspace_knows(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert json.loads(told(folder, capfd, "lacks", "hejrebaek", "--json"))["lacks"][0]["kind"] == "requests"
    (pair,) = json.loads(told(folder, capfd, "mutual", "--json"))["mutual"]
    assert pair["actor_ids"] == ["bladprotein", "hejrebaek"]
    assert "1 pair(s)" in told(folder, capfd, "mutual", "hejrebaek")
    assert "hejrebaek" in told(folder, capfd, "leaving")
    assert json.loads(told(folder, capfd, "held", "hejrebaek"))["drafts"][0]["text"] == "A dryer"


def test_a_draft_is_published_and_the_file_written(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with Workspace.open(folder) as workspace:
        draft = workspace.firms.kept.drafts("hejrebaek")[0].id
    told(folder, capfd, "publish", "hejrebaek", draft)
    told(folder, capfd, "held", "hejrebaek", "--output", str(tmp_path / "held.xlsx"))
    assert (tmp_path / "held.xlsx").stat().st_size > 1000
    with Workspace.open(folder) as workspace:
        assert [each.text for each in workspace.actor("hejrebaek").requests] == ["A dryer"]


def test_an_unknown_actor_is_told(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["-w", str(folder), "firm", "lacks", "nobody"]) == 1
    assert "nobody" in capfd.readouterr().err
