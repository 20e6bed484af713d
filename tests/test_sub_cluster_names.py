"""Sub-clusters keep their ids and their names from build to build, and every reader is shown the names."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from matchmaker.cli import main
from matchmaker.errors import SubClusterNotFoundError
from matchmaker.workspace import Workspace

THEMES = (
    "We make biogas from slurry and manure in a digester on the farm",
    "We grow seaweed and kelp on lines at sea and press alginate",
    "We saw timber and spruce to planks and veneer at our sawmill",
)


def table(path: Path, count: int) -> Path:
    rows = [
        f"a{number:03},Firm {number},company,{THEMES[number % 3]}. Plant number {number} of the kind {number % 7}."
        for number in range(count)
    ]
    path.write_text("\n".join(["id,name,group,description", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a built workspace, to be copied."""
    folder = tmp_path_factory.mktemp("names")
    with Workspace.open(folder / "workspace", create=True) as opened:
        opened.import_table(table(folder / "actors.csv", 60), who="eva")
        opened.build()
    return folder / "workspace"


@pytest.fixture
def workspace(built: Path, tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(shutil.copytree(built, tmp_path / "workspace")) as opened:
        yield opened


def grow(workspace: Workspace, tmp_path: Path, count: int = 66) -> None:
    workspace.import_table(table(tmp_path / "more.csv", count), who="eva")
    assert workspace.build().made


def test_a_name_is_shown_at_once_and_outlives_the_next_builds(workspace: Workspace, tmp_path: Path) -> None:
    before = workspace.published()
    target = before.sub_clusters()[0]
    workspace.name_sub_cluster(target.id, " Green gases ", who="eva")
    shown = workspace.published()
    assert shown.edition != before.edition
    assert shown.generation == before.generation
    assert shown.sub_cluster(target.id).label == "Green gases"
    assert shown.sub_cluster(target.id).found_label == target.label
    for count in (66, 70):
        grow(workspace, tmp_path, count)
        assert workspace.published().sub_cluster(target.id).label == "Green gases"
    assert len(workspace.published().sub_cluster(target.id).members) > len(target.members)
    member = target.members[0].actor_id
    assert "Green gases" in {each.label for each in workspace.published().sub_clusters_of(member)}


def test_a_profile_that_changes_leaves_the_names(workspace: Workspace) -> None:
    target = workspace.published().sub_clusters()[0]
    workspace.name_sub_cluster(target.id, "Green gases", who="eva")
    workspace.edit_actor("a001", {"name": "Kelp and sons"}, who="eva")
    shown = workspace.published()
    assert shown.actor("a001").name == "Kelp and sons"
    assert shown.sub_cluster(target.id).label == "Green gases"


def test_a_cleared_name_gives_way_to_the_found_label(workspace: Workspace) -> None:
    before = workspace.published()
    target = before.sub_clusters()[0]
    workspace.name_sub_cluster(target.id, "Green gases", who="eva")
    workspace.published()
    workspace.clear_sub_cluster_name(target.id, who="ole")
    assert workspace.published().sub_cluster(target.id) == target
    assert workspace.published().edition == before.edition
    assert workspace.sub_cluster_names() == ()
    with pytest.raises(SubClusterNotFoundError, match="no named sub-cluster"):
        workspace.clear_sub_cluster_name(target.id, who="ole")


def test_who_named_what_is_in_the_audit_trail(workspace: Workspace) -> None:
    target = workspace.published().sub_clusters()[0]
    workspace.name_sub_cluster(target.id, "Green gases", who="eva")
    workspace.name_sub_cluster(target.id, "Green gases", who="eva")
    workspace.name_sub_cluster(target.id, "Gas", who="ole")
    workspace.clear_sub_cluster_name(target.id, who="ole")
    told = [(row.who, row.action, row.before, row.after) for row in workspace.history(subject=target.id)]
    assert told == [
        ("ole", "unnamed", {"label": "Gas"}, {}),
        ("ole", "named", {"label": "Green gases"}, {"label": "Gas"}),
        ("eva", "named", {}, {"label": "Green gases"}),
    ]


@pytest.mark.parametrize("label", ["", "  ", "two\nlines", "x" * 81])
def test_a_name_that_is_none_is_refused(workspace: Workspace, label: str) -> None:
    target = workspace.published().sub_clusters()[0]
    with pytest.raises(ValueError, match="name"):
        workspace.name_sub_cluster(target.id, label, who="eva")
    assert workspace.sub_cluster_names() == ()


def test_two_sub_clusters_cannot_have_one_name(workspace: Workspace) -> None:
    tops = [each for each in workspace.published().sub_clusters() if each.parent_id is None]
    workspace.name_sub_cluster(tops[0].id, "Green gases", who="eva")
    with pytest.raises(ValueError, match="already"):
        workspace.name_sub_cluster(tops[1].id, "green gases", who="eva")
    with pytest.raises(ValueError, match="already"):
        workspace.name_sub_cluster(tops[1].id, tops[2].label, who="eva")


def test_nothing_unknown_is_named(workspace: Workspace) -> None:
    with pytest.raises(SubClusterNotFoundError):
        workspace.name_sub_cluster("sc-none", "Green gases", who="eva")


def test_a_name_whose_sub_cluster_is_gone_is_told_until_it_is_cleared(workspace: Workspace) -> None:
    target = workspace.published().sub_clusters()[0]
    workspace.name_sub_cluster(target.id, "Green gases", who="eva")
    for number in range(60):
        workspace.edit_actor(f"a{number:03}", {"description": "We bake bread and cakes"}, who="eva")
    workspace.build()
    published = workspace.published()
    if target.id not in {each.id for each in published.sub_clusters()}:
        assert any("Green gases" in note for note in published.notes())
        workspace.clear_sub_cluster_name(target.id, who="eva")
        assert not any("Green gases" in note for note in workspace.published().notes())


def test_a_build_of_what_is_built_does_nothing(workspace: Workspace, tmp_path: Path) -> None:
    assert not workspace.build().made
    grow(workspace, tmp_path)
    target = workspace.published().sub_clusters()[0]
    workspace.name_sub_cluster(target.id, "Green gases", who="eva")
    assert not workspace.build().made


def bytes_of(folder: Path) -> dict[str, bytes]:
    build = folder / json.loads((folder / "published.json").read_text("utf-8"))["published"]
    return {path.name: path.read_bytes() for path in build.iterdir()}


def test_the_same_content_after_the_same_build_gives_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        with Workspace.open(tmp_path / name, create=True) as opened:
            for count in (60, 66):
                opened.import_table(table(tmp_path / "actors.csv", count), who="eva")
                opened.build()
        made.append(bytes_of(tmp_path / name / "builds"))
    assert made[0] == made[1]


def test_a_build_goes_on_from_another_one_under_another_name(workspace: Workspace, tmp_path: Path) -> None:
    """The build before is an input: the same content after another build is another generation."""
    grow(workspace, tmp_path)
    with Workspace.open(tmp_path / "straight", create=True) as straight:
        straight.import_table(tmp_path / "more.csv", who="eva")
        assert straight.build().generation != workspace.published().generation
        assert straight.published().changes() == ()
    assert workspace.published().changes()


def test_a_damaged_build_is_made_again_as_it_was(workspace: Workspace, tmp_path: Path) -> None:
    grow(workspace, tmp_path)
    builds = tmp_path / "workspace" / "builds"
    before, name = bytes_of(builds), workspace.published().generation
    (builds / name / "landscape.json").write_text("{}", "utf-8")
    with Workspace.open(tmp_path / "workspace") as again:
        assert again.build().generation == name
    assert bytes_of(builds) == before


def test_the_command_line_names_lists_and_clears(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grow(workspace, tmp_path)
    target = workspace.published().sub_clusters()[0].id

    def run(*arguments: str) -> tuple[int, str]:
        status = main(["--workspace", str(tmp_path / "workspace"), "sub-clusters", *arguments])
        captured = capsys.readouterr()
        return status, captured.out + captured.err

    assert run("--name", target, "Green gases") == (0, f"{target} is called “Green gases” from now on.\n")
    status, told = run("--members", "--changes", "--bridges", "--json")
    record = json.loads(told)
    assert status == 0
    first = next(each for each in record["items"] if each["id"] == target)
    assert first["label"] == "Green gases"
    assert {"parent_id", "keywords", "members"} <= set(first)
    assert {"actor_id", "confidence"} == set(first["members"][0])
    assert {each["kind"] for each in record["changes"]} >= {"continued"}
    assert all(len(each["ends"]) >= 2 for each in record["bridges"])
    assert 0 < record["map"]["trustworthiness"] <= 1
    assert "still together" in run("--changes")[1]
    assert "Green gases, found as" in run()[1]
    assert run("--name", "sc-none", "X")[0] == 1
    assert run("--name", target, "X", "--members")[0] == 2
    assert "is not called" in run("--clear-name", target)[1]
    assert "named sub-cluster" in run("--clear-name", target)[1]
