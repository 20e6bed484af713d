"""Every figure as a table, and many tables as files: they agree with the build and hold nothing that runs."""

from __future__ import annotations

import csv
import zipfile
from io import StringIO
from pathlib import Path

import igraph
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from matchmaker.bundles import write_tables
from matchmaker.errors import SourceError
from matchmaker.frames import frames as tables_of
from matchmaker.published import Published
from tests.reporting import worlds
from tests.reporting.worlds import LACKING, lacking_build


@pytest.fixture(scope="module")
def town() -> Published:
    return worlds.town()


@pytest.fixture(scope="module")
def nasty() -> Published:
    return lacking_build("hostile")


def test_members_are_those_of_the_build_with_their_confidence(town: Published) -> None:
    rows = town.frames()["members"].to_pylist()
    assert [(row["sub_cluster_id"], row["actor_id"], row["confidence"]) for row in rows] == [
        (each.id, member.actor_id, member.confidence)
        for each in town.sub_clusters()
        for member in each.members
    ]


def test_composition_adds_up_to_the_members(town: Published) -> None:
    frames = town.frames()
    counted: dict[str, int] = {}
    for row in frames["composition"].to_pylist():
        counted[row["sub_cluster_id"]] = counted.get(row["sub_cluster_id"], 0) + row["members"]
    assert counted == {row["sub_cluster_id"]: row["members"] for row in frames["sub_clusters"].to_pylist()}


def test_ties_count_what_two_did_together(town: Published) -> None:
    ties = {
        (row["actor_id"], row["partner_id"]): row["collaborations"]
        for row in town.frames()["ties"].to_pylist()
    }
    taking = town.analysis._corpus.takes_part.toarray()
    ids = town.analysis._corpus.ids
    for first in range(0, len(ids), 7):
        for second in range(first + 1, len(ids)):
            together = int(taking[first] @ taking[second])
            assert ties.get((ids[first], ids[second]), 0) == together
    assert all(first < second for first, second in ties)


def test_of_a_collaboration_that_all_are_gone_of_no_title_stays(town: Published) -> None:
    analysis = town.analysis
    corpus = analysis._corpus
    gone = {corpus.ids[row] for row in corpus.takes_part[:, [0]].nonzero()[0]}
    names = {each: name for each, name in town.actor_names().items() if each not in gone}
    tables = tables_of(corpus, analysis._landscape, analysis, names)
    told = {row["title"] for row in tables["collaborations"].to_pylist()}
    before = {row["title"] for row in town.frames()["collaborations"].to_pylist()}
    assert before - told == {corpus.titles[0]}
    assert tables["actors"]["actor_id"].to_pylist() == [each for each in corpus.ids if each in names]
    assert not gone & {*tables["ties"]["actor_id"].to_pylist(), *tables["ties"]["partner_id"].to_pylist()}


@pytest.mark.parametrize("lacking", LACKING)
def test_columns_are_the_same_whatever_is_lacking(town: Published, lacking: str) -> None:
    whole = {name: each.schema for name, each in town.frames().items()}
    assert {name: each.schema for name, each in lacking_build(lacking).frames().items()} == whole


def test_coverage_begins_with_the_whole(town: Published) -> None:
    first, *others = town.frames()["coverage"].to_pylist()
    assert first["sub_cluster_id"] == ""
    assert first["actors"] == 120
    assert [each["sub_cluster_id"] for each in others] == [each.id for each in town.sub_clusters()]


def test_a_network_is_read_back_with_its_types(town: Published, tmp_path: Path) -> None:
    write_tables(tmp_path / "network.graphml", town.frames())
    graph = igraph.Graph.Read_GraphML(str(tmp_path / "network.graphml"))
    frames = town.frames()
    assert not graph.is_directed()
    assert graph.vcount() == frames["actors"].num_rows
    assert graph.ecount() == frames["ties"].num_rows
    assert sum(graph.es["weight"]) == sum(frames["ties"]["collaborations"].to_pylist())
    for vertex, actor in zip(graph.vs, frames["actors"].to_pylist(), strict=True):
        assert vertex["id"] == actor["actor_id"]
        assert vertex["label"] == actor["name"]
        assert vertex["group"] == actor["group"]
        assert vertex["sub_cluster_id"] == (actor["sub_cluster_id"] or "")
        assert isinstance(vertex["x"], float)
        assert isinstance(vertex["confidence"], float)
        assert isinstance(vertex["member"], bool)


def test_a_network_holds_any_name(nasty: Published, tmp_path: Path) -> None:
    write_tables(tmp_path / "network.graphml", nasty.frames())
    graph = igraph.Graph.Read_GraphML(str(tmp_path / "network.graphml"))
    assert "<script>alert(1)</script>" in graph.vs["label"]
    assert "a & b \ufffd c" in graph.vs["label"]


def test_csv_files_hold_no_formula(nasty: Published, tmp_path: Path) -> None:
    frames = nasty.frames()
    rows = write_tables(tmp_path / "landscape", frames)
    assert rows == sum(each.num_rows for each in frames.values())
    assert {path.stem for path in (tmp_path / "landscape").iterdir()} == set(frames)
    for path in (tmp_path / "landscape").iterdir():
        text = path.read_bytes().decode("utf-8-sig")
        for row in csv.reader(StringIO(text, newline="")):
            for cell in row:
                assert not cell.startswith(("=", "@", "+")), path


def test_a_workbook_has_a_sheet_for_each_table_and_no_formula(nasty: Published, tmp_path: Path) -> None:
    frames = nasty.frames()
    write_tables(tmp_path / "landscape.xlsx", {"actors": frames["actors"], "notes": frames["notes"]})
    workbook = openpyxl.load_workbook(tmp_path / "landscape.xlsx")
    assert workbook.sheetnames == ["actors", "notes"]
    assert all(cell.data_type != "f" for row in workbook["actors"].iter_rows() for cell in row)


def test_parquet_files_hold_the_tables_as_they_are(town: Published, tmp_path: Path) -> None:
    frames = town.frames()
    write_tables(tmp_path / "landscape", frames, "parquet")
    for name, each in frames.items():
        assert pq.read_table(tmp_path / "landscape" / f"{name}.parquet").equals(each)


def test_a_zip_of_the_same_tables_is_the_same_to_the_byte(town: Published, tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        write_tables(tmp_path / name, town.frames())
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as bundle:
        assert "members.csv" in bundle.namelist()
        assert bundle.testzip() is None


def test_a_wrong_place_is_refused_and_left_as_it_is(town: Published, tmp_path: Path) -> None:
    frames = town.frames()
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    for path, said in (
        (tmp_path / "x.doc", "must end in"),
        (tmp_path / "none" / "x.zip", "does not exist"),
        (full, "not empty"),
        (full / "mine.txt", "must end in"),
    ):
        with pytest.raises(SourceError, match=said):
            write_tables(path, frames)
    assert [each.name for each in tmp_path.iterdir()] == ["full"]
    assert [each.name for each in full.iterdir()] == ["mine.txt"]


def test_a_table_too_long_for_a_sheet_is_refused_in_words(tmp_path: Path) -> None:
    long = pa.table({"row": pa.array(range(1_048_576))})
    with pytest.raises(SourceError, match="more than a sheet holds"):
        write_tables(tmp_path / "long.xlsx", {"long": long})
    assert list(tmp_path.iterdir()) == []
