"""Reports are kept for the editions of the landscape that readers are given, and for none before."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path

import pytest

from matchmaker.reporting import Report
from matchmaker.workspace import Workspace
from service.reporting import EDITIONS_KEPT, Reporting


def reports() -> set[int]:
    gc.collect()
    # By the type itself: asking some objects for their class warns or works.
    return {id(each) for each in gc.get_objects() if type(each) is Report}


def test_reports_from_before_an_actor_was_renamed_are_let_go(built_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    shutil.copytree(built_folder, folder)
    before = reports()
    reporting = Reporting()
    with Workspace.open(folder) as workspace:
        for number in range(EDITIONS_KEPT + 3):
            workspace.edit_actor("uni:1", {"name": f"Straw, batch {number}"}, who="tests")
            snapshot = workspace.published()
            written = reporting.report(snapshot, "", patience=60)
            assert written is not None
        # Looking back ends meanwhile, and a report is written once without and once with it.
        assert len(reports() - before) <= 2 * EDITIONS_KEPT
    reporting.close()


def test_a_report_is_made_once_however_often_other_things_of_profiles_change(
    built_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "workspace"
    shutil.copytree(built_folder, folder)
    # As where a cluster is so large that nobody looks back in a service; else it is written again after that.
    monkeypatch.setattr("service.reporting.LARGE", -1)
    reporting = Reporting()
    with Workspace.open(folder) as workspace:
        first = reporting.report(workspace.published(), "", patience=60)
        assert first is not None
        for number in range(EDITIONS_KEPT + 1):
            workspace.edit_actor("uni:1", {"description": f"We spin straw, batch {number}."}, who="tests")
            assert reporting.report(workspace.published(), "", patience=60) is first
    reporting.close()
