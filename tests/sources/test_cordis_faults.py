"""What is wrong with a download is told: bad rows all together, files that are missing, damaged or no download."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from matchmaker.actors import Place
from matchmaker.errors import SourceError
from matchmaker.sources.cordis import read_cordis
from tests.sources.cordis_download import (
    ORGANISATION_COLUMNS,
    PROJECT_COLUMNS,
    download,
    ids,
    packed,
    part,
    project,
    table,
)


class TestRejections:
    def test_every_bad_row_is_reported_and_the_rest_is_read(self, tmp_path: Path) -> None:
        reading = read_cordis(
            download(
                tmp_path,
                [
                    project(1),
                    project(2, title=" "),
                    project(3, startDate="2022-13-45"),
                    project(1, title="again"),
                    {**project(4), "id": "four"},
                    project(5),
                ],
                [
                    part(1, 9),
                    part(2, 9),
                    part(3, 9),
                    part(77, 9),
                    {**part(1, 0), "organisationID": ""},
                    part(1, 8, name=""),
                    part(5, 7, geolocation="north,south"),
                    part(5, 6, geolocation="91,0"),
                ],
            )
        )
        assert [(each.file, each.row, each.column, each.value) for each in reading.rejections] == [
            ("project.csv", 3, "title", " "),
            ("project.csv", 4, "startDate", "2022-13-45"),
            ("project.csv", 5, "id", "1"),
            ("project.csv", 6, "id", "four"),
            ("organization.csv", 5, "projectID", "77"),
            ("organization.csv", 6, "organisationID", ""),
            ("organization.csv", 7, "name", ""),
            ("organization.csv", 8, "geolocation", "north,south"),
            ("organization.csv", 9, "geolocation", "91,0"),
        ]
        assert all(each.reason for each in reading.rejections)
        assert ids(reading) == (["cordis:6", "cordis:7", "cordis:9"], ["cordis:1", "cordis:5"])
        assert reading.collaborations[0].title == "P1: Project 1"
        assert reading.actors[0].place == Place("DK", "DK041", "Viborg")

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            (b'"3";"too";"few"', "3 columns where the header has 11"),
            (b'"3"' + b';"x"' * 11, "12 columns where the header has 11"),
            (b'"3";"";"";"caf\xe9";"";"";"";"";"";"";""', "not readable as UTF-8"),
            (b'"3";"";"";"a\0b";"";"";"";"";"";"";""', "not readable as UTF-8"),
            (b'"3";"' + b"x" * 200_000 + b'"' + b';""' * 9, "not readable as CSV"),
        ],
    )
    def test_a_garbled_row_costs_only_itself(self, tmp_path: Path, line: bytes, reason: str) -> None:
        good = table(PROJECT_COLUMNS, [project(1), project(2)]).splitlines(keepends=True)
        path = packed(
            tmp_path / "a.zip",
            {
                "project.csv": b"".join([*good[:2], line + b"\n", b"\n", good[2]]),
                "organization.csv": table(ORGANISATION_COLUMNS, []),
            },
        )
        reading = read_cordis(path)
        assert ids(reading)[1] == ["cordis:1", "cordis:2"]
        assert [each.row for each in reading.rejections] == [3]
        assert reason in reading.rejections[0].reason

    def test_a_quotation_mark_that_nobody_closed_is_reported(self, tmp_path: Path) -> None:
        text = table(PROJECT_COLUMNS, [project(1), project(2)]).replace(
            b'"Objective of 2."', b'"Objective of 2.'
        )
        path = packed(
            tmp_path / "a.zip", {"project.csv": text, "organization.csv": table(ORGANISATION_COLUMNS, [])}
        )
        reading = read_cordis(path)
        assert ids(reading)[1] == ["cordis:1"]
        assert [(each.file, each.row) for each in reading.rejections] == [("project.csv", 3)]


class TestFiles:
    def test_a_zip_and_its_folder_read_alike_and_report_progress(self, tmp_path: Path) -> None:
        path = download(tmp_path, [project(number) for number in range(1, 2_500)], [part(1, 9)])
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / "folder")
        reports: list[tuple[int, int]] = []
        reading = read_cordis(path, progress=lambda done, total: reports.append((done, total)))
        assert reading == read_cordis(tmp_path / "folder")
        done = [each for each, _ in reports]
        assert done == sorted(done)
        assert len(reports) >= 4
        assert len({total for _, total in reports}) == 1
        assert done[-1] == reports[-1][1]

    @pytest.mark.parametrize("missing", ["project.csv", "organization.csv"])
    def test_a_file_that_is_missing_is_named(self, tmp_path: Path, missing: str) -> None:
        files = {
            "project.csv": b"id;title;objective\n",
            "organization.csv": b"projectID;organisationID;name\n",
        }
        del files[missing]
        with pytest.raises(SourceError, match=f"holds no {missing} .*found: {next(iter(files))}") as caught:
            read_cordis(packed(tmp_path / "a.zip", files))
        assert caught.value.file.endswith("a.zip")

    def test_a_file_without_a_needed_column_is_named_with_the_column(self, tmp_path: Path) -> None:
        files = {
            "project.csv": b"id,title,objective\n1,T,O\n",
            "organization.csv": b"projectID;organisationID;name\n",
        }
        with pytest.raises(
            SourceError, match=r"project\.csv has no column 'id' .*id,title,objective.*semicolons"
        ):
            read_cordis(packed(tmp_path / "a.zip", files))

    def test_files_in_a_folder_of_the_zip_are_found(self, tmp_path: Path) -> None:
        files = {
            "csv/project.csv": table(PROJECT_COLUMNS, [project(1)]),
            "csv/organization.csv": table(ORGANISATION_COLUMNS, [part(1, 9)]),
        }
        assert ids(read_cordis(packed(tmp_path / "a.zip", files))) == (["cordis:9"], ["cordis:1"])

    def test_what_is_no_zip_or_is_not_there_or_is_damaged_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "a.zip").write_bytes(b"id;title\n")
        with pytest.raises(SourceError, match="not a readable zip"):
            read_cordis(tmp_path / "a.zip")
        with pytest.raises(SourceError, match="There is no file or folder"):
            read_cordis(tmp_path / "missing.zip")
        with pytest.raises(SourceError, match=r"holds no project\.csv and no organization\.csv"):
            read_cordis(tmp_path)
        path = download(tmp_path, [project(number) for number in range(500)], [])
        content = bytearray(path.read_bytes())
        content[200:260] = bytes(60)
        path.write_bytes(content)
        with pytest.raises(SourceError, match=r"project\.csv is damaged"):
            read_cordis(path)

    def test_a_zip_that_would_fill_the_memory_is_refused_before_it_is_unpacked(self, tmp_path: Path) -> None:
        files = {"project.csv": b"id;title;objective\n" + b"0" * 20_000_000, "organization.csv": b""}
        with pytest.raises(SourceError, match=r"project\.csv unpacks to more than 100 times its size"):
            read_cordis(packed(tmp_path / "a.zip", files))
        with pytest.raises(SourceError, match="holds 1001 files"):
            read_cordis(packed(tmp_path / "b.zip", {f"{number}.csv": b"" for number in range(1_001)}))

    def test_an_encrypted_zip_is_refused(self, tmp_path: Path) -> None:
        path = download(tmp_path, [project(1)], [])
        content = bytearray(path.read_bytes())
        content[content.index(b"PK\1\2") + 8] |= 1  # the flag in the directory's first entry
        path.write_bytes(content)
        with pytest.raises(SourceError, match=r"project\.csv is encrypted"):
            read_cordis(path)
