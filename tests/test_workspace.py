"""A workspace from file to answer: what is stale, what is damaged, and odd workspaces that must still answer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from matchmaker.errors import ImportRejectedError, NotBuiltError, SourceError
from matchmaker.workspace import Workspace

HEADER = "id,name,group,description\n"


def table(path: Path, *rows: str) -> Path:
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def workspace(tmp_path: Path):
    with Workspace.open(tmp_path / "workspace", create=True) as opened:
        yield opened


def test_a_folder_without_a_workspace_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no workspace"):
        Workspace.open(tmp_path / "none")


def test_nothing_is_published_before_the_first_build(workspace: Workspace) -> None:
    with pytest.raises(NotBuiltError):
        workspace.published()
    assert workspace.status().published is None


def test_an_empty_workspace_builds_and_answers_empty(workspace: Workspace) -> None:
    workspace.build()
    published = workspace.published()
    assert published.counts().actors == 0
    assert published.search("mask") == []
    assert published.sub_clusters() == ()
    assert published.actors().items == ()
    assert published.actors(country="DK", region="DK04", member=True, text="mask").items == ()


@pytest.mark.parametrize(
    "rows",
    [
        ("1,Alene,company,Vi brygger øl",),
        ("1,Ens,company,Vi brygger øl", "2,Ens,supplier,Vi brygger øl"),
        ("1,Tavs,company,", "2,Stum,supplier,", "3,Stille,other,"),
        *(tuple(f"{n},Ens,company,Vi brygger øl" for n in range(count)) for count in (3, 40)),
    ],
    ids=["one", "two alike", "no text", "three alike", "forty alike"],
)
def test_odd_workspaces_build_and_answer(workspace: Workspace, tmp_path: Path, rows: tuple[str, ...]) -> None:
    workspace.import_table(table(tmp_path / "a.csv", *rows), who="tests")
    workspace.build()
    published = workspace.published()
    assert published.counts().actors == len(rows)
    for actor in published.actors().items:
        matches = published.suggestions(actor.id, across=False)
        assert all(match.reasons for match in matches)
    assert isinstance(published.search("øl"), list)
    assert len(published.points()) <= len(rows)


def test_a_change_makes_the_build_stale_and_a_build_mends_it(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_table(table(tmp_path / "a.csv", "1,Bryggeriet,company,Vi brygger øl"), who="tests")
    first = workspace.build()
    assert workspace.status().stale == ()
    workspace.import_table(table(tmp_path / "b.csv", "2,Mejeriet,company,Vi laver ost"), who="tests")
    assert "changed after the build" in workspace.status().stale[0]
    held = workspace.published()
    second = workspace.build()
    assert second.generation != first.generation
    assert held.counts().actors == 1
    assert workspace.published().counts().actors == 2
    assert workspace.roll_back() == first.generation
    assert workspace.published().counts().actors == 1


def test_the_same_content_gives_the_same_files_to_the_byte(tmp_path: Path) -> None:
    rows = [f"{n},Actor {n},{group},Vi laver foder og protein nummer {n}" for n, group in
            enumerate(["company", "supplier", "public_body"] * 5)]  # fmt: skip
    builds = []
    for name in ("one", "two"):
        with Workspace.open(tmp_path / name, create=True) as workspace:
            workspace.import_table(table(tmp_path / "a.csv", *rows), who="tests")
            builds.append(tmp_path / name / "builds" / workspace.build().generation)
    assert builds[0].name == builds[1].name
    for path in sorted(builds[0].iterdir()):
        assert path.read_bytes() == (builds[1] / path.name).read_bytes(), path.name


def test_rejected_rows_stop_the_whole_import(workspace: Workspace, tmp_path: Path) -> None:
    bad = table(tmp_path / "a.csv", "1,Bryggeriet,company,Vi brygger øl", "2,,company,uden navn")
    with pytest.raises(ImportRejectedError) as caught:
        workspace.import_table(bad, who="tests")
    assert caught.value.rejections[0].row == 3
    assert workspace.status().actors == 0


def test_a_damaged_build_is_found_and_the_previous_one_served(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_table(table(tmp_path / "a.csv", "1,Bryggeriet,company,Vi brygger øl"), who="tests")
    first = workspace.build()
    workspace.import_table(table(tmp_path / "b.csv", "2,Mejeriet,company,Vi laver ost"), who="tests")
    second = workspace.build()
    victim = workspace.folder / "builds" / second.generation / "vectors.npy"
    content = bytearray(victim.read_bytes())
    content[-1] ^= 1
    victim.write_bytes(content)
    with Workspace.open(workspace.folder) as again:
        assert again.published().generation == first.generation
        assert "vectors.npy" in again.status().damaged[0]
        assert again.build().made is True
        assert again.status().damaged == ()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_a_killed_build_leaves_the_published_one_and_the_next_build_finishes(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.import_table(table(tmp_path / "a.csv", "1,Bryggeriet,company,Vi brygger øl"), who="tests")
    first = workspace.build()
    rows = [f"{n},Actor {n},company,Vi laver foder af restprodukt nummer {n}." for n in range(2, 300)]
    workspace.import_table(table(tmp_path / "b.csv", *rows), who="tests")
    for delay in (1.5, 2.5, 3.5):
        process = subprocess.Popen(
            [sys.executable, "-m", "matchmaker.cli", "--workspace", str(workspace.folder), "build"],
            stdout=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": "."},
        )
        time.sleep(delay)
        process.kill()
        process.wait()
        with Workspace.open(workspace.folder) as again:
            finished = again.status().stale == ()
            assert finished or again.published().generation == first.generation
    assert workspace.build().actors == 299
    assert workspace.status().stale == ()


def test_two_builds_at_once_do_not_mix(workspace: Workspace, tmp_path: Path) -> None:
    rows = [f"{n},Actor {n},company,Vi laver foder af restprodukt nummer {n}." for n in range(100)]
    workspace.import_table(table(tmp_path / "a.csv", *rows), who="tests")
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "matchmaker.cli", "--workspace", str(workspace.folder), "build"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": "."},
        )
        for _ in range(2)
    ]
    answers = [(process.communicate()[1], process.returncode) for process in processes]
    assert any(status == 0 for _, status in answers)
    assert all(status == 0 or "busy" in said for said, status in answers)
    assert workspace.published().counts().actors == 100
