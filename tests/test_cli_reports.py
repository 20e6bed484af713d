"""The report and the tables of the landscape from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from matchmaker.cli import main
from matchmaker.workspace import Workspace


@pytest.fixture
def run(sample_folder: Path, capsys: pytest.CaptureFixture[str]):
    def run_in_sample(*arguments: str) -> tuple[int, str, str]:
        status = main(["--workspace", str(sample_folder), *arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run_in_sample


def test_the_report_is_written_as_a_pdf(run, tmp_path: Path) -> None:
    status, out, _ = run("report", "--output", str(tmp_path / "report.pdf"), "--language", "da")
    assert status == 0
    assert "report.pdf" in out
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")


def test_the_report_is_printed_where_no_file_is_named(run, sample: Workspace) -> None:
    status, out, _ = run("report")
    assert status == 0
    assert "The cluster" in out
    assert f"{sample.published().counts().actors} actors" in out


def test_a_sub_cluster_is_named_by_id_or_label(run, sample: Workspace) -> None:
    part = next(each for each in sample.published().sub_clusters() if each.parent_id is None)
    for name in (part.id, part.label.upper()):
        status, out, _ = run("report", name, "--json")
        assert status == 0
        assert json.loads(out)["items"][0]["title"] == part.label
    assert "svg" not in out


def test_what_does_not_go_together_is_refused(run, tmp_path: Path) -> None:
    assert run("report", "nowhere")[0] == 1
    assert run("report", "any", "--with-sub-clusters")[0] == 2
    assert run("report", "--output", str(tmp_path / "report.doc"))[0] == 1
    assert run("export", "actors", "--output", str(tmp_path / "a.csv"), "--format", "csv")[0] == 2
    assert run("export", "actors", "--output", str(tmp_path / "a.csv"), "--with-backtest")[0] == 2
    assert run("export", "landscape", "--output", str(tmp_path / "a.doc"))[0] == 1
    assert list(tmp_path.iterdir()) == []


def test_the_landscape_is_exported_in_every_form(run, tmp_path: Path) -> None:
    for name, options in (
        ("csv", ()),
        ("parquet", ("--format", "parquet")),
        ("all.zip", ()),
        ("all.xlsx", ()),
        ("network.graphml", ()),
    ):
        status, out, _ = run("export", "landscape", "--output", str(tmp_path / name), *options, "--json")
        assert status == 0
        assert json.loads(out)["rows"] > 200
    assert {path.stem for path in (tmp_path / "csv").iterdir()} == {
        path.stem for path in (tmp_path / "parquet").iterdir()
    }
